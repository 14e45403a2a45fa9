"""Recall with its interval, from what people decided of a sample (REQUIREMENTS C9). Pure.

In a week some items were flagged and many were not. Of both only a part was decided: of the flagged those that a person accepted
or turned down, of the others the sample. Each part is a draw without replacement from a finite number of items: the total of hits
behind it is ``population * hits / answered``, between the exact limits that the hypergeometric distribution gives (Clopper and
Pearson's inversion of both tails; no hit at all in 30 answers still leaves up to 12% possible, the two-sided kin of the "rule of
three"). Totals of several parts are added, and their limits by squaring and adding the distances (Zou and Donner's MOVER).
``recall = confirmed / (confirmed + missed)``; its limits are reached by moving confirmed and missed to theirs one at a time, and
squaring and adding the distances again. ``docs/recall.md`` says it at length; a test simulates weeks and counts how often the
truth lies inside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, hypot, lgamma
from typing import Final

CONFIDENCE: Final = 0.95
_ROUNDING: Final = 1e-11
"""A chance that is as small as the tail, but for the rounding of logarithms, is that small."""


@dataclass(frozen=True, slots=True)
class Sample:
    """``answered`` items out of ``population``, drawn without looking, of which ``hits`` are what is counted."""

    population: int
    answered: int
    hits: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.answered <= self.population:
            raise ValueError(f"no sample: {self.hits} hits of {self.answered} answers of {self.population} items")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with the limits of its interval."""

    value: float
    low: float
    high: float


def total(sample: Sample, confidence: float = CONFIDENCE) -> Estimate | None:
    """How many hits the whole population holds; None where nothing was answered of a population that is not empty.

    The limits are whole numbers, and hold with at least ``confidence``. A population that was answered in full has no doubt left.
    """
    if not sample.population:
        return Estimate(0.0, 0.0, 0.0)
    if not sample.answered:
        return None
    rest, tail = sample.population - sample.answered, (1 - confidence) / 2 + _ROUNDING
    fewest, most = sample.hits, sample.hits + rest
    low = _first(fewest, most, lambda hits: _at_least(sample, hits) > tail)
    high = _first(fewest, most + 1, lambda hits: hits > most or _at_most(sample, hits) <= tail) - 1
    return Estimate(sample.population * sample.hits / sample.answered, float(low), float(high))


def borrowed(population: int, share: float) -> Estimate:
    """The total where nothing was answered here, with the ``share`` that was found elsewhere: its interval says that it may be
    anything."""
    return Estimate(population * share, 0.0, float(population))


def added(parts: Sequence[Estimate]) -> Estimate:
    """The sum of independent totals."""
    value = sum(part.value for part in parts)
    low = value - hypot(*(part.value - part.low for part in parts))
    high = value + hypot(*(part.high - part.value for part in parts))
    return Estimate(value, max(low, 0.0), high)


def recall(confirmed: Estimate, missed: Estimate) -> Estimate | None:
    """The share of what the team should have seen that it was shown; None where there was nothing to be seen."""
    if not confirmed.value + missed.value:
        return None
    value = _share(confirmed.value, missed.value, 0.0)
    below = (_share(confirmed.low, missed.value, value), _share(confirmed.value, missed.high, value))
    above = (_share(confirmed.high, missed.value, value), _share(confirmed.value, missed.low, value))
    low = value - hypot(*(value - each for each in below))
    high = value + hypot(*(each - value for each in above))
    return Estimate(value, max(low, 0.0), min(high, 1.0))


@dataclass(frozen=True, slots=True)
class Measure:
    """What a week's decisions show; None where they do not suffice for it."""

    missed: Estimate | None
    recall: Estimate | None


def measure(flagged: Sequence[Sample], left: Sequence[Sample], share: float | None = None) -> Measure:
    """Recall over some groups of sources. ``flagged`` are their flagged items (hits: confirmed by a person), ``left`` the strata
    of what was not flagged (hits: said to be missed). ``share`` is the confirmed share of all groups together, for a group of
    whose flagged items nobody has decided one."""
    confirmed = [total(part) or (None if share is None else borrowed(part.population, share)) for part in flagged]
    missed = [total(part) for part in left]
    sure = [part for part in confirmed if part is not None]
    found = [part for part in missed if part is not None]
    if len(found) < len(missed):
        return Measure(None, None)
    lost = added(found)
    return Measure(lost, recall(added(sure), lost) if len(sure) == len(confirmed) else None)


def _share(confirmed: float, missed: float, otherwise: float) -> float:
    return confirmed / (confirmed + missed) if confirmed + missed else otherwise


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The first number of ``low`` to ``high`` for which ``holds``, which stays true from there on; ``high`` at the latest."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _at_least(sample: Sample, hits: int) -> float:
    """The chance of as many hits as were found, or more, if the population holds ``hits``."""
    return sum(_chance(sample, hits, found) for found in range(sample.hits, min(sample.answered, hits) + 1))


def _at_most(sample: Sample, hits: int) -> float:
    """The chance of as few hits as were found, or fewer."""
    fewest = max(0, sample.answered - (sample.population - hits))
    return sum(_chance(sample, hits, found) for found in range(fewest, sample.hits + 1))


def _chance(sample: Sample, hits: int, found: int) -> float:
    """Of the hypergeometric distribution: ``found`` hits in the answers, if the population holds ``hits``."""
    return exp(
        _log_choose(hits, found)
        + _log_choose(sample.population - hits, sample.answered - found)
        - _log_choose(sample.population, sample.answered)
    )


def _log_choose(of: int, take: int) -> float:
    return lgamma(of + 1) - lgamma(take + 1) - lgamma(of - take + 1)
