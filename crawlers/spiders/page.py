"""Fetches single pages as they are: for finding a site's sources."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import scrapy
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.fetching.scrapy_pages import page_of, trouble_of_error
from crawlers.pages import Page, Trouble
from crawlers.politeness.hosts import HostBook


class PageSpider(scrapy.Spider):
    """Emits each address with its page, whatever its status, or with what was wrong.

    ``scrapy crawl page -a url=https://...``
    """

    name = "page"

    def __init__(
        self,
        *args: Any,
        work: Sequence[str] = (),
        emit: Callable[[tuple[str, Page | Trouble]], None] | None = None,
        hosts: HostBook | None = None,
        url: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.hosts = hosts or HostBook()
        self.stopped = asyncio.Event()
        self._work = list(work) or ([url] if url else [])
        self._emit = emit

    async def start(self) -> AsyncIterator[Any]:
        """One request for each address."""
        for url in self._work:
            yield Request(url, callback=self.parse, errback=self.failed, cb_kwargs={"asked": url}, dont_filter=True)

    async def parse(self, response: Response, **kwargs: Any) -> AsyncIterator[Any]:
        """An answer of any status."""
        for each in self._settle(kwargs["asked"], page_of(response)):
            yield each

    def failed(self, failure: Failure) -> list[Any]:
        """No answer at all."""
        request = failure.request  # type: ignore[attr-defined]
        return self._settle(request.cb_kwargs["asked"], trouble_of_error(failure.value, request.url))

    def _settle(self, asked: str, result: Page | Trouble) -> list[Any]:
        if self._emit is not None:
            self._emit((asked, result))
            return []
        return [{"asked": asked, "result": result}]
