"""The gatherer: polls sources and fetches pages in the running asyncio loop, politely, and gives a result for each.

One crawl for each host that has work, at most one at a time per host (``crawlers.hosts``); X is read beside them in a thread.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any, TypeVar

from crawlers.addresses_guard import AddressGuard
from crawlers.hosts import HostBook, host_of
from crawlers.pages import Page, Trouble
from domain.mention import Entry
from domain.source import (
    CrawlSettings,
    FetchFailure,
    FetchResult,
    PollFailure,
    PollResult,
    Source,
    SourceKind,
    SourceState,
)

T = TypeVar("T")
R = TypeVar("R")
_BROKEN = "Rasd itself failed while reading it: the log names the place"


class Gatherer:
    """Lives in one asyncio loop, for as long as the service: it remembers what each host asked for.

    Raises ``ConfigurationError`` at once where ``settings.allow_networks`` holds something that is no network.
    """

    def __init__(self, settings: CrawlSettings) -> None:
        AddressGuard.opening(settings.allow_networks)
        self.settings = settings
        self._hosts = HostBook()
        self._sources: dict[str, Source] = {}
        self._crawls = asyncio.Semaphore(max(1, settings.total_concurrency // max(1, settings.per_host_concurrency)))
        self._x: Any = None

    async def __aenter__(self) -> Gatherer:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def poll(self, work: Sequence[tuple[Source, SourceState]]) -> AsyncIterator[PollResult]:
        """One result for each source, as each completes; a source that fails never costs the others theirs."""
        self.remember(source for source, _ in work)
        groups: dict[tuple[SourceKind, str], list[tuple[Source, SourceState]]] = defaultdict(list)
        for source, state in work:
            groups[source.kind, "x" if source.kind.is_social else _host(source.url)].append((source, state))
        runs = [
            self._poll_x(jobs) if kind.is_social else self._poll_host(kind, host, jobs) for (kind, host), jobs in groups.items()
        ]
        async for result in _merged(runs):
            yield result

    async def fetch(self, entries: Sequence[Entry], sources: Iterable[Source] = ()) -> AsyncIterator[FetchResult]:
        """One result for each entry, as each completes.

        ``sources`` (and those polled before) give the entries' ``body`` selectors and time zones.
        """
        self.remember(sources)
        groups: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            groups[_host(entry.url)].append(entry)
        async for result in _merged([self._fetch_host(host, jobs) for host, jobs in groups.items()]):
            yield result

    async def pages(self, urls: Sequence[str]) -> AsyncIterator[tuple[str, Page | Trouble]]:
        """Each address with its page, whatever its status, or with what was wrong."""
        from crawlers.spiders.page import PageSpider

        groups: dict[str, list[str]] = defaultdict(list)
        for url in urls:
            groups[_host(url)].append(url)
        runs = [
            self._crawl_host(PageSpider, host, jobs, lambda pair: pair[0], lambda url: url, lambda url: (url, Trouble(_BROKEN)))
            for host, jobs in groups.items()
        ]
        async for result in _merged(runs):
            yield result

    def remember(self, sources: Iterable[Source]) -> None:
        """Keep what the entries of these sources need when they are fetched."""
        self._sources.update((source.id, source) for source in sources)

    def _poll_host(self, kind: SourceKind, host: str, jobs: list[tuple[Source, SourceState]]) -> AsyncIterator[PollResult]:
        from crawlers.spiders.feed import FeedSpider
        from crawlers.spiders.listing import ListingSpider
        from crawlers.spiders.report import ReportSpider
        from crawlers.spiders.sitemap import SitemapSpider

        spider = next(each for each in (FeedSpider, SitemapSpider, ListingSpider, ReportSpider) if each.kind is kind)
        return self._crawl_host(
            spider,
            host,
            jobs,
            lambda result: result.source_id,
            lambda job: job[0].id,
            lambda job: PollFailure(job[0].id, f"{job[0].url}: {_BROKEN}", "it is tried again by itself"),
        )

    def _fetch_host(self, host: str, entries: list[Entry]) -> AsyncIterator[FetchResult]:
        from crawlers.spiders.article import ArticleSpider

        jobs = [(entry, self._sources.get(entry.source_id)) for entry in entries]
        return self._crawl_host(
            ArticleSpider,
            host,
            jobs,
            lambda result: result.entry.key,
            lambda job: job[0].key,
            lambda job: FetchFailure(job[0], f"{job[0].url}: {_BROKEN}"),
        )

    async def _poll_x(self, jobs: list[tuple[Source, SourceState]]) -> AsyncIterator[PollResult]:
        from crawlers.x import XReader

        if self._x is None:
            self._x = XReader(self.settings)
        async with self._hosts.turn("x", 0):
            for source, state in jobs:
                yield await asyncio.to_thread(self._x.poll, source, state)

    async def _crawl_host(
        self,
        spider: type[Any],
        host: str,
        jobs: Sequence[T],
        id_of_result: Callable[[Any], str],
        id_of_job: Callable[[T], str],
        broken: Callable[[T], R],
    ) -> AsyncIterator[R]:
        """Runs one crawl and yields its results; a job that the crawl left without one gets ``broken``."""
        results: asyncio.Queue[R | None] = asyncio.Queue()
        async with self._hosts.turn(host, self.settings.delay), self._crawls:
            crawl = asyncio.create_task(self._crawl(spider, jobs, results))
            left = {id_of_job(job): job for job in jobs}
            try:
                while (result := await results.get()) is not None:
                    left.pop(id_of_result(result), None)
                    yield result
            finally:
                if not crawl.done():
                    crawl.cancel()
                await asyncio.wait([crawl])
        for job in left.values():
            yield broken(job)
        crawl.result()

    async def _crawl(self, spider: type[Any], jobs: Sequence[Any], results: asyncio.Queue[Any]) -> None:
        from scrapy.crawler import AsyncCrawlerRunner

        from crawlers.reactor import install
        from crawlers.settings import scrapy_settings

        install()
        runner = AsyncCrawlerRunner(scrapy_settings(self.settings))
        crawler = runner.create_crawler(spider)
        task = runner.crawl(crawler, work=jobs, emit=results.put_nowait, hosts=self._hosts)
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            _abandon(crawler)
            await crawler.stop_async()
            await asyncio.wait([task])
            raise
        finally:
            results.put_nowait(None)


def _abandon(crawler: Any) -> None:
    """Cuts what is running and drops what waits for its turn, so that a stop takes no longer than a moment."""
    from scrapy.exceptions import IgnoreRequest
    from twisted.python.failure import Failure

    if not crawler.crawling or crawler.spider is None:
        return
    crawler.spider.stopped.set()
    for slot in crawler.engine.downloader.slots.values():
        while slot.queue:
            _, waiting = slot.queue.popleft()
            waiting.errback(Failure(IgnoreRequest("stopped")))  # type: ignore[no-untyped-call]


def _host(url: str) -> str:
    try:
        return host_of(url)
    except ValueError:
        return ""


async def _merged(runs: Sequence[AsyncIterator[R]]) -> AsyncIterator[R]:
    """The results of several runs, as each comes."""
    results: asyncio.Queue[R | None] = asyncio.Queue()

    async def drain(run: AsyncIterator[R]) -> None:
        try:
            async for result in run:
                results.put_nowait(result)
        finally:
            results.put_nowait(None)

    tasks = [asyncio.create_task(drain(run)) for run in runs]
    left = len(tasks)
    try:
        while left:
            result = await results.get()
            if result is None:
                left -= 1
            else:
                yield result
        for task in tasks:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
