"""Scrapy's own HTTP handler, with the address check where it cannot be evaded: between resolving and connecting."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, cast

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawlers.fetching.addresses_guard import AddressGuard, check_url
from crawlers.fetching.bounded_connection import BoundedFactory
from crawlers.fetching.refusals import UNANSWERED, AddressRefused, HostAsksToWait
from crawlers.pages import Page, retry_after
from crawlers.politeness.hosts import HostBook, HostClosed, host_of
from crawlers.politeness.waiting_line import Urgency
from domain.source import Cost

SPENT: Final = "rasd_spent"
"""Key of a request's ``meta``: the ``Cost`` of it and of the redirects that led to it."""
_MOST_LAYERS: Final = 3


@dataclass(slots=True)
class _Lookup:
    """The check that belongs to the request being sent, and what it refused."""

    guard: AddressGuard
    refused: list[str] = field(default_factory=list)


_STRICT: Final = AddressGuard()
_lookup: ContextVar[_Lookup | None] = ContextVar("rasd_lookup", default=None)


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Twisted asks politely; the look-up ends by itself and nobody listens any more."""


@implementer(IHostnameResolver)
class GuardedResolver:
    """Resolves names with the system's resolver and lets through only addresses that the request's guard allows.

    Twisted connects to exactly what this hands over, so nothing can change between the check and the connection.
    """

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803, ARG002
        transportSemantics: str = "TCP",  # noqa: N803, ARG002
    ) -> IHostResolution:
        """Twisted's interface: addresses go to the receiver as they are found."""
        resolution: Any = _Resolution(hostName)
        receiver: Any = resolutionReceiver
        receiver.resolutionBegan(resolution)
        lookup = _lookup.get() or _Lookup(_STRICT)
        task = asyncio.ensure_future(_addresses(hostName, portNumber))
        task.add_done_callback(lambda done: _deliver(done, receiver, lookup))
        return cast("IHostResolution", resolution)


async def _addresses(host: str, port: int) -> list[tuple[Any, ...]]:
    try:
        return await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []


def _deliver(done: asyncio.Future[list[tuple[Any, ...]]], receiver: Any, lookup: _Lookup) -> None:
    for family, _, _, _, where in [] if done.cancelled() else done.result():
        reason = lookup.guard.refusal(str(where[0]))
        if reason:
            lookup.refused.append(f"{where[0]} {reason}")
        elif family == socket.AF_INET6:
            receiver.addressResolved(IPv6Address("TCP", *where))
        else:
            receiver.addressResolved(IPv4Address("TCP", *where))
    receiver.resolutionComplete()


class GuardedHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler for requests that may go to allowed addresses alone, each when its host's clock says so.

    It is the one place that every request passes right before it leaves: redirects and robots.txt too.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._guard = AddressGuard.opening(crawler.settings.getlist("RASD_ALLOW_NETWORKS"))
        self._pool._factory = BoundedFactory
        self._sending: set[asyncio.Task[Any]] = set()
        self._cutting: asyncio.Task[None] | None = None

    async def download_request(self, request: Request) -> Response:
        """Sends it in its turn. Raises ``AddressRefused`` where the address is not allowed, ``HostAsksToWait`` where the host is
        left alone, and ``IgnoreRequest`` where the crawl is stopped meanwhile: then the connection is cut."""
        reason = check_url(request.url)
        if reason:
            raise AddressRefused(f"{request.url}: {reason}")
        if self._cutting is None:
            self._cutting = asyncio.ensure_future(self._cut_when_stopped())
        task = asyncio.current_task()
        assert task is not None
        self._sending.add(task)
        try:
            return await self._in_turn(request)
        except asyncio.CancelledError as error:
            raise IgnoreRequest("stopped") from error
        finally:
            self._sending.discard(task)

    async def close(self) -> None:
        """Scrapy's end of the crawl."""
        if self._cutting is not None:
            self._cutting.cancel()
        await super().close()

    async def _cut_when_stopped(self) -> None:
        await self._crawler.spider.stopped.wait()  # type: ignore[union-attr]
        for task in list(self._sending):
            task.cancel()

    async def _in_turn(self, request: Request) -> Response:
        host = host_of(request.url)
        hosts: HostBook = self._crawler.spider.hosts  # type: ignore[union-attr]
        try:
            async with hosts.turn(host, self._urgency(request)):
                return await self._send(request, host, hosts)
        except HostClosed as error:
            raise HostAsksToWait(host, error.seconds, error.reason) from error

    def _urgency(self, request: Request) -> Urgency:
        is_page = self._crawler.spider.name == "article" and "is_robots" not in request.meta  # type: ignore[union-attr]
        return Urgency.PAGE if is_page else Urgency.POLL

    async def _send(self, request: Request, host: str, hosts: HostBook) -> Response:
        started, received = hosts.timing.elapsed(), 0
        try:
            response = await self._guarded(request)
            received = len(response.body)
        except (IgnoreRequest, DownloadCancelledError):
            raise  # refused by us, or larger than we take: nothing against the host
        except UNANSWERED as error:
            hosts.failed(host, f"{request.url}: {type(error).__name__}")
            raise
        finally:
            spent = Cost(1, received, hosts.timing.elapsed() - started)
            request.meta[SPENT] = request.meta.get(SPENT, Cost()) + spent
        _note(response, host, hosts)
        return _readable(response)

    async def _guarded(self, request: Request) -> Response:
        lookup = _Lookup(self._guard)
        before = _lookup.set(lookup)
        try:
            return await super().download_request(request)
        except CannotResolveHostError as error:
            if lookup.refused:
                raise AddressRefused(f"{request.url}: {lookup.refused[0]}") from error
            raise
        finally:
            _lookup.reset(before)


def _note(response: Response, host: str, hosts: HostBook) -> None:
    """What an answer says of its host."""
    if response.status != 429 and response.status < 500:
        hosts.answered(host)
        return
    asked = None
    if response.status in (429, 503):
        value = response.headers.get("Retry-After") or b""
        asked = retry_after(
            Page(response.url, response.status, b"", {"retry-after": value.decode("latin-1")}), hosts.timing.now()
        )
    hosts.failed(host, f"{response.url} answered {response.status}", asked)


def _readable(response: Response) -> Response:
    """The answer. Raises ``IgnoreRequest`` where it is packed again and again: each layer would cost its own unpacking."""
    layers = b",".join(response.headers.getlist("Content-Encoding")).split(b",")
    if len(layers) > _MOST_LAYERS:
        raise IgnoreRequest(f"it is packed {len(layers)} times")
    return response
