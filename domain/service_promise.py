"""What the ministry promises for its services, as data: so that *late* and *too early to complain* are told apart
(REQUIREMENTS W13, seed 003). Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from domain.errors import InputError
from domain.service_calendar import ServiceCalendar

if TYPE_CHECKING:
    from domain.profile import Profile

_DAY: Final = timedelta(days=1)
_LONGEST: Final = 3660
"""Days in which a promise of working days must end."""


class PromiseUnit(StrEnum):
    """What a promise counts in. The values are keys of the catalogue's counted words."""

    HOUR = "hour"
    """Of the clock, day and night."""
    WORKING_HOUR = "working_hour"
    DAY = "day"
    WORKING_DAY = "working_day"


@dataclass(frozen=True, slots=True)
class Within:
    """How long a promise gives the ministry: ``72 hours``, ``15 days``, ``3 working days``."""

    amount: int
    unit: PromiseUnit

    @classmethod
    def parse(cls, text: str) -> Within:
        """From ``72 hours``. Raises ``InputError``."""
        amount, _, unit = " ".join(text.split()).partition(" ")
        if not amount.isascii() or not amount.isdigit() or int(amount) < 1 or unit.removesuffix("s") not in _UNITS:
            raise InputError(f"«{text}» is no length of a promise", "write it as 72 hours, 15 days or 3 working days")
        return cls(int(amount), _UNITS[unit.removesuffix("s")])


@dataclass(frozen=True, slots=True)
class ServicePromise:
    """What the ministry does within a time, counted from the request. ``needs`` are the fields that a request must give: without
    them it cannot be served, and nobody can look it up."""

    topic: str
    what_ar: str
    within: Within
    what_en: str = ""
    needs: tuple[str, ...] = ()


class Standing(StrEnum):
    """How a request stands with its promise."""

    TOO_EARLY = "too_early"
    """The time that was promised still runs: the beneficiary is told until when."""
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a request stands. ``late_from`` is the moment from which it is late, in the service's zone; ``missing`` are the fields
    that were needed and not given."""

    promise: ServicePromise
    standing: Standing
    late_from: datetime
    missing: tuple[str, ...] = ()


def promise_for(profile: Profile, topic: str) -> tuple[ServicePromise, ...]:
    """The promises of a topic, in the profile's order: a service may have one for each way that it is given."""
    return tuple(promise for promise in profile.promises if promise.topic == topic)


def late_from(promise: ServicePromise, calendar: ServiceCalendar, applied: date | datetime) -> datetime:
    """The moment from which a request of this day is late.

    Days and working days end with their last day, and the day of the request itself is none of them. Hours run from the moment
    of the request; where only its day is known, from the end of that day, so that nothing is called late too soon.
    """
    zone = ZoneInfo(calendar.timezone)
    moment, day = _moment_and_day(applied, zone)
    amount, unit = promise.within.amount, promise.within.unit
    if unit is PromiseUnit.HOUR:
        return _later(moment, timedelta(hours=amount), zone)
    if unit is PromiseUnit.WORKING_HOUR:
        return calendar.due(moment, timedelta(hours=amount))
    last = day + _DAY * amount if unit is PromiseUnit.DAY else _working_day(calendar, day, amount)
    return datetime.combine(last + _DAY, time(0), zone)


def judge(
    promise: ServicePromise,
    calendar: ServiceCalendar,
    applied: date | datetime,
    now: datetime,
    given: Collection[str] | None = None,
) -> Judgement:
    """Whether a request is late or its complaint too early. ``given`` are the fields that the request gave, where that is known.

    Raises ``InputError`` for a request of a day to come.
    """
    zone = ZoneInfo(calendar.timezone)
    if _moment_and_day(applied, zone)[1] > now.astimezone(zone).date():
        raise InputError("the request is of a day to come", "give the day on which the beneficiary applied")
    since = late_from(promise, calendar, applied)
    standing = Standing.LATE if now >= since else Standing.TOO_EARLY
    missing = () if given is None else tuple(need for need in promise.needs if need not in given)
    return Judgement(promise, standing, since, missing)


def _moment_and_day(applied: date | datetime, zone: ZoneInfo) -> tuple[datetime, date]:
    if isinstance(applied, datetime):
        local = applied.astimezone(zone)
        return local, local.date()
    return datetime.combine(applied + _DAY, time(0), zone), applied


def _later(moment: datetime, span: timedelta, zone: ZoneInfo) -> datetime:
    """The moment so much real time later: across a change of the zone's clocks too."""
    return datetime.fromtimestamp(moment.timestamp() + span.total_seconds(), zone)


def _working_day(calendar: ServiceCalendar, day: date, count: int) -> date:
    """The working day that is number ``count`` after ``day``."""
    for _ in range(_LONGEST):
        day += _DAY
        count -= calendar.is_working_day(day)
        if not count:
            return day
    raise ValueError("the calendar has too few working days within ten years")


_UNITS: Final = {unit.value.replace("_", " "): unit for unit in PromiseUnit}
