"""Rasd's gatherer against a bare Scrapy spider with the same settings: pages of 20 and 200 KB, and polls that are all 304.

    python -m bench.fetching [--pages 600] [--runs 5]

Both fetch the same pages from one host on loopback (a server in a process of its own): no delay, the same concurrency, Scrapy's
own HTTP/1.1 handler, robots.txt off and on. Rasd's side is everything between an entry and its result but reading the article out
of the page, which is left out; its address check, host clock and cost are in. Runs alternate; the ratio is that of the medians.
Scrapy starts 100 workers with each answer for items that there are none of; Rasd sets that to 1, and the lines "items 1" set it
for the bare spider too.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from statistics import median
from time import perf_counter, process_time
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerRunner

from bench.calibration import calibrate
from bench.cheap_server import MISSING, NOT_MODIFIED, Answering, answer, serving_cheaply
from crawlers import reactor
from crawlers.gather import Gatherer
from domain.mention import Entry
from domain.source import CrawlSettings, Discovery, Fetched, Source, SourceKind, SourceState

_CONCURRENCY = 32
_TAG = '"known"'
_ALLOW_ALL = b"User-agent: *\nDisallow: /private\n"


class BareSpider(scrapy.Spider):
    """What anybody would write: one request for each address, and the body counted."""

    name = "bare"

    def __init__(self, urls: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(**named)
        self.urls = urls
        self.bytes = self.answers = 0

    async def start(self) -> AsyncIterator[Any]:
        """Ask for all of them; the second of a pair is the ETag that is known."""
        for url, tag in self.urls:
            headers = {"If-None-Match": tag} if tag else None
            yield scrapy.Request(url, callback=self.parse, dont_filter=True, headers=headers)

    def parse(self, response: Any, **_: Any) -> None:
        """Count."""
        self.answers += 1
        self.bytes += len(response.body)


def bare_settings(robots: bool, items: int) -> dict[str, Any]:
    """The gatherer's settings in Scrapy's own words. ``items``: 100 as Scrapy comes; the gatherer sets 1."""
    return {
        "CONCURRENT_ITEMS": items,
        "CONCURRENT_REQUESTS": _CONCURRENCY,
        "CONCURRENT_REQUESTS_PER_DOMAIN": _CONCURRENCY,
        "DOWNLOAD_DELAY": 0,
        "ROBOTSTXT_OBEY": robots,
        "HTTPERROR_ALLOW_ALL": True,
        "RETRY_ENABLED": False,
        "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "LOGSTATS_INTERVAL": 0,
        "STATS_DUMP": False,
        "LOG_LEVEL": "ERROR",
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    }


def our_settings(robots: bool) -> CrawlSettings:
    """The same for Rasd."""
    return CrawlSettings(
        delay=0,
        per_host_concurrency=_CONCURRENCY,
        total_concurrency=_CONCURRENCY,
        obey_robots=robots,
        allow_networks=("127.0.0.0/8",),
    )


async def bare(urls: list[tuple[str, str]], robots: bool, items: int = 100) -> None:
    """One crawl of the bare spider, with Twisted's own resolver: Rasd's refuses loopback to requests that are not its own."""
    from twisted.internet import reactor as twisted_reactor
    from twisted.internet._resolver import GAIResolver
    from twisted.python.threadpool import ThreadPool

    pool = ThreadPool(0, 4)
    pool.start()
    guarded = twisted_reactor.installNameResolver(GAIResolver(twisted_reactor, lambda: pool))
    runner = AsyncCrawlerRunner(bare_settings(robots, items))
    crawler = runner.create_crawler(BareSpider)
    await runner.crawl(crawler, urls=urls)
    twisted_reactor.installNameResolver(guarded)
    pool.stop()
    assert crawler.spider.answers == len(urls), crawler.spider.answers


async def ours(urls: list[str], robots: bool) -> None:
    """One gatherer's fetch."""
    entries = [Entry(url, "s", "paper", url) for url in urls]
    fetched = [result async for result in Gatherer(our_settings(robots)).fetch(entries)]
    assert all(isinstance(result, Fetched) for result in fetched), fetched[:2]
    assert len(fetched) == len(urls)


