"""Sends what is due: claim (committed) -> send -> confirm (committed) (DESIGN promises 3 and 6).

Blocking: call it through ``asyncio.to_thread``. Any number of workers may do it at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.delivery import DeliveryChannel, Message
from domain.errors import Conflict, DeliveryRefused, DeliveryUncertain, RasdError
from registry import deliveries
from registry.database import Database
from registry.views import DeliveryView

_AT_ONCE = 500
"""Deliveries looked at in one call: more wait for the next."""


class SendsMail(Protocol):
    """What ``notify.mail.MailSender`` does."""

    def send(self, message: Message) -> str:
        """Send it and give its id; raises ``DeliveryError`` or ``DeliveryRefused``."""
        ...


@dataclass(frozen=True, slots=True)
class Senders:
    """What deliveries leave through. None: not configured, its deliveries wait.

    ``x`` replies to a post: ``(post id, text) -> id of the reply``; raises ``DeliveryError`` where it certainly did not go out,
    ``DeliveryRefused``, or ``DeliveryUncertain``.
    """

    mail: SendsMail | None = None
    x: Callable[[str, str], str] | None = None


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """What one call did. ``waiting`` lack a sender, ``taken`` were claimed by another worker first or swept meanwhile, ``held``
    are answers that wait for the end of crisis mode (REQUIREMENTS W15)."""

    sent: int = 0
    retried: int = 0
    failed: int = 0
    uncertain: int = 0
    waiting: int = 0
    taken: int = 0
    held: int = 0


class _Outcome(StrEnum):
    SENT = "sent"
    RETRIED = "retried"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    WAITING = "waiting"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class _Tried:
    """How one sending ended: the other side's id, or the reason."""

    outcome: _Outcome
    said: str


def deliver_due(database: Database, senders: Senders, now: datetime) -> DeliveryCounts:
    """Send everything that is due at ``now``, the longest waiting first; one that fails never stops the others.

    Raises ``StoreError`` alone: what was claimed then is found by ``deliveries.sweep_claimed`` at the next start.
    """
    with database.reading() as session:
        due = deliveries.due(session, now, _AT_ONCE)
        held = deliveries.held(session, now)
    counts = Counter(_deliver(database, senders, view, now) for view in due)
    return DeliveryCounts(**{str(outcome): counts[outcome] for outcome in _Outcome}, held=held)


def _deliver(database: Database, senders: Senders, due: DeliveryView, now: datetime) -> _Outcome:
    send = _way(senders, due.channel)
    if send is None:
        return _Outcome.WAITING
    with database.transaction() as session:
        claimed = deliveries.find(session, due.id) if deliveries.claim(session, due.id, now) else None
    if claimed is None:
        return _Outcome.TAKEN
    tried = _try(send, claimed)
    try:
        return _settle(database, claimed, tried, now)
    except Conflict:
        return _Outcome.TAKEN


def _way(senders: Senders, channel: DeliveryChannel) -> Callable[[DeliveryView], str] | None:
    """How a delivery of this channel is sent; None where that is not configured."""
    mail, reply = senders.mail, senders.x
    if channel is DeliveryChannel.X_REPLY:
        return (lambda view: reply(view.recipient, view.text)) if reply else None
    return (lambda view: mail.send(_message(view))) if mail else None


def _try(send: Callable[[DeliveryView], str], view: DeliveryView) -> _Tried:
    """Send, outside any transaction. A mail of unknown outcome is tried again: its Message-ID stays the same (promise 3)."""
    try:
        return _Tried(_Outcome.SENT, send(view))
    except DeliveryUncertain as error:
        return _Tried(_Outcome.UNCERTAIN if view.channel.is_public else _Outcome.RETRIED, str(error))
    except DeliveryRefused as error:
        return _Tried(_Outcome.FAILED, str(error))
    except RasdError as error:
        return _Tried(_Outcome.RETRIED, str(error))


def _settle(database: Database, view: DeliveryView, tried: _Tried, now: datetime) -> _Outcome:
    """Write how it ended, the case's event with it. Raises ``Conflict`` where the claim was swept meanwhile."""
    with database.transaction() as session:
        if tried.outcome is _Outcome.SENT:
            deliveries.confirm(session, view.id, now, tried.said)
        elif tried.outcome is _Outcome.UNCERTAIN:
            deliveries.mark_uncertain(session, view.id, now, tried.said)
        else:
            final = tried.outcome is _Outcome.FAILED
            deliveries.fail(session, view.id, now, tried.said, final)
            left = deliveries.find(session, view.id)
            return _Outcome.RETRIED if left.next_try_at else _Outcome.FAILED
    return tried.outcome


def _message(view: DeliveryView) -> Message:
    return Message(
        key=view.key,
        kind=view.kind,
        channel=view.channel,
        recipient=view.recipient,
        subject=view.subject,
        text=view.text,
        html=view.html,
        message_id=view.message_id,
    )
