"""Changes the CHECK constraints of a table that is filled, on both stores, without copying it.

SQLite has no statement for that. Its documentation gives the way for a change that leaves the rows as they are: the table's own
text in ``sqlite_schema`` is written anew. A copy of the table would lose the rows of other tables that point at it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op


def change_checks(table: str, *, drop: Sequence[str] = (), add: Mapping[str, str] | None = None) -> None:
    """Drop the CHECKs of these names (whole names), then add these (name -> condition). The rows must fulfil the new ones."""
    added = add or {}
    if op.get_bind().dialect.name == "postgresql":
        for name in drop:
            op.execute(sa.text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        for name, condition in added.items():
            op.execute(sa.text(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition})"))
        return
    _rewrite(table, drop, added)


def listed(column: str, codes: Sequence[str]) -> str:
    """The condition that a column holds one of these codes."""
    return f"{column} IN ({', '.join(repr(code) for code in codes)})"


def _rewrite(table: str, drop: Sequence[str], add: Mapping[str, str]) -> None:
    connection = op.get_bind()
    for name, condition in add.items():
        broken = connection.execute(sa.text(f"SELECT count(*) FROM {table} WHERE NOT ({condition})")).scalar_one()  # noqa: S608
        if broken:
            raise ValueError(f"{broken} rows of {table} break the new rule {name}: {condition}")
    written = connection.execute(sa.text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = :n"), {"n": table})
    statement = str(written.scalar_one())
    for name in drop:
        statement = _without(statement, name)
    end = statement.rindex(")")
    more = "".join(f", CONSTRAINT {name} CHECK ({condition})" for name, condition in add.items())
    statement = statement[:end] + more + statement[end:]
    version = int(connection.exec_driver_sql("PRAGMA schema_version").scalar_one())
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.execute(
        sa.text("UPDATE sqlite_schema SET sql = :sql WHERE type = 'table' AND name = :n"), {"sql": statement, "n": table}
    )
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")


def _without(statement: str, name: str) -> str:
    """The CREATE TABLE without one of its CHECKs."""
    start = statement.index(f"CONSTRAINT {name} CHECK (")
    place = statement.index("(", start)
    depth = 0
    for end in range(place, len(statement)):
        depth += {"(": 1, ")": -1}.get(statement[end], 0)
        if depth == 0:
            break
    before = statement[:start].rstrip().removesuffix(",")
    return before + statement[end + 1 :]
