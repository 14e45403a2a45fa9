"""The outlets directory: who publishes, and how it is reached with an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Medium(StrEnum):
    """What kind of outlet it is (REQUIREMENTS G1)."""

    NEWSPAPER = "newspaper"
    AGENCY = "agency"
    ORGANISATION = "organisation"
    SOCIAL = "social"
    BROADCAST = "broadcast"
    OTHER = "other"


class AnswerChannel(StrEnum):
    """A channel that the outlet reads (REQUIREMENTS N1)."""

    EMAIL = "email"
    X_REPLY = "x_reply"
    NONE = "none"


class Tier(StrEnum):
    """How far an outlet is meant to be heard: for grouping, never for a deadline (REQUIREMENTS C4)."""

    NATIONAL = "national"
    REGIONAL = "regional"
    LOCAL = "local"
    PAN_ARAB = "pan_arab"
    INTERNATIONAL = "international"
    SPECIALIST = "specialist"


@dataclass(frozen=True, slots=True)
class EditorialContact:
    """A person or desk of an outlet. What is not known stays empty: nothing is guessed."""

    role: str
    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One outlet. ``reach`` is 1 (small) to 5 (national), None where unknown (DESIGN 5).

    ``country`` is an ISO 3166 code, ``language`` an ISO 639 one, ``handle`` its account on X without @. ``verified`` says that a
    person has confirmed the entry: ``verified_by`` who (empty: from a file or the command line), ``verified_at`` when (aware, in
    UTC). ``source`` is where its facts come from.
    """

    id: str
    name_ar: str
    name_en: str = ""
    medium: Medium = Medium.NEWSPAPER
    country: str = "SA"
    language: str = "ar"
    home_url: str = ""
    handle: str = ""
    editor_email: str = ""
    reach: int | None = None
    answer_channel: AnswerChannel = AnswerChannel.NONE
    tier: Tier | None = None
    contacts: tuple[EditorialContact, ...] = ()
    verified: bool = False
    source: str = ""
    verified_by: str = ""
    verified_at: datetime | None = None
