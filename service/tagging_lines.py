"""``rasd classify`` and ``rasd evaluate``: JSON lines in, tags or measures out (DESIGN 5)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifiers.compact import CompactModel, load_shipped
from classifiers.tagger import Tagger, TagInput
from domain.errors import InputError
from domain.mention import Channel
from domain.tags import Tags
from service.profiles import load_profile
from service.wiring import open_home, profile_of

if TYPE_CHECKING:
    from classifiers.evaluate import Report

_BATCH: Final = 256


@dataclass(frozen=True, slots=True)
class _BadLine:
    line: int
    error: str


def make_tagger(profile: str | None, home: Path | None) -> Tagger:
    """The tagger of a shipped profile, or of a home (with its own model where it has one)."""
    if profile is not None:
        return Tagger(load_profile(profile), load_shipped())
    folder, settings = open_home(home)
    own = folder / "model"
    return Tagger(profile_of(settings), CompactModel.load(own) if own.is_dir() else load_shipped())


def classify(lines: Iterable[bytes], tagger: Tagger) -> Iterator[dict[str, Any]]:
    """Tags for each line in order; a bad line gives its number and the error. Works in batches as lines arrive."""
    batch: list[TagInput | _BadLine] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        batch.append(_read(number, line))
        if len(batch) >= _BATCH:
            yield from _answer(batch, tagger)
            batch = []
    yield from _answer(batch, tagger)


def _answer(batch: list[TagInput | _BadLine], tagger: Tagger) -> Iterator[dict[str, Any]]:
    tags = iter(tagger.tag_many([item for item in batch if isinstance(item, TagInput)]))
    for item in batch:
        if isinstance(item, _BadLine):
            yield {"line": item.line, "error": item.error}
        else:
            yield as_mapping(str(item.id), next(tags))


def _read(number: int, line: bytes) -> TagInput | _BadLine:
    try:
        return read_record(json.loads(line.decode("utf-8")))
    except UnicodeDecodeError as error:
        return _BadLine(number, f"line {number} is not UTF-8 (byte {error.start}); save the file as UTF-8")
    except ValueError as error:
        return _BadLine(number, f"line {number} is not JSON ({error}); write one object a line")
    except InputError as error:
        return _BadLine(number, f"line {number}: {error}")


def read_record(record: object) -> TagInput:
    """One item to tag. Raises ``InputError`` naming the key."""
    if not isinstance(record, dict):
        raise InputError("the line is no JSON object", 'write {"id": "1", "text": "…"}')
    for key in ("id", "text"):
        if key not in record:
            raise InputError(f"the key «{key}» is missing", "every line needs id and text")
    for key in ("text", "title", "outlet"):
        if not isinstance(record.get(key) or "", str):
            raise InputError(f"«{key}» is no text", "write it in quotation marks")
    try:
        channel = Channel(record.get("channel") or "other")
    except ValueError as error:
        raise InputError(f"the channel «{record['channel']}» is not known", "use press, social, report or other") from error
    return TagInput(id=str(record["id"]), title=record.get("title") or "", text=record["text"], channel=channel)


def as_mapping(item_id: str, tags: Tags) -> dict[str, Any]:
    """Tags with the keys of DESIGN 5; ``body`` and ``model`` beside them."""
    return {
        "id": item_id,
        "remit": tags.remit,
        "body": tags.body,
        "kind": tags.kind,
        "sentiment": tags.sentiment,
        "topic": tags.topic,
        "importance": tags.importance,
        "lang": tags.lang,
        "flags": sorted(tags.flags),
        "confidence": {axis.value: round(value, 4) for axis, value in tags.confidence.items()},
        "evidence": [
            {"axis": each.axis.value, "field": each.field, "start": each.start, "end": each.end} for each in tags.evidence
        ],
        "model": tags.model,
    }


def evaluate(file: Path, profile: str | None, home: Path | None) -> Report:
    """Measure the tagger on labelled records. Raises ``InputError`` naming the line that cannot be used."""
    from classifiers.evaluate import evaluate as measure
    from classifiers.evaluate import read_records

    records = read_records(file)
    default = make_tagger(profile, home) if profile or any(not record.profile for record in records) else None
    taggers: dict[str, Tagger] = {}

    def tagger_for(code: str) -> Tagger:
        if default is not None and (not code or profile):
            return default
        if code not in taggers:
            taggers[code] = make_tagger(code, None)
        return taggers[code]

    return measure(records, tagger_for)
