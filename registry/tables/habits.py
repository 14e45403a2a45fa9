"""What each source usually brings and costs: the ground of its health (REQUIREMENTS G2)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Column
from sqlmodel import Field, SQLModel


class SourceDayRecord(SQLModel, table=True):
    """One source's day (UTC): its polls, what they brought, what its pages gave, and what all of it cost.

    ``pages`` are article pages fetched, ``thin`` those without a text or with a tiny one, ``characters`` the sum of the texts,
    ``unchanged`` polls that found nothing new at the first look, ``bytes`` and ``seconds`` as in ``domain.source.Cost``.
    """

    __tablename__ = "source_day"
    __table_args__ = (
        CheckConstraint("thin <= pages", name="thin"),
        CheckConstraint("unchanged <= polls AND failures <= polls", name="polls"),
    )

    source_id: str = Field(primary_key=True, foreign_key="source.id")
    day: dt.date = Field(primary_key=True)
    polls: int = 0
    unchanged: int = 0
    failures: int = 0
    items: int = 0
    pages: int = 0
    thin: int = 0
    characters: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    requests: int = 0
    bytes: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    seconds: float = 0.0


class SourceHourRecord(SQLModel, table=True):
    """Items that a source brought in one hour of the week (weekday 0 is Monday; UTC): a ``domain.habit.Cell``."""

    __tablename__ = "source_hour"
    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 6 AND hour BETWEEN 0 AND 23", name="hour"),)

    source_id: str = Field(primary_key=True, foreign_key="source.id")
    weekday: int = Field(primary_key=True)
    hour: int = Field(primary_key=True)
    week: int
    """Number of the week that ``latest`` is of (``domain.habit.week_of``); the other two are faded as of it."""
    latest: float = 0.0
    items: float = 0.0
    active: float = 0.0
