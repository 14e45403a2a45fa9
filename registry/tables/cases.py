"""Tables of cases: the case, its append-only history, what people wrote in it, its mentions, its links, its number."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from domain.case import AnswerStatus, CaseEventKind, CaseStatus
from domain.tags import Complexity, Importance, Kind
from registry.tables.columns import code, long_text, moment, texts


class CaseRecord(SQLModel, table=True):
    """A case as its events leave it (DESIGN promise 7). ``clock_from`` is its opening or its last reopening."""

    __tablename__ = "case_record"
    __table_args__ = (
        CheckConstraint("kind IN ('complaint', 'report', 'inquiry')", name="case_kind"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_at"),
        CheckConstraint("status NOT IN ('assigned', 'solved', 'proposals') OR department <> ''", name="department"),
        CheckConstraint("events >= 1 AND revision >= 1", name="events"),
        UniqueConstraint("profile", "year", "serial"),
        Index("ix_case_record_list", "status", "due_at", "id"),
        Index("ix_case_record_topic", "topic", "opened_at"),
        Index("ix_case_record_department", "department", "status"),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    profile: str
    year: int
    serial: int
    title: str = Field(sa_column=long_text())
    kind: Kind = Field(sa_column=code(Kind))
    topic: str
    importance: Importance = Field(sa_column=code(Importance))
    complexity: Complexity = Field(sa_column=code(Complexity))
    status: CaseStatus = Field(sa_column=code(CaseStatus))
    answer: AnswerStatus = Field(sa_column=code(AnswerStatus))
    department: str = ""
    proposed_department: str = ""
    first_mention_id: int
    """The mention that opened it (no foreign key: mentions point at stories, and stories at cases)."""
    opened_at: datetime = Field(sa_column=moment(index=True))
    clock_from: datetime = Field(sa_column=moment())
    due_at: datetime = Field(sa_column=moment())
    closed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    events: int = 1
    head: str
    """Hash of the last event."""
    revision: int = 1
    words: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    """Hashes of its telling words, by which related cases are found; erased with its text."""


class CaseCounterRecord(SQLModel, table=True):
    """The last number given in a year: written in the transaction that uses it, so that there are no gaps."""

    __tablename__ = "case_counter"

    profile: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    last: int


class CaseEventRecord(SQLModel, table=True):
    """One event. Triggers refuse to change or delete it."""

    __tablename__ = "case_event"
    __table_args__ = (CheckConstraint("seq >= 1", name="seq"), Index("ix_case_event_at", "at"))

    case_id: int = Field(sa_column=Column(Integer, ForeignKey("case_record.id"), primary_key=True, autoincrement=False))
    seq: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    kind: CaseEventKind = Field(sa_column=code(CaseEventKind))
    at: datetime = Field(sa_column=moment())
    actor: str
    details: dict[str, str] = Field(default_factory=dict, sa_column=texts())
    digest: str = ""
    """Keyed digest of what the person wrote; the key is erased with the text."""
    hash: str


class CaseEventTextRecord(SQLModel, table=True):
    """What a person wrote in an event, and the key of its digest: the part that can be erased."""

    __tablename__ = "case_event_text"
    __table_args__ = (ForeignKeyConstraint(["case_id", "seq"], ["case_event.case_id", "case_event.seq"]),)

    case_id: int = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    texts: dict[str, str] = Field(sa_column=texts())


class CaseMentionRecord(SQLModel, table=True):
    """A mention belongs to one case at most (REQUIREMENTS G5)."""

    __tablename__ = "case_mention"
    __table_args__ = (Index("ix_case_mention_case_id", "case_id", "mention_id"),)

    mention_id: int = Field(sa_column=Column(Integer, ForeignKey("mention.id"), primary_key=True, autoincrement=False))
    case_id: int = Field(foreign_key="case_record.id")
    joined_at: datetime = Field(sa_column=moment())


class CaseLinkRecord(SQLModel, table=True):
    """Two cases about one matter, the earlier one first."""

    __tablename__ = "case_link"
    __table_args__ = (CheckConstraint("case_id < other_id", name="order"), Index("ix_case_link_other_id", "other_id"))

    case_id: int = Field(sa_column=Column(Integer, ForeignKey("case_record.id"), primary_key=True, autoincrement=False))
    other_id: int = Field(sa_column=Column(Integer, ForeignKey("case_record.id"), primary_key=True, autoincrement=False))
    score: float
    actor: str
    at: datetime = Field(sa_column=moment())


class ServicePromiseRecord(SQLModel, table=True):
    """The calendar and the times to resolve by which deadlines are reckoned: one row, from the profile (REQUIREMENTS W13)."""

    __tablename__ = "service_promise"
    __table_args__ = (CheckConstraint(text("id = 1"), name="single"),)

    id: int = Field(default=1, primary_key=True)
    profile: str
    promise: dict[str, Any] = Field(sa_column=texts())
