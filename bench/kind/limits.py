"""Decision limits of the kinds: how much each kind's chance is raised before the likeliest is taken.

The macro of the classes' F1 counts 22 reports as much as 3,134 inquiries; the likeliest class does not. The limits are those of
the highest macro-F1 that the chances themselves lead one to expect (``expected_limits``): labels of so few reports would only
say where the chance of the draw put them. The chances are set right before (``Calibration``). Both are fitted on texts that the
heads and the mixer have not seen, and never on those that they are then tried on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from classifiers.compact import Floats, softmax
from classifiers.fitting import Labels

Limits = npt.NDArray[np.float64]
_STEPS: Final = np.linspace(-2.5, 2.5, 21)
_ROUNDS: Final = 3
_LEAST: Final = 1e-6
_PRIOR: Final = 0.001


def expected_limits(chances: Floats) -> Limits:
    """What to add to each class's log-chance for the best expected macro-F1, class by class, the rarest first; the commonest
    stays."""
    classes = chances.shape[1]
    limits, totals, logs = np.zeros(classes), chances.sum(axis=0), np.log(np.maximum(chances, _LEAST))
    for _ in range(_ROUNDS):
        for each in np.argsort(totals, kind="stable")[:-1]:
            scores = [_expected(chances, logs, totals, _with(limits, each, step)) for step in _STEPS]
            limits[each] = _STEPS[int(np.argmax(scores))]
    return limits


@dataclass(frozen=True, slots=True)
class Calibration:
    """A temperature and a shift per class (the last has none), which make unseen labels likeliest."""

    sharpness: float
    shifts: Limits

    def __call__(self, chances: Floats) -> Floats:
        """The chances set right."""
        return softmax(np.asarray(np.log(np.maximum(chances, _LEAST)) * self.sharpness + self.shifts, np.float32))


def calibrate_chances(chances: Floats, labels: Labels) -> Calibration:
    """Fits temperature and shifts on the chances of unseen texts, held back by a weak prior."""
    from scipy.optimize import minimize

    logs, rows = np.log(np.maximum(chances, _LEAST)), np.arange(len(labels))

    def loss(values: Limits) -> float:
        margins = logs * np.exp(values[0]) + np.append(values[1:], 0.0)
        margins = margins - margins.max(axis=1, keepdims=True)
        right = margins[rows, labels] - np.log(np.exp(margins).sum(axis=1))
        return float(_PRIOR * (values**2).sum() - right.mean())

    found = minimize(loss, np.zeros(chances.shape[1]), method="BFGS").x
    return Calibration(float(np.exp(found[0])), np.append(found[1:], 0.0))


def decide(chances: Floats, limits: Limits) -> Labels:
    """The class of each row."""
    return np.asarray((np.log(np.maximum(chances, _LEAST)) + limits).argmax(axis=1), np.int64)


def _expected(chances: Floats, logs: Floats, totals: Floats, limits: Limits) -> float:
    guesses = (logs + limits).argmax(axis=1)
    scores = []
    for each, total in enumerate(totals):
        said = guesses == each
        scores.append(2 * float(chances[said, each].sum()) / max(float(said.sum() + total), 1e-9))
    return float(np.mean(scores))


def _with(limits: Limits, place: np.int64, step: float) -> Limits:
    changed = limits.copy()
    changed[place] = step
    return changed
