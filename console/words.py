"""Words and colours for what pages show: everything short comes from the catalogue ``domain.messages``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from console.queries import CaseShow, ReviewShow
from console.times import Clock
from domain.case import AnswerStatus, CaseStatus
from domain.delivery import DeliveryStatus
from domain.mention import MentionState
from domain.messages import label, message
from domain.tags import Axis, Flag, Importance, Kind, Sentiment
from registry.views import Health, NextAction, Review, Subject

_OWN: Final[Mapping[type[StrEnum], str]] = {
    CaseShow: "case_show",
    Health: "health",
    NextAction: "next_action",
    Review: "review",
    ReviewShow: "review_show",
    Subject: "subject",
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
    (AnswerStatus.DRAFTED, "info"),
    (AnswerStatus.APPROVED, "info"),
    (AnswerStatus.SENT, "good"),
    (AnswerStatus.UNCERTAIN, "warn"),
    (AnswerStatus.FAILED, "bad"),
    (DeliveryStatus.DRAFT, "info"),
    (DeliveryStatus.SENT, "good"),
    (DeliveryStatus.FAILED, "bad"),
    (DeliveryStatus.UNCERTAIN, "warn"),
    (MentionState.FAILED, "bad"),
    (Health.WELL, "good"),
    (Health.QUIET, "warn"),
    (Health.FAILING, "bad"),
    (Review.PROPOSED, "info"),
    (Review.REOPENING, "warn"),
    (Review.REVISED, "warn"),
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


def detail_word(name: str) -> str:
    """The name of a text that belongs to an event: «السبب»."""
    return message(f"detail.{name}")


def next_step(status: DeliveryStatus) -> str:
    """What happens next to a delivery, or who must act."""
    return message(f"next_step.{status.value}")


def percent(share: float) -> str:
    """``87%``."""
    return f"{share * 100:.0f}%"
