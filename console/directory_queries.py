"""What the addresses of the directories' lists ask for, forgiving of what is unknown. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from console.queries import ListQuery
from domain.case import IntakeChannel
from domain.improvement import ImprovementStatus

E = TypeVar("E", bound=StrEnum)
_EARLIEST, _LATEST = 2000, 2076
"""The years of the service calendar: the Umm al-Qura calendar covers them."""


class InUse(StrEnum):
    """Which entries of a directory are listed."""

    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class LiaisonQuery(ListQuery):
    """Filters of the liaison directory; ``q`` are words of a name or role."""

    body: str = ""
    q: str = ""
    show: InUse = InUse.ACTIVE


@dataclass(frozen=True, slots=True)
class ImprovementQuery(ListQuery):
    """Filters of the improvement register. ``stage`` belongs to the journey."""

    status: ImprovementStatus | None = None
    journey: str = ""
    stage: int | None = None
    deputyship: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class AuditQuery(ListQuery):
    """Filters of the audit trail; ``since`` and ``until`` are days, both included."""

    action: str = ""
    actor: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


def liaison_query(params: Mapping[str, str]) -> LiaisonQuery:
    """The liaison directory that an address asks for."""
    return LiaisonQuery(
        start=_number(params, "start") or 0,
        body=params.get("body", "").strip()[:80],
        q=params.get("q", "").strip()[:100],
        show=_member(InUse, params, "show") or InUse.ACTIVE,
    )


def improvement_query(params: Mapping[str, str]) -> ImprovementQuery:
    """The part of the improvement register that an address asks for."""
    journey = params.get("journey", "").strip()[:80]
    return ImprovementQuery(
        start=_number(params, "start") or 0,
        status=_member(ImprovementStatus, params, "status"),
        journey=journey,
        stage=(_number(params, "stage") or None) if journey else None,
        deputyship=params.get("deputyship", "").strip()[:200],
        topic=params.get("topic", "").strip()[:80],
    )


def audit_query(params: Mapping[str, str]) -> AuditQuery:
    """The part of the audit trail that an address asks for."""
    return AuditQuery(
        start=_number(params, "start") or 0,
        action=params.get("action", "").strip()[:80],
        actor=params.get("actor", "").strip()[:80],
        subject=params.get("subject", "").strip()[:120],
        since=day_of(params.get("since", "")),
        until=day_of(params.get("until", "")),
    )


def channel_of(params: Mapping[str, str]) -> IntakeChannel | None:
    """The direct channel that an address names."""
    found = _member(IntakeChannel, params, "channel")
    return found if found is not None and found.is_direct else None


def month_of(params: Mapping[str, str], today: date) -> date:
    """The first day of the month that an address names (``2026-11``); this month's where it names none."""
    found = day_of(f"{params.get('month', '')}-01")
    return found if found else today.replace(day=1)


def day_of(text: str) -> date | None:
    """The day that a text names (``2026-11-21``); None where it names none."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if _EARLIEST <= found.year <= _LATEST else None


def number_of(text: str) -> int | None:
    """The number that a text names; None where it names none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _number(params: Mapping[str, str], name: str) -> int | None:
    return number_of(params.get(name, ""))


def _member(kind: type[E], params: Mapping[str, str], name: str) -> E | None:
    try:
        return kind(params[name])
    except (KeyError, ValueError):
        return None
