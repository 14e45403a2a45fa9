"""Opening the list of cases and one case at 100,000 cases, in the store.

    python -m bench.case_lists [--cases 100000] [--opens 200] [--store FILE]

Half of the cases come from published items, half through direct channels; four in five went through the workflow to their
closing. ``--store`` keeps the filled store in a file, and asks it again where it is there already. Prints median and p95 of each
question, in milliseconds, beside a calibration loop of the same run. The aim is a p95 under 50 ms.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from sqlmodel import Session

from bench.calibration import calibrate
from domain.case import CaseEventKind, CasePath, CaseStatus, IntakeChannel
from domain.mention import Channel, Mention
from domain.outlet import Outlet
from domain.people import Actor, Role
from domain.profile import Profile
from domain.source import Discovery, Source, SourceKind, SourceState
from domain.tags import Axis, Complexity, Importance, Kind, Remit, Sentiment, Tags
from registry import cases, inbox, sources, stories, tagging
from registry.casework.history import NewEvent, append_events
from registry.database import Database
from service.profiles import load_profile

START = datetime(2026, 1, 4, 6, 0, tzinfo=UTC)
BATCH = 1000
WORDS = "شبكة الجوال القرية ضعيفة انقطاع الإنترنت فاتورة شحنة بريد عنوان بوابة طلب رخصة شهر حي طريق مدرسة خدمة شكوى تأخر".split()
CLERK = Actor("bench", "bench", frozenset({Role.SPECIALIST, Role.REVIEWER}))
E = CaseEventKind


def main() -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--opens", type=int, default=200)
    parser.add_argument("--store", type=Path)
    asked = parser.parse_args()
    profile = load_profile("mcit")
    with tempfile.TemporaryDirectory() as folder:
        store = asked.store or Path(folder) / "rasd.sqlite3"
        filled = store.exists()
        database = Database(f"sqlite:///{store}")
        if not filled:
            database.migrate()
            started = perf_counter()
            _fill(database, profile, asked.cases)
            print(f"filled in {perf_counter() - started:.0f} s")
        print(f"calibration loop: {calibrate():.3f} s")
        _ask(database, profile, asked.opens, asked.cases)


def _fill(database: Database, profile: Profile, count: int) -> None:
    chance = random.Random(5)
    with database.transaction() as session:
        source = Source("daily-feed", SourceKind.FEED, "daily", "اليومية", url="https://daily.example/feed")
        sources.save(session, source, Outlet("daily", "صحيفة اليومية", reach=4))
    made = 0
    for batch in range(count // BATCH):
        now = START + timedelta(hours=batch * 3)
        with database.transaction() as session:
            opened = _direct(session, profile, chance, now) if batch % 2 else _published(session, profile, chance, now, batch)
        with database.transaction() as session:
            _work(session, profile, chance, opened, now)
        made += len(opened)
    print(f"{made:,} cases")


def _title(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=9))


def _direct(session: Session, profile: Profile, chance: random.Random, now: datetime) -> list[int]:
    given = [
        cases.Intake(
            CasePath.GENERAL,
            Kind.COMPLAINT,
            chance.choice([IntakeChannel.PHONE, IntakeChannel.EMAIL, IntakeChannel.WEBSITE]),
            _title(chance),
            account=_title(chance),
            topic=chance.choice(profile.topics).code,
            party=cases.Party(name="مستفيد", contact="0500000000"),
            accepted=False,
        )
        for _ in range(BATCH)
    ]
    return cases.open_many(session, profile, given, CLERK, now)


def _published(session: Session, profile: Profile, chance: random.Random, now: datetime, batch: int) -> list[int]:
    mentions = []
    for number in range(batch * BATCH, (batch + 1) * BATCH):
        url = f"https://daily.example/news/{number}"
        text = " ".join(f"{chance.choice(WORDS)}{chance.randrange(10**6)}" for _ in range(40))
        mentions.append(
            Mention(url, Channel.PRESS, "daily-feed", "daily", url, _title(chance), text, fetched_at=now, canonical_url=url)
        )
    inbox.store_discovery(
        session, Discovery("daily-feed", SourceState(), tuple(mentions)), {each.key: ("شبكات",) for each in mentions}, now, b"k"
    )
    waiting = tagging.untagged(session, BATCH)
    stories.join_stories(session, waiting, now)
    said = [(each.id, _tags(profile, chance)) for each in waiting]
    tagging.store_tags(session, said, profile.threshold, now)
    return list(cases.register_flagged(session, profile, now, BATCH).opened)


def _tags(profile: Profile, chance: random.Random) -> Tags:
    return Tags(
        remit=Remit.OURS,
        kind=Kind.COMPLAINT,
        sentiment=Sentiment.NEGATIVE,
        topic=chance.choice(profile.topics).code,
        importance=chance.choice(list(Importance)),
        lang="ar",
        confidence={Axis.KIND: 0.9},
        model="bench",
        complexity=chance.choice(list(Complexity)),
    )


def _work(session: Session, profile: Profile, chance: random.Random, opened: list[int], now: datetime) -> None:
    """Four in five go all the way; one in ten is assigned; the rest stay where they are."""
    department = profile.departments[0].code
    steps = {
        E.ACCEPTED: {},
        E.ASSIGNED: {"department": department},
        E.SOLVED: {"resolution": "عولجت"},
        E.SATISFACTION_RECORDED: {"satisfied": "yes"},
        E.CLOSED: {},
    }
    lots = {case_id: chance.random() for case_id in opened}
    direct = dict.fromkeys(opened, False)
    for row in cases.list_cases(session, now=now, limit=len(opened)).items:
        if row.id in direct:
            direct[row.id] = row.path is CasePath.GENERAL
    for place, (kind, details) in enumerate(steps.items()):
        going = [case_id for case_id, lot in lots.items() if lot < 0.8 or (lot < 0.9 and place < 2)]
        if kind is E.SATISFACTION_RECORDED:
            going = [case_id for case_id in going if direct[case_id]]
        append_events(session, [NewEvent(case_id, kind, "bench", details) for case_id in going], now + timedelta(hours=place))


def _ask(database: Database, profile: Profile, opens: int, count: int) -> None:
    chance = random.Random(9)
    now = START + timedelta(hours=count // BATCH * 3)
    department = profile.departments[0].code
    order = cases.CaseOrder
    questions: dict[str, Callable[[Session], object]] = {
        "the open ones, most urgent first": lambda s: cases.list_cases(s, now=now, open_only=True, order=order.DUE),
        "the overdue ones": lambda s: cases.list_cases(s, now=now, overdue=True, order=order.DUE),
        "the newest, of all": lambda s: cases.list_cases(s, now=now),
        "the closed ones": lambda s: cases.list_cases(s, now=now, status=CaseStatus.CLOSED),
        "one department's": lambda s: cases.list_cases(s, now=now, department=department, open_only=True, order=order.DUE),
        "one topic's": lambda s: cases.list_cases(s, now=now, topic=chance.choice(profile.topics).code),
        "by a part of the number": lambda s: cases.list_cases(s, now=now, number=f"{chance.randrange(count):06d}"),
        "page 40 of the newest": lambda s: cases.list_cases(s, now=now, offset=2000),
        "one case, whole": lambda s: cases.case_view(s, chance.randrange(count) + 1, CLERK, now),
    }
    for name, question in questions.items():
        times = list(_times(database, question, opens))
        worst = quantiles(times, n=20)[-1]
        print(f"{name}: median {median(times) * 1000:.1f} ms, p95 {worst * 1000:.1f} ms")


def _times(database: Database, question: Callable[[Session], object], opens: int) -> Iterator[float]:
    for _ in range(opens):
        with database.reading() as session:
            started = perf_counter()
            question(session)
            yield perf_counter() - started


if __name__ == "__main__":
    main()
