"""The habit of a source: learnt by the hour of the week, faded, and the measure of its silence (REQUIREMENTS G2)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.habit import (
    LEAST_SILENCE,
    Cell,
    Habit,
    Slot,
    floor_of,
    floor_window,
    holidays_thin,
    hours_between,
    is_unusual,
    learn,
    recent,
    slot_of,
    spread,
)

START = datetime(2026, 9, 7, tzinfo=UTC)
"""A Monday."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FRIDAY, SATURDAY = 4, 5
Prints = Callable[[datetime], float]


def patient(_: datetime) -> float:
    return 1.0


@dataclass
class Watched:
    """A source that is polled at the end of each hour, and what was learnt from it."""

    cells: dict[Slot, Cell] = field(default_factory=dict)
    days: dict[date, int] = field(default_factory=dict)
    last: datetime = START
    now: datetime = START

    def watch(self, span: timedelta, prints: Prints) -> Watched:
        for at, _ in hours_between(self.now, self.now + span):
            polled = at + timedelta(minutes=59)
            count = prints(at)
            self.days[polled.date()] = self.days.get(polled.date(), 0) + round(count)
            for hour, share in spread(count, polled - HOUR / 2, polled):
                week, slot = slot_of(hour)
                self.cells[slot] = self.cells.get(slot, Cell(week)).added(week, share)
                self.last = polled
        self.now += span
        return self

    @property
    def habit(self) -> Habit:
        return learn(self.cells, self.days, self.last)

    def is_missed(self, prints_again: Prints = patient) -> bool:
        return is_unusual(self.habit, self.last, self.now, prints_again)


def office_hours(at: datetime) -> float:
    """Two items an hour on working days (Sunday to Thursday), by day."""
    return 2 if at.weekday() not in (FRIDAY, SATURDAY) and 5 <= at.hour < 15 else 0


def at_dawn(at: datetime) -> float:
    """Forty items once a day."""
    return 40 if at.hour == 2 else 0


def never(_: datetime) -> float:
    return 0


def hours_until_missed(watched: Watched) -> int:
    for hours in range(24 * 14):
        if watched.is_missed():
            return hours
        watched.watch(HOUR, never)
    return -1


def test_rates_are_learnt_by_the_hour_of_the_week() -> None:
    habit = Watched().watch(timedelta(weeks=6), office_hours).habit
    assert habit.is_learnt
    assert habit.rates[0, 8] == pytest.approx(2)
    assert (0, 3) not in habit.rates
    assert (FRIDAY, 8) not in habit.rates
    assert habit.per_day == pytest.approx(100 / 7, rel=0.05)
    monday = START + timedelta(weeks=6)
    assert habit.expected(monday, monday + DAY) == pytest.approx(20, rel=0.05)
    assert habit.expected(monday + 4 * DAY, monday + 6 * DAY) == 0


def test_a_weekday_papers_weekend_and_nights_raise_no_alarm_and_its_sunday_does() -> None:
    watched = Watched().watch(timedelta(weeks=5, days=4), office_hours)
    for _ in range(2 * 24 + 5):  # from Friday's first hour to Sunday's first working hour
        assert not watched.is_missed()
        watched.watch(HOUR, never)
    assert 1 <= hours_until_missed(watched) <= 8


def test_one_issue_a_day_is_missed_when_the_next_ones_do_not_come() -> None:
    watched = Watched().watch(timedelta(weeks=6, hours=12), at_dawn)
    assert not watched.is_missed()
    assert 14 < hours_until_missed(watched) <= 60


def test_an_issue_at_no_fixed_hour_is_missed_as_well() -> None:
    chance = random.Random(5)
    hours = {day: chance.randrange(24) for day in range(60)}
    watched = Watched().watch(timedelta(weeks=8), lambda at: 30 if hours[(at - START).days] == at.hour else 0)
    assert 24 < hours_until_missed(watched) <= 96


def test_a_silence_does_not_teach_that_nothing_is_usual() -> None:
    watched = Watched().watch(timedelta(weeks=4), office_hours)
    watched.watch(timedelta(weeks=5), never)
    assert watched.is_missed()


def test_no_short_silence_is_unusual() -> None:
    watched = Watched().watch(timedelta(weeks=4), lambda _: 50)
    watched.watch(LEAST_SILENCE - HOUR, never)
    assert not watched.is_missed()
    watched.watch(2 * HOUR, never)
    assert watched.is_missed()


def test_a_new_source_is_not_judged_before_two_weeks() -> None:
    assert not Watched().watch(timedelta(days=13), office_hours).habit.is_learnt
    assert Watched().watch(timedelta(days=16), office_hours).habit.is_learnt
    assert not Watched().watch(timedelta(days=30), never).habit.is_learnt


def test_a_changed_habit_is_learnt() -> None:
    watched = Watched().watch(timedelta(weeks=8), office_hours)
    watched.watch(timedelta(weeks=9), lambda at: office_hours(at + 10 * HOUR))  # now by night
    by_day, by_night = watched.habit.rates[1, 8], watched.habit.rates[1, 1]
    assert by_day < 0.35
    assert by_night > 1.6


