"""Dates as feeds and pages write them: RFC 822, ISO 8601, Arabic month names, Hijri dates, any digits. Aware, in UTC."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawlers.text.date_words import ZONES, gregorian_month, hijri_month
from domain.arabic import without_marks

_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_WORD: Final = r"[^\W\d_]+"
_YEAR_FIRST: Final = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_YEAR_LAST: Final = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_COMPACT: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})([01]\d)([0-3]\d)(?:T(\d{2})(\d{2})(\d{2})?|(?!\d))")
_NAMED: Final = re.compile(
    rf"(?<![\d:])(\d{{1,2}})(?:st|nd|rd|th)?[\s,،./-]*(?:(?:من|شهر|of)\s+)*({_WORD}(?: {_WORD})?)"
    rf"(?:\s*/\s*{_WORD}(?: {_WORD})?)?[\s,،./-]*(?:(?:ل?عام|ل?سنة)\s+)?(\d{{4}}|\d{{2}})(?![\d:])"
)
_NAMED_FIRST: Final = re.compile(rf"({_WORD})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?[,،]?\s+(\d{{4}})(?!\d)")
_NAMED_ASCTIME: Final = re.compile(r"\b([A-Z][a-z]{2})\s+(\d{1,2})\s+\d{1,2}:\d{2}(?::\d{2})?\s+(?:[A-Z]{1,4}\s+)?(\d{4})\b")
_CLOCK: Final = re.compile(
    r"(?<![\d:])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?![\d:])\s*(صباحا|مساء|ظهرا|عصرا|[صم](?!\w)|[AaPp]\.?[Mm]\b)?"
)
_OFFSET: Final = re.compile(r"(?:\b(?:GMT|UTC|UT)|(?<=[\d\s]))\s?([+-])(\d{1,2})(?::?(\d{2}))?(?![\d/.:-])|(?<=\d)\s?Z\b")
_ZONE_NAME: Final = re.compile(r"(?<![^\W\d_])([A-Za-z]{2,4})(?!\w)")
_ARABIC_ZONE: Final = re.compile(r"بتوقيت\s+(?:(غرين|جرين)|(مكة|السعودي|الرياض))")
_RFC_822: Final = re.compile(r"(?:[A-Za-z]{3}, )?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-]\d{4}|GMT|UTC)")
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)")
_SHORT_MONTHS: Final = {name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
_EARLIEST: Final = 1995
_FUTURE: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class _Calendar:
    """How a calendar's years and months are told, and its days found."""

    years: range
    month: Callable[[str], int | None]
    day: Callable[[int, int, int], datetime]


def parse_date(text: str, zone: str = "Asia/Riyadh", *, now: datetime | None = None) -> datetime | None:
    """The moment that ``text`` names, in UTC; None where it names none, or one that cannot be true.

    A date without a zone is taken in ``zone``. Years before 1995, and moments more than two days after ``now``, are
    mistakes of the publisher: None is better than a lie. Where a text names a day in both calendars, the Gregorian one counts:
    a Hijri day is that of the Umm al-Qura calendar, and a moon that was sighted later makes it another.
    """
    plain = without_marks(text[:200]).translate(_DIGITS).strip()
    if not plain:
        return None
    try:
        return plausible(_exact(plain) or _anywhere(plain, zone, _GREGORIAN) or _anywhere(plain, zone, _HIJRI), now)
    except (ValueError, OverflowError):
        return None


def plausible(moment: datetime | None, now: datetime | None = None) -> datetime | None:
    """The moment in UTC, unless no article can be that old or that new."""
    if moment is None or not _EARLIEST <= moment.year <= 9000:
        return None
    in_utc = moment.astimezone(UTC)
    return None if now is not None and in_utc > now + _FUTURE else in_utc


