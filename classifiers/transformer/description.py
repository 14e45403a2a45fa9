"""What a folder with a transformer says of itself: ``rasd.json`` beside the weights that ``rasd train --base`` wrote.

A foreign checkpoint for sequence classification has none; its labels tell the one axis that it judges.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from domain.errors import ModelError
from domain.tags import Axis, Kind, Remit, Sentiment

FILE: Final = "rasd.json"
HEADS_FILE: Final = "heads.safetensors"
ONNX_FILE: Final = "model.int8.onnx"
FORMAT: Final = 1
LONGEST: Final = 192
"""Word pieces that are read of a text, where the folder does not say."""
_CLASSES: Final = {
    Axis.SENTIMENT: tuple(map(str, Sentiment)),
    Axis.KIND: tuple(map(str, Kind)),
    Axis.REMIT: tuple(map(str, Remit)),
}
_EVEN: Final = 0.5


@dataclass(frozen=True, slots=True)
class Head:
    """One axis of the model. ``profile`` is empty where the axis means the same for every profile (kind, sentiment).

    ``temperature`` divides the margins (1 changes nothing); ``weight`` is the head's share when it is mixed with the compact
    model: 0 leaves the compact model's word, 1 leaves the head's.
    """

    axis: Axis
    profile: str
    classes: tuple[str, ...]
    temperature: float = 1.0
    weight: float = _EVEN

    @property
    def key(self) -> str:
        """``kind`` or ``topic:mof``."""
        return f"{self.axis}:{self.profile}" if self.profile else str(self.axis)


@dataclass(frozen=True, slots=True)
class Description:
    """A transformer's name and version, its heads in the order of their columns, and how it came to be.

    ``languages`` are those that it was trained on; ``longest`` is in word pieces; ``fell`` names the figures on which it did
    worse than the compact model alone or than a floor. ``own`` is whether Rasd trained it.
    """

    name: str
    version: str
    base: str
    heads: tuple[Head, ...]
    longest: int = LONGEST
    languages: tuple[str, ...] = ("ar",)
    files: Mapping[str, str] = field(default_factory=dict)
    fell: tuple[str, ...] = ()
    card: Mapping[str, Any] = field(default_factory=dict)
    own: bool = True

    @property
    def identity(self) -> str:
        """``name@version``, stored beside every tag."""
        return f"{self.name}@{self.version}"

    @property
    def columns(self) -> dict[str, slice]:
        """The columns of each head among the model's margins."""
        found: dict[str, slice] = {}
        start = 0
        for head in self.heads:
            found[head.key] = slice(start, start + len(head.classes))
            start += len(head.classes)
        return found

    @property
    def width(self) -> int:
        """The number of columns of all heads."""
        return sum(len(head.classes) for head in self.heads)


def read_description(folder: Path) -> Description:
    """What the folder holds. Raises ``ModelError`` where it is no transformer that can judge an axis."""
    if (folder / FILE).is_file():
        return _own(folder, _json(folder / FILE))
    if not (folder / "config.json").is_file():
        raise ModelError(f"{folder} holds no transformer", "name a folder with config.json, a tokenizer and weights")
    return _foreign(folder, _json(folder / "config.json"))


def write_description(folder: Path, description: Description) -> None:
    """Writes ``rasd.json``."""
    written = {
        "format": FORMAT,
        "name": description.name,
        "version": description.version,
        "base": description.base,
        "longest": description.longest,
        "languages": list(description.languages),
        "heads": [
            {
                "axis": str(head.axis),
                "profile": head.profile,
                "classes": list(head.classes),
                "temperature": head.temperature,
                "weight": head.weight,
            }
            for head in description.heads
        ],
        "files": dict(description.files),
        "fell": list(description.fell),
        "card": description.card,
    }
    (folder / FILE).write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", "utf-8")


def check_files(folder: Path, description: Description) -> None:
    """Raises ``ModelError`` where a file's checksum is not the one that the description names."""
    for name, expected in description.files.items():
        path = folder / name
        if not path.is_file():
            raise ModelError(f"the model in {folder} is incomplete: {name} is missing", "copy, pull or train it anew")
        if sha256_of(path) != expected:
            raise ModelError(f"the model in {folder} is damaged: the checksum of {name} differs", "copy, pull or train it anew")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _json(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read ({error})", "copy, pull or train the model anew") from error
    if not isinstance(read, dict):
        raise ModelError(f"{path} is no JSON object", "copy, pull or train the model anew")
    return read


def _own(folder: Path, read: Mapping[str, Any]) -> Description:
    if read.get("format") != FORMAT:
        raise ModelError(f"the model in {folder} has the format {read.get('format')}", f"train it anew for format {FORMAT}")
    try:
        return Description(
            name=str(read["name"]),
            version=str(read["version"]),
            base=str(read["base"]),
            heads=tuple(
                Head(
                    Axis(head["axis"]),
                    str(head["profile"]),
                    tuple(map(str, head["classes"])),
                    float(head["temperature"]),
                    float(head["weight"]),
                )
                for head in read["heads"]
            ),
            longest=int(read["longest"]),
            languages=tuple(map(str, read["languages"])),
            files={str(name): str(digest) for name, digest in read["files"].items()},
            fell=tuple(map(str, read.get("fell", ()))),
            card=read.get("card", {}),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"{folder / FILE} is not as Rasd writes it ({error!r})", "copy or train the model anew") from error


def _foreign(folder: Path, config: Mapping[str, Any]) -> Description:
    """A checkpoint with labels of its own, as the one axis whose classes they are."""
    names = config.get("id2label")
    labels = [str(names[number]).lower() for number in sorted(names, key=int)] if isinstance(names, Mapping) else []
    axis = _axis_of(labels)
    if axis is None or not any(str(name).endswith("ForSequenceClassification") for name in config.get("architectures") or ()):
        raise ModelError(
            f"{folder} holds a checkpoint that judges no axis of Rasd",
            f"fine-tune it: rasd train --base {folder} -o FOLDER",
        )
    return Description(
        name=folder.name,
        version=hashlib.sha256(json.dumps(config, sort_keys=True).encode("utf-8")).hexdigest()[:8],
        base=folder.name,
        heads=(Head(axis, "", tuple(labels)),),
        own=False,
    )


def _axis_of(labels: Sequence[str]) -> Axis | None:
    for axis, classes in _CLASSES.items():
        if sorted(labels) == sorted(classes):
            return axis
    return None
