"""A mention's tags as lines to read: the value, how sure the model is, and what a person corrected. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.messages import label, message
from domain.tags import CASE_KINDS, Axis, Importance, Kind, Remit, Sentiment
from registry.views import MentionView

_ENUMS: dict[Axis, type[StrEnum]] = {
    Axis.REMIT: Remit,
    Axis.KIND: Kind,
    Axis.SENTIMENT: Sentiment,
    Axis.IMPORTANCE: Importance,
}


@dataclass(frozen=True, slots=True)
class TagLine:
    """One tag. ``chip`` is the value where it is an enum's; ``was`` the model's word where a person (``actor``) corrected it;
    ``because`` are the rules that set it (REQUIREMENTS C8)."""

    name: str
    text: str
    chip: StrEnum | None = None
    confidence: float | None = None
    was: str = ""
    actor: str = ""
    because: tuple[str, ...] = ()


def tag_lines(view: MentionView, topic_name: Callable[[str], str]) -> list[TagLine]:
    """The axes in the order of reading; topic, importance and complexity only where the matter is ours."""
    tags = view.tags
    if tags is None:
        return []
    values: dict[Axis, str] = {Axis.REMIT: tags.remit, Axis.KIND: tags.kind, Axis.SENTIMENT: tags.sentiment}
    if tags.remit is Remit.OURS:
        values |= {Axis.TOPIC: tags.topic, Axis.IMPORTANCE: tags.importance}
    lines = [_line(view, axis, value, topic_name) for axis, value in values.items()]
    if tags.remit is Remit.OURS and tags.kind in CASE_KINDS:
        because = _rules(tags.rules, "complexity.")
        lines.append(TagLine(message("detail.complexity"), label(tags.complexity), tags.complexity, because=because))
    return lines


def _line(view: MentionView, axis: Axis, value: str, topic_name: Callable[[str], str]) -> TagLine:
    correction = next((each for each in reversed(view.corrections) if each.axis is axis and each.value == value), None)
    confidence = view.model_tags.confidence.get(axis) if view.model_tags else None
    corrected = correction is not None and correction.was != value
    explained = axis is Axis.IMPORTANCE and view.model_tags is not None and not corrected
    because = _rules(view.model_tags.rules, "importance.") if explained and view.model_tags else ()
    return TagLine(
        label(axis),
        _words(axis, value, topic_name),
        value if isinstance(value, StrEnum) else None,
        confidence,
        # Of an item that a person entered nothing was said before.
        _words(axis, correction.was, topic_name) if correction and corrected and correction.was else "",
        correction.actor if correction else "",
        because,
    )


def _rules(codes: Iterable[str], prefix: str) -> tuple[str, ...]:
    return tuple(message(f"tag_rule.{code}") for code in codes if code.startswith(prefix))


def _words(axis: Axis, value: str, topic_name: Callable[[str], str]) -> str:
    if axis is Axis.TOPIC:
        return topic_name(value) or value
    return label(_ENUMS[axis](value))
