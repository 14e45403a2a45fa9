"""A case that goes outside goes to a person there, by mail (REQUIREMENTS W2, W6, W10).

Another body is given what is asked; a third party, which answers the beneficiary itself, is given the case's account and how to
reach them too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from domain.case import CaseEventKind
from domain.delivery import DeliveryChannel, DeliveryKind, Message
from domain.errors import InputError
from domain.liaison import LiaisonContact
from domain.mention import Channel
from domain.messages import label, message
from domain.privacy import without_handle
from domain.profile import Profile
from notify import rendering
from notify.answer_texts import letter_html, topic_name
from notify.dates import both, local_day
from notify.letter import check_recipient, message_id, one_line
from registry import cases, deliveries
from registry.directories import liaison
from registry.views import CaseView, EventView

_OUTSIDE: Final = {CaseEventKind.REFERRED: "reason", CaseEventKind.PASSED_TO_THIRD_PARTY: "message"}
"""The moves that pass a case on, and the detail that says what is asked."""
_PUBLISHED: Final = 5
_ARABIC: Final = re.compile(r"[\u0621-\u064a]")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to a person at another body, as the template gives it."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Reached:
    """How a beneficiary is reached, for the one who answers them."""

    name: str
    contact: str
    channel: str
    reference: str


def queue(session: Session, profile: Profile, case_id: int, now: datetime) -> int | None:
    """Queue the mail to the person whom the case was passed to last (detail ``contact`` of the move, the liaison's id); gives
    the delivery's id. None where the move names nobody, or somebody who has no e-mail address and is called instead.

    Call it in the transaction that makes the move; again, it gives the same delivery. Raises ``NotFound``, and ``InputError``
    where the person is of another body or no longer in office, or the case was passed to nobody.
    """
    view = cases.case_view(session, case_id)
    event = _passed_on(view)
    if not event.details.get("contact"):
        return None
    key = f"referral:case:{case_id}:{event.seq}"
    known = deliveries.find_key(session, key)
    if known is not None:
        return known.id
    contact = _contact(session, view, event)
    if not contact.email:
        return None
    letter = letter_to(profile, view, event, contact)
    mail = Message(
        key=key,
        kind=DeliveryKind.REFERRAL,
        channel=DeliveryChannel.EMAIL,
        recipient=check_recipient(contact.email),
        subject=letter.subject,
        text=letter.text,
        html=letter_html("ar", letter.text, letter.subject, profile.name_ar),
        message_id=message_id(key, now, profile),
    )
    return deliveries.queue(session, mail, case_id, now=now)


def letter_to(profile: Profile, view: CaseView, event: EventView, contact: LiaisonContact) -> Letter:
    """The letter that goes with this move. Pure."""
    third = event.kind is CaseEventKind.PASSED_TO_THIRD_PARTY
    body = profile.body(contact.body)
    text = rendering.plain(
        "referral_ar",
        name=one_line(contact.name),
        role=one_line(contact.role),
        body=body.name_ar if body else contact.body,
        is_third_party=third,
        has_beneficiary=view.row.path.has_beneficiary,
        ministry=profile.name_ar,
        number=view.row.number,
        topic=topic_name(profile, view.row.topic, "ar"),
        until=_until(profile, view.row.due_at),
        asked=event.texts.get(_OUTSIDE[event.kind], "").strip(),
        account=view.events[0].texts.get("account", "").strip() if third else "",
        published=_published(view) if third else (),
        party=_party(view) if third else None,
        signature=profile.signature_ar,
        contact=profile.contact,
    )
    key = "referral.subject_third_party" if third else "referral.subject"
    return Letter(message(key, number=view.row.number), text)


def _passed_on(view: CaseView) -> EventView:
    found = next((event for event in reversed(view.events) if event.kind in _OUTSIDE), None)
    if found is None:
        raise InputError(f"the case {view.row.number} was passed to nobody", "refer it, or pass it to a third party, first")
    return found


def _contact(session: Session, view: CaseView, event: EventView) -> LiaisonContact:
    given = event.details["contact"]
    if not given.isascii() or not given.isdigit():
        raise InputError(f"«{given}» is no number of a liaison contact", "choose somebody from the liaison directory")
    found = liaison.get(session, int(given))
    if found.contact.body != event.details["body"] or not found.active:
        raise InputError(
            f"«{found.contact.name}» does not take cases for «{event.details['body']}»",
            f"choose somebody of that body for {view.row.number}",
        )
    return found.contact


def _until(profile: Profile, due: datetime) -> str:
    timezone = profile.calendar.timezone
    return f"{both(local_day(due, timezone))}، {due.astimezone(ZoneInfo(timezone)):%H:%M}"


def _published(view: CaseView) -> tuple[str, ...]:
    """Where it was published, without the handles of those who wrote it (REQUIREMENTS L3)."""
    lines = []
    for mention in view.mentions[:_PUBLISHED]:
        social = mention.channel is Channel.SOCIAL
        address = without_handle(mention.url) if social else mention.url
        lines.append(
            " – ".join(part for part in (mention.outlet_name, "" if social else one_line(mention.title), address) if part)
        )
    return tuple(lines)


def _party(view: CaseView) -> Reached | None:
    """How the third party reaches the beneficiary, whom it is to answer (REQUIREMENTS W6)."""
    party = view.party
    if party is None or party.erased:
        return None
    channel = label(party.channel) if party.contact else ""
    return Reached(one_line(party.name), _apart(party.contact), channel, _apart(party.reference))


def _apart(text: str) -> str:
    """A number or an address between marks that hold it together: inside Arabic, «88-41» would be shown as «41-88»."""
    line = one_line(text)
    return f"\u2066{line}\u2069" if line and not _ARABIC.search(line) else line
