"""``rasd run --once``: one pass over every source, without the console."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable

from crawlers import reactor
from crawlers.gather import Gatherer
from registry import deliveries
from service import pipeline
from service.holders import alive
from service.leased_hosts import LeasedHosts
from service.pipeline import Summary
from service.wiring import Runtime


async def run_once(
    runtime: Runtime, before_summary: Callable[[], None] = lambda: None, progress: Callable[[str], None] = lambda _: None
) -> Summary:
    """One pass over every source in this loop. ``progress`` is told a line about each stage."""
    async with gathering(runtime) as leased:
        recover(runtime)
        return await pipeline.run_once(runtime, leased, before_summary, progress)


def recover(runtime: Runtime) -> None:
    """What a crash left between claim and confirm: mail is queued again, a public reply waits for a person (promise 3)."""
    with runtime.database.transaction() as session:
        deliveries.sweep_claimed(session, runtime.clock())


@contextlib.asynccontextmanager
async def gathering(runtime: Runtime) -> AsyncIterator[LeasedHosts]:
    """A gatherer in the running loop, with what is remembered of every host, and a name of its own to hold hosts under."""
    reactor.install()
    with alive(runtime.home) as holder:
        async with Gatherer(runtime.crawl) as gatherer, LeasedHosts(runtime, gatherer, holder) as leased:
            yield leased
