"""The embedded engine: console, gathering and pipeline in one process and one asyncio loop (DESIGN 3).

APScheduler triggers; what is due is read from the rows. One job a host: two sources of one host never run side by side.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from domain.errors import RasdError
from domain.source import Source, SourceState
from registry import sources
from service import digests, jobs, pipeline
from service.wiring import Runtime

if TYPE_CHECKING:
    from crawlers.gather import Gatherer

log = structlog.get_logger("rasd.engine")

_SYNC_SECONDS: Final = 5
_SWEEP_SECONDS: Final = 10
_HOUSEKEEPING_HOUR: Final = 3
"""In UTC: the small hours in Riyadh."""


class Engine:
    """Polls each source on its own interval and walks what it brings through the stages, until it is stopped."""

    def __init__(self, runtime: Runtime, gatherer: Gatherer, extra_steps: Sequence[Callable[[], object]] = ()) -> None:
        self._runtime = runtime
        self._gatherer = gatherer
        self._extra_steps = tuple(extra_steps)
        self._scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None})
        self._advancing = asyncio.Lock()
        self._fetching = asyncio.Lock()
        self._busy_hosts: set[str] = set()

    async def start(self) -> None:
        """Recover what a crash left, plan every source, and begin."""
        self._scheduler.start()
        await self._guarded("plan sources", self._plan_hosts)
        self._every(_SYNC_SECONDS, "plan-sources", "plan sources", self._plan_hosts)
        self._every(_SWEEP_SECONDS, "work", "work through", self._work_through)
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
        """Stop planning and wait for the step in progress."""
        self._scheduler.shutdown(wait=False)
        async with self._fetching, self._advancing:
            pass

    def _every(self, seconds: int, job_id: str, doing: str, step: Callable[[], object]) -> None:
        self._scheduler.add_job(self._guarded, IntervalTrigger(seconds=seconds), args=(doing, step), id=job_id, max_instances=1)

    async def _plan_hosts(self) -> None:
        """One job for each host, at the time when its first source is due; rows may have changed by other hands."""
        plan = await asyncio.to_thread(self._next_by_host)
        for host, due in plan.items():
            if host in self._busy_hosts:
                continue  # it plans itself when its round is over
            job = self._scheduler.get_job(f"host:{host}")
            if job is None or (job.next_run_time and job.next_run_time > due):
                self._scheduler.add_job(
                    self._guarded,
                    DateTrigger(due),
                    args=(f"gather from {host}", lambda host=host: self._gather(host)),
                    id=f"host:{host}",
                    max_instances=2,  # a round plans its successor before it ends; ``_busy_hosts`` keeps them apart
                    replace_existing=True,
                )

    def _next_by_host(self) -> dict[str, datetime]:
        now = self._runtime.clock()
        with self._runtime.database.reading() as session:
            views = sources.all_sources(session, now)
        plan: dict[str, datetime] = {}
        for view in views:
            if not view.source.paused:
                due = view.next_poll_at or now
                plan[view.source.host] = min(due, plan.get(view.source.host, due))
        return plan

    async def _gather(self, host: str) -> None:
        if host in self._busy_hosts:
            return
        self._busy_hosts.add(host)
        try:
            if work := await asyncio.to_thread(self._due, host):
                polled = await jobs.poll(self._runtime, self._gatherer, work)
                for failure in polled.failures:
                    log.warning("source failed", source=failure.source_id, reason=failure.reason, remedy=failure.remedy)
            await self._work_through()
        finally:
            self._busy_hosts.discard(host)
        await self._plan_hosts()

    def _due(self, host: str) -> list[tuple[Source, SourceState]]:
        with self._runtime.database.reading() as session:
            return [work for work in sources.due(session, self._runtime.clock()) if work[0].host == host]

    async def _work_through(self) -> None:
        """Fetch the pages that are due, then walk the stages."""
        async with self._fetching:
            await jobs.fetch_pages(self._runtime, self._gatherer)
        async with self._advancing:
            await asyncio.to_thread(pipeline.advance, self._runtime)
            for step in self._extra_steps:
                await asyncio.to_thread(step)

    async def _keep_house(self) -> None:
        async with self._advancing:
            await asyncio.to_thread(jobs.keep_house, self._runtime)

    async def _queue_digest(self) -> None:
        await asyncio.to_thread(digests.queue_last_week, self._runtime)

    async def _guarded(self, doing: str, step: Callable[[], object]) -> None:
        """Run one step; what it raises is said, and the engine goes on: the rows still hold the work."""
        try:
            result = step()
            if asyncio.iscoroutine(result):
                await result
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
