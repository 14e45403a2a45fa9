"""Fetches the pages of entries: articles and PDF reports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import scrapy
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.addresses_guard import check_url
from crawlers.hosts import HostBook
from crawlers.pages import Page, trouble_of
from crawlers.reading import fetch_failure, read_entry
from crawlers.reading_thread import read_aside
from crawlers.scrapy_pages import page_of, trouble_of_error
from domain.mention import Entry
from domain.source import FetchFailure, FetchResult, Source


class ArticleSpider(scrapy.Spider):
    """Emits one ``FetchResult`` for each entry. ``work`` are entries with their sources, where these are known.

    ``scrapy crawl article -a url=https://...``
    """

    name = "article"

    def __init__(
        self,
        *args: Any,
        work: Sequence[tuple[Entry, Source | None]] = (),
        emit: Callable[[FetchResult], None] | None = None,
        hosts: HostBook | None = None,
        url: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.hosts = hosts or HostBook()
        self.stopped = asyncio.Event()
        self._work = list(work) or ([(Entry(url, url, "outlet", url), None)] if url else [])
        self._emit = emit

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
        return await read_aside(read_entry, page, entry, source, now)

    def _settle(self, result: FetchResult) -> list[Any]:
        if self._emit is not None:
            self._emit(result)
            return []
        return [{"result": result}]
