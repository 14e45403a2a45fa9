"""What a list's address asks for: filters read from the query string, forgiving of what is unknown. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Self, TypeVar
from urllib.parse import urlencode

from domain.case import CasePath, CaseStatus
from domain.delivery import DeliveryKind, DeliveryStatus
from domain.mention import Channel
from domain.outlet import Medium, Tier
from domain.source import SourceKind
from domain.tags import Importance, Kind
from registry.views import Health

E = TypeVar("E", bound=StrEnum)
PER_PAGE = 40
ME = "me"
"""Whoever looks, as a filter."""


class ReviewShow(StrEnum):
    """Which mentions the review list shows."""

    WAITING = "waiting"
    FLAGGED = "flagged"
    CASED = "cased"
    DISMISSED = "dismissed"


class ReviewOrder(StrEnum):
    """What stands first on the list of what waits."""

    URGENT = "urgent"
    """The most important, then the newest."""
    TEACHING = "teaching"
    """What an answer would teach the classifier most."""
    NEWEST = "newest"


class CaseShow(StrEnum):
    """Which cases the list shows."""

    OPEN = "open"
    OVERDUE = "overdue"
    WAITING = "waiting"
    """Their clock stands: somebody outside has them, or is waited for."""
    ESCALATED = "escalated"
    CLOSED = "closed"
    ALL = "all"


class OutletShow(StrEnum):
    """Which outlets the directory's list shows."""

    ALL = "all"
    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    INCOMPLETE = "incomplete"
    """Those that an answer could not reach."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """One page of a list: ``start`` is how many come before it."""

    start: int = 0

    @property
    def as_text(self) -> str:
        """The same as a query string, without what is as it comes."""
        usual = type(self)()
        pairs = [(field.name, getattr(self, field.name)) for field in fields(self)]
        return urlencode([(name, value) for name, value in pairs if value is not None and value != getattr(usual, name)])

    @property
    def is_narrow(self) -> bool:
        """Whether a filter is set."""
        return replace(self, start=0) != type(self)()

    def at(self, start: int) -> Self:
        """Another page of the same list."""
        return replace(self, start=start)


@dataclass(frozen=True, slots=True)
class ReviewQuery(ListQuery):
    """Filters of the review list; ``order`` is for what waits."""

    show: ReviewShow = ReviewShow.WAITING
    order: ReviewOrder = ReviewOrder.URGENT
    kind: Kind | None = None
    topic: str | None = None
    importance: Importance | None = None
    channel: Channel | None = None


@dataclass(frozen=True, slots=True)
class CaseQuery(ListQuery):
    """Filters of the list of cases."""

    show: CaseShow = CaseShow.OPEN
    path: CasePath | None = None
    status: CaseStatus | None = None
    department: str | None = None
    person: str | None = None
    """Who has them: a username, or ``me``."""
    body: str | None = None
    topic: str | None = None
    importance: Importance | None = None
    number: str | None = None
    """A part of the reference number."""


@dataclass(frozen=True, slots=True)
class DeliveryQuery(ListQuery):
    """Filters of the outbox."""

    status: DeliveryStatus | None = None
    kind: DeliveryKind | None = None


@dataclass(frozen=True, slots=True)
class OutletQuery(ListQuery):
    """Filters of the outlets directory; ``q`` are words of a name, or a host."""

    q: str = ""
    show: OutletShow = OutletShow.ALL
    medium: Medium | None = None
    country: str = ""
    tier: Tier | None = None


@dataclass(frozen=True, slots=True)
class SourceQuery(ListQuery):
    """Filters of the list of sources."""

    health: Health | None = None
    kind: SourceKind | None = None


def review_query(params: Mapping[str, str]) -> ReviewQuery:
    """The review list that an address asks for."""
    return ReviewQuery(
        start=_start(params),
        show=_member(ReviewShow, params, "show") or ReviewShow.WAITING,
        order=_member(ReviewOrder, params, "order") or ReviewOrder.URGENT,
        kind=_member(Kind, params, "kind"),
        topic=params.get("topic") or None,
        importance=_member(Importance, params, "importance"),
        channel=_member(Channel, params, "channel"),
    )


def case_query(params: Mapping[str, str]) -> CaseQuery:
    """The list of cases that an address asks for."""
    return CaseQuery(
        start=_start(params),
        show=_member(CaseShow, params, "show") or CaseShow.OPEN,
        path=_member(CasePath, params, "path"),
        status=_member(CaseStatus, params, "status"),
        department=params.get("department") or None,
        person=params.get("person") or None,
        body=params.get("body") or None,
        topic=params.get("topic") or None,
        importance=_member(Importance, params, "importance"),
        number=params.get("number", "").strip()[:40] or None,
    )


def delivery_query(params: Mapping[str, str]) -> DeliveryQuery:
    """The outbox that an address asks for."""
    return DeliveryQuery(
        start=_start(params), status=_member(DeliveryStatus, params, "status"), kind=_member(DeliveryKind, params, "kind")
    )


def outlet_query(params: Mapping[str, str]) -> OutletQuery:
    """The list of outlets that an address asks for."""
    return OutletQuery(
        start=_start(params),
        q=params.get("q", "").strip()[:100],
        show=_member(OutletShow, params, "show") or OutletShow.ALL,
        medium=_member(Medium, params, "medium"),
        country=params.get("country", "").strip().upper()[:8],
        tier=_member(Tier, params, "tier"),
    )


def source_query(params: Mapping[str, str]) -> SourceQuery:
    """The list of sources that an address asks for."""
    return SourceQuery(start=_start(params), health=_member(Health, params, "health"), kind=_member(SourceKind, params, "kind"))


def _member(kind: type[E], params: Mapping[str, str], name: str) -> E | None:
    try:
        return kind(params[name])
    except (KeyError, ValueError):
        return None


def _start(params: Mapping[str, str]) -> int:
    text = params.get("start", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
