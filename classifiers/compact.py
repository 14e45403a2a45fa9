"""The compact model: hashed n-grams, one linear head per axis, mixed and calibrated by small softmaxes (DESIGN 4).

A *group* is one table of weights, several heads wide: ``general`` (sentiment, kind, ...) and one per trained profile. A *mixer*
turns the heads' margins and other signs (cue words, the profile's words) into probabilities. The file holds numbers alone:
weights under hashes, no vocabulary, no text.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from classifiers.features import Batch, Grams, featurise
from domain.errors import ModelError

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.int8]
GENERAL: Final = "general"
LEARNT: Final = "learnt"
"""The group of heads that reviewers' corrections taught."""
FORMAT: Final = 1
_STEPS: Final = 127


@dataclass(frozen=True, slots=True)
class Group:
    """One table of weights. ``heads`` gives each head's classes, in the order of the columns; ``fold`` bits of a bucket drop."""

    heads: Mapping[str, tuple[str, ...]]
    fold: int
    words: Floats
    characters: Floats
    bias: Floats
    every_gram: bool = False
    """Whether n-grams that the training sets do not hold count too (as the rarest): what reviewers teach may be new."""

    def columns(self, head: str) -> slice:
        """The columns of one head."""
        start = 0
        for name, classes in self.heads.items():
            if name == head:
                return slice(start, start + len(classes))
            start += len(classes)
        raise KeyError(head)


