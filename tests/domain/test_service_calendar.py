"""Working time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.service_calendar import ServiceCalendar

WEEK = ServiceCalendar()  # Sunday to Thursday, 08:00-20:00 in Riyadh (UTC+3)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


def test_time_runs_inside_a_day() -> None:
    start = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)  # Sunday 09:00
    assert WEEK.due(start, timedelta(hours=3)) == datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_nights_and_weekends_do_not_count() -> None:
    thursday_evening = datetime(2026, 11, 19, 16, 0, tzinfo=UTC)  # 19:00
    assert WEEK.due(thursday_evening, timedelta(hours=2)) == datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def test_a_late_announced_holiday_moves_the_deadline() -> None:
    start = datetime(2026, 9, 22, 16, 0, tzinfo=UTC)  # Tuesday 19:00
    with_holiday = ServiceCalendar(holidays=frozenset({date(2026, 9, 23)}))
    assert WEEK.due(start, timedelta(hours=2)).date() == date(2026, 9, 23)
    assert with_holiday.due(start, timedelta(hours=2)).date() == date(2026, 9, 24)


def test_night_shift_of_ramadan() -> None:
    nights = ServiceCalendar(opens=time(21), closes=time(2))
    start = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)  # Sunday 23:00
    assert nights.due(start, timedelta(hours=4)) == datetime(2026, 3, 2, 19, 0, tzinfo=UTC)  # Monday 22:00


@given(MOMENTS, st.integers(1, 300))
def test_due_holds_exactly_the_promised_working_time(start: datetime, hours: int) -> None:
    due = WEEK.due(start, timedelta(hours=hours))
    assert WEEK.worked(start, due) == timedelta(hours=hours)
    assert due > start


@given(MOMENTS, st.integers(1, 100), st.integers(1, 100))
def test_more_time_is_never_due_earlier(start: datetime, first: int, more: int) -> None:
    assert WEEK.due(start, timedelta(hours=first)) < WEEK.due(start, timedelta(hours=first + more))
