"""The weekly digest of media complaints (REQUIREMENTS N3): read from the registry, composed, queued for each recipient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlmodel import Session

from domain.case import AnswerStatus, CaseStatus
from domain.delivery import DeliveryChannel, DeliveryKind, DeliveryStatus, Message
from domain.messages import message
from domain.profile import Profile
from notify import rendering
from notify.digest_page import Gathered, digest_page
from notify.letter import check_recipient, message_id
from notify.week import last_whole_week, week_bounds, week_of
from registry import cases, deliveries, figures, mentions, recall_figures, sources
from registry.tables import MentionRecord, table_of
from registry.views import WeekFigures

__all__ = ["Digest", "compose", "last_whole_week", "queue", "week_bounds", "week_of"]

MENTION = table_of(MentionRecord)
_DONE = (CaseStatus.SOLVED, CaseStatus.PROPOSALS, CaseStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest, ready to be sent to anyone."""

    subject: str
    html: str
    text: str


def compose(session: Session, profile: Profile, week: str, now: datetime | None = None, *, base_url: str = "") -> Digest:
    """The digest of an ISO week (``2026-W47``) as the registry stands. Nothing is written.

    ``now`` decides what is overdue (this moment, where none is named); ``base_url`` is the console's address, for links.
    Raises ``InputError`` for a week that is none.
    """
    moment = now or datetime.now(UTC)
    page = digest_page(profile, week.strip(), _gather(session, profile, week, moment), moment, base_url)
    return Digest(
        subject=message("digest.subject", period=page.period, number=page.week_number),
        html=rendering.html("digest", page=page),
        text=rendering.plain("digest", page=page),
    )


def queue(session: Session, profile: Profile, week: str, recipients: Sequence[str], now: datetime, *, base_url: str = "") -> int:
    """Queue the week's digest for each recipient who has not been sent it yet; gives how many were queued.

    Raises ``InputError`` for a week that is none and for a recipient that is no address.
    """
    people = {check_recipient(each).lower(): each.strip() for each in recipients}
    keys = {f"digest:{profile.code}:{week.strip()}:{code}": person for code, person in people.items()}
    fresh = {key: person for key, person in keys.items() if deliveries.find_key(session, key) is None}
    digest = compose(session, profile, week, now, base_url=base_url)
    for key, person in fresh.items():
        mail = Message(
            key=key,
            kind=DeliveryKind.DIGEST,
            channel=DeliveryChannel.EMAIL,
            recipient=person,
            subject=digest.subject,
            text=digest.text,
            html=digest.html,
            message_id=message_id(key, now, profile),
        )
        deliveries.queue(session, mail, now=now)
    return len(fresh)


def _gather(session: Session, profile: Profile, week: str, now: datetime) -> Gathered:
    start, end = week_bounds(week, profile.calendar.timezone)
    week_figures = figures.week(session, start, end, now=now)
    return Gathered(
        figures=week_figures,
        stories=_stories(session, start, end),
        outlets_of=_outlets(session, week_figures),
        answers=_answers(session),
        unanswered=_unanswered(session),
        sources=sources.all_sources(session, now),
        recall=recall_figures.latest(session, week.strip()),
    )


def _stories(session: Session, start: datetime, end: datetime) -> int:
    """How many stories the mentions of the week tell."""
    inside = (MENTION.c.fetched_at >= start, MENTION.c.fetched_at < end)
    return int(session.connection().execute(select(func.count(MENTION.c.story_id.distinct())).where(*inside)).scalar_one())


def _outlets(session: Session, week: WeekFigures) -> dict[int, list[str]]:
    """Who printed the cases that are shown, in the order in which they did."""
    shown = {row.id for row in (*week.top_cases, *week.overdue_cases)}
    return {
        case_id: list(dict.fromkeys(mention.outlet_name for mention in mentions.mentions_of_case(session, case_id)))
        for case_id in sorted(shown)
    }


def _answers(session: Session) -> dict[DeliveryStatus, int]:
    """Answers by where they stand now."""
    return {
        status: deliveries.list_deliveries(session, status=status, kind=DeliveryKind.ANSWER, limit=1).total
        for status in DeliveryStatus
    }


def _unanswered(session: Session) -> int:
    """Cases that are dealt with and whose outlet was not written to."""
    return sum(cases.list_cases(session, status=status, answer=AnswerStatus.NONE, limit=1).total for status in _DONE)
