"""A time that passes only where somebody waits for it: an hour of politeness takes no time."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta

from crawlers.politeness.hosts import Timing


class InventedTime:
    """Whoever sleeps is woken, in order, once the others have come to rest. ``waits`` are all the waits so far."""

    def __init__(self, start: datetime = datetime(2026, 11, 21, 12, tzinfo=UTC)) -> None:
        self.elapsed = 1000.0
        self.start = start - timedelta(seconds=self.elapsed)
        self.waits: list[float] = []
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._numbers = itertools.count()
        self._waking: asyncio.Task[None] | None = None

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.elapsed)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        woken = asyncio.Event()
        heapq.heappush(self._sleepers, (self.elapsed + seconds, next(self._numbers), woken))
        if self._waking is None or self._waking.done():
            self._waking = asyncio.create_task(self._wake())
        await woken.wait()

    async def _wake(self) -> None:
        while self._sleepers:
            for _ in range(20):
                await asyncio.sleep(0)
            moment, _, woken = heapq.heappop(self._sleepers)
            self.elapsed = max(self.elapsed, moment)
            woken.set()

    def timing(self, chance: float = 0.0) -> Timing:
        """This time for a gatherer; chance always falls the same way."""
        return Timing(elapsed=lambda: self.elapsed, now=self.now, sleep=self.sleep, chance=lambda: chance)
