"""Days, moments and minutes as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clipping import hijri_digits
from domain.typed_dates import read_clock, read_day, read_minute, read_moment, shown_minute

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "typed",
    ["2026-11-21", "21/11/2026", "21-11-2026", "2026/11/21", "21/11/26", "٢١/١١/٢٠٢٦", "\u200f21\u200f/11/2026",
     "11/6/1448", "1448-06-11", "١١/٠٦/١٤٤٨ هـ"],
)  # fmt: skip
def test_a_day_in_either_calendar(typed: str) -> None:
    assert read_day(typed) == DAY


@pytest.mark.parametrize("typed", ["", "yesterday", "31/2/2026", "2026-13-01", "40/6/1448", "21/11", "1/1/1/1", "0/0/0"])
def test_what_is_no_day_is_none(typed: str) -> None:
    assert read_day(typed) is None


def test_the_american_order_is_read_where_it_is_asked_for() -> None:
    assert read_day("11/21/26", month_first=True) == DAY
    assert read_day("11/21/26") is None


@pytest.mark.parametrize(
    ("typed", "hour"),
    [("2026-11-21T07:30", 7), ("2026-11-21T07:30+03:00", 7), ("21/11/2026 07:30", 7), ("21/11/2026 7:30 م", 19),
     ("11/6/1448 7:30 PM", 19)],
)  # fmt: skip
def test_a_moment_is_of_the_services_own_zone(typed: str, hour: int) -> None:
    assert read_moment(typed, "Asia/Riyadh") == datetime(2026, 11, 21, hour - 3, 30, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["2026-11-21T25:00", "21/11/2026 25:00", "07:30", "soon", "2026-11-21Tx"])
def test_what_is_no_moment_is_none(typed: str) -> None:
    assert read_moment(typed, "Asia/Riyadh") is None


@pytest.mark.parametrize(
    ("typed", "read"), [("12:05 ص", time(0, 5)), ("12:05 م", time(12, 5)), ("٧:٣٠", time(7, 30)), ("13:00 م", None), ("x", None)]
)
def test_times_of_the_day(typed: str, read: time | None) -> None:
    assert read_clock(typed) == read


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("12:34", 754), ("1:02:30", 3750), ("12", 720), ("٥:٠٧", 307), ("00:00", 0), ("12:75", None), ("1:75:00", None),
     ("-1", None), ("12m", None), ("", None), ("25:00:00", None)],
)  # fmt: skip
def test_minutes_of_a_programme(typed: str, seconds: int | None) -> None:
    assert read_minute(typed) == seconds


@given(st.integers(0, 24 * 3600 - 1))
def test_a_minute_that_is_shown_is_read_back(seconds: int) -> None:
    assert read_minute(shown_minute(seconds)) == seconds


@given(st.dates(date(1990, 1, 1), date(2070, 12, 31)))
def test_a_day_is_read_back_from_either_calendar(day: date) -> None:
    assert read_day(day.isoformat()) == read_day(hijri_digits(day)) == day


@given(st.text(max_size=40))
def test_whatever_is_typed_nothing_breaks(typed: str) -> None:
    read_day(typed)
    read_moment(typed, "Asia/Riyadh")
    minute = read_minute(typed)
    assert minute is None or 0 <= minute < 24 * 3600
