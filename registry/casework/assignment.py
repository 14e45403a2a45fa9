"""Who may be given a case: people of its department, never whom it concerns, and somebody new after a reopening
(REQUIREMENTS W7, W14)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlmodel import Session

from domain.case import CaseEvent, CaseEventKind, CaseState
from domain.errors import InputError, NotAllowed
from domain.people import Role
from registry.casework.history import read_events
from registry.tables import CaseRecord, PersonRecord, table_of

CASE = table_of(CaseRecord)
PERSON = table_of(PersonRecord)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could take a case. ``management`` says that they come in because nobody of the department may."""

    username: str
    name: str
    department: str
    management: bool = False


def candidates(session: Session, state: CaseState, department: str, events: Sequence[CaseEvent]) -> tuple[Candidate, ...]:
    """Who could take the case in this department, by name.

    The department's own people and the specialists; after a reopening only those without any earlier event on it or on a case
    that became part of it, or who were given it since then as new, and where there is none of them, management (W7). A sealed
    case goes to management alone, and whoever the case concerns is never among them (W14).
    """
    barred = set(state.barred) | (_handled(events) | absorbed_handlers(session, events) if state.round else set())
    if state.sealed:
        return _management(session, set(state.barred), barred)
    people = [row for row in session.connection().execute(_able()) if row.username not in barred]
    own = [_candidate(row) for row in people if row.department == department and Role.DEPARTMENT in row.roles]
    found = own or [_candidate(row) for row in people if Role.SPECIALIST in row.roles and not state.round]
    if found or not state.round:
        return tuple(found)
    return _management(session, set(state.barred), barred)


def check_assignee(session: Session, state: CaseState, department: str, assignee: str, events: Sequence[CaseEvent]) -> None:
    """Raises ``InputError`` for somebody who is not there, ``NotAllowed`` for somebody who may not have this case."""
    known = session.connection().execute(_able().where(PERSON.c.username == assignee)).one_or_none()
    if known is None:
        raise InputError(f"there is no user «{assignee}»", "choose somebody from the list of people").saying(
            "no_person", person=assignee
        )
    if assignee in state.barred:
        barred = NotAllowed(f"the case concerns {assignee} and never goes to whom it concerns", "choose somebody else")
        raise barred.saying("concerns_person", person=assignee)
    if state.sealed and Role.MANAGER not in known.roles:
        raise NotAllowed("the case is sealed", "management alone works it").saying("sealed")
    found = candidates(session, state, department, events) if state.round else ()
    if state.round and assignee not in {each.username for each in found}:
        may = ", ".join(each.username for each in found) or "nobody: add somebody to the department"
        raise NotAllowed(
            f"{assignee} cannot take the reopened case: staff who did not handle it before must look at it again",
            f"it may go to: {may}",
        ).saying("handled_before" if found else "nobody_left", person=assignee, people=tuple(each.username for each in found))
    own = Role.DEPARTMENT in known.roles and known.department == department
    if not state.round and not (own or {Role.SPECIALIST, Role.MANAGER} & set(known.roles)):
        elsewhere = NotAllowed(f"{assignee} works in the department «{known.department}»", f"choose somebody of «{department}»")
        raise elsewhere.saying("works_elsewhere", person=assignee, department=department)


def _handled(events: Sequence[CaseEvent]) -> set[str]:
    """Who has an event on the case: all but those whom this round was given to, who were new to it then and may have it back."""
    reopened = max(place for place, event in enumerate(events) if event.kind is CaseEventKind.REOPENED)
    given = {event.details.get("assignee", "") for event in events[reopened:] if event.kind is CaseEventKind.ASSIGNED}
    before = {event.actor for event in events[: reopened + 1]}
    return {event.actor for event in events} - (given - before)


def absorbed_handlers(session: Session, events: Sequence[CaseEvent]) -> set[str]:
    """Who has an event on a case that became part of the one with this history: they handled a part of it (REQUIREMENTS W7)."""
    met: set[str] = set()
    found: set[str] = set()
    while fresh := {event.details["other"] for event in events if event.kind is CaseEventKind.ABSORBED} - met:
        met |= fresh
        ids = list(session.connection().execute(select(CASE.c.id).where(CASE.c.number.in_(fresh))).scalars())
        events = [event for history in read_events(session, ids).values() for event in history]
        found |= {event.actor for event in events}
    return found


def _management(session: Session, barred: Collection[str], handled: Collection[str]) -> tuple[Candidate, ...]:
    """Managers, those first who have done nothing on it; where all have, management takes it all the same."""
    managers = [row for row in session.connection().execute(_able()) if Role.MANAGER in row.roles and row.username not in barred]
    new = [row for row in managers if row.username not in handled]
    return tuple(_candidate(row, management=True) for row in new or managers)


def _able() -> Select[Any]:
    return (
        select(PERSON.c.username, PERSON.c.name, PERSON.c.department, PERSON.c.roles)
        .where(PERSON.c.disabled.is_(False))
        .order_by(PERSON.c.name)
    )


def _candidate(row: Row[Any], *, management: bool = False) -> Candidate:
    return Candidate(row.username, row.name, row.department, management)
