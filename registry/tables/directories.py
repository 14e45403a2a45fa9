"""Tables of the directories: people at other bodies, journeys with their stages, and the improvement register."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String
from sqlmodel import Field, SQLModel

from domain.improvement import ImprovementStatus
from registry.tables.columns import code, long_text, moment


class LiaisonRecord(SQLModel, table=True):
    """A person at another body, so that a case is passed to a person and not to a switchboard (REQUIREMENTS W10)."""

    __tablename__ = "liaison"
    __table_args__ = (
        CheckConstraint("name <> '' AND body <> ''", name="named"),
        CheckConstraint("email <> '' OR phone <> ''", name="reachable"),
    )

    id: int | None = Field(default=None, primary_key=True)
    body: str = Field(index=True)
    """The profile's code of the body."""
    name: str
    role: str = ""
    email: str = ""
    phone: str = ""
    topics: str = ""
    """Codes joined with commas; empty: all."""
    active: bool = True
    updated_by: str = ""
    updated_at: datetime = Field(sa_column=moment())


class JourneyRecord(SQLModel, table=True):
    """The journey of one service, with the deputyship in charge (REQUIREMENTS W8, M3)."""

    __tablename__ = "journey"

    code: str = Field(primary_key=True)
    name_ar: str
    name_en: str = ""
    topic: str = ""
    deputyship: str = ""
    active: bool = True


class JourneyStageRecord(SQLModel, table=True):
    """One stage of a journey: finding, applying, following up, receiving, or what the ministry names."""

    __tablename__ = "journey_stage"
    __table_args__ = (CheckConstraint("place >= 1", name="place"),)

    journey: str = Field(sa_column=Column(String, ForeignKey("journey.code", ondelete="CASCADE"), primary_key=True))
    place: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    name_ar: str
    name_en: str = ""


class ImprovementRecord(SQLModel, table=True):
    """A gap, what is recommended, what was decided, and whether it was done (REQUIREMENTS W8)."""

    __tablename__ = "improvement"
    __table_args__ = (
        CheckConstraint("(status = 'proposed') = (decided_by = '')", name="decided"),
        CheckConstraint("(decided_by = '') = (decided_at IS NULL)", name="decided_at"),
        CheckConstraint("(status = 'implemented') = (done_by <> '')", name="done"),
        CheckConstraint("(done_by = '') = (done_at IS NULL)", name="done_at"),
        CheckConstraint("stage IS NULL OR journey <> ''", name="stage"),
        Index("ix_improvement_status", "status", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int | None = Field(default=None, foreign_key="case_record.id", index=True)
    topic: str = ""
    journey: str = ""
    stage: int | None = None
    deputyship: str = ""
    gap: str = Field(sa_column=long_text())
    recommendation: str = Field(default="", sa_column=long_text())
    decision: str = Field(default="", sa_column=long_text())
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    done_by: str = ""
    """Who said that it is implemented."""
    done_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    status: ImprovementStatus = Field(default=ImprovementStatus.PROPOSED, sa_column=code(ImprovementStatus))
    created_by: str
    created_at: datetime = Field(sa_column=moment())
    updated_at: datetime = Field(sa_column=moment())
