"""A month of the service calendar as rows of weeks, Sunday first, with both dates of each day. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from domain.messages import message
from domain.service_calendar import DayKind
from registry.calendars import MonthDay

WEEK: Final = (6, 0, 1, 2, 3, 4, 5)
"""Weekdays in the order of a Saudi week (Monday is 0)."""


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day: its Hijri day (empty outside the years that the Umm al-Qura calendar covers), its hours, and why it has them."""

    day: date
    hijri: str
    hours: tuple[str, ...]
    kind: DayKind
    name: str
    is_today: bool

    @property
    def is_notable(self) -> bool:
        """Whether it differs from the ordinary week."""
        return self.kind in (DayKind.HOLIDAY, DayKind.SPECIAL)


def weeks(days: Sequence[MonthDay], today: date) -> list[list[DayCell | None]]:
    """The month's weeks; None where another month's day stands."""
    cells: list[DayCell | None] = [None] * WEEK.index(days[0].of.day.weekday())
    cells += [_cell(each, today) for each in days]
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


def hijri_title(days: Sequence[MonthDay]) -> str:
    """The Hijri months that the month touches: ``جمادى الأولى – جمادى الآخرة 1448هـ``."""
    months = list(dict.fromkeys(each.hijri[:2] for each in days if each.hijri))
    if not months:
        return ""
    names = [message(f"hijri_month.{number}") for _, number in months]
    return message("calendar.hijri_title", months=" – ".join(names), year=months[-1][0])


def neighbours(first: date) -> tuple[str, str]:
    """The months before and after, as addresses name them (``2026-10``)."""
    return f"{first - timedelta(days=1):%Y-%m}", f"{first + timedelta(days=31):%Y-%m}"


def _cell(each: MonthDay, today: date) -> DayCell:
    of = each.of
    hijri = ""
    if each.hijri:
        hijri = str(each.hijri[2])
    return DayCell(of.day, hijri, tuple(str(hours) for hours in of.hours), of.kind, of.name, of.day == today)
