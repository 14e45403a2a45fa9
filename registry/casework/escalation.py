"""Cases that run out of time: each step of escalation is written once, as the system's event (REQUIREMENTS W13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, update
from sqlmodel import Session

from domain.case import CaseEventKind, CaseState, EscalationStep
from domain.people import SYSTEM
from registry.casework.case_row import state_of
from registry.casework.deadlines import Promise, due_at, following, next_step_at, read_promise
from registry.casework.history import NewEvent, append_events
from registry.tables import CaseRecord, table_of

CASE = table_of(CaseRecord)


@dataclass(frozen=True, slots=True)
class Escalated:
    """A case that took one or more steps. ``steps`` are in their order: the last one counts, and those before it were missed
    while nobody was there to take them. ``left`` is the working time until it is due (a journalist's: the time), below zero
    where that is past."""

    case_id: int
    number: str
    title: str
    steps: tuple[EscalationStep, ...]
    state: CaseState
    due_at: datetime
    left: timedelta

    @property
    def step(self) -> EscalationStep:
        """The step that counts."""
        return self.steps[-1]


def steps_due(session: Session, now: datetime) -> bool:
    """Whether a step is due."""
    return session.connection().execute(select(CASE.c.id).where(_is_due(now)).limit(1)).one_or_none() is not None


def escalate_due(session: Session, now: datetime, limit: int = 200) -> tuple[Escalated, ...]:
    """Take the steps that are due on up to ``limit`` cases, the longest waiting first; empty when none is left.

    May run again, and beside another worker: a step is taken with the event that says so, and never a second time in a round.
    """
    due = select(CASE.c.id).where(_is_due(now)).order_by(CASE.c.next_step_at, CASE.c.id).limit(limit)
    wanted = list(session.connection().execute(due.with_for_update(skip_locked=True)).scalars())
    if not wanted:
        return ()
    promise = read_promise(session)
    rows = session.connection().execute(select(CASE).where(CASE.c.id.in_(wanted)).order_by(CASE.c.next_step_at, CASE.c.id)).all()
    steps = {row.id: tuple(missed_steps(promise, state_of(row), now)) for row in rows}
    events = [
        NewEvent(case_id, CaseEventKind.ESCALATED, SYSTEM.username, {"step": str(step)})
        for case_id, taken in steps.items()
        for step in taken
    ]
    after = append_events(session, events, now)
    _mend(session, promise, {row.id: state_of(row) for row in rows if not steps[row.id]})
    return tuple(
        Escalated(row.id, row.number, row.title, steps[row.id], after[row.id], row.due_at, time_left(promise, after[row.id], now))
        for row in rows
        if steps[row.id]
    )


def missed_steps(promise: Promise, state: CaseState, now: datetime) -> Iterator[EscalationStep]:
    """The steps that are due by now, in their order. Pure."""
    due = due_at(promise, state)
    while (step := following(state.escalated)) is not None:
        at = next_step_at(promise, state, due)
        if at is None or at > now:
            return
        yield step
        state = replace(state, escalated=step)


def time_left(promise: Promise, state: CaseState, now: datetime) -> timedelta:
    """The working time from now until a case is due, below zero where that is past; of a journalist's question the time. Pure."""
    due = due_at(promise, state)
    if state.deadline is not None:
        return due - now
    return promise.calendar.worked(now, due) - promise.calendar.worked(due, now)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(CASE.c.next_step_at.is_not(None), CASE.c.next_step_at <= now.astimezone(UTC), CASE.c.is_open.is_(True))


def _mend(session: Session, promise: Promise, states: dict[int, CaseState]) -> None:
    """A time that does not follow from the case's history (doctor names it) must not come up for ever."""
    for case_id, state in states.items():
        step = next_step_at(promise, state, due_at(promise, state))
        session.connection().execute(update(CASE).where(CASE.c.id == case_id).values(next_step_at=step))
