"""Shift handover: what one shift leaves to the next (REQUIREMENTS W15).

The list is made from the cases and the outbox. What is kept of it are codes, numbers and moments: titles and notes of cases are
read anew when it is shown, so that nothing outlives its erasure here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, func, select, update
from sqlmodel import Session

from domain.case import CaseEventKind, CasePath, CaseStatus, ContactOutcome
from domain.delivery import DeliveryKind, DeliveryStatus
from domain.errors import Conflict, NotAllowed, NotFound
from domain.people import Actor, Role
from domain.privacy import mask, mask_handles
from registry import audit
from registry.batches import insert_ids, select_in
from registry.tables import CaseEventRecord, CaseRecord, DeliveryRecord, HandoverRecord, table_of
from registry.views import Page

CASE = table_of(CaseRecord)
EVENT = table_of(CaseEventRecord)
DELIVERY = table_of(DeliveryRecord)
HANDOVER = table_of(HandoverRecord)

_E = CaseEventKind
_GIVES: Final = frozenset(Role) - {Role.AUDITOR, Role.ADMIN}
_FIRST: Final = timedelta(days=1)
"""How far back the first handover looks for released cases."""
_SETTLES: Final = (_E.CONTACT_ATTEMPTED, _E.BENEFICIARY_TOLD, _E.SATISFACTION_RECORDED)
"""After one of these nobody waits for the call that was agreed before."""
_NOTE: Final = 2000


class HandoverKind(StrEnum):
    """Why something is on the list, in the list's order."""

    PROMISE = "promise"
    """Somebody was promised an answer for ``at``."""
    CALL = "call"
    """Somebody asked to be called again at ``at``."""
    PRESS_QUESTION = "press_question"
    """A journalist waits until ``at``."""
    ESCALATED = "escalated"
    """It ran out of time, and somebody above was told; it was due at ``at``."""
    WAITING = "waiting"
    """Somebody is waited for, inside or outside the ministry; their answer is due at ``at``."""
    RELEASED = "released"
    """Somebody who had it let it go at ``at``, and nobody has it."""
    APPROVAL = "approval"
    """An answer drafted at ``at`` waits for approval."""


@dataclass(frozen=True, slots=True)
class HandoverItem:
    """One line of the list. ``who`` has it or did it (a username, or empty); ``late`` says that ``at`` has passed where it is a
    term. ``title`` is empty for sealed cases and once it was erased; ``delivery_id`` is that of an answer."""

    kind: HandoverKind
    case_id: int
    number: str
    at: datetime
    who: str = ""
    late: bool = False
    title: str = ""
    delivery_id: int | None = None


@dataclass(frozen=True, slots=True)
class HandoverView:
    """A handover that was given. ``taken_at`` is None while nobody took it."""

    id: int
    given_by: str
    given_at: datetime
    note: str
    items: tuple[HandoverItem, ...]
    taken_by: str
    taken_at: datetime | None


def open_items(session: Session, now: datetime) -> tuple[HandoverItem, ...]:
    """What is open now, by kind, the earliest first: promises made, calls awaited, journalists' questions, what was escalated,
    what waits, claims released since the last handover, answers that wait for approval."""
    found = [
        *_of_cases(session, HandoverKind.PROMISE, CASE.c.promised_at, CASE.c.promised_at.is_not(None), now),
        *_calls(session, now),
        *_of_cases(session, HandoverKind.PRESS_QUESTION, CASE.c.due_at, CASE.c.path == CasePath.PRESS_QUESTION, now),
        *_of_cases(session, HandoverKind.ESCALATED, CASE.c.due_at, CASE.c.escalated.is_not(None), now),
        *_waiting(session, now),
        *_released(session, now),
        *_approvals(session),
    ]
    order = list(HandoverKind)
    return tuple(sorted(found, key=lambda item: (order.index(item.kind), item.at, item.case_id)))


