"""Decision limits of the kinds: how much each kind's chance is raised before the likeliest is taken.

The macro of the classes' F1 counts 22 reports as much as 3,134 inquiries; the likeliest class does not. The limits are chosen
on texts that the heads and the mixer have not seen, and never on those that they are then tried on.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from classifiers.compact import Floats
from classifiers.fitting import Labels
from classifiers.scores import f1

Limits = npt.NDArray[np.float64]
_STEPS: Final = np.linspace(-2.5, 2.5, 21)
_ROUNDS: Final = 3
_SMOOTH: Final = (0.25, 0.5, 0.25)
"""A limit is judged with its neighbours: a peak of one step is chance."""


def choose_limits(chances: Floats, labels: Labels) -> Limits:
    """What to add to each class's log-chance for the best macro-F1, class by class, the rarest first; the commonest stays."""
    classes = chances.shape[1]
    limits = np.zeros(classes)
    counts = np.bincount(labels, minlength=classes)
    for _ in range(_ROUNDS):
        for each in np.argsort(counts, kind="stable")[:-1]:
            scores = [_score(chances, labels, _with(limits, each, step)) for step in _STEPS]
            limits[each] = _STEPS[np.convolve(np.pad(scores, 1, mode="edge"), _SMOOTH, "valid").argmax()]
    return limits


def decide(chances: Floats, limits: Limits) -> Labels:
    """The class of each row."""
    return np.asarray((np.log(np.maximum(chances, 1e-6)) + limits).argmax(axis=1), np.int64)


def _score(chances: Floats, labels: Labels, limits: Limits) -> float:
    guesses = decide(chances, limits)
    return float(np.mean([f1(labels, guesses, each) for each in range(chances.shape[1])]))


def _with(limits: Limits, place: np.int64, step: float) -> Limits:
    changed = limits.copy()
    changed[place] = step
    return changed