def test_a_pause_of_the_watch_is_not_a_silence_of_the_source() -> None:
    watched = Watched().watch(timedelta(weeks=4), office_hours)
    watched.now += timedelta(weeks=6)
    watched.watch(timedelta(weeks=2), office_hours)
    assert watched.habit.rates[1, 8] == pytest.approx(2, rel=0.2)
    assert watched.habit.watched < timedelta(weeks=6, days=2)


def test_holidays_ask_for_patience() -> None:
    watched = Watched().watch(timedelta(weeks=6), office_hours)
    watched.watch(timedelta(hours=12), never)
    holidays = holidays_thin(lambda at: at.date() == watched.now.date())
    assert watched.is_missed()
    assert not watched.is_missed(holidays)
    assert watched.habit.expected(watched.last, watched.now, holidays) < watched.habit.expected(watched.last, watched.now)


def test_a_floor_asks_nothing_of_a_day_of_rest_and_stays_when_the_source_declines() -> None:
    habit = Watched().watch(timedelta(weeks=6), office_hours).habit  # 20 a working day, 100 a week
    monday = START + timedelta(weeks=6)
    assert floor_of(12, habit, monday, monday + DAY, patient) == pytest.approx(12)
    assert floor_of(12, habit, monday + 4 * DAY, monday + 5 * DAY, patient) == 0
    declined = Watched().watch(timedelta(weeks=6), lambda at: office_hours(at) / 4).habit
    assert floor_of(12, declined, monday, monday + DAY, patient) == pytest.approx(12)
    unknown = Watched().habit
    assert floor_of(12, unknown, monday, monday + DAY, patient) == pytest.approx(12)


def test_small_floors_are_asked_over_a_week_or_more() -> None:
    assert [floor_window(floor).days for floor in (40, 1, 0.5, 0.1)] == [1, 1, 7, 10]


def test_the_last_days_are_counted_by_the_hour() -> None:
    watched = Watched().watch(timedelta(weeks=3), office_hours)
    assert recent(watched.cells, watched.now - DAY, watched.now) == pytest.approx(20 if watched.now.weekday() != SATURDAY else 0)
    assert recent(watched.cells, watched.now - timedelta(days=7), watched.now) == pytest.approx(100)
    watched.watch(DAY, never)
    assert recent(watched.cells, watched.now - DAY, watched.now) == 0


@given(st.floats(0.1, 1e4), st.floats(0, 6.9 * 24))
def test_what_a_poll_finds_is_spread_over_the_hours_since_the_one_before(count: float, hours: float) -> None:
    since = START + timedelta(minutes=17)
    now = since + timedelta(hours=hours)
    shares = spread(count, since, now)
    assert sum(share for _, share in shares) == pytest.approx(count)
    assert all(since <= at <= now for at, _ in shares)


def test_what_a_first_poll_or_one_after_a_long_pause_finds_teaches_nothing() -> None:
    assert spread(100, None, START) == []
    assert spread(100, START - timedelta(days=8), START) == []


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0.01, 50)), min_size=1, max_size=30))
def test_a_cell_counts_an_hour_once_and_forgets_slowly(added: list[tuple[int, float]]) -> None:
    cell, week, items = Cell(100), 100, 0.0
    for steps, share in added:
        week += steps
        items = items * 0.8**steps + share
        cell = cell.added(week, share)
    assert cell.items + cell.latest == pytest.approx(items)
    assert cell.active + min(1, cell.latest) <= 5 + 1e-6  # 1 / (1 - FADING): each week counts once
    assert cell.faded(week + 3).latest == 0
    earlier = cell.added(week - 1, 1)
    assert earlier.items == pytest.approx(cell.items + 0.8)


@given(st.floats(0, 400), st.floats(0, 400))
def test_a_longer_silence_is_never_likelier(first: float, more: float) -> None:
    habit = Watched().watch(timedelta(weeks=3), office_hours).habit
    start = START + timedelta(weeks=3, hours=8)
    sooner = habit.likelihood_of_nothing(start, start + timedelta(hours=first))
    later = habit.likelihood_of_nothing(start, start + timedelta(hours=first + more))
    assert 0 <= later <= sooner <= 1


def test_random_sources_raise_few_false_alarms() -> None:
    chance = random.Random(11)
    alarms = 0
    for _ in range(4):
        watched = Watched().watch(timedelta(weeks=3), lambda _: int(chance.random() < 0.3))
        quiet = False
        for _ in range(12 * 7 * 6):
            watched.watch(4 * HOUR, lambda _: int(chance.random() < 0.3))
            missed = watched.now - watched.last >= LEAST_SILENCE and watched.is_missed()
            alarms += missed and not quiet
            quiet = missed
    assert alarms <= 4  # in 48 weeks of sources
