"""The mood of a text as the sets label it: one expert for each set, weighed by how much the text is like that set's.

The sets speak of different matters (services and football, politics, vaccines), and the same words praise in one and blame in
another. An expert learns from all sets, mostly from its own; the gate says whose the text may be. Both are linear heads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from classifiers.compact import Floats, Group, Judgement, softmax

GROUP: Final = "mood"
GATE: Final = "gate"
MOOD: Final = "mood"
"""The name of the block, and of the mixer over it."""
_SHARPNESS: Final = 3.0


def expert(source: str) -> str:
    """The name of a set's head."""
    return f"expert:{source}"


def weighed(gate: Floats, experts: Sequence[Floats]) -> Floats:
    """The experts' margins, each by the gate's share for it: one row a text, one column a mood."""
    shares = softmax(gate * _SHARPNESS)
    mood = experts[0] * shares[:, [0]]
    for place, margins in enumerate(experts[1:], 1):
        mood = mood + margins * shares[:, [place]]
    return mood


def mood_block(judgement: Judgement, group: Group) -> Floats:
    """The block for a mixer, from what the linear heads of the group said."""
    sources = group.heads[GATE]
    return weighed(judgement.margins[GATE], [judgement.margins[expert(source)] for source in sources])
