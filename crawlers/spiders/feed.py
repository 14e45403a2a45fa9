"""Polls RSS and Atom feeds."""

from __future__ import annotations

from datetime import datetime

from crawlers.feeds.feed import parse_feed
from crawlers.pages import Announced, Page
from crawlers.spiders.source_spider import SourceSpider
from domain.source import Source, SourceKind


class FeedSpider(SourceSpider):
    """``scrapy crawl feed -a url=https://...``"""

    name = "feed"
    kind = SourceKind.FEED

    def read(self, page: Page, source: Source, now: datetime) -> Announced:
        """The feed's items."""
        return parse_feed(page.body, page.headers, source, url=page.url, now=now)