def give(session: Session, actor: Actor, note: str, now: datetime) -> int:
    """Keep the list as it stands, with a note for the next shift; gives its id. Raises ``NotAllowed``."""
    _need_staff(actor)
    items = open_items(session, now)
    row = {
        "given_by": actor.username,
        "given_at": now,
        "note": mask_handles(mask(note.strip().replace("\x00", "")), frozenset())[:_NOTE],
        "items": [_kept(item) for item in items],
        "taken_by": "",
        "taken_at": None,
    }
    handover_id = insert_ids(session, HANDOVER, [row])[0]
    audit.record(session, actor, "handover.given", f"handover:{handover_id}", {"items": str(len(items))}, now)
    return handover_id


def take(session: Session, handover_id: int, actor: Actor, now: datetime) -> None:
    """Somebody else takes the shift. Taking it again changes nothing.

    Raises ``NotFound``, ``NotAllowed`` for whoever gave it, ``Conflict`` where a colleague took it already.
    """
    _need_staff(actor)
    row = session.connection().execute(select(HANDOVER).where(HANDOVER.c.id == handover_id).with_for_update()).one_or_none()
    if row is None:
        raise _unknown(handover_id)
    if row.taken_by == actor.username:
        return
    if row.taken_by:
        raise Conflict(f"{row.taken_by} took this handover already", "look at it again")
    if row.given_by == actor.username:
        raise NotAllowed(f"{actor.username} gave this handover", "somebody of the next shift takes it")
    statement = update(HANDOVER).where(HANDOVER.c.id == handover_id)
    session.connection().execute(statement.values(taken_by=actor.username, taken_at=now))
    audit.record(session, actor, "handover.taken", f"handover:{handover_id}", {}, now)


def find(session: Session, handover_id: int) -> HandoverView:
    """One handover with its list. Raises ``NotFound``."""
    found = _read(session, HANDOVER.c.id == handover_id, 1, 0)
    if not found:
        raise _unknown(handover_id)
    return found[0]


def history(session: Session, *, limit: int = 20, offset: int = 0) -> Page[HandoverView]:
    """Handovers, newest first."""
    total = session.connection().execute(select(func.count()).select_from(HANDOVER)).scalar_one()
    return Page(_read(session, HANDOVER.c.id > 0, limit, offset), total)


def _of_cases(
    session: Session, kind: HandoverKind, moment: Any, condition: ColumnElement[bool], now: datetime
) -> Iterator[HandoverItem]:
    """Open cases that fulfil a condition, each with the moment that counts."""
    statement = select(CASE, moment.label("moment")).where(CASE.c.is_open.is_(True), condition)
    for row in session.connection().execute(statement):
        yield _item(kind, row, row.moment, row.assignee, late=row.moment < now)


def _calls(session: Session, now: datetime) -> Iterator[HandoverItem]:
    """Cases whose last word with the beneficiary was that they are to be called again."""
    last = (
        select(EVENT.c.case_id, func.max(EVENT.c.seq).label("seq"))
        .join(CASE, CASE.c.id == EVENT.c.case_id)
        .where(EVENT.c.kind.in_(_SETTLES), CASE.c.is_open.is_(True))
        .group_by(EVENT.c.case_id)
        .subquery()
    )
    statement = (
        select(CASE, EVENT.c.details.label("details"), EVENT.c.actor.label("by"))
        .join_from(last, EVENT, (EVENT.c.case_id == last.c.case_id) & (EVENT.c.seq == last.c.seq))
        .join(CASE, CASE.c.id == EVENT.c.case_id)
        .where(EVENT.c.kind == _E.CONTACT_ATTEMPTED)
    )
    for row in session.connection().execute(statement):
        if row.details.get("outcome") == ContactOutcome.CALL_BACK and row.details.get("call_again_at"):
            again = datetime.fromisoformat(row.details["call_again_at"])
            yield _item(HandoverKind.CALL, row, again, row.by, late=again < now)


