"""Examines the store: what is kept beside the history must be what the history says (DESIGN promise 7)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Row, and_, func, or_, select, text
from sqlmodel import Session

from domain.case import CaseEvent, CaseEventKind, CaseState, replay
from domain.errors import RasdError, StoreError
from domain.mention import MentionState
from registry import audit
from registry.casework.case_row import state_of
from registry.casework.chain import event_hash, text_digest
from registry.casework.deadlines import due_at, next_step_at, read_promise, special_days
from registry.tables import (
    CaseAttachmentRecord,
    CaseCounterRecord,
    CaseEventRecord,
    CaseEventTextRecord,
    CaseMentionRecord,
    CaseRecord,
    ContentRecord,
    DeliveryRecord,
    MentionRecord,
    StoryRecord,
    table_of,
)
from registry.views import Check, Finding

ATTACHMENT = table_of(CaseAttachmentRecord)
CASE = table_of(CaseRecord)
COUNTER = table_of(CaseCounterRecord)
EVENT = table_of(CaseEventRecord)
EVENT_TEXT = table_of(CaseEventTextRecord)
CASE_MENTION = table_of(CaseMentionRecord)
CONTENT = table_of(ContentRecord)
MENTION = table_of(MentionRecord)
STORY = table_of(StoryRecord)
DELIVERY = table_of(DeliveryRecord)

_BACKUP: Final = "compare with the last backup and report it: somebody wrote to the store past Rasd"
_AT_ONCE: Final = 500


def examine(session: Session) -> list[Finding]:
    """Everything that is wrong with the store; an empty list where all is well. Reads only."""
    return [finding for check in _CHECKS for finding in check(session)]


def _store(session: Session) -> Iterator[Finding]:
    if session.get_bind().dialect.name != "sqlite":
        return
    connection = session.connection()
    for (message,) in connection.execute(text("PRAGMA quick_check")):
        if message != "ok":
            yield Finding(Check.STORE, "file", str(message), "stop Rasd and restore the last backup")
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield Finding(Check.STORE, str(row[0]), f"row {row[1]} points at a row of {row[2]} that is not there", _BACKUP)


def _histories(session: Session) -> Iterator[Finding]:
    last = 0
    while cases := session.connection().execute(select(CASE).where(CASE.c.id > last).order_by(CASE.c.id).limit(_AT_ONCE)).all():
        wanted = [case.id for case in cases]
        events = _events(session, wanted)
        texts = _texts(session, wanted)
        for case in cases:
            yield from _replay(case, events[case.id])
            yield from _chain(case, events[case.id], texts)
        last = cases[-1].id


def _replay(case: Row[Any], events: Sequence[Row[Any]]) -> Iterator[Finding]:
    try:
        told = replay(CaseEvent(row.kind, row.at, row.actor, row.details) for row in events)
    except RasdError as error:
        yield Finding(Check.REPLAY, case.number, f"its history cannot be replayed: {error}", _BACKUP)
        return
    kept = state_of(case)
    for name in CaseState.__dataclass_fields__:
        if getattr(told, name) != getattr(kept, name):
            what = f"{name} is «{getattr(kept, name)}», its history says «{getattr(told, name)}»"
            yield Finding(Check.REPLAY, case.number, what, _BACKUP)


def _chain(case: Row[Any], events: Sequence[Row[Any]], texts: dict[tuple[int, int], Row[Any]]) -> Iterator[Finding]:
    before = ""
    for place, row in enumerate(events, 1):
        wanted = event_hash(before, case.number, place, row.kind, row.at, row.actor, row.details, row.digest)
        if row.seq != place or row.hash != wanted:
            yield Finding(Check.CHAIN, case.number, f"event {row.seq} is not what was written", _BACKUP)
            return
        words = texts.get((case.id, row.seq))
        if words is not None and text_digest(words.salt, words.texts) != row.digest:
            yield Finding(Check.CHAIN, case.number, f"the words of event {row.seq} are not those that were written", _BACKUP)
        before = row.hash
    if before != case.head:
        yield Finding(Check.CHAIN, case.number, "its last event is missing or not its own", _BACKUP)


def _deadlines(session: Session) -> Iterator[Finding]:
    connection = session.connection()
    rows = connection.execute(select(CASE).where(CASE.c.is_open.is_(True)).order_by(CASE.c.id)).all()
    if not rows:
        return
    try:
        promise = read_promise(session)
    except StoreError as error:
        yield Finding(Check.DUE, "service_promise", error.what, error.remedy)
        return
    if promise.calendar.special != special_days(session):
        what = "the deadlines were reckoned by other special days than those that are set"
        yield Finding(Check.DUE, "special_day", what, "set one of the special days again: that rewrites every open deadline")
    for row in rows:
        wanted = due_at(promise, state_of(row))
        if row.due_at != wanted or row.next_step_at != next_step_at(promise, state_of(row), wanted):
            what = f"due at {row.due_at.isoformat()}, by the calendar {wanted.isoformat()}"
            yield Finding(
                Check.DUE, row.number, what, "change the profile's calendar and back: that rewrites every open deadline"
            )


def _numbers(session: Session) -> Iterator[Finding]:
    connection = session.connection()
    counted = select(CASE.c.profile, CASE.c.year, func.count().label("cases"), func.max(CASE.c.serial).label("last"))
    found = {(row.profile, row.year): row for row in connection.execute(counted.group_by(CASE.c.profile, CASE.c.year))}
    for counter in connection.execute(select(COUNTER)):
        row = found.get((counter.profile, counter.year))
        if (counter.last, counter.last) != ((row.cases, row.last) if row else (0, 0)):
            what = f"{row.cases if row else 0} cases, but {counter.last} numbers were given"
            yield Finding(Check.NUMBERS, f"{counter.profile}-{counter.year}", what, _BACKUP)


def _mentions(session: Session) -> Iterator[Finding]:
    connection = session.connection()
    cased = MENTION.c.state == MentionState.CASED
    odd = (
        select(MENTION.c.id, MENTION.c.state)
        .outerjoin(CASE_MENTION, CASE_MENTION.c.mention_id == MENTION.c.id)
        .where(or_(and_(cased, CASE_MENTION.c.case_id.is_(None)), and_(~cased, CASE_MENTION.c.case_id.is_not(None))))
    )
    for row in connection.execute(odd):
        yield Finding(Check.MENTIONS, str(row.id), f"its state is «{row.state}», and its case says otherwise", _BACKUP)
    textless = (
        select(MENTION.c.id)
        .outerjoin(CONTENT, and_(CONTENT.c.mention_id == MENTION.c.id, CONTENT.c.revision == MENTION.c.revision))
        .where(CONTENT.c.mention_id.is_(None), MENTION.c.erased_at.is_(None))
    )
    for bare in connection.execute(textless):
        yield Finding(Check.MENTIONS, str(bare.id), "its text is missing, and it was not erased", _BACKUP)


def _stories(session: Session) -> Iterator[Finding]:
    counted = (
        select(STORY.c.id, STORY.c.size, func.count(MENTION.c.id).label("mentions"))
        .outerjoin(MENTION, MENTION.c.story_id == STORY.c.id)
        .group_by(STORY.c.id, STORY.c.size)
        .having(func.count(MENTION.c.id) != STORY.c.size)
    )
    for row in session.connection().execute(counted):
        yield Finding(Check.STORIES, str(row.id), f"it says {row.size} mentions and has {row.mentions}", _BACKUP)


def _deliveries(session: Session) -> Iterator[Finding]:
    told = select(EVENT.c.case_id, EVENT.c.details).where(EVENT.c.kind == CaseEventKind.ANSWER_SENT)
    sent: dict[int, set[str]] = defaultdict(set)
    for row in session.connection().execute(told):
        sent[row.case_id].add(row.details.get("delivery", ""))
    answers = select(DELIVERY.c.id, DELIVERY.c.key, DELIVERY.c.case_id).where(
        DELIVERY.c.kind == "answer", DELIVERY.c.status == "sent", DELIVERY.c.case_id.is_not(None)
    )
    for answer in session.connection().execute(answers):
        if str(answer.id) not in sent[answer.case_id]:
            yield Finding(Check.DELIVERIES, answer.key, "it was sent, and its case does not say so", _BACKUP)


def _attachments(session: Session) -> Iterator[Finding]:
    """One file in memory at a time: its digest must be the one that its case's history names."""
    told: dict[str, str] = {}
    events = select(EVENT.c.details).where(EVENT.c.kind == CaseEventKind.ATTACHED)
    for event in session.connection().execute(events):
        told[event.details["attachment"]] = event.details["sha256"]
    for attachment_id in session.connection().execute(select(ATTACHMENT.c.id).order_by(ATTACHMENT.c.id)).scalars().all():
        row = session.connection().execute(select(ATTACHMENT).where(ATTACHMENT.c.id == attachment_id)).one()
        found = row.sha256 if row.content is None else hashlib.sha256(row.content).hexdigest()
        if not found == row.sha256 == told.get(str(row.id)):
            yield Finding(Check.ATTACHMENTS, str(row.id), "its content is not the one that was attached", _BACKUP)


def _audit(session: Session) -> Iterator[Finding]:
    broken = audit.verify(session)
    if broken is not None:
        yield Finding(Check.AUDIT, "audit", f"the audit trail is broken: {broken}", _BACKUP)


def _events(session: Session, case_ids: list[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    statement = select(EVENT).where(EVENT.c.case_id.in_(case_ids)).order_by(EVENT.c.case_id, EVENT.c.seq)
    for row in session.connection().execute(statement):
        found[row.case_id].append(row)
    return found


def _texts(session: Session, case_ids: list[int]) -> dict[tuple[int, int], Row[Any]]:
    statement = select(EVENT_TEXT).where(EVENT_TEXT.c.case_id.in_(case_ids))
    return {(row.case_id, row.seq): row for row in session.connection().execute(statement)}


_CHECKS: Final[tuple[Callable[[Session], Iterator[Finding]], ...]] = (
    _store,
    _histories,
    _deadlines,
    _numbers,
    _mentions,
    _stories,
    _deliveries,
    _attachments,
    _audit,
)
