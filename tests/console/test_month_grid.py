"""A month laid out in weeks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.month_grid import WEEK, hijri_title, neighbours, weeks
from domain.holidays import hijri
from domain.service_calendar import ServiceCalendar
from registry.calendars import MonthDay


def _month(first: date) -> list[MonthDay]:
    days = [first + timedelta(days=offset) for offset in range(31)]
    return [MonthDay(hijri(day), ServiceCalendar().day(day)) for day in days if day.month == first.month]


@given(st.dates(date(2000, 1, 1), date(2076, 12, 31)))
def test_every_day_stands_once_under_its_weekday(day: date) -> None:
    month = _month(day.replace(day=1))
    rows = weeks(month, day)
    cells = [(place, cell) for row in rows for place, cell in enumerate(row) if cell]
    assert all(len(row) == 7 for row in rows)
    assert [cell.day for _, cell in cells] == [each.of.day for each in month]
    assert all(WEEK[place] == cell.day.weekday() for place, cell in cells)
    assert [cell.day for _, cell in cells if cell.is_today] == [day]


@pytest.mark.parametrize(
    ("first", "before", "after"),
    [("2026-11-01", "2026-10", "2026-12"), ("2026-12-01", "2026-11", "2027-01"), ("2027-01-01", "2026-12", "2027-02"),
     ("2027-02-01", "2027-01", "2027-03")],
)  # fmt: skip
def test_months_follow_each_other(first: str, before: str, after: str) -> None:
    assert neighbours(date.fromisoformat(first)) == (before, after)


def test_the_title_names_the_hijri_months() -> None:
    assert hijri_title(_month(date(2027, 2, 1))) == "شعبان – رمضان 1448هـ"
    assert hijri_title([MonthDay(None, ServiceCalendar().day(date(2090, 1, 1)))]) == ""
