"""What a page is as a source: a feed, a sitemap, a listing, a report, or none, and what it announces as that. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from crawlers.feeds.feed import parse_feed
from crawlers.finding.candidates import Candidate, Way
from crawlers.finding.new_source import make_source
from crawlers.finding.site_links import FeedLink
from crawlers.listings.listing import parse_listing
from crawlers.pages import Announced, Page, Trouble, trouble_of
from crawlers.reports.report_index import parse_reports
from crawlers.sitemaps.sitemap import parse_sitemap
from crawlers.text import charset
from crawlers.text.plain_text import title_text
from domain.errors import SourceError
from domain.source import Source, SourceKind

_SOUND: Final = re.compile(rb"""<enclosure\b[^<>]{0,1000}?\btype\s*=\s*["'](?:audio|video)/""", re.IGNORECASE)
_ITEMS: Final = re.compile(rb"<(?:item|entry)[\s>]", re.IGNORECASE)
_OWN_TITLE: Final = re.compile(
    rb"<title[^<>]{0,200}>\s*(?:<!\[CDATA\[)?(.{0,300}?)(?:\]\]>)?\s*</title>", re.IGNORECASE | re.DOTALL
)
_SEARCHED: Final = (SourceKind.FEED, SourceKind.SITEMAP)


def recognised(page: Page, kinds: Iterable[SourceKind], way: Way, now: datetime, *, keep_empty: bool = False) -> Candidate | None:
    """The page as a source of the first kind that it can be read as."""
    if trouble_of(page, now) is not None:
        return None
    for kind in kinds:
        source = make_source(page.url, kind)
        try:
            announced = _read(page, source, now)
        except SourceError:
            continue
        if keep_empty or announced.mentions or announced.entries or announced.more:
            is_feed = kind is SourceKind.FEED
            return Candidate(
                source, way, announced, title=_own_title(page) if is_feed else "", has_sound=is_feed and _has_sound(page.body)
            )
    return None


def itself(page: Page, now: datetime) -> Candidate | None:
    """The page where it is a feed, a sitemap or a report."""
    if page.is_pdf:
        source = make_source(page.url, SourceKind.PDF_REPORT)
        return Candidate(source, Way.ITSELF, announced_of(page, source, now))
    return recognised(page, _SEARCHED, Way.ITSELF, now)


def candidate_of(page: Page | Trouble, link: FeedLink, way: Way, now: datetime) -> Candidate:
    """What a link led to: the feed or sitemap, or why it is none."""
    trouble = page if isinstance(page, Trouble) else trouble_of(page, now)
    read = recognised(page, _SEARCHED, way, now, keep_empty=True) if isinstance(page, Page) else None
    if read is not None:
        return replace(read, label=link.label)
    failure = trouble.reason if trouble is not None else "it is no feed"
    return Candidate(make_source(link.url, SourceKind.FEED), way, label=link.label, failure=failure)


def comments_of(link: FeedLink) -> Candidate:
    """A link to readers' comments, which is not followed."""
    way = Way.DECLARED if link.declared else Way.LINKED
    return Candidate(make_source(link.url, SourceKind.FEED), way, label=link.label, is_of_comments=True)


def announced_of(page: Page, source: Source, now: datetime) -> Announced:
    """What a page announces as a source of this kind; nothing where it cannot be read."""
    try:
        return _read(page, source, now) if trouble_of(page, now) is None else Announced()
    except SourceError:
        return Announced()


def _read(page: Page, source: Source, now: datetime) -> Announced:
    match source.kind:
        case SourceKind.FEED:
            return parse_feed(page.body, page.headers, source, url=page.url, now=now)
        case SourceKind.SITEMAP:
            return parse_sitemap(page.body, source, url=page.url, now=now)
        case SourceKind.LISTING:
            return parse_listing(page.body, page.content_type, source, url=page.url, now=now)
        case _:
            return parse_reports(page, source, now)


def _has_sound(body: bytes) -> bool:
    return len(_SOUND.findall(body)) * 2 > len(_ITEMS.findall(body)) > 0


def _own_title(page: Page) -> str:
    """A feed's title: the first one in it."""
    found = _OWN_TITLE.search(charset.decode(page.body[:20_000], page.content_type).encode("utf-8", "replace"))
    return title_text(found[1].decode("utf-8", "replace")) if found else ""
