"""What the classifier had said of a week's mentions when their sample was drawn (REQUIREMENTS C9).

Recall is about its word alone: whatever a person corrected since (on the strength of the sample, for one) must not make it look
better. So neither the state nor the effective tags of a mention are asked, but the last tagging before the draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select

from domain.recall import Stratum
from domain.tags import CASE_KINDS, Axis, Remit
from domain.week import week_bounds
from registry.tables import ContentRecord, MentionRecord, RecallItemRecord, TaggingRecord, table_of

MENTION = table_of(MentionRecord)
CONTENT = table_of(ContentRecord)
TAGGING = table_of(TaggingRecord)
ITEM = table_of(RecallItemRecord)

_SLACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Week:
    """One ISO week of one profile. ``threshold`` is what a kind must be sure of to be flagged (``domain.tags.is_flagged``)."""

    code: str
    threshold: float
    timezone: str = "Asia/Riyadh"

    @property
    def start(self) -> datetime:
        """Its first moment. Raises ``InputError`` for a week that is none."""
        return week_bounds(self.code, self.timezone)[0]

    @property
    def end(self) -> datetime:
        """The first moment of the next one."""
        return week_bounds(self.code, self.timezone)[1]


def untagged(week: Week) -> Select[Any]:
    """How many mentions of the week still wait for the classifier."""
    said = select(TAGGING.c.id).where(TAGGING.c.mention_id == MENTION.c.id)
    waiting = (MENTION.c.tagged_revision < MENTION.c.revision, ~said.exists())
    return select(func.count()).select_from(MENTION.join(CONTENT, _first_content())).where(*_stored_in(week), *waiting)


def judged(week: Week, drawn_at: datetime, *, flagged: bool, columns: tuple[Any, ...]) -> Select[Any]:
    """``columns`` of the week's mentions that the classifier had flagged (or had not) at the moment of the draw. What came in
    through the sample itself is left out."""
    last = (
        select(func.max(TAGGING.c.id))
        .where(TAGGING.c.mention_id == MENTION.c.id, TAGGING.c.at <= drawn_at)
        .correlate(MENTION)
        .scalar_subquery()
    )
    entered = select(ITEM.c.mention_id).where(ITEM.c.stratum == Stratum.UNMATCHED, ITEM.c.mention_id.is_not(None))
    says = _says_flagged(week.threshold)
    return (
        select(*columns)
        .select_from(MENTION.join(CONTENT, _first_content()).join(TAGGING, TAGGING.c.id == last))
        .where(*_stored_in(week), says if flagged else not_(says), MENTION.c.id.not_in(entered))
    )


def _first_content() -> ColumnElement[bool]:
    return and_(CONTENT.c.mention_id == MENTION.c.id, CONTENT.c.revision == 1)


def _stored_in(week: Week) -> tuple[ColumnElement[bool], ...]:
    """A mention belongs to the week in which it was first stored, whatever was revised since; the bound on ``fetched_at``, which
    only grows, is there for its index."""
    first = CONTENT.c.at
    return MENTION.c.fetched_at >= week.start - _SLACK, first >= week.start, first < week.end


def _says_flagged(threshold: float) -> ColumnElement[bool]:
    """``domain.tags.is_flagged`` as SQL; a test holds the two together."""
    sure = func.coalesce(TAGGING.c.confidence[str(Axis.KIND)].as_float(), 0.0)
    asks = and_(TAGGING.c.remit == Remit.OURS, TAGGING.c.kind.in_(sorted(CASE_KINDS)), sure >= threshold)
    return or_(TAGGING.c.flags != "", asks)
