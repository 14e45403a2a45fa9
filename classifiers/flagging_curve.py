"""The flagging decision over all thresholds: precision, recall, and where the profiles' own thresholds lie on the curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from classifiers.intervals import Booleans, Interval, interval, samples, share

_STEPS: Final = tuple(round(step / 20, 2) for step in range(21))


@dataclass(frozen=True, slots=True)
class Decision:
    """What should be seen, what was flagged, and from which threshold up each mention no longer is."""

    wanted: Booleans
    said: Booleans
    sure: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Point:
    """Precision and recall at a threshold, and how many mentions are flagged there."""

    threshold: float
    precision: float
    recall: float
    flagged: int


@dataclass(frozen=True, slots=True)
class Flagging:
    """The decision that matters: is this one that the team must see?

    ``precision`` and ``recall`` are at the profiles' own ``thresholds``. ``curve`` goes in steps of 0.05, ``every`` holds each
    threshold at which something changes; flags of C1 are flagged at any. ``average_precision`` is the area under the curve.
    """

    precision: Interval
    recall: Interval
    thresholds: Mapping[str, float]
    curve: tuple[Point, ...]
    every: tuple[Point, ...]
    average_precision: float


def flagging(decision: Decision, thresholds: Mapping[str, float], rounds: int) -> Flagging:
    """The measures of a decision. ``rounds`` of bootstrap (0: no intervals)."""
    size = len(decision.wanted)
    chosen = samples(size, rounds)
    every = tuple(_point(decision, at) for at in _changes(decision))
    return Flagging(
        precision=interval(lambda rows: share(decision.wanted[rows], decision.said[rows]), chosen, size),
        recall=interval(lambda rows: share(decision.said[rows], decision.wanted[rows]), chosen, size),
        thresholds=dict(thresholds),
        curve=tuple(_point(decision, at) for at in _STEPS),
        every=every,
        average_precision=_area(every),
    )


def _changes(decision: Decision) -> list[float]:
    """The thresholds at which a mention drops out, from 0 up."""
    inside = decision.sure[(decision.sure > 0) & (decision.sure <= 1)]
    return [0.0, *sorted(set(inside.tolist()))]


def _point(decision: Decision, at: float) -> Point:
    said = decision.sure >= at
    return Point(at, share(decision.wanted, said), share(said, decision.wanted), int(said.sum()))


def _area(every: tuple[Point, ...]) -> float:
    """The step-wise area under precision over recall, from the strictest threshold to the loosest."""
    area, reached = 0.0, 0.0
    for point in reversed(every):
        area += (point.recall - reached) * point.precision
        reached = point.recall
    return area
