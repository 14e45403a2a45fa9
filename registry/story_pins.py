"""What people say of stories: two are one, or one is two. It is remembered and outlives every later comparison
(REQUIREMENTS G5)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlmodel import Session

from registry.batches import insert_ids, select_in, upsert
from registry.tables import MentionRecord, Rows, StoryPinRecord, StoryRecord, StorySignatureRecord, table_of

MENTION = table_of(MentionRecord)
STORY = table_of(StoryRecord)
SIGNATURE = table_of(StorySignatureRecord)
PIN = table_of(StoryPinRecord)

_REMEMBERED: Final = 50
"""Mentions of the other side, the oldest first, that each mention is pinned to at most."""


def mentions_of_story(session: Session, story_id: int) -> list[int]:
    """The mentions of a story, oldest first."""
    statement = select(MENTION.c.id).where(MENTION.c.story_id == story_id).order_by(MENTION.c.id)
    return list(session.connection().execute(statement).scalars())


def unite(session: Session, story_id: int, into_id: int, actor: str, now: datetime) -> None:
    """Make one story part of another, for good. Its case is the caller's matter: ``story_id`` must have none of its own."""
    moved, there = mentions_of_story(session, story_id), mentions_of_story(session, into_id)
    _move(session, moved, into_id)
    connection = session.connection()
    connection.execute(delete(STORY).where(STORY.c.id == story_id))
    _recount(session, into_id, now)
    _pin(session, moved, there, actor, now, together=True)


def part(session: Session, story_id: int, mention_ids: Collection[int], actor: str, now: datetime) -> int:
    """Give some mentions of a story, not all, a story of their own, for good; gives its id. It has no case yet."""
    chosen = set(mention_ids)
    left = [each for each in mentions_of_story(session, story_id) if each not in chosen]
    (own,) = insert_ids(session, STORY, [{"first_at": now, "last_at": now, "size": len(chosen)}])
    _move(session, sorted(chosen), own)
    _recount(session, story_id, now)
    _pin(session, sorted(chosen), left, actor, now, together=False)
    return own


def _move(session: Session, mention_ids: Sequence[int], story_id: int) -> None:
    connection = session.connection()
    connection.execute(update(MENTION).where(MENTION.c.id.in_(mention_ids)).values(story_id=story_id))
    connection.execute(update(SIGNATURE).where(SIGNATURE.c.mention_id.in_(mention_ids)).values(story_id=story_id))


def _recount(session: Session, story_id: int, now: datetime) -> None:
    size = select(func.count()).select_from(MENTION).where(MENTION.c.story_id == story_id).scalar_subquery()
    session.connection().execute(update(STORY).where(STORY.c.id == story_id).values(size=size, last_at=now))


def _pin(session: Session, some: Sequence[int], others: Sequence[int], actor: str, now: datetime, *, together: bool) -> None:
    """The last word counts: what was said of two mentions before is overwritten, also where it is not among the first few."""
    beside = set(others)
    pairs = {(min(one, other), max(one, other)) for one in some for other in others[:_REMEMBERED]}
    said = list(select_in(session, select(PIN), PIN.c.mention_id, some)) + list(
        select_in(session, select(PIN), PIN.c.other_id, some)
    )
    pairs |= {(row.mention_id, row.other_id) for row in said if {row.mention_id, row.other_id} & beside}
    rows: Rows = [
        {"mention_id": one, "other_id": other, "together": together, "actor": actor, "at": now} for one, other in sorted(pairs)
    ]
    upsert(session, PIN, rows, ("mention_id", "other_id"), ("together", "actor", "at"))
