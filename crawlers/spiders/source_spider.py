"""What the spiders of all kinds of sources share: conditional requests, and a result for each source whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import scrapy
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.addresses_guard import check_url
from crawlers.hosts import HostBook
from crawlers.middlewares import NO_ANSWER
from crawlers.next_page import MAX_PAGES
from crawlers.pages import Announced, Page, Trouble, trouble_of
from crawlers.reading import digest_of, discovery, poll_failure, poll_failure_of, state_after
from crawlers.reading_thread import read_aside
from crawlers.scrapy_pages import page_of, trouble_of_error
from domain.errors import SourceError
from domain.source import Discovery, ItemProblem, PollFailure, PollResult, Source, SourceKind, SourceState


class SourceSpider(scrapy.Spider):
    """Polls sources of one kind and emits one ``PollResult`` for each.

    ``work`` are the sources with their states, ``emit`` takes the results, ``hosts`` are the clocks shared with other crawls.
    From Scrapy's command line ``url`` names one source, and the results become items.
    """

    kind: SourceKind

    def __init__(
        self,
        *args: Any,
        work: Sequence[tuple[Source, SourceState]] = (),
        emit: Callable[[PollResult], None] | None = None,
        hosts: HostBook | None = None,
        url: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.hosts = hosts or HostBook()
        self.stopped = asyncio.Event()
        given = Source(id=url, kind=self.kind, outlet_id="outlet", name=url, url=url)
        self._work = list(work) or ([(given, SourceState())] if url else [])
        self._emit = emit

    def read(self, page: Page, source: Source, now: datetime) -> Announced:
        """What a page announces: the pure parser of this kind. Raises ``SourceError``."""
        raise NotImplementedError

    async def start(self) -> AsyncIterator[Any]:
        """One request for each source; an address that cannot be asked is a failure at once."""
        for source, state in self._work:
            for each in self._ask(source, state, state.moved_to or source.url):
                yield each

    async def parse(self, response: Response, **kwargs: Any) -> AsyncIterator[Any]:
        """An answer of any status."""
        source, state = kwargs["source"], kwargs["state"]
        for each in self._settle(await self._result(page_of(response), source, state), source, state):
            yield each

    def failed(self, failure: Failure) -> list[Any]:
        """No answer at all."""
        request = failure.request  # type: ignore[attr-defined]
        source, state = request.cb_kwargs["source"], request.cb_kwargs["state"]
        result = poll_failure(source, trouble_of_error(failure.value, request.url))
        return self._settle(result, source, state)

    def _ask(self, source: Source, state: SourceState, url: str) -> list[Any]:
        reason = check_url(url)
        if reason:
            trouble = Trouble(f"{url[:200]}: {reason}", "correct the source's address")
            return self._settle(poll_failure(source, trouble), source, state)
        headers = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
        return [
            Request(
                url,
                callback=self.parse,
                errback=self.failed,
                headers={name: value for name, value in headers.items() if value},
                cb_kwargs={"source": source, "state": state},
                dont_filter=True,
            )
        ]

    async def _result(self, page: Page, source: Source, state: SourceState) -> PollResult:
        now = datetime.now(UTC)
        trouble = trouble_of(page, now)
        if trouble is not None:
            return poll_failure(source, trouble)
        if page.status == 304:
            return Discovery(source.id, state, unchanged=True)
        digest = digest_of([page.body])
        if digest == state.digest:
            return Discovery(source.id, state_after(page, state, digest), unchanged=True)
        try:
            announced = await read_aside(self.read, page, source, now)
        except SourceError as error:
            return poll_failure_of(source, error)
        if announced.next_page and not state.digest:
            announced = await self._older(announced, page.url, source, now)
        if not announced.more:
            return discovery(source, state, state_after(page, state, digest), announced)
        announced, digest = await self._follow(page, announced, source, now)
        after = state_after(page, state, digest, conditional=False)
        return (
            Discovery(source.id, after, unchanged=True) if digest == state.digest else discovery(source, state, after, announced)
        )

    async def _follow(self, page: Page, announced: Announced, source: Source, now: datetime) -> tuple[Announced, str]:
        """The further pages of the same source; one that fails is a problem, not the end."""
        bodies, gathered = [page.body], replace(announced, more=())
        for url in announced.more:
            try:
                child = await self._page(url, now)
                bodies.append(child.body)
                gathered += replace(await read_aside(self.read, child, source, now), more=())
            except (SourceError, IgnoreRequest, *NO_ANSWER) as error:
                reason = str(error) if isinstance(error, SourceError) else trouble_of_error(error, url).reason
                gathered += Announced(problems=(ItemProblem(source.id, url, reason),))
        return gathered, digest_of(bodies)

    async def _older(self, announced: Announced, url: str, source: Source, now: datetime) -> Announced:
        """The older pages of a listing that is polled for the first time.

        Later polls read its first page alone: a spider does not know which items are stored, and a page moves on slower than
        the poll. The digest stays that of the first page.
        """
        read, keys = {url}, {entry.key for entry in announced.entries}
        while announced.next_page not in ("", *read) and len(read) < MAX_PAGES:
            address = announced.next_page
            read.add(address)
            try:
                page = await self._page(address, now)
                older = await read_aside(self.read, page, source, now)
            except (SourceError, IgnoreRequest, *NO_ANSWER) as error:
                reason = str(error) if isinstance(error, SourceError) else trouble_of_error(error, address).reason
                return announced + Announced(problems=(ItemProblem(source.id, address, reason),))
            new = tuple(entry for entry in older.entries if entry.key not in keys)
            keys.update(entry.key for entry in new)
            announced += replace(older, entries=new, next_page=older.next_page if new else "")
        return announced

    async def _page(self, url: str, now: datetime) -> Page:
        reason = check_url(url)
        if reason:
            raise SourceError(f"{url[:200]}: {reason}")
        page = page_of(await self.crawler.engine.download_async(Request(url, dont_filter=True)))
        trouble = trouble_of(page, now)
        if trouble is not None:
            raise SourceError(trouble.reason, trouble.remedy)
        return page

    def _settle(self, result: PollResult, source: Source, state: SourceState) -> list[Any]:
        """Hands the result over; a source that moved, and is not found there, is asked once more at its old address."""
        if isinstance(result, PollFailure) and state.moved_to and not result.retry_after:
            return self._ask(source, replace(state, moved_to="", etag="", last_modified=""), source.url)
        if self._emit is not None:
            self._emit(result)
            return []
        return [{"result": result}]
