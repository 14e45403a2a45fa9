"""ISO weeks (``2026-W47``), Monday to Sunday, in the ministry's time zone. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.errors import InputError

_WEEK: Final = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)


def week_bounds(week: str, timezone: str = "Asia/Riyadh") -> tuple[datetime, datetime]:
    """The first moment of the week's Monday and that of the next Monday, aware, in ``timezone``.

    Raises ``InputError`` for anything but ``2026-W47`` and for a week that the year does not have.
    """
    match = _WEEK.fullmatch(week.strip())
    if not match:
        raise InputError(f"«{week}» is not a week", "write year and ISO week number: 2026-W47")
    try:
        monday = date.fromisocalendar(int(match.group(1)), int(match.group(2)), 1)
        after = monday + timedelta(days=7)
    except (ValueError, OverflowError) as error:
        raise InputError(f"there is no week {week}", "a year has 52 or 53 ISO weeks: 2026-W47") from error
    zone = ZoneInfo(timezone)
    return datetime.combine(monday, time(), zone), datetime.combine(after, time(), zone)


def week_of(moment: datetime, timezone: str = "Asia/Riyadh") -> str:
    """The week that a moment falls in: ``2026-W47``."""
    year, number, _ = moment.astimezone(ZoneInfo(timezone)).isocalendar()
    return f"{year}-W{number:02d}"
