"""The audit trail: a chain that nobody changes, and that shows it where somebody did."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from domain.errors import InputError, StoreError
from domain.people import Actor
from registry import audit, doctor
from registry.database import Database
from registry.views import Check
from tests.registry.hands import NOW


def test_entries_are_read_newest_first_and_narrowed(database: Database, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        audit.record(session, team["admin"], "person.added", "person:huda", {"roles": "reviewer"}, NOW)
        audit.record(session, team["manager"], "crisis.on", "crisis", {"reason": "إشاعة"}, NOW + timedelta(hours=1))
        audit.record(session, team["manager"], "crisis.off", "crisis", {}, NOW + timedelta(hours=2))
    with database.reading() as session:
        assert [each.seq for each in audit.entries(session).items] == [3, 2, 1]
        assert audit.entries(session, limit=1).total == 3
        assert [each.action for each in audit.entries(session, action="crisis").items] == ["crisis.off", "crisis.on"]
        assert audit.entries(session, action="cris").total == 0
        assert [each.subject for each in audit.entries(session, actor="admin").items] == ["person:huda"]
        later = audit.entries(session, since=NOW + timedelta(hours=1), until=NOW + timedelta(hours=2))
        assert [each.details for each in later.items] == [{"reason": "إشاعة"}]
        assert audit.verify(session) is None


def test_nothing_personal_is_written(database: Database, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        details = {"reason": "طلب من 0551234567 و @sami_writes", "email": "sami@example.org"}
        audit.record(session, team["admin"], "person.changed", "sami@example.org", details, NOW)
        entry = audit.entries(session).items[0]
    said = f"{entry.subject} {entry.details}"
    assert not any(each in said for each in ("0551234567", "sami_writes", "sami@example.org"))


@given(st.text(min_size=1, max_size=30).filter(lambda said: not said.isascii() or " " in said or said.strip(".") != said))
def test_an_action_is_a_code(said: str) -> None:
    with pytest.raises(InputError):
        audit.record(None, Actor("x", "x"), said, "", {}, NOW)  # type: ignore[arg-type] # refused before the store is asked


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'other'", "DELETE FROM audit"])
def test_the_store_refuses_a_change(database: Database, team: dict[str, Actor], change: str) -> None:
    with database.transaction() as session:
        audit.record(session, team["admin"], "person.added", "person:huda", {}, NOW)
    with pytest.raises(StoreError), database.transaction() as session:
        session.connection().execute(text(change))


def test_a_change_past_the_triggers_is_found(database: Database, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        for place in range(4):
            audit.record(session, team["admin"], "person.added", f"person:{place}", {}, NOW)
        noted = audit.mark(session)
        _without_triggers(session, "UPDATE audit SET subject = 'person:9' WHERE seq = 2")
        assert audit.verify(session) == "entry 2 is not what was written"
        assert [finding.check for finding in doctor.examine(session)] == [Check.AUDIT]
        _without_triggers(session, "UPDATE audit SET subject = 'person:1' WHERE seq = 2")
        assert audit.verify(session, noted) is None
        _without_triggers(session, "DELETE FROM audit WHERE seq = 4")
        assert audit.verify(session) is None
        assert audit.verify(session, noted) == "it ends with entry 3, and entry 4 was noted"
        audit.record(session, team["admin"], "person.added", "person:other", {}, NOW)
        assert audit.verify(session, noted) == "entry 4 is another one than was noted"
        _without_triggers(session, "DELETE FROM audit WHERE seq = 2")
        assert audit.verify(session) == "after entry 1 comes entry 3"


def test_writers_at_once_leave_one_chain(database: Database, team: dict[str, Actor]) -> None:
    def write(place: int) -> None:
        with database.transaction() as session:
            audit.record(session, team["admin"], "person.added", f"person:{place}", {}, NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(24)))
    with database.reading() as session:
        assert audit.mark(session).seq == 24
        assert audit.verify(session) is None


def _without_triggers(session: object, statement: str) -> None:
    """As somebody who writes to the store past Rasd."""
    connection = session.connection()  # type: ignore[attr-defined]
    if connection.dialect.name == "sqlite":
        kept = connection.execute(text("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit'")).all()
        for name, _ in kept:
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(statement))
        for _, sql in kept:
            connection.execute(text(sql))
    else:
        connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        connection.execute(text(statement))
        connection.execute(text("ALTER TABLE audit ENABLE TRIGGER USER"))
