"""The stages in their order: gather -> classify -> register -> answer. One list says so; every engine walks it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

from domain.source import PollFailure
from registry import figures, sources
from service import jobs, upkeep
from service.leased_hosts import LeasedHosts
from service.wiring import Runtime

AFTER_GATHERING: Final[tuple[Callable[[Runtime], int], ...]] = (
    jobs.tag,
    jobs.register,
    jobs.alert,
    jobs.escalate,
    jobs.deliver,
)
"""What follows once mentions are gathered. Each step finds its own work, so a step that died is simply run again."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One pass in figures (DESIGN 5). Counts are of this pass; ``errors`` counts failed sources, ``failures`` names them."""

    sources: int
    polled: int
    mentions: int
    stories: int
    flagged: int
    cases: int
    answers_sent: int
    digests_sent: int
    errors: int
    seconds: float
    failures: tuple[PollFailure, ...] = ()


def advance(runtime: Runtime) -> int:
    """Walk the stages after gathering once; returns how many rows moved."""
    return sum(step(runtime) for step in AFTER_GATHERING)


async def run_once(
    runtime: Runtime,
    leased: LeasedHosts,
    before_summary: Callable[[], None] = lambda: None,
    progress: Callable[[str], None] = lambda _: None,
) -> Summary:
    """Poll every source now, fetch all pages, classify, register, deliver what is due.

    ``before_summary`` runs in a thread after the stages and before the figures are read (the demonstration's staff); ``progress``
    is told a line about each stage.
    """
    started = monotonic()
    with runtime.database.reading() as session:
        before = figures.summary(session)
        work = [(view.source, view.state) for view in sources.all_sources(session) if not view.source.paused]
    progress(f"polling {len(work)} sources")
    polled = await jobs.poll(runtime, leased, work)
    for failure in polled.postponed:
        progress(f"not polled now: {failure.source_id} ({failure.reason})")
    for host in polled.elsewhere:
        progress(f"left to another Rasd, which gathers from it now: {host}")
    pages = 0
    while fetched := await jobs.fetch_pages(runtime, leased):
        pages += fetched
        progress(f"fetched {pages} pages")
    progress("classifying, registering, delivering")
    await asyncio.to_thread(upkeep.watch_sources, runtime)
    await asyncio.to_thread(advance, runtime)
    await asyncio.to_thread(before_summary)
    with runtime.database.reading() as session:
        after = figures.summary(session)
    return Summary(
        sources=len(work),
        polled=polled.answered,
        mentions=after.mentions - before.mentions,
        stories=after.stories - before.stories,
        flagged=after.flagged - before.flagged,
        cases=after.cases - before.cases,
        answers_sent=after.answers_sent - before.answers_sent,
        digests_sent=after.digests_sent - before.digests_sent,
        errors=len(polled.failures),
        seconds=round(monotonic() - started, 3),
        failures=polled.failures,
    )
