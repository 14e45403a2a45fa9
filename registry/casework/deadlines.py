"""When a case is due: reckoned from the calendar and the profile's times, kept as one row (REQUIREMENTS W13, C5).

Kept, because the deadlines of reopened cases and the doctor's check need them where no profile is at hand, and because a change
of them rewrites every open deadline.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Row, bindparam, insert, select, update
from sqlmodel import Session

from domain.case import CaseState, CaseStatus, EscalationStep
from domain.errors import StoreError
from domain.profile import Profile
from domain.service_calendar import ServiceCalendar, SpecialDay
from domain.tags import Complexity, Kind
from domain.working_hours import Hours
from registry.casework.case_row import state_of
from registry.casework.kept_calendar import calendar_from_json, calendar_to_json
from registry.locks import Work, alone
from registry.tables import CaseRecord, ServicePromiseRecord, SpecialDayRecord, table_of

CASE = table_of(CaseRecord)
KEPT = table_of(ServicePromiseRecord)
SPECIAL_DAY = table_of(SpecialDayRecord)
DEFAULT_RESOLVE: Final = timedelta(hours=36)
"""Working time to resolve where a profile sets none: three days of twelve hours."""
_SOLVED: Final = frozenset({CaseStatus.SOLVED, CaseStatus.PROPOSALS})
_NOT_OF_THE_STATE: Final = frozenset({"title", "words"})


@dataclass(frozen=True, slots=True)
class Promise:
    """What deadlines are reckoned from."""

    profile: str
    calendar: ServiceCalendar
    resolve: dict[Complexity, timedelta]
    inquiry: timedelta
    outside: timedelta
    waiting: timedelta
    shares: Mapping[EscalationStep, float]
    departments: Mapping[str, str]
    """The department of each topic: a case that nobody was given yet lies on its desk."""


def promise_of(profile: Profile, special: tuple[SpecialDay, ...] = ()) -> Promise:
    """The promise that a profile makes, with the special days that people set."""
    return Promise(
        profile.code,
        replace(profile.calendar, special=special) if special else profile.calendar,
        dict(profile.resolve),
        profile.inquiry_time,
        profile.outside_time,
        profile.waiting_time,
        profile.escalation,
        {topic.code: topic.department for topic in profile.topics},
    )


def due_at(promise: Promise, state: CaseState) -> datetime:
    """When a case is due, in UTC: reckoned from its history alone. Importance, reach and channel play no part (REQUIREMENTS C4).

    A journalist's deadline stands as it is. While somebody outside has the case, or is waited for, it is due when they should
    have answered; otherwise when our own working time has run, the pauses left out.
    """
    if state.deadline is not None:
        return state.deadline
    assert state.clock_from is not None
    calendar = promise.calendar
    if state.pauses and state.pauses[-1].end is None:
        allowed = promise.outside if state.status.is_outside else promise.waiting
        return calendar.due(state.pauses[-1].start, allowed).astimezone(UTC)
    stood = [(pause.start, pause.end) for pause in state.pauses if pause.end is not None]
    return calendar.due_with_pauses(state.clock_from, working_time(promise, state), stood).astimezone(UTC)


def working_time(promise: Promise, state: CaseState) -> timedelta:
    """The working time that a case has: by its kind and complexity (REQUIREMENTS C5, M2)."""
    return promise.inquiry if state.kind is Kind.INQUIRY else promise.resolve.get(state.complexity, DEFAULT_RESOLVE)


def following(step: EscalationStep | None) -> EscalationStep | None:
    """The step after this one; the first where none was taken, None after the last."""
    steps = list(EscalationStep)
    place = 0 if step is None else steps.index(step) + 1
    return steps[place] if place < len(steps) else None


def next_step_at(promise: Promise, state: CaseState, due: datetime) -> datetime | None:
    """When the next step is due; None where none is: the case is ended or solved, or all steps were taken.

    A journalist's question escalates by the time of the day that is left, not by working time, and until it is closed: it is
    solved when the journalist has the answer.
    """
    step = following(state.escalated)
    if step is None or not state.status.is_open or state.clock_from is None:
        return None
    share = promise.shares[step]
    if state.deadline is not None:
        return state.clock_from + (state.deadline - state.clock_from) * share
    if state.status in _SOLVED:
        return None
    if state.pauses and state.pauses[-1].end is None:
        return _step_while_it_stands(promise, state, step, due)
    pauses = [(pause.start, pause.end) for pause in state.pauses if pause.end is not None]
    return promise.calendar.due_with_pauses(state.clock_from, working_time(promise, state) * share, pauses).astimezone(UTC)


def _step_while_it_stands(promise: Promise, state: CaseState, step: EscalationStep, due: datetime) -> datetime | None:
    """Who has it, or waits, is reminded when the others' time is over. Another body's delay goes on to the department's head, at
    the share that management has of our own time: also where the reminder was taken before it went out."""
    if step is EscalationStep.REMINDER:
        return due
    if step is EscalationStep.HEAD and state.status.is_outside:
        span = promise.outside * promise.shares[EscalationStep.MANAGEMENT]
        return promise.calendar.due(state.pauses[-1].start, span).astimezone(UTC)
    return None


def keep_promise(session: Session, profile: Profile) -> bool:
    """Keep the profile's calendar and times, with the special days; where they changed, rewrite every open deadline. Says whether
    they changed. Called before the transaction holds any lock of ``registry.locks``."""
    promise = promise_of(profile, special_days(session))
    kept = session.connection().execute(select(KEPT.c.profile, KEPT.c.promise)).one_or_none()
    if kept is not None and (kept.profile, kept.promise) == (profile.code, _to_json(promise)):
        return False
    alone(session, Work.STORIES)
    alone(session, Work.CASES)
    _keep(session, replace_special(promise, special_days(session)))
    return True


def keep_special_days(session: Session) -> int:
    """Take the special days as they stand into what is kept, and rewrite every open deadline; gives how many moved.

    Before ``keep_promise`` was ever called there is nothing to rewrite.
    """
    alone(session, Work.CASES)
    kept = _kept(session)
    return 0 if kept is None else _keep(session, replace_special(kept, special_days(session)))


def replace_special(promise: Promise, special: tuple[SpecialDay, ...]) -> Promise:
    """The same promise with these special days."""
    return replace(promise, calendar=replace(promise.calendar, special=special))


def special_days(session: Session) -> tuple[SpecialDay, ...]:
    """The special days that people set, in order."""
    rows = session.connection().execute(select(SPECIAL_DAY).order_by(SPECIAL_DAY.c.day))
    return tuple(SpecialDay(row.day, Hours(row.opens, row.closes) if row.opens is not None else None, row.name) for row in rows)


def read_promise(session: Session) -> Promise:
    """What deadlines are reckoned from, as it stands at this moment. Raises ``StoreError`` before ``keep_promise`` was ever
    called."""
    kept = _kept(session)
    if kept is None:
        raise StoreError(
            "the store holds no service calendar yet", "run «rasd run --once» or «rasd up» once: it keeps the profile's"
        )
    return kept


def _kept(session: Session) -> Promise | None:
    row = session.connection().execute(select(KEPT.c.profile, KEPT.c.promise)).one_or_none()
    if row is None:
        return None
    try:
        return _from_text(row.profile, json.dumps(row.promise, ensure_ascii=False, sort_keys=True))
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(
            f"the service calendar was kept by another version of Rasd ({error})", "run «rasd run --once» once: it keeps it anew"
        ) from error


def _keep(session: Session, promise: Promise) -> int:
    values: dict[str, Any] = {"profile": promise.profile, "promise": _to_json(promise)}
    if session.connection().execute(update(KEPT).values(**values)).rowcount == 0:
        session.connection().execute(insert(KEPT).values(id=1, **values))
    return _rewrite(session, promise)


def _rewrite(session: Session, promise: Promise) -> int:
    """Reckon every open deadline anew, and write those that moved."""
    columns = [column for column in CASE.c if column.name not in _NOT_OF_THE_STATE]
    open_cases = select(*columns).where(CASE.c.is_open.is_(True)).order_by(CASE.c.id).with_for_update()
    moved = list(_moved(promise, session.connection().execute(open_cases)))
    if moved:
        values: dict[str, Any] = {"due_at": bindparam("due"), "next_step_at": bindparam("step")}
        session.connection().execute(update(CASE).where(CASE.c.id == bindparam("of")).values(**values), moved)
    return len(moved)


def _moved(promise: Promise, rows: Iterable[Row[Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        state = state_of(row)
        due = due_at(promise, state)
        step = next_step_at(promise, state, due)
        if (due, step) != (row.due_at, row.next_step_at):
            yield {"of": row.id, "due": due, "step": step}


def _to_json(promise: Promise) -> dict[str, Any]:
    return {
        "calendar": calendar_to_json(promise.calendar),
        "resolve": {str(complexity): working.total_seconds() for complexity, working in sorted(promise.resolve.items())},
        "inquiry": promise.inquiry.total_seconds(),
        "outside": promise.outside.total_seconds(),
        "waiting": promise.waiting.total_seconds(),
        "shares": {str(step): promise.shares[step] for step in EscalationStep},
        "departments": dict(sorted(promise.departments.items())),
    }


@lru_cache(maxsize=8)
def _from_text(profile: str, text: str) -> Promise:
    """Read once: the calendar remembers what it has reckoned."""
    kept = json.loads(text)
    resolve = {Complexity(code): timedelta(seconds=seconds) for code, seconds in kept["resolve"].items()}
    inquiry, outside, waiting = (timedelta(seconds=kept[name]) for name in ("inquiry", "outside", "waiting"))
    shares = {EscalationStep(step): share for step, share in kept["shares"].items()}
    calendar = calendar_from_json(kept["calendar"])
    return Promise(profile, calendar, resolve, inquiry, outside, waiting, shares, kept["departments"])
