"""Statements over many rows, in pieces that both stores take."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeVar, cast

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Row, Select, Table, any_, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from registry.tables import Rows, TakenIdRecord, table_of

T = TypeVar("T")
TAKEN = table_of(TakenIdRecord)

IN_AT_ONCE: Final = 5000
"""Values in one IN: SQLite takes 32,766 variables, PostgreSQL 65,535."""
_NEVER_AGAIN: Final = frozenset({"mention", "story"})
"""Tables whose rows may be erased: an id that was given once must not come to mean another one (a case's history, an export and a
bookmark name mentions by it)."""

_TAKE: Final = "INSERT INTO taken_id (name, last) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET last = excluded.last"
"""Written out: building it anew for each batch cost more than the batch's other look-ups."""


def chunks(values: Collection[T], size: int = IN_AT_ONCE) -> Iterator[list[T]]:
    """The values in lists of at most ``size``."""
    rest = iter(values)
    while piece := list(islice(rest, size)):
        yield piece


def among(session: Session, column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """That a column is one of many numbers or texts, handed over as one parameter: an ordinary IN makes a variable of each, which
    costs more than the look-up itself."""
    if _is_postgres(session):
        return cast(ColumnElement[bool], column == any_(literal(list(values), ARRAY(column.type))))
    listed = func.json_each(json.dumps(list(values))).table_valued("value")
    return cast(ColumnElement[bool], column.in_(select(listed.c.value)))


def select_in(session: Session, statement: Select[Any], column: Any, values: Collection[Any]) -> Iterator[Row[Any]]:
    """The rows of ``statement`` whose ``column`` is one of ``values``."""
    if values:
        yield from session.connection().execute(statement.where(among(session, column, values)))


def select_pairs(session: Session, statement: Select[Any], column: Any, values: Collection[Any]) -> list[tuple[int, int]]:
    """As ``select_in``, for a statement of two numbers: very many rows, without a row's own work."""
    if not values:
        return []
    found = session.connection().execute(statement.where(among(session, column, values)))
    return [(int(one), int(other)) for one, other in found.all()]


def insert_rows(session: Session, table: Table, rows: Rows) -> None:
    """Insert all rows; every row has the same columns."""
    if rows:
        session.connection().execute(insert(table), rows)


def insert_pairs(session: Session, table: Table, pairs: Sequence[tuple[int, int]]) -> None:
    """Insert very many rows of two numbers, in the order of the table's first two columns, past the ORM's work on each row."""
    columns = list(table.columns)[:2]
    if pairs and _is_postgres(session):
        given = (func.unnest(literal(list(each), ARRAY(BigInteger))) for each in zip(*pairs, strict=True))
        session.connection().execute(insert(table).from_select(columns, select(*given)))
    elif pairs:
        statement = str(insert(table).values(dict.fromkeys(columns)).compile(dialect=sqlite.dialect()))
        session.connection().exec_driver_sql(statement, list(pairs))


def write_numbers(session: Session, table: Table, column: Any, pairs: Sequence[tuple[int, int]]) -> None:
    """Write a number into one column of very many rows, given as ``(id, number)``, past the ORM's work on each row."""
    if pairs and _is_postgres(session):
        ids, numbers = zip(*pairs, strict=True)
        given = select(
            func.unnest(literal(list(ids), ARRAY(BigInteger))).label("of"),
            func.unnest(literal(list(numbers), ARRAY(BigInteger))).label("number"),
        ).subquery()
        session.connection().execute(update(table).where(table.c.id == given.c.of).values({column: given.c.number}))
    elif pairs:
        statement = f"UPDATE {table.name} SET {column.name} = ? WHERE id = ?"  # noqa: S608 - names of our own columns
        session.connection().exec_driver_sql(statement, [(number, row_id) for row_id, number in pairs])


def insert_new(session: Session, table: Table, rows: Rows) -> None:
    """Insert the rows that are not there yet (by any unique rule); the others stay as they are."""
    if rows:
        make: Callable[[Table], Any] = postgresql.insert if _is_postgres(session) else sqlite.insert
        session.connection().execute(make(table).on_conflict_do_nothing(), rows)


def upsert(session: Session, table: Table, rows: Rows, keys: Sequence[str], changed: Sequence[str]) -> None:
    """Insert rows, or write ``changed`` columns where a row with the same ``keys`` is there."""
    if rows:
        make: Callable[[Table], Any] = postgresql.insert if _is_postgres(session) else sqlite.insert
        statement = make(table)
        taken = {name: statement.excluded[name] for name in changed}
        session.connection().execute(statement.on_conflict_do_update(index_elements=list(keys), set_=taken), rows)


def insert_ids(session: Session, table: Table, rows: Rows) -> list[int]:
    """Insert all rows and give their ids, in order. The ids are taken beforehand: asking the store for them row by row costs more
    than the rows."""
    ids = _take_ids(session, table, len(rows))
    insert_rows(session, table, [{"id": row_id, **row} for row_id, row in zip(ids, rows, strict=True)])
    return ids


def _take_ids(session: Session, table: Table, count: int) -> list[int]:
    if not count:
        return []
    connection = session.connection()
    if _is_postgres(session):
        following = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
        return [int(each) for each in connection.execute(select(following).select_from(func.generate_series(1, count))).scalars()]
    # Every writing transaction is alone on SQLite, so nobody else takes these.
    last = int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())
    if table.name in _NEVER_AGAIN:
        taken = connection.execute(select(TAKEN.c.last).where(TAKEN.c.name == table.name)).scalar_one_or_none()
        last = max(last, taken or 0)
        connection.exec_driver_sql(_TAKE, (table.name, last + count))
    return list(range(last + 1, last + count + 1))


def _is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
