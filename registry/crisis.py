"""Crisis mode: outgoing answers wait, one line is held, and deputies may approve (REQUIREMENTS W15).

A switch with its trail: management turns it on and off, and every turn is in the audit trail. What else leaves (digests, alerts,
notices, acknowledgements) goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, or_, select
from sqlmodel import Session

from domain.delivery import DeliveryKind
from domain.errors import InputError, NotAllowed
from domain.people import Actor, Role
from registry import audit
from registry.batches import select_in, upsert
from registry.tables import CrisisRecord, DeliveryRecord, PersonRecord, table_of

CRISIS = table_of(CrisisRecord)
DELIVERY = table_of(DeliveryRecord)
PERSON = table_of(PersonRecord)

DEPUTIES: Final = frozenset({Role.REVIEWER, Role.SPECIALIST, Role.MANAGER})
"""Who may be a deputy: those of the team, who see every case that is answered."""
_SUBJECT: Final = "crisis"
_CHANGED: Final = ("active", "line", "deputies", "actor", "since")


@dataclass(frozen=True, slots=True)
class CrisisState:
    """Whether crisis mode is on, its holding line, who may approve beside the approvers, who turned it and when."""

    active: bool = False
    line: str = ""
    deputies: tuple[str, ...] = ()
    actor: str = ""
    since: datetime | None = None


def state(session: Session) -> CrisisState:
    """How it stands."""
    row = session.connection().execute(select(CRISIS)).one_or_none()
    return _state(row) if row is not None else CrisisState()


def on(session: Session, actor: Actor, line: str, deputies: Sequence[str], reason: str, now: datetime) -> CrisisState:
    """Turn crisis mode on, or change its line and deputies while it is. Answers wait from the commit on.

    ``line`` is what everyone says meanwhile; ``deputies`` are usernames. Raises ``NotAllowed`` for whoever is no manager, and
    ``InputError`` without a line or a reason, or for a deputy who is not there.
    """
    _need_manager(actor, reason)
    said = " ".join(line.split())
    if not said:
        raise InputError("crisis mode needs its holding line", "write the one sentence that everyone says meanwhile")
    chosen = tuple(dict.fromkeys(name.strip().lower() for name in deputies if name.strip()))
    _need_people(session, chosen)
    before = _locked(session)
    since = before.since if before.active and before.since else now
    after = CrisisState(True, said, chosen, actor.username, since)
    if (before.active, before.line, before.deputies) == (True, said, chosen):
        return before
    _write(session, after)
    details = {"reason": reason.strip(), "line": said, "deputies": ", ".join(chosen)}
    audit.record(session, actor, "crisis.changed" if before.active else "crisis.on", _SUBJECT, details, now)
    return after


def off(session: Session, actor: Actor, reason: str, now: datetime) -> CrisisState:
    """Turn it off: what was held leaves with the next delivery. Off already changes nothing. Raises ``NotAllowed``,
    ``InputError``."""
    _need_manager(actor, reason)
    before = _locked(session)
    if not before.active:
        return before
    after = CrisisState(actor=actor.username, since=now)
    _write(session, after)
    audit.record(session, actor, "crisis.off", _SUBJECT, {"reason": reason.strip()}, now)
    return after


def is_deputy(session: Session, actor: Actor) -> bool:
    """Whether this person may approve answers now without being an approver. Never an answer of their own."""
    found = state(session)
    return actor.is_person and found.active and actor.username in found.deputies


def with_deputyship(session: Session, actor: Actor) -> Actor:
    """The actor, with the right to approve where crisis mode gives it: for the one call that needs it."""
    if Role.APPROVER in actor.roles or not actor.roles & DEPUTIES or not is_deputy(session, actor):
        return actor
    return replace(actor, roles=actor.roles | {Role.APPROVER})


def may_leave() -> ColumnElement[bool]:
    """For statements over the outbox: a delivery that crisis mode does not hold."""
    return or_(DELIVERY.c.kind != DeliveryKind.ANSWER, ~select(CRISIS.c.id).where(CRISIS.c.active).exists())


def _state(row: Row[Any]) -> CrisisState:
    return CrisisState(row.active, row.line, tuple(row.deputies), row.actor, row.since)


def _locked(session: Session) -> CrisisState:
    row = session.connection().execute(select(CRISIS).with_for_update()).one_or_none()
    return _state(row) if row is not None else CrisisState()


def _write(session: Session, found: CrisisState) -> None:
    values = {
        "id": 1,
        "active": found.active,
        "line": found.line,
        "deputies": list(found.deputies),
        "actor": found.actor,
        "since": found.since,
    }
    upsert(session, CRISIS, [values], ["id"], _CHANGED)


def _need_people(session: Session, usernames: Sequence[str]) -> None:
    wanted = select(PERSON.c.username, PERSON.c.roles).where(PERSON.c.disabled.is_(False))
    roles = {row.username: frozenset(row.roles) for row in select_in(session, wanted, PERSON.c.username, usernames)}
    missing = set(usernames) - set(roles)
    if missing:
        raise InputError(f"there is no user «{min(missing)}» who may sign in", "name deputies by their sign-in names")
    unfit = [each for each in usernames if not roles[each] & DEPUTIES]
    if unfit:
        raise InputError(f"«{unfit[0]}» cannot be a deputy", "name a reviewer, a specialist or a manager")


def _need_manager(actor: Actor, reason: str) -> None:
    if Role.MANAGER not in actor.roles:
        raise NotAllowed(f"{actor.username} may not turn crisis mode", "it takes a manager")
    if not reason.strip():
        raise InputError("crisis mode is not turned without a reason", "say why in a few words")
