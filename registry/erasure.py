"""What must go goes: posts that their author deleted (REQUIREMENTS L3), and what proved to be nobody's concern (L1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, and_, delete, select, update
from sqlmodel import Session

from domain.case import CaseEventKind
from domain.mention import Channel, MentionState
from domain.messages import message
from domain.people import SYSTEM
from domain.privacy import keyed_hash
from domain.tags import Remit
from registry.batches import insert_new, select_in
from registry.case_erasure import forget_titles, on_hold
from registry.casework.history import NewEvent, append_events
from registry.locks import Work, alone
from registry.tables import (
    CaseMentionRecord,
    CaseRecord,
    ContentRecord,
    CorrectionRecord,
    KnownKeyRecord,
    MentionFileRecord,
    MentionRecord,
    SeenHashRecord,
    SeenRecord,
    StoryRecord,
    StorySignatureRecord,
    TaggingRecord,
    table_of,
)

MENTION = table_of(MentionRecord)
CONTENT = table_of(ContentRecord)
TAGGING = table_of(TaggingRecord)
CORRECTION = table_of(CorrectionRecord)
KNOWN_KEY = table_of(KnownKeyRecord)
SEEN_HASH = table_of(SeenHashRecord)
SIGNATURE = table_of(StorySignatureRecord)
STORY = table_of(StoryRecord)
CASE = table_of(CaseRecord)
CASE_MENTION = table_of(CaseMentionRecord)
SEEN = table_of(SeenRecord)
FILE = table_of(MentionFileRecord)

KEEP: Final = timedelta(days=14)
"""How long what is of nobody's concern is kept (REQUIREMENTS L1)."""


def erase(session: Session, keys: Sequence[str], now: datetime, secret: bytes) -> int:
    """Erase the mentions of these keys or aliases; gives how many there were.

    A mention in no case goes altogether, and a keyed hash of its key stays, so that it is not gathered again. Of one in a
    case its row stays, without text, author and address: the case's own record (its history names mentions by number) keeps
    its sense. Under legal hold the case keeps its title too, and its history says so (REQUIREMENTS L3).
    """
    if not keys:
        return 0
    statement = select(MENTION.c.id, MENTION.c.key, MENTION.c.story_id, MENTION.c.erased_at, CASE_MENTION.c.case_id).select_from(
        KNOWN_KEY.join(MENTION, MENTION.c.id == KNOWN_KEY.c.mention_id).outerjoin(
            CASE_MENTION, CASE_MENTION.c.mention_id == MENTION.c.id
        )
    )
    found = {row.id: row for row in select_in(session, statement, KNOWN_KEY.c.key, keys)}
    if not found:
        return 0
    alone(session, Work.STORIES)
    alone(session, Work.CASES)
    cased = [row.id for row in found.values() if row.case_id is not None and row.erased_at is None]
    loose = [row.id for row in found.values() if row.case_id is None]
    _forget(session, [*cased, *loose])
    _blank(session, cased, now)
    _tell_held_cases(session, [row for row in found.values() if row.id in cased], now)
    session.connection().execute(delete(KNOWN_KEY).where(KNOWN_KEY.c.mention_id.in_(loose)))
    _delete(session, loose, [row.story_id for row in found.values() if row.case_id is None])
    insert_new(session, SEEN_HASH, [{"digest": keyed_hash(row.key, secret), "seen_at": now} for row in found.values()])
    return len(cased) + len(loose)


def purge(session: Session, now: datetime, secret: bytes, *, keep: timedelta = KEEP, limit: int = 1000) -> int:
    """Forget mentions whose remit proved to be nobody's of ours after ``keep``; gives how many (call again while it gives
    ``limit``).

    What a person corrected stays: it is training data. Of press title and address are left, of posts a keyed hash.
    """
    statement = (
        select(
            MENTION.c.id,
            MENTION.c.key,
            MENTION.c.channel,
            MENTION.c.source_id,
            MENTION.c.title,
            MENTION.c.url,
            MENTION.c.story_id,
        )
        .where(MENTION.c.state == MentionState.TAGGED, MENTION.c.remit == Remit.NONE, MENTION.c.fetched_at < now - keep)
        .where(MENTION.c.id.not_in(select(CORRECTION.c.mention_id)))
        .order_by(MENTION.c.id)
        .limit(limit)
    )
    rows = session.connection().execute(statement).all()
    posts = [row.key for row in rows if row.channel is Channel.SOCIAL]
    pages = [row for row in rows if row.channel is not Channel.SOCIAL]
    erase(session, posts, now, secret)
    if pages:
        alone(session, Work.STORIES)
        ids = [row.id for row in pages]
        seen = [{"key": row.key, "source_id": row.source_id, "title": row.title, "url": row.url, "seen_at": now} for row in pages]
        insert_new(session, SEEN, seen)
        session.connection().execute(update(KNOWN_KEY).where(KNOWN_KEY.c.mention_id.in_(ids)).values(mention_id=None))
        _forget(session, ids)
        _delete(session, ids, [row.story_id for row in pages])
    return len(rows)


def _forget(session: Session, mention_ids: list[int]) -> None:
    """What is known of the texts goes."""
    connection = session.connection()
    connection.execute(delete(CONTENT).where(CONTENT.c.mention_id.in_(mention_ids)))
    connection.execute(delete(SIGNATURE).where(SIGNATURE.c.mention_id.in_(mention_ids)))
    connection.execute(delete(FILE).where(FILE.c.mention_id.in_(mention_ids)))


def _blank(session: Session, mention_ids: list[int], now: datetime) -> None:
    connection = session.connection()
    connection.execute(
        update(MENTION)
        .where(MENTION.c.id.in_(mention_ids))
        .values(title="", author="", author_handle="", url="", canonical_url="", erased_at=now)
    )
    forget_titles(session, and_(CASE.c.first_mention_id.in_(mention_ids), ~on_hold(now)))


def _tell_held_cases(session: Session, mentions: Sequence[Row[Any]], now: datetime) -> None:
    """Cases under legal hold say what they lost, and why they keep the rest."""
    statement = select(CASE.c.id, CASE.c.held_until).where(on_hold(now))
    held = {row.id: row.held_until for row in select_in(session, statement, CASE.c.id, [each.case_id for each in mentions])}
    events = []
    for each in mentions:
        if each.case_id in held:
            note = message("case.post_deleted_on_hold", until=held[each.case_id].date().isoformat())
            events.append(NewEvent(each.case_id, CaseEventKind.NOTE_ADDED, SYSTEM.username, {"note": note}))
    append_events(session, events, now)


def _delete(session: Session, mention_ids: list[int], story_ids: list[int | None]) -> None:
    connection = session.connection()
    for table in (TAGGING, CORRECTION):
        connection.execute(delete(table).where(table.c.mention_id.in_(mention_ids)))
    connection.execute(delete(MENTION).where(MENTION.c.id.in_(mention_ids)))
    for story_id in story_ids:
        connection.execute(update(STORY).where(STORY.c.id == story_id, STORY.c.size > 1).values(size=STORY.c.size - 1))
        left = select(MENTION.c.id).where(MENTION.c.story_id == story_id)
        connection.execute(delete(STORY).where(STORY.c.id == story_id, ~left.exists()))
