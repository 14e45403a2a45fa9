"""How much work a case is likely to be (REQUIREMENTS C5): proposed from its text alone; a person sets it.

Complexity sets the time to resolve, and every complaint gets the same care whatever its channel (REQUIREMENTS C4): an outlet's
reach, a story's spread and the channel have no part in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.profile import ComplexityRules
from domain.tags import CASE_KINDS, Complexity, Kind, Remit


class Makes(StrEnum):
    """What makes a case more than routine: the names that the console shows (REQUIREMENTS C8)."""

    HARM = "complexity.harm"
    """A severe word in a complaint or a report: critical."""
    WORDS = "complexity.words"
    """One of the profile's words of a case that goes through many hands."""
    THIRD_PARTY = "complexity.third_party"
    """Another body has a part in it (REQUIREMENTS C6, W6)."""
    SEVERAL_SERVICES = "complexity.several_services"


@dataclass(frozen=True, slots=True)
class Tangle:
    """What a text shows of a case's difficulty. ``topics`` counts the profile's topics that it names by words of their own."""

    severe: bool = False
    words: bool = False
    other_body: bool = False
    topics: int = 0


def propose(remit: Remit, kind: Kind, rules: ComplexityRules, shown: Tangle) -> tuple[Complexity, tuple[Makes, ...]]:
    """The complexity of a mention and why. What opens no case is routine, and a question is never critical."""
    if remit is not Remit.OURS or kind not in CASE_KINDS:
        return Complexity.ROUTINE, ()
    if shown.severe and kind is not Kind.INQUIRY:
        return Complexity.CRITICAL, (Makes.HARM,)
    found = [
        (Makes.WORDS, shown.words),
        (Makes.THIRD_PARTY, shown.other_body),
        (Makes.SEVERAL_SERVICES, shown.topics >= rules.topics_complex),
    ]
    made = tuple(makes for makes, holds in found if holds)
    return (Complexity.COMPLEX if made else Complexity.ROUTINE), made
