"""Migrations, forward and back, on a filled database: nothing is lost, every rule holds afterwards, and nothing is half done."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import time
from itertools import count
from pathlib import Path
from typing import Any

import alembic.op
import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import SQLModel

from domain.case import CaseEventKind, CasePath, IntakeChannel
from domain.errors import StoreError
from domain.people import Actor
from domain.profile import Profile
from domain.tags import Kind
from registry import cases, doctor
from registry.database import Database, _alembic
from tests.registry.enrolled import enrol
from tests.registry.hands import NOW
from tests.registry.old_store import HISTORIES, OLD, dump, fill, insert, migrate, schema

PLACES = {name: place for place, name in enumerate(HISTORIES, 1)}


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A store without tables."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
        yield database
        database.close()
        return
    server = request.getfixturevalue("postgres_server")
    name = f"old_{request.getfixturevalue('worker_id')}"
    with psycopg.connect(server.format("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
        database = Database(server.format(name))
        yield database
        database.close()
        connection.execute(f"DROP DATABASE {name}")


@pytest.fixture
def filled(bare: Database) -> Database:
    """A store of the old version with cases in every status."""
    migrate(bare, OLD)
    fill(bare)
    return bare


@pytest.fixture
def upgraded(filled: Database) -> Database:
    """The same after the upgrade."""
    filled.migrate()
    return filled


# -------------------------------------------------------------------------------------------------------------------- forward


def test_an_upgraded_store_is_sound(upgraded: Database, profile: Profile) -> None:
    with upgraded.transaction() as session:
        assert cases.keep_promise(session, profile), "every deadline is reckoned anew: importance weighs in it no more"
        assert doctor.examine(session) == []
        for place, name in enumerate(HISTORIES, 1):
            view = cases.case_view(session, place, now=NOW)
            assert view.row.title == f"حالة {name}"
            assert view.row.channel == ("social" if place % 2 == 0 else "press")
            assert (view.row.path, view.row.complexity) == ("media", "critical")
            assert [event.kind for event in view.events] == [kind for kind, _, _ in HISTORIES[name]]
            anew = profile.calendar.due(view.state.clock_from or NOW, profile.resolve[view.row.complexity])
            assert view.row.due_at == anew or not view.row.status.is_open
        rounds = {name: cases.case_view(session, place).row.round for name, place in PLACES.items()}
        assert {name: turn for name, turn in rounds.items() if turn} == {"reopened": 1, "assigned again": 1, "reopened twice": 2}
        assert cases.case_view(session, PLACES["assigned again"]).row.importance == "low"


def test_work_goes_on_after_an_upgrade(upgraded: Database, profile: Profile, team: dict[str, Actor]) -> None:
    given = cases.Intake(CasePath.GENERAL, Kind.COMPLAINT, IntakeChannel.PHONE, "حفرة", topic="roads/holes")
    enrol(upgraded, *team.values())
    with upgraded.transaction() as session:
        cases.keep_promise(session, profile)
        cases.act(session, PLACES["solved"], CaseEventKind.CLOSED, team["specialist"], {}, NOW)
        again = {"department": "maintenance", "assignee": "second", "reason": "أعيد فتحها قبل الترقية بلا اسم"}
        cases.act(session, PLACES["assigned again"], CaseEventKind.ASSIGNED, team["specialist"], again, NOW)
        opened = cases.open_direct(session, profile, given, team["reviewer"], NOW)
        assert cases.case_view(session, opened).row.number == f"MOR-2026-{len(HISTORIES) + 1:06d}"
        assert doctor.examine(session) == []


def test_an_upgraded_store_is_what_the_tables_say(upgraded: Database) -> None:
    upgraded.check()
    with upgraded.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_every_rule_of_the_tables_is_in_an_upgraded_store(upgraded: Database) -> None:
    found = {(table, name) for table, shape in schema(upgraded).items() if table != "triggers" for name in shape["checks"]}
    assert found == {(table.name, name) for table in SQLModel.metadata.tables.values() for name in _checks(table)}


def _checks(table: sa.Table) -> set[str]:
    """Names of a table's CHECKs, as they are in the store."""
    written = sa.schema.CreateTable(table).compile(dialect=sa.create_engine("sqlite://").dialect)
    return set(re.findall(r"CONSTRAINT (ck_\w+) CHECK", str(written)))


