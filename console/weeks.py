"""Weeks to choose from, by their ISO code (``2026-W47``). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from notify.dates import gregorian, local_day
from notify.week import week_bounds, week_of


@dataclass(frozen=True, slots=True)
class WeekChoice:
    """One week of the list."""

    code: str
    first_day: str
    last_day: str


def recent_weeks(now: datetime, zone: str, how_many: int = 12) -> list[WeekChoice]:
    """The present week and those before it, newest first."""
    return [week_choice(week_of(now - timedelta(weeks=back), zone), zone) for back in range(how_many)]


def week_choice(code: str, zone: str) -> WeekChoice:
    """A week with its days in words. Raises ``InputError`` for a code that is none."""
    start, end = week_bounds(code, zone)
    return WeekChoice(code, gregorian(local_day(start, zone)), gregorian(local_day(end - timedelta(minutes=1), zone)))
