"""Every paper is what it says it is, as bytes on the wire."""

from __future__ import annotations

import dataclasses
import gzip
import json
import re
from xml.etree import ElementTree

import feedparser
import httpx
import pytest
from lxml import html

from service.demo.hosting import DemoWorld
from service.demo.newspaper import Newspaper
from service.demo.papers import PAPERS, Manners, paper
from service.demo.sites import Sites, address, listen
from service.demo.world import PrintedArticle
from tests.service.demo.conftest import START, Hands, home, source_url

KNOWN_TO_HTTP = [each for each in PAPERS if each.manners.etag]


def printed(world: DemoWorld, outlet: str) -> tuple[PrintedArticle, ...]:
    return world.world.printed(outlet, START)


async def first_article(world: DemoWorld, web: httpx.AsyncClient, outlet: str) -> tuple[PrintedArticle, httpx.Response]:
    """The paper's newest article, by the first headline of its front page."""
    front = html.fromstring((await web.get(f"{home(world, outlet)}/")).content)
    newest = printed(world, outlet)[0]
    links = [a.get("href") for a in front.iter("a") if newest.title in a.text_content()]
    return newest, await web.get(f"{home(world, outlet)}{links[0]}")


async def test_sada_gives_its_full_text_in_rss(world: DemoWorld, web: httpx.AsyncClient) -> None:
    feed = feedparser.parse((await web.get(source_url(world, "sada"))).content)
    assert feed.version == "rss20"
    newest = printed(world, "sada")[0]
    assert feed.entries[0].title == newest.title
    text = html.fromstring(feed.entries[0].content[0].value).text_content()
    assert text == "".join(newest.paragraphs)
    assert len(feed.entries) == len(printed(world, "sada"))


@pytest.mark.parametrize("outlet", ["wadi", "courier"])
async def test_summaries_leave_the_text_to_the_page(world: DemoWorld, web: httpx.AsyncClient, outlet: str) -> None:
    feed = feedparser.parse((await web.get(source_url(world, outlet))).content)
    assert len(feed.entries) == len(printed(world, outlet))
    assert all("content" not in entry and len(entry.summary) < 200 for entry in feed.entries)


async def test_ufuq_speaks_atom(world: DemoWorld, web: httpx.AsyncClient) -> None:
    feed = feedparser.parse((await web.get(source_url(world, "ufuq"))).content)
    assert feed.version == "atom10"
    assert [entry.title for entry in feed.entries] == [article.title for article in printed(world, "ufuq")]


