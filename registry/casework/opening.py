"""Whether a flagged mention opens a case, joins one, is proposed, or is left (REQUIREMENTS L5, G5). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from domain.mention import Channel
from domain.profile import Opening, Profile
from domain.tags import CASE_KINDS, Complexity, Importance, Kind, Remit


class Choice(StrEnum):
    """What becomes of a flagged mention."""

    JOIN = "join"
    OPEN = "open"
    PROPOSE = "propose"
    FLAGS = "flags"
    REVISED = "revised"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Flagged:
    """A flagged mention with what the choice depends on, and what a case opened for it needs."""

    id: int
    channel: Channel
    addressed: bool
    remit: Remit
    kind: Kind
    topic: str
    importance: Importance
    complexity: Complexity
    confidence: float
    story_id: int
    outlet_id: str
    decided: bool = False
    """A person dismissed it before its text changed."""


DEFAULTS: Final[Mapping[str, Opening]] = MappingProxyType(
    {
        "press": Opening.OPEN,
        "social_addressed": Opening.OPEN,
        "report": Opening.PROPOSE,
        "other": Opening.PROPOSE,
        "social": Opening.PROPOSE,
    }
)
"""Where a profile says nothing (REQUIREMENTS L5)."""


def opening_key(channel: Channel, addressed: bool) -> str:
    """The key of ``Profile.opening`` that a mention falls under."""
    if channel is Channel.SOCIAL:
        return "social_addressed" if addressed else "social"
    return str(channel)


def choose(mention: Flagged, profile: Profile, *, story_has_case: bool) -> Choice:
    """What becomes of a flagged mention."""
    if story_has_case:
        return Choice.JOIN
    if mention.remit is not Remit.OURS or mention.kind not in CASE_KINDS or mention.confidence < profile.threshold:
        return Choice.FLAGS
    if mention.decided:
        return Choice.REVISED
    key = opening_key(mention.channel, mention.addressed)
    return Choice(str(profile.opening.get(key, DEFAULTS[key])))