@cache
def zone_info(name: str) -> tzinfo:
    """The time zone of this name; UTC where the machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _exact(text: str) -> datetime | None:
    """The two forms that nearly all feeds write, without the search that the others need."""
    if _ISO.fullmatch(text):
        return datetime.fromisoformat(text)
    match = _RFC_822.fullmatch(text)
    month = _SHORT_MONTHS.get(match.group(2)) if match else None
    if match is None or month is None:
        return None
    day, _, year, hour, minute, second, offset = match.groups()
    at = datetime(int(year), month, int(day), int(hour), int(minute), min(int(second), 59), tzinfo=UTC)
    return at if offset[0] not in "+-" else at - _distance(offset[0], offset[1:3], offset[3:])


def _anywhere(text: str, zone: str, calendar: _Calendar) -> datetime | None:
    """The first day of this calendar that the text names in any form, with the clock beside it."""
    for day, match in _days(text, calendar):
        return _with_clock(day, text, match, zone)
    return None


def _days(text: str, calendar: _Calendar) -> Iterator[tuple[datetime, re.Match[str]]]:
    for match in _YEAR_FIRST.finditer(text):
        year, month, day = (int(group) for group in match.groups())
        if year in calendar.years:
            yield calendar.day(year, month, day), match
    if calendar is _GREGORIAN:
        for match in _COMPACT.finditer(text):
            yield calendar.day(*(int(group) for group in match.groups()[:3])), match
    for pattern, order in ((_NAMED, (1, 2, 3)), (_NAMED_FIRST, (2, 1, 3)), (_NAMED_ASCTIME, (2, 1, 3))):
        for match in _overlapping(pattern, text):
            written, name, of_year = (match.group(place) for place in order)
            number, year = calendar.month(name), _full_year(of_year)
            if number is not None and year in calendar.years:
                yield calendar.day(year, number, int(written)), match
    for match in _YEAR_LAST.finditer(text):
        first, second, year = (int(group) for group in match.groups())
        if year in calendar.years:
            day, month = (second, first) if second > 12 >= first else (first, second)
            yield calendar.day(year, month, day), match


def _overlapping(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """All matches, those inside of others too: «5 مساء 19 نوفمبر 2026» begins with a number that is no day."""
    match = pattern.search(text)
    while match is not None:
        yield match
        match = pattern.search(text, match.start() + 1)


def _full_year(written: str) -> int:
    year = int(written)
    return year if len(written) == 4 else year + (1900 if year >= 90 else 2000)


def _gregorian_day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day)  # noqa: DTZ001


def _hijri_day(year: int, month: int, day: int) -> datetime:
    """By the Umm al-Qura calendar. The 30th of a month that has 29 days there is the day after: the moon was sighted late."""
    from hijridate import Hijri

    length = Hijri(year, month, 1).month_length()
    if day == length + 1 == 30:
        return _hijri_day(year, month, length) + timedelta(days=1)
    found = Hijri(year, month, day).to_gregorian()
    return datetime(found.year, found.month, found.day)  # noqa: DTZ001


_GREGORIAN: Final = _Calendar(range(1900, 2200), gregorian_month, _gregorian_day)
_HIJRI: Final = _Calendar(range(1343, 1500), hijri_month, _hijri_day)


def _with_clock(day: datetime, text: str, found: re.Match[str], zone: str) -> datetime:
    if found.re is _COMPACT and found.group(4):
        hour, minute, second = (int(group or 0) for group in found.groups()[3:])
        return day.replace(hour=hour, minute=minute, second=second, tzinfo=_zone(text[found.end() - 1 :], zone))
    clock = _CLOCK.search(text, found.end()) or _CLOCK.search(text)
    if clock is None:
        return day.replace(tzinfo=zone_info(zone))
    hour, minute, second = _hour(clock.group(1), clock.group(4)), int(clock.group(2)), min(int(clock.group(3) or 0), 59)
    # The zone stands behind the clock; its last digit is kept in view, which tells an offset from a dash between words.
    zoned = _zone(text[clock.end() - 1 :] if clock.end() < len(text) else "", zone)
    at = day.replace(hour=hour % 24, minute=minute, second=second, tzinfo=zoned)
    return at + timedelta(days=1) if hour == 24 else at


def _hour(hour: str, half: str | None) -> int:
    if not half:
        return int(hour)
    is_afternoon = half[0] in "معPp" or (half == "ظهرا" and hour != "11")
    return int(hour) % 12 + (12 if is_afternoon else 0) if int(hour) <= 12 else int(hour)


def _zone(rest: str, zone: str) -> tzinfo:
    """The zone that the text behind a clock names, else the source's."""
    offset = _OFFSET.search(rest)
    if offset is not None:
        sign, hours, minutes = offset.groups()
        return timezone(_distance(sign, hours, minutes)) if sign else UTC
    in_arabic = _ARABIC_ZONE.search(rest)
    if in_arabic is not None:
        return UTC if in_arabic.group(1) else timezone(timedelta(hours=3))
    for name in (match.group(1).lower() for match in _ZONE_NAME.finditer(rest)):
        if name == "ast":
            return timezone(timedelta(hours=3 if zone.startswith("Asia/") else -4))
        if name in ZONES:
            return timezone(timedelta(hours=ZONES[name]))
    return zone_info(zone)


def _distance(sign: str, hours: str, minutes: str | None) -> timedelta:
    distance = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return -distance if sign == "-" else distance
