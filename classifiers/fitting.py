"""Fitting linear heads and mixers (scikit-learn and scipy: needed to train, never to tag)."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from classifiers.compact import CompactModel, Floats, Group, Mixer, softmax
from classifiers.features import CHARACTER_BITS, WORD_BITS, featurise

Labels = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
_CHUNK: Final = 2_000
_LEAST_DOCUMENTS: Final = 2
"""An n-gram of a single text is dropped: it would only remember that text."""


@dataclass(frozen=True, slots=True)
class Rarity:
    """The weight of each bucket by how few texts hold it; 0 where fewer than two do."""

    words: Floats
    characters: Floats


def measure_rarity(documents: Sequence[Sequence[str]]) -> Rarity:
    """Smoothed inverse document frequency of every bucket."""
    words = np.zeros(1 << WORD_BITS, np.int64)
    characters = np.zeros(1 << CHARACTER_BITS, np.int64)
    for start in range(0, len(documents), _CHUNK):
        batch = featurise(documents[start : start + _CHUNK])
        words += np.bincount(batch.words.bucket, minlength=len(words))
        characters += np.bincount(batch.characters.bucket, minlength=len(characters))
    return Rarity(_idf(words, len(documents)), _idf(characters, len(documents)))


def _idf(counts: npt.NDArray[np.int64], documents: int) -> Floats:
    rarity = np.where(counts >= _LEAST_DOCUMENTS, np.log((1 + documents) / (1 + counts)) + 1, 0.0)
    # As the shipped file will round it, so that training sees what tagging sees.
    return np.asarray(np.round(rarity * 20) / 20, np.float32)


def matrix(documents: Sequence[Sequence[str]], model: CompactModel, fold: int, *, every_gram: bool = False) -> Any:
    """The documents as a sparse matrix: the words' buckets first, then the characters', each ``fold`` bits fewer."""
    from scipy import sparse

    width = (1 << (WORD_BITS - fold)) + (1 << (CHARACTER_BITS - fold))
    parts = []
    for start in range(0, len(documents), _CHUNK):
        batch = featurise(documents[start : start + _CHUNK])
        word_values, character_values = model.values(batch, every_gram=every_gram)
        columns = np.concatenate([batch.words.bucket >> fold, (batch.characters.bucket >> fold) + (1 << (WORD_BITS - fold))])
        rows = np.concatenate([batch.words.document, batch.characters.document])
        values = np.concatenate([word_values, character_values])
        used = values > 0
        parts.append(sparse.csr_matrix((values[used], (rows[used], columns[used])), shape=(batch.size, width)))
    return sparse.vstack(parts).tocsr() if parts else sparse.csr_matrix((0, width), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Linear:
    """A fitted head: a column of weights and a bias per class."""

    weights: Floats
    bias: Floats

    def margins(self, rows: Any) -> Floats:
        """The margins of sparse rows."""
        return np.asarray(rows @ self.weights + self.bias, np.float32)


def fit_linear(
    rows: Any, labels: Labels, classes: int, weights: Weights, strength: float, seed: int, emphasis: float = 0.0
) -> Linear:
    """One support-vector machine per class against the rest; a class that no row has gets a flat -1.

    ``emphasis`` (0 to 1) is how far each n-gram is scaled by its naive-Bayes log-ratio for the class beforehand (Wang and
    Manning 2012, "NB-SVM"); the scale is folded into the weights.
    """
    from sklearn.svm import LinearSVC

    columns = np.zeros((rows.shape[1], classes), np.float32)
    bias = np.full(classes, -1.0, np.float32)
    for number in range(classes):
        target = labels == number
        if target.any() and not target.all():
            machine = LinearSVC(C=strength, tol=1e-3, max_iter=400, random_state=seed)
            scale = _log_ratio(rows, target, weights) * emphasis + (1 - emphasis)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                machine.fit(_scaled_columns(rows, scale) if emphasis else rows, target, sample_weight=weights)
            columns[:, number] = machine.coef_[0] * scale
            bias[number] = machine.intercept_[0]
    return Linear(columns, bias)


def _log_ratio(rows: Any, target: npt.NDArray[np.bool_], weights: Weights) -> npt.NDArray[np.float64]:
    """How much oftener or rarer each n-gram is in the class than outside it, as the size of a log-ratio with the mean 1."""
    present = rows.copy()
    present.data = np.ones_like(present.data)
    inside = present.T @ (weights * target) + 1.0
    outside = present.T @ (weights * ~target) + 1.0
    ratio = np.abs(np.log((inside / inside.sum()) / (outside / outside.sum())))
    met = ratio > 0
    return np.asarray(ratio / ratio[met].mean() if met.any() else np.ones_like(ratio), np.float64)


def _scaled_columns(rows: Any, scale: npt.NDArray[np.float64]) -> Any:
    scaled = rows.copy()
    scaled.data = (scaled.data * scale[scaled.indices]).astype(np.float32)
    return scaled


def unseen_margins(
    rows: Any, labels: Labels, classes: int, weights: Weights, folds: Labels, count: int, fit: Callable[..., Linear]
) -> Floats:
    """The margins of every row from a head that was fitted without that row's fold (``folds`` modulo ``count``)."""
    out = np.zeros((rows.shape[0], classes), np.float32)
    for fold in range(count):
        held = folds % count == fold
        if held.any():
            out[held] = fit(rows[~held], labels[~held], classes, weights[~held]).margins(rows[held])
    return out


