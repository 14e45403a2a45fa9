"""The gatherer against real newspapers on loopback: what is found, and what a second poll costs."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import replace

import pytest

from crawlers.feeds import feed as feed_module
from crawlers.gather import Gatherer
from domain.mention import Channel
from domain.source import Cost, CrawlSettings, Discovery, Fetched, PollFailure, SourceKind, SourceState
from tests.crawlers.pages import article, feed, item
from tests.crawlers.world import entry, fetch, poll, poll_one, source
from tests.fakes.newspaper import Answer, Asked, Newspaper
from tests.fakes.pdf import pdf


async def test_full_text_comes_complete_and_a_summary_becomes_an_entry(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages["/rss"] = feed(item(1, full=True), item(2))
    result = await poll_one(Gatherer(settings), source(paper.url("/rss")))
    assert isinstance(result, Discovery)
    assert [mention.key for mention in result.mentions] == [paper.url("/news/1001")]
    assert [each.key for each in result.entries] == [paper.url("/news/1002")]
    assert result.state.digest
    assert not result.unchanged


async def test_an_entry_s_page_becomes_a_mention(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages |= {"/rss": feed(item(2)), "/news/1002": article(2)}
    gatherer = Gatherer(settings)
    found = await poll_one(gatherer, source(paper.url("/rss")))
    assert isinstance(found, Discovery)
    (result,) = await fetch(gatherer, found.entries)
    assert isinstance(result, Fetched)
    (mention,) = result.mentions
    assert mention.key == paper.url("/news/1002")
    assert mention.title == "خبر رقم 2"
    assert "فقرة ثالثة من الخبر 2" in mention.text
    assert mention.published_at == found.entries[0].hint_published_at
    assert "paper:guid:g2" in mention.aliases


async def test_the_body_selector_and_zone_of_the_source_reach_its_pages(paper: Newspaper, settings: CrawlSettings) -> None:
    page = "<h1>عنوان الخبر هنا</h1><time>20/11/2026 10:00</time><div id=a>النص المطلوب وحده</div><p>غيره</p>"
    paper.pages["/1"] = Answer(f"<html><body>{page}</body></html>".encode())
    wanted = source(paper.url("/rss"), body="#a", timezone="UTC", id="s")
    (result,) = await fetch(Gatherer(settings), [entry(paper.url("/1"))], [wanted])
    assert isinstance(result, Fetched)
    assert result.mentions[0].text == "النص المطلوب وحده"
    assert str(result.mentions[0].published_at) == "2026-11-20 10:00:00+00:00"


async def test_a_304_costs_no_parse(paper: Newspaper, settings: CrawlSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(asked: Asked) -> Answer:
        known = asked.headers.get("if-none-match") == '"v1"' and asked.headers.get("if-modified-since") == "yesterday"
        return Answer(status=304) if known else feed(item(1), ETag='"v1"', Last_Modified="yesterday")

    paper.pages["/rss"] = answer
    gatherer, wanted = Gatherer(settings), source(paper.url("/rss"))
    first = await poll_one(gatherer, wanted)
    monkeypatch.setattr(feed_module, "read_feed", None)
    second = await poll_one(gatherer, wanted, first.state if isinstance(first, Discovery) else None)
    assert isinstance(first, Discovery)
    assert isinstance(second, Discovery)
    assert replace(second, cost=Cost()) == Discovery(wanted.id, first.state, unchanged=True)
    assert (first.cost.requests, second.cost.requests, second.cost.bytes) == (1, 1, 0)
    assert first.cost.bytes == len(feed(item(1)).body)


async def test_the_same_body_costs_no_parse_where_the_server_knows_no_etag(
    paper: Newspaper, settings: CrawlSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper.pages["/rss"] = feed(item(1))
    gatherer, wanted = Gatherer(settings), source(paper.url("/rss"))
    first = await poll_one(gatherer, wanted)
    assert isinstance(first, Discovery)
    monkeypatch.setattr(feed_module, "read_feed", None)
    second = await poll_one(gatherer, wanted, first.state)
    assert isinstance(second, Discovery)
    assert replace(second, cost=Cost()) == Discovery(wanted.id, first.state, unchanged=True)


async def test_a_late_item_with_an_old_date_is_still_announced(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages["/rss"] = feed(item(1))
    gatherer, wanted = Gatherer(settings), source(paper.url("/rss"))
    first = await poll_one(gatherer, wanted)
    late = item(2).replace("21 Nov 2026", "02 Mar 2019")
    paper.pages["/rss"] = feed(item(1), late)
    second = await poll_one(gatherer, wanted, first.state)  # type: ignore[union-attr]
    assert isinstance(second, Discovery)
    assert paper.url("/news/1002") in {each.key for each in second.entries}


async def test_a_sitemap_index_is_followed_and_its_children_tell_whether_it_changed(
    paper: Newspaper, settings: CrawlSettings
) -> None:
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'

    def children(*numbers: int) -> bytes:
        rows = "".join(f"<url><loc>{paper.url(f'/news/{number}')}</loc></url>" for number in numbers)
        return gzip.compress(f"<urlset {space}>{rows}</urlset>".encode(), mtime=0)

    index = f"<sitemapindex {space}><sitemap><loc>{paper.url('/news.xml.gz')}</loc></sitemap></sitemapindex>"
    broken = index.replace("</sitemapindex>", f"<sitemap><loc>{paper.url('/gone.xml')}</loc></sitemap></sitemapindex>")
    paper.pages |= {"/sitemap.xml": Answer(broken.encode()), "/news.xml.gz": Answer(children(1), content_type="application/gzip")}
    gatherer, wanted = Gatherer(settings), source(paper.url("/sitemap.xml"), SourceKind.SITEMAP)
    first = await poll_one(gatherer, wanted)
    assert isinstance(first, Discovery)
    assert [each.key for each in first.entries] == [paper.url("/news/1")]
    assert [problem.where for problem in first.problems] == [paper.url("/gone.xml")]
    same = await poll_one(gatherer, wanted, first.state)
    assert isinstance(same, Discovery)
    assert same.unchanged
    paper.pages["/news.xml.gz"] = Answer(children(1, 2), content_type="application/gzip")
    changed = await poll_one(gatherer, wanted, first.state)
    assert isinstance(changed, Discovery)
    assert len(changed.entries) == 2


def listing(page: int, articles: list[int], older: str = "") -> Answer:
    links = "".join(f'<a href="/news/{number}">عنوان طويل للخبر الذي رقمه {number}</a>' for number in articles)
    return Answer(f"<html><body><p>{page}</p>{links}{older}</body></html>".encode())


async def test_the_first_poll_of_a_listing_reads_older_pages_and_later_ones_do_not(
    paper: Newspaper, settings: CrawlSettings
) -> None:
    for number in range(1, 9):
        older = f'<nav><a rel="next" href="/latest?page={number + 1}">الأقدم</a></nav>'
        paper.pages[f"/latest?page={number}"] = listing(number, [1000 + number, 1001 + number], older)
    paper.pages["/latest"] = paper.pages["/latest?page=1"]
    gatherer, wanted = Gatherer(settings), source(paper.url("/latest"), SourceKind.LISTING)
    first = await poll_one(gatherer, wanted)
    assert isinstance(first, Discovery)
    assert [each.key for each in first.entries] == [paper.url(f"/news/{number}") for number in range(1001, 1007)]
    assert [paper.count(f"/latest?page={number}") for number in range(2, 7)] == [1, 1, 1, 1, 0]
    same = await poll_one(gatherer, wanted, first.state)
    assert isinstance(same, Discovery)
    assert same.unchanged
    paper.pages["/latest"] = listing(1, [1000, 1001], '<a rel="next" href="/latest?page=2">الأقدم</a>')
    changed = await poll_one(gatherer, wanted, first.state)
    assert isinstance(changed, Discovery)
    assert len(changed.entries) == 2
    assert paper.count("/latest?page=2") == 1


async def test_an_older_page_that_fails_or_brings_nothing_new_ends_the_reading(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages |= {
        "/a": listing(1, [1001], '<a rel="next" href="/a?page=2">الأقدم</a>'),
        "/b": listing(1, [1001], '<a rel="next" href="/b?page=2">الأقدم</a>'),
        "/b?page=2": listing(2, [1001], '<a rel="next" href="/b?page=3">الأقدم</a>'),
    }
    results = await poll(Gatherer(settings), *(source(paper.url(path), SourceKind.LISTING) for path in ("/a", "/b")))
    broken, ended = (results[f"source of {paper.url(path)}"] for path in ("/a", "/b"))
    assert isinstance(broken, Discovery)
    assert isinstance(ended, Discovery)
    assert [problem.where for problem in broken.problems] == [paper.url("/a?page=2")]
    assert len(broken.entries) == len(ended.entries) == 1
    assert not ended.problems
    assert paper.count("/b?page=3") == 0


async def test_reports_come_from_a_page_a_feed_or_directly(paper: Newspaper, settings: CrawlSettings) -> None:
    document = Answer(pdf("تقرير عن جودة خدمات البريد", "", "الصفحة الثالثة عن التغطية"), content_type="application/pdf")
    enclosure = (
        f'<item><title>تقرير</title><link>/p/1</link><enclosure url="{paper.url("/r/1.pdf")}" type="application/pdf"/></item>'
    )
    paper.pages |= {
        "/r/1.pdf": document,
        "/reports": Answer(b'<html><body><a href="/r/1.pdf">report</a><a href="/about">us</a></body></html>'),
        "/rss": feed(enclosure),
    }
    gatherer = Gatherer(settings)
    kind = SourceKind.PDF_REPORT
    by_page = await poll_one(gatherer, source(paper.url("/reports"), kind))
    by_feed = await poll_one(gatherer, source(paper.url("/rss"), kind))
    directly = await poll_one(gatherer, source(paper.url("/r/1.pdf"), kind))
    assert isinstance(by_page, Discovery)
    assert isinstance(by_feed, Discovery)
    assert isinstance(directly, Discovery)
    assert [each.url for each in by_page.entries] == [each.url for each in by_feed.entries] == [paper.url("/r/1.pdf")]
    (fetched,) = await fetch(gatherer, by_page.entries)
    assert isinstance(fetched, Fetched)
    for mentions in (fetched.mentions, directly.mentions):
        assert [(each.key, each.page, each.channel) for each in mentions] == [
            (paper.url("/r/1.pdf") + "#page=1", 1, Channel.REPORT),
            (paper.url("/r/1.pdf") + "#page=3", 3, Channel.REPORT),
        ]
        assert mentions[0].text == "تقرير عن جودة خدمات البريد"


async def test_a_permanent_move_is_remembered_and_forgotten_when_it_fails(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages |= {"/old": Answer(status=301, headers={"Location": "/new"}), "/new": feed(item(1))}
    gatherer, wanted = Gatherer(settings), source(paper.url("/old"))
    first = await poll_one(gatherer, wanted)
    assert isinstance(first, Discovery)
    assert first.state.moved_to == paper.url("/new")
    paper.asked.clear()
    await poll_one(gatherer, wanted, first.state)
    assert paper.count("/old") == 0
    paper.pages |= {"/new": Answer(status=404), "/old": feed(item(1), item(2))}
    back = await poll_one(gatherer, wanted, first.state)
    assert isinstance(back, Discovery)
    assert back.state.moved_to == ""
    assert len(back.entries) == 2


async def test_a_temporary_redirect_is_not_remembered(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages |= {"/old": Answer(status=302, headers={"Location": "/new"}), "/new": feed(item(1))}
    result = await poll_one(Gatherer(settings), source(paper.url("/old")))
    assert isinstance(result, Discovery)
    assert result.state.moved_to == ""


async def test_results_come_as_each_is_ready_and_a_slow_host_holds_nobody_up(settings: CrawlSettings) -> None:
    with Newspaper() as slow, Newspaper() as quick:
        slow.pages["/rss"] = Answer(b"<rss>" * 100, hang_after=10)
        quick.pages["/rss"] = feed(item(1))
        gatherer = Gatherer(replace(settings, obey_robots=False))
        work = [(source(slow.url("/rss")), SourceState()), (source(quick.url("/rss")), SourceState())]
        results = gatherer.poll(work)
        first = await anext(results)
        await results.aclose()  # type: ignore[attr-defined]
    assert isinstance(first, Discovery)
    assert first.source_id == work[1][0].id


async def test_two_gatherings_of_one_host_take_turns(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages |= {"/rss": feed(item(1)), "/news/1001": article(1)}
    gatherer = Gatherer(settings)
    polled, fetched = await asyncio.gather(
        poll_one(gatherer, source(paper.url("/rss"))), fetch(gatherer, [entry(paper.url("/news/1001"))])
    )
    assert isinstance(polled, Discovery)
    assert isinstance(fetched[0], Fetched)
    assert paper.count("/robots.txt") == 1


async def test_several_kinds_and_hosts_at_once(settings: CrawlSettings) -> None:
    with Newspaper() as one, Newspaper() as other:
        one.pages |= {
            "/rss": feed(item(1)),
            "/": Answer(b"<a href='/news/12345'>" + "عنوان طويل لخبر في الصفحة".encode() + b"</a>"),
        }
        other.pages["/rss"] = feed(item(2))
        wanted = [source(one.url("/rss")), source(one.url("/"), SourceKind.LISTING), source(other.url("/rss"))]
        results = await poll(Gatherer(settings), *wanted)
    assert {name: type(result) for name, result in results.items()} == {each.id: Discovery for each in wanted}


async def test_an_error_of_ours_is_a_failed_poll_and_not_a_lost_source(
    paper: Newspaper, settings: CrawlSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper.pages["/rss"] = feed(item(1))
    monkeypatch.setattr(feed_module, "announce", None)
    result = await poll_one(Gatherer(settings), source(paper.url("/rss")))
    assert isinstance(result, PollFailure)
    assert "Rasd itself failed" in result.reason


def test_a_process_may_run_one_loop_after_another(settings: CrawlSettings) -> None:
    async def once() -> None:
        with Newspaper({"/rss": feed(item(1))}) as paper:
            assert isinstance(await poll_one(Gatherer(settings), source(paper.url("/rss"))), Discovery)

    asyncio.run(once())
    asyncio.run(once())


async def test_stopping_cuts_a_hung_answer_and_drops_what_waits(settings: CrawlSettings) -> None:
    """The time limit and the delay are an hour each: only a real stop ends this test."""
    with Newspaper() as hung:
        hung.pages |= {f"/{number}": Answer(b"<rss/>", hang_after=1) for number in range(4)}
        gatherer = Gatherer(replace(settings, obey_robots=False, timeout=3600, per_host_concurrency=1))
        task = asyncio.create_task(poll(gatherer, *(source(hung.url(f"/{number}")) for number in range(4))))
        while not hung.asked:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(hung.asked) == 1
