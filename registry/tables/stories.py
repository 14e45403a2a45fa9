"""Tables of stories: near-duplicate mentions, and the bands by which they are found again after a restart."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary
from sqlmodel import Field, SQLModel

from registry.tables.columns import moment


class StoryRecord(SQLModel, table=True):
    """One story: one text, printed by any number of outlets (REQUIREMENTS G5). ``size`` counts its mentions."""

    __tablename__ = "story"
    __table_args__ = (CheckConstraint("size >= 1", name="size"),)

    id: int | None = Field(default=None, primary_key=True)
    first_at: datetime = Field(sa_column=moment())
    last_at: datetime = Field(sa_column=moment(index=True))
    size: int = 1
    case_id: int | None = Field(default=None, foreign_key="case_record.id", index=True)


class StorySignatureRecord(SQLModel, table=True):
    """The words of one mention as numbers (``registry.story_words``), kept for as long as a story may grow."""

    __tablename__ = "story_signature"

    mention_id: int = Field(
        sa_column=Column(Integer, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    story_id: int = Field(foreign_key="story.id", index=True)
    signature: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    at: datetime = Field(sa_column=moment(index=True))


class StoryBandRecord(SQLModel, table=True):
    """One bucket of a mention (``registry.story_text``): mentions that share one are compared."""

    __tablename__ = "story_band"
    __table_args__ = (Index("ix_story_band_mention_id", "mention_id"), {"sqlite_with_rowid": False})

    bucket: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    mention_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("story_signature.mention_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )


class StoryPinRecord(SQLModel, table=True):
    """A person's word on two mentions: one story, or not one. It outlives every later comparison (REQUIREMENTS G5)."""

    __tablename__ = "story_pin"
    __table_args__ = (CheckConstraint("mention_id < other_id", name="order"), Index("ix_story_pin_other_id", "other_id"))

    mention_id: int = Field(
        sa_column=Column(Integer, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    other_id: int = Field(
        sa_column=Column(Integer, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    together: bool
    actor: str
    at: datetime = Field(sa_column=moment())
