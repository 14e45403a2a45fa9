"""A newspaper on loopback, and settings that may read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.source import CrawlSettings
from tests.crawlers.world import OPEN
from tests.fakes.newspaper import Newspaper


@pytest.fixture
def paper() -> Iterator[Newspaper]:
    """A newspaper without pages yet."""
    with Newspaper() as newspaper:
        yield newspaper


@pytest.fixture
def settings() -> CrawlSettings:
    """Loopback open, no delays."""
    return OPEN
