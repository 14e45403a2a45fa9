"""Everything short that people read, by key: Arabic first, English too (STYLE, habits).

``message("kind.complaint")`` gives «شكوى». A key's values are filled in by name: ``message("answer.subject", reference=...)``.
``ar.py`` and ``en.py`` hold the same keys with the same placeholders; a test checks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain.case import (
    Action,
    AnswerStatus,
    BeneficiaryKind,
    CaseEventKind,
    CasePath,
    CaseStatus,
    ContactOutcome,
    EscalationStep,
    IntakeChannel,
    LadderStep,
    Verdict,
)
from domain.delivery import DeliveryChannel, DeliveryKind, DeliveryStatus
from domain.errors import ConfigurationError
from domain.improvement import ImprovementStatus
from domain.mention import Access, Channel, MentionForm, MentionState
from domain.messages.ar import MESSAGES as _AR
from domain.messages.en import MESSAGES as _EN
from domain.outlet import AnswerChannel, Medium, Tier
from domain.people import Role
from domain.profile import Opening
from domain.source import SourceKind
from domain.tags import Axis, Complexity, Flag, Importance, Kind, Remit, Sentiment

CATALOGUES: Final[Mapping[str, Mapping[str, str]]] = {"ar": _AR, "en": _EN}

PREFIXES: Final[Mapping[type[StrEnum], str]] = {
    Access: "access",
    Action: "action",
    AnswerChannel: "answer_channel",
    AnswerStatus: "answer_status",
    Axis: "axis",
    BeneficiaryKind: "beneficiary",
    CaseEventKind: "case_event",
    CasePath: "case_path",
    CaseStatus: "case_status",
    Channel: "channel",
    Complexity: "complexity",
    ContactOutcome: "contact_outcome",
    DeliveryChannel: "delivery_channel",
    DeliveryKind: "delivery_kind",
    DeliveryStatus: "delivery_status",
    EscalationStep: "escalation_step",
    Flag: "flag",
    Importance: "importance",
    ImprovementStatus: "improvement_status",
    IntakeChannel: "intake_channel",
    Kind: "kind",
    LadderStep: "ladder_step",
    Medium: "medium",
    MentionForm: "mention_form",
    MentionState: "mention_state",
    Opening: "opening",
    Remit: "remit",
    Role: "role",
    Sentiment: "sentiment",
    SourceKind: "source_kind",
    Tier: "tier",
    Verdict: "verdict",
}
"""The first half of the key of each enum that people see; the second is the member's value."""


def message(key: str, language: str = "ar", **values: object) -> str:
    """The text of ``key`` in ``language`` (``ar`` or ``en``), its placeholders filled with ``values``.

    Raises ``ConfigurationError`` for an unknown language or key, or where a placeholder's value is missing.
    """
    if language not in CATALOGUES:
        raise ConfigurationError(f"there is no message catalogue for «{language}»", f"use one of: {', '.join(CATALOGUES)}")
    try:
        return CATALOGUES[language][key].format_map(values) if values else _plain(CATALOGUES[language][key], key)
    except KeyError as error:
        if key not in CATALOGUES[language]:
            raise ConfigurationError(
                f"the message catalogue «{language}» has no key «{key}»", "add it to domain/messages/ar.py and en.py"
            ) from error
        raise ConfigurationError(f"the message «{key}» needs a value for {error}", "pass it by name") from error


def label(value: StrEnum, language: str = "ar") -> str:
    """What people read for a member of one of the enums of ``PREFIXES``: ``label(Kind.COMPLAINT)`` gives «شكوى»."""
    prefix = PREFIXES.get(type(value))
    if prefix is None:
        raise ConfigurationError(f"{type(value).__name__} has no labels", "add it to PREFIXES of domain/messages")
    return message(f"{prefix}.{value.value}", language)


def _plain(text: str, key: str) -> str:
    """A text without values: its doubled braces are undone, and a placeholder that is left is an error."""
    if "{" not in text:
        return text
    try:
        return text.format()
    except (KeyError, IndexError) as error:
        raise ConfigurationError(f"the message «{key}» needs a value for {error}", "pass it by name") from error
