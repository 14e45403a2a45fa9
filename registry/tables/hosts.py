"""The clock of each host, which all its sources share (DESIGN 3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from registry.tables.columns import long_text, moment


class HostRecord(SQLModel, table=True):
    """One host (name and port): when it may be asked again, and who holds it now. Fields as in ``domain.source.HostMemory``."""

    __tablename__ = "host"
    __table_args__ = (
        CheckConstraint("failures >= 0", name="failures"),
        CheckConstraint("(holder = '') = (leased_until IS NULL)", name="lease"),
    )

    host: str = Field(primary_key=True)
    free_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    closed_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    failures: int = 0
    reason: str = Field(default="", sa_column=long_text())
    crawl_delay: float = 0.0
    robots: str | None = Field(default=None, sa_column=long_text(nullable=True))
    robots_read_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    holder: str = ""
    leased_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))
