"""Special days: the service is closed, or works other hours, and every open deadline follows (REQUIREMENTS W13)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, delete, select
from sqlmodel import Session

from domain.errors import InputError, NotAllowed, NotFound
from domain.holidays import hijri
from domain.people import Actor, Role
from domain.service_calendar import CalendarDay, ServiceCalendar
from domain.working_hours import Hours
from registry import audit
from registry.batches import upsert
from registry.casework.deadlines import keep_special_days, special_days
from registry.tables import SpecialDayRecord, table_of

SPECIAL_DAY = table_of(SpecialDayRecord)

_MAY: Final = frozenset({Role.ADMIN, Role.MANAGER})
_NAME: Final = 100
_YEARS: Final = range(2000, 2077)


@dataclass(frozen=True, slots=True)
class SpecialDayView:
    """A special day as somebody set it. ``hijri`` is year, month and day; ``hours`` is None where the service is closed."""

    day: date
    hijri: tuple[int, int, int] | None
    hours: Hours | None
    name: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of a month: its Hijri date, its hours and why it has them."""

    hijri: tuple[int, int, int] | None
    of: CalendarDay


def set_special_day(session: Session, day: date, name: str, actor: Actor, now: datetime, *, hours: Hours | None = None) -> int:
    """Close the service on a day, or open it at ``hours``; a day that was set before is set anew. Gives how many open deadlines
    moved.

    Days that are past may be set: they are announced late. Raises ``NotAllowed``, ``InputError``.
    """
    _need_right(actor)
    _check(day, name)
    row = {
        "day": day,
        "opens": hours.opens if hours else None,
        "closes": hours.closes if hours else None,
        "name": " ".join(name.split()),
        "actor": actor.username,
        "at": now,
    }
    upsert(session, SPECIAL_DAY, [row], ("day",), ("opens", "closes", "name", "actor", "at"))
    return _follow(session, actor, "calendar.day_set", day, {"hours": str(hours or "closed"), "name": name}, now)


def remove_special_day(session: Session, day: date, actor: Actor, now: datetime) -> int:
    """Let a day be as the calendar says again; gives how many open deadlines moved. Raises ``NotAllowed``, ``NotFound``."""
    _need_right(actor)
    if session.connection().execute(delete(SPECIAL_DAY).where(SPECIAL_DAY.c.day == day)).rowcount == 0:
        raise NotFound(f"{day.isoformat()} is no special day", "see «rasd calendar show»")
    return _follow(session, actor, "calendar.day_removed", day, {}, now)


def list_special_days(session: Session, since: date | None = None, until: date | None = None) -> tuple[SpecialDayView, ...]:
    """The special days from one day to another, both included, in order."""
    statement = select(SPECIAL_DAY).order_by(SPECIAL_DAY.c.day)
    if since is not None:
        statement = statement.where(SPECIAL_DAY.c.day >= since)
    if until is not None:
        statement = statement.where(SPECIAL_DAY.c.day <= until)
    return tuple(_view(row) for row in session.connection().execute(statement))


def whole_calendar(session: Session, calendar: ServiceCalendar) -> ServiceCalendar:
    """A profile's calendar with the special days that people set."""
    return replace(calendar, special=special_days(session))


def month(session: Session, calendar: ServiceCalendar, year: int, number: int, language: str = "ar") -> tuple[MonthDay, ...]:
    """The days of a month by the profile's calendar and the special days. Raises ``InputError`` for a month that is none."""
    if year not in _YEARS or not 1 <= number <= 12:
        raise InputError(f"there is no month {year}-{number:02} here", f"choose one of {_YEARS.start} to {_YEARS.stop - 1}")
    whole = whole_calendar(session, calendar)
    days = (date(year, number, each) for each in range(1, monthrange(year, number)[1] + 1))
    return tuple(MonthDay(hijri(day), whole.day(day, language)) for day in days)


def _follow(session: Session, actor: Actor, action: str, day: date, details: dict[str, str], now: datetime) -> int:
    moved = keep_special_days(session)
    audit.record(session, actor, action, f"day:{day.isoformat()}", {**details, "moved": str(moved)}, now)
    return moved


def _need_right(actor: Actor) -> None:
    if actor.is_person and not actor.roles & _MAY:
        raise NotAllowed(f"{actor.username} may not change the calendar", "it takes an administrator or a manager")


def _check(day: date, name: str) -> None:
    if day.year not in _YEARS:
        raise InputError(f"{day.isoformat()} cannot be a special day", f"choose one of {_YEARS.start} to {_YEARS.stop - 1}")
    if not name.strip():
        raise InputError("a special day needs a name", "say why the service works otherwise")
    if len(name) > _NAME:
        raise InputError(f"the name of the day has {len(name)} characters", f"{_NAME} at most")


def _view(row: Row[Any]) -> SpecialDayView:
    hours = Hours(row.opens, row.closes) if row.opens is not None else None
    return SpecialDayView(row.day, hijri(row.day), hours, row.name, row.actor, row.at)
