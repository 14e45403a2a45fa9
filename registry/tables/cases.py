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

from domain.case import (
    Action,
    AnswerStatus,
    BeneficiaryKind,
    CaseEventKind,
    CasePath,
    CaseStatus,
    EscalationStep,
    IntakeChannel,
    LadderStep,
    Verdict,
)
from domain.tags import Complexity, Importance, Kind
from registry.tables.columns import code, long_text, moment, texts


class CaseRecord(SQLModel, table=True):
    """A case as its events leave it (DESIGN promise 7): the columns are the fields of ``domain.case.CaseState``.

    ``first_mention_id`` is 0 where it came through a direct channel. ``due_at`` and ``next_step_at`` are projections.
    """

    __tablename__ = "case_record"
    __table_args__ = (
        CheckConstraint("kind IN ('complaint', 'report', 'inquiry')", name="case_kind"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_at"),
        CheckConstraint("status NOT IN ('assigned', 'proposals') OR department <> ''", name="department"),
        CheckConstraint("path <> 'rumour' OR status <> 'proposals'", name="path"),
        CheckConstraint("status NOT IN ('third_party', 'referred') OR body <> ''", name="body"),
        CheckConstraint("first_mention_id > 0 OR path <> 'media'", name="mention"),
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("round >= 0", name="round"),
        CheckConstraint("(status = 'merged') = (merged_into <> '')", name="merged"),
        CheckConstraint("events >= 1 AND revision >= 1", name="events"),
        UniqueConstraint("profile", "year", "serial"),
        CheckConstraint("is_open = (status NOT IN ('rejected', 'closed', 'merged'))", name="is_open"),
        # Each list that people open has an index that filters it, counts it and gives it in order.
        Index("ix_case_record_list", "is_open", "sealed", "due_at", "id"),
        Index("ix_case_record_newest", "sealed", "id"),
        Index("ix_case_record_status", "status", "sealed", "id"),
        Index("ix_case_record_desk", "desk", "is_open", "sealed", "due_at", "id"),
        Index("ix_case_record_assignee", "assignee", "is_open", "sealed", "due_at", "id"),
        Index("ix_case_record_topic", "topic", "opened_at"),
        Index("ix_case_record_topic_list", "topic", "sealed", "id"),
        Index("ix_case_record_serial", "serial"),
        Index("ix_case_record_stands", "due_at", "id", sqlite_where=text("stands"), postgresql_where=text("stands")),
        Index("ix_case_record_barred", "id", sqlite_where=text("barred <> ''"), postgresql_where=text("barred <> ''")),
        Index("ix_case_record_next_step", "next_step_at", sqlite_where=text("next_step_at IS NOT NULL"),
              postgresql_where=text("next_step_at IS NOT NULL")),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    profile: str
    year: int
    serial: int
    title: str = Field(sa_column=long_text())
    path: CasePath = Field(default=CasePath.MEDIA, sa_column=code(CasePath))
    channel: IntakeChannel = Field(default=IntakeChannel.PRESS, sa_column=code(IntakeChannel))
    kind: Kind = Field(sa_column=code(Kind))
    topic: str
    importance: Importance = Field(sa_column=code(Importance))
    complexity: Complexity = Field(sa_column=code(Complexity))
    action: Action = Field(default=Action.PROCESSING, sa_column=code(Action))
    status: CaseStatus = Field(sa_column=code(CaseStatus))
    is_open: bool = True
    """As the status says; for the lists."""
    answer: AnswerStatus = Field(sa_column=code(AnswerStatus))
    department: str = ""
    proposed_department: str = ""
    desk: str = ""
    """Where it is or, before it is passed on, belongs: by this the departments' lists find it."""
    assignee: str = ""
    body: str = ""
    first_mention_id: int
    """The mention that opened it (no foreign key: mentions point at stories, and stories at cases)."""
    opened_at: datetime = Field(sa_column=moment(index=True))
    clock_from: datetime = Field(sa_column=moment())
    due_at: datetime = Field(sa_column=moment())
    closed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    pauses: list[list[str]] = Field(default_factory=list, sa_column=texts())
    """Pairs of moments in ISO 8601, the end empty while the clock stands."""
    stands: bool = False
    """The clock stands; for the lists."""
    deadline: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    promised_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    next_step_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    """When the next step of escalation is due; None where none is."""
    satisfied: bool | None = None
    attempts: int = 0
    told: bool = False
    round: int = 0
    barred: str = ""
    """Names of users between commas: «,sara,ali,»."""
    sealed: bool = False
    held_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    escalated: EscalationStep | None = Field(default=None, sa_column=code(EscalationStep, nullable=True))
    ladder: LadderStep | None = Field(default=None, sa_column=code(LadderStep, nullable=True))
    verdict: Verdict | None = Field(default=None, sa_column=code(Verdict, nullable=True))
    merged_into: str = ""
    events: int = 1
    head: str
    """Hash of the last event."""
    revision: int = 1
    words: bytes = Field(default=b"", sa_column=Column(LargeBinary, nullable=False))
    """Hashes of its telling words, by which related cases are found; erased with its text."""
    erased_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    """When its retention time ended, and what was personal in it went (REQUIREMENTS L3)."""


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


class CasePartyRecord(SQLModel, table=True):
    """Who raised a case, and how they want to be reached: apart, so that it can be erased (REQUIREMENTS W5, L3)."""

    __tablename__ = "case_party"

    case_id: int = Field(sa_column=Column(Integer, ForeignKey("case_record.id"), primary_key=True, autoincrement=False))
    kind: BeneficiaryKind = Field(sa_column=code(BeneficiaryKind))
    name: str = ""
    contact: str = ""
    """A telephone number, an e-mail address, or a handle."""
    channel: IntakeChannel = Field(sa_column=code(IntakeChannel))
    """The channel that they prefer."""
    reference: str = ""
    """Their own reference, or the number of the request that it is about."""
    erased_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class CaseIntakeRecord(SQLModel, table=True):
    """A case that another system, a file or a form handed over, by the id that it is known under there: handed over again, it is
    not registered twice."""

    __tablename__ = "case_intake"
    __table_args__ = (CheckConstraint("remote_id <> ''", name="named"),)

    remote_id: str = Field(primary_key=True)
    case_id: int = Field(foreign_key="case_record.id", index=True)


class CaseAttachmentRecord(SQLModel, table=True):
    """A file that belongs to a case. ``content`` is None once it was erased; the event keeps its digest."""

    __tablename__ = "case_attachment"
    __table_args__ = (CheckConstraint("size > 0", name="size"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_record.id", index=True)
    name: str
    media_type: str
    size: int
    sha256: str
    actor: str
    at: datetime = Field(sa_column=moment())
    content: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))


class ServicePromiseRecord(SQLModel, table=True):
    """The calendar and the times to resolve by which deadlines are reckoned: one row, from the profile (REQUIREMENTS W13)."""

    __tablename__ = "service_promise"
    __table_args__ = (CheckConstraint(text("id = 1"), name="single"),)

    id: int = Field(default=1, primary_key=True)
    profile: str
    promise: dict[str, Any] = Field(sa_column=texts())
