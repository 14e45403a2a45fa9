"""One clock for each host, over polls, pages, redirects and robots.txt: tried on real servers, in an invented time."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

import pytest

from crawlers.gather import Gatherer
from crawlers.politeness.hosts import TOLERATED
from domain.source import CrawlSettings, Discovery, FetchFailure, PollFailure, SourceState
from tests.crawlers.invented_time import InventedTime
from tests.crawlers.pages import article, feed, item
from tests.crawlers.world import entry, fetch, poll, poll_one, source
from tests.fakes.newspaper import Answer, Asked, Newspaper


@pytest.fixture
def time() -> InventedTime:
    return InventedTime()


async def test_the_delay_holds_between_requests_crawls_redirects_and_robots(
    paper: Newspaper, settings: CrawlSettings, time: InventedTime
) -> None:
    paper.pages |= {path: feed(item(1)) for path in ("/a", "/b", "/c")}
    paper.pages |= {"/old": Answer(status=302, headers={"Location": "/a"}), "/news": article(1)}
    gatherer = Gatherer(replace(settings, delay=5.0), time.timing())
    await asyncio.gather(
        poll(gatherer, source(paper.url("/a")), source(paper.url("/b")), source(paper.url("/old"))),
        fetch(gatherer, [entry(paper.url("/news"))]),
    )
    await poll(gatherer, source(paper.url("/c")))
    assert len(paper.asked) == 7, "robots.txt, four pages, a redirect's target and the second crawl"
    assert time.waits == [5.0] * 6


async def test_hosts_that_differ_by_port_do_not_share_a_clock(settings: CrawlSettings, time: InventedTime) -> None:
    """Each paper answers only once the other was asked too: with one request at a time for both this would never end well."""
    both = threading.Barrier(2, timeout=20)

    def answer(asked: Asked) -> Answer:
        both.wait()
        return feed(item(1))

    with Newspaper({"/rss": answer}) as one, Newspaper({"/rss": answer}) as other:
        one.pages["/"] = Answer(status=302, headers={"Location": other.url("/rss")})
        gatherer = Gatherer(replace(settings, per_host_concurrency=1, obey_robots=False, timeout=30), time.timing())
        results = await poll(gatherer, source(one.url("/")), source(one.url("/rss")))
    assert [type(result) for result in results.values()] == [Discovery, Discovery]


@pytest.mark.parametrize("crawls", [1, 2])
async def test_never_more_requests_at_once_than_the_setting_says(
    crawls: int, settings: CrawlSettings, time: InventedTime
) -> None:
    """However many crawls of the host there are."""
    counting, under_way, most = threading.Condition(), 0, 0

    def answer(asked: Asked) -> Answer:
        nonlocal under_way, most
        with counting:
            under_way += 1
            most = max(most, under_way)
            counting.notify_all()
            counting.wait_for(lambda: most == 3, timeout=20)
        with counting:
            under_way -= 1
        return feed(item(1))

    with Newspaper({f"/{number}": answer for number in range(6)}) as paper:
        gatherer = Gatherer(replace(settings, per_host_concurrency=3, obey_robots=False, timeout=30), time.timing())
        works = [source(paper.url(f"/{number}")) for number in range(6)]
        await asyncio.gather(*(poll(gatherer, *works[start::crawls]) for start in range(crawls)))
    assert most == 3
    assert len(paper.asked) == 6


async def test_crawl_delay_is_taken_from_robots_and_bounded(
    paper: Newspaper, settings: CrawlSettings, time: InventedTime
) -> None:
    paper.pages |= {"/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 7200\n"), "/a": feed(item(1)), "/b": feed(item(1))}
    await poll(Gatherer(settings, time.timing()), source(paper.url("/a")), source(paper.url("/b")))
    assert time.waits == [30, 30]


async def test_after_429_nothing_more_leaves_for_the_host_and_it_is_no_failure_of_the_others(
    paper: Newspaper, settings: CrawlSettings, time: InventedTime
) -> None:
    paper.pages |= {"/a": Answer(status=429, headers={"Retry-After": "120"})}
    paper.pages |= {f"/{number}": feed(item(1)) for number in range(9)}
    gatherer = Gatherer(replace(settings, per_host_concurrency=1, obey_robots=False), time.timing())
    first = source(paper.url("/a"))
    results = await poll(gatherer, first, *(source(paper.url(f"/{number}")) for number in range(9)))
    asked = results.pop(first.id)
    assert isinstance(asked, PollFailure)
    assert (asked.retry_after, asked.postponed) == (120, False)
    assert [each.path for each in paper.asked] == ["/a"]
    for result in results.values():
        assert isinstance(result, PollFailure)
        assert result.postponed
        assert result.retry_after == 120
        assert "left alone" in result.reason
    (page,) = await fetch(gatherer, [entry(paper.url("/1"))])
    assert isinstance(page, FetchFailure)
    assert page.postponed
    assert not page.final
    time.elapsed += 120
    assert isinstance(await poll_one(gatherer, source(paper.url("/1"))), Discovery)


async def test_a_host_that_keeps_failing_is_left_alone_ever_longer_and_welcomed_back(
    paper: Newspaper, settings: CrawlSettings, time: InventedTime
) -> None:
    paper.pages["/rss"] = Answer(status=500)
    gatherer, wanted = Gatherer(replace(settings, obey_robots=False), time.timing()), source(paper.url("/rss"))
    for _ in range(TOLERATED):
        await poll_one(gatherer, wanted)
        assert gatherer.closed_for(paper.host) == 0
    rests = []
    for _ in range(5):
        await poll_one(gatherer, wanted)
        rests.append(gatherer.closed_for(paper.host))
        postponed = await poll_one(gatherer, wanted)
        assert isinstance(postponed, PollFailure)
        assert postponed.postponed
        time.elapsed += rests[-1]
    assert rests == [30, 60, 120, 240, 480]
    assert paper.count("/rss") == TOLERATED + 5
    paper.pages["/rss"] = feed(item(1))
    assert isinstance(await poll_one(gatherer, wanted), Discovery)
    assert gatherer.memory(paper.host).failures == 0


async def test_no_answer_counts_against_the_host_and_a_missing_page_does_not(
    paper: Newspaper, settings: CrawlSettings, time: InventedTime
) -> None:
    paper.pages |= {"/cut": Answer(b"<rss>", headers={"Content-Length": "9999"}), "/missing": Answer(status=404)}
    gatherer = Gatherer(replace(settings, obey_robots=False, timeout=0.5), time.timing())
    await poll_one(gatherer, source(paper.url("/cut")))
    assert gatherer.memory(paper.host).failures == 1
    await poll_one(gatherer, source(paper.url("/missing")))
    assert gatherer.memory(paper.host).failures == 0


async def test_a_restarted_gatherer_asks_no_robots_again_and_keeps_the_rest(
    paper: Newspaper, settings: CrawlSettings, time: InventedTime
) -> None:
    paper.pages |= {"/robots.txt": Answer(b"User-agent: *\nDisallow: /private\n"), "/rss": feed(item(1)), "/private": feed()}
    before = Gatherer(settings, time.timing())
    await poll_one(before, source(paper.url("/rss")))
    assert before.asked() == {paper.host}
    after = Gatherer(settings, time.timing())
    after.restore(before.memory(paper.host))
    assert isinstance(await poll_one(after, source(paper.url("/rss"))), Discovery)
    assert isinstance(await poll_one(after, source(paper.url("/private"))), PollFailure)
    assert paper.count("/robots.txt") == 1
    assert paper.count("/private") == 0


async def test_a_redirect_s_target_is_asked_in_its_own_host_s_time(settings: CrawlSettings, time: InventedTime) -> None:
    with Newspaper() as one, Newspaper({"/rss": feed(item(1)), "/two": feed(item(2))}) as other:
        one.pages["/"] = Answer(status=302, headers={"Location": other.url("/rss")})
        gatherer = Gatherer(replace(settings, delay=5.0, obey_robots=False), time.timing())
        await poll_one(gatherer, source(other.url("/two")))
        await poll_one(gatherer, source(one.url("/")))
        assert time.waits == [5.0]
        assert gatherer.asked() == {one.host, other.host}


async def test_a_poll_does_not_wait_until_all_pages_of_its_host_are_read(
    paper: Newspaper, settings: CrawlSettings, time: InventedTime
) -> None:
    paper.pages |= {"/rss": feed(item(1)), **{f"/news/{number}": article(number) for number in range(20)}}
    gatherer = Gatherer(replace(settings, delay=5.0, obey_robots=False), time.timing())
    pages = asyncio.create_task(fetch(gatherer, [entry(paper.url(f"/news/{number}")) for number in range(20)]))
    while not paper.asked:
        await asyncio.sleep(0)
    await poll_one(gatherer, source(paper.url("/rss")))
    await pages
    assert [each.path for each in paper.asked].index("/rss") < 10


async def test_hosts_that_hang_do_not_use_up_the_places_of_all(settings: CrawlSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawlers.politeness.hosts._DRAGGING", 0.01)
    one_at_a_time = replace(settings, per_host_concurrency=1, total_concurrency=1, obey_robots=False, timeout=60)
    with Newspaper({"/rss": Answer(b"<rss>" * 100, hang_after=10)}) as slow, Newspaper({"/rss": feed(item(1))}) as quick:
        works = [(source(each.url("/rss")), SourceState()) for each in (slow, quick)]
        results = Gatherer(one_at_a_time).poll(works)
        first = await anext(results)
        await results.aclose()  # type: ignore[attr-defined]
    assert first.source_id == works[1][0].id
