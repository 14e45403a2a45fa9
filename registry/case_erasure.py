"""What is personal in a case goes when its retention time ends, or at the person's request (REQUIREMENTS L3).

The history stays whole: it runs over codes and keyed digests (DESIGN promise 7), and says that something was erased. A case under
legal hold keeps its own record until the hold ends.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, delete, func, or_, select, update
from sqlmodel import Session

from domain.case import BeneficiaryKind, CaseEventKind, check
from domain.delivery import DeliveryKind, DeliveryStatus
from domain.errors import InputError, NotAllowed, NotFound
from domain.known_names import hide, holds
from domain.mention import Channel
from domain.messages import message
from domain.people import SYSTEM, Actor, Role
from domain.privacy import mask, without_handle
from registry import audit, problems
from registry.batches import among, select_in
from registry.casework.case_row import state_of
from registry.casework.history import NewEvent, append_events, lock_case
from registry.locks import Work, alone
from registry.tables import (
    CaseAttachmentRecord,
    CaseEventRecord,
    CaseEventTextRecord,
    CaseMentionRecord,
    CasePartyRecord,
    CaseRecord,
    DeliveryRecord,
    ImprovementRecord,
    MentionRecord,
    table_of,
)
from registry.views import Subject

CASE = table_of(CaseRecord)
EVENT = table_of(CaseEventRecord)
EVENT_TEXT = table_of(CaseEventTextRecord)
PARTY = table_of(CasePartyRecord)
ATTACHMENT = table_of(CaseAttachmentRecord)
DELIVERY = table_of(DeliveryRecord)
IMPROVEMENT = table_of(ImprovementRecord)
CASE_MENTION = table_of(CaseMentionRecord)
MENTION = table_of(MentionRecord)

_E = CaseEventKind
_ERASES: Final = frozenset({Role.SPECIALIST, Role.MANAGER, Role.ADMIN})
_OUTCOMES: Final = frozenset(
    {_E.SOLVED, _E.SOLVED_AT_ONCE, _E.PROPOSALS_PREPARED, _E.VERDICT_RECORDED, _E.OUTSIDE_ANSWERED, _E.REJECTED}
)
"""Events whose words are the ministry's own outcome: they stay, where they do not name the person."""
_TO_PEOPLE: Final = (DeliveryKind.ACKNOWLEDGEMENT, DeliveryKind.REFERRAL)
_UNSENT: Final = (DeliveryStatus.DRAFT, DeliveryStatus.QUEUED, DeliveryStatus.FAILED)


@dataclass(frozen=True, slots=True)
class Known:
    """What a case knows of whoever raised it, to be hidden wherever it was written."""

    names: tuple[str, ...]
    is_person: bool

    def hidden(self, text: str) -> str:
        """The text without it."""
        return hide(text, self.names, parts=self.is_person)


def on_hold(now: datetime) -> ColumnElement[bool]:
    """For statements over cases: a legal hold that has not expired is on it."""
    return and_(CASE.c.held_until.is_not(None), CASE.c.held_until > now)


def parties(session: Session, case_ids: Collection[int]) -> dict[int, Known]:
    """What cases know of whoever raised them, by the case's id; those without a party, or with an erased one, are missing."""
    statement = select(PARTY).where(PARTY.c.erased_at.is_(None))
    return {row.case_id: _known(row) for row in select_in(session, statement, PARTY.c.case_id, list(case_ids))}


def erase_party(session: Session, case_id: int, actor: Actor, reason: str, now: datetime) -> None:
    """Erase whoever raised the case from it, at their request: name, contact, reference, files, what they said, and mails to
    them; from the cases that became part of it too. Erased already changes nothing.

    Raises ``NotFound`` for a case without a party, ``InputError`` without a reason, and ``NotAllowed``: who may not, or a legal
    hold keeps the case's record.
    """
    _may_erase(actor, reason)
    alone(session, Work.CASES)
    case = lock_case(session, case_id)
    check(state_of(case), _E.NOTE_ADDED, actor, {"note": reason})
    party = session.connection().execute(select(PARTY).where(PARTY.c.case_id == case_id)).one_or_none()
    if party is None:
        raise NotFound(f"nobody is named as having raised the case {case.number}", "there is nothing to erase")
    if party.erased_at is not None:
        return
    merged = _merged_into(session, case)
    for each in (case, *merged):
        check(state_of(each), _E.NOTE_ADDED, actor, {"note": reason})
        _need_no_hold(each, now)
    _erase(session, [case, *merged], {case_id: _known(party)} | parties(session, [each.id for each in merged]), now)
    note = message("case.party_erased", reason=mask(_known(party).hidden(reason.strip())))
    told = [NewEvent(each.id, _E.NOTE_ADDED, actor.username, {"note": note}) for each in (case, *merged)]
    append_events(session, told, now)


