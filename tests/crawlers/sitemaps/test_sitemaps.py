"""Sitemaps: what is taken of each form, and which of an index are read over several polls."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.gather import Gatherer
from crawlers.pages import Child
from crawlers.sitemaps.sitemap import MAX_PLAIN, MAX_RECENT, parse_sitemap
from crawlers.sitemaps.sitemap_index import CHANGED, FAILED, LIVE, MAX_PARTS, plan, remembered
from domain.errors import SourceUnreadable
from domain.source import CrawlSettings, Discovery, PartState, SourceKind, SourceState
from tests.crawlers.world import poll_one, source
from tests.fakes.newspaper import Answer, Asked, Newspaper

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PAPER = source("https://paper.example/sitemap.xml", SourceKind.SITEMAP)
ZONE = "Asia/Riyadh"


def urlset(*rows: str) -> bytes:
    return f"<urlset {SPACE}>{''.join(rows)}</urlset>".encode()


def row(number: int, lastmod: str = "", path: str = "/news/{}", base: str = "https://paper.example") -> str:
    date = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<url><loc>{base}{path.format(number)}</loc>{date}</url>"


def keys(body: bytes) -> list[str]:
    found = parse_sitemap(body, PAPER, url=PAPER.url, now=NOW)
    return [entry.key.removeprefix("https://paper.example") for entry in found.entries]


def test_other_namespaces_and_languages_are_not_the_article_s() -> None:
    image = "<image:image xmlns:image='i'><image:loc>https://paper.example/a.jpg</image:loc></image:image>"
    video = "<video:video xmlns:video='v'><video:title>فيديو</video:title></video:video>"
    other = "<xhtml:link xmlns:xhtml='x' rel='alternate' hreflang='en' href='https://paper.example/en/1'/>"
    bare = "<image:loc xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'>https://paper.example/b.jpg</image:loc>"
    body = urlset(f"<url>{image}{video}{other}{bare}<loc> https://paper.example/news/1\n</loc></url>", row(2))
    assert keys(body) == ["/news/1", "/news/2"]


def test_the_newest_come_first_and_two_days_are_never_cut() -> None:
    old = [row(number, "2020-01-01") for number in range(1000)]
    recent = [row(5000 + number, "2026-11-20T10:00:00+03:00") for number in range(MAX_PLAIN + 50)]
    found = keys(urlset(*old, *recent))
    assert len(found) == MAX_PLAIN + 50
    assert all(int(key.rsplit("/", 1)[1]) >= 5000 for key in found)
    touched = parse_sitemap(urlset(*(row(n, "2026-11-21") for n in range(MAX_RECENT + 1))), PAPER, url=PAPER.url, now=NOW)
    assert len(touched.entries) == MAX_RECENT
    assert "may be missed" in touched.problems[0].reason


@pytest.mark.parametrize(("numbers", "first"), [(range(1000, 3000), 2999), (range(2999, 999, -1), 2999)])
def test_without_dates_the_end_with_the_higher_numbers_is_read(numbers: range, first: int) -> None:
    found = keys(urlset(*(row(number) for number in numbers)))
    assert found[0] == f"/news/{first}"
    assert len(found) == MAX_PLAIN


def test_without_dates_and_numbers_both_ends_are_read() -> None:
    words = ["".join(chr(0x628 + int(digit)) for digit in str(number)) for number in range(1000)]
    found = keys(urlset(*(f"<url><loc>https://paper.example/{word}</loc></url>" for word in words)))
    assert len(found) == MAX_PLAIN
    assert keys(urlset(f"<url><loc>https://paper.example/{words[-1]}</loc></url>"))[0] in found


def test_text_sitemaps_packed_ones_and_wrong_charsets() -> None:
    lines = "\ufeffhttps://paper.example/news/11111\r\n\r\nhttps://paper.example/news/11112\r\n"
    assert sorted(keys(lines.encode())) == sorted(keys(gzip.compress(lines.encode()))) == ["/news/11111", "/news/11112"]
    assert keys(f"<?xml version='1.0' encoding='utf-16'?>{urlset(row(1)).decode()}".encode()) == ["/news/1"]
    assert keys(urlset(row(1)).decode().encode("utf-16")) == ["/news/1"]


def test_front_pages_and_sections_in_a_sitemap_are_no_articles() -> None:
    body = urlset(row(0, path="/"), row(0, path="/category/local"), row(0, path="/about"), row(55))
    assert keys(body) == ["/news/55"]


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"<html><a href='/x'>x</a></html>", b"<rss></rss>", gzip.compress(b"x" * 99, mtime=0)[:30]]
)
def test_what_is_no_sitemap_is_an_error(body: bytes) -> None:
    with pytest.raises(SourceUnreadable, match=r"paper\.example"):
        parse_sitemap(body, PAPER, url=PAPER.url, now=NOW)


def test_fifty_thousand_addresses_a_broken_end_and_no_entity() -> None:
    body = urlset(*(row(number, "2026-11-01") for number in range(50_000)))
    assert len(keys(body)) == MAX_PLAIN
    assert len(keys(body[:-5000])) == MAX_PLAIN
    bomb = f"<!DOCTYPE x [<!ENTITY a '{'x' * 1000}'><!ENTITY b '{'&a;' * 100}'>]>{urlset(row(1)).decode()}".replace(
        "/news/1<", "/news/1&b;<"
    )
    assert all(len(key) < 100 for key in keys(bomb.encode()))


def test_an_index_names_all_its_sitemaps() -> None:
    rows = "<sitemap><loc>/a.xml</loc><lastmod>2026-11-20</lastmod></sitemap><sitemap><loc>b.xml</loc></sitemap>"
    found = parse_sitemap(f"<sitemapindex {SPACE}>{rows}</sitemapindex>".encode(), PAPER, url=PAPER.url, now=NOW)
    assert found.more == (Child("https://paper.example/a.xml", "2026-11-20"), Child("https://paper.example/b.xml"))


def child(name: str, changed: str = "") -> Child:
    return Child(f"https://paper.example/{name}.xml", changed)


def asked(children: list[Child], parts: tuple[PartState, ...] = (), now: datetime = NOW) -> list[str]:
    return [part.url.rsplit("/", 1)[1].removesuffix(".xml") for part in plan(children, parts, now, ZONE).asked]


def test_news_first_then_the_newest_by_date_or_name_and_never_categories() -> None:
    children = [child("archive-2019-05"), child("category-sitemap", "2026-11-21"), child("posts-2026-11"), child("posts-2026-10"),
                child("google-news"), child("posts-2024-01")]  # fmt: skip
    assert asked(children)[:3] == ["google-news", "posts-2026-11", "posts-2026-10"]
    assert "category-sitemap" not in asked(children)
    dated = [child(f"s{number}", f"2026-{number:02d}-01T00:00:00Z") for number in range(1, 12)]
    assert asked(dated)[:LIVE] == ["s11", "s10", "s9", "s8"]


def test_where_nothing_tells_the_newest_both_ends_are_watched() -> None:
    children = [child(f"post-sitemap{number}") for number in range(1, 31)]
    names = asked(children)[:LIVE]
    assert names[0] == "post-sitemap1"
    assert "post-sitemap30" in names


def test_archives_take_turns_and_what_they_hold_at_first_is_not_news() -> None:
    children = [child(f"s{number}") for number in range(12)]
    parts: tuple[PartState, ...] = ()
    looked: set[str] = set()
    for _ in range(6):
        reading = plan(children, parts, NOW, ZONE)
        assert all(part.url not in {known.url for known in parts} for part in reading.asked if part.url in reading.first_looks)
        looked |= {part.url for part in reading.asked}
        read = [PartState(part.url, digest="d", changed=part.changed) for part in reading.asked]
        parts = remembered(read, reading.waiting, parts)
    assert looked == {each.url for each in children}


@given(st.lists(st.lists(st.integers(0, 39), max_size=30, unique=True), min_size=1, max_size=6))
def test_every_sitemap_that_the_index_says_changed_is_read_in_the_end(rounds: list[list[int]]) -> None:
    """Whatever changes between polls, and however much at once: after enough polls nothing that changed is left unread."""
    start = NOW - timedelta(days=30)
    stamps = {number: start + timedelta(minutes=number) for number in range(40)}
    parts: tuple[PartState, ...] = ()
    read_at: dict[str, str] = {}
    clock = NOW

    def poll(parts: tuple[PartState, ...]) -> tuple[tuple[PartState, ...], int]:
        children = [child(f"part{number:02d}", stamps[number].isoformat()) for number in range(40)]
        reading = plan(children, parts, clock, ZONE)
        assert len(reading.asked) <= LIVE + CHANGED
        read_at.update({part.url: part.changed for part in reading.asked})
        read = [PartState(part.url, digest="d", changed=part.changed) for part in reading.asked]
        return remembered(read, reading.waiting, parts), len(reading.waiting)

    parts, _ = poll(parts)
    for changed in rounds:
        clock += timedelta(minutes=10)
        for number in changed:
            stamps[number] = clock - timedelta(minutes=number % 9)
        parts, waiting = poll(parts)
    while waiting:
        parts, left = poll(parts)
        assert left < waiting
        waiting = left
    for number in {number for changed in rounds for number in changed}:
        assert read_at[f"https://paper.example/part{number:02d}.xml"] == stamps[number].isoformat()


def test_what_is_remembered_is_bounded_and_what_waits_comes_first() -> None:
    many = [PartState(f"u{number}", digest="d") for number in range(300)]
    kept = remembered(many[:10], [PartState("w")], many)
    assert len(kept) == MAX_PARTS
    assert kept[0].url == "w"


def conditional(body: Callable[[], bytes]) -> Callable[[Asked], Answer]:
    def answer(asked: Asked) -> Answer:
        tag = f'"{hash(body())}"'
        return Answer(status=304) if asked.headers.get("if-none-match") == tag else Answer(body(), headers={"ETag": tag})

    return answer


async def test_each_sitemap_of_an_index_has_its_own_validators(paper: Newspaper, settings: CrawlSettings) -> None:
    numbers = [101]
    index = "".join(f"<sitemap><loc>{paper.url(path)}</loc></sitemap>" for path in ("/news.xml", "/posts.xml"))
    paper.pages |= {
        "/index.xml": Answer(f"<sitemapindex {SPACE}>{index}</sitemapindex>".encode()),
        "/news.xml": conditional(lambda: urlset(*(row(number, base=paper.url("")) for number in numbers))),
        "/posts.xml": conditional(lambda: urlset(row(900, base=paper.url("")))),
    }
    gatherer, wanted = Gatherer(settings), source(paper.url("/index.xml"), SourceKind.SITEMAP)
    first = await poll_one(gatherer, wanted)
    assert isinstance(first, Discovery)
    assert len(first.entries) == 2
    assert [bool(part.etag) for part in first.state.parts] == [True, True]
    assert first.cost.requests == 3
    same = await poll_one(gatherer, wanted, first.state)
    assert isinstance(same, Discovery)
    assert same.unchanged
    assert same.state == first.state
    numbers.append(102)
    changed = await poll_one(gatherer, wanted, same.state)
    assert isinstance(changed, Discovery)
    assert [entry.url.rsplit("/", 1)[1] for entry in changed.entries] == ["102", "101"]
    assert not changed.problems


async def test_a_sitemap_that_fails_is_told_once_and_asked_again(paper: Newspaper, settings: CrawlSettings) -> None:
    index = "".join(f"<sitemap><loc>{paper.url(path)}</loc></sitemap>" for path in ("/news.xml", "/more.xml"))
    paper.pages |= {
        "/index.xml": Answer(f"<sitemapindex {SPACE}>{index}</sitemapindex>".encode()),
        "/news.xml": Answer(urlset(row(101, base=paper.url("")))),
        "/more.xml": Answer(status=500),
    }
    gatherer, wanted = Gatherer(settings), source(paper.url("/index.xml"), SourceKind.SITEMAP)
    first = await poll_one(gatherer, wanted)
    assert isinstance(first, Discovery)
    assert [problem.where for problem in first.problems] == [paper.url("/more.xml")]
    assert FAILED in {part.digest for part in first.state.parts}
    second = await poll_one(gatherer, wanted, first.state)
    assert isinstance(second, Discovery)
    assert second.unchanged
    paper.pages["/more.xml"] = Answer(urlset(row(202, base=paper.url(""))))
    third = await poll_one(gatherer, wanted, second.state)
    assert isinstance(third, Discovery)
    assert [entry.url for entry in third.entries] == [paper.url("/news/202")]


async def test_too_many_changed_sitemaps_wait_and_that_is_told(paper: Newspaper, settings: CrawlSettings) -> None:
    stamp = datetime.now(UTC).isoformat()
    names = [f"/part-{number}.xml" for number in range(LIVE + CHANGED + 5)]
    index = "".join(f"<sitemap><loc>{paper.url(name)}</loc><lastmod>{stamp}</lastmod></sitemap>" for name in names)
    paper.pages |= {"/index.xml": Answer(f"<sitemapindex {SPACE}>{index}</sitemapindex>".encode())}
    paper.pages |= {name: Answer(urlset(row(100 + place, base=paper.url("")))) for place, name in enumerate(names)}
    gatherer, wanted = Gatherer(settings), source(paper.url("/index.xml"), SourceKind.SITEMAP)
    first = await poll_one(gatherer, wanted)
    assert isinstance(first, Discovery)
    assert len(first.entries) == LIVE + CHANGED
    assert "5 more sitemaps changed" in first.problems[0].reason
    second = await poll_one(gatherer, wanted, first.state)
    assert isinstance(second, Discovery)
    assert len(second.entries) == 5
    assert not second.problems


async def test_an_index_that_names_itself_ends(paper: Newspaper, settings: CrawlSettings) -> None:
    rows = f"<sitemap><loc>{paper.url('/index.xml')}</loc></sitemap><sitemap><loc>{paper.url('/news.xml')}</loc></sitemap>"
    paper.pages |= {
        "/index.xml": Answer(f"<sitemapindex {SPACE}>{rows}</sitemapindex>".encode()),
        "/news.xml": Answer(urlset(row(101, base=paper.url("")))),
    }
    found = await poll_one(Gatherer(settings), source(paper.url("/index.xml"), SourceKind.SITEMAP), SourceState())
    assert isinstance(found, Discovery)
    assert [entry.url for entry in found.entries] == [paper.url("/news/101")]
    assert len(paper.asked) < 10
