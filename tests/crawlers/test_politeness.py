"""One clock for each host: spacing, slots by name and port, and a Crawl-delay."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from itertools import pairwise

import pytest

from crawlers.gather import Gatherer
from crawlers.hosts import HostBook, host_of
from domain.source import CrawlSettings, Discovery
from tests.crawlers.pages import feed, item
from tests.crawlers.world import poll, poll_one, source
from tests.fakes.newspaper import Answer, Asked, Newspaper


def test_a_host_is_name_and_port() -> None:
    assert host_of("http://u@Paper.example:8080/a") == "paper.example:8080"
    assert host_of("http://paper.example/a") != host_of("http://paper.example:8080/a")


async def test_the_delay_holds_between_requests_and_between_crawls(settings: CrawlSettings) -> None:
    times: list[float] = []
    loop = asyncio.get_running_loop()

    def answer(asked: Asked) -> Answer:
        times.append(loop.time())
        return feed(item(1))

    with Newspaper({"/a": answer, "/b": answer, "/c": answer}) as paper:
        gatherer = Gatherer(replace(settings, delay=0.25, obey_robots=False))
        await poll(gatherer, source(paper.url("/a")), source(paper.url("/b")))
        await poll(gatherer, source(paper.url("/c")))
    gaps = [later - sooner for sooner, later in pairwise(times)]
    assert len(gaps) == 2
    assert min(gaps) >= 0.19


async def test_hosts_that_differ_by_port_do_not_share_a_slot(settings: CrawlSettings) -> None:
    """Each paper answers only once the other was asked too: with one request at a time for both this would never end well."""
    both = threading.Barrier(2, timeout=20)

    def answer(asked: Asked) -> Answer:
        both.wait()
        return feed(item(1))

    with Newspaper({"/rss": answer}) as one, Newspaper({"/rss": answer}) as other:
        one.pages["/"] = Answer(status=302, headers={"Location": other.url("/rss")})
        gatherer = Gatherer(replace(settings, per_host_concurrency=1, obey_robots=False, timeout=30))
        results = await poll(gatherer, source(one.url("/")), source(one.url("/rss")))
    assert [type(result) for result in results.values()] == [Discovery, Discovery]


async def test_never_more_requests_at_once_than_the_setting_says(settings: CrawlSettings) -> None:
    with Newspaper() as paper:
        for number in range(6):
            paper.pages[f"/{number}"] = Answer(b"<rss/>", hang_after=0)
        gatherer = Gatherer(replace(settings, per_host_concurrency=3, obey_robots=False, timeout=1))
        task = asyncio.create_task(poll(gatherer, *(source(paper.url(f"/{number}")) for number in range(6))))
        while len(paper.asked) < 3:
            await asyncio.sleep(0.01)
        first = len(paper.asked)
        await task
    assert first == 3
    assert len(paper.asked) == 6


async def test_crawl_delay_is_taken_from_robots(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages |= {"/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 7200\n"), "/rss": feed(item(1))}
    gatherer = Gatherer(settings)
    await poll_one(gatherer, source(paper.url("/rss")))
    assert gatherer._hosts.clock(paper.host).crawl_delay == 30


async def test_a_host_that_asked_to_wait_stays_closed_for_the_longest_time() -> None:
    book = HostBook()
    book.close("a", 100)
    book.close("a", 5)
    assert book.closed_for("a") == pytest.approx(100, abs=1)
    assert book.closed_for("b") == 0
