"""Polls news sitemaps and their indexes."""

from __future__ import annotations

from datetime import datetime

from crawlers.pages import Announced, Page
from crawlers.sitemap import parse_sitemap
from crawlers.spiders.source_spider import SourceSpider
from domain.source import Source, SourceKind


class SitemapSpider(SourceSpider):
    """``scrapy crawl sitemap -a url=https://...``"""

    name = "sitemap"
    kind = SourceKind.SITEMAP

    def read(self, page: Page, source: Source, now: datetime) -> Announced:
        """The sitemap's articles, or the sitemaps that an index names."""
        limit = self.crawler.settings.getint("DOWNLOAD_MAXSIZE")
        return parse_sitemap(page.body, source, url=page.url, now=now, max_bytes=limit)
