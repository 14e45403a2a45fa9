"""The models of a home: what its classifier is made of, what stands on its shelf, and ``rasd models`` (docs/models.md).

``model/`` is the home's own compact model, ``models/`` the shelf: kept versions, transformers, checkpoints, and the choice.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from domain.errors import ConfigurationError, InputError, ModelError
from domain.profile import Profile
from domain.tags import Axis
from service.settings import ClassifierTable, find_home, read_settings

if TYPE_CHECKING:
    from classifiers.cascade import CascadeLimits, Classifier
    from classifiers.compact import CompactModel
    from classifiers.records import Record
    from classifiers.shelf.choice import Choice
    from classifiers.shelf.stock import Stocked

Progress = Callable[[str], None]
NO_TRANSFORMER: Final = "compact"
"""What ``rasd models use`` takes for the compact model alone."""
_CAMEL_VARIABLE: Final = "CAMELTOOLS_DATA"


def shelf_of(home: Path) -> Path:
    """The folder that holds kept versions, transformers and checkpoints."""
    return home / "models"


def compact_of(home: Path) -> CompactModel:
    """The compact model that the home uses. Raises ``ModelError``."""
    from classifiers.compact import CompactModel, load_shipped
    from classifiers.shelf.choice import OWN, SHIPPED, read_choice

    chosen = read_choice(shelf_of(home)).compact
    own = home / "model"
    if chosen == SHIPPED or (chosen == OWN and not own.is_dir()):
        return load_shipped()
    return CompactModel.load(own if chosen == OWN else shelf_of(home) / chosen)


def make_classifier(
    home: Path, table: ClassifierTable, profile: Profile, trouble: Callable[[str], None] = lambda _: None
) -> Classifier:
    """What tags the mentions of a home: its compact model, or the cascade where a transformer was chosen.

    A transformer that cannot be loaded stops nothing: ``trouble`` is told why, and the compact model works alone. Raises
    ``ModelError`` for the compact model or the choice.
    """
    from classifiers.cascade import Cascade
    from classifiers.shelf.choice import read_choice
    from classifiers.tagger import Tagger

    tagger = Tagger(profile, compact_of(home))
    chosen = read_choice(shelf_of(home)).transformer
    if not chosen:
        trouble("")
        return tagger
    try:
        from classifiers.transformer.model import Backend, load
        from classifiers.transformer.second import SecondOpinion

        folder = folder_of(home, chosen)
        model = load(folder, backend=Backend(table.backend), threads=table.threads, batch=table.batch)
    except ModelError as error:
        trouble(f"the transformer {chosen} is not used: {error}")
        return tagger
    trouble("")
    return Cascade(tagger, SecondOpinion(model, profile), limits_of(table), trouble)


def limits_of(table: ClassifierTable) -> CascadeLimits:
    """What goes to the transformer, out of the settings."""
    from classifiers.cascade import CascadeLimits

    return CascadeLimits(
        below={
            Axis.REMIT: table.remit_below,
            Axis.KIND: table.kind_below,
            Axis.SENTIMENT: table.sentiment_below,
            Axis.TOPIC: table.topic_below,
        },
        near=table.near_flagging,
        most=table.most,
        seconds=table.seconds,
        batch=table.batch,
    )


def folder_of(home: Path, name: str) -> Path:
    """The folder of a model: of that name on the shelf, or the one that the path names. Raises ``ModelError``."""
    on_shelf = shelf_of(home) / name.replace("/", "--")
    given = Path(name).expanduser()
    if on_shelf.is_dir() or not given.is_dir():
        if not on_shelf.is_dir():
            raise ModelError(f"there is no model {name}", "see «rasd models list», or bring it with «rasd models pull»")
        return on_shelf
    return given.resolve()


def camel_folder(table: ClassifierTable) -> Path:
    """Where camel-tools' data stands."""
    from classifiers.camel import default_folder

    named = table.camel_data or os.environ.get(_CAMEL_VARIABLE, "")
    return Path(named).expanduser() if named else default_folder()


def listing(home: Path, table: ClassifierTable) -> list[Stocked]:
    """Everything that the home has or could have, with its state."""
    from classifiers.camel import camel_stock
    from classifiers.shelf.choice import read_choice
    from classifiers.shelf.stock import stock

    return [*stock(home, read_choice(shelf_of(home))), *camel_stock(camel_folder(table))]


def as_mapping(each: Stocked) -> dict[str, Any]:
    """A row of the list, for other programs."""
    return {
        "name": each.name,
        "sort": str(each.sort),
        "state": str(each.condition),
        "used": each.used,
        "version": each.version,
        "bytes": each.bytes,
        "folder": str(each.folder) if each.folder else "",
        "note": each.note,
    }