@dataclass(frozen=True, slots=True)
class Mixer:
    """A softmax over signs: ``inputs`` names the blocks, in order; ``classes`` the outcomes."""

    inputs: tuple[str, ...]
    classes: tuple[str, ...]
    weights: Floats
    bias: Floats

    def probabilities(self, blocks: Mapping[str, Floats]) -> Floats:
        """Calibrated probabilities, one row per document."""
        signs = np.hstack([blocks[name] for name in self.inputs])
        return softmax(signs @ self.weights + self.bias)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the linear heads say of a batch of documents."""

    batch: Batch
    values: tuple[Floats, Floats]
    margins: Mapping[str, Floats]
    _groups: Mapping[str, Group]

    def word_weights(self, head: str, chosen: npt.NDArray[np.int64]) -> Floats:
        """How much each word of the batch speaks for its document's ``chosen`` class against the mean of all classes.

        A document whose ``chosen`` is negative is left out: its words get 0.
        """
        group = next(group for group in self._groups.values() if head in group.heads)
        columns = group.columns(head)
        total = int(self.batch.words.word.max(initial=-1)) + 1
        speaks = np.zeros(total, np.float64)
        parts = ((self.batch.words, group.words), (self.batch.characters, group.characters))
        for (grams, table), value in zip(parts, self.values, strict=True):
            of = chosen[grams.document]
            wanted = np.flatnonzero(of >= 0)
            rows = table[grams.bucket[wanted] >> group.fold, columns]
            lead = rows[np.arange(len(rows)), of[wanted]] - rows.mean(axis=1)
            speaks += np.bincount(grams.word[wanted], weights=lead * value[wanted], minlength=total)[:total]
        return speaks.astype(np.float32)


@dataclass(frozen=True, slots=True)
class CompactModel:
    """The shipped or a trained model. ``card`` holds what it was trained on and its scores."""

    name: str
    version: str
    idf_words: Floats
    idf_characters: Floats
    groups: Mapping[str, Group]
    mixers: Mapping[str, Mixer]
    card: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """``name@version``, stored beside every tag."""
        return f"{self.name}@{self.version}"

    def values(self, batch: Batch, *, every_gram: bool = False) -> tuple[Floats, Floats]:
        """The weight of each n-gram in its document: rarity, scaled so that the squares of a document sum to one.

        With ``every_gram``, those that the training sets do not hold are the rarest; else they weigh nothing.
        """
        tables = (self.idf_words, self.idf_characters)
        if every_gram:
            tables = (_without_gaps(self.idf_words), _without_gaps(self.idf_characters))
        return _scaled(batch.words, tables[0], batch.size), _scaled(batch.characters, tables[1], batch.size)

    def judge(self, documents: Sequence[Sequence[str]], groups: Sequence[str]) -> Judgement:
        """The margins of every head of these groups for documents given as canonical words."""
        batch = featurise(documents)
        values = self.values(batch)
        margins: dict[str, Floats] = {}
        used = {name: self.groups[name] for name in groups if name in self.groups}
        for group in used.values():
            weighed = self.values(batch, every_gram=True) if group.every_gram else values
            scores = _summed(batch.words, weighed[0], group.words, group.fold, batch.size)
            scores += _summed(batch.characters, weighed[1], group.characters, group.fold, batch.size)
            scores += group.bias
            margins |= {head: scores[:, group.columns(head)] for head in group.heads}
        return Judgement(batch, values, margins, used)

    def save(self, path: Path) -> None:
        """Writes ``weights.npz`` and ``model.json`` into the folder ``path``."""
        path.mkdir(parents=True, exist_ok=True)
        weights = _packed(self._arrays())
        described = {
            "format": FORMAT,
            "name": self.name,
            "version": self.version,
            "sha256": hashlib.sha256(weights).hexdigest(),
            "groups": {
                name: {
                    "fold": group.fold,
                    "every_gram": group.every_gram,
                    "heads": {head: list(classes) for head, classes in group.heads.items()},
                }
                for name, group in self.groups.items()
            },
            "mixers": {
                name: {"inputs": list(mixer.inputs), "classes": list(mixer.classes)} for name, mixer in self.mixers.items()
            },
            "card": self.card,
        }
        (path / "weights.npz").write_bytes(weights)
        (path / "model.json").write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n", "utf-8")

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        arrays: dict[str, npt.NDArray[Any]] = {}
        for name, table in (("idf_words", self.idf_words), ("idf_characters", self.idf_characters)):
            arrays[name] = np.clip(np.round(table * _IDF_STEPS), 0, 255).astype(np.uint8)
        for name, group in self.groups.items():
            arrays[f"{name}/words"], arrays[f"{name}/words_scale"] = squeeze(group.words)
            arrays[f"{name}/characters"], arrays[f"{name}/characters_scale"] = squeeze(group.characters)
            arrays[f"{name}/bias"] = group.bias
        for name, mixer in self.mixers.items():
            arrays[f"mixer/{name}/weights"] = mixer.weights
            arrays[f"mixer/{name}/bias"] = mixer.bias
        return arrays

    @classmethod
    def load(cls, path: Path | Traversable) -> CompactModel:
        """Reads a folder that ``save`` wrote. Raises ``ModelError`` if it is missing, damaged or of another format."""
        try:
            described = json.loads((path / "model.json").read_text("utf-8"))
            weights = (path / "weights.npz").read_bytes()
        except (OSError, ValueError) as error:
            raise ModelError(f"the model in {path} cannot be read ({error})", "name a folder that `rasd train` wrote") from error
        if described.get("format") != FORMAT:
            raise ModelError(
                f"the model in {path} has the format {described.get('format')}", f"train it anew for format {FORMAT}"
            )
        if hashlib.sha256(weights).hexdigest() != described["sha256"]:
            raise ModelError(f"the model in {path} is damaged: its checksum differs", "copy or train it anew")
        try:
            with np.load(io.BytesIO(weights), allow_pickle=False) as arrays:
                return cls._built(described, {name: arrays[name] for name in arrays.files})
        except (KeyError, ValueError, zipfile.BadZipFile) as error:
            raise ModelError(f"the model in {path} is incomplete ({error})", "copy or train it anew") from error

    @classmethod
    def _built(cls, described: dict[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> CompactModel:
        return cls(
            name=described["name"],
            version=described["version"],
            idf_words=arrays["idf_words"].astype(np.float32) / _IDF_STEPS,
            idf_characters=arrays["idf_characters"].astype(np.float32) / _IDF_STEPS,
            groups={
                name: Group(
                    heads={head: tuple(classes) for head, classes in group["heads"].items()},
                    fold=group["fold"],
                    words=unsqueeze(arrays[f"{name}/words"], arrays[f"{name}/words_scale"]),
                    characters=unsqueeze(arrays[f"{name}/characters"], arrays[f"{name}/characters_scale"]),
                    bias=arrays[f"{name}/bias"],
                    every_gram=group.get("every_gram", False),
                )
                for name, group in described["groups"].items()
            },
            mixers={
                name: Mixer(
                    tuple(mixer["inputs"]),
                    tuple(mixer["classes"]),
                    arrays[f"mixer/{name}/weights"],
                    arrays[f"mixer/{name}/bias"],
                )
                for name, mixer in described["mixers"].items()
            },
            card=described["card"],
        )


_IDF_STEPS: Final = 20.0
"""Steps of rarity in one unit: rarity runs from 0 (pruned) to about 12."""


def load_shipped() -> CompactModel:
    """The model that ships with Rasd."""
    return CompactModel.load(resources.files("classifiers") / "models" / "compact")


def softmax(margins: Floats) -> Floats:
    """Rows of probabilities."""
    raised = np.exp(margins - margins.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def squeeze(table: Floats) -> tuple[Bytes, Floats]:
    """A table in one byte per weight, by square roots, so that small weights keep their precision; and each column's scale."""
    scale = np.maximum(np.abs(table).max(axis=0), 1e-12).astype(np.float32)
    steps = np.round(np.sign(table) * np.sqrt(np.abs(table) / scale) * _STEPS)
    return steps.astype(np.int8), scale


def unsqueeze(steps: Bytes, scale: Floats) -> Floats:
    """The table back from ``squeeze``."""
    root = steps.astype(np.float32)
    root *= np.abs(root)
    root *= scale / np.float32(_STEPS * _STEPS)
    return root


def _without_gaps(idf: Floats) -> Floats:
    return np.asarray(np.where(idf == 0, idf.max(), idf), np.float32)


def _scaled(grams: Grams, idf: Floats, size: int) -> Floats:
    value = idf[grams.bucket]
    squares = np.bincount(grams.document, weights=value * value, minlength=size)
    length = np.sqrt(np.maximum(squares, 1e-12)).astype(np.float32)
    return np.asarray(value / length[grams.document], np.float32)


def _summed(grams: Grams, value: Floats, table: Floats, fold: int, size: int) -> Floats:
    out = np.zeros((size, table.shape[1]), np.float32)
    if len(grams.bucket):
        weighted = table[grams.bucket >> fold] * value[:, None]
        starts = np.flatnonzero(np.concatenate(([True], np.diff(grams.document) > 0)))
        out[grams.document[starts]] = np.add.reduceat(weighted, starts)
    return out


def _packed(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """An ``.npz`` whose bytes depend on the numbers alone (numpy's own writer puts the clock in)."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            one = io.BytesIO()
            np.lib.format.write_array(one, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), one.getvalue(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
