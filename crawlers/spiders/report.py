"""Polls what leads to PDF reports: a page that lists them, a feed of them, or one PDF itself."""

from __future__ import annotations

from datetime import datetime

from crawlers.pages import Announced, Page
from crawlers.reports.report_index import parse_reports
from crawlers.spiders.source_spider import SourceSpider
from domain.source import Source, SourceKind


class ReportSpider(SourceSpider):
    """``scrapy crawl pdf_report -a url=https://...``"""

    name = "pdf_report"
    kind = SourceKind.PDF_REPORT

    def read(self, page: Page, source: Source, now: datetime) -> Announced:
        """The reports, or the passages of one."""
        return parse_reports(page, source, now)
