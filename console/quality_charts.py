"""Small drawings of what the classifier says from week to week: one column a week, cut by the share of each label. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from console.weeks import WeekChoice
from domain.drift import Stability
from domain.tags import Axis
from registry.drift import WeekLabels

WIDTH: Final = 480
HEIGHT: Final = 120
MOST_LABELS: Final = 6
"""Labels that are drawn each in its own shade; the rarer ones are taken together."""
OTHERS: Final = "…"
_GAP: Final = 0.22


@dataclass(frozen=True, slots=True)
class Slice:
    """One label in one week's column, in the units of ``WIDTH`` and ``HEIGHT``; ``shade`` is the number of its colour."""

    x: float
    y: float
    width: float
    height: float
    shade: int
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One week in the table under the drawing: its shares in the order of the legend."""

    week: WeekChoice
    items: int
    shares: tuple[float, ...]
    stability: Stability


@dataclass(frozen=True, slots=True)
class AxisChart:
    """The drawing of one axis, its legend (label, words, share of the newest week), and the same as numbers."""

    axis: Axis
    slices: tuple[Slice, ...]
    legend: tuple[tuple[str, str, float], ...]
    lines: tuple[Line, ...]

    @property
    def newest(self) -> Stability:
        """How the newest week stands beside those before it."""
        return self.lines[0].stability


def axis_chart(
    axis: Axis, weeks: Sequence[tuple[WeekChoice, WeekLabels]], order: Sequence[str], words: Callable[[str], str]
) -> AxisChart:
    """The weeks of one axis (oldest first), the newest at the left, as Arabic reads. ``order`` is that of the labels; where there
    are too many, the most frequent are kept."""
    labels = _drawn(axis, weeks, order)
    shares = [_shares(each.counts.get(axis, {}), labels) for _, each in weeks]
    newest_first = list(zip(weeks, shares, strict=True))[::-1]
    step = WIDTH / max(len(weeks), 1)
    slices: list[Slice] = []
    for place, ((choice, _), row) in enumerate(newest_first):
        slices += _column(
            place * step,
            step,
            row,
            [f"{choice.first_day}: {words(label)} {share:.0%}" for label, share in zip(labels, row, strict=True)],
        )
    return AxisChart(
        axis,
        tuple(slices),
        tuple((label, words(label), share) for label, share in zip(labels, newest_first[0][1], strict=True)),
        tuple(Line(choice, week.items, tuple(row), week.stability[axis]) for (choice, week), row in newest_first),
    )


def _column(x: float, step: float, shares: Sequence[float], words: Sequence[str]) -> list[Slice]:
    slices, y = [], 0.0
    for shade, (share, said) in enumerate(zip(shares, words, strict=True)):
        height = share * HEIGHT
        if height > 0:
            slices.append(
                Slice(round(x + step * _GAP / 2, 1), round(y, 1), round(step * (1 - _GAP), 1), round(height, 1), shade, said)
            )
        y += height
    return slices


def _drawn(axis: Axis, weeks: Sequence[tuple[WeekChoice, WeekLabels]], order: Sequence[str]) -> list[str]:
    totals: dict[str, int] = {}
    for _, each in weeks:
        for label, items in each.counts.get(axis, {}).items():
            totals[label] = totals.get(label, 0) + items
    known = [label for label in order if label in totals] + sorted(label for label in totals if label not in order)
    if len(known) <= MOST_LABELS:
        return known
    kept = set(sorted(known, key=lambda label: -totals[label])[: MOST_LABELS - 1])
    return [label for label in known if label in kept] + [OTHERS]


def _shares(counts: Mapping[str, int], labels: Sequence[str]) -> list[float]:
    total = sum(counts.values()) or 1
    return [
        (counts.get(label, 0) if label != OTHERS else total - sum(counts.get(each, 0) for each in labels)) / total
        for label in labels
    ]
