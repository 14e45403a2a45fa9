"""Days, moments and minutes of a broadcast, as people type them: both calendars, Arabic digits too (REQUIREMENTS W13). Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

_HIJRI_YEARS: Final = range(1300, 1600)
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\dT.+")
_DAY: Final = re.compile(r"(\d{1,4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,4})\s*(هـ|ه|م|h|ah)?", re.IGNORECASE)
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(ص|م|am|pm)?", re.IGNORECASE)
_MINUTE: Final = re.compile(r"(?:(\d{1,2}):)?(\d{1,3})(?::(\d{1,2}))?")
_LONGEST: Final = 24 * 3600
_MARKS: Final = frozenset(map(chr, (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)))


def read_day(text: str, *, month_first: bool = False) -> date | None:
    """The day that a text names: ``2026-11-21``, ``21/11/2026``, ``21/11/26``, or by the Umm al-Qura calendar ``11/6/1448``; None
    where it names none. ``month_first`` is for the American order."""
    found = _DAY.fullmatch(plain(text))
    return day_of(found.groups(), month_first=month_first) if found else None


def day_of(parts: tuple[str | None, ...], *, month_first: bool = False) -> date | None:
    """The day of three numbers as they were typed; a Hijri one is turned into a Gregorian one."""
    first, second, third = (int(part or 0) for part in parts[:3])
    if len(parts[0] or "") == 4:
        year, month, day = first, second, third
    else:
        day, month, year = (second, first, third) if month_first else (first, second, third)
    if year < 100:
        year += 2000
    try:
        return _from_hijri(year, month, day) if year in _HIJRI_YEARS else date(year, month, day)
    except (ValueError, OverflowError):
        return None


def read_moment(text: str, timezone: str) -> datetime | None:
    """The moment that a text names, in UTC: a day, or a day and a time (``2026-11-21T07:30``, ``21/11/2026 07:30 م``), in this
    time zone where it names none; None where it names no moment."""
    said = plain(text)
    if _ISO.fullmatch(said):
        try:
            moment = datetime.fromisoformat(said)
        except ValueError:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)
    clock = _CLOCK.search(said)
    at = read_clock(clock.group()) if clock else time()
    day = read_day((said[: clock.start()] if clock else said).strip(" ,،"))
    if day is None or at is None:
        return None
    return datetime.combine(day, at, ZoneInfo(timezone)).astimezone(UTC)


def read_clock(text: str) -> time | None:
    """The time that a text names: ``07:30``, ``7:30 م``, ``7:30 PM``; None where it names none."""
    found = _CLOCK.fullmatch(plain(text))
    if found is None:
        return None
    hour, half = int(found[1]), (found[4] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half in ("م", "pm") else 0)
    try:
        return time(hour, int(found[2]), int(found[3] or 0))
    except ValueError:
        return None


def read_minute(text: str) -> int | None:
    """Seconds from the beginning of a programme: ``12:34``, ``1:02:30``, or whole minutes (``12``); None where it is neither."""
    found = _MINUTE.fullmatch(plain(text))
    if found is None:
        return None
    numbers = [int(part) for part in plain(text).split(":")]
    if len(numbers) == 1:
        seconds = numbers[0] * 60
    elif numbers[-1] > 59 or (len(numbers) == 3 and numbers[1] > 59):
        return None
    else:
        seconds = sum(number * 60**place for place, number in enumerate(reversed(numbers)))
    return seconds if seconds < _LONGEST else None


def shown_minute(seconds: int) -> str:
    """``12:34``, ``1:02:30``."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def plain(text: str) -> str:
    """A typed text in Western digits, without marks of direction and odd spaces."""
    kept = "".join(character for character in text if character not in _MARKS)
    return " ".join("".join(str(int(each)) if each.isdecimal() else each for each in kept).split())


def _from_hijri(year: int, month: int, day: int) -> date:
    from hijridate import Hijri

    found = Hijri(year, month, day).to_gregorian()
    return date(found.year, found.month, found.day)
