"""The database: SQLite in one file, or PostgreSQL. The only place that commits (DESIGN promise 6)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, StatementError
from sqlmodel import Session

from domain.errors import ConfigurationError, RasdError, StoreError
from registry.refusals import refusal, too_large

_PATIENCE: Final = 15.0
_MIGRATION_LOCK: Final = 7_214_001
_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


class Database:
    """One store. ``url`` is ``sqlite:///PATH`` or ``postgresql+psycopg://...``; nothing is opened before the first use.

    ``patience`` is how long (seconds) to wait for another writer before ``StoreError``. Raises ``ConfigurationError`` for an
    address that cannot be one.
    """

    def __init__(self, url: str, *, patience: float = _PATIENCE) -> None:
        self._url = _usable(url)
        self.is_sqlite: Final = self._url.get_backend_name() == "sqlite"
        self.where: Final = self._url.database or "" if self.is_sqlite else self._url.render_as_string(hide_password=True)
        self._patience = patience
        self._writer = (
            _sqlite_engine(self._url, patience, "IMMEDIATE") if self.is_sqlite else _postgres_engine(self._url, patience)
        )
        self._reader = (
            _sqlite_engine(self._url, patience, "DEFERRED", read_only=True)
            if self.is_sqlite
            else self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        )

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that is committed at the end, and rolled back where anything is raised.

        On SQLite the writer's lock is taken at once, so that a transaction never fails half-way for another writer.
        Raises ``StoreError`` (locked, full, unreachable, not migrated) or ``Conflict``, with the remedy.
        """
        with self._refusals(), Session(self._writer, expire_on_commit=False) as session:
            session.connection()
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session over one moment's view of the data; writing in it is refused. Raises ``StoreError``."""
        with self._refusals(), Session(self._reader, expire_on_commit=False) as session:
            yield session

    def migrate(self) -> None:
        """Bring the tables to this version of Rasd, in one transaction; nothing to do is fine. Raises ``StoreError``."""
        from alembic import command

        with self._refusals():
            self._make_folder()
            with self._writer.begin() as connection:
                if not self.is_sqlite:
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
                command.upgrade(_alembic(connection), "head")

    def check(self) -> None:
        """Raise ``StoreError`` unless the store answers and its tables are those of this version of Rasd."""
        from alembic.runtime.migration import MigrationContext
        from alembic.script import ScriptDirectory

        with self._refusals(), self._reader.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
            wanted = ScriptDirectory.from_config(_alembic(connection)).get_current_head()
        if found != wanted:
            raise StoreError(
                f"the tables in {self.where} are of version {found or 'none'}, this Rasd needs {wanted}",
                "run «rasd init» on this home folder: it migrates and loses nothing",
            )

    def close(self) -> None:
        """Give every connection back. The database may be used again afterwards."""
        self._reader.dispose()
        self._writer.dispose()

    def backup(self, path: Path) -> None:
        """Copy a SQLite store, while it is in use, to a file that must not exist yet. Raises ``StoreError``."""
        if not self.is_sqlite:
            raise StoreError("a PostgreSQL store is not copied by Rasd", "use pg_dump")
        if path.exists():
            raise StoreError(f"{path} exists already", "name another file")
        with self._refusals(), closing(sqlite3.connect(self.where)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)

    def _make_folder(self) -> None:
        if self.is_sqlite:
            try:
                Path(self.where).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(f"the folder of {self.where} cannot be made ({error})", "choose another home folder") from error

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise refusal(error, self.where) from error
        except StatementError as error:
            if isinstance(error.orig, RasdError):
                raise error.orig from error
            raise
        except sqlite3.Error as error:
            raise StoreError(f"the database {self.where} refused ({error})", "try again") from error
        except OverflowError as error:
            if "SQLite" not in str(error):
                raise
            raise too_large() from error


def _usable(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError(f"«{url}» is not a database's address", "write sqlite:///PATH or postgresql://...") from error
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise ConfigurationError(f"«{backend}» is not a store that Rasd knows", "write sqlite:///PATH or postgresql://...")
    if not parsed.database or parsed.database == ":memory:":
        raise ConfigurationError("a store in memory would lose everything", "write sqlite:///PATH with the path of a file")
    return parsed


def _postgres_engine(url: URL, patience: float) -> Engine:
    try:
        return create_engine(
            url,
            pool_pre_ping=True,
            json_serializer=_json,
            connect_args={"options": f"-c lock_timeout={int(patience * 1000)} -c timezone=UTC", "connect_timeout": 10},
        )
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise ConfigurationError("the driver for PostgreSQL is not installed", "pip install 'rasd[cluster]'") from error


def _sqlite_engine(url: URL, patience: float, begin: str, *, read_only: bool = False) -> Engine:
    engine = create_engine(url, json_serializer=_json, connect_args={"timeout": patience, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-32768")
        connection.execute("PRAGMA temp_store=MEMORY")
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {begin}")

    return engine


def _alembic(connection: Connection) -> Any:
    from alembic.config import Config

    config = Config()
    folder = resources.files("registry") / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
