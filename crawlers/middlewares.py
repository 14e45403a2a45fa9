"""Scrapy downloader middlewares: politeness by host and port, and robots.txt."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Self

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotConfigured,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawlers.download import AddressRefused
from crawlers.hosts import MAX_CRAWL_DELAY, ROBOTS_LIFETIME, HostBook, HostClock, host_of
from crawlers.pages import retry_after
from crawlers.scrapy_pages import page_of

NO_ANSWER = (
    *(CannotResolveHostError, DownloadCancelledError, DownloadConnectionRefusedError, DownloadFailedError),
    *(DownloadTimeoutError, ResponseDataLossError),
)
"""Scrapy's errors for a request that got no whole answer."""


class HostAsksToWait(IgnoreRequest):
    """The host asked to be left alone for ``seconds``."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(f"{host} asked to be left alone for {seconds:.0f} s more")
        self.seconds = seconds


class RobotsForbid(IgnoreRequest):
    """robots.txt does not allow the address."""


class RobotsUnknown(IgnoreRequest):
    """robots.txt could not be read, so nobody knows what it allows (RFC 9309 2.3.1.4)."""


def _book(crawler: Crawler) -> HostBook:
    book: HostBook = crawler.spider.hosts  # type: ignore[union-attr]
    return book


class HostMiddleware:
    """A download slot for each host and port (Scrapy's own are by name alone), and no request while a host asks to wait."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Sets the slot. Raises ``HostAsksToWait``."""
        if self._crawler.spider.stopped.is_set():  # type: ignore[union-attr]
            raise IgnoreRequest("stopped")
        host = host_of(request.url)
        wait = _book(self._crawler).closed_for(host)
        if wait > 0:
            raise HostAsksToWait(host, wait)
        request.meta["download_slot"] = host
        slot = self._crawler.engine.downloader.slots.get(host)
        if slot is not None:
            slot.delay = max(slot.delay, _book(self._crawler).clock(host).crawl_delay)

    def process_response(self, request: Request, response: Response) -> Response:
        """Remembers a 429 or 503 that names a time; the answer itself goes on to the spider."""
        if response.status in (429, 503):
            seconds = retry_after(page_of(response), datetime.now(UTC))
            if seconds:
                _book(self._crawler).close(host_of(request.url), seconds)
        return response


class RobotsMiddleware:
    """robots.txt, read with Protego and remembered for an hour across crawls.

    4xx: there is none, everything is allowed. 5xx or no answer: an older copy counts; without one nothing is fetched this time.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._agent: str = crawler.settings["USER_AGENT"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises ``RobotsForbid`` or ``RobotsUnknown``."""
        if request.meta.get("is_robots"):
            return
        clock = _book(self._crawler).clock(host_of(request.url))
        robots = await self._robots(request, clock)
        if not robots.can_fetch(request.url, self._agent):
            raise RobotsForbid(f"robots.txt of {host_of(request.url)} does not allow {request.url}")

    async def _robots(self, request: Request, clock: HostClock) -> Protego:
        async with clock.robots_reading:
            now = asyncio.get_running_loop().time()
            if clock.robots is None or now - clock.robots_read_at > ROBOTS_LIFETIME:
                clock.robots = await self._read(request, clock.robots)
                clock.robots_read_at = now
                clock.crawl_delay = min(float(clock.robots.crawl_delay(self._agent) or 0), MAX_CRAWL_DELAY)
            return clock.robots

    async def _read(self, request: Request, known: Protego | None) -> Protego:
        scheme = request.url.partition(":")[0]
        address = f"{scheme}://{host_of(request.url)}/robots.txt"
        asked = Request(address, meta={"is_robots": True}, priority=1000, callback=NO_CALLBACK, dont_filter=True)
        try:
            response = await self._crawler.engine.download_async(asked)
        except HostAsksToWait:
            raise
        except AddressRefused as error:
            raise AddressRefused(str(error).replace(address, request.url)) from error
        except (*NO_ANSWER, IgnoreRequest) as error:
            return _older(known, f"{address} could not be read ({type(error).__name__})", error)
        if response.status >= 500 or response.status == 429:
            return _older(known, f"{address} answered {response.status}", None)
        text = response.body[:500_000].decode("utf-8-sig", "ignore") if response.status < 300 else ""
        return Protego.parse(text)


def _older(known: Protego | None, what: str, cause: Exception | None) -> Protego:
    if known is None:
        raise RobotsUnknown(f"{what}, so it is not known what the site allows") from cause
    return known
