"""Column types that both stores understand in the same way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Dialect, Enum, Table, Text, TypeDecorator
from sqlmodel import SQLModel

from domain.errors import InputError

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, so that a later migration can drop it on both stores."""

SQLModel.metadata.naming_convention = NAMING


class Moment(TypeDecorator[datetime]):
    """A moment: aware in and out, in UTC on both stores. A time without a zone is refused with ``InputError``."""

    impl = DateTime
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite keeps it without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise InputError(f"the time {value.isoformat()} names no zone", "give an aware time")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def moment(*, nullable: bool = False, index: bool = False) -> Column[datetime]:
    """A column that holds a moment."""
    return Column(Moment(), nullable=nullable, index=index)


def code(codes: type[StrEnum], *, nullable: bool = False, primary_key: bool = False) -> Column[Any]:
    """A column that holds a code of an enum: its value as text, with a CHECK constraint."""
    kind = Enum(
        codes,
        native_enum=False,
        create_constraint=True,
        length=24,
        name=_snake(codes.__name__),
        values_callable=_values,
    )
    return Column(kind, nullable=nullable, primary_key=primary_key)


def texts() -> Column[Any]:
    """A column that holds a JSON list or object."""
    return Column(JSON, nullable=False)


def long_text(*, nullable: bool = False) -> Column[str]:
    """A column for text of any length."""
    return Column(Text, nullable=nullable)


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a SQLModel class, for statements over many rows."""
    table = model.__table__  # type: ignore[attr-defined]
    assert isinstance(table, Table)
    return table


def _values(codes: Iterable[StrEnum]) -> list[str]:
    return [each.value for each in codes]


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
