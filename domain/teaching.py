"""What a reviewer's answer about a tag is worth: where the item came from decides what its answer can show (REQUIREMENTS C8)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.tags import Axis


class AnswerOrigin(StrEnum):
    """Why a person looked at an item when they confirmed or corrected its tags."""

    DECISION = "decision"
    """It was before them anyway: on the review list, in a case. Hard and flagged items stand out."""
    CHOSEN = "chosen"
    """It was chosen because its answer would teach most: the hardest items, so agreement is at its lowest."""
    LOT = "lot"
    """It was drawn by lot from what was not flagged: agreement here is that of all such items."""


TAUGHT_AXES: Final = (Axis.REMIT, Axis.KIND, Axis.SENTIMENT, Axis.TOPIC)
"""The axes that answers teach and agreement is measured on: importance is a rule, and flags are found by rules."""
_MULTIPLIER: Final = 40503
_RANGE: Final = 1 << 16
LOT_SHARE: Final = 1 / 20
"""The share of what was not flagged that is asked about by lot."""
LOT_BELOW: Final = int(_RANGE * LOT_SHARE)


def lot_number(mention_id: int) -> int:
    """A number under 65,536 that has nothing to do with the text (multiplicative hashing, Knuth 6.4): SQL can reckon it too."""
    return mention_id * _MULTIPLIER % _RANGE


def in_lot(mention_id: int) -> bool:
    """Whether an item is one of those that are asked about by lot, and therefore never because it is hard."""
    return lot_number(mention_id) < LOT_BELOW
