"""What the demonstration adds to the service."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.delivery import DeliveryKind
from registry import deliveries
from service import demonstration, digests
from service.demonstration import first_digest
from service.home import make_home
from service.settings import DigestTable, Settings
from service.wiring import Runtime, make_runtime


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    make_home(tmp_path / "home", "mof")
    made = make_runtime(
        tmp_path / "home", Settings(profile="mof", digest=DigestTable(recipients=("management@ministry.example",)))
    )
    yield made
    made.database.close()


def test_one_digest_of_the_running_week_is_queued_when_it_is_due(runtime: Runtime) -> None:
    early = first_digest(runtime, runtime.clock() + timedelta(hours=1))
    early()
    assert _subjects(runtime) == []
    due = first_digest(runtime, runtime.clock())
    for step in (due, due, first_digest(runtime, runtime.clock())):
        step()
    (subject,) = _subjects(runtime)
    assert digests.compose(runtime, digests.week_of(runtime, runtime.clock())).subject == subject


def test_a_week_begins_at_midnight_in_the_ministrys_zone(runtime: Runtime) -> None:
    assert digests.week_of(runtime, datetime(2026, 11, 22, 20, 59, tzinfo=UTC)) == "2026-W47"
    assert digests.week_of(runtime, datetime(2026, 11, 22, 21, 0, tzinfo=UTC)) == "2026-W48"


def _subjects(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as session:
        return [each.subject for each in deliveries.list_deliveries(session, kind=DeliveryKind.DIGEST).items]


def test_a_busy_port_is_answered_with_a_free_one_that_links_can_name() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        other = demonstration._free(port)
        assert other not in (0, port)
    assert demonstration._free(port) == port
