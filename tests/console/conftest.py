"""A console over a small world, and browsers that signed in."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from console.app import create_app
from console.desk import Desk
from console.sessions import COOKIE
from console.settings import ConsoleSettings, DemoAccount
from registry.database import Database
from tests.console import world as worlds
from tests.console.world import NOW, PASSWORD, World

KEY = "a key of the tests, long enough"


@dataclass
class Hands:
    """A clock that tests turn by hand."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def turn(self, span: timedelta) -> None:
        self.now += span


class Browser(TestClient):
    """A client that sends forms as a browser does: with the token of the page that it looks at."""

    def look(self, address: str, status: int = 200) -> str:
        response = self.get(address)
        assert response.status_code == status, response.text
        return response.text

    def fill(self, page: str, action: str, **fields: object) -> Response:
        """Fill in the form ``action`` of the page and send it, following where it leads."""
        return self.post(action, data={"csrf": self.token(page), **fields})

    def token(self, page: str) -> str:
        found = re.search(r'name="csrf" value="(\w+)"', self.look(page))
        assert found, page
        return found.group(1)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path) -> tuple[Path, World]:
    """The world, built once: each test gets its own copy of the file."""
    folder = tmp_path_factory.mktemp("world")
    shutil.copyfile(_sqlite_template, folder / "building.sqlite3")
    database = Database(f"sqlite:///{folder / 'building.sqlite3'}")
    made = worlds.build(database)
    database.backup(folder / "world.sqlite3")
    database.close()
    return folder / "world.sqlite3", made


@pytest.fixture
def world(tmp_path: Path, _made: tuple[Path, World]) -> Iterator[World]:
    template, made = _made
    shutil.copyfile(template, tmp_path / "world.sqlite3")
    database = Database(f"sqlite:///{tmp_path / 'world.sqlite3'}")
    yield replace(made, database=database)
    database.close()


@pytest.fixture
def app(world: World, clock: Hands) -> FastAPI:
    account = DemoAccount("rana", PASSWORD, "رنا", "مراجعة إعلامية")
    settings = ConsoleSettings(secret_key=KEY, demo=True, demo_accounts=(account,))
    return create_app(world.database, world.profile, settings, clock=clock)


@pytest.fixture
def stranger(app: FastAPI) -> Browser:
    return Browser(app, raise_server_exceptions=False)


@pytest.fixture
def as_(app: FastAPI) -> Callable[[str], Browser]:
    """A browser in which this person signed in (the cookie is sealed here: checking a password is slow on purpose)."""
    desk: Desk = app.state.desk

    def sign_in(username: str) -> Browser:
        browser = Browser(app, raise_server_exceptions=False)
        cookie = desk.sessions.seal(desk.sessions.begin(desk.now, username))
        browser.cookies.set(COOKIE, cookie, domain="testserver.local", path="/")
        return browser

    return sign_in
