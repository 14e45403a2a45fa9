"""The embedded engine: console, gathering and pipeline in one process and one asyncio loop (DESIGN 3).

APScheduler triggers; what is due is read from the rows each second. One round of polls and one of pages a host, side by side:
they share the host's clock, and no host waits for another.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from time import monotonic
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from domain.errors import RasdError
from service import digests, jobs, pipeline, upkeep
from service.leased_hosts import LeasedHosts
from service.threads import aside
from service.wiring import Runtime

log = structlog.get_logger("rasd.engine")

_LOOK_SECONDS: Final = 1
_ELSEWHERE_SECONDS: Final = 10.0
"""A host that another process holds is asked for again after this long."""
_SWEEP_SECONDS: Final = 10
_WATCH_SECONDS: Final = 300
_HOUSEKEEPING_HOUR: Final = 3
"""In UTC: the small hours in Riyadh."""


class Engine:
    """Polls each source on its own interval and walks what it brings through the stages, until it is stopped."""

    def __init__(self, runtime: Runtime, leased: LeasedHosts, extra_steps: Sequence[Callable[[], object]] = ()) -> None:
        self._runtime = runtime
        self._leased = leased
        self._extra_steps = tuple(extra_steps)
        self._scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None})
        self._advancing = asyncio.Lock()
        self._arrived = asyncio.Event()
        self._stopping = False
        self._polling: dict[str, asyncio.Task[None]] = {}
        self._fetching: dict[str, asyncio.Task[None]] = {}
        self._background: list[asyncio.Task[None]] = []
        self._elsewhere: dict[str, float] = {}

    async def start(self) -> None:
        """Recover what a crash left, and begin."""
        self._scheduler.start()
        self._background = [asyncio.create_task(self._advance_for_ever())]
        self._every(_LOOK_SECONDS, "look", "look for what is due", self._look)
        self._every(_SWEEP_SECONDS, "work", "work through", self._work_through)
        self._every(_WATCH_SECONDS, "watch-sources", "watch over the sources", self._watch_sources)
        self._scheduler.add_job(
            self._guarded,
            CronTrigger(hour=_HOUSEKEEPING_HOUR, timezone="UTC"),
            args=("keep house", self._keep_house),
            id="housekeeping",
        )
        digest = self._runtime.settings.digest
        if digest.recipients:
            hour, minute = digest.time.split(":")
            zone = ZoneInfo(self._runtime.profile.calendar.timezone)
            self._scheduler.add_job(
                self._guarded,
                CronTrigger(day_of_week=digest.weekday, hour=hour, minute=minute, timezone=zone),
                args=("queue the weekly digest", self._queue_digest),
                id="digest",
            )
        self._scheduler.add_job(self._guarded, DateTrigger(), args=("work through", self._work_through), id="recover")

    async def stop(self) -> None:
        """Begin nothing more, cut what is being gathered (its rows say that it is due still), await the step in progress."""
        self._stopping = True
        self._scheduler.shutdown(wait=False)
        running = [*self._polling.values(), *self._fetching.values(), *self._background]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)
        async with self._advancing:
            pass

    def _every(self, seconds: int, job_id: str, doing: str, step: Callable[[], object]) -> None:
        self._scheduler.add_job(self._guarded, IntervalTrigger(seconds=seconds), args=(doing, step), id=job_id, max_instances=1)

    async def _look(self) -> None:
        """Begin what is due: one round of polls and one of pages for each host, none of which waits for another host."""
        polled_meanwhile = set(self._polling)  # what is read of these is out of date by the time that it is there
        sources_due, pages_due = await aside(jobs.due_work, self._runtime)
        for host, due in sources_due.items():
            if host not in polled_meanwhile:
                self._begin(self._polling, host, partial(self._poll, host, due))
        for host in pages_due:
            if not self._leased.gatherer.closed_for(host):
                self._begin(self._fetching, host, partial(self._fetch, host))

    def _begin(self, busy: dict[str, asyncio.Task[None]], host: str, step: Callable[[], object]) -> None:
        if self._stopping or host in busy or self._elsewhere.get(host, 0.0) > monotonic():
            return
        busy[host] = asyncio.create_task(self._guarded(f"gather from {host}", step))
        busy[host].add_done_callback(lambda _: busy.pop(host))

    async def _poll(self, host: str, due: Sequence[jobs.Work]) -> None:
        work = await aside(jobs.spread, self._runtime, due)
        polled = await jobs.poll(self._runtime, self._leased, work, self._arrived.set)
        for failure in polled.failures:
            log.warning("source failed", source=failure.source_id, reason=failure.reason, remedy=failure.remedy)
        if polled.elsewhere:
            self._leave(host)

    async def _fetch(self, host: str) -> None:
        if await jobs.fetch_host(self._runtime, self._leased, host, self._arrived.set) is None:
            self._leave(host)

    def _leave(self, host: str) -> None:
        log.info("another process gathers from this host", host=host)
        self._elsewhere[host] = monotonic() + _ELSEWHERE_SECONDS

    async def _advance_for_ever(self) -> None:
        """Walk the stages whenever something new was stored, until the engine stops: a cancelled walk ends like any other."""
        while not self._stopping:
            await self._arrived.wait()
            self._arrived.clear()
            await self._guarded("work through", self._work_through)

    async def _work_through(self) -> None:
        """Walk the stages once."""
        async with self._advancing:
            await aside(pipeline.advance, self._runtime)
            for step in self._extra_steps:
                await aside(step)

    async def _watch_sources(self) -> None:
        await aside(upkeep.watch_sources, self._runtime)

    async def _keep_house(self) -> None:
        async with self._advancing:
            await aside(upkeep.keep_house, self._runtime)

    async def _queue_digest(self) -> None:
        await aside(digests.queue_last_week, self._runtime)

    async def _guarded(self, doing: str, step: Callable[[], object]) -> None:
        """Run one step; what it raises is said, and the engine goes on: the rows still hold the work."""
        try:
            result = step()
            if asyncio.iscoroutine(result):
                await result
        except asyncio.CancelledError:
            if not self._stopping:
                raise
        except RasdError as error:
            log.error("step failed", doing=doing, what=error.what, remedy=error.remedy)
        except Exception:  # the last line of defence of a service that must go on: logged with its place
            log.exception("step failed", doing=doing)


@contextlib.asynccontextmanager
async def running(engine: Engine) -> AsyncIterator[Engine]:
    """Start the engine, and stop it at the end."""
    await engine.start()
    try:
        yield engine
    finally:
        await engine.stop()
