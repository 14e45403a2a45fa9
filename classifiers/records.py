"""Labelled records, as the rule book writes them (ANNOTATION 5): read, checked, named by line in every error."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.errors import ConfigurationError, InputError
from domain.mention import Channel
from domain.tags import NO_TOPIC, Flag, Kind, Remit, Sentiment


@dataclass(frozen=True, slots=True)
class Record:
    """A mention with its labels. ``flags`` is None where nobody labelled them; ``dialect`` is empty where unknown."""

    id: str
    profile: str
    channel: Channel
    title: str
    text: str
    remit: Remit
    kind: Kind
    sentiment: Sentiment
    topic: str
    outlet: str = ""
    body: str | None = None
    flags: frozenset[Flag] | None = None
    dialect: str = ""
    note: str = ""


def read_records(path: Path) -> list[Record]:
    """The records of a ``.jsonl`` (or ``.jsonl.gz``) file. Raises ``InputError`` naming file, line and remedy."""
    return [parse_record(row, f"{path.name} line {number}") for number, row in read_rows(path)]


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that cannot be used: its number, and what is wrong with it and what to do."""

    line: int
    error: str


def read_usable(path: Path, legal_topics: Callable[[str], Collection[str] | None]) -> tuple[list[Record], list[Problem]]:
    """The records of a file that can be used, and what is wrong with the other lines.

    ``legal_topics`` gives the codes of a profile (by its code; None where it has no say). Raises ``InputError`` where the file
    cannot be read at all.
    """
    records, problems = [], []
    for number, line in _lines(path):
        where = f"{path.name} line {number}"
        try:
            record = parse_record(_object(line, where), where)
            _check_topic(record, legal_topics(record.profile), where)
        except (InputError, ConfigurationError) as error:
            problems.append(Problem(number, str(error)))
        else:
            records.append(record)
    return records, problems


def _check_topic(record: Record, legal: Collection[str] | None, where: str) -> None:
    if legal is not None and record.topic != NO_TOPIC and record.topic not in legal:
        raise InputError(
            f"{where}: the topic «{record.topic}» is no code of the profile {record.profile}",
            f"use one of: {', '.join(sorted(legal))}",
        )


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects of a file with their line numbers. Raises ``InputError``."""
    for number, line in _lines(path):
        yield number, _object(line, f"{path.name} line {number}")


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers."""
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError) as error:
        raise InputError(f"{path} cannot be read ({error})", "name a JSON-lines file") from error
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.strip():
            yield number, line


def _object(line: bytes, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"{where} is not UTF-8 (byte {error.start})", "save the file as UTF-8") from error
    except ValueError as error:
        raise InputError(f"{where} is not JSON ({error})", "write one JSON object a line") from error
    if not isinstance(row, dict):
        raise InputError(f"{where} is no JSON object", "write one JSON object a line")
    return row


def parse_record(row: dict[str, Any], where: str) -> Record:
    """A record from its row. Raises ``InputError`` naming the place, the field and the legal values."""
    remit = Remit(_choice(row, "remit", Remit, where))
    kind = Kind(_choice(row, "kind", Kind, where))
    topic = _text(row, "topic", where) or NO_TOPIC
    if remit is Remit.NONE and kind is not Kind.NEUTRAL:
        raise InputError(
            f"{where}: the remit is none, but the kind is {kind}", "where remit is none, kind is neutral (rule book 2)"
        )
    if (topic == NO_TOPIC) == (remit is Remit.OURS):
        raise InputError(
            f"{where}: the topic is «{topic}» with the remit {remit}", "name a topic where the remit is ours, else -"
        )
    return Record(
        id=str(row.get("id", where)),
        profile=_text(row, "profile", where),
        channel=Channel(_choice(row, "channel", Channel, where, default="social")),
        title=_text(row, "title", where),
        text=_text(row, "text", where),
        remit=remit,
        kind=kind,
        sentiment=Sentiment(_choice(row, "sentiment", Sentiment, where)),
        topic=topic,
        outlet=_text(row, "outlet", where),
        body=_text(row, "body", where) or None,
        flags=_flags(row, where),
        dialect=_text(row, "dialect", where),
        note=_text(row, "note", where),
    )


def _text(row: dict[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise InputError(f"{where}: {key} is {value!r}", "write a text or null")
    return value or ""


def _choice(row: dict[str, Any], key: str, choices: Any, where: str, default: str | None = None) -> str:
    value = row.get(key, default)
    legal = [str(choice) for choice in choices]
    if value not in legal:
        raise InputError(f"{where}: {key} is {value!r}", f"use one of: {', '.join(legal)}")
    return str(value)


def _flags(row: dict[str, Any], where: str) -> frozenset[Flag] | None:
    value = row.get("flags")
    if value is None:
        return None
    legal = [str(flag) for flag in Flag]
    if not isinstance(value, list) or any(flag not in legal for flag in value):
        raise InputError(f"{where}: flags is {value!r}", f"write a list of: {', '.join(legal)}")
    return frozenset(Flag(flag) for flag in value)
