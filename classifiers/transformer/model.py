"""A transformer as the classifier asks it: calibrated chances of its axes in batches, and the words that moved it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from classifiers.compact import Floats, softmax
from classifiers.transformer.description import ONNX_FILE, Description, Head, check_files, read_description
from classifiers.transformer.extra import demand_onnx, demand_torch, has_onnx
from classifiers.transformer.pieces import Cutter, Padded, Pieces, Words
from domain.errors import ModelError

_STRETCHES: Final = 16
"""Where there are no gradients, a text is hidden in so many stretches at most, one after the other."""
_BATCH: Final = 16


class Backend(StrEnum):
    """What runs the network."""

    AUTO = "auto"
    """onnxruntime where the folder holds an 8-bit model and it is installed, else torch."""
    TORCH = "torch"
    TORCH_INT8 = "torch-int8"
    ONNX = "onnx"


Gradients = Callable[[Padded, slice, list[int]], Floats]
"""How far each word piece of each text moves the text's chosen class of the head in these columns."""


class Runner(Protocol):
    """What runs the network on texts in one table."""

    @property
    def gradients(self) -> Gradients | None:
        """None where it has none."""
        ...

    def margins(self, table: Padded) -> Floats:
        """The margins of every head, one row per text."""
        ...


@dataclass(frozen=True)
class TransformerModel:
    """A loaded transformer. ``batch`` texts at a time, of like length."""

    description: Description
    cutter: Cutter
    runner: Runner
    batch: int = _BATCH

    @property
    def identity(self) -> str:
        """``name@version``."""
        return self.description.identity

    def head(self, key: str) -> Head | None:
        """The head of that key, if the model has one."""
        return next((head for head in self.description.heads if head.key == key), None)

    def chances(self, texts: Sequence[Words], keys: Sequence[str]) -> dict[str, Floats]:
        """The calibrated chances of these heads, one row per text. Heads that the model does not have are left out."""
        margins = self.margins(self.cutter.cut(texts))
        columns = self.description.columns
        found = [head for head in self.description.heads if head.key in keys]
        return {head.key: softmax(margins[:, columns[head.key]] / np.float32(head.temperature)) for head in found}

    def margins(self, pieces: Sequence[Pieces]) -> Floats:
        """The margins of every head, one row per text in the order given."""
        out = np.zeros((len(pieces), self.description.width), np.float32)
        for rows in self._batches(pieces):
            out[rows] = self.runner.margins(self.cutter.pad([pieces[row] for row in rows]))
        if not np.isfinite(out).all():
            raise ModelError(f"the transformer {self.identity} gave no numbers", "pull or train it anew")
        return out

    def word_weights(self, texts: Sequence[Words], key: str, chosen: npt.NDArray[np.int64]) -> list[Floats]:
        """How much each word of each text speaks for the chosen class of a head; zeros where ``chosen`` is negative."""
        weights = [np.zeros(len(text), np.float32) for text in texts]
        asked = [row for row, number in enumerate(chosen.tolist()) if number >= 0 and len(texts[row])]
        pieces = self.cutter.cut([texts[row] for row in asked])
        for rows in self._batches(pieces):
            batch = [pieces[row] for row in rows]
            found = self._moved_by(batch, self.description.columns[key], [int(chosen[asked[row]]) for row in rows])
            for row, each in zip(rows, found, strict=True):
                weights[asked[row]] = _by_word(pieces[row], each, len(texts[asked[row]]))
        return weights

    def _batches(self, pieces: Sequence[Pieces]) -> Iterator[list[int]]:
        """Texts of like length together: little is computed for nothing."""
        order = sorted(range(len(pieces)), key=lambda row: len(pieces[row].ids))
        for start in range(0, len(order), self.batch):
            yield order[start : start + self.batch]

    def _moved_by(self, pieces: Sequence[Pieces], columns: slice, chosen: list[int]) -> list[Floats]:
        gradients = self.runner.gradients
        if gradients is None:
            return self._by_hiding(pieces, columns, chosen)
        moved = gradients(self.cutter.pad(pieces), columns, chosen)
        return [moved[row, : len(each.ids)] for row, each in enumerate(pieces)]

    def _by_hiding(self, pieces: Sequence[Pieces], columns: slice, chosen: list[int]) -> list[Floats]:
        """What the lead of the chosen class loses when a stretch of words is hidden from the network."""
        found = []
        for each, number in zip(pieces, chosen, strict=True):
            stretches = _stretches(each)
            table = self.cutter.pad([each] * (len(stretches) + 1))
            for row, hidden in enumerate(stretches, 1):
                table.mask[row, hidden] = 0
            margins = self.runner.margins(table)[:, columns]
            lead = margins[:, number] - margins.mean(axis=1)
            moved = np.zeros(len(each.ids), np.float32)
            for row, hidden in enumerate(stretches, 1):
                moved[hidden] = (lead[0] - lead[row]) / max(len(hidden), 1)
            found.append(moved)
        return found


