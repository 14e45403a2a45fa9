"""Tables of mentions: the mention, its revisions, what the model said of it, and what a person corrected."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from domain.mention import Access, Channel, MentionForm, MentionState
from domain.tags import Axis, Complexity, Importance, Kind, Remit, Sentiment
from domain.teaching import AnswerOrigin
from registry.tables.columns import code, long_text, moment, texts
from registry.views import Review


def _owner(*, primary_key: bool = False) -> Column[Any]:
    return Column(
        Integer, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=primary_key, nullable=False, index=not primary_key
    )


class MentionRecord(SQLModel, table=True):
    """One mention. The tag columns are the effective ones; the model's own are in ``tagging``, its text in ``content``."""

    __tablename__ = "mention"
    __table_args__ = (
        CheckConstraint("revision >= 1", name="revision"),
        CheckConstraint("tagged_revision <= revision", name="tagged_revision"),
        CheckConstraint("state NOT IN ('tagged', 'flagged') OR kind IS NOT NULL", name="tagged"),
        CheckConstraint("author_handle = '' OR channel = 'social'", name="handle"),
        CheckConstraint("transcribed OR form <> 'text'", name="transcribed"),
        CheckConstraint("minute IS NULL OR (minute >= 0 AND form IN ('sound', 'video'))", name="minute"),
        Index("ix_mention_state", "state", "id"),
        Index("ix_mention_untagged", "id", sqlite_where=text("tagged_revision < revision"),
              postgresql_where=text("tagged_revision < revision")),
        Index("ix_mention_unregistered", "id", sqlite_where=text("state = 'flagged' AND review = 'none'"),
              postgresql_where=text("state = 'flagged' AND review = 'none'")),
        Index("ix_mention_review", "review", "id", sqlite_where=text("review <> 'none'"),
              postgresql_where=text("review <> 'none'")),
        Index("ix_mention_untranscribed", "id", sqlite_where=text("NOT transcribed"), postgresql_where=text("NOT transcribed")),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    channel: Channel = Field(sa_column=code(Channel))
    source_id: str
    outlet_id: str = Field(foreign_key="outlet.id")
    url: str
    canonical_url: str = ""
    title: str = Field(sa_column=long_text())
    author: str = ""
    author_handle: str = ""
    section: str = ""
    language: str = ""
    addressed: bool = False
    page: int | None = None
    image_url: str = ""
    access: Access = Field(default=Access.FULL, sa_column=code(Access))
    published_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    fetched_at: datetime = Field(sa_column=moment(index=True))
    content_hash: str
    revision: int = 1
    watch: list[str] = Field(default_factory=list, sa_column=texts())
    state: MentionState = Field(default=MentionState.GATHERED, sa_column=code(MentionState))
    review: Review = Field(default=Review.NONE, sa_column=code(Review))
    decided_by: str = ""
    decision_reason: str = Field(default="", sa_column=long_text())
    story_id: int | None = Field(default=None, foreign_key="story.id", index=True)
    tagged_revision: int = 0
    remit: Remit | None = Field(default=None, sa_column=code(Remit, nullable=True))
    kind: Kind | None = Field(default=None, sa_column=code(Kind, nullable=True))
    sentiment: Sentiment | None = Field(default=None, sa_column=code(Sentiment, nullable=True))
    topic: str | None = None
    importance: Importance | None = Field(default=None, sa_column=code(Importance, nullable=True))
    complexity: Complexity = Field(default=Complexity.ROUTINE, sa_column=code(Complexity))
    """Proposed from the text alone, never from reach or spread (REQUIREMENTS C4, C5)."""
    flags: str = ""
    """Codes joined with commas, in order."""
    confidence: float | None = None
    """Of the kind."""
    form: MentionForm = Field(default=MentionForm.TEXT, sa_column=code(MentionForm))
    transcribed: bool = True
    """False while what came as a picture or sound has no text: no classifier judges it (REQUIREMENTS W16)."""
    programme: str = ""
    minute: int | None = None
    """Seconds from the programme's beginning."""
    entered_by: str = ""
    transcribed_by: str = ""
    forwarded_often: bool = False
    erased_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class TakenIdRecord(SQLModel, table=True):
    """The last id that a table gave, where its rows may be erased: SQLite alone would give the newest one's again. (PostgreSQL's
    sequences never go back: there it stays empty.)"""

    __tablename__ = "taken_id"

    name: str = Field(primary_key=True)
    last: int


class ContentRecord(SQLModel, table=True):
    """What one revision of a mention said: apart from the mention, so that its states are cheap to write and its text to
    erase."""

    __tablename__ = "content"

    mention_id: int = Field(sa_column=_owner(primary_key=True))
    revision: int = Field(primary_key=True)
    title: str = Field(sa_column=long_text())
    text: str = Field(sa_column=long_text())
    content_hash: str
    at: datetime = Field(sa_column=moment())


class MentionFileRecord(SQLModel, table=True):
    """The picture, sound or film that a mention came as. It goes with the mention."""

    __tablename__ = "mention_file"
    __table_args__ = (CheckConstraint("size > 0", name="size"), UniqueConstraint("mention_id", "sha256"))

    id: int | None = Field(default=None, primary_key=True)
    mention_id: int = Field(sa_column=_owner())
    name: str
    media_type: str
    size: int
    sha256: str
    actor: str
    at: datetime = Field(sa_column=moment())
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class TaggingRecord(SQLModel, table=True):
    """What one model said of one revision (DESIGN promise 8)."""

    __tablename__ = "tagging"
    __table_args__ = (UniqueConstraint("mention_id", "revision", "model"),)

    id: int | None = Field(default=None, primary_key=True)
    mention_id: int = Field(sa_column=Column(Integer, ForeignKey("mention.id", ondelete="CASCADE"), nullable=False))
    revision: int
    model: str
    remit: Remit = Field(sa_column=code(Remit))
    kind: Kind = Field(sa_column=code(Kind))
    sentiment: Sentiment = Field(sa_column=code(Sentiment))
    topic: str
    importance: Importance = Field(sa_column=code(Importance))
    lang: str
    body: str | None = None
    complexity: Complexity = Field(default=Complexity.ROUTINE, sa_column=code(Complexity))
    rules: list[str] = Field(default_factory=list, sa_column=texts())
    """Codes of the rules that set importance and complexity."""
    flags: str = ""
    confidence: dict[str, float] = Field(default_factory=dict, sa_column=texts())
    evidence: list[Any] = Field(default_factory=list, sa_column=texts())
    at: datetime = Field(sa_column=moment())


class CorrectionRecord(SQLModel, table=True):
    """What a person said instead (REQUIREMENTS C8), or that the model was right (``value`` is ``was``). The last row of an axis
    counts."""

    __tablename__ = "correction"

    id: int | None = Field(default=None, primary_key=True)
    mention_id: int = Field(sa_column=_owner())
    axis: Axis = Field(sa_column=code(Axis))
    was: str
    value: str
    actor: str
    model: str
    at: datetime = Field(sa_column=moment(index=True))
    origin: AnswerOrigin = Field(default=AnswerOrigin.DECISION, sa_column=code(AnswerOrigin))
