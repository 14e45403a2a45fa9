"""A service calendar as JSON, whole, and back (REQUIREMENTS W13)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from functools import cache
from importlib.metadata import version
from typing import Any, cast

from domain.holidays import PublicHolidays
from domain.service_calendar import ServiceCalendar, SpecialDay
from domain.working_hours import Hours, Week


def calendar_to_json(calendar: ServiceCalendar) -> dict[str, Any]:
    """Everything that a deadline depends on."""
    return {
        "weekdays": sorted(calendar.weekdays),
        "opens": calendar.opens.isoformat(),
        "closes": calendar.closes.isoformat(),
        "holidays": sorted(day.isoformat() for day in calendar.holidays),
        "timezone": calendar.timezone,
        "hours": _week_to_json(calendar.hours),
        "ramadan": _week_to_json(calendar.ramadan),
        "public": str(calendar.public),
        "reckoned_by": _reckoned_by(),
        "special": [[each.day.isoformat(), _hours_to_json(each.hours), each.name] for each in calendar.special],
    }


def calendar_from_json(kept: Mapping[str, Any]) -> ServiceCalendar:
    """The calendar that ``calendar_to_json`` wrote."""
    return ServiceCalendar(
        weekdays=frozenset(kept["weekdays"]),
        opens=time.fromisoformat(kept["opens"]),
        closes=time.fromisoformat(kept["closes"]),
        holidays=frozenset(date.fromisoformat(day) for day in kept["holidays"]),
        timezone=kept["timezone"],
        hours=_week_from_json(kept["hours"]),
        ramadan=_week_from_json(kept["ramadan"]),
        public=PublicHolidays(kept["public"]),
        special=tuple(SpecialDay(date.fromisoformat(day), _hours_from_json(hours), name) for day, hours, name in kept["special"]),
    )


@cache
def _reckoned_by() -> list[str]:
    """The releases that public holidays and Hijri dates come from: with a new one, deadlines are reckoned anew."""
    return [f"{name} {version(name)}" for name in ("holidays", "hijridate")]


def _week_to_json(week: Week | None) -> list[list[list[str] | None]] | None:
    return None if week is None else [[_hours_to_json(hours) for hours in day] for day in week]


def _week_from_json(kept: list[list[list[str]]] | None) -> Week | None:
    if kept is None:
        return None
    return cast(
        Week, tuple(tuple(Hours(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in day) for day in kept)
    )


def _hours_to_json(hours: Hours | None) -> list[str] | None:
    return None if hours is None else [hours.opens.isoformat(), hours.closes.isoformat()]


def _hours_from_json(kept: list[str] | None) -> Hours | None:
    return None if kept is None else Hours(time.fromisoformat(kept[0]), time.fromisoformat(kept[1]))
