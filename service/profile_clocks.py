"""The clocks of a profile's file: its calendar, its shares of escalation, its promises (REQUIREMENTS W13)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.case_words import EscalationStep
from domain.errors import InputError, ProfileError
from domain.holidays import PublicHolidays
from domain.profile import DEFAULT_SHARES
from domain.service_calendar import ServiceCalendar
from domain.service_promise import ServicePromise, Within
from domain.working_hours import Day, Hours, Week, check_day, clock_time

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KEYS: Final = frozenset({"days", "opens", "closes", "hours", "ramadan", "holidays", "public_holidays", "timezone"})
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A row of ``[[promise]]`` as the file has it."""

    topic: str
    what_ar: str
    within: str
    what_en: str = ""
    needs: tuple[str, ...] = ()


def service_calendar(table: Mapping[str, Any], where: str) -> ServiceCalendar:
    """The table ``[calendar]``. Raises ``ProfileError``."""
    _refuse_unknown(table, _KEYS, f"{where}: [calendar]")
    days = table.get("days", list(_WEEKDAYS))
    unknown = [day for day in days if day not in _WEEKDAYS]
    if unknown:
        raise ProfileError(f"{where}: calendar.days holds {unknown}", f"use: {', '.join(_WEEKDAYS)}")
    named = [_WEEKDAYS.index(day) for day in days]
    opens, closes = (
        _made(f"{where}: calendar.{key}", clock_time, table.get(key, default), "write hours as 08:00")
        for key, default in (("opens", "08:00"), ("closes", "20:00"))
    )
    calendar = ServiceCalendar(
        weekdays=frozenset(named),
        opens=opens,
        closes=closes,
        holidays=frozenset(
            _made(f"{where}: calendar.holidays", _day, each, "write days as 2026-09-23") for each in table.get("holidays", [])
        ),
        timezone=_zone(table.get("timezone", "Asia/Riyadh"), where),
        hours=_week(table.get("hours"), named, f"{where}: calendar.hours"),
        ramadan=_week(table.get("ramadan"), named, f"{where}: calendar.ramadan"),
        public=_made(
            f"{where}: calendar.public_holidays",
            PublicHolidays,
            table.get("public_holidays", "none"),
            f"use: {', '.join(PublicHolidays)}",
        ),
    )
    if not any(calendar.week()):
        raise ProfileError(
            f"{where}: [calendar] has no working hours", "name days, or hours by day: without them no case is ever due"
        )
    return calendar


def escalation_shares(table: Mapping[str, Any], where: str) -> Mapping[EscalationStep, float]:
    """The table ``[escalation]``: shares that rise from step to step. Raises ``ProfileError``."""
    _refuse_unknown(table, frozenset(EscalationStep), f"{where}: [escalation]")
    shares = {step: table.get(step.value, DEFAULT_SHARES[step]) for step in EscalationStep}
    for step, share in shares.items():
        if isinstance(share, bool) or not isinstance(share, int | float) or share <= 0:
            raise ProfileError(f"{where}: escalation.{step} is {share!r}", "write a share of the time to resolve, as 0.75")
    if list(shares.values()) != sorted(set(shares.values())):
        raise ProfileError(f"{where}: the shares of [escalation] do not rise", "reminder first, then head, then management")
    return MappingProxyType({step: float(share) for step, share in shares.items()})


def service_promises(rows: Sequence[PromiseRow], where: str) -> tuple[ServicePromise, ...]:
    """The rows of ``[[promise]]``. Raises ``ProfileError``."""
    return tuple(
        ServicePromise(
            row.topic,
            row.what_ar,
            _made(
                f"{where}: [[promise]] number {number}: within",
                Within.parse,
                row.within,
                "write it as 72 hours or 3 working days",
            ),
            row.what_en,
            row.needs,
        )
        for number, row in enumerate(rows, 1)
    )


def _week(value: object, days: Sequence[int], where: str) -> Week | None:
    """A list of hours for each of the calendar's days, or a table with a list for each day that it names."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        _refuse_unknown(value, frozenset(_WEEKDAYS), where)
        by_day = {_WEEKDAYS.index(day): _hours(hours, f"{where}.{day}") for day, hours in value.items()}
    else:
        by_day = dict.fromkeys(days, _hours(value, where))
    return cast(Week, tuple(by_day.get(weekday, ()) for weekday in range(7)))


def _hours(value: object, where: str) -> Day:
    if not isinstance(value, list):
        raise ProfileError(f"{where} is {value!r}", 'write a list, as ["08:00-12:00", "13:00-16:00"]')
    try:
        return check_day(tuple(Hours.parse(str(each)) for each in value))
    except InputError as error:
        raise ProfileError(f"{where}: {error.what}", error.remedy) from error


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _zone(name: object, where: str) -> str:
    try:
        return ZoneInfo(str(name)).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ProfileError(f"{where}: calendar.timezone is «{name}», which is no time zone", "write it as Asia/Riyadh") from error


def _made(where: str, make: Callable[[Any], T], value: object, remedy: str) -> T:
    try:
        return make(value)
    except (ValueError, TypeError, InputError) as error:
        raise ProfileError(f"{where} is «{value}»", remedy) from error


def _refuse_unknown(table: Mapping[str, Any], known: frozenset[Any], where: str) -> None:
    unknown = sorted(set(table) - {str(each) for each in known})
    if unknown:
        raise ProfileError(
            f"{where} has the unknown key «{unknown[0]}»", f"known: {', '.join(sorted(str(each) for each in known))}"
        )
