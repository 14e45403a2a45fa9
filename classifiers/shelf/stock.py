"""What stands on a home's shelf, each with its state: what can be used, what cannot and why, and what would have to be done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Final

from classifiers.shelf.choice import OWN, SHIPPED, Choice
from classifiers.transformer.description import ONNX_FILE, read_description
from classifiers.transformer.extra import has_onnx, has_torch
from domain.errors import ModelError

COMPACT_FILE: Final = "model.json"


class Sort(StrEnum):
    """What a model is."""

    COMPACT = "compact"
    TRANSFORMER = "transformer"
    CHECKPOINT = "checkpoint"
    """A base to fine-tune: it judges nothing yet."""
    CAMEL_DATA = "camel-data"
    """Data of camel-tools."""


class Condition(StrEnum):
    """Whether it can be used."""

    READY = "ready"
    WORSE = "worse"
    """A transformer that did worse than the compact model alone when it was trained."""
    MISSING = "missing"
    """Not there, or a library that it needs is not."""
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Stocked:
    """One thing on the shelf. ``used`` is whether the home's choice names it; ``note`` says what is wrong or what to do."""

    name: str
    sort: Sort
    condition: Condition
    version: str = ""
    bytes: int = 0
    used: bool = False
    note: str = ""
    folder: Path | None = None


def stock(home: Path, choice: Choice) -> list[Stocked]:
    """Everything on the shelf of a home: the model that ships, the home's own, kept versions, transformers, checkpoints."""
    shipped = Path(str(resources.files("classifiers") / "models" / "compact"))
    own = home / "model"
    used_own = choice.compact == OWN and own.is_dir()
    found = [_compact(SHIPPED, shipped, used=choice.compact == SHIPPED or (choice.compact == OWN and not used_own))]
    if own.is_dir():
        found.append(_compact(OWN, own, used=used_own))
    shelf = home / "models"
    found += [_on_shelf(folder, choice) for folder in _folders(shelf)]
    return [*found, *_elsewhere(shelf, choice)]


def _folders(shelf: Path) -> Iterator[Path]:
    if shelf.is_dir():
        yield from (folder for folder in sorted(shelf.iterdir()) if folder.is_dir() and not folder.name.startswith("."))


def _on_shelf(folder: Path, choice: Choice) -> Stocked:
    if (folder / COMPACT_FILE).is_file():
        return _compact(folder.name, folder, used=choice.compact == folder.name)
    return _transformer(folder.name, folder, used=choice.transformer == folder.name)


def _elsewhere(shelf: Path, choice: Choice) -> Iterator[Stocked]:
    """What was chosen and does not stand on the shelf: a folder of the user's, or something that is gone."""
    if choice.transformer and not (shelf / choice.transformer).is_dir():
        yield _transformer(choice.transformer, Path(choice.transformer), used=True)
    if choice.compact not in (OWN, SHIPPED) and not (shelf / choice.compact).is_dir():
        yield Stocked(choice.compact, Sort.COMPACT, Condition.MISSING, used=True, note="it is gone: rasd models use own")


def _compact(name: str, folder: Path, *, used: bool) -> Stocked:
    try:
        version = str(json.loads((folder / COMPACT_FILE).read_text("utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        note = f"its description cannot be read ({error}); train it anew"
        return Stocked(name, Sort.COMPACT, Condition.DAMAGED, used=used, note=note, folder=folder)
    return Stocked(name, Sort.COMPACT, Condition.READY, version, _size(folder), used, folder=folder)


def _transformer(name: str, folder: Path, *, used: bool) -> Stocked:
    if not folder.is_dir():
        return Stocked(name, Sort.TRANSFORMER, Condition.MISSING, used=used, note="it is gone: rasd models use compact")
    size = _size(folder)
    try:
        description = read_description(folder)
    except ModelError as error:
        is_base = (folder / "config.json").is_file() and "judges no axis" in error.what
        sort, condition = (Sort.CHECKPOINT, Condition.READY) if is_base else (Sort.TRANSFORMER, Condition.DAMAGED)
        return Stocked(name, sort, condition, "", size, used, error.remedy if is_base else str(error), folder)
    if not has_torch():
        note = "needs transformers and torch: pip install 'rasd[camel]'"
        return Stocked(name, Sort.TRANSFORMER, Condition.MISSING, description.version, size, used, note, folder)
    if description.fell:
        note = f"did worse than the compact model alone: {'; '.join(description.fell)}"
        return Stocked(name, Sort.TRANSFORMER, Condition.WORSE, description.version, size, used, note, folder)
    small = (folder / ONNX_FILE).is_file()
    note = ("8 bits" if has_onnx() else "8 bits there, but onnxruntime is not: pip install 'rasd[onnx]'") if small else ""
    return Stocked(name, Sort.TRANSFORMER, Condition.READY, description.version, size, used, note, folder)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
