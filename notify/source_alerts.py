"""Told at once: what went wrong with sources (REQUIREMENTS G2). One mail for all that is new; each told once until it is over."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from sqlmodel import Session

from domain.delivery import DeliveryChannel, DeliveryKind, Message
from domain.messages import message
from domain.privacy import mask
from domain.profile import Profile
from notify import rendering
from notify.counting import counted
from notify.letter import check_recipient, message_id, one_line
from registry import deliveries, habits, problems
from registry.source_views import SourceWarning, WarningKind
from registry.views import Subject
from registry.warning_words import advice, cause, heading, sentence

_SAID: Final = 300
"""Characters of what a source or its host said that are quoted."""
_ORDER: Final = tuple(WarningKind)


@dataclass(frozen=True, slots=True)
class WarningLine:
    """One warning as the templates print it."""

    name: str
    what: str
    sentence: str
    cause: str
    said: str
    moved_to: str
    advice: str
    link: str


@dataclass(frozen=True, slots=True)
class WarningsPage:
    """What the two templates print."""

    ministry: str
    lead: str
    lines: tuple[WarningLine, ...]
    link: str


def queue_source_alerts(
    session: Session,
    profile: Profile,
    recipients: Sequence[str],
    now: datetime,
    *,
    base_url: str = "",
    warned: Sequence[SourceWarning] | None = None,
) -> int:
    """Queue one mail to each recipient with every warning that nobody was told of yet; gives how many mails were queued.

    ``warned`` is what ``registry.habits.examine`` gave (found anew where it is not). With no recipients nothing counts as told.
    ``base_url`` is the console's address, for links. Raises ``InputError`` for a recipient that is no address.
    """
    people = dict.fromkeys(check_recipient(each) for each in recipients)
    if not people:
        return 0
    found = habits.warnings(session, profile, now) if warned is None else warned
    began = problems.untold(session, Subject.SOURCE, {each.problem for each in found})
    fresh = sorted((each for each in found if each.problem in began), key=lambda each: (_ORDER.index(each.kind), each.name))
    if not fresh:
        return 0
    what = _digest(f"{each.problem} {began[each.problem].isoformat()}" for each in fresh)
    for person in people:
        key = f"alert:sources:{what}:{person}"
        deliveries.queue(session, _message(profile, key, fresh, person, now, base_url), now=now)
    problems.tell(session, Subject.SOURCE, [each.problem for each in fresh], now)
    return len(people)


def warnings_page(profile: Profile, warned: Sequence[SourceWarning], base_url: str = "") -> WarningsPage:
    """What an alert says of sources. Pure; personal data in what a source said is masked (REQUIREMENTS L3)."""
    home = base_url.rstrip("/")
    return WarningsPage(
        ministry=profile.name_ar,
        lead=message("warning.lead", sources=counted("source", len({each.source_id for each in warned}))),
        lines=tuple(_line(each, profile.calendar.timezone, home) for each in warned),
        link=f"{home}/sources" if home else "",
    )


def _line(warning: SourceWarning, zone: str, home: str) -> WarningLine:
    said = one_line(mask(warning.cause.said))
    return WarningLine(
        name=one_line(warning.name),
        what=heading(warning.kind),
        sentence=sentence(warning, zone),
        cause=cause(warning.cause, zone),
        said=said if len(said) <= _SAID else f"{said[:_SAID]}…",
        moved_to=warning.cause.moved_to,
        advice=advice(warning.kind),
        link=f"{home}/sources/{quote(warning.source_id, safe='')}" if home else "",
    )


def _message(
    profile: Profile, key: str, warned: Sequence[SourceWarning], recipient: str, now: datetime, base_url: str
) -> Message:
    page = warnings_page(profile, warned, base_url)
    return Message(
        key=key,
        kind=DeliveryKind.ALERT,
        channel=DeliveryChannel.EMAIL,
        recipient=recipient,
        subject=_subject(page.lines, page),
        text=rendering.plain("source_alert", page=page),
        html=rendering.html("source_alert", page=page),
        message_id=message_id(key, now, profile),
    )


def _subject(lines: Sequence[WarningLine], page: WarningsPage) -> str:
    if len(lines) == 1:
        return message("warning.subject.one", name=lines[0].name, what=lines[0].what)
    return message("warning.subject.many", lead=page.lead)


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:24]
