"""Rows of the outbox: drafted, approved, claimed, sent, confirmed (DESIGN promises 3 and 4).

The events of an answer that stands on a case (approved, sent, uncertain, failed, returned) are written here, with the row;
that it was drafted is written by who drafted it, who knows the actor.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, false, func, select, update
from sqlmodel import Session

from domain.case import CaseEventKind
from domain.delivery import (
    DELIVERY_MOVES,
    DeliveryChannel,
    DeliveryKind,
    DeliveryStatus,
    Message,
    retry_at,
)
from domain.errors import Conflict, InputError, NotAllowed, NotFound
from domain.people import SYSTEM, Actor, Role
from domain.privacy import mask
from registry import crisis, problems
from registry.batches import insert_ids
from registry.casework.workflow import act
from registry.tables import CaseRecord, DeliveryRecord, table_of
from registry.views import DeliveryView, NextAction, Page, Subject

DELIVERY = table_of(DeliveryRecord)
CASE = table_of(CaseRecord)

_S = DeliveryStatus
_E = CaseEventKind


def queue(
    session: Session,
    message: Message,
    case_id: int | None = None,
    status: DeliveryStatus = DeliveryStatus.QUEUED,
    drafted_by: str = "",
    *,
    now: datetime | None = None,
) -> int:
    """Put a message into the outbox as a draft or, where nobody must approve it, queued; gives its id.

    A key that is there already gives the row that has it, unchanged. An answer cannot be queued: it is drafted, and approved.
    Raises ``InputError``, ``NotAllowed``.
    """
    if status not in (_S.DRAFT, _S.QUEUED):
        raise InputError(f"a delivery cannot start as «{status}»", "start it as draft or queued")
    if message.kind is DeliveryKind.ANSWER and status is not _S.DRAFT:
        raise NotAllowed("an answer leaves only after approval", "queue it as a draft, then approve it")
    known = session.connection().execute(select(DELIVERY.c.id).where(DELIVERY.c.key == message.key)).scalar_one_or_none()
    if known is not None:
        return int(known)
    moment = now or datetime.now(UTC)
    row = {
        "key": message.key,
        "kind": message.kind,
        "channel": message.channel,
        "recipient": message.recipient,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "message_id": message.message_id,
        "status": status,
        "case_id": case_id,
        "drafted_by": drafted_by,
        "approved_by": "",
        "attempts": 0,
        "reason": "",
        "remote_id": "",
        "created_at": moment,
        "next_try_at": moment if status is _S.QUEUED else None,
    }
    return insert_ids(session, DELIVERY, [row])[0]


def approve(session: Session, delivery_id: int, actor: Actor, now: datetime, *, second_person: bool = True) -> None:
    """Let a draft go. Its drafter may not (``second_person``, DESIGN promise 4). Approving again changes nothing.

    Raises ``NotFound``, ``NotAllowed``, and ``Conflict`` where it was sent, withdrawn or failed meanwhile.
    """
    row = _lock(session, delivery_id)
    _need_approver(actor, "approve", row)
    if second_person and row.drafted_by == actor.username:
        own = NotAllowed(f"{actor.username} drafted «{row.key}»", "somebody else with the role of approver must approve it")
        raise own.saying("own_answer")
    if row.status in (_S.QUEUED, _S.CLAIMED, _S.SENT) and row.approved_by:
        return
    if row.status is not _S.DRAFT:
        raise _moved_on(row, "no draft any more")
    _move(session, row, _S.QUEUED, approved_by=actor.username, next_try_at=now)
    _tell_case(session, row, _E.ANSWER_APPROVED, actor, now)


def send_back(session: Session, delivery_id: int, actor: Actor, reason: str, now: datetime) -> None:
    """Withdraw a draft (or what has not left yet), with a reason for who drafted it. Raises ``NotFound``, ``NotAllowed``,
    ``InputError``, ``Conflict``."""
    row = _lock(session, delivery_id)
    _need_approver(actor, "send back", row)
    if not reason.strip():
        raise InputError(f"«{row.key}» cannot be sent back without a reason", "say what is to be changed").saying("returned_why")
    if row.status is _S.WITHDRAWN:
        return
    _move(session, row, _S.WITHDRAWN, reason=reason.strip(), next_try_at=None)
    problems.solve(session, Subject.DELIVERY, [str(row.id)])
    _tell_case(session, row, _E.ANSWER_RETURNED, actor, now, reason=reason)


def due(session: Session, now: datetime, limit: int = 100) -> list[DeliveryView]:
    """What is to be sent now, the longest waiting first; without what crisis mode holds."""
    statement = (
        _rows()
        .where(DELIVERY.c.status == _S.QUEUED, DELIVERY.c.next_try_at <= now, crisis.may_leave())
        .order_by(DELIVERY.c.next_try_at, DELIVERY.c.id)
        .limit(limit)
    )
    return _read(session, statement)


def held(session: Session, now: datetime) -> int:
    """How many answers would be sent now if crisis mode did not hold them (REQUIREMENTS W15)."""
    due_now = and_(DELIVERY.c.status == _S.QUEUED, DELIVERY.c.next_try_at <= now, ~crisis.may_leave())
    return int(session.connection().execute(select(func.count()).select_from(DELIVERY).where(due_now)).scalar_one())


def claim(session: Session, delivery_id: int, now: datetime) -> bool:
    """Take a queued delivery for sending; False where somebody else was first, or crisis mode was turned on meanwhile. Commit
    before you send."""
    due_now = and_(DELIVERY.c.status == _S.QUEUED, DELIVERY.c.next_try_at <= now, crisis.may_leave())
    statement = (
        update(DELIVERY)
        .where(DELIVERY.c.id == delivery_id, due_now)
        .values(status=_S.CLAIMED, claimed_at=now, attempts=DELIVERY.c.attempts + 1)
    )
    return bool(session.connection().execute(statement).rowcount)


def confirm(session: Session, delivery_id: int, now: datetime, remote_id: str = "") -> None:
    """It was sent; ``remote_id`` is what the other side calls it. Confirming again changes nothing. Raises ``NotFound``,
    ``Conflict``."""
    row = _lock(session, delivery_id)
    if row.status is _S.SENT:
        return
    _move(session, row, _S.SENT, sent_at=now, remote_id=remote_id, reason="", next_try_at=None)
    problems.solve(session, Subject.DELIVERY, [str(row.id)])
    _tell_case(session, row, _E.ANSWER_SENT, SYSTEM, now)


def fail(session: Session, delivery_id: int, now: datetime, reason: str, final: bool) -> None:
    """It was certainly not sent: tried again later, or, where that is of no use (``final``, or too many tries), a person's turn.
    Raises ``NotFound``, ``Conflict``."""
    row = _lock(session, delivery_id)
    again = None if final else retry_at(row.attempts, now)
    _move(session, row, _S.QUEUED if again else _S.FAILED, reason=reason, next_try_at=again)
    action = NextAction.RETRIES if again else NextAction.CORRECT_ADDRESS
    problems.report(session, [_problem(row, reason, action, again)], now)
    if again is None:
        _tell_case(session, row, _E.ANSWER_FAILED, SYSTEM, now)


def mark_uncertain(session: Session, delivery_id: int, now: datetime, reason: str) -> None:
    """It is unknown whether it went out: never sent again by itself (DESIGN promise 3). Raises ``NotFound``, ``Conflict``."""
    row = _lock(session, delivery_id)
    if row.status is _S.UNCERTAIN:
        return
    _move(session, row, _S.UNCERTAIN, reason=reason, next_try_at=None)
    problems.report(session, [_problem(row, reason, NextAction.DECIDE)], now)
    _tell_case(session, row, _E.ANSWER_UNCERTAIN, SYSTEM, now)


def sweep_claimed(session: Session, now: datetime, *, before: datetime | None = None) -> tuple[int, int]:
    """After a crash: what was claimed (``before`` a moment, in a cluster where others send too) and never confirmed. Mail
    goes back to the queue with the same Message-ID; what is public becomes uncertain. Gives how many of each."""
    where = DELIVERY.c.status == _S.CLAIMED
    if before is not None:
        where = and_(where, DELIVERY.c.claimed_at < before)
    rows = list(session.connection().execute(select(DELIVERY.c.id, DELIVERY.c.channel).where(where).order_by(DELIVERY.c.id)))
    public = [row.id for row in rows if DeliveryChannel(row.channel).is_public]
    for row in rows:
        if row.id in public:
            mark_uncertain(session, row.id, now, "the service stopped while this was being sent")
        else:
            _move(
                session,
                _lock(session, row.id),
                _S.QUEUED,
                next_try_at=now,
                reason="the service stopped while this was being sent",
            )
    return len(rows) - len(public), len(public)


def resolve_uncertain(
    session: Session, delivery_id: int, actor: Actor, sent: bool, now: datetime, *, remote_id: str = ""
) -> None:
    """A person looked: it went out, or it did not and is queued again. Raises ``NotFound``, ``NotAllowed``, ``Conflict``."""
    row = _lock(session, delivery_id)
    _need_approver(actor, "decide about", row)
    if row.status is not _S.UNCERTAIN:
        raise _moved_on(row, "not uncertain")
    if sent:
        _move(session, row, _S.SENT, sent_at=now, remote_id=remote_id, reason="", next_try_at=None)
    else:
        _move(session, row, _S.QUEUED, reason="", next_try_at=now)
    problems.solve(session, Subject.DELIVERY, [str(row.id)])
    _tell_case(session, row, _E.ANSWER_SENT if sent else _E.ANSWER_APPROVED, actor, now)


def retry(session: Session, delivery_id: int, actor: Actor, now: datetime, *, recipient: str | None = None) -> None:
    """Queue a failed delivery again, to another recipient where one is named. Raises ``NotFound``, ``NotAllowed``, and
    ``Conflict`` where it has not failed, or another answer took its place."""
    row = _lock(session, delivery_id)
    _need_approver(actor, "queue again", row)
    if row.status is not _S.FAILED:
        raise _moved_on(row, "has not failed")
    _need_only_one(session, row)
    _move(session, row, _S.QUEUED, next_try_at=now, attempts=0, recipient=recipient or row.recipient)
    problems.solve(session, Subject.DELIVERY, [str(row.id)])
    _tell_case(session, row, _E.ANSWER_APPROVED, actor, now)


def find(session: Session, delivery_id: int) -> DeliveryView:
    """One delivery. Raises ``NotFound``."""
    found = _read(session, _rows().where(DELIVERY.c.id == delivery_id))
    if not found:
        raise _unknown(delivery_id)
    return found[0]


def find_key(session: Session, key: str) -> DeliveryView | None:
    """The delivery of this key, if there is one."""
    found = _read(session, _rows().where(DELIVERY.c.key == key))
    return found[0] if found else None


def list_deliveries(
    session: Session,
    *,
    status: DeliveryStatus | None = None,
    kind: DeliveryKind | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Page[DeliveryView]:
    """The outbox, newest first."""
    asked = [(DELIVERY.c.status, status), (DELIVERY.c.kind, kind)]
    where = and_(DELIVERY.c.id.is_not(None), *(column == value for column, value in asked if value is not None))
    total = session.connection().execute(select(func.count()).select_from(DELIVERY).where(where)).scalar_one()
    return Page(tuple(_read(session, _rows().where(where).order_by(DELIVERY.c.id.desc()).limit(limit).offset(offset))), total)


def deliveries_of_case(session: Session, case_id: int) -> tuple[DeliveryView, ...]:
    """What was drafted or sent for a case, oldest first."""
    return tuple(_read(session, _rows().where(DELIVERY.c.case_id == case_id).order_by(DELIVERY.c.id)))


def answers_to_post(session: Session, post_id: str) -> tuple[DeliveryView, ...]:
    """The answers to a post, of whatever case: its case may have become part of another one since, or been split."""
    own = and_(DELIVERY.c.kind == DeliveryKind.ANSWER, DELIVERY.c.channel == DeliveryChannel.X_REPLY)
    return tuple(_read(session, _rows().where(own, DELIVERY.c.recipient == post_id).order_by(DELIVERY.c.id)))


def edit_draft(session: Session, delivery_id: int, actor: Actor, message: Message) -> None:
    """Change the words of a draft; whoever did counts as its drafter. Raises ``NotFound``, ``Conflict``."""
    row = _lock(session, delivery_id)
    if row.status is not _S.DRAFT:
        raise Conflict(f"«{row.key}» is «{row.status}» and no draft any more", "look at it again")
    values = replace(message, key=row.key)
    session.connection().execute(
        update(DELIVERY)
        .where(DELIVERY.c.id == delivery_id)
        .values(
            recipient=values.recipient, subject=values.subject, text=values.text, html=values.html, drafted_by=actor.username
        )
    )  # fmt: skip


def _lock(session: Session, delivery_id: int) -> Row[Any]:
    row = session.connection().execute(select(DELIVERY).where(DELIVERY.c.id == delivery_id).with_for_update()).one_or_none()
    if row is None:
        raise _unknown(delivery_id)
    return row


def _move(session: Session, row: Row[Any], to: DeliveryStatus, **values: Any) -> None:
    if to not in DELIVERY_MOVES[row.status]:
        raise _moved_on(row, f"cannot become «{to}»")
    written = {"status": to, "claimed_at": None, **values}
    session.connection().execute(update(DELIVERY).where(DELIVERY.c.id == row.id).values(**written))


def _need_only_one(session: Session, row: Row[Any]) -> None:
    """An answer that failed does not leave beside the one that was drafted in its place (REQUIREMENTS N1)."""
    if row.kind is not DeliveryKind.ANSWER:
        return
    before, _, _ = row.key.rpartition(":")
    later = and_(DELIVERY.c.case_id == row.case_id, DELIVERY.c.id > row.id, DELIVERY.c.status.not_in([_S.WITHDRAWN, _S.FAILED]))
    other = select(DELIVERY.c.status).where(later, DELIVERY.c.key.startswith(f"{before}:", autoescape=True))
    found = session.connection().execute(other).scalars().first()
    if found is not None:
        twice = Conflict(f"another answer took the place of «{row.key}», which is «{found}»", "an outlet is answered once")
        raise twice.saying("answer_replaced")


def _problem(row: Row[Any], reason: str, action: NextAction, again: datetime | None = None) -> problems.Problem:
    """A mail server's refusal names the address: of a beneficiary's it is kept with the mail alone (REQUIREMENTS L3)."""
    to_people = row.kind in (DeliveryKind.ACKNOWLEDGEMENT, DeliveryKind.REFERRAL)
    return problems.Problem(Subject.DELIVERY, str(row.id), "", mask(reason) if to_people else reason, action, again)


def _moved_on(row: Row[Any], what: str) -> Conflict:
    moved = Conflict(f"«{row.key}» is «{row.status}» and {what}", "look at it again")
    return moved.saying("answer_moved_on", status=row.status)


def _tell_case(session: Session, row: Row[Any], kind: CaseEventKind, actor: Actor, now: datetime, **details: str) -> None:
    if row.case_id is not None and row.kind is DeliveryKind.ANSWER:
        act(session, row.case_id, kind, actor, {"delivery": str(row.id), **details}, now)


def _need_approver(actor: Actor, what: str, row: Row[Any]) -> None:
    if Role.APPROVER not in actor.roles:
        raise NotAllowed(f"{actor.username} may not {what} «{row.key}»", "it takes an approver").saying("approvers_alone")


def _rows() -> Select[Any]:
    number, sealed = func.coalesce(CASE.c.number, "").label("case_number"), func.coalesce(CASE.c.sealed, false())
    return select(DELIVERY, number, sealed.label("case_sealed")).outerjoin(CASE, CASE.c.id == DELIVERY.c.case_id)


def _read(session: Session, statement: Select[Any]) -> list[DeliveryView]:
    return [DeliveryView(**row._mapping) for row in session.connection().execute(statement)]


def _unknown(delivery_id: int) -> NotFound:
    return NotFound(f"there is no delivery {delivery_id}", "load the list again")
