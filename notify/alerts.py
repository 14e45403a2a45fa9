"""Told at once: what is of high importance (REQUIREMENTS N3, C4). One alert for a story, however many print it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import String, and_, cast, func, literal, select
from sqlmodel import Session

from domain.delivery import DeliveryChannel, DeliveryKind, Message
from domain.mention import MentionState
from domain.messages import label, message
from domain.privacy import mask_handles, without_handle
from domain.profile import Profile
from domain.tags import Flag, Importance
from notify import rendering
from notify.answer_texts import topic_name
from notify.counting import counted
from notify.dates import both, local_day
from notify.letter import check_recipient, message_id, one_line
from notify.source_alerts import queue_source_alerts
from registry import deliveries, mentions
from registry.tables import CaseMentionRecord, CaseRecord, DeliveryRecord, MentionRecord, table_of
from registry.views import MentionRow

__all__ = ["AlertPage", "alert_page", "queue_alerts", "queue_source_alerts"]

CASE = table_of(CaseRecord)
CASE_MENTION = table_of(CaseMentionRecord)
MENTION = table_of(MentionRecord)
DELIVERY = table_of(DeliveryRecord)

LOOK_BACK: Final = timedelta(days=2)
"""How long after it was gathered a mention may still be told of: the service may have been down meanwhile."""
_AT_ONCE: Final = 200
_TITLE_IN_SUBJECT: Final = 90


@dataclass(frozen=True, slots=True)
class AlertPage:
    """What the two templates of an alert print, as text."""

    ministry: str
    title: str
    excerpt: str
    outlet: str
    spread: str
    kind: str
    topic: str
    flags: tuple[str, ...]
    published: str
    stands: str
    number: str
    address: str
    link: str


def queue_alerts(session: Session, profile: Profile, recipients: Sequence[str], now: datetime, *, base_url: str = "") -> int:
    """Queue an alert to each recipient for every story of high importance that was not told of yet; gives how many were queued.

    ``base_url`` is the console's address, for a link. Raises ``InputError`` for a recipient that is no address.
    """
    queued = 0
    for person in dict.fromkeys(check_recipient(each) for each in recipients):
        stories = {_key(row, person): row for row in reversed(_pressing(session, person, now))}
        for key, row in stories.items():
            deliveries.queue(session, _message(profile, key, row, person, now, base_url), row.case_id, now=now)
        queued += len(stories)
    return queued


def alert_page(profile: Profile, row: MentionRow, base_url: str = "") -> AlertPage:
    """What an alert says of a mention. Pure; personal data and handles are masked (REQUIREMENTS L3)."""
    public = frozenset(handle.lower() for handle in profile.handles)
    where = f"/cases/{row.case_id}" if row.case_id else f"/mentions/{row.id}"
    return AlertPage(
        ministry=profile.name_ar,
        title=one_line(mask_handles(row.title or row.excerpt, public)),
        excerpt=mask_handles(row.excerpt, public) if row.title else "",
        outlet=row.outlet_name,
        spread=counted("mention", row.story_size),
        kind=label(row.kind) if row.kind else "",
        topic=topic_name(profile, row.topic or "", "ar"),
        flags=tuple(label(Flag(code)) for code in row.flags),
        published=both(local_day(row.published_at or row.fetched_at, profile.calendar.timezone)),
        stands=message("alert.case", number=row.case_number) if row.case_id else message("alert.mention"),
        number=row.case_number,
        address=without_handle(row.url),
        link=f"{base_url.rstrip('/')}{where}" if base_url else "",
    )


def _pressing(session: Session, recipient: str, now: datetime) -> tuple[MentionRow, ...]:
    """Mentions of high importance of whose story this recipient was not told, the oldest first. What belongs to a sealed case is
    told to nobody (REQUIREMENTS W14)."""
    story = literal("alert:story:") + cast(MENTION.c.story_id, String)
    alone = literal("alert:mention:") + cast(MENTION.c.id, String)
    told = select(DELIVERY.c.id).where(DELIVERY.c.key == func.coalesce(story, alone) + literal(f":{recipient}"))
    sealed = select(CASE_MENTION.c.mention_id).join(CASE, CASE.c.id == CASE_MENTION.c.case_id).where(CASE.c.sealed)
    where = and_(
        MENTION.c.importance == Importance.HIGH,
        MENTION.c.state.in_([MentionState.FLAGGED, MentionState.CASED]),
        MENTION.c.fetched_at >= now - LOOK_BACK,
        MENTION.c.erased_at.is_(None),
        MENTION.c.id.not_in(sealed),
        ~told.exists(),
    )
    return mentions.page(session, where, (MENTION.c.id,), _AT_ONCE, 0).items


def _key(row: MentionRow, recipient: str) -> str:
    """One key for a story: of its mentions, the oldest speaks for it."""
    about = f"story:{row.story_id}" if row.story_id else f"mention:{row.id}"
    return f"alert:{about}:{recipient}"


def _message(profile: Profile, key: str, row: MentionRow, recipient: str, now: datetime, base_url: str) -> Message:
    page = alert_page(profile, row, base_url)
    shown = page.title if len(page.title) <= _TITLE_IN_SUBJECT else page.title[:_TITLE_IN_SUBJECT].rsplit(" ", 1)[0] + "…"
    return Message(
        key=key,
        kind=DeliveryKind.ALERT,
        channel=DeliveryChannel.EMAIL,
        recipient=recipient,
        subject=message("alert.subject", title=shown),
        text=rendering.plain("alert", page=page),
        html=rendering.html("alert", page=page),
        message_id=message_id(key, now, profile),
    )
