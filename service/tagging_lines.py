"""``rasd classify`` and ``rasd evaluate``: JSON lines in, tags or measures out (DESIGN 5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifiers.cascade import Classifier
from classifiers.compact import load_shipped
from classifiers.tagger import Tagger, TagInput
from domain.errors import InputError
from domain.mention import Channel
from domain.tags import Tags
from service.models import make_classifier, with_named_dialects
from service.profiles import load_profile
from service.wiring import open_home, profile_of

if TYPE_CHECKING:
    from classifiers.evaluate import Report

_BATCH: Final = 256


@dataclass(frozen=True, slots=True)
class _BadLine:
    line: int
    error: str


def make_tagger(profile: str | None, home: Path | None, trouble: Callable[[str], None] = lambda _: None) -> Classifier:
    """The tagger of a shipped profile, or of a home with the models that it uses (``rasd models``); ``trouble`` is told why a
    transformer that was chosen cannot be asked."""
    if profile is not None:
        return Tagger(load_profile(profile), load_shipped())
    folder, settings = open_home(home)
    return make_classifier(folder, settings.classifier, profile_of(settings), lambda reason: trouble(reason) if reason else None)


def classify(lines: Iterable[bytes], tagger: Classifier) -> Iterator[dict[str, Any]]:
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


def _answer(batch: list[TagInput | _BadLine], tagger: Classifier) -> Iterator[dict[str, Any]]:
    tags = iter(tagger.tag_many([item for item in batch if isinstance(item, TagInput)]))
    for item in batch:
        if isinstance(item, _BadLine):
            yield {"line": item.line, "error": printable(item.error)}
        else:
            yield as_mapping(str(item.id), next(tags))


def printable(text: str) -> str:
    """A text of the input as it can be written again: halves of surrogate pairs, which JSON lets through, are escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _read(number: int, line: bytes) -> TagInput | _BadLine:
    try:
        return read_record(json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8")))
    except UnicodeDecodeError as error:
        return _BadLine(number, f"line {number} is not UTF-8 (byte {error.start}); save the file as UTF-8")
    except RecursionError:
        return _BadLine(number, f"line {number} is nested too deeply; write one flat object a line")
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
        if not isinstance(record[key] if key == "text" else record.get(key) or "", str):
            raise InputError(f"«{key}» is no text", "write it in quotation marks")
    try:
        channel = Channel(record.get("channel") or "other")
    except ValueError as error:
        raise InputError(f"the channel «{record['channel']}» is not known", "use press, social, report or other") from error
    return TagInput(id=str(record["id"]), title=record.get("title") or "", text=record["text"], channel=channel)


def as_mapping(item_id: str, tags: Tags) -> dict[str, Any]:
    """Tags with the keys of DESIGN 5; ``body``, ``complexity``, ``rules`` and ``model`` beside them."""
    return {
        "id": printable(item_id),
        "remit": tags.remit,
        "body": tags.body,
        "kind": tags.kind,
        "sentiment": tags.sentiment,
        "topic": tags.topic,
        "importance": tags.importance,
        "complexity": tags.complexity,
        "lang": tags.lang,
        "flags": sorted(tags.flags),
        "confidence": {axis.value: round(value, 4) for axis, value in tags.confidence.items()},
        "evidence": [
            {"axis": each.axis.value, "field": each.field, "start": each.start, "end": each.end, "rule": each.rule}
            for each in tags.evidence
        ],
        "rules": list(tags.rules),
        "model": tags.model,
    }


def evaluate(file: Path, profile: str | None, home: Path | None, *, dialects: bool = False) -> Report:
    """Measure the tagger on labelled records; with ``dialects``, camel-tools names those that nobody labelled.

    Lines that cannot be used stand in the report's ``problems``. Raises ``InputError`` where no line can be.
    """
    from classifiers.evaluate import evaluate as measure
    from classifiers.records import read_usable

    taggers: dict[str, Classifier] = {}

    def tagger_for(code: str) -> Classifier:
        wanted = profile or code
        if wanted not in taggers:
            taggers[wanted] = make_tagger(wanted or None, home)
        return taggers[wanted]

    records, problems = read_usable(file, lambda code: [topic.code for topic in tagger_for(code).profile.topics])
    if problems and not records:
        raise InputError(f"no line of {file} can be used; the first: {problems[0].error}", "correct the lines")
    if dialects:
        records = with_named_dialects(records, home)
    return measure(records, tagger_for, problems=problems)
