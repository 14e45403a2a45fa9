"""Words and colours for what pages show: everything short comes from the catalogue ``domain.messages``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from classifiers.active import Why
from console.case_clock import ClockOwner
from console.directory_queries import InUse
from console.queries import CaseShow, OutletShow, ReviewOrder, ReviewShow
from console.times import Clock
from domain.case import AnswerStatus, CaseStatus, EscalationStep
from domain.delivery import DeliveryStatus
from domain.drift import Drift
from domain.improvement import ImprovementStatus
from domain.mention import Access, MentionState
from domain.messages import CATALOGUES, label, message
from domain.outlet_rules import Gap
from domain.recall import RecallAnswer, SourceGroup
from domain.service_calendar import DayKind
from domain.service_promise import Within
from domain.tags import Axis, Flag, Importance, Kind, Sentiment
from domain.teaching import AnswerOrigin
from notify.counting import counted
from registry.handover import HandoverKind
from registry.source_views import WarningKind
from registry.views import Health, NextAction, Review, Subject

_OWN: Final[Mapping[type[StrEnum], str]] = {
    AnswerOrigin: "answer_origin",
    CaseShow: "case_show",
    ClockOwner: "clock_owner",
    DayKind: "day_kind",
    Drift: "drift",
    Gap: "outlet_gap",
    HandoverKind: "handover_kind",
    Health: "health",
    InUse: "in_use",
    NextAction: "next_action",
    OutletShow: "outlet_show",
    RecallAnswer: "recall_answer",
    Review: "review",
    ReviewOrder: "review_order",
    ReviewShow: "review_show",
    SourceGroup: "recall_group",
    Subject: "subject",
    WarningKind: "warning",
    Why: "why_teach",
}

_LOOKS: Final[tuple[tuple[StrEnum, str], ...]] = (
    (Importance.HIGH, "bad"),
    (Importance.MEDIUM, "warn"),
    (Kind.COMPLAINT, "accent"),
    (Kind.REPORT, "accent"),
    (Kind.INQUIRY, "accent"),
    (Kind.PRAISE, "good"),
    (Sentiment.NEGATIVE, "bad"),
    (Sentiment.POSITIVE, "good"),
    (CaseStatus.REGISTERED, "info"),
    (CaseStatus.REOPENED, "warn"),
    (CaseStatus.SOLVED, "good"),
    (CaseStatus.PROPOSALS, "good"),
    (CaseStatus.THIRD_PARTY, "flag"),
    (CaseStatus.REFERRED, "flag"),
    (EscalationStep.REMINDER, "warn"),
    (EscalationStep.HEAD, "bad"),
    (EscalationStep.MANAGEMENT, "bad"),
    (ClockOwner.OUTSIDE, "flag"),
    (ClockOwner.WAITING, "flag"),
    (ClockOwner.JOURNALIST, "warn"),
    (AnswerStatus.DRAFTED, "info"),
    (AnswerStatus.APPROVED, "info"),
    (AnswerStatus.SENT, "good"),
    (AnswerStatus.UNCERTAIN, "warn"),
    (AnswerStatus.FAILED, "bad"),
    (DeliveryStatus.DRAFT, "info"),
    (DeliveryStatus.SENT, "good"),
    (DeliveryStatus.FAILED, "bad"),
    (DeliveryStatus.UNCERTAIN, "warn"),
    (ImprovementStatus.ACCEPTED, "info"),
    (ImprovementStatus.IMPLEMENTED, "good"),
    (MentionState.FAILED, "bad"),
    (Access.SUMMARY, "warn"),
    (Access.PAYWALLED, "warn"),
    (Access.SCRIPT_BUILT, "warn"),
    (Health.WELL, "good"),
    (Health.QUIET, "warn"),
    (Health.CHANGED, "warn"),
    (Health.FAILING, "bad"),
    (Review.PROPOSED, "info"),
    (Review.REOPENING, "warn"),
    (Review.REVISED, "warn"),
    (Review.UNTRANSCRIBED, "warn"),
    (Drift.STABLE, "good"),
    (Drift.WATCH, "warn"),
    (Drift.ALARM, "bad"),
    (Clock.OVERDUE, "bad"),
    (Clock.SOON, "warn"),
)
"""The colour of a chip beside its word; the others are plain. No mapping by member: members of two enums may be equal."""

_BY_TYPE: Final = {(type(member), member.value): look for member, look in _LOOKS}


def word(value: StrEnum) -> str:
    """What people read for a member of an enum."""
    own = _OWN.get(type(value))
    return message(f"{own}.{value.value}") if own else label(value)


def look(value: StrEnum) -> str:
    """The style class of a member's chip."""
    return _BY_TYPE.get((type(value), value.value), "")


def flag_word(code: str) -> str:
    """The word of a flag's code."""
    return label(Flag(code))


def axis_word(code: str) -> str:
    """The word of an axis's code."""
    return label(Axis(code))


def move_word(kind: StrEnum) -> str:
    """A case's move as an order: «قبول الحالة»."""
    return message(f"case_move.{kind.value}")


def detail_word(name: str, path: str = "") -> str:
    """The name of a text that belongs to an event: «السبب»; some paths have their own."""
    own = f"detail.{name}.{path}"
    return message(own if path and own in CATALOGUES["ar"] else f"detail.{name}")


def next_step(status: DeliveryStatus, *, held: bool = False) -> str:
    """What happens next to a delivery, or who must act."""
    return message("next_step.held" if held else f"next_step.{status.value}")


def audit_word(code: str) -> str:
    """What people read for an action of the audit trail, or for all about one thing (``person``); else the code."""
    return CATALOGUES["ar"].get(f"audit_action.{code}", code)


def outlet_word(name: str) -> str:
    """What people read for a field of the outlets directory."""
    return message(f"outlet.{name}")


def country(code: str) -> str:
    """A country's name for its ISO 3166 code; the code where the catalogue has none."""
    return CATALOGUES["ar"].get(f"country.{code}", code)


def tongue(code: str) -> str:
    """A language's name for its ISO 639 code; the code where the catalogue has none."""
    return CATALOGUES["ar"].get(f"language.{code}", code)


def file_size(size: int) -> str:
    """``340 KB``, ``2.4 MB``: as files are spoken of everywhere, left to right."""
    return f"{max(1, round(size / 1024))} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


def within(length: Within) -> str:
    """How long a promise gives: «3 أيام عمل»."""
    return counted(length.unit.value, length.amount)


def percent(share: float) -> str:
    """``87%``."""
    return f"{share * 100:.0f}%"