def test_nothing_is_lost_on_the_way_up(filled: Database) -> None:
    before = dump(filled, without=["alembic_version", "service_promise"])
    names = {table: list(columns["columns"]) for table, columns in schema(filled).items() if table != "triggers"}
    filled.migrate()
    with filled.reading() as session:
        for table, rows in before.items():
            columns = ", ".join(f'"{name}"' for name in names[table])
            count = session.execute(sa.text(f"SELECT count(*) FROM (SELECT {columns} FROM {table}) AS kept")).scalar_one()
            assert count == len(rows), table
    after = dump(filled)
    for table in ("case_event", "case_event_text", "case_mention", "case_link", "case_counter", "content"):
        assert after[table] == before[table], table


# ---------------------------------------------------------------------------------------------------------------- the rules hold


VALID: Mapping[str, Mapping[str, Any]] = {
    "contact": {"id": 1, "channel": "phone", "kind": "inquiry"},
    "special_day": {"name": "عطلة"},
    "crisis": {"id": 1, "active": True, "line": "نتابع", "deputies": []},
    "handover": {"id": 1, "items": []},
    "audit": {"seq": 1, "details": {}},
    "liaison": {"id": 1, "body": "post", "name": "سعد", "email": "s@post.example"},
    "journey": {"code": "j"},
    "journey_stage": {"journey": "j", "place": 1},
    "improvement": {"id": 1, "status": "accepted", "decided_by": "rana", "decided_at": NOW},
    "story_pin": {"mention_id": 1, "other_id": 2},
    "case_intake": {"remote_id": "crm:1", "case_id": 1},
    "mention_file": {"id": 1, "mention_id": 1, "size": 1, "content": b"x"},
    "case_party": {"case_id": 1, "kind": "individual", "channel": "phone"},
    "case_attachment": {"id": 1, "case_id": 1, "size": 1, "content": b"x"},
}
"""A row of each new table that breaks no rule."""
BREAKS: Sequence[tuple[str, Mapping[str, Any], str]] = (
    ("ck_case_record_department", {"department": ""}, "status = 'assigned'"),
    ("ck_case_record_department", {"department": ""}, "status = 'proposals'"),
    ("ck_case_record_path", {"path": "rumour"}, "status = 'proposals'"),
    ("ck_case_record_body", {"status": "third_party"}, "status = 'assigned'"),
    ("ck_case_record_body", {"status": "referred"}, "status = 'assigned'"),
    ("ck_case_record_mention", {"first_mention_id": 0}, "id = 1"),
    ("ck_case_record_attempts", {"attempts": -1}, "id = 1"),
    ("ck_case_record_round", {"round": -1}, "id = 1"),
    ("ck_case_record_is_open", {"is_open": False}, "status = 'accepted'"),
    ("ck_case_record_is_open", {"is_open": True}, "status = 'rejected'"),
    ("ck_case_record_merged", {"status": "merged", "is_open": False}, "status = 'accepted'"),
    ("ck_case_record_merged", {"merged_into": "MOR-2026-000009"}, "status = 'accepted'"),
    ("ck_mention_transcribed", {"transcribed": False}, "id = 1"),
    ("ck_mention_minute", {"minute": 3}, "id = 1"),
    ("ck_mention_minute", {"minute": -1, "form": "sound"}, "id = 1"),
    ("ck_person_head", {"head": True, "department": ""}, "username = 'rana'"),
    ("ck_contact_contact_kind", {"kind": "neutral"}, ""),
    ("ck_contact_answered", {"answered": True, "case_id": 1}, ""),
    ("ck_contact_seconds", {"seconds": -1}, ""),
    ("ck_special_day_hours", {"opens": time(8)}, ""),
    ("ck_crisis_single", {"id": 2}, ""),
    ("ck_crisis_line", {"active": False}, ""),
    ("ck_handover_taken", {"taken_by": "rana"}, ""),
    ("ck_audit_seq", {"seq": 0}, ""),
    ("ck_liaison_named", {"name": ""}, ""),
    ("ck_liaison_named", {"body": ""}, ""),
    ("ck_liaison_reachable", {"email": ""}, ""),
    ("ck_improvement_decided", {"status": "proposed"}, ""),
    ("ck_improvement_decided_at", {"decided_at": None}, ""),
    ("ck_improvement_done", {"status": "implemented", "done_at": NOW}, ""),
    ("ck_improvement_done_at", {"done_at": NOW}, ""),
    ("ck_improvement_stage", {"stage": 1}, ""),
    ("ck_journey_stage_place", {"place": 0}, ""),
    ("ck_story_pin_order", {"other_id": 1}, ""),
    ("ck_case_intake_named", {"remote_id": ""}, ""),
    ("ck_mention_file_size", {"size": 0}, ""),
    ("ck_case_attachment_size", {"size": 0}, ""),
)
"""The rule, what breaks it, and the rows of the filled store that it is broken on (empty: the valid row of a new table)."""


