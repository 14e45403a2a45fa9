"""A month of contacts into a fresh store, in batches, on SQLite: contacts a second, and what counting them takes.

    python -m bench.contacts [--contacts 100000] [--batch 5000] [--runs 5]

Every contact has an id of its own, as another system's export would. Then the same batches again (all known), the counts by
channel, kind and topic, and the first page of the list. Prints medians beside a calibration loop of the same run.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.calibration import calibrate
from domain.case import IntakeChannel
from domain.people import SYSTEM
from registry import contacts
from registry.contacts import KINDS, Contact
from registry.database import Database
from service.profiles import load_profile

NOW = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
DIRECT = [channel for channel in IntakeChannel if channel.is_direct]


def month(count: int, topics: list[str]) -> list[Contact]:
    """Contacts spread over thirty days; nine of ten are answered directly."""
    gap = timedelta(days=30) / count
    return [
        Contact(
            at=NOW - gap * place,
            channel=DIRECT[place % len(DIRECT)],
            kind=KINDS[place % 7 % len(KINDS)],
            topic=topics[place % len(topics)],
            answered=place % 13 > 0,
            seconds=place % 600,
            remote_id=f"call-{place}",
        )
        for place in range(count)
    ]


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    started = perf_counter()
    work()
    return perf_counter() - started


def one_run(folder: Path, count: int, batch: int) -> tuple[float, float, float, float]:
    """Seconds for entering, entering again, counting, and the first page."""
    profile = load_profile("mcit")
    database = Database(f"sqlite:///{folder}/rasd.sqlite3")
    database.migrate()
    given = month(count, [topic.code for topic in profile.topics])

    def enter() -> None:
        for first in range(0, count, batch):
            with database.transaction() as session:
                contacts.add_many(session, profile, given[first : first + batch], SYSTEM, NOW)

    entered, again = seconds(enter), seconds(enter)
    with database.reading() as session:
        counted = seconds(lambda: contacts.counts(session, NOW - timedelta(days=31), NOW + timedelta(days=1)))
        listed = seconds(lambda: contacts.list_contacts(session))
    database.close()
    return entered, again, counted, listed


def main() -> None:
    """Print the medians of the runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    print(f"calibration: {calibrate():.3f}")
    found = []
    for _ in range(asked.runs):
        with tempfile.TemporaryDirectory() as folder:
            found.append(one_run(Path(folder), asked.contacts, asked.batch))
    entered, again, counted, listed = (median(times) for times in zip(*found, strict=True))
    print(f"entered: {asked.contacts / entered:,.0f} a second; entered again: {asked.contacts / again:,.0f} a second")
    print(f"counts of the month: {counted * 1000:.0f} ms; first page: {listed * 1000:.1f} ms")


if __name__ == "__main__":
    main()
