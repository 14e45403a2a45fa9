"""What watch queries found, and what a query that is being written may be tried on (REQUIREMENTS G6, L1, L2)."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import String, and_, cast, func, select
from sqlmodel import Session

from domain.mention import Channel
from registry.tables import ContentRecord, MentionRecord, OutletRecord, SeenRecord, SourceRecord, table_of

MENTION = table_of(MentionRecord)
CONTENT = table_of(ContentRecord)
OUTLET = table_of(OutletRecord)
SEEN = table_of(SeenRecord)
SOURCE = table_of(SourceRecord)

MOST: Final = 5000
"""Mentions that a query is tried on at most."""


@dataclass(frozen=True, slots=True)
class Tryable:
    """An item that a query is tried on. ``mention_id`` is None for a press item that matched no query: of it there is the title
    alone (REQUIREMENTS L1), and ``text`` is empty. Texts are as received: whoever shows them masks them (L3)."""

    mention_id: int | None
    title: str
    text: str
    url: str
    channel: Channel
    outlet_id: str
    outlet_name: str
    author_handle: str
    language: str
    at: datetime
    watch: tuple[str, ...] = ()


def hits(session: Session, since: datetime) -> dict[str, int]:
    """How many mentions gathered since then each watch query matched, by its name."""
    listed = cast(MENTION.c.watch, String)
    statement = select(listed.label("names"), func.count().label("items")).where(MENTION.c.fetched_at >= since).group_by(listed)
    found: Counter[str] = Counter()
    for row in session.connection().execute(statement):
        for name in json.loads(row.names):
            found[name] += row.items
    return dict(found)


def last_mentions(session: Session, limit: int) -> list[Tryable]:
    """The newest mentions with their texts, newest first."""
    statement = (
        select(
            MENTION.c.id, CONTENT.c.title, CONTENT.c.text, MENTION.c.url, MENTION.c.channel, MENTION.c.outlet_id,
            func.coalesce(OUTLET.c.name_ar, MENTION.c.outlet_id).label("outlet_name"), MENTION.c.author_handle,
            MENTION.c.language, MENTION.c.fetched_at, MENTION.c.watch,
        )
        .select_from(MENTION)
        .join(CONTENT, and_(CONTENT.c.mention_id == MENTION.c.id, CONTENT.c.revision == MENTION.c.revision))
        .outerjoin(OUTLET, OUTLET.c.id == MENTION.c.outlet_id)
        .where(MENTION.c.erased_at.is_(None))
        .order_by(MENTION.c.id.desc())
        .limit(min(limit, MOST))
    )  # fmt: skip
    return [
        Tryable(
            row.id, row.title, row.text, row.url, row.channel, row.outlet_id, row.outlet_name, row.author_handle, row.language,
            row.fetched_at, tuple(row.watch),
        )
        for row in session.connection().execute(statement)
    ]  # fmt: skip


def last_seen(session: Session, limit: int) -> list[Tryable]:
    """The newest press items that matched no query, by title and address alone, newest first. Of posts there is nothing."""
    statement = (
        select(SEEN.c.title, SEEN.c.url, SEEN.c.seen_at, SOURCE.c.outlet_id,
               func.coalesce(OUTLET.c.name_ar, SOURCE.c.outlet_id, SEEN.c.source_id).label("outlet_name"))
        .select_from(SEEN)
        .outerjoin(SOURCE, SOURCE.c.id == SEEN.c.source_id)
        .outerjoin(OUTLET, OUTLET.c.id == SOURCE.c.outlet_id)
        .order_by(SEEN.c.seen_at.desc(), SEEN.c.key)
        .limit(min(limit, MOST))
    )  # fmt: skip
    return [
        Tryable(None, row.title, "", row.url, Channel.PRESS, row.outlet_id or "", row.outlet_name, "", "", row.seen_at)
        for row in session.connection().execute(statement)
    ]
