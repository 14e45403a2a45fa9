"""Table of the outbox (DESIGN promises 3 and 4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from domain.delivery import DeliveryChannel, DeliveryKind, DeliveryStatus
from registry.tables.columns import code, long_text, moment


class DeliveryRecord(SQLModel, table=True):
    """One message, from its draft to its confirmation."""

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
        CheckConstraint("(status = 'claimed') = (claimed_at IS NOT NULL)", name="claimed_at"),
        CheckConstraint("kind <> 'answer' OR status IN ('draft', 'withdrawn') OR approved_by <> ''", name="approved"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_delivery_due", "next_try_at", "id", sqlite_where=text("status = 'queued'"),
              postgresql_where=text("status = 'queued'")),
        Index("ix_delivery_status", "status", "id"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: DeliveryKind = Field(sa_column=code(DeliveryKind))
    channel: DeliveryChannel = Field(sa_column=code(DeliveryChannel))
    recipient: str
    subject: str
    text: str = Field(sa_column=long_text())
    html: str = Field(sa_column=long_text())
    message_id: str = ""
    status: DeliveryStatus = Field(sa_column=code(DeliveryStatus))
    case_id: int | None = Field(default=None, foreign_key="case_record.id", index=True)
    drafted_by: str = ""
    approved_by: str = ""
    attempts: int = 0
    reason: str = Field(default="", sa_column=long_text())
    remote_id: str = ""
    created_at: datetime = Field(sa_column=moment())
    next_try_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    claimed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    sent_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
