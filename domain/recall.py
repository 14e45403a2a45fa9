"""What the measure of recall speaks of: groups of sources, where an item was left out, and what a reviewer says (REQUIREMENTS
C9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hmac import digest
from typing import Final

from domain.mention import Channel
from domain.outlet import Medium, Outlet, Tier


class SourceGroup(StrEnum):
    """Outlets whose items are missed in like ways: recall is told for each (REQUIREMENTS C9)."""

    LOCAL_PRESS = "local_press"
    FOREIGN_PRESS = "foreign_press"
    """Pan-Arab and international newspapers, and those of other countries."""
    AGENCIES = "agencies"
    ORGANISATIONS = "organisations"
    """Reports of international organisations."""
    SOCIAL = "social"
    OTHER = "other"
    """Broadcast, clippings, and what else there is."""


class Stratum(StrEnum):
    """Where in the pipeline an item was left out."""

    UNMATCHED = "unmatched"
    """It matched no watch query: its text is kept in the sample alone, and as briefly as what is in nobody's remit (L1)."""
    UNFLAGGED = "unflagged"
    """It matched, and the classifier did not flag it."""


class RecallAnswer(StrEnum):
    """What a reviewer said of a sampled item."""

    MISSED = "missed"
    """The team should have seen it."""
    RIGHTLY_LEFT = "rightly_left"
    UNSURE = "unsure"


EVERY_GROUP: Final = "all"
"""The code of the figure over all groups, beside the codes of ``SourceGroup``."""
_LOT_DIGITS: Final = 13
_MEDIA: Final = {Medium.AGENCY: SourceGroup.AGENCIES, Medium.ORGANISATION: SourceGroup.ORGANISATIONS}


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the weekly sample is drawn: items of each group and stratum, and the time zone of the weeks."""

    size: int = 30
    timezone: str = "Asia/Riyadh"


def source_group(channel: Channel, outlet: Outlet | None, home: str = "SA") -> SourceGroup:
    """The group of an item, by how it was published and by whom. An outlet that the directory does not know is taken for what a
    new entry is: a newspaper of ``home`` (an ISO 3166 code)."""
    if channel is Channel.SOCIAL:
        return SourceGroup.SOCIAL
    if channel is Channel.REPORT:
        return SourceGroup.ORGANISATIONS
    if channel is Channel.OTHER:
        return SourceGroup.OTHER
    if outlet is None:
        return SourceGroup.LOCAL_PRESS
    if outlet.medium is not Medium.NEWSPAPER:
        return _MEDIA.get(outlet.medium, SourceGroup.OTHER)
    is_foreign = outlet.tier in (Tier.PAN_ARAB, Tier.INTERNATIONAL) or outlet.country != home
    return SourceGroup.FOREIGN_PRESS if is_foreign else SourceGroup.LOCAL_PRESS


def lot_key(key: str, week: str, secret: bytes) -> str:
    """A keyed digest of an item in a week: by it the sample knows the item again without holding its key (REQUIREMENTS L1)."""
    return digest(secret, f"recall {week} {key}".encode("utf-8", "surrogatepass"), "sha256").hex()


def lot(key: str) -> float:
    """The random number in [0, 1) that a ``lot_key`` stands for, in the order of the keys: the same whenever it is drawn again,
    and nobody who does not hold the secret can choose an item that draws a small one."""
    return float(int(key[:_LOT_DIGITS], 16) / 16**_LOT_DIGITS)