def test_every_new_rule_is_really_kept(filled: Database) -> None:
    old = _names(filled)
    filled.migrate()
    broken = set()
    for rule, change, where in [*BREAKS, *_wrong_codes(old)]:
        table = next(name for name in sorted(SQLModel.metadata.tables, key=len, reverse=True) if rule.startswith(f"ck_{name}_"))
        told = _break(filled, table, change, where)
        assert rule in told, f"{table} took {change}, or refused it for another reason: {told}"
        broken.add(rule)
    assert _names(filled) - old - {_NARROWED} <= broken, "these rules are new and nothing here breaks them"


_NARROWED = "ck_contact_kind"
"""A narrower rule of the same column always speaks first."""


def _names(database: Database) -> set[str]:
    return {name for table, shape in schema(database).items() if table != "triggers" for name in shape["checks"]}


def _wrong_codes(old: Collection[str]) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """A code that is none, in each column that takes codes and whose rule is new, or was written anew."""
    rewritten = {"ck_case_record_case_status", "ck_case_event_case_event_kind", "ck_delivery_delivery_kind", "ck_mention_review"}
    for table in SQLModel.metadata.tables.values():
        for column in table.columns:
            rule = f"ck_{table.name}_{getattr(column.type, 'name', '')}"
            if isinstance(column.type, sa.Enum) and (rule not in old or rule in rewritten) and rule != _NARROWED:
                yield rule, {column.name: "nonsense"}, "" if table.name in VALID else "true"


def _break(database: Database, table: str, change: Mapping[str, Any], where: str) -> str:
    """What the store says to a row that breaks a rule; empty where it takes it."""
    with database._writer.connect() as connection, connection.begin() as transaction:
        try:
            if where and table != "case_event":
                given = ", ".join(f'"{name}" = :{name}' for name in change)
                done = connection.execute(sa.text(f"UPDATE {table} SET {given} WHERE {where}"), dict(change))
                assert done.rowcount, f"no row of {table} where {where}"
            elif table == "case_event":
                insert(connection, table, {"case_id": 1, "seq": 99, "kind": "note_added", "details": {}, **change})
            else:
                if table == "journey_stage":
                    insert(connection, "journey", VALID["journey"])
                with connection.begin_nested() as tried:
                    insert(connection, table, VALID[table])
                    tried.rollback()
                insert(connection, table, {**VALID[table], **change})
        except IntegrityError as refused:
            return str(refused.orig)
        finally:
            transaction.rollback()
    return ""


def test_histories_and_the_trail_cannot_be_changed(upgraded: Database) -> None:
    with upgraded._writer.begin() as connection:
        insert(connection, "audit", VALID["audit"])
    changes = [f"{change} {table}" for table in ("case_event", "audit") for change in ("DELETE FROM", "UPDATE")]
    for change in changes:
        statement = f"{change} SET actor = 'nobody'" if change.startswith("UPDATE") else change
        with pytest.raises(DBAPIError, match="append-only"), upgraded._writer.begin() as connection:
            connection.execute(sa.text(statement))


