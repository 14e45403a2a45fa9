"""Tables of a team's day: contacts, special days of the calendar, crisis mode, handovers, and the trail of who changed what."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, Column, Date, Integer, Time, text
from sqlmodel import Field, SQLModel

from domain.case import IntakeChannel
from domain.tags import Kind
from registry.tables.columns import code, long_text, moment, texts


class ContactRecord(SQLModel, table=True):
    """Someone asked and was answered on the spot, or became a case (REQUIREMENTS W3). Holds nothing personal."""

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("kind IN ('complaint', 'report', 'inquiry', 'praise')", name="contact_kind"),
        CheckConstraint("NOT answered OR case_id IS NULL", name="answered"),
        CheckConstraint("seconds IS NULL OR seconds >= 0", name="seconds"),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=moment(index=True))
    channel: IntakeChannel = Field(sa_column=code(IntakeChannel))
    kind: Kind = Field(sa_column=code(Kind))
    topic: str
    answered: bool = True
    """On the spot, without another department (REQUIREMENTS M4)."""
    seconds: int | None = None
    """How long it took."""
    actor: str
    case_id: int | None = Field(default=None, foreign_key="case_record.id")
    remote_id: str | None = Field(default=None, unique=True)
    """The other system's own id, so that one is never counted twice."""


class SpecialDayRecord(SQLModel, table=True):
    """A day on which the service works otherwise than its calendar says (REQUIREMENTS W13). No hours: it is closed."""

    __tablename__ = "special_day"
    __table_args__ = (CheckConstraint("(opens IS NULL) = (closes IS NULL)", name="hours"),)

    day: date = Field(sa_column=Column(Date, primary_key=True))
    opens: time | None = Field(default=None, sa_column=Column(Time, nullable=True))
    closes: time | None = Field(default=None, sa_column=Column(Time, nullable=True))
    name: str
    actor: str
    at: datetime = Field(sa_column=moment())


class CrisisRecord(SQLModel, table=True):
    """Crisis mode: one row. While it is on, outgoing answers wait (REQUIREMENTS W15)."""

    __tablename__ = "crisis"
    __table_args__ = (CheckConstraint(text("id = 1"), name="single"), CheckConstraint("active OR line = ''", name="line"))

    id: int = Field(default=1, primary_key=True)
    active: bool = False
    line: str = Field(default="", sa_column=long_text())
    """The one holding line."""
    deputies: list[str] = Field(default_factory=list, sa_column=texts())
    """Who may approve beside the approvers while it lasts."""
    actor: str = ""
    since: datetime = Field(sa_column=moment())


class HandoverRecord(SQLModel, table=True):
    """One shift's handover to the next: what was on the list, who gave it, who took it (REQUIREMENTS W15)."""

    __tablename__ = "handover"
    __table_args__ = (CheckConstraint("(taken_by = '') = (taken_at IS NULL)", name="taken"),)

    id: int | None = Field(default=None, primary_key=True)
    given_by: str
    given_at: datetime = Field(sa_column=moment(index=True))
    note: str = Field(default="", sa_column=long_text())
    items: list[dict[str, Any]] = Field(default_factory=list, sa_column=texts())
    taken_by: str = ""
    taken_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class AuditRecord(SQLModel, table=True):
    """Who changed what outside the cases' own histories: a chain of hashes, append-only (triggers refuse a change)."""

    __tablename__ = "audit"
    __table_args__ = (CheckConstraint("seq >= 1", name="seq"),)

    seq: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_column=moment(index=True))
    actor: str
    action: str
    subject: str
    details: dict[str, str] = Field(default_factory=dict, sa_column=texts())
    hash: str
