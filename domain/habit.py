"""What a source usually brings, hour by hour of the week, and when its silence is unusual (REQUIREMENTS G2). Pure.

Hours are UTC: the same hour stays the same hour when a profile's zone changes or its clocks are put forward, and the habit of a
source that follows such a clock moves along within weeks, since old weeks fade. Pages show it in the profile's zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import ceil, exp, log1p
from typing import Final

FADING: Final = 0.8
"""What a week counts beside the week after it: a new habit outweighs the old one after three weeks."""
REACH: Final = timedelta(weeks=16)
"""Weeks beyond this count for less than 3% together, and are left out."""
ENOUGH: Final = timedelta(days=14)
"""A habit is believed after so much watching."""
CATCH_UP: Final = timedelta(days=7)
"""What comes after a longer pause says nothing of the hours in which it was published."""
UNUSUAL: Final = 0.0003
"""A silence that the habit makes less likely than this is unusual. In simulations a source of two items a day at random hours
raises a false alarm some three times a year, and one that prints steadily none; a paper of one issue a day is missed on the
third."""
LEAST_SILENCE: Final = timedelta(hours=4)
"""No shorter silence is unusual, whatever the habit: an outlet's own server may rest so long."""
ON_HOLIDAY: Final = 0.25
"""The share of its habit that is asked of a source on a public holiday."""
_DOUBT: Final = 0.5
"""Weeks by which the hour on other days of the week speaks for an hour: nothing is ever quite certain after a few weeks."""
_NEARLY_CERTAIN: Final = 1 - 1e-6
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)

Slot = tuple[int, int]
"""Weekday (Monday is 0) and hour, in UTC."""
Patience = Callable[[datetime], float]
"""What share of the habit is asked of an hour."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one hour of the week brought: ``latest`` items in the week numbered ``week``; ``items`` and ``active`` (such hours
    that brought anything) in the weeks before it, faded as of ``week``."""

    week: int
    latest: float = 0.0
    items: float = 0.0
    active: float = 0.0

    def added(self, week: int, share: float) -> Cell:
        """The cell after ``share`` items more in ``week``. A week before its own counts as faded already."""
        if week < self.week:
            faded = FADING ** (self.week - week)
            return replace(self, items=self.items + share * faded, active=self.active + min(1.0, share) * faded)
        before = self.faded(week)
        return replace(before, latest=before.latest + share)

    def faded(self, week: int) -> Cell:
        """The same cell as of a later week."""
        if week <= self.week:
            return self
        factor = FADING ** (week - self.week)
        return Cell(week, 0.0, (self.items + self.latest) * factor, (self.active + min(1.0, self.latest)) * factor)


@dataclass(frozen=True, slots=True)
class Habit:
    """``rates`` are items an hour, ``chances`` how likely such an hour brings anything, ``day_chances`` the same of a whole day
    of the week (Monday is 0). ``watched`` is for how long the source was looked at."""

    rates: Mapping[Slot, float]
    chances: Mapping[Slot, float]
    day_chances: Sequence[float]
    watched: timedelta

    @property
    def is_learnt(self) -> bool:
        """Whether it was watched for long enough to be believed, and brought anything."""
        return self.watched >= ENOUGH and any(self.rates.values())

    @property
    def per_day(self) -> float:
        """Items a day, over the week."""
        return sum(self.rates.values()) / 7

    def expected(self, since: datetime, until: datetime, patience: Patience = lambda _: 1.0) -> float:
        """Items that the span usually brings."""
        return sum(self.rates.get(slot_of(at)[1], 0.0) * share * patience(at) for at, share in hours_between(since, until))

    def likelihood_of_nothing(self, since: datetime, until: datetime, patience: Patience = lambda _: 1.0) -> float:
        """How likely the span brings nothing at all.

        Arrivals are Poisson by hour (an hour of chance p has the rate ``-ln(1-p)``), not by item: papers print in bursts, and
        forty items at dawn are one occasion. A whole day counts by its own chance where that says more: a paper that prints
        once a day at no fixed hour is missed too.
        """
        return exp(-sum(max(self._by_hour(piece, patience), self._by_day(piece, patience)) for piece in _days(since, until)))

    def _by_hour(self, span: tuple[datetime, datetime], patience: Patience) -> float:
        return sum(_rate(self.chances.get(slot_of(at)[1], 0.0)) * share * patience(at) for at, share in hours_between(*span))

    def _by_day(self, span: tuple[datetime, datetime], patience: Patience) -> float:
        start, end = span
        if end - start < _DAY:
            return 0.0
        return _rate(self.day_chances[start.weekday()]) * patience(start + _DAY / 2)


def slot_of(at: datetime) -> tuple[int, Slot]:
    """The number of the week (from Mondays) and the hour of the week of a moment."""
    moment = at.astimezone(UTC)
    return week_of(moment.date()), (moment.weekday(), moment.hour)


def week_of(day: date) -> int:
    """The number of a day's week; the calendar's first day was a Monday."""
    return (day.toordinal() - 1) // 7


def spread(count: float, since: datetime | None, now: datetime) -> list[tuple[datetime, float]]:
    """The hours in which ``count`` items came that a poll found at ``now``, the last good poll having been at ``since``.

    Nothing where nobody knows: the first poll brings what lay there already, and a poll after a long pause brings a window.
    """
    if since is None or now - since > CATCH_UP or not count:
        return []
    pieces = list(hours_between(since, now)) if now - since > _HOUR else [(now, 1.0)]
    whole = sum(share for _, share in pieces)
    return [(at, count * share / whole) for at, share in pieces]