def _waiting(session: Session, now: datetime) -> Iterator[HandoverItem]:
    """Cases whose clock stands: somebody is waited for, inside or outside the ministry."""
    for row in session.connection().execute(select(CASE).where(CASE.c.stands.is_(True), CASE.c.is_open.is_(True))):
        yield _item(HandoverKind.WAITING, row, row.due_at, row.body or row.assignee, late=row.due_at < now)


def _released(session: Session, now: datetime) -> Iterator[HandoverItem]:
    last = session.connection().execute(select(func.max(HANDOVER.c.given_at))).scalar_one()
    statement = (
        select(CASE, EVENT.c.at.label("released_at"), EVENT.c.actor.label("by"))
        .join_from(EVENT, CASE, CASE.c.id == EVENT.c.case_id)
        .where(EVENT.c.at > (last or now - _FIRST), EVENT.c.kind == _E.RELEASED)
        .where(CASE.c.status == CaseStatus.ASSIGNED, CASE.c.assignee == "")
        .order_by(EVENT.c.at)
    )
    found = {row.id: row for row in session.connection().execute(statement)}
    for row in found.values():
        yield _item(HandoverKind.RELEASED, row, row.released_at, row.by)


def _approvals(session: Session) -> Iterator[HandoverItem]:
    statement = (
        select(CASE, DELIVERY.c.id.label("delivery"), DELIVERY.c.created_at.label("drafted_at"), DELIVERY.c.drafted_by)
        .join_from(DELIVERY, CASE, CASE.c.id == DELIVERY.c.case_id)
        .where(DELIVERY.c.status == DeliveryStatus.DRAFT, DELIVERY.c.kind == DeliveryKind.ANSWER)
    )
    for row in session.connection().execute(statement):
        yield _item(HandoverKind.APPROVAL, row, row.drafted_at, row.drafted_by, delivery_id=row.delivery)


def _item(
    kind: HandoverKind, row: Row[Any], at: datetime, who: str, *, late: bool = False, delivery_id: int | None = None
) -> HandoverItem:
    return HandoverItem(kind, row.id, row.number, at, who, late, "" if row.sealed else row.title, delivery_id)


def _kept(item: HandoverItem) -> dict[str, Any]:
    """What is stored of a line: no title."""
    return {
        "kind": str(item.kind),
        "case": item.case_id,
        "number": item.number,
        "at": item.at.isoformat(),
        "who": item.who,
        "late": item.late,
        "delivery": item.delivery_id,
    }


def _read(session: Session, where: ColumnElement[bool], limit: int, offset: int) -> tuple[HandoverView, ...]:
    statement = select(HANDOVER).where(where).order_by(HANDOVER.c.id.desc()).limit(limit).offset(offset)
    rows = session.connection().execute(statement).all()
    titles = _titles(session, {item["case"] for row in rows for item in row.items})
    return tuple(
        HandoverView(
            row.id,
            row.given_by,
            row.given_at,
            row.note,
            tuple(_shown(item, titles) for item in row.items),
            row.taken_by,
            row.taken_at,
        )
        for row in rows
    )


def _titles(session: Session, case_ids: Iterable[int]) -> dict[int, str]:
    statement = select(CASE.c.id, CASE.c.title).where(CASE.c.sealed.is_(False))
    return {row.id: row.title for row in select_in(session, statement, CASE.c.id, list(case_ids))}


def _shown(item: dict[str, Any], titles: dict[int, str]) -> HandoverItem:
    return HandoverItem(
        HandoverKind(item["kind"]),
        item["case"],
        item["number"],
        datetime.fromisoformat(item["at"]),
        item["who"],
        item["late"],
        titles.get(item["case"], ""),
        item["delivery"],
    )


def _need_staff(actor: Actor) -> None:
    if not actor.roles & _GIVES:
        raise NotAllowed(f"{actor.username} works no shift", "somebody of the team gives and takes handovers")


def _unknown(handover_id: int) -> NotFound:
    return NotFound(f"there is no handover {handover_id}", "load the list again")