# ------------------------------------------------------------------------------------------------------------------------- back


def test_back_again_is_the_old_store(filled: Database) -> None:
    kept, shape = dump(filled, without=["service_promise"]), schema(filled)
    filled.migrate()
    migrate(filled, OLD)
    assert schema(filled) == shape
    assert dump(filled, without=["service_promise"]) == kept
    filled.migrate()
    filled.check()


NEWER: Sequence[tuple[str, Callable[[sa.Connection], None]]] = (
    ("cases of direct channels", lambda connection: _set(connection, "case_record", "path = 'general', first_mention_id = 0")),
    ("events of cases", lambda connection: insert(
        connection, "case_event", {"case_id": 1, "seq": 99, "kind": "waiting_began", "details": {}})),
    ("deliveries", lambda connection: _set(connection, "delivery", "kind = 'notice'", "id = 2")),
    ("mentions", lambda connection: _set(connection, "mention", "form = 'sound', transcribed = false")),
    ("people", lambda connection: _set(connection, "person", "email = 'rana@ministry.example'", "username = 'rana'")),
    *((table, lambda connection, table=table: insert(connection, table, VALID[table]))
      for table in sorted(set(VALID) - {"journey_stage"})),
)  # fmt: skip
"""What the earlier version does not know, and how it comes into the store."""


def _set(connection: sa.Connection, table: str, given: str, where: str = "id = 1") -> None:
    assert connection.execute(sa.text(f"UPDATE {table} SET {given} WHERE {where}")).rowcount == 1


def test_what_the_old_version_cannot_hold_is_not_thrown_away(upgraded: Database) -> None:
    kept, shape = dump(upgraded), schema(upgraded)
    for what, happens in NEWER:
        with pytest.raises(
            ValueError, match=rf"^1 [\w ,]*{what}[\w ]* unknown to the earlier version: restore the backup"
        ) as refused:
            _happens_and_goes_back(upgraded, happens)
        assert "\n" not in str(refused.value)
    assert (dump(upgraded), schema(upgraded)) == (kept, shape)
    upgraded.check()


def _happens_and_goes_back(database: Database, happens: Callable[[sa.Connection], None]) -> None:
    with database._writer.begin() as connection:
        happens(connection)
        command.downgrade(_alembic(connection), OLD)


# ------------------------------------------------------------------------------------------------------------------ interrupted


def test_an_interrupted_upgrade_leaves_the_old_version_whole(filled: Database) -> None:
    kept, shape = dump(filled), schema(filled)
    for step, times in (("add_column", 2), ("execute", 30), ("create_table", 5), ("create_index", 12)):
        with _broken_off(step, times), pytest.raises(KeyboardInterrupt):
            filled.migrate()
        assert (dump(filled), schema(filled)) == (kept, shape), step
    with pytest.raises(StoreError, match="rasd init"):
        filled.check()
    filled.migrate()
    filled.check()


def test_an_interrupted_way_back_leaves_the_new_version_whole(upgraded: Database) -> None:
    kept, shape = dump(upgraded), schema(upgraded)
    for step, times in (("drop_table", 3), ("drop_index", 4), ("execute", 12)):
        with _broken_off(step, times), pytest.raises(KeyboardInterrupt):
            migrate(upgraded, OLD)
        assert (dump(upgraded), schema(upgraded)) == (kept, shape), step
    upgraded.check()


@contextmanager
def _broken_off(step: str, times: int) -> Iterator[None]:
    """Let one kind of step of a migration succeed a few times, and then be interrupted."""
    original, calls = getattr(alembic.op, step), count(1)

    def breaks(*given: Any, **named: Any) -> Any:
        if next(calls) > times:
            raise KeyboardInterrupt
        return original(*given, **named)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(alembic.op, step, breaks)
        yield
