"""Registering 1,000 mentions with their stories and cases, in batches, on SQLite and one core: mentions a second.

    python -m bench.registering [--mentions 1000] [--runs 5] [--copies 0.3]

Stored and tagged beforehand, outside the clock; then ``join_stories`` and ``register_flagged``, as the pipeline calls them, in
transactions of one batch each. ``--copies`` is the share of texts that another outlet printed before, under another headline.
Prints the median of the runs beside a calibration loop of the same run.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from types import MappingProxyType

from sqlmodel import Session

from bench.calibration import calibrate
from domain.mention import Channel, Mention
from domain.outlet import Outlet
from domain.source import Discovery, Source, SourceKind, SourceState
from domain.tags import Axis, Importance, Kind, Remit, Sentiment, Tags
from registry import cases, inbox, sources, stories, tagging
from registry.database import Database
from service.profiles import load_profile

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
BATCH = 500
"""As the pipeline's."""
_SYLLABLES = "با تر ثم جو حي خا دل ذر را زي سا شم صف ضو طا ظل عي غا فر قم كا لي مو نا هب ود يم".split()
_PLAIN = (
    "قال المواطن إن في من على إلى عن أن التي الذي هذا هذه كما بعد قبل مع شبكة خدمة شركة حي مدينة شارع طريق مشروع فريق عمل أهالي "
    "سكان طالب أكد أوضح أضاف ذكر بين خلال منذ اليوم أمس العام الشهر المحافظة المنطقة الأمانة البلدية الوزارة الجهة"
).split()


def texts(count: int, copies: float, chance: random.Random) -> list[tuple[str, str]]:
    """Headlines and texts of about 120 words: some common words, some names, and some texts printed again."""
    vocabulary = random.Random(1)
    names = ["".join(vocabulary.choices(_SYLLABLES, k=vocabulary.randint(2, 3))) for _ in range(6000)]
    made: list[tuple[str, str]] = []
    for _ in range(count):
        if made and chance.random() < copies:
            title, text = chance.choice(made[-300:])
            made.append((" ".join([*chance.choices(names, k=3), title]), text + " " + " ".join(chance.choices(_PLAIN, k=12))))
        else:
            words = [chance.choice(names if chance.random() < 0.45 else _PLAIN) for _ in range(chance.randint(80, 160))]
            made.append((" ".join(chance.choices(names, k=4) + chance.choices(_PLAIN, k=4)), " ".join(words)))
    return made


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one run, and what came of it."""

    stories: float
    cases: float
    opened: int
    joined: int
    worked: float
    """Processor time of both."""


def one_run(folder: Path, count: int, copies: float, seed: int) -> Timing:
    """Fill a fresh store, then time the two stages."""
    database = Database(f"sqlite:///{folder}/rasd.sqlite3")
    database.migrate()
    _fill(database, texts(count, copies, random.Random(seed)))
    profile = load_profile("mcit")
    with database.reading() as session:
        waiting = tagging.untagged(session, count)
    joining = registering = worked = 0.0
    for first in range(0, count, BATCH):
        batch = waiting[first : first + BATCH]
        started, before = perf_counter(), process_time()
        with database.transaction() as session:
            stories.join_stories(session, batch, NOW)
        joining += perf_counter() - started
        worked += process_time() - before
        with database.transaction() as session:
            tagging.store_tags(session, [(each.id, _tags()) for each in batch], profile.threshold, NOW)
        started, before = perf_counter(), process_time()
        with database.transaction() as session:
            cases.register_flagged(session, profile, NOW, BATCH)
        registering += perf_counter() - started
        worked += process_time() - before
    with database.reading() as session:
        opened = cases.list_cases(session, limit=1).total
    database.close()
    return Timing(joining, registering, opened, count - opened, worked)


def _fill(database: Database, made: list[tuple[str, str]]) -> None:
    with database.transaction() as session:
        save_papers(session)
        mentions = tuple(mention_of(number, title, text) for number, (title, text) in enumerate(made))
        found = Discovery("feed-0", SourceState(), mentions)
        inbox.store_discovery(session, found, {each.key: ("شبكات",) for each in mentions}, NOW, b"bench")


def save_papers(session: Session) -> None:
    """Twenty papers with a feed each."""
    for paper in range(20):
        source = Source(f"feed-{paper}", SourceKind.FEED, f"paper-{paper}", "صحيفة", url=f"https://p{paper}.example/feed")
        sources.save(session, source, Outlet(f"paper-{paper}", f"صحيفة {paper}", reach=3))


def mention_of(number: int, title: str, text: str) -> Mention:
    """One article of one of the papers."""
    url = f"https://p{number % 20}.example/news/{number}"
    return Mention(
        key=url,
        channel=Channel.PRESS,
        source_id=f"feed-{number % 20}",
        outlet_id=f"paper-{number % 20}",
        url=url,
        title=title,
        text=text,
        fetched_at=NOW,
        published_at=NOW - timedelta(minutes=number % 600),
    )


def _tags() -> Tags:
    return Tags(
        remit=Remit.OURS,
        kind=Kind.COMPLAINT,
        sentiment=Sentiment.NEGATIVE,
        topic="networks/quality",
        importance=Importance.MEDIUM,
        lang="ar",
        flags=frozenset(),
        confidence=MappingProxyType({Axis.KIND: 0.95, Axis.REMIT: 0.9}),
        evidence=(),
        model="bench 1",
    )


def _quickest(runs: list[Timing], mentions: int) -> str:
    return f"{mentions / min(run.stories + run.cases for run in runs):.0f} a second"


def main() -> None:
    """Run the bench and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--copies", type=float, default=0.3)
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    gc.set_threshold(100_000, 20, 100)  # as in the service
    runs = []
    for number in range(arguments.runs):
        with tempfile.TemporaryDirectory() as folder:
            runs.append(one_run(Path(folder), arguments.mentions, arguments.copies, number))
    both = median(run.stories + run.cases for run in runs)
    print(f"calibration loop: {calibrate():.3f} s")
    print(f"{arguments.mentions} mentions: {both:.3f} s (median of {len(runs)}), {arguments.mentions / both:.0f} a second")
    print(f"  stories {median(run.stories for run in runs):.3f} s, cases {median(run.cases for run in runs):.3f} s")
    worked = median(run.worked for run in runs)
    print(f"  processor {worked:.3f} s, {arguments.mentions / worked:.0f} a second")
    print(f"  quickest run: {_quickest(runs, arguments.mentions)}")
    print(f"  of the last run: {runs[-1].opened} cases opened, {runs[-1].joined} mentions joined one")


if __name__ == "__main__":
    main()
