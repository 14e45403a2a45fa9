"""Small drawings of what a source brings: bars of its last days, and its habit as a table of the week. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, sqrt
from typing import Final
from zoneinfo import ZoneInfo

from domain.habit import Habit
from domain.messages import message

WIDTH: Final = 84
HEIGHT: Final = 24
LEVELS: Final = 5
"""Shades of the habit's table beside the empty one."""
_WEEK: Final = (6, 0, 1, 2, 3, 4, 5)
"""The week as it is counted here: from Sunday."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day's bar, in the units of ``WIDTH`` and ``HEIGHT``."""

    x: float
    y: float
    width: float
    height: float
    is_today: bool = False


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One hour of the week: how dark (0 to ``LEVELS``), and what it says."""

    level: int
    words: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One day of the week."""

    name: str
    cells: tuple[HeatCell, ...]


def spark_bars(by_day: Sequence[int]) -> list[Bar]:
    """A bar a day, the newest at the left, as Arabic reads; a day without items has a line of its own."""
    most = max(by_day, default=0) or 1
    step = WIDTH / max(1, len(by_day))
    bars = []
    for place, items in enumerate(reversed(by_day)):
        height = max(1.0, round(items / most * (HEIGHT - 1), 1)) if items else 0.6
        bars.append(Bar(round(place * step, 1), round(HEIGHT - height, 1), round(step - 1.5, 1), height, is_today=place == 0))
    return bars


def heat_rows(habit: Habit, now: datetime, zone: str) -> list[HeatRow]:
    """The habit in the profile's zone, as its clock stands now: a row a day, a cell an hour. Shades go by the root of the rate,
    so that quiet hours are told from empty ones beside a loud dawn."""
    rates = _local(habit, now, zone)
    most = max((rate for row in rates for rate in row), default=0.0)
    return [
        HeatRow(message(f"weekday.{day}"), tuple(_cell(day, hour, rates[day][hour], most) for hour in range(24))) for day in _WEEK
    ]


def _local(habit: Habit, now: datetime, zone: str) -> list[list[float]]:
    """Rates by local weekday and hour; where a zone is off by half an hour, the whole hour before."""
    offset = now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    shift = int(offset // timedelta(hours=1))
    rows = [[0.0] * 24 for _ in range(7)]
    for (weekday, hour), rate in habit.rates.items():
        place = (weekday * 24 + hour + shift) % (7 * 24)
        rows[place // 24][place % 24] = rate
    return rows


def _cell(weekday: int, hour: int, rate: float, most: float) -> HeatCell:
    level = ceil(sqrt(rate / most) * LEVELS) if rate > 0 else 0
    figure = f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}"
    return HeatCell(level, message("source.hour", weekday=message(f"weekday.{weekday}"), clock=f"{hour:02}:00", items=figure))
