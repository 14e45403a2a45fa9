"""camel-tools where it and its data are installed: which dialect a text is in, and the lemmas of a word.

What is there is found by reading its catalogue, never by importing it: imported without a catalogue, camel-tools fetches one.
Its data comes by its own command, ``camel_data``, when a person runs that.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol

from classifiers.records import Record
from classifiers.shelf.stock import Condition, Sort, Stocked
from classifiers.transformer.extra import has_camel_tools
from domain.errors import ModelError

_VARIABLE: Final = "CAMELTOOLS_DATA"
_CATALOGUE: Final = "catalogue.json"
_OWN_NAMES: Final = {"MSA": "msa", "RIY": "najdi", "JED": "hijazi"}
"""Cities of camel-tools whose dialect the rule book's records have a name for; others are named by their region."""
_REGIONS: Final = {
    "ALE": "levant", "AMM": "levant", "BEI": "levant", "DAM": "levant", "JER": "levant", "SAL": "levant",
    "ALG": "maghreb", "BEN": "maghreb", "FES": "maghreb", "RAB": "maghreb", "SFX": "maghreb", "TRI": "maghreb", "TUN": "maghreb",
    "ALX": "egypt", "ASW": "egypt", "CAI": "egypt", "KHA": "sudan",
    "BAG": "gulf", "BAS": "gulf", "DOH": "gulf", "MOS": "gulf", "MUS": "gulf", "SAN": "yemen",
}  # fmt: skip


class Part(StrEnum):
    """A part of camel-tools that Rasd uses; the value is its name in the catalogue."""

    DIALECTS = "DialectID"
    MORPHOLOGY = "MorphologyDB"


_ADVICE: Final = {
    Part.DIALECTS: "install it: camel_data -i defaults (it downloads; dialects of cities need dialectid-model26)",
    Part.MORPHOLOGY: "install it: camel_data -i light (it downloads)",
}


class Identifier(Protocol):
    """What names the dialects of texts."""

    def dialects(self, texts: Sequence[str]) -> list[str]:
        """One name for each text."""
        ...


def default_folder() -> Path:
    """Where camel-tools keeps its data unless told otherwise."""
    return Path.home() / ".camel_tools"


def camel_stock(folder: Path) -> list[Stocked]:
    """Which of camel-tools' data is installed in the folder, with what to do about what is not."""
    return [_part(folder, part) for part in Part]


def _part(folder: Path, part: Part) -> Stocked:
    name = f"camel-tools {part}"
    if not has_camel_tools():
        note = "camel-tools is not installed: pip install 'rasd[camel]'"
        return Stocked(name, Sort.CAMEL_DATA, Condition.MISSING, note=note)
    try:
        datasets = _datasets(folder, part)
    except ModelError as error:
        return Stocked(name, Sort.CAMEL_DATA, Condition.DAMAGED, note=str(error), folder=folder)
    found = [each for each in datasets if _is_there(datasets[each])]
    if not found:
        return Stocked(name, Sort.CAMEL_DATA, Condition.MISSING, note=_ADVICE[part], folder=folder)
    return Stocked(name, Sort.CAMEL_DATA, Condition.READY, ", ".join(found), used=True, folder=datasets[found[0]])


def _datasets(folder: Path, part: Part) -> dict[str, Path]:
    """The data sets of a part that the catalogue knows, the default first, with their folders; none without a catalogue."""
    path = folder / _CATALOGUE
    if not path.is_file():
        return {}
    try:
        component = json.loads(path.read_text("utf-8"))["components"].get(part.value, {"default": "", "datasets": {}})
        known = {str(name): folder / "data" / str(each["path"]) for name, each in component["datasets"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path} cannot be read ({error!r})", "remove it and run camel_data again") from error
    return dict(sorted(known.items(), key=lambda each: each[0] != component["default"]))


def _is_there(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _demand(folder: Path, part: Part) -> str:
    """The installed data set of a part. Raises ``ModelError`` that says what to do. Tells camel-tools where its data is."""
    state = _part(folder, part)
    if state.condition is not Condition.READY:
        raise ModelError(f"{state.name} is {state.condition} in {folder}", state.note)
    if "camel_tools.data" not in sys.modules:
        # Its only way of being told; read when it is imported.
        os.environ[_VARIABLE] = str(folder)
    return state.version.split(", ")[0]


class Dialects:
    """Names the dialect of texts with camel-tools' identifier."""

    def __init__(self, model: Any) -> None:
        self._model = model

    @classmethod
    def load(cls, folder: Path) -> Dialects:
        """The identifier whose data is in the folder. Raises ``ModelError``."""
        name = _demand(folder, Part.DIALECTS)
        from camel_tools.dialectid import DIDModel6, DIDModel26, PretrainedModelError

        try:
            return cls((DIDModel6 if name == "model6" else DIDModel26).pretrained())
        except (PretrainedModelError, OSError, ValueError, AttributeError, ImportError) as error:
            raise ModelError(
                f"camel-tools cannot read its dialect data {name} ({error})", "install it for this version of Python"
            ) from error

    def dialects(self, texts: Sequence[str]) -> list[str]:
        """The dialect of each text: msa, najdi, hijazi, else the region (gulf, levant, egypt, maghreb, sudan, yemen)."""
        tops = [str(each.top) for each in self._model.predict(list(texts))]
        return [_OWN_NAMES.get(top) or _REGIONS.get(top, top.lower()) for top in tops]


def with_dialects(records: Sequence[Record], identifier: Identifier) -> list[Record]:
    """The records, with the dialect named where nobody labelled it: for measures by dialect."""
    blank = [place for place, record in enumerate(records) if not record.dialect and record.text.strip()]
    named = list(records)
    for place, dialect in zip(blank, identifier.dialects([records[place].text for place in blank]), strict=True):
        named[place] = replace(records[place], dialect=dialect)
    return named


class Morphology:
    """Lemmas with camel-tools' analyser."""

    def __init__(self, analyser: Any) -> None:
        self._analyser = analyser

    @classmethod
    def load(cls, folder: Path) -> Morphology:
        """The analyser whose data is in the folder. Raises ``ModelError``."""
        name = _demand(folder, Part.MORPHOLOGY)
        from camel_tools.morphology.analyzer import Analyzer
        from camel_tools.morphology.database import MorphologyDB
        from camel_tools.morphology.errors import MorphologyError

        try:
            database = MorphologyDB(str(_datasets(folder, Part.MORPHOLOGY)[name] / "morphology.db"), "a")
            return cls(Analyzer(database, cache_size=10_000))
        except (MorphologyError, OSError, ValueError, KeyError) as error:
            raise ModelError(f"camel-tools cannot read its morphology {name} ({error})", "install it anew") from error

    def lemmas(self, word: str) -> tuple[str, ...]:
        """The lemmas that the word may belong to, without diacritics, each once; none for a word that it does not know."""
        from camel_tools.utils.dediac import dediac_ar

        known = [each for each in self._analyser.analyze(word) if each.get("source", "lex") != "backoff"]
        return tuple(dict.fromkeys(dediac_ar(str(each["lex"])) for each in known if each.get("lex")))
