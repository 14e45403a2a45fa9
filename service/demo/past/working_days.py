"""Moments of the last working days, by the ministry's own calendar: nobody works at night or on a holiday. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.service_calendar import ServiceCalendar

_DAY: Final = timedelta(days=1)


class WorkingDays:
    """The working days that were over at ``start``: day 1 is the last one. ``zone`` is the ministry's."""

    def __init__(self, calendar: ServiceCalendar, start: datetime) -> None:
        self._calendar = calendar
        self.zone = ZoneInfo(calendar.timezone)
        self._start = start
        self._today = start.astimezone(self.zone).date()
        self._days: list[date] = []

    def day(self, back: int) -> date:
        """The working day ``back`` days ago."""
        following = (self._days[-1] if self._days else self._today + _DAY) - _DAY
        while len(self._days) < back:
            if self._is_over(following):
                self._days.append(following)
            following -= _DAY
        return self._days[back - 1]

    def at(self, back: int, share: float) -> datetime:
        """The moment of that day at which ``share`` of its working time had run (0 is its opening)."""
        midnight = self._midnight(self.day(back))
        return self._calendar.due(midnight, self._length(self.day(back)) * max(share, 0.001))

    def ahead(self, hours: float) -> datetime:
        """The moment by which so many working hours will have run since the start."""
        return self._calendar.due(self._start.astimezone(self.zone), timedelta(hours=hours)).replace(second=0, microsecond=0)

    def _is_over(self, day: date) -> bool:
        length = self._length(day)
        return bool(length) and self._calendar.due(self._midnight(day), length) <= self._start

    def _length(self, day: date) -> timedelta:
        """Its working time: windows after midnight belong to the day on which they open."""
        spans = ((each.opens, each.closes) for each in self._calendar.day(day).hours)
        minutes = sum((_minutes(closes) - _minutes(opens)) % (24 * 60) or 24 * 60 for opens, closes in spans)
        return timedelta(minutes=minutes)

    def _midnight(self, day: date) -> datetime:
        """When the day begins: after the last window of the day before, where that runs past midnight."""
        before = self._calendar.day(day - timedelta(days=1)).hours
        begins = max((each.closes for each in before if each.closes <= each.opens), default=time())
        return datetime.combine(day, begins, self.zone)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
