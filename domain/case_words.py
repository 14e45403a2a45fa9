"""The words of a case: its paths, its statuses, and what can happen to it (REQUIREMENTS 3). ``domain.case`` is the door."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class CasePath(StrEnum):
    """Which path a case goes."""

    MEDIA = "media"
    """A media-coverage complaint: the outlet that published is told the outcome (REQUIREMENTS W1)."""
    GENERAL = "general"
    """A complaint or report of a beneficiary, through a direct channel (REQUIREMENTS W2)."""
    INQUIRY = "inquiry"
    """A question of a beneficiary, ours or a partner's to answer (seed 004 5.5.4-5.5.5)."""
    RUMOUR = "rumour"
    """Verified, then denied or confirmed, and followed where it spread (REQUIREMENTS W15)."""
    PRESS_QUESTION = "press_question"
    """A journalist asks, with a deadline, and is given an approved line (REQUIREMENTS W15)."""

    @property
    def has_beneficiary(self) -> bool:
        """Whether somebody raised it who is to be satisfied before it closes (REQUIREMENTS W7)."""
        return self in (CasePath.GENERAL, CasePath.INQUIRY)


class CaseStatus(StrEnum):
    """Where a case stands."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ASSIGNED = "assigned"
    THIRD_PARTY = "third_party"
    """A third party has it: it answers the beneficiary with the final solution (REQUIREMENTS W6)."""
    REFERRED = "referred"
    """Another body's matter: it was passed to a person there and is followed up (REQUIREMENTS W2)."""
    SOLVED = "solved"
    PROPOSALS = "proposals"
    CLOSED = "closed"
    REOPENED = "reopened"
    MERGED = "merged"
    """It is part of another case now."""

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self not in (CaseStatus.REJECTED, CaseStatus.CLOSED, CaseStatus.MERGED)

    @property
    def is_outside(self) -> bool:
        """Whether somebody outside the ministry has it: our clock pauses and theirs runs."""
        return self in (CaseStatus.THIRD_PARTY, CaseStatus.REFERRED)


OPEN_STATUSES: Final = frozenset(status for status in CaseStatus if status.is_open)


class AnswerStatus(StrEnum):
    """Where the answer to the outlet stands, beside the case's own status (REQUIREMENTS N1)."""

    NONE = "none"
    DRAFTED = "drafted"
    APPROVED = "approved"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"


class CaseEventKind(StrEnum):
    """What can happen to a case."""

    REGISTERED = "registered"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CLASSIFIED = "classified"
    ASSIGNED = "assigned"
    CLAIMED = "claimed"
    RELEASED = "released"
    PASSED_TO_THIRD_PARTY = "passed_to_third_party"
    REFERRED = "referred"
    FOLLOWED_UP = "followed_up"
    OUTSIDE_ANSWERED = "outside_answered"
    OUTSIDE_RETURNED = "outside_returned"
    WAITING_BEGAN = "waiting_began"
    WAITING_ENDED = "waiting_ended"
    SOLVED = "solved"
    SOLVED_AT_ONCE = "solved_at_once"
    VERDICT_RECORDED = "verdict_recorded"
    PROPOSALS_PREPARED = "proposals_prepared"
    BENEFICIARY_TOLD = "beneficiary_told"
    CONTACT_ATTEMPTED = "contact_attempted"
    DELAY_TOLD = "delay_told"
    SATISFACTION_ASKED = "satisfaction_asked"
    SATISFACTION_RECORDED = "satisfaction_recorded"
    CLOSED = "closed"
    REOPENED = "reopened"
    REOPENING_PROPOSED = "reopening_proposed"
    ESCALATED = "escalated"
    LADDER_STEPPED = "ladder_stepped"
    MENTION_JOINED = "mention_joined"
    MENTION_LEFT = "mention_left"
    MERGED = "merged"
    ABSORBED = "absorbed"
    SPLIT_OFF = "split_off"
    LINKED = "linked"
    UNLINKED = "unlinked"
    NOTE_ADDED = "note_added"
    ATTACHED = "attached"
    TAGS_CORRECTED = "tags_corrected"
    CONFLICT_NAMED = "conflict_named"
    SEALED = "sealed"
    UNSEALED = "unsealed"
    HELD = "held"
    HOLD_LIFTED = "hold_lifted"
    ANSWER_DRAFTED = "answer_drafted"
    ANSWER_RETURNED = "answer_returned"
    ANSWER_APPROVED = "answer_approved"
    ANSWER_SENT = "answer_sent"
    ANSWER_UNCERTAIN = "answer_uncertain"
    ANSWER_FAILED = "answer_failed"


class Action(StrEnum):
    """What a case takes (REQUIREMENTS C6)."""

    FIRST_CONTACT = "first_contact"
    PROCESSING = "processing"
    THIRD_PARTY = "third_party"


class ContactOutcome(StrEnum):
    """How an attempt to reach the beneficiary ended (REQUIREMENTS W5)."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_CONTACT = "wrong_contact"
    CALL_BACK = "call_back"
    """They asked to be called again later."""


class EscalationStep(StrEnum):
    """Who hears of a case that runs out of time, one after the other."""

    REMINDER = "reminder"
    """Whoever has it."""
    HEAD = "head"
    """The head of its department."""
    MANAGEMENT = "management"


class LadderStep(StrEnum):
    """What is done, one after the other, where an outlet does not correct (REQUIREMENTS W15)."""

    EDITOR = "editor"
    LETTER = "letter"
    REGULATOR = "regulator"
    LEGAL = "legal"


class Verdict(StrEnum):
    """What the verification of a rumour found (REQUIREMENTS W15)."""

    DENIED = "denied"
    CONFIRMED = "confirmed"
    PARTLY_TRUE = "partly_true"
    UNCLEAR = "unclear"


class IntakeChannel(StrEnum):
    """How a case came in (REQUIREMENTS G1, G4). The first four are a mention's."""

    PRESS = "press"
    SOCIAL = "social"
    REPORT = "report"
    OTHER = "other"
    PHONE = "phone"
    EMAIL = "email"
    SMS = "sms"
    X = "x"
    CONTACT_FORM = "contact_form"
    LIVE_CHAT = "live_chat"
    VISIT = "visit"
    WEBSITE = "website"
    FAX = "fax"
    LETTER = "letter"
    WHATSAPP = "whatsapp"

    @property
    def is_direct(self) -> bool:
        """Whether somebody turned to the ministry itself."""
        return self not in (IntakeChannel.PRESS, IntakeChannel.SOCIAL, IntakeChannel.REPORT, IntakeChannel.OTHER)


class BeneficiaryKind(StrEnum):
    """Who raised a case (REQUIREMENTS W5)."""

    INDIVIDUAL = "individual"
    PRIVATE_BODY = "private_body"
    PUBLIC_BODY = "public_body"
