"""What is to become of each arriving item: decided from what is known, without touching the store. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.mention import Channel, Mention

MAX_ATTEMPTS: Final = 6
"""Tries of an entry's page before a person is asked."""
_LONGEST_WAIT: Final = timedelta(hours=6)


class Fate(StrEnum):
    """What becomes of an arriving item."""

    NEW = "new"
    REVISED = "revised"
    KNOWN = "known"
    SEEN = "seen"
    HASHED = "hashed"


@dataclass(frozen=True, slots=True)
class Known:
    """The mention that a key belongs to already."""

    mention_id: int
    content_hash: str
    source_id: str
    revision: int


def fate(mention: Mention, *, known: Known | None, met: bool, matched: bool) -> Fate:
    """What becomes of ``mention``. ``met`` says that it was met before and kept as less than a mention.

    A changed text is a revision only where the same source says so: two sources that cut one page differently would otherwise
    revise each other for ever. An item without its text never revises what somebody transcribed.
    """
    if known is not None:
        changed = mention.transcribed and mention.source_id == known.source_id and mention.content_hash != known.content_hash
        return Fate.REVISED if changed else Fate.KNOWN
    if matched:
        return Fate.NEW
    if met:
        return Fate.KNOWN
    return Fate.HASHED if mention.channel is Channel.SOCIAL else Fate.SEEN


def keys_of(mention: Mention, *more: str) -> list[str]:
    """Every key by which the item may be met, its own first."""
    return [key for key in dict.fromkeys((mention.key, *mention.aliases, *more)) if key]


def retry_at(attempts: int, now: datetime, retry_after: float | None) -> datetime:
    """When a page that failed ``attempts`` times is tried again: two minutes, doubled each time, six hours at most; never before
    the moment that the server asked for (``retry_after``, seconds)."""
    wait = min(timedelta(minutes=2 ** min(attempts, 12)), _LONGEST_WAIT)
    asked = timedelta(seconds=min(retry_after or 0.0, 7 * 86400.0))
    return now + max(wait, asked)


def storable(text: str) -> str:
    """The text without what no store takes: NUL and halves of surrogate pairs."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode()
    return text.replace("\x00", "")
