"""Scrapy downloader middlewares: slots by host and port, and robots.txt."""

from __future__ import annotations

from typing import Final, Self

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest, NotConfigured
from scrapy.http.request import NO_CALLBACK

from crawlers.fetching.refusals import NO_ANSWER, AddressRefused, HostAsksToWait, RobotsForbid, RobotsUnknown
from crawlers.politeness.hosts import ROBOTS_LIFETIME, HostBook, host_of

_ROBOTS_BYTES: Final = 500_000
"""RFC 9309 2.5 asks for 500 KiB at least."""


def _book(crawler: Crawler) -> HostBook:
    book: HostBook = crawler.spider.hosts  # type: ignore[union-attr]
    return book


class HostMiddleware:
    """A download slot for each host and port: Scrapy's own are by name alone. The host's clock is kept where a request leaves
    (``crawlers.fetching.download``)."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Sets the slot. Raises ``HostAsksToWait`` where the host is left alone."""
        if self._crawler.spider.stopped.is_set():  # type: ignore[union-attr]
            raise IgnoreRequest("stopped")
        host = host_of(request.url)
        wait = _book(self._crawler).closed_for(host)
        if wait > 0:
            raise HostAsksToWait(host, wait, _book(self._crawler).clock(host).reason)
        request.meta["download_slot"] = host


class RobotsMiddleware:
    """robots.txt, read with Protego and remembered for an hour across crawls and restarts.

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
        host = host_of(request.url)
        rules = _book(self._crawler).rules(host, ROBOTS_LIFETIME) or await self._read_once(request, host)
        if not rules.can_fetch(request.url, self._agent):
            raise RobotsForbid(f"robots.txt of {host} does not allow {request.url}")

    async def _read_once(self, request: Request, host: str) -> Protego:
        book = _book(self._crawler)
        async with book.clock(host).robots_reading:
            known = book.rules(host, ROBOTS_LIFETIME)  # another request may have read it meanwhile
            if known is None:
                text = await self._read(request, book.clock(host).robots)
                known = book.keep_rules(host, text, self._agent)
            return known

    async def _read(self, request: Request, known: str | None) -> str:
        scheme = request.url.partition(":")[0]
        address = f"{scheme}://{host_of(request.url)}/robots.txt"
        asked = Request(address, meta={"is_robots": True}, priority=1000, callback=NO_CALLBACK, dont_filter=True)
        try:
            response = await self._crawler.engine.download_async(asked)
        except (HostAsksToWait, CannotResolveHostError):
            raise
        except AddressRefused as error:
            raise AddressRefused(str(error).replace(address, request.url)) from error
        except (*NO_ANSWER, IgnoreRequest) as error:
            return _older(known, f"{address} could not be read ({type(error).__name__})", error)
        if response.status >= 500 or response.status == 429:
            return _older(known, f"{address} answered {response.status}", None)
        return response.body[:_ROBOTS_BYTES].decode("utf-8-sig", "ignore") if response.status < 300 else ""


def _older(known: str | None, what: str, cause: Exception | None) -> str:
    if known is None:
        raise RobotsUnknown(f"{what}, so it is not known what the site allows") from cause
    return known
