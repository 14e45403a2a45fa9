"""The weekly sample of what was not flagged, and the recall that it shows (REQUIREMENTS C9)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from domain.mention import Channel
from domain.recall import RecallAnswer, SourceGroup, Stratum
from registry.tables.columns import code, long_text, moment

__all__ = ["RecallAnswer", "RecallCountRecord", "RecallFigureRecord", "RecallItemRecord", "Stratum"]


class RecallItemRecord(SQLModel, table=True):
    """One sampled item. ``lot`` is its random number: the smallest of a week, group and stratum are the sample, so that drawing
    again changes nothing. A mention's text is read from the mention, and goes with it; what matched nothing has its address,
    title and text here (masked), until it was answered or the time is over."""

    __tablename__ = "recall_item"
    __table_args__ = (
        CheckConstraint("(answer IS NULL) = (answered_by = '')", name="answer"),
        CheckConstraint("channel <> 'social' OR stratum = 'unflagged'", name="posts"),
        CheckConstraint("stratum = 'unmatched' OR (url = '' AND title = '' AND text = '' AND key = '')", name="text"),
        Index("ix_recall_item_draw", "week", "source_group", "stratum", "lot"),
    )

    id: int | None = Field(default=None, primary_key=True)
    week: str
    source_group: SourceGroup = Field(sa_column=code(SourceGroup))
    stratum: Stratum = Field(sa_column=code(Stratum))
    lot: float
    lot_key: str = Field(unique=True)
    """Keyed digest of week and key: ``domain.recall.lot_key``."""
    mention_id: int | None = Field(default=None, foreign_key="mention.id", ondelete="SET NULL", index=True)
    channel: Channel = Field(sa_column=code(Channel))
    source_id: str = ""
    outlet_id: str = ""
    key: str = ""
    """Of what matched nothing: by it the item can still be entered."""
    url: str = ""
    title: str = Field(default="", sa_column=long_text())
    text: str = Field(default="", sa_column=long_text())
    drawn_at: datetime = Field(sa_column=moment(index=True))
    answer: RecallAnswer | None = Field(default=None, sa_column=code(RecallAnswer, nullable=True))
    answered_by: str = ""
    answered_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class RecallCountRecord(SQLModel, table=True):
    """How many items a week's group and stratum held: what the sample stands for."""

    __tablename__ = "recall_count"

    week: str = Field(primary_key=True)
    source_group: SourceGroup = Field(sa_column=code(SourceGroup, primary_key=True))
    stratum: Stratum = Field(sa_column=code(Stratum, primary_key=True))
    items: int = 0


class RecallFigureRecord(SQLModel, table=True):
    """The recall of one week and source group as computed and kept; a week has them once its sample is drawn. ``recall``, ``low``
    and ``high`` are shares (0-1), None where the answers do not suffice."""

    __tablename__ = "recall_figure"
    __table_args__ = (CheckConstraint("low <= recall AND recall <= high", name="interval"),)

    week: str = Field(primary_key=True)
    source_group: str = Field(primary_key=True)
    """A code of ``SourceGroup``, or ``all``."""
    flagged: int = 0
    decided: int = 0
    """Flagged items that a person accepted or turned down, or that stand in a case."""
    confirmed: int = 0
    """Of these, the ones that were not turned down."""
    population: int = 0
    """Items that were not flagged."""
    sampled: int = 0
    answered: int = 0
    """Items of the sample that a reviewer was sure of."""
    unsure: int = 0
    missed: int = 0
    estimated_missed: float | None = None
    """In the whole population."""
    recall: float | None = None
    low: float | None = None
    high: float | None = None
    drawn_at: datetime = Field(sa_column=moment())
    computed_at: datetime = Field(sa_column=moment())
