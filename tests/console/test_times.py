"""Moments in words."""

from datetime import UTC, datetime, timedelta

import pytest

from console.times import Clock, Wall, counted, deadline, length

NOW = datetime(2026, 11, 21, 11, 5, tzinfo=UTC)
WALL = Wall(NOW, "Asia/Riyadh")


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "دقيقة"), (2, "دقيقتين"), (3, "3 دقائق"), (10, "10 دقائق"), (11, "11 دقيقة"), (99, "99 دقيقة"), (103, "103 دقائق")],
)
def test_the_noun_takes_the_form_that_the_number_asks_for(number: int, words: str) -> None:
    assert counted("minute", number) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=5), "دقيقة"),
        (timedelta(minutes=59), "59 دقيقة"),
        (timedelta(hours=1), "ساعة"),
        (timedelta(hours=47), "47 ساعة"),
        (timedelta(days=2), "يومين"),
        (timedelta(days=75), "شهرين"),
        (timedelta(days=1000), "سنتين"),
    ],
)
def test_a_span_is_told_in_its_largest_fitting_unit(span: timedelta, words: str) -> None:
    assert length(span) == words


def test_ago_and_ahead_and_now() -> None:
    assert WALL.ago(NOW - timedelta(hours=3)) == "قبل 3 ساعات"
    assert WALL.ago(NOW + timedelta(hours=2)) == "بعد ساعتين"
    assert WALL.ago(NOW - timedelta(seconds=20)) == "الآن"


def test_dates_are_told_in_the_services_zone() -> None:
    late = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
    assert WALL.full(late) == "السبت 21 نوفمبر 2026، 01:30"
    assert WALL.short(late) == "21 نوفمبر 01:30"
    assert WALL.hijri(late) == "11 جمادى الآخرة 1448هـ"


def test_a_year_outside_the_calendar_has_no_hijri_date() -> None:
    assert WALL.hijri(datetime(1900, 1, 1, tzinfo=UTC)) == ""


def test_the_deadline_is_computed_and_stops_with_the_case() -> None:
    assert deadline(NOW - timedelta(hours=3), NOW, is_open=True).clock is Clock.OVERDUE
    assert deadline(NOW - timedelta(hours=3), NOW, is_open=True).words == "متأخرة 3 ساعات"
    assert deadline(NOW + timedelta(hours=3), NOW, is_open=True).clock is Clock.SOON
    assert deadline(NOW + timedelta(days=3), NOW, is_open=True).clock is Clock.IN_TIME
    assert deadline(NOW - timedelta(hours=3), NOW, is_open=False).clock is Clock.STOPPED
