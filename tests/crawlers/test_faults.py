"""What goes wrong on the way: each fault is one failed poll that names the source and the reason, and the others go on."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable
from dataclasses import replace

import brotli
import pytest
from backports import zstd

from crawlers.gather import Gatherer
from domain.source import CrawlSettings, Discovery, Fetched, FetchFailure, PollFailure, SourceState
from tests.crawlers.pages import BOMB_MEBIBYTES, article, feed, item, rss
from tests.crawlers.world import entry, fetch, poll, poll_one, source
from tests.fakes.newspaper import Answer, Newspaper
from tests.fakes.raw_server import (
    Answering,
    RawServer,
    dripping,
    dripping_head,
    endless_chunks,
    endless_continues,
    endless_head,
    hanging_up,
)

HTML = "<!doctype html><html><head><title>عذرا</title></head><body>الصفحة غير متاحة الآن</body></html>".encode()
BLANKS = b"<rss>" + b" " * BOMB_MEBIBYTES * 1024 * 1024
BOMB = gzip.compress(BLANKS, 9)
FAULTS: dict[str, tuple[Answer, str]] = {
    "500": (Answer(status=500), "answered 500"),
    "404": (Answer(status=404), "answered 404"),
    "403": (Answer(status=403), "answered 403"),
    "410": (Answer(status=410), "answered 410"),
    "html": (Answer(HTML, content_type="application/rss+xml"), "HTML page instead of a feed"),
    "garbage": (Answer(bytes(range(256)) * 20, content_type="application/rss+xml"), "not a feed"),
    "text": (Answer(b"service unavailable, sorry"), "not a feed"),
    "nothing": (Answer(b""), "nothing instead of a feed"),
    "xml": (Answer(b'<?xml version="1.0"?><catalogue><book/></catalogue>'), "not a feed"),
    "empty": (feed(), "the feed is empty"),
    "large": (Answer(b"<rss>" + b" " * 3_000_000), "too large"),
    "bomb": (Answer(BOMB, headers={"Content-Encoding": "gzip"}), "too large"),
    "bomb_deflate": (Answer(zlib.compress(BLANKS, 9), headers={"Content-Encoding": "deflate"}), "too large"),
    "bomb_brotli": (Answer(brotli.compress(BLANKS, quality=1), headers={"Content-Encoding": "br"}), "too large"),
    "bomb_zstd": (Answer(zstd.compress(BLANKS), headers={"Content-Encoding": "zstd"}), "too large"),
    "bomb_in_bomb": (Answer(gzip.compress(BOMB, 9), headers={"Content-Encoding": "gzip, gzip"}), "too large"),
    "many_layers": (Answer(BOMB, headers={"Content-Encoding": ", ".join(["gzip"] * 50)}), "packed 50 times"),
    "redirect_loop": (Answer(status=302, headers={"Location": "/bad"}), "redirects without end"),
    "redirect_nowhere": (Answer(status=302), "redirect that leads nowhere"),
    "redirect_scheme": (Answer(status=302, headers={"Location": "file:///etc/passwd"}), "redirect that leads nowhere"),
    "hangs": (Answer(rss(item(1)), hang_after=100), "did not answer in time"),
    "hangs_at_once": (Answer(rss(item(1)), hang_after=0), "did not answer in time"),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_is_one_failure_with_its_reason_and_the_next_source_goes_on(name: str, paper: Newspaper) -> None:
    answer, reason = FAULTS[name]
    paper.pages |= {"/bad": answer, "/good": feed(item(1))}
    settings = CrawlSettings(delay=0, timeout=1.0, max_bytes=2_000_000, allow_networks=("127.0.0.1",))
    bad, good = source(paper.url("/bad")), source(paper.url("/good"))
    results = await poll(Gatherer(settings), bad, good)
    failure = results[bad.id]
    assert isinstance(failure, PollFailure)
    assert reason in failure.reason
    assert paper.host in failure.reason
    assert failure.remedy
    assert failure.gone is (name == "410")
    assert isinstance(results[good.id], Discovery)


ENDLESS: dict[str, tuple[Answering, str]] = {
    "drips": (dripping, "did not answer in time"),
    "head_drips": (dripping_head, "did not answer in time"),
    "head": (endless_head, "could not be read"),
    "continues": (endless_continues, "could not be read"),
    "chunks": (endless_chunks, "too large"),
    "hangs_up": (hanging_up, "could not be read"),
}


@pytest.mark.parametrize("name", ENDLESS)
async def test_an_answer_without_end_ends(name: str, settings: CrawlSettings) -> None:
    """By the deadline for the whole answer, or by its size: the server would go on for ever."""
    answering, reason = ENDLESS[name]
    strict = replace(settings, timeout=1.0 if "drips" in name else 30.0, max_bytes=2_000_000, obey_robots=False)
    with RawServer(answering) as server:
        result = await asyncio.wait_for(poll_one(Gatherer(strict), source(server.url("/rss"))), 25)
        assert server.requests == 1
    assert isinstance(result, PollFailure)
    assert reason in result.reason


async def test_a_feed_that_had_items_may_be_empty_for_a_day(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages["/rss"] = feed()
    result = await poll_one(Gatherer(settings), source(paper.url("/rss")), SourceState(digest="of an earlier body"))
    assert isinstance(result, Discovery)
    assert not result.entries


async def test_a_host_that_refuses_the_connection_or_does_not_exist(settings: CrawlSettings) -> None:
    with Newspaper() as closed:
        address = closed.url("/rss")
    refused = await poll_one(Gatherer(replace(settings, obey_robots=False)), source(address))
    unknown = await poll_one(Gatherer(replace(settings, obey_robots=False)), source("http://no-such-newspaper.invalid/rss"))
    assert isinstance(refused, PollFailure)
    assert "refused the connection" in refused.reason
    assert isinstance(unknown, PollFailure)
    assert "no host of this name" in unknown.reason


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/rss", "file:///etc/passwd", "rss", "http:///rss", "http://[::1", "http://user@127.0.0.1/x"]
)
async def test_an_address_that_cannot_be_asked_is_a_failure_of_its_source(url: str, settings: CrawlSettings) -> None:
    result = await poll_one(Gatherer(settings), source(url))
    assert isinstance(result, PollFailure)
    assert result.remedy
    (fetched,) = await fetch(Gatherer(settings), [entry(url)])
    assert isinstance(fetched, FetchFailure)
    assert fetched.final


async def test_429_returns_the_time_and_the_host_is_left_alone(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages |= {"/a": Answer(status=429, headers={"Retry-After": "120"}), "/b": feed(item(1))}
    gatherer = Gatherer(replace(settings, per_host_concurrency=1))
    first = await poll_one(gatherer, source(paper.url("/a")))
    second = await poll_one(gatherer, source(paper.url("/b")))
    assert isinstance(first, PollFailure)
    assert first.retry_after == 120
    assert paper.count("/a") == 1
    assert isinstance(second, PollFailure)
    assert second.retry_after is not None
    assert 0 < second.retry_after <= 120
    assert paper.count("/b") == 0


async def test_503_with_a_date(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages["/a"] = Answer(status=503, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})
    result = await poll_one(Gatherer(settings), source(paper.url("/a")))
    assert isinstance(result, PollFailure)
    assert result.retry_after == 0


@pytest.mark.parametrize(
    "place", ["http://10.0.0.7/", "http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://0.0.0.0/"]
)
async def test_a_redirect_to_a_private_address_is_refused(place: str, paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages["/rss"] = Answer(status=302, headers={"Location": place})
    result = await poll_one(Gatherer(settings), source(paper.url("/rss")))
    assert isinstance(result, PollFailure)
    assert "refused" in result.reason
    assert "address" in result.reason


async def test_every_hop_of_a_redirect_is_checked(paper: Newspaper, settings: CrawlSettings) -> None:
    for hop in range(3):
        paper.pages[f"/{hop}"] = Answer(status=301, headers={"Location": f"/{hop + 1}"})
    paper.pages["/3"] = Answer(status=307, headers={"Location": "http://[::ffff:10.0.0.7]/"})
    result = await poll_one(Gatherer(settings), source(paper.url("/0")))
    assert isinstance(result, PollFailure)
    assert "is a private address" in result.reason
    assert paper.count("/3") == 1


async def test_loopback_is_refused_unless_it_is_opened(paper: Newspaper) -> None:
    paper.pages |= {"/rss": feed(item(1)), "/1": article(1)}
    gatherer = Gatherer(CrawlSettings(delay=0))
    result = await poll_one(gatherer, source(paper.url("/rss")))
    by_name = await poll_one(gatherer, source(paper.url("/rss").replace("127.0.0.1", "localhost")))
    (fetched,) = await fetch(gatherer, [entry(paper.url("/1"))])
    for each in (result, by_name):
        assert isinstance(each, PollFailure)
        assert "loopback" in each.reason
        assert "allow_networks" in each.remedy
    assert isinstance(fetched, FetchFailure)
    assert fetched.final
    assert not paper.asked


async def test_robots_disallow(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages |= {"/robots.txt": Answer(b"User-agent: *\nDisallow: /rss\n"), "/rss": feed(item(1)), "/ok": feed(item(1))}
    results = await poll(Gatherer(settings), forbidden := source(paper.url("/rss")), allowed := source(paper.url("/ok")))
    failure = results[forbidden.id]
    assert isinstance(failure, PollFailure)
    assert "robots.txt" in failure.reason
    assert paper.count("/rss") == 0
    assert paper.count("/robots.txt") == 1
    assert isinstance(results[allowed.id], Discovery)
    unasked = await poll_one(Gatherer(replace(settings, obey_robots=False)), forbidden)
    assert isinstance(unasked, Discovery)


async def test_robots_forbid_the_target_of_a_redirect_too(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages |= {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /private\n"),
        "/rss": Answer(status=302, headers={"Location": "/private"}),
        "/private": feed(item(1)),
    }
    result = await poll_one(Gatherer(settings), source(paper.url("/rss")))
    assert isinstance(result, PollFailure)
    assert paper.count("/private") == 0


async def test_robots_that_fail_stop_the_poll_unless_an_older_copy_is_known(
    paper: Newspaper, settings: CrawlSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper.pages |= {"/robots.txt": Answer(status=503), "/rss": feed(item(1))}
    gatherer, wanted = Gatherer(settings), source(paper.url("/rss"))
    failed = await poll_one(gatherer, wanted)
    assert isinstance(failed, PollFailure)
    assert "robots.txt answered 503" in failed.reason
    paper.pages["/robots.txt"] = Answer(b"User-agent: *\nAllow: /\n")
    assert isinstance(await poll_one(gatherer, wanted), Discovery)
    paper.pages["/robots.txt"] = Answer(status=503)
    monkeypatch.setattr("crawlers.middlewares.ROBOTS_LIFETIME", -1)
    assert isinstance(await poll_one(gatherer, wanted), Discovery)


CHANGES: list[tuple[str, Callable[[Newspaper], Answer], str, bool]] = [
    ("404", lambda _: Answer(status=404), "answered 404", True),
    ("500", lambda _: Answer(status=500), "answered 500", False),
    ("front", lambda paper: Answer(status=302, headers={"Location": paper.url("/")}), "front page", True),
    ("wall", lambda paper: Answer(status=302, headers={"Location": paper.url("/login?back=1")}), "not an article", True),
    ("no_text", lambda _: Answer(b"<html><body><div id=app></div></body></html>"), "no article text", False),
    ("empty", lambda _: Answer(b""), "not a page", False),
    ("no_pdf", lambda _: Answer(b"%PDF-1.7 broken", content_type="application/pdf"), "PDF", True),
]


@pytest.mark.parametrize(("name", "answer", "reason", "final"), CHANGES, ids=[change[0] for change in CHANGES])
async def test_a_page_that_cannot_be_read(
    name: str, answer: Callable[[Newspaper], Answer], reason: str, final: bool, paper: Newspaper, settings: CrawlSettings
) -> None:
    paper.pages |= {"/news/1": answer(paper), "/": article(9), "/login?back=1": article(8), "/news/2": article(2)}
    results = await fetch(Gatherer(settings), [entry(paper.url("/news/1")), entry(paper.url("/news/2"))])
    by_key = {result.entry.key: result for result in results}
    failure = by_key[paper.url("/news/1")]
    assert isinstance(failure, FetchFailure)
    assert reason in failure.reason
    assert failure.final is final
    assert isinstance(by_key[paper.url("/news/2")], Fetched)


async def test_where_the_page_has_no_text_the_feed_s_summary_is_kept(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages["/news/1"] = Answer(b"<html><body><div id=app></div></body></html>")
    summary = "شكا مراجعون من تأخر صرف التعويضات منذ أشهر، وقالوا إنهم راجعوا المكتب أكثر من خمس مرات دون جواب واضح."
    (result,) = await fetch(Gatherer(settings), [entry(paper.url("/news/1"), hint_title="تأخر التعويضات", hint_summary=summary)])
    assert isinstance(result, Fetched)
    assert (result.mentions[0].title, result.mentions[0].text) == ("تأخر التعويضات", summary)
