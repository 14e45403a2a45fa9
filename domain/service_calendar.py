"""Working time: when the clock of a case runs (REQUIREMENTS W13). Pure.

The hours of a day are, first that says so: a special day set by people; a day off of the profile's list or a public holiday;
the hours of Ramadan; the ordinary week.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, cast
from zoneinfo import ZoneInfo

from domain.holidays import PublicHolidays, public_holidays, ramadan
from domain.working_hours import EPOCH, Day, Hours, Week, WorkingTime, lay_out, microseconds

_EARLIEST: Final = 1900
_LATEST: Final = 2200
_FURTHEST: Final = 10
"""Years in which a promised working time must be found."""


@dataclass(frozen=True, slots=True, order=True)
class SpecialDay:
    """A day on which the service works otherwise than its calendar says. No hours: it is closed."""

    day: date
    hours: Hours | None = None
    name: str = ""


class DayKind(StrEnum):
    """Why a day has its hours."""

    ORDINARY = "ordinary"
    RAMADAN = "ramadan"
    HOLIDAY = "holiday"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the calendar: its hours, why, and the holiday's or the special day's name."""

    day: date
    hours: Day
    kind: DayKind
    name: str = ""


@dataclass(slots=True)
class _Memo:
    """What was reckoned once: replaced as a whole, so that threads may share it."""

    time: WorkingTime | None = None
    special: dict[date, SpecialDay] | None = None


@dataclass(frozen=True, slots=True)
class ServiceCalendar:
    """When the service works, in one time zone.

    The ordinary week is ``hours`` where it is given, else ``opens`` to ``closes`` on each of ``weekdays`` (Monday is 0).
    ``ramadan`` is the week of that month where it differs.
    """

    weekdays: frozenset[int] = frozenset({6, 0, 1, 2, 3})
    opens: time = time(8)
    closes: time = time(20)
    holidays: frozenset[date] = frozenset()
    """Days off beside the public ones."""
    timezone: str = "Asia/Riyadh"
    hours: Week | None = None
    ramadan: Week | None = None
    public: PublicHolidays = PublicHolidays.NONE
    special: tuple[SpecialDay, ...] = ()
    _memo: _Memo = field(default_factory=_Memo, init=False, repr=False, compare=False)

    def week(self) -> Week:
        """The ordinary week, from Monday on."""
        if self.hours is not None:
            return self.hours
        day = (Hours(self.opens, self.closes),)
        return cast(Week, tuple(day if weekday in self.weekdays else () for weekday in range(7)))

    def day(self, day: date, language: str = "ar") -> CalendarDay:
        """The hours of a day and why it has them; names of public holidays in ``ar`` or ``en``."""
        special = self._special_days().get(day)
        if special is not None:
            return CalendarDay(day, (special.hours,) if special.hours else (), DayKind.SPECIAL, special.name)
        name = self.holiday(day, language)
        if name is not None:
            return CalendarDay(day, (), DayKind.HOLIDAY, name)
        if self.ramadan is not None and day in ramadan(day.year):
            return CalendarDay(day, self.ramadan[day.weekday()], DayKind.RAMADAN)
        return CalendarDay(day, self.week()[day.weekday()], DayKind.ORDINARY)

    def holiday(self, day: date, language: str = "ar") -> str | None:
        """The name of the public holiday, empty for a day off of the profile's own list; None on other days."""
        name = public_holidays(self.public, day.year, language).get(day)
        return "" if name is None and day in self.holidays else name

    def is_working_day(self, day: date) -> bool:
        """Whether the service works on this day."""
        return bool(self.day(day).hours)

    def due(self, start: datetime, working: timedelta) -> datetime:
        """The moment by which ``working`` time has run since ``start`` (aware); in the start's zone.

        Raises ``ValueError`` where the calendar has too little working time within ten years.
        """
        since, wanted = microseconds(start), working // timedelta.resolution
        years = self._around(since, since)
        last = start.year + _FURTHEST
        while (found := years.reached(since, wanted)) is None:
            if years.last_year > last:
                raise ValueError("the calendar has no working time within ten years")
            years = self._reckoned(years.first_year, years.last_year + 2)
        return (EPOCH + timedelta(microseconds=found)).astimezone(start.tzinfo)

    def due_with_pauses(self, start: datetime, working: timedelta, pauses: Sequence[tuple[datetime, datetime]]) -> datetime:
        """As ``due``, where the clock stood between these pairs of moments (in order, not overlapping, after ``start``)."""
        left, since = working, start
        for begins, ends in pauses:
            run = self.worked(since, begins)
            if run >= left:
                break
            left, since = left - run, ends
        return self.due(since, left)

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Working time between two moments (zero where ``end`` is not later)."""
        first, last = microseconds(start), microseconds(end)
        if last <= first:
            return timedelta()
        years = self._around(first, last)
        return timedelta(microseconds=years.until(last) - years.until(first))

    def _around(self, first: int, last: int) -> WorkingTime:
        """The working time of these moments' years and the years beside them, and of all that was asked for before."""
        years = self._memo.time
        if years is not None and years.low <= first and last <= years.high:
            return years
        early, late = ((EPOCH + timedelta(microseconds=at)).year for at in (first, last))
        if years is not None:
            early, late = min(early, years.first_year + 1), max(late, years.last_year - 1)
        return self._reckoned(early - 1, late + 1)

    def _reckoned(self, first: int, last: int) -> WorkingTime:
        if first < _EARLIEST or last > _LATEST:
            raise ValueError(f"the calendar reckons from {_EARLIEST + 1} to {_LATEST - 1}")
        days = ((day, self.day(day).hours) for day in _days(first, last))
        years = lay_out(first, last, days, ZoneInfo(self.timezone))
        self._memo.time = years
        return years

    def _special_days(self) -> dict[date, SpecialDay]:
        if self._memo.special is None:
            self._memo.special = {each.day: each for each in self.special}
        return self._memo.special


def _days(first: int, last: int) -> Iterator[date]:
    start = date(first, 1, 1)
    return (start + timedelta(days=offset) for offset in range((date(last, 12, 31) - start).days + 1))
