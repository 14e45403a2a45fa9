"""When a case is due: reckoned from the profile's calendar and times, which are kept as one row (REQUIREMENTS W13, C5).

Kept, because the deadlines of reopened cases and the doctor's check need them where no profile is at hand, and because a change
of them rewrites every open deadline.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from domain.errors import StoreError
from domain.profile import Profile
from domain.service_calendar import ServiceCalendar
from domain.tags import Complexity, Importance, Kind
from registry.tables import CaseRecord, ServicePromiseRecord, table_of

CASE = table_of(CaseRecord)
DEFAULT_RESOLVE: Final = timedelta(hours=36)
"""Working time to resolve where a profile sets none: three days of twelve hours."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What deadlines are reckoned from."""

    profile: str
    calendar: ServiceCalendar
    resolve: dict[Complexity, timedelta]
    inquiry: timedelta


def promise_of(profile: Profile) -> Promise:
    """The promise that a profile makes."""
    return Promise(profile.code, profile.calendar, dict(profile.resolve), profile.inquiry_time)


def complexity_of(importance: Importance) -> Complexity:
    """What a new case is taken for: critical where its importance is high, else routine (REQUIREMENTS C5)."""
    return Complexity.CRITICAL if importance is Importance.HIGH else Complexity.ROUTINE


def due_at(promise: Promise, kind: Kind, complexity: Complexity, clock_from: datetime) -> datetime:
    """When a case is due whose clock runs since ``clock_from``, in UTC. Reach and channel play no part (REQUIREMENTS C4)."""
    working = promise.inquiry if kind is Kind.INQUIRY else promise.resolve.get(complexity, DEFAULT_RESOLVE)
    return promise.calendar.due(clock_from.astimezone(UTC), working).astimezone(UTC)


def keep_promise(session: Session, profile: Profile) -> bool:
    """Keep the profile's calendar and times; where they changed, rewrite every open deadline. Says whether they changed."""
    promise = promise_of(profile)
    kept = session.get(ServicePromiseRecord, 1)
    wanted = _to_json(promise)
    if kept is not None and kept.profile == profile.code and kept.promise == wanted:
        return False
    if kept is None:
        session.add(ServicePromiseRecord(id=1, profile=profile.code, promise=wanted))
    else:
        kept.profile, kept.promise = profile.code, wanted
    session.flush()
    _rewrite(session, promise)
    return True


def read_promise(session: Session) -> Promise:
    """What deadlines are reckoned from. Raises ``StoreError`` before ``keep_promise`` was ever called."""
    kept = session.get(ServicePromiseRecord, 1)
    if kept is None:
        raise StoreError(
            "the store holds no service calendar yet", "run «rasd run --once» or «rasd up» once: it keeps the profile's"
        )
    return _from_json(kept.profile, kept.promise)


def _rewrite(session: Session, promise: Promise) -> None:
    connection = session.connection()
    open_cases = select(CASE.c.id, CASE.c.kind, CASE.c.complexity, CASE.c.clock_from).where(
        CASE.c.status.not_in(["closed", "rejected"])
    )
    writes = [
        {"of": row.id, "due": due_at(promise, row.kind, row.complexity, row.clock_from)} for row in connection.execute(open_cases)
    ]
    if writes:
        connection.execute(update(CASE).where(CASE.c.id == bindparam("of")).values(due_at=bindparam("due")), writes)


def _to_json(promise: Promise) -> dict[str, Any]:
    calendar = promise.calendar
    return {
        "weekdays": sorted(calendar.weekdays),
        "opens": calendar.opens.isoformat(),
        "closes": calendar.closes.isoformat(),
        "holidays": sorted(day.isoformat() for day in calendar.holidays),
        "timezone": calendar.timezone,
        "resolve": {str(complexity): working.total_seconds() for complexity, working in sorted(promise.resolve.items())},
        "inquiry": promise.inquiry.total_seconds(),
    }


def _from_json(profile: str, kept: dict[str, Any]) -> Promise:
    calendar = ServiceCalendar(
        weekdays=frozenset(kept["weekdays"]),
        opens=time.fromisoformat(kept["opens"]),
        closes=time.fromisoformat(kept["closes"]),
        holidays=frozenset(date.fromisoformat(day) for day in kept["holidays"]),
        timezone=kept["timezone"],
    )
    resolve = {Complexity(code): timedelta(seconds=seconds) for code, seconds in kept["resolve"].items()}
    return Promise(profile, calendar, resolve, timedelta(seconds=kept["inquiry"]))
