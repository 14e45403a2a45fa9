"""Dates as feeds and pages write them: RFC 822, ISO 8601, Arabic month names, Arabic-Indic digits. Aware, in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.arabic import without_marks

_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_ISO: Final = re.compile(
    r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:(?:\s*T\s*|[\s,،-]+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(ص|م|[AaPp]\.?[Mm]\b)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_NUMERIC: Final = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_NAMED: Final = re.compile(
    r"(?<![\d:])(\d{1,2})(?:st|nd|rd|th)?[\s,،/-]+([^\W\d_]+(?: [^\W\d_]+)?)"
    r"(?:\s*/\s*[^\W\d_]+(?: [^\W\d_]+)?)?[\s,،./-]+(\d{4}|\d{2})(?!\d)"
)
_NAMED_FIRST: Final = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_CLOCK: Final = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(ص|م|صباحا|مساء|[AaPp]\.?[Mm]\b)?")
_ZONE: Final = re.compile(
    r"(?:\b(?:GMT|UTC|UT)\b|(?<=[\d ])Z\b)?\s*([+-]\d{2}:?\d{2})\s*(?:\(.*\))?$|\b(GMT|UTC|UT)\b|(?<=\d)\s?(Z)\b"
)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january يناير كانون_الثاني جانفي",
            "feb february فبراير شباط فيفري",
            "mar march مارس اذار",
            "apr april ابريل نيسان افريل",
            "may مايو ايار ماي",
            "jun june يونيو يونيه حزيران جوان",
            "jul july يوليو يوليه تموز جويليه",
            "aug august اغسطس اب اوت",
            "sep sept september سبتمبر ايلول",
            "oct october اكتوبر تشرين_الاول",
            "nov november نوفمبر تشرين_الثاني",
            "dec december ديسمبر كانون_الاول",
        ),
        1,
    )
    for name in names.split()
}
_FOLD: Final = str.maketrans("أإآةى", "اااهي")
_EARLIEST: Final = 1995
_FUTURE: Final = timedelta(days=2)


def parse_date(text: str, zone: str = "Asia/Riyadh", *, now: datetime | None = None) -> datetime | None:
    """The moment that ``text`` names, in UTC; None where it names none, or one that cannot be true.

    A date without a zone is taken in ``zone``. Years before 1995, and moments more than two days after ``now``, are
    mistakes of the publisher: None is better than a lie.
    """
    plain = without_marks(text[:200]).translate(_DIGITS).strip()
    if not plain:
        return None
    try:
        moment = _iso(plain, zone) or _named(plain, zone) or _numeric(plain, zone)
    except (ValueError, OverflowError):
        return None
    return plausible(moment, now)


def plausible(moment: datetime | None, now: datetime | None = None) -> datetime | None:
    """The moment in UTC, unless no article can be that old or that new."""
    if moment is None or moment.year < _EARLIEST:
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


def _iso(text: str, zone: str) -> datetime | None:
    match = _ISO.search(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, half, offset = match.groups()
    at = datetime(int(year), int(month), int(day), _hour(hour, half), int(minute or 0), int(second or 0))  # noqa: DTZ001
    return at.replace(tzinfo=_offset(offset, zone))


def _named(text: str, zone: str) -> datetime | None:
    for pattern, order in ((_NAMED, (1, 2, 3)), (_NAMED_FIRST, (2, 1, 3))):
        for match in pattern.finditer(text):
            day, name, year = (match.group(place) for place in order)
            month = _month(name)
            if month is not None:
                full_year = int(year) + (2000 if len(year) == 2 else 0)
                return _with_clock(datetime(full_year, month, int(day)), text, match, zone)  # noqa: DTZ001
    return None


def _numeric(text: str, zone: str) -> datetime | None:
    match = _NUMERIC.search(text)
    if match is None:
        return None
    first, second, year = (int(group) for group in match.groups())
    day, month = (second, first) if second > 12 >= first else (first, second)
    return _with_clock(datetime(year, month, day), text, match, zone)  # noqa: DTZ001


def _with_clock(day: datetime, text: str, found: re.Match[str], zone: str) -> datetime:
    rest = text[found.end() :] if _CLOCK.search(text, found.end()) else text[: found.start()]
    clock = _CLOCK.search(rest)
    if clock is not None:
        hour, minute, second, half = clock.groups()
        day = day.replace(hour=_hour(hour, half), minute=int(minute), second=int(second or 0))
    zoned = _ZONE.search(rest)
    return day.replace(tzinfo=_offset(next((group for group in zoned.groups() if group), None) if zoned else None, zone))


def _hour(hour: str | None, half: str | None) -> int:
    value = int(hour or 0)
    if not half:
        return value
    afternoon = half[0] in "مPp"
    return value % 12 + (12 if afternoon else 0)


def _offset(offset: str | None, zone: str) -> tzinfo:
    if not offset:
        return zone_info(zone)
    if offset[0] not in "+-":
        return UTC
    digits = offset[1:].replace(":", "")
    distance = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-distance if offset[0] == "-" else distance)


def _month(name: str) -> int | None:
    folded = name.lower().translate(_FOLD)
    return _MONTHS.get(folded.replace(" ", "_")) or _MONTHS.get(folded.split()[0])
