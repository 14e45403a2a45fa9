"""Table of the people who sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from registry.tables.columns import moment, texts


class PersonRecord(SQLModel, table=True):
    """Someone who may sign in. ``password`` is an argon2 hash."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("username <> '' AND username <> 'system'", name="username"),
        CheckConstraint("password LIKE '$argon2%'", name="password"),
        CheckConstraint("NOT head OR department <> ''", name="head"),
    )

    username: str = Field(primary_key=True)
    name: str
    password: str
    roles: list[str] = Field(default_factory=list, sa_column=texts())
    department: str = ""
    email: str = ""
    head: bool = False
    """Leads the department: hears of what runs out of time."""
    session_round: int = 0
    """Raised when the password changes or the person is shut out: sessions that began in an earlier round are over."""
    scripted: bool = False
    disabled: bool = False
    created_at: datetime = Field(sa_column=moment())
