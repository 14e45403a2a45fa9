"""What leaves Rasd: mails, replies on X, alerts. Claimed, sent, confirmed (DESIGN promise 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class DeliveryKind(StrEnum):
    """What a delivery is for."""

    ANSWER = "answer"
    """The outlet is told the solution or the steps taken (REQUIREMENTS N1)."""
    DIGEST = "digest"
    """The weekly digest (REQUIREMENTS N3)."""
    ALERT = "alert"
    """High importance, told at once (REQUIREMENTS N3)."""
    ACKNOWLEDGEMENT = "acknowledgement"
    """Whoever raised a case is thanked and given its number (REQUIREMENTS W3)."""
    NOTICE = "notice"
    """Staff are told that a case runs out of time (REQUIREMENTS W13)."""
    REFERRAL = "referral"
    """A person at another body is given a case and what it says (REQUIREMENTS W2, W6, W10)."""


class DeliveryChannel(StrEnum):
    """How it leaves."""

    EMAIL = "email"
    X_REPLY = "x_reply"

    @property
    def is_public(self) -> bool:
        """Whether everyone sees it: then it is never sent twice, and an unknown outcome waits for a person."""
        return self is DeliveryChannel.X_REPLY


class DeliveryStatus(StrEnum):
    """Where a delivery stands."""

    DRAFT = "draft"
    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    WITHDRAWN = "withdrawn"


DELIVERY_MOVES: Final[dict[DeliveryStatus, frozenset[DeliveryStatus]]] = {
    DeliveryStatus.DRAFT: frozenset({DeliveryStatus.QUEUED, DeliveryStatus.WITHDRAWN}),
    DeliveryStatus.QUEUED: frozenset({DeliveryStatus.CLAIMED, DeliveryStatus.WITHDRAWN}),
    DeliveryStatus.CLAIMED: frozenset(
        {DeliveryStatus.SENT, DeliveryStatus.QUEUED, DeliveryStatus.FAILED, DeliveryStatus.UNCERTAIN}
    ),
    DeliveryStatus.SENT: frozenset(),
    DeliveryStatus.FAILED: frozenset({DeliveryStatus.QUEUED, DeliveryStatus.WITHDRAWN}),
    DeliveryStatus.UNCERTAIN: frozenset({DeliveryStatus.SENT, DeliveryStatus.QUEUED, DeliveryStatus.WITHDRAWN}),
    DeliveryStatus.WITHDRAWN: frozenset(),
}

MAX_ATTEMPTS: Final = 8


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be sent, ready to leave.

    ``key`` says what it is about and is unique (``answer:case:17:1``): the same key is never queued twice.
    ``recipient`` is an e-mail address, or the id of the post that is replied to.
    ``message_id`` is the stable Message-ID of a mail.
    """

    key: str
    kind: DeliveryKind
    channel: DeliveryChannel
    recipient: str
    subject: str
    text: str
    html: str = ""
    message_id: str = ""


def retry_after(attempts: int) -> timedelta:
    """How long to wait after this many failed attempts: one minute, doubled each time, six hours at most."""
    return timedelta(minutes=min(2 ** max(0, attempts - 1), 6 * 60))


def retry_at(attempts: int, now: datetime) -> datetime | None:
    """When to try again after this many failed attempts; None when it is a person's turn."""
    return None if attempts >= MAX_ATTEMPTS else now + retry_after(attempts)
