"""One ministry's vocabulary: a profile (REQUIREMENTS 6), checked when it is built.

The files are ``profiles/<code>.toml``; ``service.profiles`` reads them. What each key means stands in ``docs/profiles.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from domain.case_words import EscalationStep
from domain.service_calendar import ServiceCalendar
from domain.service_promise import ServicePromise
from domain.tags import OTHER_TOPIC, Complexity

DEFAULT_SHARES: Final[Mapping[EscalationStep, float]] = MappingProxyType(
    {EscalationStep.REMINDER: 0.75, EscalationStep.HEAD: 1.0, EscalationStep.MANAGEMENT: 1.5}
)
"""The share of a case's working time after which each step of escalation is due."""


class Opening(StrEnum):
    """What happens to a flagged mention of a channel (REQUIREMENTS L5)."""

    OPEN = "open"
    """A case opens by itself."""
    PROPOSE = "propose"
    """It goes to the review list."""
    LEAVE = "leave"
    """It is only kept."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A class of the profile's services: ``general/special``. ``words`` are phrases that speak of it, ``weak_words`` such that
    do so only beside other signs; ``examples`` are whole sentences."""

    code: str
    name_ar: str
    name_en: str
    department: str
    words: tuple[str, ...] = ()
    weak_words: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """Another body (or a supervised one), with old and new names and handles as synonyms (REQUIREMENTS C7).

    ``supervised`` says that in matters of the profile's topics it counts as ours (mcit: a telecom company).
    ``words`` are services that only it gives. ``since`` and ``until`` bound the remit in time.
    """

    code: str
    name_ar: str
    name_en: str = ""
    names: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    supervised: bool = False
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Department:
    """A department that works cases; ``deputyship`` (وكالة) is the one that it belongs to."""

    code: str
    name_ar: str
    name_en: str = ""
    deputyship: str = ""


@dataclass(frozen=True, slots=True)
class WatchQuery:
    """What concerns the ministry (REQUIREMENTS G6). ``service`` is the topic code that it is for (L2).

    ``proposed_by`` and ``approved_by`` are two different people (L2).
    """

    name: str
    service: str
    query: str
    proposed_by: str = ""
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class ImportanceRules:
    """Words of severity, and how reach and spread weigh (REQUIREMENTS C4)."""

    severe: tuple[str, ...] = ()
    serious: tuple[str, ...] = ()
    reach_high: int = 4
    """An outlet of at least this reach raises the importance by one step."""
    spread_high: int = 4
    """A story of at least this many mentions raises it by one step."""
    growth_high: int = 3
    """So does a story that gained at least this many mentions within a day."""


@dataclass(frozen=True, slots=True)
class ComplexityRules:
    """What makes a case complex by its words, beside another body that takes part in it (REQUIREMENTS C5)."""

    words: tuple[str, ...] = ()
    topics_complex: int = 2
    """A text that speaks of at least this many of the profile's topics is complex."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One ministry. Lists are in the order of the file; ``topic()`` and the like find by code."""

    code: str
    name_ar: str
    name_en: str
    names: tuple[str, ...]
    handles: tuple[str, ...]
    """The ministry's own accounts, without @: a post that names one addresses the ministry (REQUIREMENTS G3)."""
    officials: tuple[str, ...]
    topics: tuple[Topic, ...]
    bodies: tuple[Body, ...]
    departments: tuple[Department, ...]
    watch: tuple[WatchQuery, ...]
    threshold: float = 0.5
    """A kind at least this sure is flagged."""
    opening: Mapping[str, Opening] = field(default_factory=lambda: MappingProxyType({}))
    """By ``press``, ``report``, ``other``, ``social_addressed`` and ``social`` (REQUIREMENTS L5)."""
    importance: ImportanceRules = field(default_factory=ImportanceRules)
    complexity: ComplexityRules = field(default_factory=ComplexityRules)
    resolve: Mapping[Complexity, timedelta] = field(default_factory=lambda: MappingProxyType({}))
    """Working time to resolve by complexity (REQUIREMENTS C5)."""
    inquiry_time: timedelta = timedelta(hours=42)
    """Time to answer an inquiry (REQUIREMENTS M2)."""
    outside_time: timedelta = timedelta(hours=60)
    """Working time in which a third party or another body is to answer (REQUIREMENTS W6): five days of twelve hours."""
    waiting_time: timedelta = timedelta(hours=24)
    """Working time after which somebody who is waited for is reminded: two days of twelve hours."""
    escalation: Mapping[EscalationStep, float] = field(default_factory=lambda: DEFAULT_SHARES)
    """The share of a case's working time after which each step is due."""
    calendar: ServiceCalendar = field(default_factory=ServiceCalendar)
    promises: tuple[ServicePromise, ...] = ()
    """What the ministry promises for its services (REQUIREMENTS W13)."""
    signature_ar: str = ""
    signature_en: str = ""
    contact: str = ""
    """How the public reaches the ministry: printed under answers."""

    def topic(self, code: str) -> Topic | None:
        """The topic of this code, if the profile has it."""
        return next((topic for topic in self.topics if topic.code == code), None)

    def body(self, code: str) -> Body | None:
        """The body of this code, if the profile has it."""
        return next((body for body in self.bodies if body.code == code), None)

    def department_of(self, topic_code: str) -> str:
        """The department in charge of a topic; that of ``other/other`` where the code is unknown."""
        topic = self.topic(topic_code) or self.topic(OTHER_TOPIC)
        return topic.department if topic else ""
