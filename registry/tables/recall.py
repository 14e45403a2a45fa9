"""The weekly sample of what was not flagged, and the recall that it shows (REQUIREMENTS C9)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from registry.tables.columns import code, long_text, moment


class Stratum(StrEnum):
    """Where in the pipeline an item was left out."""

    UNMATCHED = "unmatched"
    """It matched no watch query: its text is kept here alone, and as briefly as what is in nobody's remit (L1)."""
    UNFLAGGED = "unflagged"
    """It matched, and the classifier did not flag it."""


class RecallAnswer(StrEnum):
    """What a reviewer said of a sampled item."""

    MISSED = "missed"
    """The team should have seen it."""
    RIGHTLY_LEFT = "rightly_left"
    UNSURE = "unsure"


class RecallItemRecord(SQLModel, table=True):
    """One sampled item. ``lot`` is its random number: the smallest of a week, group and stratum are the sample, so that drawing
    again changes nothing. Text and title go when the week's answer was given or the time is over."""

    __tablename__ = "recall_item"
    __table_args__ = (
        CheckConstraint("(answer IS NULL) = (answered_by = '')", name="answer"),
        Index("ix_recall_item_draw", "week", "source_group", "stratum", "lot"),
    )

    id: int | None = Field(default=None, primary_key=True)
    week: str
    source_group: str
    stratum: Stratum = Field(sa_column=code(Stratum))
    lot: float
    key: str = Field(unique=True)
    mention_id: int | None = Field(default=None, foreign_key="mention.id", ondelete="SET NULL")
    source_id: str = ""
    outlet_id: str = ""
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
    source_group: str = Field(primary_key=True)
    stratum: Stratum = Field(sa_column=code(Stratum, primary_key=True))
    items: int = 0


class RecallFigureRecord(SQLModel, table=True):
    """The recall of one week and source group as computed and kept. ``recall``, ``low`` and ``high`` are shares (0-1)."""

    __tablename__ = "recall_figure"
    __table_args__ = (CheckConstraint("low <= recall AND recall <= high", name="interval"),)

    week: str = Field(primary_key=True)
    source_group: str = Field(primary_key=True)
    flagged: int = 0
    confirmed: int = 0
    """Flagged items that a person accepted or that stand in a case."""
    population: int = 0
    answered: int = 0
    missed: int = 0
    recall: float | None = None
    low: float | None = None
    high: float | None = None
    computed_at: datetime = Field(sa_column=moment())
