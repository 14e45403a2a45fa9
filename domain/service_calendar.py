"""Working time: when the clock of a case runs (REQUIREMENTS W13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class ServiceCalendar:
    """Working days (Monday is 0), hours of a day, and days off, in one time zone."""

    weekdays: frozenset[int] = frozenset({6, 0, 1, 2, 3})
    opens: time = time(8)
    closes: time = time(20)
    holidays: frozenset[date] = frozenset()
    timezone: str = "Asia/Riyadh"

    def is_working_day(self, day: date) -> bool:
        """Whether the service works on this day."""
        return day.weekday() in self.weekdays and day not in self.holidays

    def due(self, start: datetime, working: timedelta) -> datetime:
        """The moment by which ``working`` time has run since ``start`` (aware); in the start's zone."""
        local = start.astimezone(ZoneInfo(self.timezone))
        day, left = local.date(), working
        for _ in range(3660):
            if self.is_working_day(day):
                opens, closes = self._window(day)
                begin = max(opens, local)
                if begin < closes:
                    if left <= closes - begin:
                        return (begin + left).astimezone(start.tzinfo)
                    left -= closes - begin
            day += timedelta(days=1)
        raise ValueError("the calendar has no working time within ten years")

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Working time between two moments (zero where ``end`` is not later)."""
        zone = ZoneInfo(self.timezone)
        first, last = start.astimezone(zone), end.astimezone(zone)
        total = timedelta()
        for day in _days(first.date(), last.date()):
            if self.is_working_day(day):
                opens, closes = self._window(day)
                total += max(timedelta(), min(closes, last) - max(opens, first))
        return total

    def _window(self, day: date) -> tuple[datetime, datetime]:
        zone = ZoneInfo(self.timezone)
        closing_day = day if self.closes > self.opens else day + timedelta(days=1)
        return datetime.combine(day, self.opens, zone), datetime.combine(closing_day, self.closes, zone)


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))
