"""Counts for the digest, the console and the command line (REQUIREMENTS N3, M6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlmodel import Session

from domain.case import CaseEventKind
from domain.delivery import DeliveryKind, DeliveryStatus
from domain.mention import Channel, MentionState
from domain.tags import Remit
from registry.casework.reading import case_rows, importance_weight, read_rows
from registry.tables import (
    CaseEventRecord,
    CaseMentionRecord,
    CaseRecord,
    DeliveryRecord,
    MentionRecord,
    OutletRecord,
    ProblemRecord,
    SourceRecord,
    StoryRecord,
    table_of,
)
from registry.views import CaseRow, Counts, Review, Tally, WeekFigures

MENTION = table_of(MentionRecord)
STORY = table_of(StoryRecord)
CASE = table_of(CaseRecord)
CASE_MENTION = table_of(CaseMentionRecord)
EVENT = table_of(CaseEventRecord)
DELIVERY = table_of(DeliveryRecord)
OUTLET = table_of(OutletRecord)
SOURCE = table_of(SourceRecord)
PROBLEM = table_of(ProblemRecord)

_FLAGGED: Final = MENTION.c.state.in_([MentionState.FLAGGED, MentionState.CASED, MentionState.DISMISSED])
_OPEN: Final = CASE.c.is_open.is_(True)
_TOLD: Final = CASE.c.sealed.is_(False)
"""Cases that a digest names: a sealed one is counted, and no more (REQUIREMENTS W14)."""
_MOST: Final = 10


def summary(session: Session, now: datetime | None = None) -> Counts:
    """Totals over everything kept. *Flagged* are mentions that a person had to see, in cases or dismissed since as well."""
    moment = now or datetime.now(UTC)
    sent = DELIVERY.c.status == DeliveryStatus.SENT
    return Counts(
        mentions=_count(session, MENTION),
        stories=_count(session, STORY),
        flagged=_count(session, MENTION, _FLAGGED),
        cases=_count(session, CASE),
        answers_sent=_count(session, DELIVERY, sent, DELIVERY.c.kind == DeliveryKind.ANSWER),
        digests_sent=_count(session, DELIVERY, sent, DELIVERY.c.kind == DeliveryKind.DIGEST),
        sources=_count(session, SOURCE, SOURCE.c.removed.is_(False)),
        review=_count(session, MENTION, MENTION.c.review != Review.NONE),
        open_cases=_count(session, CASE, _OPEN),
        overdue=_count(session, CASE, _OPEN, CASE.c.due_at < moment),
        problems=_count(session, PROBLEM),
    )


def week(session: Session, start: datetime, end: datetime, now: datetime | None = None) -> WeekFigures:
    """The figures of ``[start, end)``, each beside the period of the same length before it."""
    moment = now or datetime.now(UTC)
    span = _Span(start, end)
    met = MENTION.c.fetched_at
    press = and_(_FLAGGED, MENTION.c.channel == Channel.PRESS)
    outlets = span.by(session, MENTION.c.outlet_id, met, press)[:_MOST]
    return WeekFigures(
        start=start,
        end=end,
        mentions=span.one(session, "mentions", met),
        flagged=span.one(session, "flagged", met, _FLAGGED),
        cases_opened=span.one(session, "cases_opened", CASE.c.opened_at),
        cases_closed=span.one(session, "cases_closed", EVENT.c.at, EVENT.c.kind == CaseEventKind.CLOSED),
        answers_sent=span.one(session, "answers_sent", DELIVERY.c.sent_at, DELIVERY.c.kind == DeliveryKind.ANSWER),
        open_now=_count(session, CASE, _OPEN),
        overdue_now=_count(session, CASE, _OPEN, CASE.c.due_at < moment),
        by_channel=span.by(session, MENTION.c.channel, met),
        by_kind=span.by(session, MENTION.c.kind, met, _FLAGGED),
        by_topic=span.by(session, CASE.c.topic, CASE.c.opened_at),
        by_importance=span.by(session, CASE.c.importance, CASE.c.opened_at),
        by_sentiment=span.by(session, MENTION.c.sentiment, met, MENTION.c.remit == Remit.OURS),
        by_outlet=outlets,
        top_cases=_top(session, start, end, moment),
        overdue_cases=_overdue(session, moment),
        outlet_names=_outlet_names(session, [tally.code for tally in outlets]),
    )


class _Span:
    """A period and the one of the same length before it."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start, self.end, self.before = start, end, start - (end - start)

    def one(self, session: Session, code: str, when: ColumnElement[Any], *where: ColumnElement[bool]) -> Tally:
        """How many rows fall into each of the two periods by their moment ``when``."""
        row = session.connection().execute(select(*self._counts(when)).where(*self._both(when), *where)).one()
        return Tally(code, row.now_count or 0, row.before_count or 0)

    def by(
        self, session: Session, column: ColumnElement[Any], when: ColumnElement[Any], *where: ColumnElement[bool]
    ) -> tuple[Tally, ...]:
        """The same for each value of a column that has any, most first."""
        statement = select(column.label("code"), *self._counts(when)).where(*self._both(when), column.is_not(None), *where)
        rows = session.connection().execute(statement.group_by(column))
        tallies = [Tally(str(row.code), row.now_count, row.before_count) for row in rows]
        return tuple(sorted(tallies, key=lambda tally: (-tally.count, -tally.before, tally.code)))

    def _counts(self, when: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
        inside = func.sum(case((when >= self.start, 1), else_=0)).label("now_count")
        earlier = func.sum(case((when < self.start, 1), else_=0)).label("before_count")
        return inside, earlier

    def _both(self, when: ColumnElement[Any]) -> tuple[ColumnElement[bool], ...]:
        return when >= self.before, when < self.end


def _count(session: Session, table: Any, *where: ColumnElement[bool]) -> int:
    return int(session.connection().execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def _top(session: Session, start: datetime, end: datetime, now: datetime) -> tuple[CaseRow, ...]:
    printed = select(func.count()).select_from(CASE_MENTION).where(CASE_MENTION.c.case_id == CASE.c.id).scalar_subquery()
    statement: Select[Any] = case_rows().where(CASE.c.opened_at >= start, CASE.c.opened_at < end, _TOLD)
    return read_rows(session, statement.order_by(importance_weight(), printed.desc(), CASE.c.id).limit(_MOST), now)


def _overdue(session: Session, now: datetime) -> tuple[CaseRow, ...]:
    late = case_rows().where(_OPEN, CASE.c.due_at < now, _TOLD)
    return read_rows(session, late.order_by(CASE.c.due_at, CASE.c.id).limit(_MOST), now)


def _outlet_names(session: Session, outlet_ids: Iterable[str]) -> dict[str, str]:
    statement = select(OUTLET.c.id, OUTLET.c.name_ar).where(OUTLET.c.id.in_(list(outlet_ids)))
    return {row.id: row.name_ar for row in session.connection().execute(statement)}
