"""Listing pages: the links to articles on a newspaper's front or section page, and PDF files on a report index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import unquote, urlsplit

import lxml.html
from cssselect import SelectorError
from lxml import etree

from crawlers.listings.listing_cards import Card, card_of
from crawlers.listings.next_page import next_listing_page
from crawlers.pages import Announced
from crawlers.polling.window import fingerprints
from crawlers.text.links import absolute, same_site
from crawlers.text.page_tree import base_of, page_tree
from crawlers.text.plain_text import title_text
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
_TOP: Final = 30
"""Links at the top of a listing that tell whether it moved on."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A link with the longest text that it has on the page, and the element that carries it."""

    url: str
    text: str
    element: lxml.html.HtmlElement


def mostly_new(entries: Sequence[Entry], window: Sequence[str]) -> bool:
    """Whether most of what a page lists first was not seen in the last poll (its ``SourceState.window``).

    Most and not all: beside the news stand the most read articles, the same ones on each page.
    """
    top = fingerprints(entry.key for entry in entries[:_TOP])
    seen = frozenset(window)
    return bool(seen and top) and sum(each not in seen for each in top) * 2 > len(top)


def parse_listing(body: bytes, content_type: str, source: Source, *, url: str, now: datetime | None = None) -> Announced:
    """Entries for the articles that a listing page links to.

    With ``source.article_links`` (a CSS selector) exactly those links; else what looks like an article: on the same site, with a
    number, a date or a slug in its path, and a headline for its text. Raises ``SourceUnreadable`` where there is none.
    """
    root = _tree_with_links(body, content_type, url)
    older = next_listing_page(root, url)
    found = _selected(root, source, url) if source.article_links else _recognised(root, url)
    entries = _entries(found, source, url, now or datetime.now(UTC))
    if not entries:
        raise SourceUnreadable(
            f"{url} links to no article that could be recognised", "name the links with a CSS selector in article_links"
        )
    return Announced(entries=entries, next_page=older)


def parse_report_index(body: bytes, content_type: str, source: Source, *, url: str) -> Announced:
    """Entries for the PDF files that a page links to. Raises ``SourceUnreadable`` where there is none."""
    root = _tree_with_links(body, content_type, url)
    links = _selected(root, source, url) if source.article_links else list(_links(root, url))
    wanted = [link for link in links if source.article_links or urlsplit(link.url).path.lower().endswith(".pdf")]
    entries = _entries(wanted, source, url, datetime.now(UTC))
    if not entries:
        raise SourceUnreadable(f"{url} links to no PDF report", "name the links with a CSS selector in article_links")
    return Announced(entries=entries)


def _tree_with_links(body: bytes, content_type: str, url: str) -> lxml.html.HtmlElement:
    root = page_tree(body, content_type, url)
    if root.find(".//a") is None:
        raise SourceUnreadable(f"{url} is a page without links", "correct the address; a page built by scripts has none")
    return root


def _selected(root: lxml.html.HtmlElement, source: Source, url: str) -> list[_Found]:
    try:
        chosen = root.cssselect(source.article_links)
    except SelectorError as error:
        raise SourceUnreadable(
            f"{url}: article_links «{source.article_links}» is no CSS selector ({error})", "correct it in the source"
        ) from error
    base = base_of(root, url)
    anchors = [anchor for element in chosen for anchor in ([element] if element.tag == "a" else element.iter("a"))]
    return [link for anchor in anchors if (link := _link(anchor, base, url)) is not None]


def _recognised(root: lxml.html.HtmlElement, url: str) -> list[_Found]:
    """Links that look like articles; the furniture of the page is left out."""
    etree.strip_elements(root, *_FURNITURE, with_tail=False)
    best: dict[str, _Found] = {}
    for link in _links(root, url):
        if link.url not in best or len(link.text) > len(best[link.url].text):
            best[link.url] = link
    return [link for link in best.values() if _score(link.url, link.text, url) >= _SURE]


def may_be_article(url: str) -> bool:
    """Whether an address may be an article's: not a front page, a category, a log-in, a picture."""
    place = url.find("/", url.find("://") + 3)
    rest = url[place:] if place > 0 else ""
    path = rest.partition("#")[0].partition("?")[0]
    path = unquote(path) if "%" in path else path
    return not (_NOT_ARTICLES.search(path) or _NOT_PAGES.search(path) or (path in ("", "/") and "?" not in rest))


def _links(root: lxml.html.HtmlElement, url: str) -> Iterator[_Found]:
    base = base_of(root, url)
    for anchor in root.iter("a", "area"):
        link = _link(anchor, base, url)
        if link is not None:
            yield link


def _link(anchor: lxml.html.HtmlElement, base: str, page: str) -> _Found | None:
    href = (anchor.get("href") or "").strip()
    if href.startswith("#"):
        return None  # a place on this page, whatever the base element says
    address = absolute(href, base)
    return _Found(address, _text(anchor), anchor) if address and canonical_url(address) != canonical_url(page) else None


def _text(anchor: lxml.html.HtmlElement) -> str:
    """What a link says: its text, its title, or what stands for its picture."""
    text = title_text(anchor.text_content()) or title_text(anchor.get("title") or anchor.get("aria-label") or "")
    return text or next((title_text(image.get("alt") or "") for image in anchor.iter("img")), "")


def _score(link: str, text: str, page: str) -> int:
    """How much a link looks like an article: 3 is enough."""
    parts = urlsplit(link)
    path = unquote(parts.path)
    elsewhere = not same_site(parts.netloc, urlsplit(page).netloc)
    if elsewhere or not may_be_article(link):
        return 0
    last = path.rstrip("/").rsplit("/", 1)[-1]
    words = len([word for word in re.split(r"[-_ ]", last.rsplit(".", 1)[0]) if word])
    score = 2 if _NUMBER.search(f"{last}?{parts.query}") else 0
    score += 2 if words >= 4 else 0
    score += 1 if _DATED.search(path) else 0
    score += 1 if path.count("/") >= 3 else 0
    return score + (2 if len(text) >= _HEADLINE else 0) + (1 if len(text.split()) >= 4 else 0) - (0 if text else 1)


def _entries(found: Iterable[_Found], source: Source, url: str, now: datetime) -> tuple[Entry, ...]:
    best: dict[str, _Found] = {}
    for link in found:
        key = canonical_url(link.url)
        if key and key != canonical_url(url) and (key not in best or len(link.text) > len(best[key].text)):
            best[key] = link
    chosen = dict(list(best.items())[:MAX_LINKS])
    return tuple(
        _entry(key, link, card_of(link.element, chosen, url, source.timezone, now), source) for key, link in chosen.items()
    )


def _entry(key: str, link: _Found, card: Card, source: Source) -> Entry:
    return Entry(
        key=key,
        source_id=source.id,
        outlet_id=source.outlet_id,
        url=link.url,
        channel=source.channel,
        hint_title=link.text,
        hint_published_at=card.published_at,
        hint_section=card.section,
    )
