"""Listing pages: what stands beside the links, how the pages go on, and that a listing that moved on loses nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import lxml.html
import pytest

from crawlers.gather import Gatherer
from crawlers.listings.listing import mostly_new, parse_listing
from crawlers.listings.next_page import MAX_PAGES, next_listing_page
from crawlers.polling.window import digest_window
from domain.source import CrawlSettings, Discovery, Source, SourceKind
from tests.crawlers.world import entry, poll_one, source
from tests.fakes.newspaper import Answer, Newspaper

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PAPER = source("https://paper.example/local", SourceKind.LISTING)
TITLE = "سكان الحي يطالبون بإصلاح الطريق رقم"


def listed(body: str, wanted: Source = PAPER) -> list[tuple[str, str, str]]:
    found = parse_listing(f"<html><body>{body}</body></html>".encode(), "text/html", wanted, url=wanted.url, now=NOW)
    return [
        (each.key.rsplit("/", 1)[1], each.hint_section, each.hint_published_at.isoformat() if each.hint_published_at else "")
        for each in found.entries
    ]


def test_the_date_and_section_beside_a_link_are_its_own() -> None:
    cards = "".join(
        f"<li><a href='/news/{n}'><img alt=''></a><div><span class='post-category'>{section}</span>"
        f"<h3><a href='/news/{n}'>{TITLE} {n}</a></h3>{date}</div></li>"
        for n, section, date in (
            (11111, "محليات", "<time datetime='2026-11-20T08:00:00+03:00'>أمس</time>"),
            (11112, "اقتصاد", "<span class='entry-date'>19 نوفمبر 2026</span>"),
            (11113, "رأي", "<p>ينعقد في 1 يناير 2026</p>"),
        )
    )
    assert listed(f"<ul>{cards}</ul>") == [
        ("11111", "محليات", "2026-11-20T05:00:00+00:00"),
        ("11112", "اقتصاد", "2026-11-18T21:00:00+00:00"),
        ("11113", "رأي", ""),
    ]


def test_a_base_tracking_parameters_hashes_pictures_and_own_subdomains() -> None:
    links = (
        f"<base href='https://paper.example/ar/'><a href='news/11111?utm_source=home&fbclid=1'>{TITLE} 1</a>"
        f"<a href='news/11111#comments'>٣</a><a href='#top'>{TITLE} 0</a><a href='javascript:go(55555)'>{TITLE} 0</a>"
        f"<a href='https://sport.paper.example/news/22222'>{TITLE} 2</a><a href='https://ads.example/news/33333'>{TITLE} 3</a>"
        f"<a href='//www.paper.example/news/44444'><img src='x.jpg' alt='{TITLE} 4'></a>"
    )
    assert [key for key, _, _ in listed(links)] == ["11111", "22222", "44444"]


@pytest.mark.parametrize(
    ("links", "url", "expected"),
    [
        ("<a rel='prev' href='/l'>1</a><a rel='next' href='/l?page=3'>3</a>", "/l?page=2", "/l?page=3"),
        ("<link rel='next' href='/l/page/2/'>", "/l/", "/l/page/2/"),
        ("<a href='/l?page=4'>4</a><a href='/l?page=2&x=1'>2</a>", "/l?x=1", "/l?page=2&x=1"),
        ("<a href='/l?page=1'>1</a><a href='/l?page=3'>3</a>", "/l?page=3", ""),
        ("<a href='/news?page=2'>2</a>", "/l", ""),
        ("<a rel='next' href='https://other.example/l?page=2'>2</a>", "/l", ""),
        ("<a rel='next' href='javascript:more()'>2</a>", "/l", ""),
        ("<a href='/l?page=1'>2</a><a href='/l?page=2'>3</a><a href='/l?page=9'>الأخيرة</a>", "/l", "/l?page=1"),
        ("<a href='/l?page=0'>1</a><a href='/l?page=1'>2</a><a href='/l?page=2'>٣</a>", "/l?page=1", "/l?page=2"),
        ("<a href='/l?start=20'>3</a><a href='/l?start=10'>2</a>", "/l", "/l?start=10"),
        ("<a href='/l?start=0'>1</a><a href='/l?start=20'>3</a>", "/l?start=10", "/l?start=20"),
        ("<a href='/section/5'>المزيد</a><a href='/l/p2.html'>التالي »</a>", "/l/", "/l/p2.html"),
        ("<li class='pager-next'><a href='/l/older/2'>‹</a></li>", "/l", "/l/older/2"),
        ("<button class='load-more' data-url='/l?after=77'>تحميل المزيد</button>", "/l", "/l?after=77"),
        ("<a href='http://paper.example/l?page=2'>2</a>", "/l", "/l?page=2"),
        ("<a href='/l/صفحة/2'>2</a>", "/l", "/l/صفحة/2"),
        ("<a href='/economy'>المزيد</a><a href='/sport'>المزيد</a>", "/", ""),
        ("<a href='javascript:next()'>التالي</a><a href='#'>Load more</a>", "/l", ""),
    ],
)
def test_how_a_listing_goes_on(links: str, url: str, expected: str) -> None:
    base = "https://paper.example"
    root = lxml.html.document_fromstring(f"<html><body>{links}</body></html>")
    assert next_listing_page(root, f"{base}{url}") == (f"{base}{expected}" if expected else "")


def test_most_of_the_top_must_be_new() -> None:
    entries = [entry(f"https://paper.example/{number}") for number in range(40)]
    assert not mostly_new(entries, ())
    assert not mostly_new(entries, digest_window(each.key for each in entries))
    assert not mostly_new(entries, digest_window(each.key for each in entries[15:]))
    assert mostly_new(entries, digest_window(each.key for each in entries[16:]))


def serve(paper: Newspaper, newest: int, *, per_page: int = 4, pages: int = 12) -> None:
    """A listing that counts down from ``newest``; beside it the same two most read articles on each page."""
    for number in range(1, pages + 1):
        top = newest - (number - 1) * per_page
        links = [f"<a href='/news/{each}'>{TITLE} {each}</a>" for each in range(top, top - per_page, -1)]
        most_read = "".join(f"<a href='/news/{each}'>{TITLE} {each}</a>" for each in (10001, 10002))
        body = (
            f"<html><body>{''.join(links)}<div>{most_read}</div><a rel='next' href='/latest?page={number + 1}'>{number + 1}</a>"
        )
        paper.pages["/latest" if number == 1 else f"/latest?page={number}"] = Answer(f"{body}</body></html>".encode())


async def test_a_listing_that_moved_on_by_two_pages_loses_nothing(paper: Newspaper, settings: CrawlSettings) -> None:
    gatherer, wanted = Gatherer(settings), source(paper.url("/latest"), SourceKind.LISTING)
    serve(paper, 50000)
    first = await poll_one(gatherer, wanted)
    assert isinstance(first, Discovery)
    paper.asked.clear()
    serve(paper, 50010)
    second = await poll_one(gatherer, wanted, first.state)
    assert isinstance(second, Discovery)
    found = {each.key for each in second.entries}
    assert {paper.url(f"/news/{number}") for number in range(50001, 50011)} <= found
    assert not second.problems
    assert second.cost.requests == len([asked for asked in paper.asked if asked.path != "/robots.txt"]) == 3
    paper.asked.clear()
    serve(paper, 50011)
    third = await poll_one(gatherer, wanted, second.state)
    assert isinstance(third, Discovery)
    assert third.cost.requests == 1


async def test_a_listing_that_moved_beyond_the_bound_says_so(paper: Newspaper, settings: CrawlSettings) -> None:
    gatherer, wanted = Gatherer(settings), source(paper.url("/latest"), SourceKind.LISTING)
    serve(paper, 50000)
    first = await poll_one(gatherer, wanted)
    assert isinstance(first, Discovery)
    serve(paper, 60000)
    paper.asked.clear()
    second = await poll_one(gatherer, wanted, first.state)
    assert isinstance(second, Discovery)
    assert len([asked for asked in paper.asked if asked.path.startswith("/latest")]) == MAX_PAGES
    assert any("may have been missed" in problem.reason for problem in second.problems)