def load(folder: Path, *, backend: Backend = Backend.AUTO, threads: int = 1, batch: int = _BATCH) -> TransformerModel:
    """The transformer in a folder, ready to run in ``threads`` threads. Raises ``ModelError``; nothing is ever fetched."""
    demand_torch()
    description = read_description(folder)
    check_files(folder, description)
    from classifiers.transformer.network import TorchRunner, load_network, load_tokenizer

    tokenizer = load_tokenizer(folder)
    cutter = Cutter(tokenizer, description.longest)
    if _runs_onnx(folder, backend):
        from classifiers.transformer.onnx_model import OnnxRunner

        return TransformerModel(description, cutter, OnnxRunner(folder / ONNX_FILE, threads=threads), batch)
    network = load_network(folder, description, tokenizer)
    runner = TorchRunner(network, threads=threads, quantised=backend is Backend.TORCH_INT8)
    return TransformerModel(description, cutter, runner, batch)


def _runs_onnx(folder: Path, backend: Backend) -> bool:
    there = (folder / ONNX_FILE).is_file()
    if backend is Backend.ONNX:
        demand_onnx()
        if not there:
            raise ModelError(f"{folder} holds no {ONNX_FILE}", "make it: rasd models quantise NAME")
        return True
    return backend is Backend.AUTO and there and has_onnx()


def _stretches(pieces: Pieces) -> list[npt.NDArray[np.int64]]:
    """The places of the pieces of each stretch of whole words."""
    words = sorted(set(pieces.words[pieces.words >= 0].tolist()))
    groups = np.array_split(np.array(words, np.int64), min(_STRETCHES, len(words))) if words else []
    return [np.flatnonzero(np.isin(pieces.words, group)) for group in groups]


def _by_word(pieces: Pieces, moved: Floats, words: int) -> Floats:
    inside = pieces.words >= 0
    return np.bincount(pieces.words[inside], weights=moved[inside], minlength=words)[:words].astype(np.float32)


def mixed(compact: Floats, transformer: Floats, weight: float) -> Floats:
    """Two opinions as one: the weighted geometric mean of their chances, scaled to sum to one."""
    joined = (1 - weight) * np.log(np.maximum(compact, 1e-6)) + weight * np.log(np.maximum(transformer, 1e-6))
    return softmax(np.asarray(joined, np.float32))


def aligned(chances: Floats, given: Sequence[str], wanted: Sequence[str], fallback: Floats) -> Floats:
    """The chances with their columns in the wanted order; a class that the head does not know keeps the fallback's share."""
    if tuple(given) == tuple(wanted):
        return chances
    known: Mapping[str, int] = {name: column for column, name in enumerate(given)}
    out = np.array(fallback, np.float32)
    here = [column for column, name in enumerate(wanted) if name in known]
    share = out[:, here].sum(axis=1, keepdims=True)
    picked = chances[:, [known[wanted[column]] for column in here]]
    out[:, here] = picked / np.maximum(picked.sum(axis=1, keepdims=True), 1e-9) * share
    return out
