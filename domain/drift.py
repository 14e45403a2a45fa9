"""How far what the classifier says has moved, and how often people agree with it: figures with their doubt. Pure.

The *population stability index* compares two distributions over the same labels, ``sum((p - q) * ln(p / q))``: the convention of
credit scoring calls up to 0.10 stable and from 0.25 a shift (Siddiqi 2006, "Credit Risk Scorecards"). Of two samples of one and
the same population it is about ``(1/n + 1/m)`` times a chi-square with one degree of freedom less than there are labels, so a
small week reaches 0.25 by chance; ``noise`` is what chance alone stays under in 99 weeks of 100.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import log, sqrt
from typing import Final

from domain.recall_estimate import Estimate

WATCH_FROM: Final = 0.10
ALARM_FROM: Final = 0.25
LEAST_ITEMS: Final = 30
"""A week of fewer items is not judged."""
_Z_95: Final = 1.959964
_Z_99: Final = 2.326348
_HALF: Final = 0.5
"""Added to every count, so that a label that one side never had does not make the index infinite (Jeffreys' prior)."""

Counts = Mapping[str, int]


class Drift(StrEnum):
    """How a week's labels stand beside those of the weeks before it."""

    TOO_FEW = "too_few"
    STABLE = "stable"
    WATCH = "watch"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Stability:
    """The index of a week, what chance alone would give it, and what that means. ``most`` is the label that moved it most."""

    index: float
    noise: float
    drift: Drift
    most: str = ""


def wilson(agreed: int, asked: int) -> Estimate | None:
    """A share with its 95% interval (Wilson 1927: it holds for few answers too); None where nobody was asked."""
    if not asked:
        return None
    share, spread = agreed / asked, _Z_95**2 / asked
    middle = (share + spread / 2) / (1 + spread)
    reach = _Z_95 * sqrt(share * (1 - share) / asked + spread / (4 * asked)) / (1 + spread)
    return Estimate(share, max(0.0, middle - reach), min(1.0, middle + reach))


def stability(now: Counts, before: Counts) -> Stability:
    """How far ``now`` has moved from ``before`` (both label -> items)."""
    labels = sorted({*now, *before})
    here, there = sum(now.values()), sum(before.values())
    if here < LEAST_ITEMS or there < LEAST_ITEMS or len(labels) < 2:
        return Stability(0.0, 0.0, Drift.TOO_FEW)
    parts = {label: _part(_share(now, label, here, len(labels)), _share(before, label, there, len(labels))) for label in labels}
    index = sum(parts.values())
    noise = (1 / here + 1 / there) * _chi_square_99(len(labels) - 1)
    return Stability(index, noise, _meaning(index, noise), max(parts, key=lambda label: parts[label]))


def _meaning(index: float, noise: float) -> Drift:
    if index < WATCH_FROM or index <= noise:
        return Drift.STABLE
    return Drift.ALARM if index >= ALARM_FROM else Drift.WATCH


def _share(counts: Counts, label: str, total: int, labels: int) -> float:
    return (counts.get(label, 0) + _HALF) / (total + _HALF * labels)


def _part(now: float, before: float) -> float:
    return (now - before) * log(now / before)


def _chi_square_99(freedom: int) -> float:
    """The value that a chi-square stays under in 99 of 100 draws (Wilson and Hilferty 1931, within 2%)."""
    ninth = 2 / (9 * freedom)
    return float(freedom * (1 - ninth + _Z_99 * sqrt(ninth)) ** 3)