def as_line(each: Stocked) -> str:
    """A row of the list, for a person."""
    size = f"{each.bytes / 1e6:,.1f} MB" if each.bytes else ""
    line = f"{'*' if each.used else ' '} {each.name:32} {each.sort:12} {each.condition:8} {each.version:16} {size:>12}"
    return f"{line}  {each.note}".rstrip()


def use(home: Path, name: str, *, even_if_worse: bool = False) -> str:
    """Choose what the home uses; gives what happens from now on.

    ``compact`` is no transformer; ``shipped``, ``own`` or a kept version choose the compact model; anything else is a transformer
    on the shelf or a folder. Raises ``ModelError`` where it cannot be used, or did worse than the compact model alone.
    """
    from classifiers.shelf.choice import OWN, SHIPPED, choose, read_choice
    from classifiers.shelf.stock import COMPACT_FILE

    shelf = shelf_of(home)
    now = read_choice(shelf)
    if name == NO_TRANSFORMER:
        choice = replace(now, transformer="")
    elif name in (OWN, SHIPPED):
        choice = replace(now, compact=name)
    else:
        folder = folder_of(home, name)
        stored = folder.name if folder.parent == shelf else str(folder)
        if (folder / COMPACT_FILE).is_file():
            choice = replace(now, compact=_usable_compact(folder, stored))
        else:
            _demand_good(folder, even_if_worse=even_if_worse)
            choice = replace(now, transformer=stored)
    choose(shelf, choice)
    return in_words(choice)


def use_back(home: Path) -> str:
    """Take the last choice back; gives what is used again. Raises ``ModelError`` where there was none."""
    from classifiers.shelf.choice import step_back

    return in_words(step_back(shelf_of(home)))


def in_words(choice: Choice) -> str:
    """A choice in a sentence."""
    second = f", with {choice.transformer} for what it is unsure of" if choice.transformer else ", alone"
    return f"the compact model «{choice.compact}»{second}; restart the service for it to hold there"


def _usable_compact(folder: Path, stored: str) -> str:
    from classifiers.compact import CompactModel

    if stored != folder.name:
        raise InputError(f"{folder} does not stand on the shelf", "copy it to the home's models folder first")
    CompactModel.load(folder)
    return stored


def _demand_good(folder: Path, *, even_if_worse: bool) -> None:
    """Raises ``ModelError`` for a transformer that cannot be used or should not be."""
    from classifiers.transformer.description import check_files, read_description
    from classifiers.transformer.extra import demand_torch

    demand_torch()
    description = read_description(folder)
    check_files(folder, description)
    if description.fell and not even_if_worse:
        raise ModelError(
            f"{description.name} did worse than the compact model alone: {'; '.join(description.fell)}",
            "train it on more, or use it with --even-if-worse",
        )


def pull(
    home: Path, table: ClassifierTable, name: str, address: str, revision: str, manifest: Path | None, progress: Progress,
    *, unverified: bool = False,
) -> Path:  # fmt: skip
    """Bring a checkpoint to the shelf; gives its folder. Raises ``InputError`` or ``ModelError``."""
    from classifiers.shelf.pull import Request, pull, with_manifest

    request = Request(name, address or table.source, revision=revision, unverified=unverified)
    return pull(shelf_of(home), with_manifest(request, manifest), progress, time.sleep)


def quantise(home: Path, name: str) -> Path:
    """Write the 8-bit file of a transformer; gives its path. Raises ``ModelError``."""
    from classifiers.transformer.description import check_files, read_description
    from classifiers.transformer.extra import demand_onnx, demand_torch

    folder = folder_of(home, name)
    demand_torch()
    demand_onnx()
    check_files(folder, read_description(folder))
    from classifiers.transformer.onnx_model import quantise as write

    return write(folder)


def with_named_dialects(records: Sequence[Record], home: Path | None) -> list[Record]:
    """The records; those without a dialect are given the one that camel-tools hears. Raises ``ModelError`` for missing data."""
    from classifiers.camel import Dialects, with_dialects

    try:
        table = read_settings(find_home(home)).classifier
    except ConfigurationError:
        if home is not None:
            raise
        table = ClassifierTable()
    return with_dialects(records, Dialects.load(camel_folder(table)))


def analyse(table: ClassifierTable, text: str) -> dict[str, Any]:
    """What camel-tools says of a text: its dialect, and the lemmas of each word; a part without data says what to install."""
    from classifiers.camel import Dialects, Morphology
    from domain.arabic import without_marks

    folder = camel_folder(table)
    told: dict[str, Any] = {"text": text}
    try:
        told["dialect"] = Dialects.load(folder).dialects([text])[0]
    except ModelError as error:
        told["dialect"], told["dialect_missing"] = None, str(error)
    try:
        morphology = Morphology.load(folder)
    except ModelError as error:
        told["lemmas"], told["lemmas_missing"] = None, str(error)
    else:
        told["lemmas"] = {word: list(morphology.lemmas(word)) for word in without_marks(text).split()}
    return told
