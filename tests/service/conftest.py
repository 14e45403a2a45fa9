"""Fixtures of the service's tests: a whole installation in a folder of its own, on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.source import Source
from registry import sources
from service.home import make_home
from service.settings import CrawlTable, Settings, StoreTable
from service.wiring import Runtime, make_runtime

MakeRuntime = Callable[..., Runtime]


@pytest.fixture(params=["sqlite", "postgresql"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeRuntime]:
    """Makes runtimes of the profile mcit over one store, on each kind of database: ``make(timeout=1, ...)``."""
    store = StoreTable(url=request.getfixturevalue("postgres_url") if request.param == "postgresql" else "")
    home = tmp_path / "home"
    make_home(home, "mcit")
    opened: list[Runtime] = []

    def build(*given: Source, **crawl: object) -> Runtime:
        table = CrawlTable(**{"delay": 0, "timeout": 5, "allow_networks": ("127.0.0.0/8",), **crawl})  # type: ignore[arg-type]
        runtime = make_runtime(home, Settings(profile="mcit", store=store, crawl=table))
        opened.append(runtime)
        with runtime.database.transaction() as session:
            for source in given:
                sources.save(session, source)
        return runtime

    yield build
    for runtime in opened:
        runtime.database.close()