async def test_najd_has_a_sitemap_of_sitemaps_and_a_packed_one_of_news(world: DemoWorld, web: httpx.AsyncClient) -> None:
    index = ElementTree.fromstring((await web.get(source_url(world, "najd"))).content)
    assert index.tag.endswith("sitemapindex")
    named = [each.text or "" for each in index.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    packed = await web.get(next(url for url in named if url.endswith(".gz")))
    assert "content-encoding" not in packed.headers
    news = ElementTree.fromstring(gzip.decompress(packed.content))
    titles = [each.text for each in news.iter("{http://www.google.com/schemas/sitemap-news/0.9}title")]
    assert titles == [article.title for article in printed(world, "najd")]
    robots = (await web.get(f"{home(world, 'najd')}/robots.txt")).text
    assert f"Sitemap: {source_url(world, 'najd')}" in robots


async def test_shati_has_neither_feed_nor_validators(world: DemoWorld, web: httpx.AsyncClient) -> None:
    listing = await web.get(source_url(world, "shati"))
    assert "etag" not in listing.headers
    assert "last-modified" not in listing.headers
    titles = [a.text_content() for a in html.fromstring(listing.content).cssselect("h2.entry-title a")]
    assert titles == [article.title for article in printed(world, "shati")]
    assert (await web.get(f"{home(world, 'shati')}/latest?page=99")).status_code == 404


async def test_a_listing_has_pages(world: DemoWorld, web: httpx.AsyncClient) -> None:
    opened = listen(0, "shati with short pages")
    short = dataclasses.replace(paper("shati"), page_items=4)
    sites = Sites({opened: Newspaper(short, address(opened), world.world, lambda: START).app()})
    await sites.start()
    try:
        titles: list[str] = []
        link: str | None = f"{address(opened)}/latest"
        while link:
            page = html.fromstring((await web.get(link)).content)
            shown = [a.text_content() for a in page.cssselect("h2.entry-title a")]
            assert len(shown) <= 4
            titles += shown
            nexts = page.cssselect("a[rel=next]")
            link = f"{address(opened)}{nexts[0].get('href')}" if nexts else None
        assert titles == [article.title for article in printed(world, "shati")]
    finally:
        await sites.stop()


async def test_qafila_is_windows_1256_and_does_not_say_so_in_its_feed(world: DemoWorld, web: httpx.AsyncClient) -> None:
    feed = await web.get(source_url(world, "qafila"))
    assert b"encoding=" not in feed.content.splitlines()[0]
    assert "charset" not in feed.headers["content-type"]
    newest, page = await first_article(world, web, "qafila")
    assert newest.title.encode("windows-1256", "xmlcharrefreplace") in feed.content
    with pytest.raises(UnicodeDecodeError):
        page.content.decode("utf-8")
    assert newest.paragraphs[-1] in html.fromstring(page.content.decode("windows-1256")).text_content()
    assert b"application/ld+json" not in page.content
    assert b"og:title" not in page.content


@pytest.mark.parametrize("outlet", [each.id for each in PAPERS])
async def test_an_article_page_holds_the_whole_text_among_the_furniture(
    world: DemoWorld, web: httpx.AsyncClient, outlet: str
) -> None:
    newest, page = await first_article(world, web, outlet)
    assert page.status_code == 200
    shown = " ".join(html.fromstring(page.content.decode(paper(outlet).encoding)).text_content().split())
    for paragraph in newest.paragraphs:
        assert " ".join(paragraph.split()) in shown
    assert len(shown) > 1.3 * sum(map(len, newest.paragraphs)), "no furniture around the text"


async def test_the_marks_for_machines_differ(world: DemoWorld, web: httpx.AsyncClient) -> None:
    pages = {each.id: (await first_article(world, web, each.id))[1].content for each in PAPERS}
    assert {name for name, page in pages.items() if b"application/ld+json" in page} == {"sada"}
    assert {name for name, page in pages.items() if b"og:title" in page} == {"wadi", "ufuq", "najd", "courier"}
    assert {name for name, page in pages.items() if b"itemprop" in page} == {"shati"}
    said = re.search(rb'<script type="application/ld\+json">(.*?)</script>', pages["sada"], re.DOTALL)
    assert said
    assert json.loads(said[1])["headline"] == printed(world, "sada")[0].title


async def test_dates_differ_from_paper_to_paper(world: DemoWorld, web: httpx.AsyncClient) -> None:
    pages = {each.id: (await first_article(world, web, each.id))[1] for each in PAPERS}
    assert re.search(r"[٠-٩]{1,2} (?:نوفمبر) [٠-٩]{4}", pages["wadi"].text)
    assert re.search(r"144\d هـ الموافق \d+ نوفمبر 2026 م", pages["najd"].text)
    assert re.search(r"\d\d/11/2026", pages["qafila"].content.decode("windows-1256"))
    assert re.search(r"Published: \w{3}, \d+ November 2026", pages["courier"].text)


@pytest.mark.parametrize("each", KNOWN_TO_HTTP, ids=lambda each: each.id)
async def test_what_a_client_has_is_not_sent_again(world: DemoWorld, web: httpx.AsyncClient, each: object) -> None:
    assert hasattr(each, "id")
    url = source_url(world, each.id)
    first = await web.get(url)
    again = await web.get(url, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await web.get(url, headers={"If-None-Match": '"another"'})
    assert other.status_code == 200


async def test_the_old_paper_knows_only_the_date(world: DemoWorld, web: httpx.AsyncClient) -> None:
    url = source_url(world, "qafila")
    first = await web.get(url)
    assert "etag" not in first.headers
    again = await web.get(url, headers={"If-Modified-Since": first.headers["last-modified"]})
    assert again.status_code == 304
    earlier = await web.get(url, headers={"If-Modified-Since": "Sun, 01 Nov 2026 00:00:00 GMT"})
    assert earlier.status_code == 200
    garbage = await web.get(url, headers={"If-Modified-Since": "yesterday"})
    assert garbage.status_code == 200


async def test_long_answers_are_packed_for_those_who_can_unpack(world: DemoWorld, web: httpx.AsyncClient) -> None:
    url = source_url(world, "sada")
    packed = await web.get(url, headers={"Accept-Encoding": "gzip"})
    plain = await web.get(url, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert "content-encoding" not in (await web.get(source_url(world, "qafila"), headers={"Accept-Encoding": "gzip"})).headers


@pytest.mark.parametrize("outlet", [each.id for each in PAPERS])
async def test_what_is_not_there_is_404_and_robots_are_told(world: DemoWorld, web: httpx.AsyncClient, outlet: str) -> None:
    assert (await web.get(f"{home(world, outlet)}/news/999999")).status_code == 404
    assert "User-agent: *" in (await web.get(f"{home(world, outlet)}/robots.txt")).text


async def test_an_article_is_404_before_its_hour_and_the_feed_changes_with_it(
    world: DemoWorld, web: httpx.AsyncClient, clock: Hands
) -> None:
    newest, page = await first_article(world, web, "sada")
    feed = await web.get(source_url(world, "sada"))
    clock.now = newest.at
    clock.turn(seconds=-1)
    assert (await web.get(str(page.url))).status_code == 404
    earlier = await web.get(source_url(world, "sada"))
    assert earlier.headers["etag"] != feed.headers["etag"]
    assert newest.title not in earlier.text


async def test_tracking_parameters_lead_to_the_same_article(world: DemoWorld, web: httpx.AsyncClient) -> None:
    for outlet in ("wadi", "qafila"):
        newest, page = await first_article(world, web, outlet)
        mark = "&" if "?" in str(page.url) else "?"
        shared = await web.get(f"{page.url}{mark}utm_source=x")
        assert shared.status_code == 200
        assert newest.number


def test_manners_are_those_of_different_servers() -> None:
    assert len({each.manners for each in PAPERS}) >= 4
    assert Manners() in {each.manners for each in PAPERS}
