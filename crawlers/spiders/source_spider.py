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

from crawlers.fetching.addresses_guard import check_url
from crawlers.fetching.refusals import NO_ANSWER
from crawlers.fetching.scrapy_pages import page_of, trouble_of_error
from crawlers.pages import Announced, Page, Trouble, trouble_of
from crawlers.politeness.hosts import HostBook
from crawlers.polling.outcomes import digest_of, discovery, poll_failure, poll_failure_of, state_after, unmoved
from crawlers.reading_thread import read_aside
from domain.errors import SourceError
from domain.source import Discovery, PollFailure, PollResult, Source, SourceKind, SourceState


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

    async def complete(
        self,
        page: Page,
        announced: Announced,
        source: Source,
        state: SourceState,
        now: datetime,  # noqa: ARG002
    ) -> PollResult:
        """The poll's result from its first page; kinds with further pages read them here."""
        found = discovery(source, state, state_after(page, state, digest_of([page.body])), announced)
        return replace(found, cost=page.cost)

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

    async def further(self, url: str, now: datetime, *, etag: str = "", last_modified: str = "") -> Page | Trouble:
        """A further page of a source, or what was wrong with it. Validators make the request conditional (304 is an answer)."""
        reason = check_url(url)
        if reason:
            return Trouble(f"{url[:200]}: {reason}", final=True)
        request = Request(url, headers=_conditions(etag, last_modified), dont_filter=True)
        try:
            page = page_of(await self.crawler.engine.download_async(request))
        except (IgnoreRequest, *NO_ANSWER) as error:
            return trouble_of_error(error, url)
        return trouble_of(page, now) or page

    def _ask(self, source: Source, state: SourceState, url: str) -> list[Any]:
        reason = check_url(url)
        if reason:
            trouble = Trouble(f"{url[:200]}: {reason}", "correct the source's address")
            return self._settle(poll_failure(source, trouble), source, state)
        return [
            Request(
                url,
                callback=self.parse,
                errback=self.failed,
                headers=_conditions(state.etag, state.last_modified),
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
            return Discovery(source.id, unmoved(source, state), unchanged=True, cost=page.cost)
        digest = digest_of([page.body])
        if digest == state.digest and not state.parts:
            return Discovery(source.id, unmoved(source, state_after(page, state, digest)), unchanged=True, cost=page.cost)
        try:
            announced = await read_aside(self.read, page, source, now)
        except SourceError as error:
            return poll_failure_of(source, error, page.cost)
        return await self.complete(page, announced, source, state, now)

    def _settle(self, result: PollResult, source: Source, state: SourceState) -> list[Any]:
        """Hands the result over; a source that moved, and is not found there, is asked once more at its old address."""
        if isinstance(result, PollFailure) and state.moved_to and not result.retry_after:
            return self._ask(source, replace(state, moved_to="", etag="", last_modified=""), source.url)
        if self._emit is not None:
            self._emit(result)
            return []
        return [{"result": result}]


def _conditions(etag: str, last_modified: str) -> dict[str, str]:
    headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in headers.items() if value}
