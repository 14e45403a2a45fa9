"""The hosts that this process holds while it asks them (DESIGN 3): taken, renewed and given back with what was learnt."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Collection
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from domain.errors import StoreError
from registry import hosts as rows
from service import holders
from service.threads import aside
from service.wiring import Runtime

if TYPE_CHECKING:
    from crawlers.gather import Gatherer
    from domain.source import HostMemory

log = structlog.get_logger("rasd.hosts")

TTL: Final = timedelta(seconds=90)
"""How long a lease lasts that nobody renews: what a killed process holds up on other machines."""
_RENEW_SECONDS: Final = 30.0


class LeasedHosts:
    """A gatherer, and the leases without which it asks nobody. ``holder`` is this process's name (``service.holders``).

    Two jobs of this process may hold one host together (its feeds and its pages: they share its clock); other processes may not.
    """

    def __init__(self, runtime: Runtime, gatherer: Gatherer, holder: str) -> None:
        self.gatherer = gatherer
        self._runtime = runtime
        self._holder = holder
        self._held: Counter[str] = Counter()
        self._changing = asyncio.Lock()
        self._renewing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> LeasedHosts:
        for memory in await aside(self._recover):
            self.gatherer.restore(memory)
        self._renewing = asyncio.create_task(self._renew_for_ever())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.wait([self._renewing])
        await self._give_back(list(self._held.elements()))

    @contextlib.asynccontextmanager
    async def held(self, wanted: Collection[str]) -> AsyncIterator[set[str]]:
        """Hold these hosts for the block; gives those that could be had. The others are held by another process."""
        got = await self._take(wanted)
        try:
            yield got
        finally:
            await self._give_back(got)

    async def _take(self, wanted: Collection[str]) -> set[str]:
        async with self._changing:
            new = [host for host in dict.fromkeys(wanted) if not self._held[host]]
            leased = await aside(self._lease, new) if new else {}
            for memory in leased.values():
                self.gatherer.restore(memory)
            got = {host for host in wanted if self._held[host] or host in leased}
            self._held.update(got)
            return got

    async def _give_back(self, hosts: Collection[str]) -> None:
        async with self._changing:
            self._held.subtract(hosts)
            free = [host for host in dict.fromkeys(hosts) if self._held[host] <= 0]
            self._held = +self._held
            if free:
                others = self.gatherer.asked() - {*free, *self._held}
                await aside(
                    self._release,
                    [self.gatherer.memory(host) for host in free],
                    [self.gatherer.memory(host) for host in others],
                )

    async def _renew_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            held = list(self._held)
            if not held:
                continue
            try:
                lost = set(held) - await aside(self._renew, held)
            except StoreError as error:
                log.error("leases were not renewed", what=error.what, remedy=error.remedy)
                continue
            for host in lost & set(self._held):
                log.warning("another process took a host over while it was asked", host=host)

    def _recover(self) -> list[HostMemory]:
        with self._runtime.database.transaction() as session:
            gone = holders.dead(self._runtime.home, set(rows.holders(session).values()))
            rows.free(session, gone)
            return rows.memories(session)

    def _lease(self, hosts: Collection[str]) -> dict[str, HostMemory]:
        now = self._runtime.clock()
        with self._runtime.database.transaction() as session:
            taken = {host: rows.lease(session, host, self._holder, now, TTL) for host in sorted(hosts)}
        return {host: memory for host, memory in taken.items() if memory is not None}

    def _renew(self, hosts: Collection[str]) -> set[str]:
        with self._runtime.database.transaction() as session:
            return rows.renew(session, hosts, self._holder, self._runtime.clock(), TTL)

    def _release(self, mine: Collection[HostMemory], others: Collection[HostMemory]) -> None:
        now = self._runtime.clock()
        with self._runtime.database.transaction() as session:
            for memory in sorted(mine, key=lambda each: each.host):
                rows.release(session, memory, self._holder, now)
            rows.learn(session, sorted(others, key=lambda each: each.host), now)
