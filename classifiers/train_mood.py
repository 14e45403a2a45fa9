"""Training the experts on mood and their gate (``classifiers.mood``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from classifiers.compact import Floats, Group
from classifiers.fitting import Labels, Linear, Weights, balance, fit_linear, group_of
from classifiers.mood import GATE, expert, weighed
from domain.tags import Sentiment

_OTHERS: Final = 0.08
"""What a text of another set weighs beside one of the expert's own: chosen by five-fold scores on the training sets."""
_NEUTRAL_LEAD: Final = 0.1
"""By so much of a margin neutral must lead to be said: a missed praise or blame is dearer than a false one. One number for all
experts, the best of the five-fold scores on the training sets (ArSarcasm-v2 0.664 to 0.665, MARSA 0.832 to 0.833, Mawqif 0.674
to 0.680)."""


@dataclass(frozen=True, slots=True)
class Mood:
    """The group of experts and gate, and the block of every example from heads that have not seen it."""

    group: Group
    unseen: Floats


@dataclass(frozen=True, slots=True)
class _Fitted:
    gate: Linear
    experts: list[Linear]

    def block(self, rows: Any) -> Floats:
        return weighed(self.gate.margins(rows), [each.margins(rows) for each in self.experts])


def train_mood(
    rows: Any, labels: Labels, sources: Sequence[str], folds: Labels, count: int, moods: tuple[str, ...], seed: int
) -> Mood:
    """Fits the experts on sparse rows with their labels. ``sources`` names each row's set; a set that lacks a mood has no expert
    and teaches the others'."""
    of = np.asarray(sources)
    named = tuple(sorted(each for each in set(sources) if len(set(labels[of == each].tolist())) == len(moods)))
    fit = partial(_fit, named=named, moods=moods, seed=seed)
    unseen = np.zeros((len(labels), len(moods)), np.float32)
    for fold in range(count):
        held = folds % count == fold
        if held.any():
            unseen[held] = fit(rows[~held], labels[~held], of[~held]).block(rows[held])
    whole = fit(rows, labels, of)
    heads = {GATE: (named, whole.gate)} | {expert(each): (moods, head) for each, head in zip(named, whole.experts, strict=True)}
    return Mood(group_of(heads, 0), unseen)


def _fit(
    rows: Any, labels: Labels, of: npt.NDArray[Any], *, named: tuple[str, ...], moods: tuple[str, ...], seed: int
) -> _Fitted:
    among = np.isin(of, named)
    numbers = np.array([named.index(each) for each in of[among]], np.int64)
    gate = fit_linear(rows[among], numbers, len(named), np.ones(len(numbers)), 0.3, seed)
    experts = [fit_linear(rows, labels, len(moods), _weights(labels, of, each), 0.1, seed, emphasis=0.5) for each in named]
    return _Fitted(gate, [slow_to_neutral(each, moods) for each in experts])


def slow_to_neutral(head: Linear, moods: tuple[str, ...]) -> Linear:
    """The head with neutral held back by its lead."""
    bias = head.bias.copy()
    bias[moods.index(Sentiment.NEUTRAL)] -= _NEUTRAL_LEAD
    return Linear(head.weights, bias)


def _weights(labels: Labels, of: npt.NDArray[Any], source: str) -> Weights:
    """The moods made equal within each set; the expert's own set counts whole."""
    weights = np.where(of == source, 1.0, _OTHERS)
    for each in set(of.tolist()):
        among = of == each
        weights[among] *= balance(labels[among], np.ones(int(among.sum())), 1.0)
    return weights
