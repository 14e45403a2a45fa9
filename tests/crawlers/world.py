"""Sources, entries and short ways to poll and fetch them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crawlers.gather import Gatherer
from domain.mention import Entry
from domain.source import CrawlSettings, FetchResult, PollResult, Source, SourceKind, SourceState

OPEN = CrawlSettings(delay=0.0, timeout=5.0, allow_networks=("127.0.0.0/8",))


def source(url: str, kind: SourceKind = SourceKind.FEED, **changes: object) -> Source:
    """A source of the outlet ``paper``."""
    return replace(Source(f"source of {url}", kind, "paper", "الجريدة", url), **changes)  # type: ignore[arg-type]


def entry(url: str, **changes: object) -> Entry:
    """An entry of the outlet ``paper``."""
    return replace(Entry(url, "s", "paper", url), **changes)  # type: ignore[arg-type]


async def poll(gatherer: Gatherer, *work: Source | tuple[Source, SourceState]) -> dict[str, PollResult]:
    """The results by source."""
    pairs = [each if isinstance(each, tuple) else (each, SourceState()) for each in work]
    return {result.source_id: result async for result in gatherer.poll(pairs)}


async def poll_one(gatherer: Gatherer, wanted: Source, state: SourceState | None = None) -> PollResult:
    """The result of one source; fails where there is not exactly one."""
    (result,) = [each async for each in gatherer.poll([(wanted, state or SourceState())])]
    return result


async def fetch(gatherer: Gatherer, entries: Sequence[Entry], sources: Sequence[Source] = ()) -> list[FetchResult]:
    """All results."""
    return [each async for each in gatherer.fetch(entries, sources)]
