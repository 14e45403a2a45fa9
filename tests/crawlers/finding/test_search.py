"""Finding a site's sources, and the preview of one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawlers.finding.preview import preview_of
from crawlers.finding.search import find_sources
from domain.errors import InputError, SourceUnreachable, SourceUnreadable
from domain.source import CrawlSettings, SourceKind
from tests.crawlers.pages import article, feed, item
from tests.fakes.newspaper import Answer, Newspaper
from tests.fakes.pdf import pdf

FRONT = "<html><head>{head}</head><body><a href='/news/55101'>أهالي الحي يطالبون بسفلتة الطريق</a></body></html>"


def front(head: str = "") -> Answer:
    return Answer(FRONT.format(head=head).encode())


async def test_a_declared_feed(paper: Newspaper, settings: CrawlSettings) -> None:
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="{path}">' for path in ("/main.xml", "/x"))
    paper.pages |= {"/": front(links), "/main.xml": feed(item(1)), "/x": Answer(status=404)}
    (found,) = (await find_sources(paper.url("/"), settings)).sources
    assert (found.kind, found.url) == (SourceKind.FEED, paper.url("/main.xml"))


async def test_a_feed_in_a_usual_place(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages |= {"/": front(), "/feed": feed(item(1)), "/rss": front()}
    (found,) = (await find_sources(paper.url("/"), settings)).sources
    assert found.url == paper.url("/feed")


async def test_a_sitemap_that_robots_name(paper: Newspaper, settings: CrawlSettings) -> None:
    rows = f"<url><loc>{paper.url('/news/1')}</loc></url>"
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    paper.pages |= {"/": front(), "/robots.txt": Answer(b"Sitemap: /maps/all.xml"), "/maps/all.xml": Answer(sitemap.encode())}
    (found,) = (await find_sources(paper.url("/"), settings)).sources
    assert (found.kind, found.url) == (SourceKind.SITEMAP, paper.url("/maps/all.xml"))


async def test_else_the_page_is_a_listing(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages["/"] = front()
    (found,) = (await find_sources(paper.url("/"), settings)).sources
    assert (found.kind, found.url) == (SourceKind.LISTING, paper.url("/"))


async def test_the_address_itself_may_be_the_source(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages |= {"/rss": feed(item(1)), "/r.pdf": Answer(pdf("تقرير")), "/reports": Answer(b"<a href='/r.pdf'>r</a>")}
    kinds = [(await find_sources(paper.url(path), settings)).sources[0].kind for path in ("/rss", "/r.pdf", "/reports")]
    assert kinds == [SourceKind.FEED, SourceKind.PDF_REPORT, SourceKind.PDF_REPORT]


async def test_nothing_to_be_found(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages |= {"/": Answer(b"<html><body>nothing</body></html>"), "/500": Answer(status=500)}
    with pytest.raises(SourceUnreadable):
        await find_sources(paper.url("/"), settings)
    with pytest.raises(SourceUnreachable, match="500"):
        await find_sources(paper.url("/500"), settings)
    with pytest.raises(SourceUnreachable, match="loopback"):
        await find_sources(paper.url("/"), replace(settings, allow_networks=()))
    with pytest.raises(InputError):
        await find_sources("ftp://paper.example/", settings)


async def test_a_preview_shows_five_items_and_what_could_not_be_read(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages["/rss"] = feed(*(item(number, full=number < 3) for number in range(8)))
    paper.pages |= {"/news/1003": article(3), "/news/1004": Answer(status=404), "/news/1005": article(5)}
    (preview,) = await preview_of(await find_sources(paper.url("/rss"), settings), settings)
    assert preview.announced == 8
    assert len(preview.mentions) == 4
    assert [problem.where for problem in preview.problems] == [paper.url("/news/1004")]