async def poll_unchanged(work: list[tuple[Source, SourceState]], robots: bool) -> None:
    """Polls that find nothing new."""
    results = [result async for result in Gatherer(our_settings(robots)).poll(work)]
    assert all(isinstance(result, Discovery) and result.unchanged for result in results), results[:2]
    assert len(results) == len(work)


@contextmanager
def without_reading() -> Iterator[None]:
    """The article spider without the reading of articles."""
    from crawlers.spiders.article import ArticleSpider

    async def unread(_: Any, page: Any, entry: Entry, __: Any) -> Fetched:
        return Fetched(entry, (), page.cost)

    sound = ArticleSpider._result
    setattr(ArticleSpider, "_result", unread)  # noqa: B010
    try:
        yield
    finally:
        setattr(ArticleSpider, "_result", sound)  # noqa: B010


async def compared(
    label: str, runs: int, first: Callable[[], Awaitable[None]], second: Callable[[], Awaitable[None]], count: int
) -> None:
    """Alternate two things and print both medians with their ratio (speed of the first over that of the second)."""
    seconds: tuple[list[float], list[float]] = ([], [])
    cpu: tuple[list[float], list[float]] = ([], [])
    for run in range(runs + 1):
        order = ((0, first), (1, second)) if run % 2 else ((1, second), (0, first))
        for place, each in order:
            started, worked = perf_counter(), process_time()
            await each()
            if run:  # the first round warms up
                seconds[place].append(perf_counter() - started)
                cpu[place].append(process_time() - worked)
    mine, other = median(seconds[0]), median(seconds[1])
    ratio, of_work = other / mine, median(cpu[1]) / median(cpu[0])
    print(
        f"{label:34} {count / mine:6.0f}/s, bare {count / other:6.0f}/s: {ratio:.2f} (of processor time {of_work:.2f})",
        flush=True,
    )


async def all_of_them(url: str, pages: int, runs: int) -> None:
    """Every comparison."""
    reactor.install()
    for size in (20, 200):
        urls = [f"{url}/{size}/{number}" for number in range(pages)]
        for robots, items in ((False, 100), (True, 100), (False, 1)):
            label = f"{size} KB pages, robots {'on' if robots else 'off'}{', items 1' if items == 1 else ''}"
            with without_reading():
                await compared(
                    label,
                    runs,
                    lambda urls=urls, robots=robots: ours(urls, robots),
                    lambda urls=urls, robots=robots, items=items: bare([(each, "") for each in urls], robots, items),
                    pages,
                )
    known = [(f"{url}/20/{number}", _TAG) for number in range(pages)]
    work = [
        (Source(address, SourceKind.FEED, "paper", "صحيفة", url=address), SourceState(etag=tag, digest="known"))
        for address, tag in known
    ]
    for items in (100, 1):
        label = f"all-304 polls, robots off{', items 1' if items == 1 else ''}"
        unchanged, asked = (lambda: poll_unchanged(work, False)), (lambda items=items: bare(known, False, items))
        await compared(label, runs, unchanged, asked, pages)


def main() -> None:
    """Run the bench and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    print(f"calibration loop: {calibrate():.3f} s")
    with serving_cheaply(lambda: pages_of(arguments.pages)) as port:
        asyncio.run(all_of_them(f"http://127.0.0.1:{port}", arguments.pages, arguments.runs))


def pages_of(pages: int) -> Answering:
    """The server's side: ``/20/7`` is page 7 of 20 KB, and ``"known"`` is the ETag of everything."""
    chance = random.Random(7)
    fillers = {size: chance.randbytes(size * 512).hex().encode() for size in (20, 200)}
    answers = {
        b"/%d/%d" % (size, number): answer(b"<html><body>%d %s</body></html>" % (number, filler), _TAG)
        for size, filler in fillers.items()
        for number in range(pages)
    }
    answers[b"/robots.txt"] = answer(_ALLOW_ALL, kind="text/plain")
    known = b"If-None-Match: " + _TAG.encode()
    return lambda path, head: NOT_MODIFIED if known in head else answers.get(path, MISSING)


if __name__ == "__main__":
    main()
