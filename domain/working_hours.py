"""Hours of work: windows of a day, weeks of such days, and the span of years laid end to end for quick reckoning. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from domain.errors import InputError

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1)
_CLOCK: Final = re.compile("[0-9]{2}:[0-9]{2}")


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """One window of a day. It closes on the next day where ``closes`` is not later than ``opens`` (21:00-02:00)."""

    opens: time
    closes: time

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"

    @classmethod
    def parse(cls, text: str) -> Hours:
        """From ``09:00-13:00``; ``24:00`` is midnight. Raises ``InputError``."""
        opens, _, closes = (part.strip() for part in text.partition("-"))
        try:
            found = cls(clock_time(opens), clock_time(closes))
        except ValueError as error:
            raise InputError(f"«{text}» are no hours", "write them as 09:00-13:00") from error
        if found.opens == found.closes != time(0):
            raise InputError(f"the hours «{text}» have no length", "write them as 09:00-13:00, or 00:00-24:00 for a whole day")
        return found


Day: TypeAlias = tuple[Hours, ...]
"""The windows of a day in their order; none: closed."""
Week: TypeAlias = tuple[Day, Day, Day, Day, Day, Day, Day]
"""From Monday to Sunday."""


def check_day(hours: Day) -> Day:
    """The windows in their order. Raises ``InputError`` where two overlap, or one before the last runs past midnight."""
    ordered = tuple(sorted(hours))
    for earlier, later in pairwise(ordered):
        if earlier.closes <= earlier.opens or earlier.closes > later.opens:
            raise InputError(f"the hours {earlier} and {later} overlap", "end each before the next begins")
    return ordered


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The windows of several years in a row, with the working time before each. All in microseconds since 1970.

    ``low`` and ``high`` bound the moments that it can answer for.
    """

    first_year: int
    last_year: int
    low: int
    high: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    """The working time up to the end of each window."""

    def until(self, at: int) -> int:
        """The working time before a moment, counted from the first window."""
        place = bisect_right(self.starts, at) - 1
        if place < 0:
            return 0
        return self.before[place] + min(at, self.ends[place]) - self.starts[place]

    def reached(self, since: int, working: int) -> int | None:
        """The moment by which ``working`` time has run since ``since``; None where the years do not hold so much."""
        place = bisect_right(self.ends, since)
        if place == len(self.ends):
            return None
        wanted = self.before[place] + max(0, since - self.starts[place]) + working
        found = bisect_left(self.after, wanted, lo=place)
        if found == len(self.after):
            return None
        return max(since, self.starts[found] + wanted - self.before[found])


def lay_out(first_year: int, last_year: int, days: Iterable[tuple[date, Day]], zone: ZoneInfo) -> WorkingTime:
    """The windows of these days, which must cover the years. A window that begins inside the one before begins at its end."""
    starts: list[int] = []
    ends: list[int] = []
    for day, hours in days:
        for window in hours:
            closing_day = day if window.closes > window.opens else day + _DAY
            opens, closes = _moment(day, window.opens, zone), _moment(closing_day, window.closes, zone)
            begin = max(opens, ends[-1]) if ends else opens
            if begin < closes:
                starts.append(begin)
                ends.append(closes)
    before, after, total = [], [], 0
    for begin, end in zip(starts, ends, strict=True):
        before.append(total)
        total += end - begin
        after.append(total)
    low = microseconds(datetime(first_year, 1, 3, tzinfo=UTC))
    high = microseconds(datetime(last_year, 12, 29, tzinfo=UTC))
    return WorkingTime(first_year, last_year, low, high, tuple(starts), tuple(ends), tuple(before), tuple(after))


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - EPOCH) // MICROSECOND


def _moment(day: date, clock: time, zone: ZoneInfo) -> int:
    return microseconds(datetime.combine(day, clock, zone))


def clock_time(text: str) -> time:
    """A time of the day from ``08:00``; ``24:00`` is midnight. Raises ``ValueError``."""
    if not _CLOCK.fullmatch(text):
        raise ValueError(f"«{text}» is no time of the day")
    return time(0) if text == "24:00" else time.fromisoformat(text)
