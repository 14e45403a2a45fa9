"""One clock for each host (name and port): who may ask it now, and what its robots.txt said. Lives as long as the gatherer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from protego import Protego

ROBOTS_LIFETIME: Final = 3600.0
"""Seconds that a robots.txt is believed before it is asked for again."""
MAX_CRAWL_DELAY: Final = 30.0
"""Seconds: a Crawl-delay beyond it is cut, or a poll would never end."""


@dataclass(slots=True)
class HostClock:
    """What is remembered of one host. Times are of the loop's clock, in seconds."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    """When the next request may leave."""
    closed_until: float = 0.0
    """Until when the host asked to be left alone (429 or 503 with a time)."""
    robots: Protego | None = None
    robots_read_at: float = float("-inf")
    robots_reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    crawl_delay: float = 0.0


def host_of(url: str) -> str:
    """Name and port as the address has them: the unit of politeness."""
    return urlsplit(url).netloc.lower().rpartition("@")[2]


class HostBook:
    """The clocks of all hosts met so far."""

    def __init__(self) -> None:
        self._clocks: dict[str, HostClock] = {}

    def clock(self, host: str) -> HostClock:
        """The clock of a host."""
        return self._clocks.setdefault(host, HostClock())

    @asynccontextmanager
    async def turn(self, host: str, delay: float) -> AsyncIterator[HostClock]:
        """One crawl of a host at a time, the first request not sooner than ``delay`` seconds after the last one's."""
        clock = self.clock(host)
        async with clock.lock:
            loop = asyncio.get_running_loop()
            await asyncio.sleep(max(0.0, clock.free_at - loop.time()))
            try:
                yield clock
            finally:
                clock.free_at = loop.time() + max(delay, clock.crawl_delay)

    def close(self, host: str, seconds: float) -> None:
        """Leave a host alone for this long: it asked for it."""
        clock = self.clock(host)
        clock.closed_until = max(clock.closed_until, asyncio.get_running_loop().time() + seconds)

    def closed_for(self, host: str) -> float:
        """Seconds that a host is still to be left alone."""
        return max(0.0, self.clock(host).closed_until - asyncio.get_running_loop().time())
