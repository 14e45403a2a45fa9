"""What the doctor found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Check(StrEnum):
    """What the doctor examines."""

    REPLAY = "replay"
    CHAIN = "chain"
    DUE = "due"
    NUMBERS = "numbers"
    MENTIONS = "mentions"
    STORIES = "stories"
    DELIVERIES = "deliveries"
    STORE = "store"
    AUDIT = "audit"
    ATTACHMENTS = "attachments"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the doctor found wrong: with what, what is wrong, and the remedy."""

    check: Check
    subject: str
    what: str
    remedy: str
