"""Tables of gathering: outlets, sources, announced pages, and what is known of items already met."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from domain.mention import Channel
from domain.outlet import AnswerChannel, Medium, Tier
from domain.source import SourceKind
from registry.tables.columns import code, long_text, moment, texts
from registry.views import NextAction, Subject


class EntryState(StrEnum):
    """Whether an announced page is still to be fetched. A fetched entry has no row: its keys are known."""

    PENDING = "pending"
    FAILED = "failed"


class OutletRecord(SQLModel, table=True):
    """The outlets directory (REQUIREMENTS G1)."""

    __tablename__ = "outlet"
    __table_args__ = (CheckConstraint("reach BETWEEN 1 AND 5", name="reach"),)

    id: str = Field(primary_key=True)
    name_ar: str
    name_en: str = ""
    medium: Medium = Field(default=Medium.NEWSPAPER, sa_column=code(Medium))
    country: str = "SA"
    language: str = "ar"
    home_url: str = ""
    handle: str = ""
    editor_email: str = ""
    reach: int | None = None
    answer_channel: AnswerChannel = Field(default=AnswerChannel.NONE, sa_column=code(AnswerChannel))
    tier: Tier | None = Field(default=None, sa_column=code(Tier, nullable=True))
    contacts: list[dict[str, str]] = Field(default_factory=list, sa_column=texts())
    """``domain.outlet.EditorialContact`` as objects."""
    verified: bool = False
    source: str = ""
    verified_by: str = ""
    verified_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class SourceRecord(SQLModel, table=True):
    """One source with the state that its last poll left (REQUIREMENTS G2). ``habit`` is its usual silence, in seconds."""

    __tablename__ = "source"
    __table_args__ = (
        CheckConstraint("interval_s > 0", name="interval"),
        CheckConstraint("failures >= 0", name="failures"),
        CheckConstraint("pace >= 0", name="pace"),
        CheckConstraint("floor_per_day > 0", name="floor"),
        Index("ix_source_due", "next_poll_at", sqlite_where=text("NOT paused AND NOT removed"),
              postgresql_where=text("NOT paused AND NOT removed")),
    )  # fmt: skip

    id: str = Field(primary_key=True)
    kind: SourceKind = Field(sa_column=code(SourceKind))
    outlet_id: str = Field(foreign_key="outlet.id", index=True)
    name: str
    url: str = ""
    query: str = ""
    interval_s: float
    paused: bool = False
    removed: bool = False
    article_links: str = ""
    body: str = ""
    timezone: str = "Asia/Riyadh"
    etag: str = ""
    last_modified: str = ""
    digest: str = ""
    since_id: str = ""
    moved_to: str = ""
    window: list[str] = Field(default_factory=list, sa_column=texts())
    pace: float = 0.0
    parts: list[dict[str, str]] = Field(default_factory=list, sa_column=texts())
    """``domain.source.PartState`` as objects."""
    floor_per_day: float | None = None
    failures: int = 0
    reason: str = ""
    items: int = 0
    habit: float | None = None
    next_poll_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    last_checked_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    last_success_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    last_item_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class EntryRecord(SQLModel, table=True):
    """An announced page that is still to be fetched, or that could not be."""

    __tablename__ = "entry"
    __table_args__ = (
        Index("ix_entry_due", "next_try_at", "id", sqlite_where=text("state = 'pending'"),
              postgresql_where=text("state = 'pending'")),
        Index("ix_entry_host", "host", "next_try_at", sqlite_where=text("state = 'pending'"),
              postgresql_where=text("state = 'pending'")),
        CheckConstraint("attempts >= 0", name="attempts"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    source_id: str = Field(foreign_key="source.id")
    outlet_id: str
    url: str
    host: str = ""
    """Name and port of ``url``: pages are fetched host by host."""
    channel: Channel = Field(sa_column=code(Channel))
    aliases: list[str] = Field(default_factory=list, sa_column=texts())
    hint_title: str = Field(default="", sa_column=long_text())
    hint_summary: str = Field(default="", sa_column=long_text())
    hint_author: str = ""
    hint_published_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    hint_section: str = ""
    state: EntryState = Field(default=EntryState.PENDING, sa_column=code(EntryState))
    attempts: int = 0
    reason: str = ""
    found_at: datetime = Field(sa_column=moment())
    next_try_at: datetime = Field(sa_column=moment())


class KnownKeyRecord(SQLModel, table=True):
    """Every key and alias of every item met, except posts that matched nothing. Without a mention: seen, or still an entry."""

    __tablename__ = "known_key"

    key: str = Field(primary_key=True)
    mention_id: int | None = Field(default=None, foreign_key="mention.id", index=True)


class SeenRecord(SQLModel, table=True):
    """A press item that matched no watch query: title and address alone (REQUIREMENTS L1)."""

    __tablename__ = "seen"

    key: str = Field(primary_key=True)
    source_id: str
    title: str = Field(sa_column=long_text())
    url: str
    seen_at: datetime = Field(sa_column=moment(index=True))


class SeenHashRecord(SQLModel, table=True):
    """A post that matched no watch query: a keyed hash of its id alone (REQUIREMENTS L1)."""

    __tablename__ = "seen_hash"

    digest: str = Field(primary_key=True)
    seen_at: datetime = Field(sa_column=moment(index=True))


class ProblemRecord(SQLModel, table=True):
    """Something that went wrong, with the reason and the next action (DESIGN promise 5). Solved problems lose their row."""

    __tablename__ = "problem"
    __table_args__ = (
        UniqueConstraint("subject", "source_id", "subject_id"),
        CheckConstraint("times >= 1", name="times"),
    )

    id: int | None = Field(default=None, primary_key=True)
    subject: Subject = Field(sa_column=code(Subject))
    subject_id: str
    source_id: str = ""
    reason: str = Field(sa_column=long_text())
    next_action: NextAction = Field(sa_column=code(NextAction))
    next_try_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    times: int = 1
    first_at: datetime = Field(sa_column=moment())
    last_at: datetime = Field(sa_column=moment(index=True))
    told_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    """When people were told of it by mail; None: not yet, or nobody is."""


Rows = list[dict[str, Any]]
"""What a statement over many rows takes."""
