"""What a site says of its own feeds and sitemaps: link tags, links that look like feeds, and robots.txt. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin, urlsplit

import lxml.html
from lxml import etree

from crawlers import charset

MAX_FEEDS: Final = 10
_FEED_TYPES: Final = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "text/xml", "application/xml")
_COMMENTS: Final = re.compile(r"/comments/|comments?[-_]feed|oembed|wp-json", re.IGNORECASE)
_LOOKS_LIKE_FEED: Final = re.compile(r"(?:/|\b)(?:rss|feed|atom)(?:/|\.xml|\.aspx|\.php|$|\?|/\d+)", re.IGNORECASE)
_SITEMAP: Final = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)


def declared_feeds(body: bytes, content_type: str, url: str) -> list[str]:
    """Addresses of the feeds that a page declares, and of those that it links to; comment feeds are left out."""
    text = charset.decode(body, content_type).replace("\x00", "")
    try:
        root = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=lxml.html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, ValueError):
        return []
    found = dict.fromkeys(_absolute(each, url) for each in (*_alternates(root), *_links(root)))
    return [address for address in found if address and not _COMMENTS.search(address)][:MAX_FEEDS]


def robots_sitemaps(body: bytes, url: str) -> list[str]:
    """Addresses on ``Sitemap:`` lines of a robots.txt."""
    text = body[:500_000].decode("utf-8-sig", "replace")
    return [address for line in _SITEMAP.findall(text) if (address := _absolute(line, url))]


def _alternates(root: lxml.html.HtmlElement) -> Iterator[str]:
    for link in root.iter("link"):
        rels = (link.get("rel") or "").lower().split()
        if "alternate" in rels and (link.get("type") or "").lower().split(";")[0].strip() in _FEED_TYPES:
            yield link.get("href") or ""


def _links(root: lxml.html.HtmlElement) -> Iterator[str]:
    for anchor in root.iter("a"):
        if _LOOKS_LIKE_FEED.search(anchor.get("href") or ""):
            yield anchor.get("href")


def _absolute(link: str, base: str) -> str:
    try:
        address = urljoin(base, link.strip()) if link.strip() else ""
        return address if urlsplit(address).scheme in ("http", "https") else ""
    except ValueError:
        return ""
