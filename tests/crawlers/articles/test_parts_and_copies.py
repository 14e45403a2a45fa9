"""Articles in several pages, their AMP and mobile copies, and their pictures."""

from __future__ import annotations

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.articles.article import extract
from crawlers.articles.continued import MAX_PARTS, joined, next_part
from crawlers.articles.facts.lead_image import lead_image
from crawlers.articles.facts.stated import stated_article
from crawlers.gather import Gatherer
from domain.mention import Mention
from domain.source import CrawlSettings, Fetched, FetchFailure
from tests.crawlers.world import entry, fetch
from tests.fakes.newspaper import Answer, Asked, Newspaper

BASE = "https://paper.example"
TITLE = "أين ذهبت ميزانية الطريق الدائري"


def line(number: int) -> str:
    return f"في الجزء رقم {number} من التحقيق نعرض ما قاله المقاول والبلدية عن توقف العمل في الطريق منذ شهر رمضان الماضي."


def page(body: str, head: str = "", attributes: str = "") -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(
        f"<html {attributes}><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    )


@pytest.mark.parametrize(
    ("link", "url", "part", "expected"),
    [
        ("<a href='/n/12345?page=2'>2</a>", "/n/12345", 1, "/n/12345?page=2"),
        ("<a href='/n/story/2/'>الصفحة التالية</a>", "/n/story/", 1, "/n/story/2/"),
        ("<link rel='next' href='/n/story/page/2'>", "/n/story", 1, "/n/story/page/2"),
        ("<a rel='next' href='story-2.html'>»</a>", "/n/story.html", 1, "/n/story-2.html"),
        ("<a href='?id=9&p=3'>التالي »</a>", "/n.php?id=9&p=2", 2, "/n.php?id=9&p=3"),
        ("<a rel='next' href='/n/12346'>الخبر التالي</a>", "/n/12345", 1, ""),
        ("<link rel='next' href='/n/8'>", "/n/7", 1, ""),
        ("<a href='/other?page=2'>2</a>", "/n/12345", 1, ""),
        ("<a href='/n/12345?page=2'>صور من الموقع</a>", "/n/12345", 1, ""),
        ("<div class='comments-pager'><a href='/n/12345?page=2'>2</a></div>", "/n/12345", 1, ""),
        ("<a rel='next' href='https://other.example/n/12345?page=2'>2</a>", "/n/12345", 1, ""),
        ("<a rel='next' href='http://[broken'>2</a>", "/n/12345", 1, ""),
    ],
)
def test_which_page_goes_on(link: str, url: str, part: int, expected: str) -> None:
    assert next_part(page(link), f"{BASE}{url}", part) == (f"{BASE}{expected}" if expected else "")


def test_what_was_read_before_is_not_read_again() -> None:
    assert joined(f"{line(0)}\n{line(1)}", f"{line(0)}\n{line(2)}\nوانتهى") == f"{line(0)}\n{line(1)}\n{line(2)}\nوانتهى"
    assert joined(line(1), f"{line(1)}\nتم") == line(1)


@given(st.lists(st.text(alphabet="ابتثجحخ ", max_size=60), min_size=1, max_size=5), st.text(max_size=80))
def test_joining_never_loses_the_first_page(lines: list[str], more: str) -> None:
    text = "\n".join(lines)
    assert joined(text, more).startswith(text)
    assert joined(text, text) == text


def part(number: int, last: int, *, title: str = TITLE) -> Answer:
    following = f"<a href='/n/77001?page={number + 1}'>الصفحة التالية</a>" if number < last else ""
    body = f"<article><h1>{title}</h1><p>{line(0)}</p><p>{line(number)}</p></article><div class='pager'>{following}</div>"
    return Answer(f"<html lang='ar'><head><meta charset='utf-8'><title>{title}</title></head><body>{body}</body></html>".encode())


async def mention_of(paper: Newspaper, settings: CrawlSettings, path: str = "/n/77001") -> Mention:
    async with Gatherer(settings) as gatherer:
        (result,) = await fetch(gatherer, [entry(paper.url(path))])
    assert isinstance(result, Fetched), result
    (mention,) = result.mentions
    return mention


async def test_three_pages_become_one_mention(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages = {"/n/77001": part(1, 3), "/n/77001?page=2": part(2, 3), "/n/77001?page=3": part(3, 3)}
    mention = await mention_of(paper, settings)
    assert mention.text.split("\n") == [line(0), line(1), line(2), line(3)]
    assert paper.url("/n/77001?page=3") in mention.aliases
    assert [paper.count(path) for path in paper.pages] == [1, 1, 1]


async def test_a_page_of_another_article_ends_it(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages = {"/n/77001": part(1, 3), "/n/77001?page=2": part(2, 3, title="طقس الغد غائم")}
    assert (await mention_of(paper, settings)).text.split("\n") == [line(0), line(1)]


async def test_a_page_that_is_gone_ends_it(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages = {"/n/77001": part(1, 3)}
    assert (await mention_of(paper, settings)).text.split("\n") == [line(0), line(1)]


async def test_a_page_that_fails_for_now_is_asked_for_again(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages = {"/n/77001": part(1, 3), "/n/77001?page=2": Answer(b"", 503)}
    async with Gatherer(settings) as gatherer:
        (result,) = await fetch(gatherer, [entry(paper.url("/n/77001"))])
    assert isinstance(result, FetchFailure)
    assert (result.final, "503" in result.reason) == (False, True)


async def test_pages_without_end_are_ended(paper: Newspaper, settings: CrawlSettings) -> None:
    def endless(asked: Asked) -> Answer:
        return part(int(asked.path.rpartition("=")[2]) if "=" in asked.path else 1, 10_000)

    paper.pages = {"/n/77001": endless} | {f"/n/77001?page={number}": endless for number in range(2, 40)}
    assert len((await mention_of(paper, settings)).text.split("\n")) == MAX_PARTS + 1


COPY = f"<h1>{TITLE}</h1><p>{line(1)}</p><p>{line(2)}</p>"


@pytest.mark.parametrize(
    ("url", "canonical", "key"),
    [
        ("/n/road-works/amp", "/n/road-works", "/n/road-works"),
        ("/amp/n/77001", "/n/77001", "/n/77001"),
        ("/n/77001.amp.html", "/n/77001.html", "/n/77001.html"),
        ("/n/77001?view=amp", "/n/77001", "/n/77001"),
    ],
)
def test_an_amp_page_is_a_copy_of_its_article(url: str, canonical: str, key: str) -> None:
    head = f"<meta charset='utf-8'><link rel='canonical' href='{BASE}{canonical}'>"
    root = f"<html ⚡ lang='ar'><head>{head}</head><body>{COPY}</body>"
    assert extract(root.encode(), "text/html", f"{BASE}{url}").canonical_url == f"{BASE}{key}"


def test_an_amp_page_cannot_speak_for_another_site_or_the_front_page() -> None:
    for named in ("https://other.example/n/1", f"{BASE}/"):
        root = f"<html amp><head><meta charset='utf-8'><link rel='canonical' href='{named}'></head><body>{COPY}</body>"
        assert extract(root.encode(), "text/html", f"{BASE}/amp/n/1").canonical_url == ""


async def test_the_addresses_of_copies_are_aliases(paper: Newspaper, settings: CrawlSettings) -> None:
    head = (
        "<meta charset='utf-8'><link rel='amphtml' href='/mobile-pages/77001'>"
        "<link rel='alternate' media='only screen and (max-width: 640px)' href='/small/77001'>"
        "<link rel='alternate' hreflang='en' href='/en/77001'><link rel='amphtml' href='https://other.example/77001'>"
    )
    paper.pages = {"/n/77001": Answer(f"<html><head>{head}</head><body>{COPY}</body></html>".encode())}
    aliases = (await mention_of(paper, settings)).aliases
    assert aliases == (paper.url("/mobile-pages/77001"), paper.url("/small/77001"))


PICTURE = "https://cdn.paper.example/2026/road.jpg"
IMAGES = {
    "json-ld string": f'<script type="application/ld+json">{{"@type":"NewsArticle","image":"{PICTURE}"}}</script>',
    "json-ld object": f'<script type="application/ld+json">{{"@type":"NewsArticle","image":{{"url":"{PICTURE}"}}}}</script>',
    "json-ld list": '<script type="application/ld+json">[{"@type":"NewsArticle",'
    f'"image":[{{"contentUrl":"{PICTURE}"}}]}}]</script>',
    "json-ld reference": '<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","image":{"@id":"#i"}},'
    f'{{"@type":"ImageObject","@id":"#i","url":"{PICTURE}"}}]}}</script>',
    "og": f"<meta property='og:image' content='{PICTURE}'>",
    "twitter": f"<meta property='og:image' content='/theme/site-logo.png'><meta name='twitter:image' content='{PICTURE}'>",
    "placeholder first": f"<meta property='og:image' content='/img/default.jpg'><link rel='image_src' href='{PICTURE}'>",
    "publisher's logo": '<script type="application/ld+json">{"@type":"NewsArticle","publisher":{"logo":{"url":"/a/mark.png"}},'
    f'"image":["/a/mark.png","{PICTURE}"]}}</script>',
}


@pytest.mark.parametrize("head", IMAGES.values(), ids=IMAGES)
def test_the_picture_of_an_article(head: str) -> None:
    html = f"<html><head><meta charset='utf-8'>{head}</head><body>{COPY}</body></html>"
    assert extract(html.encode(), "text/html", f"{BASE}/n/1").image_url == PICTURE


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("/pictures/2026/road.jpg", f"{BASE}/pictures/2026/road.jpg"),
        ("//cdn.example/x.webp?w=600", "https://cdn.example/x.webp?w=600"),
        ("/pictures/catalogue-fair.jpg", f"{BASE}/pictures/catalogue-fair.jpg"),
        ("/pictures/defaulting-debtors.jpg", f"{BASE}/pictures/defaulting-debtors.jpg"),
        ("data:image/png;base64,AAAA", ""),
        ("javascript:void(0)", ""),
        ("/static/newlogo.png", ""),
        ("/x/no-image.gif", ""),
        ("/mark.svg", ""),
        ("http://[broken", ""),
        ("/", ""),
    ],
)
def test_what_can_be_a_picture(named: str, expected: str) -> None:
    assert lead_image([named], f"{BASE}/n/1") == expected


def test_microdata_and_rdfa_say_what_json_ld_does_not() -> None:
    microdata = (
        "<div itemscope itemtype='https://schema.org/Organization'><img itemprop='image' src='/org.png'></div>"
        "<article itemscope itemtype='https://schema.org/NewsArticle'><h1 itemprop='headline'>الطريق</h1>"
        "<span itemprop='author' itemscope itemtype='https://schema.org/Person'><b itemprop='name'>ليلى السالم</b></span>"
        "<div itemprop='image' itemscope itemtype='https://schema.org/ImageObject'><meta itemprop='url' content='/r.jpg'></div>"
        "<time itemprop='datePublished' datetime='2026-11-20T08:00:00+03:00'>أمس</time></article>"
    )
    stated = stated_article(page(microdata))
    assert (stated["headline"], stated["author"], stated["image"]) == ("الطريق", "ليلى السالم", "/r.jpg")
    assert stated["datePublished"].startswith("2026-11-20")
    rdfa = "<div typeof='schema:NewsArticle'><h2 property='schema:headline'>الطريق</h2><i property='schema:author'>ليلى</i></div>"
    assert stated_article(page(rdfa)) == {"headline": "الطريق", "author": "ليلى"}
