"""A mail server, a way to send through it, and the store with its outlets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from notify.mail import MailSender, MailSettings
from registry.database import Database
from tests.fakes.mail_server import MailServer
from tests.notify.world import NOW, found


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server on loopback that accepts everything."""
    with MailServer() as running:
        yield running


@pytest.fixture
def sender_for() -> Callable[[int], MailSender]:
    """Makes a sender for the server on a port."""

    def make(port: int) -> MailSender:
        settings = MailSettings("127.0.0.1", port, "رصد وزارة الطرق <rasd@roads.example>", security="plain", timeout=10)
        return MailSender(settings, clock=lambda: NOW)

    return make


@pytest.fixture
def sqlite_world(sqlite_database: Database) -> Database:
    """A store on SQLite with its outlets and sources: for what does not depend on the kind of store."""
    with sqlite_database.transaction() as session:
        found(session)
    return sqlite_database


@pytest.fixture
def world(database: Database) -> Database:
    """The store with its outlets and sources, once on each kind."""
    with database.transaction() as session:
        found(session)
    return database