def erase_author(session: Session, mention_id: int, actor: Actor, reason: str, now: datetime) -> None:
    """Erase a social author's name and handle from a mention, at their request; its text stays, masked outside the case. Erased
    already changes nothing. It stands in the audit trail.

    Raises ``NotFound``, ``InputError`` without a reason or for what is no post, and ``NotAllowed``.
    """
    _may_erase(actor, reason)
    statement = select(MENTION.c.id, MENTION.c.channel, MENTION.c.author, MENTION.c.author_handle, MENTION.c.url)
    row = session.connection().execute(statement.where(MENTION.c.id == mention_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(f"there is no mention {mention_id}", "it may have been erased; load the list again")
    if row.channel is not Channel.SOCIAL:
        raise InputError(f"mention {mention_id} is no post", "a journalist's name belongs to what was published")
    if not (row.author or row.author_handle):
        return
    _blank_authors(session, MENTION.c.id == mention_id)
    said = Known(tuple(text for text in (row.author, row.author_handle) if text), is_person=True).hidden(reason.strip())
    audit.record(session, actor, "mention.author_erased", f"mention:{mention_id}", {"reason": said}, now)


def retire(session: Session, now: datetime, keep: timedelta, *, limit: int = 200) -> int:
    """Erase what is personal in cases that ended longer than ``keep`` ago; gives how many (call again while it gives ``limit``).

    Whoever raised it, files, what people wrote but for the outcome, mails to people, and the names and handles of social authors.
    A case under legal hold waits for the end of the hold; then the title goes too that it kept of a deleted post.
    """
    alone(session, Work.CASES)
    _forget_deleted_posts(session, now)
    last = select(func.max(EVENT.c.at)).where(EVENT.c.case_id == CASE.c.id).scalar_subquery()
    ended = func.coalesce(CASE.c.closed_at, last)
    statement = (
        select(CASE)
        .where(CASE.c.is_open.is_(False), CASE.c.opened_at < now - keep, ended < now - keep, ~on_hold(now))
        .where(or_(CASE.c.erased_at.is_(None), CASE.c.erased_at < ended))
        .order_by(CASE.c.id)
        .limit(limit)
        .with_for_update()
    )
    rows = session.connection().execute(statement).all()
    if not rows:
        return 0
    case_ids = [row.id for row in rows]
    _erase(session, rows, parties(session, case_ids), now)
    _forget_authors(session, case_ids)
    session.connection().execute(update(CASE).where(CASE.c.id.in_(case_ids)).values(erased_at=now))
    note = {"note": message("case.retention_ended")}
    append_events(session, [NewEvent(case_id, _E.NOTE_ADDED, SYSTEM.username, note) for case_id in case_ids], now)
    return len(rows)


def forget_titles(session: Session, which: ColumnElement[bool]) -> None:
    """Titles of cases that are a deleted post's words go, and what was copied of them into the register of improvements."""
    connection = session.connection()
    rows = connection.execute(select(CASE.c.id, CASE.c.number, CASE.c.title).where(which, CASE.c.title != "")).all()
    for row in rows:
        own = and_(IMPROVEMENT.c.case_id == row.id, IMPROVEMENT.c.gap == row.title)
        connection.execute(update(IMPROVEMENT).where(own).values(gap=row.number))
    connection.execute(update(CASE).where(among(session, CASE.c.id, [row.id for row in rows])).values(title="", words=b""))


def _forget_deleted_posts(session: Session, now: datetime) -> None:
    """A hold keeps a case's own record no longer than it lasts (REQUIREMENTS L3)."""
    erased = select(MENTION.c.id).where(MENTION.c.erased_at.is_not(None))
    forget_titles(session, and_(CASE.c.first_mention_id.in_(erased), ~on_hold(now)))


def _need_no_hold(case: Row[Any], now: datetime) -> None:
    if case.held_until is not None and case.held_until > now:
        raise NotAllowed(
            f"the case {case.number} is under legal hold until {case.held_until.date().isoformat()} and keeps its record",
            "erase it when the hold ends or is lifted",
        )


def _merged_into(session: Session, case: Row[Any]) -> list[Row[Any]]:
    """The cases that became part of this one, and of those: the same person raised them (``cases.merge``)."""
    found: list[Row[Any]] = []
    numbers = [case.number]
    while numbers:
        statement = select(CASE).where(CASE.c.merged_into.in_(numbers)).order_by(CASE.c.id).with_for_update()
        rows = session.connection().execute(statement).all()
        found += rows
        numbers = [row.number for row in rows]
    return found


def _may_erase(actor: Actor, reason: str) -> None:
    if not actor.roles & _ERASES:
        raise NotAllowed(f"{actor.username} may not erase a person", "it takes a specialist, a manager or an admin")
    if not reason.strip():
        raise InputError("a person is not erased without a reason", "say who asked for it, and how")


def _known(party: Row[Any]) -> Known:
    names = tuple(text for text in (party.name, party.contact, party.reference) if text)
    return Known(names, party.kind is BeneficiaryKind.INDIVIDUAL)


def _erase(session: Session, cases: Sequence[Row[Any]], known: Mapping[int, Known], now: datetime) -> None:
    connection = session.connection()
    case_ids = [case.id for case in cases]
    _forget_words(session, case_ids, known)
    for case in cases:
        if case.id in known:
            _hide_in_titles(session, case, known[case.id])
    blank = {"name": "", "contact": "", "reference": "", "erased_at": now}
    connection.execute(update(PARTY).where(PARTY.c.case_id.in_(case_ids), PARTY.c.erased_at.is_(None)).values(**blank))
    connection.execute(update(ATTACHMENT).where(ATTACHMENT.c.case_id.in_(case_ids)).values(name="", content=None))
    connection.execute(update(CASE).where(CASE.c.id.in_(case_ids)).values(words=b""))
    mails = and_(DELIVERY.c.case_id.in_(case_ids), DELIVERY.c.kind.in_(_TO_PEOPLE))
    waiting = list(connection.execute(select(DELIVERY.c.id).where(mails, DELIVERY.c.status.in_(_UNSENT))).scalars())
    withdrawn = {"status": DeliveryStatus.WITHDRAWN, "next_try_at": None}
    connection.execute(update(DELIVERY).where(DELIVERY.c.id.in_(waiting)).values(**withdrawn))
    problems.solve(session, Subject.DELIVERY, [str(each) for each in waiting])
    connection.execute(
        update(DELIVERY)
        .where(mails, DELIVERY.c.status != DeliveryStatus.CLAIMED)
        .values(recipient="", subject="", text="", html="", reason="")
    )


def _forget_words(session: Session, case_ids: list[int], known: Mapping[int, Known]) -> None:
    """What people wrote goes, with the key of its digest; the ministry's own outcome stays where it names nobody."""
    statement = (
        select(EVENT.c.case_id, EVENT.c.seq, EVENT.c.kind, EVENT_TEXT.c.texts)
        .join_from(EVENT_TEXT, EVENT, and_(EVENT.c.case_id == EVENT_TEXT.c.case_id, EVENT.c.seq == EVENT_TEXT.c.seq))
        .where(EVENT_TEXT.c.case_id.in_(case_ids))
    )
    for row in session.connection().execute(statement).all():
        names = known[row.case_id].names if row.case_id in known else ()
        if row.kind not in _OUTCOMES or any(holds(text, names) for text in row.texts.values()):
            own = and_(EVENT_TEXT.c.case_id == row.case_id, EVENT_TEXT.c.seq == row.seq)
            session.connection().execute(delete(EVENT_TEXT).where(own))


def _hide_in_titles(session: Session, case: Row[Any], known: Known) -> None:
    connection = session.connection()
    connection.execute(update(CASE).where(CASE.c.id == case.id).values(title=known.hidden(case.title)))
    gaps = connection.execute(select(IMPROVEMENT.c.id, IMPROVEMENT.c.gap).where(IMPROVEMENT.c.case_id == case.id)).all()
    for row in gaps:
        connection.execute(update(IMPROVEMENT).where(IMPROVEMENT.c.id == row.id).values(gap=known.hidden(row.gap)))


def _forget_authors(session: Session, case_ids: list[int]) -> None:
    _blank_authors(session, MENTION.c.id.in_(select(CASE_MENTION.c.mention_id).where(CASE_MENTION.c.case_id.in_(case_ids))))


def _blank_authors(session: Session, which: ColumnElement[bool]) -> None:
    """Social authors' names and handles go, and the addresses that hold them."""
    connection = session.connection()
    statement = select(MENTION.c.id, MENTION.c.url, MENTION.c.canonical_url).where(which, MENTION.c.channel == Channel.SOCIAL)
    for row in connection.execute(statement).all():
        values = {
            "author": "",
            "author_handle": "",
            "url": without_handle(row.url),
            "canonical_url": without_handle(row.canonical_url),
        }
        connection.execute(update(MENTION).where(MENTION.c.id == row.id).values(**values))
