"""A demonstration world on loopback, and a client for each of its sites."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from service.demo.hosting import DemoWorld, demo_world

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass
class Hands:
    """A clock that tests turn by hand."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def world(tmp_path: Path, clock: Hands) -> AsyncIterator[DemoWorld]:
    """The finance ministry's world, everything published."""
    async with demo_world("mof", tmp_path, once=True, clock=clock) as running:
        yield running


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    """A client that, like a browser, unpacks what is packed; it sees no proxy."""
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


def source_url(world: DemoWorld, outlet: str) -> str:
    return next(source.url for source in world.sources if source.id == outlet)


def home(world: DemoWorld, outlet: str) -> str:
    return next(each.home_url for each in world.outlets if each.id == outlet).rstrip("/")