def learn(cells: Mapping[Slot, Cell], watched: Mapping[date, int], now: datetime) -> Habit:
    """The habit that the cells tell as of ``now``. ``watched`` are the days (UTC) with a good poll, and what each brought.

    A silence is judged by the habit as of its beginning: its own days must not teach that nothing is usual.
    """
    this_week = slot_of(now)[0]
    days = _covered(watched, now)
    weights = [sum(FADING ** (this_week - week_of(day)) for day in days if day.weekday() == weekday) for weekday in range(7)]
    today = now.astimezone(UTC).weekday()
    by_slot: dict[Slot, tuple[float, float]] = {}
    for slot, cell in cells.items():
        seen = cell.faded(this_week)
        latest = 0.0 if slot[0] == today else seen.latest  # this day is not over: neither its hours nor its items count yet
        by_slot[slot] = (seen.items + latest, seen.active + min(1.0, latest))
    rates = {slot: items / weights[slot[0]] for slot, (items, _) in by_slot.items() if weights[slot[0]] > 0}
    return Habit(rates, _chances(by_slot, weights), _day_chances(watched, days, weights, this_week), len(days) * _DAY)


def recent(cells: Mapping[Slot, Cell], since: datetime, until: datetime) -> float:
    """Items of a span of up to a week, by whole hours."""
    found = 0.0
    for at, _ in hours_between(since, until):
        week, slot = slot_of(at)
        cell = cells.get(slot)
        found += cell.latest if cell is not None and cell.week == week else 0.0
    return found


def is_unusual(habit: Habit, since: datetime, until: datetime, patience: Patience) -> bool:
    """Whether a silence from ``since`` to ``until`` is against the habit."""
    return until - since >= LEAST_SILENCE and habit.likelihood_of_nothing(since, until, patience) < UNUSUAL


def floor_window(floor: float) -> timedelta:
    """Over how long a declared floor (items a day) is asked: a day; a week at least for less than one a day."""
    return _DAY if floor >= 1 else timedelta(days=max(7, ceil(1 / floor)))


def floor_of(floor: float, habit: Habit, since: datetime, until: datetime, patience: Patience) -> float:
    """Items that a floor a day asks of a span: never more than its share of the week by the habit's shape, once that is learnt,
    so that a paper that rests on Fridays owes nothing on Fridays; holidays are asked less."""
    hours = sum(share * patience(at) for at, share in hours_between(since, until))
    asked = floor * hours / 24
    if not habit.is_learnt:
        return asked
    return min(asked, floor * habit.expected(since, until, patience) / habit.per_day)


def holidays_thin(on_holiday: Callable[[datetime], bool]) -> Patience:
    """The patience that public holidays ask for. ``on_holiday`` says whether a moment falls on one."""
    return lambda at: ON_HOLIDAY if on_holiday(at) else 1.0


def hours_between(since: datetime, until: datetime) -> Iterable[tuple[datetime, float]]:
    """The clock hours of a span, each by a moment in it and by what share of the hour lies in the span."""
    at = since.astimezone(UTC)
    end = until.astimezone(UTC)
    while at < end:
        following = min(end, at.replace(minute=0, second=0, microsecond=0) + _HOUR)
        yield at, (following - at) / _HOUR
        at = following


def _days(since: datetime, until: datetime) -> Iterable[tuple[datetime, datetime]]:
    """The span cut at midnights (UTC)."""
    at = since.astimezone(UTC)
    end = until.astimezone(UTC)
    while at < end:
        following = min(end, at.replace(hour=0, minute=0, second=0, microsecond=0) + _DAY)
        yield at, following
        at = following


def _covered(watched: Mapping[date, int], now: datetime) -> list[date]:
    """The days before this one that good polls speak for: a poll brings what was published since the one before it."""
    today = now.astimezone(UTC).date()
    seen = sorted(day for day in watched if timedelta() <= today - day <= REACH)
    covered: set[date] = set(seen)
    for before, after in pairwise(seen):
        if after - before <= CATCH_UP:
            covered |= {before + _DAY * step for step in range(1, (after - before).days + 1)}
    return sorted(covered - {today})


def _chances(by_slot: Mapping[Slot, tuple[float, float]], weights: Sequence[float]) -> dict[Slot, float]:
    """How likely each hour brings anything: its own weeks, and a little of the same hour on the other days."""
    whole = sum(weights)
    pooled = [sum(by_slot.get((day, hour), (0.0, 0.0))[1] for day in range(7)) / (whole + 1) for hour in range(24)]
    return {
        (day, hour): _share(by_slot.get((day, hour), (0.0, 0.0))[1], weights[day], pooled[hour])
        for day in range(7)
        for hour in range(24)
    }


def _day_chances(watched: Mapping[date, int], days: Sequence[date], weights: Sequence[float], this_week: int) -> list[float]:
    active = [0.0] * 7
    for day in days:
        if watched.get(day, 0):
            active[day.weekday()] += FADING ** (this_week - week_of(day))
    pooled = sum(active) / (sum(weights) + 1)
    return [_share(active[day], weights[day], pooled) for day in range(7)]


def _share(active: float, weight: float, pooled: float) -> float:
    # ``active`` may be a little above ``weight``: what is beyond the reach faded, and was not counted as a day.
    return (min(active, weight) + _DOUBT * min(pooled, 1.0)) / (weight + _DOUBT)


def _rate(chance: float) -> float:
    return -log1p(-min(chance, _NEARLY_CERTAIN))
