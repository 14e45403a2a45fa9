"""The store itself: transactions, refusals, migrations, faults."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import SQLModel

from domain.errors import ConfigurationError, Conflict, InputError, NotFound, StoreError
from domain.outlet import Outlet
from registry import cases, outlets
from registry.database import Database
from registry.tables import PersonRecord, SeenRecord

ROOT = Path(__file__).parents[2]


def test_migrated_store_passes_its_check(database: Database) -> None:
    database.check()
    database.migrate()
    database.check()


def test_migrations_make_what_the_tables_say(database: Database) -> None:
    with database.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_unmigrated_store_is_refused_with_the_remedy(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    with pytest.raises(StoreError, match="rasd init"):
        database.check()
    with pytest.raises(StoreError, match="rasd init"), database.transaction() as session:
        outlets.all_outlets(session)
    database.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/base", "not an address"])
def test_unusable_addresses_are_refused(url: str) -> None:
    with pytest.raises(ConfigurationError):
        Database(url)


def test_transaction_is_all_or_nothing(database: Database, now: datetime) -> None:
    def half() -> None:
        with database.transaction() as session:
            session.add(SeenRecord(key="a", source_id="s", title="t", url="u", seen_at=now))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    with database.reading() as session:
        assert session.get(SeenRecord, "a") is None


def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError, match="read-only"), database.reading() as session:
        session.execute(text("DELETE FROM seen"))


def test_a_number_larger_than_the_store_holds_is_the_number_of_nothing(database: Database) -> None:
    with pytest.raises(NotFound), database.reading() as session:
        cases.case_view(session, 10**23)


def test_moments_come_back_aware_in_utc(database: Database) -> None:
    riyadh = datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=3)))
    with database.transaction() as session:
        session.add(SeenRecord(key="a", source_id="s", title="t", url="u", seen_at=riyadh))
    with database.reading() as session:
        row = session.get(SeenRecord, "a")
    assert row is not None
    assert row.seen_at == riyadh
    assert row.seen_at.tzinfo is UTC


def test_moments_without_a_zone_are_refused(database: Database) -> None:
    with pytest.raises(InputError, match="zone"), database.transaction() as session:
        session.add(SeenRecord(key="a", source_id="s", title="t", url="u", seen_at=datetime(2026, 1, 1)))


def test_a_row_that_is_there_already_is_a_conflict(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        session.add(SeenRecord(key="a", source_id="s", title="t", url="u", seen_at=now))
    with pytest.raises(Conflict), database.transaction() as session:
        session.add(SeenRecord(key="a", source_id="s", title="t", url="u", seen_at=now))


def test_rules_that_a_row_can_carry_are_checked(database: Database, now: datetime) -> None:
    unhashed = PersonRecord(username="sara", name="سارة", password="as typed", roles=["reviewer"], created_at=now)
    with pytest.raises(StoreError), database.transaction() as session:
        session.add(unhashed)
    with pytest.raises(StoreError), database.transaction() as session:
        session.execute(text("INSERT INTO seen_hash (digest) VALUES ('a')"))
    with pytest.raises(StoreError), database.transaction() as session:
        outlets.save(session, Outlet("daily", "اليومية", reach=6))


def test_locked_sqlite_is_reported_with_the_remedy_and_nothing_is_written(sqlite_url: str, now: datetime) -> None:
    database = Database(sqlite_url, patience=0.05)
    other = sqlite3.connect(database.where, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"locked.*try again"), database.transaction() as session:
        session.add(SeenRecord(key="a", source_id="s", title="t", url="u", seen_at=now))
    with database.reading() as session:
        assert session.get(SeenRecord, "a") is None
    other.execute("ROLLBACK")
    other.close()
    with database.transaction() as session:
        session.add(SeenRecord(key="a", source_id="s", title="t", url="u", seen_at=now))
    database.close()


def test_a_short_lock_is_waited_for(sqlite_url: str, now: datetime) -> None:
    """The other writer ends its transaction while this one waits for it."""
    database = Database(sqlite_url)
    waits = textwrap.dedent(f"""
        import sqlite3, sys
        other = sqlite3.connect({database.where!r}, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        print("held", flush=True)
        sys.stdin.readline()
        other.execute("COMMIT")
    """)
    with subprocess.Popen([sys.executable, "-c", waits], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        other.stdin.write("let go\n")
        other.stdin.flush()
        with database.transaction() as session:
            session.add(SeenRecord(key="a", source_id="s", title="t", url="u", seen_at=now))
    with database.reading() as session:
        assert session.get(SeenRecord, "a") is not None
    database.close()


_FILLS_THE_DISK = """
import resource, sys
from datetime import UTC, datetime
from domain.errors import StoreError
from registry.database import Database
from registry.tables import SeenRecord
database = Database(sys.argv[1])
with database.transaction() as session:
    session.add(SeenRecord(key="before", source_id="s", title="t", url="u", seen_at=datetime.now(UTC)))
limit = 2_000_000
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    with database.transaction() as session:
        for number in range(40):
            session.add(SeenRecord(key=str(number), source_id="s", title="x" * 100_000, url="u", seen_at=datetime.now(UTC)))
except StoreError as error:
    print(error)
"""


def test_full_disk_is_reported_with_the_remedy_and_nothing_is_half_written(sqlite_url: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _FILLS_THE_DISK, sqlite_url], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    assert "free disk space" in told.stdout
    database = Database(sqlite_url)
    with database.reading() as session:
        assert [row[0] for row in session.execute(text("SELECT key FROM seen"))] == ["before"]
    database.close()


_IS_KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from registry.database import Database
from registry.tables import SeenRecord
database = Database(sys.argv[1])
with database.transaction() as session:
    session.add(SeenRecord(key="kept", source_id="s", title="t", url="u", seen_at=datetime.now(UTC)))
with database.transaction() as session:
    session.add(SeenRecord(key="lost", source_id="s", title="t", url="u", seen_at=datetime.now(UTC)))
    session.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("store", ["sqlite_url", "postgres_url"])
def test_kill_9_leaves_what_was_committed_and_nothing_else(store: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue(store)
    told = subprocess.run([sys.executable, "-c", _IS_KILLED, url], cwd=ROOT, timeout=60, check=False)
    assert told.returncode == -9
    database = Database(url)
    with database.transaction() as session:
        assert [row[0] for row in session.execute(text("SELECT key FROM seen"))] == ["kept"]
    database.close()


def test_sqlite_is_durable_and_keeps_foreign_keys(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        found = {
            name: session.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_unreachable_server_is_reported_with_the_remedy(tmp_path: Path) -> None:
    database = Database(f"postgresql://nobody@/none?host={tmp_path}")
    with pytest.raises(StoreError, match="database server runs"):
        database.check()


def test_backup_is_a_store_of_its_own(sqlite_database: Database, tmp_path: Path, now: datetime) -> None:
    with sqlite_database.transaction() as session:
        session.add(SeenRecord(key="a", source_id="s", title="t", url="u", seen_at=now))
    sqlite_database.backup(tmp_path / "copy.sqlite3")
    copy = Database(f"sqlite:///{tmp_path / 'copy.sqlite3'}")
    copy.check()
    with copy.reading() as session:
        assert session.get(SeenRecord, "a") is not None
    copy.close()
    with pytest.raises(StoreError, match="exists already"):
        sqlite_database.backup(tmp_path / "copy.sqlite3")


def test_nothing_outside_the_database_module_commits() -> None:
    commits = [
        path.name
        for path in (ROOT / "registry").rglob("*.py")
        if path.name != "database.py" and (".commit(" in path.read_text("utf-8") or ".begin(" in path.read_text("utf-8"))
    ]
    assert commits == []
