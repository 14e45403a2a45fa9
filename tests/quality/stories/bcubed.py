"""B-cubed figures of stories, and the sets that they are measured on (Bagga and Baldwin 1998: each item's own precision and
recall within its cluster, averaged over the items)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from domain.mention import Channel, Mention
from domain.source import Discovery, Source, SourceKind, SourceState
from registry import inbox, sources, stories, tagging
from registry.database import Database

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Printed:
    """One published item of a set, and the story that it truly belongs to."""

    id: str
    story: str
    outlet: str
    channel: Channel
    published_at: datetime
    title: str
    text: str


def read_set(name: str) -> list[Printed]:
    """The items of ``NAME.jsonl``, in the order of publication."""
    items = []
    for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        moment = datetime.fromisoformat(row["published_at"])
        channel = Channel(row["channel"])
        items.append(Printed(row["id"], row["story"], row["outlet"], channel, moment, row["title"] or "", row["text"]))
    return sorted(items, key=lambda item: item.published_at)


def place(database: Database, items: list[Printed], batch: int) -> dict[str, int]:
    """The story that the store gives each item, as they arrive in batches."""
    placed: dict[str, int] = {}
    with database.transaction() as session:
        sources.save(session, Source("all", SourceKind.FEED, "all", "كلها", url="https://all.example/feed"))
    for first in range(0, len(items), batch):
        part = items[first : first + batch]
        now = part[-1].published_at + timedelta(minutes=5)
        arrived = {each.id: _mention(each, now) for each in part}
        with database.transaction() as session:
            found = Discovery("all", SourceState(), tuple(arrived.values()))
            new = inbox.store_discovery(session, found, {each.key: ("كل شيء",) for each in arrived.values()}, now, b"quality").new
            waiting = tagging.stored(session, new)
            ids = {mention.id: mention.key for mention in waiting}
            for joined in stories.join_stories(session, waiting, now):
                placed[ids[joined.mention_id].removeprefix("set:")] = joined.story_id
    return placed


def bcubed(true: Mapping[str, Hashable], given: Mapping[str, Hashable]) -> tuple[float, float, float]:
    """Precision, recall and F1 of a grouping of the same items."""
    wanted, got = _groups(true), _groups(given)
    precision = recall = 0.0
    for item in true:
        shared = len(wanted[true[item]] & got[given[item]])
        precision += shared / len(got[given[item]])
        recall += shared / len(wanted[true[item]])
    precision, recall = precision / len(true), recall / len(true)
    return precision, recall, 2 * precision * recall / (precision + recall)


def _groups(grouping: Mapping[str, Hashable]) -> dict[Hashable, set[str]]:
    groups: dict[Hashable, set[str]] = defaultdict(set)
    for item, group in grouping.items():
        groups[group].add(item)
    return groups


def _mention(item: Printed, now: datetime) -> Mention:
    return Mention(
        key=f"set:{item.id}",
        channel=item.channel,
        source_id="all",
        outlet_id=item.outlet,
        url=f"https://set.example/{item.id}",
        title=item.title,
        text=item.text,
        fetched_at=now,
        published_at=item.published_at,
    )
