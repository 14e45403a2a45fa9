"""Working time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputError
from domain.holidays import PublicHolidays
from domain.service_calendar import DayKind, ServiceCalendar, SpecialDay
from domain.working_hours import Hours, Week, check_day

WEEK = ServiceCalendar()  # Sunday to Thursday, 08:00-20:00 in Riyadh (UTC+3)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
RIYADH = ZoneInfo("Asia/Riyadh")


def _week(*days: str) -> Week:
    """From Monday on; the windows of a day parted by blanks."""
    return tuple(tuple(Hours.parse(each) for each in day.split()) for day in days)  # type: ignore[return-value]


SPLIT = ServiceCalendar(hours=_week("08:00-12:00 13:00-16:00", "08:00-16:00", "", "", "", "", "21:00-02:00"))
FULL = ServiceCalendar(
    hours=_week("08:00-12:00 13:00-16:00", *["08:00-16:00"] * 3, "", "10:00-12:00", "08:00-16:00"),
    ramadan=_week(*["10:00-15:00 21:00-01:30"] * 4, "", "", "10:00-15:00"),
    public=PublicHolidays.CIVIL_SERVICE,
    special=(SpecialDay(date(2026, 11, 25), None, "مطر"), SpecialDay(date(2026, 11, 27), Hours(time(22), time(3)), "حملة")),
)


@st.composite
def _calendars(draw: st.DrawFn) -> ServiceCalendar:
    clocks = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30)))
    days = st.lists(st.builds(Hours, clocks, clocks), max_size=1).map(tuple)
    week = draw(st.tuples(*[days] * 7).filter(any))
    special = draw(
        st.lists(
            st.builds(SpecialDay, st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.none() | st.builds(Hours, clocks, clocks)),
            max_size=4,
            unique_by=lambda each: each.day,
        )
    )
    zone = draw(st.sampled_from(("Asia/Riyadh", "UTC", "Europe/London", "America/St_Johns", "Pacific/Chatham")))
    return ServiceCalendar(
        hours=week,
        ramadan=draw(st.none() | st.just(FULL.ramadan)),
        public=draw(st.sampled_from(PublicHolidays)),
        special=tuple(special),
        timezone=zone,
    )


def test_time_runs_inside_a_day() -> None:
    start = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)  # Sunday 09:00
    assert WEEK.due(start, timedelta(hours=3)) == datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_nights_and_weekends_do_not_count() -> None:
    thursday_evening = datetime(2026, 11, 19, 16, 0, tzinfo=UTC)  # 19:00
    assert WEEK.due(thursday_evening, timedelta(hours=2)) == datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def test_what_ends_with_the_day_is_due_on_that_day() -> None:
    assert WEEK.due(datetime(2026, 11, 22, 6, 0, tzinfo=UTC), timedelta(hours=11)) == datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


def test_no_time_at_all_is_due_when_work_begins() -> None:
    friday = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
    assert WEEK.due(friday, timedelta()) == datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def test_a_late_announced_holiday_moves_the_deadline() -> None:
    start = datetime(2026, 9, 22, 16, 0, tzinfo=UTC)  # Tuesday 19:00
    with_holiday = ServiceCalendar(holidays=frozenset({date(2026, 9, 23)}))
    assert WEEK.due(start, timedelta(hours=2)).date() == date(2026, 9, 23)
    assert with_holiday.due(start, timedelta(hours=2)).date() == date(2026, 9, 24)


def test_night_shift_of_ramadan() -> None:
    nights = ServiceCalendar(opens=time(21), closes=time(2))
    start = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)  # Sunday 23:00
    assert nights.due(start, timedelta(hours=4)) == datetime(2026, 3, 2, 19, 0, tzinfo=UTC)  # Monday 22:00


def test_the_hours_after_midnight_belong_to_the_evening_before() -> None:
    nights = ServiceCalendar(weekdays=frozenset({6}), opens=time(21), closes=time(2))
    monday_one = datetime(2026, 3, 2, 1, 0, tzinfo=RIYADH)
    assert nights.worked(monday_one, monday_one + timedelta(hours=3)) == timedelta(hours=1)
    assert not nights.is_working_day(monday_one.date())


def test_several_windows_of_a_day() -> None:
    eleven = datetime(2026, 11, 23, 11, 0, tzinfo=RIYADH)  # Monday
    assert SPLIT.due(eleven, timedelta(hours=2)) == datetime(2026, 11, 23, 14, 0, tzinfo=RIYADH)
    assert SPLIT.worked(eleven, eleven + timedelta(days=1)) == timedelta(hours=1 + 3 + 3)


@pytest.mark.parametrize(
    ("day", "kind", "name", "hours"),
    [
        (date(2026, 11, 24), DayKind.ORDINARY, "", ["08:00-16:00"]),
        (date(2026, 11, 26), DayKind.ORDINARY, "", ["08:00-16:00"]),
        (date(2026, 11, 25), DayKind.SPECIAL, "مطر", []),
        (date(2026, 11, 27), DayKind.SPECIAL, "حملة", ["22:00-03:00"]),
        (date(2026, 3, 2), DayKind.RAMADAN, "", ["10:00-15:00", "21:00-01:30"]),
        (date(2026, 3, 16), DayKind.HOLIDAY, "إجازة عيد الفطر", []),
        (date(2026, 9, 23), DayKind.HOLIDAY, "اليوم الوطني", []),
    ],
)
def test_why_a_day_has_its_hours(day: date, kind: DayKind, name: str, hours: list[str]) -> None:
    found = replace(FULL, hours=_week(*["08:00-16:00"] * 4, "", "", "08:00-16:00")).day(day)
    assert (found.kind, found.name, [str(each) for each in found.hours]) == (kind, name, hours)


def test_a_special_day_overrules_a_holiday_and_ramadan() -> None:
    eid = date(2026, 3, 20)
    working = replace(FULL, special=(SpecialDay(eid, Hours(time(9), time(12)), "مناوبة العيد"),))
    assert working.is_working_day(eid)
    assert not FULL.is_working_day(eid)


def test_a_case_opened_before_the_feast_is_due_after_it() -> None:
    """25 Ramadan to 5 Shawwal 1447 are 14 to 24 March 2026."""
    before = datetime(2026, 3, 12, 14, 0, tzinfo=RIYADH)  # the last Thursday, an hour before it closes
    calendar = ServiceCalendar(ramadan=_week(*["10:00-15:00"] * 4, "", "", "10:00-15:00"), public=PublicHolidays.CIVIL_SERVICE)
    assert calendar.due(before, timedelta(hours=3)) == datetime(2026, 3, 25, 10, 0, tzinfo=RIYADH)


def test_a_calendar_that_never_opens_says_so() -> None:
    with pytest.raises(ValueError, match="ten years"):
        ServiceCalendar(weekdays=frozenset()).due(datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=1))


def test_a_moment_far_away_is_refused_and_not_reckoned_for_ever() -> None:
    with pytest.raises(ValueError, match="2199"):
        WEEK.worked(datetime(2026, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("text", ["9", "09:00", "25:00-26:00", "09:00-09:00", "", "a-b"])
def test_hours_that_are_none(text: str) -> None:
    with pytest.raises(InputError):
        Hours.parse(text)


def test_a_whole_day_is_open_round_the_clock() -> None:
    always = ServiceCalendar(hours=_week(*["00:00-24:00"] * 7))
    start = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
    assert always.due(start, timedelta(days=3)) == start + timedelta(days=3)


def test_windows_that_overlap_are_refused() -> None:
    assert check_day((Hours.parse("13:00-16:00"), Hours.parse("08:00-12:00")))[0] == Hours.parse("08:00-12:00")
    for hours in ("08:00-12:00 11:00-13:00", "21:00-02:00 22:00-23:00"):
        with pytest.raises(InputError, match="overlap"):
            check_day(tuple(Hours.parse(each) for each in hours.split()))


def test_equal_calendars_are_equal_whatever_they_have_reckoned() -> None:
    other = ServiceCalendar()
    other.due(datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=1))
    assert other == ServiceCalendar()
    assert hash(other) == hash(ServiceCalendar())


@given(MOMENTS, st.integers(1, 300))
def test_due_holds_exactly_the_promised_working_time(start: datetime, hours: int) -> None:
    due = WEEK.due(start, timedelta(hours=hours))
    assert WEEK.worked(start, due) == timedelta(hours=hours)
    assert due > start


@given(_calendars(), MOMENTS, st.integers(1, 60 * 40))
def test_due_and_worked_are_inverse_in_any_calendar(calendar: ServiceCalendar, start: datetime, minutes: int) -> None:
    due = calendar.due(start, timedelta(minutes=minutes))
    assert calendar.worked(start, due) == timedelta(minutes=minutes)
    assert calendar.worked(start, due - timedelta(microseconds=1)) < timedelta(minutes=minutes)


@given(_calendars(), MOMENTS, MOMENTS, MOMENTS)
def test_working_time_adds_up(calendar: ServiceCalendar, one: datetime, two: datetime, three: datetime) -> None:
    first, middle, last = sorted((one, two, three))
    assert calendar.worked(first, middle) + calendar.worked(middle, last) == calendar.worked(first, last)
    assert timedelta() <= calendar.worked(first, last) <= last - first


@given(_calendars(), MOMENTS, st.integers(0, 100), st.integers(1, 100))
def test_more_time_is_never_due_earlier(calendar: ServiceCalendar, start: datetime, first: int, more: int) -> None:
    assert calendar.due(start, timedelta(hours=first)) < calendar.due(start, timedelta(hours=first + more))


@given(_calendars(), MOMENTS, st.integers(0, 3000), st.integers(1, 50))
def test_who_starts_later_is_due_no_earlier(calendar: ServiceCalendar, start: datetime, minutes: int, hours: int) -> None:
    span = timedelta(hours=hours)
    assert calendar.due(start, span) <= calendar.due(start + timedelta(minutes=minutes), span)


@given(_calendars(), MOMENTS, st.integers(1, 40), st.lists(st.integers(1, 5000), min_size=2, max_size=6))
def test_pauses_are_left_out(calendar: ServiceCalendar, start: datetime, hours: int, gaps: list[int]) -> None:
    marks = [start]
    for gap in gaps[: len(gaps) // 2 * 2]:
        marks.append(marks[-1] + timedelta(minutes=gap))
    pauses = list(zip(marks[1::2], marks[2::2], strict=True))
    due = calendar.due_with_pauses(start, timedelta(hours=hours), pauses)
    stood = sum((calendar.worked(begin, min(end, due)) for begin, end in pauses if begin < due), timedelta())
    assert calendar.worked(start, due) - stood == timedelta(hours=hours)
    assert due >= calendar.due(start, timedelta(hours=hours))


@given(st.dates(date(2025, 1, 1), date(2035, 12, 31)), st.integers(0, 23))
def test_riyadh_has_no_summer_time(day: date, hour: int) -> None:
    start = datetime.combine(day, time(hour), RIYADH)
    assert WEEK.due(start, timedelta(hours=5)) == WEEK.due(start.astimezone(UTC), timedelta(hours=5))
    assert WEEK.due(start, timedelta(hours=5)).utcoffset() == timedelta(hours=3)


def test_a_day_on_which_the_clocks_go_forward_is_as_long_as_it_is() -> None:
    london = ServiceCalendar(hours=_week(*["00:00-24:00"] * 7), timezone="Europe/London")
    zone = ZoneInfo("Europe/London")
    day = datetime(2026, 3, 29, tzinfo=zone)
    assert london.worked(day, datetime(2026, 3, 30, tzinfo=zone)) == timedelta(hours=23)
