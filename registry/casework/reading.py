"""Cases as lists and as single items, read for people."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, literal, or_, select
from sqlmodel import Session

from domain.case import AnswerStatus, CasePath, CaseStatus
from domain.errors import NotFound
from domain.people import Actor
from domain.tags import Importance, Kind
from registry.casework.case_row import barred_names, state_of
from registry.casework.workflow import moves_for
from registry.deliveries import deliveries_of_case
from registry.mentions import mentions_of_case
from registry.tables import (
    CaseAttachmentRecord,
    CaseEventRecord,
    CaseEventTextRecord,
    CaseLinkRecord,
    CaseMentionRecord,
    CasePartyRecord,
    CaseRecord,
    MentionRecord,
    OutletRecord,
    table_of,
)
from registry.views import AttachmentView, CaseRow, CaseView, EventView, LinkView, Page, PartyView

CASE = table_of(CaseRecord)
EVENT = table_of(CaseEventRecord)
EVENT_TEXT = table_of(CaseEventTextRecord)
LINK = table_of(CaseLinkRecord)
CASE_MENTION = table_of(CaseMentionRecord)
MENTION = table_of(MentionRecord)
OUTLET = table_of(OutletRecord)
PARTY = table_of(CasePartyRecord)
ATTACHMENT = table_of(CaseAttachmentRecord)

_CONCERNS = CASE.alias("concerns")


class CaseOrder(StrEnum):
    """In which order cases are listed."""

    NEWEST = "newest"
    DUE = "due"
    """Open ones first, the most urgent first."""
    IMPORTANCE = "importance"


def list_cases(
    session: Session,
    *,
    now: datetime | None = None,
    status: CaseStatus | None = None,
    open_only: bool = False,
    overdue: bool = False,
    kind: Kind | None = None,
    topic: str | None = None,
    importance: Importance | None = None,
    department: str | None = None,
    answer: AnswerStatus | None = None,
    number: str | None = None,
    path: CasePath | None = None,
    assignee: str | None = None,
    body: str | None = None,
    waiting: bool = False,
    escalated: bool = False,
    sealed: bool = False,
    reader: str = "",
    order: CaseOrder = CaseOrder.NEWEST,
    limit: int = 50,
    offset: int = 0,
) -> Page[CaseRow]:
    """Cases by what they are. ``department`` finds cases that are with it or, before they are passed on, belong to it;
    ``number`` finds by a part of the reference number; ``overdue`` is calculated for ``now`` (this moment where none is
    named); ``waiting`` finds those whose clock stands. Sealed cases are listed where ``sealed`` says so alone, and never those
    that concern ``reader`` (REQUIREMENTS W14)."""
    moment = now or datetime.now(UTC)
    conditions = _conditions(
        {
            CASE.c.status: status,
            CASE.c.kind: kind,
            CASE.c.topic: topic,
            CASE.c.importance: importance,
            CASE.c.answer: answer,
            CASE.c.path: path,
            CASE.c.assignee: assignee,
            CASE.c.body: body,
        }
    )
    if not sealed:
        conditions.append(CASE.c.sealed.is_(False))
    if reader:
        conditions.append(CASE.c.id.not_in(select(_CONCERNS.c.id).where(_CONCERNS.c.barred != "", _names(reader))))
    if waiting:
        conditions.append(CASE.c.stands.is_(True))
    if escalated:
        conditions.append(CASE.c.escalated.is_not(None))
    if open_only or overdue or waiting or escalated:
        conditions.append(CASE.c.is_open.is_(True))
    if overdue:
        conditions.append(CASE.c.due_at < moment)
    if department is not None:
        conditions.append(CASE.c.desk == department)
    if number:
        conditions.append(_numbered(number))
    where = and_(literal(True), *conditions)
    total = session.connection().execute(select(func.count()).select_from(CASE).where(where)).scalar_one()
    statement = case_rows().where(where).order_by(*_order(order)).limit(limit).offset(offset)
    return Page(read_rows(session, statement, moment), total)


def case_view(session: Session, case_id: int, actor: Actor | None = None, now: datetime | None = None) -> CaseView:
    """One case with its history, mentions, links and deliveries, and the moves that ``actor`` may make. Raises ``NotFound``."""
    row = session.connection().execute(case_rows().where(CASE.c.id == case_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no case {case_id}", "load the list again").saying("no_case", number=case_id)
    events = read_history(session, case_id)
    state = state_of(row)
    return CaseView(
        row=_row(row, now or datetime.now(UTC)),
        state=state,
        events=events,
        mentions=mentions_of_case(session, case_id),
        links=_links(session, case_id),
        deliveries=deliveries_of_case(session, case_id),
        allowed=moves_for(state, actor) if actor is not None else (),
        party=_party(session, case_id),
        attachments=_attachments(session, case_id),
    )


def find_case(session: Session, number: str) -> int:
    """The id of the case with this reference number. Raises ``NotFound``."""
    found = session.connection().execute(select(CASE.c.id).where(CASE.c.number == number.strip().upper())).scalar_one_or_none()
    if found is None:
        raise NotFound(f"there is no case {number}", "check the reference number").saying("no_case", number=number)
    return int(found)


def read_history(session: Session, case_id: int) -> tuple[EventView, ...]:
    """A case's events with what people wrote in them, oldest first."""
    beside = and_(EVENT_TEXT.c.case_id == EVENT.c.case_id, EVENT_TEXT.c.seq == EVENT.c.seq)
    statement = (
        select(EVENT, EVENT_TEXT.c.texts).outerjoin(EVENT_TEXT, beside).where(EVENT.c.case_id == case_id).order_by(EVENT.c.seq)
    )
    return tuple(
        EventView(
            seq=row.seq,
            kind=row.kind,
            at=row.at,
            actor=row.actor,
            details=row.details,
            texts=row.texts or {},
            erased=bool(row.digest) and row.texts is None,
        )
        for row in session.connection().execute(statement)
    )


