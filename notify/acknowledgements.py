"""Whoever raised a case by a direct channel is thanked, and given its number (REQUIREMENTS W3).

By mail where the case names an address; whoever has none is told by the specialist, who records it by hand.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from domain.case import BeneficiaryKind, CaseEventKind, CasePath, IntakeChannel
from domain.delivery import DeliveryChannel, DeliveryKind, Message
from domain.errors import InputError
from domain.language import language
from domain.messages import message
from domain.people import SYSTEM
from domain.profile import Profile
from notify import rendering
from notify.answer_texts import letter_html, topic_name
from notify.dates import both, local_day
from notify.letter import check_recipient, message_id, one_line
from registry import cases, deliveries
from registry.views import CaseView

_ASKED = frozenset({CasePath.GENERAL, CasePath.INQUIRY, CasePath.PRESS_QUESTION})


def queue(session: Session, profile: Profile, case_id: int, now: datetime) -> int | None:
    """Queue the acknowledgement of a case and tell its history; gives the delivery's id.

    None where nothing is to be sent: the case has ended or came from what was published, somebody thanked them by hand, or it
    names nobody with an e-mail address. Call it in the transaction that registers the case; again, it gives the same delivery.
    Raises ``NotFound``.
    """
    key = f"acknowledgement:case:{case_id}"
    known = deliveries.find_key(session, key)
    if known is not None:
        return known.id
    view = cases.case_view(session, case_id)
    recipient = _address(view)
    if recipient is None or view.row.path not in _ASKED or not view.row.status.is_open:
        return None
    if any(event.kind is CaseEventKind.ACKNOWLEDGED for event in view.events):
        return None
    delivery = deliveries.queue(session, _message(profile, view, key, recipient, now), case_id, now=now)
    cases.act(session, case_id, CaseEventKind.ACKNOWLEDGED, SYSTEM, {"channel": str(IntakeChannel.EMAIL)}, now)
    return delivery


def text_of(profile: Profile, view: CaseView) -> tuple[str, str, str]:
    """Language, subject and text of a case's acknowledgement. Pure."""
    spoken = _language(view)
    english = spoken == "en"
    key = "press_question" if view.row.path is CasePath.PRESS_QUESTION else str(view.row.kind)
    what = message(f"acknowledgement.what.{key}", spoken)
    text = rendering.plain(
        f"acknowledgement_{spoken}",
        name=one_line(view.party.name) if view.party else "",
        is_body=view.party is not None and view.party.kind is not BeneficiaryKind.INDIVIDUAL,
        ministry=profile.name_en if english else profile.name_ar,
        what=what,
        topic="" if view.row.sealed else topic_name(profile, view.row.topic, spoken),
        received=both(local_day(view.row.opened_at, profile.calendar.timezone), spoken),
        number=view.row.number,
        signature=profile.signature_en if english else profile.signature_ar,
        contact=profile.contact,
    )
    return spoken, message("acknowledgement.subject", spoken, what=what, number=view.row.number), text


def _message(profile: Profile, view: CaseView, key: str, recipient: str, now: datetime) -> Message:
    spoken, subject, text = text_of(profile, view)
    return Message(
        key=key,
        kind=DeliveryKind.ACKNOWLEDGEMENT,
        channel=DeliveryChannel.EMAIL,
        recipient=recipient,
        subject=subject,
        text=text,
        html=letter_html(spoken, text, subject, profile.name_en if spoken == "en" else profile.name_ar),
        message_id=message_id(key, now, profile),
    )


def _address(view: CaseView) -> str | None:
    """The address of whoever raised it; None where their contact is none."""
    if view.party is None or view.party.erased or "@" not in view.party.contact:
        return None
    try:
        return check_recipient(view.party.contact)
    except InputError:
        return None


def _language(view: CaseView) -> str:
    """They are answered in the language in which they wrote."""
    account = view.events[0].texts.get("account", "") if view.events else ""
    return "en" if language(account or view.row.title) == "en" else "ar"
