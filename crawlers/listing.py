"""Listing pages: the links to articles on a newspaper's front or section page, and PDF files on a report index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

import lxml.html
from cssselect import SelectorError
from lxml import etree

from crawlers import charset
from crawlers.next_page import next_page
from crawlers.pages import Announced
from crawlers.plain_text import title_text
from domain.addresses import canonical_url
from domain.errors import SourceUnreadable
from domain.mention import Entry
from domain.source import Source

MAX_LINKS: Final = 200
"""Links of one page that are taken, in the order of the page."""

_NOT_ARTICLES: Final = re.compile(
    r"/(?:tags?|category|categories|authors?|writers?|login|signin|register|search|rss|feeds?|about|contact|privacy|terms|wp-admin"
    r"|wp-login|page|archive|subscribe|newsletter|advertise|video|gallery|epaper)(?:/|$|\.)",
    re.IGNORECASE,
)
_NOT_PAGES: Final = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|css|js|xml|zip|mp[34]|pdf|docx?|xlsx?|apk)$", re.IGNORECASE)
_FURNITURE: Final = ("nav", "footer", "aside")
_NUMBER: Final = re.compile(r"\d{3,}")
_DATED: Final = re.compile(r"/20\d\d/\d{1,2}(?:/|$)")
_HEADLINE: Final = 20
_SURE: Final = 3


def parse_listing(body: bytes, content_type: str, source: Source, *, url: str) -> Announced:
    """Entries for the articles that a listing page links to.

    With ``source.article_links`` (a CSS selector) exactly those links; else what looks like an article: on the same site, with a
    number, a date or a slug in its path, and a headline for its text. Raises ``SourceUnreadable`` where there is none.
    """
    root = _tree(body, content_type, url)
    older = next_page(root, url)
    found = _selected(root, source, url) if source.article_links else _recognised(root, url)
    entries = _entries(found, source, url)
    if not entries:
        raise SourceUnreadable(
            f"{url} links to no article that could be recognised", "name the links with a CSS selector in article_links"
        )
    return Announced(entries=entries, next_page=older)


def parse_report_index(body: bytes, content_type: str, source: Source, *, url: str) -> Announced:
    """Entries for the PDF files that a page links to. Raises ``SourceUnreadable`` where there is none."""
    root = _tree(body, content_type, url)
    links = _selected(root, source, url) if source.article_links else list(_links(root, url))
    wanted = [(link, text) for link, text in links if source.article_links or urlsplit(link).path.lower().endswith(".pdf")]
    entries = _entries(wanted, source, url)
    if not entries:
        raise SourceUnreadable(f"{url} links to no PDF report", "name the links with a CSS selector in article_links")
    return Announced(entries=entries)


def _tree(body: bytes, content_type: str, url: str) -> lxml.html.HtmlElement:
    text = charset.decode(body, content_type)
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(text.replace("\x00", "").encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError) as error:
        raise SourceUnreadable(f"{url} is not a page that can be read ({error})", "correct the source's address") from error
    if root.find(".//a") is None:
        raise SourceUnreadable(f"{url} is a page without links", "correct the address; a page built by scripts has none")
    return root


def _selected(root: lxml.html.HtmlElement, source: Source, url: str) -> list[tuple[str, str]]:
    try:
        chosen = root.cssselect(source.article_links)
    except SelectorError as error:
        raise SourceUnreadable(
            f"{url}: article_links «{source.article_links}» is no CSS selector ({error})", "correct it in the source"
        ) from error
    anchors = [anchor for element in chosen for anchor in ([element] if element.tag == "a" else element.iter("a"))]
    return [link for anchor in anchors if (link := _link(anchor, url)) is not None]


def _recognised(root: lxml.html.HtmlElement, url: str) -> list[tuple[str, str]]:
    """Links that look like articles; the furniture of the page is left out."""
    etree.strip_elements(root, *_FURNITURE, with_tail=False)
    texts: dict[str, str] = {}
    for link, text in _links(root, url):
        texts[link] = max(texts.get(link, ""), text, key=len)
    return [(link, text) for link, text in texts.items() if _score(link, text, url) >= _SURE]


def _links(root: lxml.html.HtmlElement, url: str) -> Iterator[tuple[str, str]]:
    for anchor in root.iter("a"):
        link = _link(anchor, url)
        if link is not None:
            yield link


def _link(anchor: lxml.html.HtmlElement, url: str) -> tuple[str, str] | None:
    try:
        address = urljoin(url, (anchor.get("href") or "").strip())
        is_web = urlsplit(address).scheme in ("http", "https")
    except ValueError:
        return None
    text = title_text(anchor.text_content()) or title_text(anchor.get("title") or "")
    return (address, text) if is_web and canonical_url(address) != canonical_url(url) else None


def _score(link: str, text: str, page: str) -> int:
    """How much a link looks like an article: 3 is enough."""
    parts = urlsplit(link)
    path = unquote(parts.path)
    elsewhere = parts.netloc.lower().removeprefix("www.") != urlsplit(page).netloc.lower().removeprefix("www.")
    if elsewhere or _NOT_ARTICLES.search(path) or _NOT_PAGES.search(path) or path in ("", "/"):
        return 0
    last = path.rstrip("/").rsplit("/", 1)[-1]
    words = len([word for word in re.split(r"[-_ ]", last.rsplit(".", 1)[0]) if word])
    score = 2 if _NUMBER.search(f"{last}?{parts.query}") else 0
    score += 2 if words >= 4 else 0
    score += 1 if _DATED.search(path) else 0
    score += 1 if path.count("/") >= 3 else 0
    return score + (2 if len(text) >= _HEADLINE else 0) + (1 if len(text.split()) >= 4 else 0) - (0 if text else 1)


def _entries(found: list[tuple[str, str]], source: Source, url: str) -> tuple[Entry, ...]:
    texts: dict[str, tuple[str, str]] = {}
    for link, text in found:
        key = canonical_url(link)
        if key and key != canonical_url(url) and len(text) > len(texts.get(key, ("", ""))[1]) - (key not in texts):
            texts[key] = (link, text)
    return tuple(
        Entry(key=key, source_id=source.id, outlet_id=source.outlet_id, url=link, channel=source.channel, hint_title=text)
        for key, (link, text) in list(texts.items())[:MAX_LINKS]
    )
