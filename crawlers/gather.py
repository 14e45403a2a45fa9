"""The gatherer: polls sources and fetches pages in the running asyncio loop, politely, and gives a result for each.

One crawl for each host that has work; crawls of one host share its clock (``crawlers.politeness.hosts``), so that a poll need not
wait until hundreds of pages are fetched. X is read beside them in a thread.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

from crawlers.fetching.addresses_guard import AddressGuard
from crawlers.fetching.browser import Browser
from crawlers.pages import Page, Trouble
from crawlers.politeness.hosts import HostBook, Timing, host_of
from domain.mention import Entry
from domain.source import (
    CrawlSettings,
    FetchFailure,
    FetchResult,
    HostMemory,
    PollFailure,
    PollResult,
    Source,
    SourceKind,
    SourceState,
)

T = TypeVar("T")
R = TypeVar("R")
_CRAWLS: Final = 64
"""Crawls at a time, for polls and for pages each: one holds little, and slow hosts must not hold up the others."""
_BROKEN = "Rasd itself failed while reading it: the log names the place"


class Gatherer:
    """Lives in one asyncio loop, for as long as the service: it remembers what each host asked for.

    Raises ``ConfigurationError`` at once where ``settings.allow_networks`` holds something that is no network, or where pages are
    to be rendered and Playwright is not installed.
    """

    def __init__(self, settings: CrawlSettings, timing: Timing | None = None) -> None:
        AddressGuard.opening(settings.allow_networks)
        self.settings = settings
        self._hosts = HostBook(settings, timing)
        self._sources: dict[str, Source] = {}
        self._polls = asyncio.Semaphore(_CRAWLS)
        self._fetches = asyncio.Semaphore(_CRAWLS)
        self._reading_x = asyncio.Lock()
        self._x: Any = None
        self._browser = Browser(settings, self._hosts) if settings.render else None

    async def __aenter__(self) -> Gatherer:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._browser is not None:
            await self._browser.close()

    async def poll(self, work: Sequence[tuple[Source, SourceState]]) -> AsyncIterator[PollResult]:
        """One result for each source, as each completes; a source that fails never costs the others theirs."""
        self.remember(source for source, _ in work)
        groups: dict[tuple[SourceKind, str], list[tuple[Source, SourceState]]] = defaultdict(list)
        for source, state in work:
            groups[source.kind, "x" if source.kind.is_social else host_of(source.url)].append((source, state))
        runs = [self._poll_x(jobs) if kind.is_social else self._poll_host(kind, jobs) for (kind, _), jobs in groups.items()]
        async for result in _merged(runs):
            yield result

    async def fetch(self, entries: Sequence[Entry], sources: Iterable[Source] = ()) -> AsyncIterator[FetchResult]:
        """One result for each entry, as each completes.

        ``sources`` (and those polled before) give the entries' ``body`` selectors and time zones.
        """
        self.remember(sources)
        groups: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            groups[host_of(entry.url)].append(entry)
        async for result in _merged([self._fetch_host(jobs) for jobs in groups.values()]):
            yield result

    async def pages(self, urls: Sequence[str]) -> AsyncIterator[tuple[str, Page | Trouble]]:
        """Each address with its page, whatever its status, or with what was wrong."""
        from crawlers.spiders.page import PageSpider

        groups: dict[str, list[str]] = defaultdict(list)
        for url in urls:
            groups[host_of(url)].append(url)
        runs = [
            self._crawl_host(
                *(PageSpider, jobs, self._fetches, lambda pair: pair[0], lambda url: url, lambda url: (url, Trouble(_BROKEN)))
            )
            for jobs in groups.values()
        ]
        async for result in _merged(runs):
            yield result

    def restore(self, memory: HostMemory) -> None:
        """Take what is remembered of a host, before it is asked."""
        self._hosts.restore(memory)

    def memory(self, host: str) -> HostMemory:
        """What is to be remembered of a host, after it was asked."""
        return self._hosts.memory(host)

    def asked(self) -> set[str]:
        """The hosts that were asked since the last call, those that a redirect led to among them."""
        return self._hosts.asked()

    def closed_for(self, host: str) -> float:
        """Seconds that a host is still to be left alone."""
        return self._hosts.closed_for(host)

    def remember(self, sources: Iterable[Source]) -> None:
        """Keep what the entries of these sources need when they are fetched."""
        self._sources.update((source.id, source) for source in sources)

    def _poll_host(self, kind: SourceKind, jobs: list[tuple[Source, SourceState]]) -> AsyncIterator[PollResult]:
        from crawlers.spiders.feed import FeedSpider
        from crawlers.spiders.listing import ListingSpider
        from crawlers.spiders.report import ReportSpider
        from crawlers.spiders.sitemap import SitemapSpider

        spider = next(each for each in (FeedSpider, SitemapSpider, ListingSpider, ReportSpider) if each.kind is kind)
        return self._crawl_host(
            spider,
            jobs,
            self._polls,
            lambda result: result.source_id,
            lambda job: job[0].id,
            lambda job: PollFailure(job[0].id, f"{job[0].url}: {_BROKEN}", "it is tried again by itself"),
        )

    def _fetch_host(self, entries: list[Entry]) -> AsyncIterator[FetchResult]:
        from crawlers.spiders.article import ArticleSpider

        jobs = [(entry, self._sources.get(entry.source_id)) for entry in entries]
        return self._crawl_host(
            ArticleSpider,
            jobs,
            self._fetches,
            lambda result: result.entry.key,
            lambda job: job[0].key,
            lambda job: FetchFailure(job[0], f"{job[0].url}: {_BROKEN}"),
        )

    async def _poll_x(self, jobs: list[tuple[Source, SourceState]]) -> AsyncIterator[PollResult]:
        from crawlers.social.x import XReader

        if self._x is None:
            self._x = XReader(self.settings)
        async with self._reading_x:
            for source, state in jobs:
                yield await asyncio.to_thread(self._x.poll, source, state)

    async def _crawl_host(
        self,
        spider: type[Any],
        jobs: Sequence[T],
        crawls: asyncio.Semaphore,
        id_of_result: Callable[[Any], str],
        id_of_job: Callable[[T], str],
        broken: Callable[[T], R],
    ) -> AsyncIterator[R]:
        """Runs one crawl and yields its results; a job that the crawl left without one gets ``broken``."""
        results: asyncio.Queue[R | None] = asyncio.Queue()
        async with crawls:
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
        render = self._browser.render if self._browser is not None else None
        task = runner.crawl(crawler, work=jobs, emit=results.put_nowait, hosts=self._hosts, render=render)
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
