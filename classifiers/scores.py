"""Scores of guesses against labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int64]


def f1(labels: Labels, guesses: Labels, number: int) -> float:
    """The F1 of one class; 0 where it neither stands in the labels nor in the guesses."""
    right = int(((labels == number) & (guesses == number)).sum())
    total = int((labels == number).sum()) + int((guesses == number).sum())
    return 2 * right / total if total else 0.0


def macro_f1(labels: Labels, guesses: Labels, among: Sequence[bool] | npt.NDArray[np.bool_], classes: int) -> float | None:
    """The mean of the classes' F1 among some rows; None where there are none."""
    mask = np.asarray(among, bool)
    if not mask.any():
        return None
    return round(float(np.mean([f1(labels[mask], guesses[mask], number) for number in range(classes)])), 4)


def accuracy(right: npt.NDArray[np.bool_]) -> float | None:
    """The share of right guesses; None where there are none."""
    return round(float(right.mean()), 4) if len(right) else None


def polar_f1(labels: Labels, guesses: Labels) -> float:
    """The F1 of negative (0) and positive (2), averaged: the measure of the sentiment sets."""
    return round((f1(labels, guesses, 0) + f1(labels, guesses, 2)) / 2, 4)


def calibration_error(labels: Labels, chances: npt.NDArray[np.float32], bins: int = 10) -> float | None:
    """The expected calibration error: how far confidence and accuracy lie apart, over bins of confidence."""
    if not len(labels):
        return None
    sure, right = chances.max(axis=1), chances.argmax(axis=1) == labels
    place = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [abs(float(sure[place == each].mean() - right[place == each].mean())) * (place == each).mean() for each in set(place)]
    return round(float(sum(gaps)), 4)
