"""Fetches the pages of entries: articles and PDF reports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import scrapy
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.articles.entry_reading import Reading, part_failed, read_first, read_further
from crawlers.fetching.addresses_guard import check_url
from crawlers.fetching.refusals import NO_ANSWER
from crawlers.fetching.scrapy_pages import page_of, trouble_of_error
from crawlers.pages import Page, Trouble, trouble_of
from crawlers.politeness.hosts import HostBook
from crawlers.polling.outcomes import fetch_failure
from crawlers.reading_thread import read_aside
from domain.mention import Entry
from domain.source import FetchFailure, FetchResult, Source


class ArticleSpider(scrapy.Spider):
    """Emits one ``FetchResult`` for each entry. ``work`` are entries with their sources, where these are known.

    ``render`` gives a page as a browser shows it (``crawlers.fetching.browser``); without it a page that scripts build is known
    by its summary alone.

    ``scrapy crawl article -a url=https://...``
    """

    name = "article"

    def __init__(
        self,
        *args: Any,
        work: Sequence[tuple[Entry, Source | None]] = (),
        emit: Callable[[FetchResult], None] | None = None,
        hosts: HostBook | None = None,
        render: Callable[[str], Awaitable[Page | Trouble]] | None = None,
        url: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.hosts = hosts or HostBook()
        self.stopped = asyncio.Event()
        self._work = list(work) or ([(Entry(url, url, "outlet", url), None)] if url else [])
        self._emit = emit
        self._render = render

    async def start(self) -> AsyncIterator[Any]:
        """One request for each entry."""
        for entry, source in self._work:
            reason = check_url(entry.url)
            if reason:
                for each in self._settle(FetchFailure(entry, f"{entry.url[:200]}: {reason}", final=True)):
                    yield each
            else:
                yield Request(
                    entry.url,
                    callback=self.parse,
                    errback=self.failed,
                    cb_kwargs={"entry": entry, "source": source},
                    dont_filter=True,
                )

    async def parse(self, response: Response, **kwargs: Any) -> AsyncIterator[Any]:
        """An answer of any status."""
        for each in self._settle(await self._result(page_of(response), kwargs["entry"], kwargs["source"])):
            yield each

    def failed(self, failure: Failure) -> list[Any]:
        """No answer at all."""
        request = failure.request  # type: ignore[attr-defined]
        trouble = trouble_of_error(failure.value, request.url)
        return self._settle(fetch_failure(request.cb_kwargs["entry"], trouble))

    async def _result(self, page: Page, entry: Entry, source: Source | None) -> FetchResult:
        now = datetime.now(UTC)
        trouble = trouble_of(page, now)
        if trouble is not None:
            return fetch_failure(entry, trouble)
        reading = await read_aside(read_first, page, entry, source, now)
        if reading.needs_scripts and self._render is not None:
            reading = await self._rendered(reading, page, entry, source, now)
        while reading.next_part:
            reading = await self._further(reading, entry, source, now)
        return reading.result

    async def _rendered(self, before: Reading, page: Page, entry: Entry, source: Source | None, now: datetime) -> Reading:
        """What a browser makes of the page; where it fails, what was known before."""
        if self._render is None:
            return before
        shown = await self._render(page.url)
        if isinstance(shown, Trouble):
            self.logger.warning("%s was not rendered: %s", page.url, shown.reason)
            return before
        after = await read_aside(read_first, replace(shown, cost=page.cost + shown.cost), entry, source, now)
        return before if after.article is None or not after.article.text else after

    async def _further(self, reading: Reading, entry: Entry, source: Source | None, now: datetime) -> Reading:
        """The article with its next page, which is fetched as politely as the first."""
        found = await self._page(reading.next_part, now)
        if not isinstance(found, Trouble):
            return await read_aside(read_further, reading, found, entry, source, now)
        failed = part_failed(reading, entry, found)
        return replace(failed, article=None)

    async def _page(self, url: str, now: datetime) -> Page | Trouble:
        reason = check_url(url)
        if reason:
            return Trouble(f"{url[:200]}: {reason}", final=True)
        try:
            page = page_of(await self.crawler.engine.download_async(Request(url, dont_filter=True)))
        except (IgnoreRequest, *NO_ANSWER) as error:
            return trouble_of_error(error, url)
        return trouble_of(page, now) or page

    def _settle(self, result: FetchResult) -> list[Any]:
        if self._emit is not None:
            self._emit(result)
            return []
        return [{"result": result}]
