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
    )

    username: str = Field(primary_key=True)
    name: str
    password: str
    roles: list[str] = Field(default_factory=list, sa_column=texts())
    department: str = ""
    scripted: bool = False
    disabled: bool = False
    created_at: datetime = Field(sa_column=moment())
