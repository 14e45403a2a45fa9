"""What the classifier says of a mention. The rule book is ANNOTATION (docs/rule_book.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Remit(StrEnum):
    """Whose matter it is (ANNOTATION 1, REQUIREMENTS C7)."""

    OURS = "ours"
    OTHER = "other"
    NONE = "none"


class Kind(StrEnum):
    """What the author wants (ANNOTATION 2, REQUIREMENTS C1)."""

    COMPLAINT = "complaint"
    REPORT = "report"
    INQUIRY = "inquiry"
    PRAISE = "praise"
    NEUTRAL = "neutral"


CASE_KINDS: Final = frozenset({Kind.COMPLAINT, Kind.REPORT, Kind.INQUIRY})
"""Only these become cases (REQUIREMENTS C1)."""


class Sentiment(StrEnum):
    """Stance toward the service or body that the text speaks of (ANNOTATION 3)."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Importance(StrEnum):
    """مرتفعة / متوسطة / منخفضة (REQUIREMENTS C4)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Complexity(StrEnum):
    """معقدة / حرجة / روتينية, each with its own time to resolve (REQUIREMENTS C5)."""

    COMPLEX = "complex"
    CRITICAL = "critical"
    ROUTINE = "routine"


class Flag(StrEnum):
    """What brings an item to a person at once, beside its kind (REQUIREMENTS C1)."""

    RUMOUR = "rumour"
    PRESS_QUESTION = "press_question"
    NAMES_STAFF = "names_staff"
    PERSONAL_DATA = "personal_data"
    SUGGESTION = "suggestion"


class Axis(StrEnum):
    """One question that a tag answers."""

    REMIT = "remit"
    KIND = "kind"
    SENTIMENT = "sentiment"
    TOPIC = "topic"
    IMPORTANCE = "importance"
    FLAGS = "flags"


NO_TOPIC: Final = "-"
"""The topic where the remit is not ours."""
OTHER_TOPIC: Final = "other/other"
"""أخرى: in our remit, with no fitting code (REQUIREMENTS C2)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that decided a tag: a half-open span of characters in the mention's title or text (REQUIREMENTS C8).

    ``rule`` names the rule that they answered to; empty where a model weighed them.
    """

    axis: Axis
    field: str
    start: int
    end: int
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Tags:
    """Everything the classifier says of one mention, with its confidence and its evidence.

    ``confidence`` maps an axis to a calibrated probability between 0 and 1. ``body`` is the code of the other body where the
    remit is ``other`` and the text names it. ``model`` is the name and version of what said so. ``complexity`` is proposed from
    the text alone, never from reach or spread (REQUIREMENTS C4). ``rules`` names the rules that set importance and complexity
    (``importance.severe``, ``importance.reach``, ``complexity.third_party``), those without words in the text among them.
    """

    remit: Remit
    kind: Kind
    sentiment: Sentiment
    topic: str
    importance: Importance
    lang: str
    body: str | None = None
    flags: frozenset[Flag] = frozenset()
    confidence: Mapping[Axis, float] = field(default_factory=lambda: MappingProxyType({}))
    evidence: tuple[Evidence, ...] = ()
    model: str = ""
    complexity: Complexity = Complexity.ROUTINE
    rules: tuple[str, ...] = ()


def is_flagged(tags: Tags, threshold: float) -> bool:
    """Whether the media team must see the mention (DESIGN 5).

    An in-remit complaint, report or inquiry whose kind is at least ``threshold`` sure, or any flag of C1.
    """
    asks = tags.remit is Remit.OURS and tags.kind in CASE_KINDS
    return bool(tags.flags) or (asks and tags.confidence.get(Axis.KIND, 0.0) >= threshold)
