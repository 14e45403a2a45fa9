"""Polls listing pages."""

from __future__ import annotations

from datetime import datetime

from crawlers.listing import parse_listing
from crawlers.pages import Announced, Page
from crawlers.spiders.source_spider import SourceSpider
from domain.source import Source, SourceKind


class ListingSpider(SourceSpider):
    """``scrapy crawl listing -a url=https://...``"""

    name = "listing"
    kind = SourceKind.LISTING

    def read(self, page: Page, source: Source, now: datetime) -> Announced:  # noqa: ARG002
        """The articles that the page links to."""
        return parse_listing(page.body, page.content_type, source, url=page.url)
