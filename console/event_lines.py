"""What an event of a case holds, in words: its codes become the names that people know. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.case import (
    Action,
    CaseEventKind,
    CasePath,
    ContactOutcome,
    EscalationStep,
    IntakeChannel,
    LadderStep,
    Verdict,
)
from domain.messages import CATALOGUES, label, message
from domain.tags import Complexity, Importance, Kind, Remit, Sentiment
from registry.views import EventView

_CODES: Final[Mapping[str, type[StrEnum]]] = {
    "path": CasePath,
    "kind": Kind,
    "importance": Importance,
    "complexity": Complexity,
    "action": Action,
    "channel": IntakeChannel,
    "outcome": ContactOutcome,
    "verdict": Verdict,
    "sentiment": Sentiment,
    "remit": Remit,
}
_MOMENTS: Final = frozenset({"promised_at", "call_again_at", "until", "deadline"})
_PEOPLE: Final = frozenset({"assignee", "person"})
_CASES: Final = frozenset({"other", "into"})
_ELSEWHERE: Final = frozenset({"mention", "delivery", "sha256", "attachment", "size", "media_type"})
"""Keys that the page shows as links, or that nobody reads."""


@dataclass(frozen=True, slots=True)
class EventLine:
    """One fact of an event: its name, and either words, a moment, somebody's username or a case's number."""

    name: str
    words: str = ""
    at: datetime | None = None
    person: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """Finds the Arabic name of a code of the profile or the directories; gives the code where there is none."""

    department: Callable[[str], str]
    body: Callable[[str], str]
    topic: Callable[[str], str]
    contact: Callable[[str], str]


def event_lines(event: EventView, names: Names) -> tuple[EventLine, ...]:
    """The facts of an event in the order in which it holds them; what people wrote stands apart."""
    return tuple(_lines(event, names))


def _lines(event: EventView, names: Names) -> Iterator[EventLine]:
    for key, value in event.details.items():
        if not value or key in _ELSEWHERE or key.startswith("was_"):
            continue
        name = _name(key)
        if key in _MOMENTS:
            yield EventLine(name, at=_moment(value))
        elif key in _PEOPLE:
            yield EventLine(name, person=value)
        elif key in _CASES:
            yield EventLine(name, number=value)
        else:
            was = event.details.get(f"was_{key}", "")
            words = _words(key, value, event.kind, names)
            yield EventLine(name, f"{words} (كان: {_words(key, was, event.kind, names)})" if was else words)


def _words(key: str, value: str, kind: CaseEventKind, names: Names) -> str:
    if key == "step":
        return _member(EscalationStep if kind is CaseEventKind.ESCALATED else LadderStep, value)
    if key in _CODES:
        return _member(_CODES[key], value)
    if key == "satisfied":
        return message(f"detail.{value}") if value in ("yes", "no") else value
    named: Mapping[str, Callable[[str], str]] = {
        "department": names.department,
        "body": names.body,
        "topic": names.topic,
        "contact": names.contact,
    }
    return named[key](value) if key in named else value


def _member(codes: type[StrEnum], value: str) -> str:
    return label(codes(value)) if value in [code.value for code in codes] else value


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _name(key: str) -> str:
    return message(f"detail.{key}") if f"detail.{key}" in CATALOGUES["ar"] else key
