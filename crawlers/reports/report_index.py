"""Where PDF reports are found: a page that lists them, a feed of them, or the address of one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Final

from crawlers.feeds.feed import FeedItem, announce, read_feed
from crawlers.listings.listing import parse_report_index
from crawlers.pages import Announced, Page
from crawlers.reports.report import parse_report
from domain.addresses import canonical_url
from domain.mention import Channel, Entry
from domain.source import Source

_FEED: Final = re.compile(rb"<(?:rss|(?:\w+:)?RDF|feed)[\s>]", re.IGNORECASE)


def parse_reports(page: Page, source: Source, now: datetime) -> Announced:
    """Passages of a PDF, or entries for the PDF files that a feed or a page names. Raises ``SourceUnreadable``."""
    if page.is_pdf:
        entry = Entry(canonical_url(page.url), source.id, source.outlet_id, page.url, Channel.REPORT)
        return Announced(mentions=parse_report(page.body, entry, url=page.url, now=now))
    if _FEED.search(page.body[:4096]):
        read = read_feed(page.body, page.headers, source, url=page.url, now=now)
        return announce(replace(read, items=tuple(map(_as_document, read.items))), source, now)
    return parse_report_index(page.body, page.content_type, source, url=page.url)


def _as_document(item: FeedItem) -> FeedItem:
    """The item led to its file; one without a file stays a page of text."""
    return replace(item, link=item.documents[0], content="", summary=item.summary or item.content) if item.documents else item
