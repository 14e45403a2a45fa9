"""Bootstrap intervals of measures (percentiles of a fixed number of resamplings; the dice are the same every time)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
_SEED: Final = 20261121


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95% bootstrap interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def samples(size: int, rounds: int) -> list[Numbers]:
    """The rows of each resampling; none of an empty set."""
    dice = np.random.default_rng(_SEED)
    return [dice.integers(0, size, size) for _ in range(rounds)] if size else []


def interval(figure: Callable[[Numbers], float], chosen: Sequence[Numbers], size: int) -> Interval:
    """A figure over all ``size`` rows, with the interval that the resamplings give it."""
    value = figure(np.arange(size))
    if not chosen:
        return Interval(value, value, value)
    low, high = np.percentile([figure(rows) for rows in chosen], [2.5, 97.5])
    return Interval(value, float(low), float(high))


def share(of: Booleans, among: Booleans) -> float:
    """How many of ``among`` are ``of``; 0 where there are none."""
    return float((of & among).sum() / among.sum()) if among.any() else 0.0