def fit_mixer(
    inputs: tuple[str, ...],
    classes: tuple[str, ...],
    blocks: dict[str, Floats],
    labels: Labels,
    weights: Weights,
    strength: float = 0.3,
) -> Mixer:
    """A softmax over blocks of signs, fitted on margins of unseen texts: it calibrates as it mixes."""
    from sklearn.linear_model import LogisticRegression

    signs = np.hstack([blocks[name] for name in inputs]).astype(np.float64)
    machine = LogisticRegression(C=strength, max_iter=500, tol=1e-4)
    machine.fit(signs, labels, sample_weight=weights)
    table = np.zeros((signs.shape[1], len(classes)), np.float32)
    bias = np.full(len(classes), -6.0, np.float32)
    if len(machine.classes_) == 2:
        table[:, machine.classes_[1]] = machine.coef_[0]
        bias[machine.classes_] = [0.0, machine.intercept_[0]]
    else:
        table[:, machine.classes_] = machine.coef_.T
        bias[machine.classes_] = machine.intercept_
    return Mixer(inputs, classes, table, bias)


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A mixer, and the probabilities of every row from a mixer that was fitted without the row's fold."""

    mixer: Mixer
    unseen: Floats


def fit_calibrated(
    inputs: tuple[str, ...],
    classes: tuple[str, ...],
    blocks: dict[str, Floats],
    labels: Labels,
    weights: Weights,
    folds: Labels,
    count: int,
    strength: float = 0.05,
) -> Calibrated:
    """A mixer held back by a strong prior, then sharpened until its confidence on unseen rows is right (temperature)."""
    unseen = np.full((len(labels), len(classes)), 1 / len(classes), np.float32)
    for fold in range(count):
        held = folds % count == fold
        if held.any() and not held.all():
            mixer = fit_mixer(inputs, classes, _part(blocks, ~held), labels[~held], weights[~held], strength)
            unseen[held] = mixer.probabilities(_part(blocks, held))
    sharpness = _sharpness(unseen, labels, weights)
    mixer = fit_mixer(inputs, classes, blocks, labels, weights, strength)
    sharper = Mixer(inputs, classes, mixer.weights * sharpness, mixer.bias * sharpness)
    return Calibrated(sharper, softmax(np.asarray(np.log(np.maximum(unseen, 1e-9)) * sharpness, np.float32)))


def sharpened(name: str, classes: tuple[str, ...], unseen: Floats, labels: Labels, weights: Weights) -> Calibrated:
    """A mixer over one block of margins that only sharpens them (temperature): which class is likeliest stays as it is."""
    sharpness = _sharpness(softmax(unseen), labels, weights)
    table = np.asarray(np.eye(len(classes)) * sharpness, np.float32)
    mixer = Mixer((name,), classes, table, np.zeros(len(classes), np.float32))
    return Calibrated(mixer, mixer.probabilities({name: unseen}))


def _part(blocks: dict[str, Floats], rows: npt.NDArray[np.bool_]) -> dict[str, Floats]:
    return {name: block[rows] for name, block in blocks.items()}


def _sharpness(unseen: Floats, labels: Labels, weights: Weights) -> np.float32:
    """The inverse temperature that makes unseen labels likeliest."""
    from scipy.optimize import minimize_scalar

    margins = np.log(np.maximum(unseen, 1e-9))
    rows = np.arange(len(labels))

    def loss(sharpness: float) -> float:
        chances = softmax(np.asarray(margins * sharpness, np.float32))
        return -float((weights * np.log(np.maximum(chances[rows, labels], 1e-9))).sum())

    return np.float32(minimize_scalar(loss, bounds=(0.3, 4.0), method="bounded").x)


def balance(labels: Labels, weights: Weights, power: float) -> Weights:
    """Factors that raise rare classes: the inverse of their share of the weight, to a power."""
    shares = np.bincount(labels, weights=weights)
    return np.asarray((weights.sum() / (len(shares) * np.maximum(shares[labels], 1e-9))) ** power, np.float64)


def group_of(heads: dict[str, tuple[tuple[str, ...], Linear]], fold: int) -> Group:
    """Heads side by side in one table."""
    border = 1 << (WORD_BITS - fold)
    table = np.hstack([linear.weights for _, linear in heads.values()])
    return Group(
        heads={name: classes for name, (classes, _) in heads.items()},
        fold=fold,
        words=np.ascontiguousarray(table[:border]),
        characters=np.ascontiguousarray(table[border:]),
        bias=np.concatenate([linear.bias for _, linear in heads.values()]),
    )