def read_rows(session: Session, statement: Select[Any], now: datetime) -> tuple[CaseRow, ...]:
    """The lines that a statement made of ``case_rows()`` gives."""
    return tuple(_row(row, now) for row in session.connection().execute(statement))


def case_rows() -> Select[Any]:
    """A statement over cases, to be narrowed and ordered by columns of ``case_record``."""
    mentions = (
        select(func.count())
        .select_from(CASE_MENTION)
        .where(CASE_MENTION.c.case_id == CASE.c.id)
        .scalar_subquery()
        .label("mentions")
    )
    return (
        select(CASE, mentions, func.coalesce(OUTLET.c.name_ar, "").label("outlet_name"))
        .outerjoin(MENTION, MENTION.c.id == CASE.c.first_mention_id)
        .outerjoin(OUTLET, OUTLET.c.id == MENTION.c.outlet_id)
    )


def importance_weight() -> Any:
    """Orders by importance, the highest first."""
    return case((CASE.c.importance == Importance.HIGH, 0), (CASE.c.importance == Importance.MEDIUM, 1), else_=2)


def _names(reader: str) -> ColumnElement[bool]:
    return _CONCERNS.c.barred.contains(f",{reader},", autoescape=True)


def _numbered(asked: str) -> ColumnElement[bool]:
    """Digits alone are the case's own number in any year; anything else is a part of the reference."""
    digits = asked.strip().lstrip("-")
    if digits.isdecimal() and len(digits) < 10:
        return CASE.c.serial == int(digits)
    return CASE.c.number.contains(asked.strip().upper(), autoescape=True)


def _conditions(asked: dict[Any, Any]) -> list[ColumnElement[bool]]:
    return [column == value for column, value in asked.items() if value is not None]


def _order(order: CaseOrder) -> tuple[Any, ...]:
    if order is CaseOrder.DUE:
        return CASE.c.is_open.desc(), CASE.c.due_at, CASE.c.id
    if order is CaseOrder.IMPORTANCE:
        return importance_weight(), CASE.c.id.desc()
    return (CASE.c.id.desc(),)


def _row(row: Row[Any], now: datetime) -> CaseRow:
    return CaseRow(
        id=row.id,
        number=row.number,
        path=row.path,
        channel=row.channel,
        title=row.title,
        kind=row.kind,
        topic=row.topic,
        importance=row.importance,
        complexity=row.complexity,
        action=row.action,
        status=row.status,
        answer=row.answer,
        department=row.department,
        assignee=row.assignee,
        body=row.body,
        proposed_department=row.proposed_department,
        opened_at=row.opened_at,
        due_at=row.due_at,
        closed_at=row.closed_at,
        overdue=row.status.is_open and row.due_at < now,
        mentions=row.mentions,
        outlet_name=row.outlet_name,
        revision=row.revision,
        waiting=row.stands,
        sealed=row.sealed,
        round=row.round,
    )


def _party(session: Session, case_id: int) -> PartyView | None:
    row = session.connection().execute(select(PARTY).where(PARTY.c.case_id == case_id)).one_or_none()
    if row is None:
        return None
    return PartyView(row.kind, row.name, row.contact, row.channel, row.reference, row.erased_at is not None)


def _attachments(session: Session, case_id: int) -> tuple[AttachmentView, ...]:
    columns = [ATTACHMENT.c[name] for name in ("id", "name", "media_type", "size", "actor", "at")]
    statement = select(*columns, ATTACHMENT.c.content.is_(None).label("erased")).where(ATTACHMENT.c.case_id == case_id)
    return tuple(AttachmentView(**row._mapping) for row in session.connection().execute(statement.order_by(ATTACHMENT.c.id)))


def _links(session: Session, case_id: int) -> tuple[LinkView, ...]:
    other = case((LINK.c.case_id == case_id, LINK.c.other_id), else_=LINK.c.case_id)
    statement = (
        select(CASE, LINK.c.score, LINK.c.at, LINK.c.actor)
        .join_from(LINK, CASE, CASE.c.id == other)
        .where(or_(LINK.c.case_id == case_id, LINK.c.other_id == case_id))
        .order_by(CASE.c.id)
    )
    return tuple(
        LinkView(
            case_id=row.id,
            number=row.number,
            title=row.title,
            status=row.status,
            score=row.score,
            at=row.at,
            actor=row.actor,
            sealed=row.sealed,
            desk=row.desk,
            barred=barred_names(row.barred),
        )
        for row in session.connection().execute(statement)
    )
