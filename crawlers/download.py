"""Scrapy's own HTTP handler, with the address check where it cannot be evaded: between resolving and connecting."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Coroutine, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, cast

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Response
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawlers.addresses_guard import AddressGuard, check_url


class AddressRefused(IgnoreRequest):
    """The address is not one that may be fetched; the text says why."""


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
    """Scrapy's HTTP/1.1 handler for requests that may go to allowed addresses alone."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._guard = AddressGuard.opening(crawler.settings.getlist("RASD_ALLOW_NETWORKS"))

    async def download_request(self, request: Request) -> Response:
        """Sends it. Raises ``AddressRefused`` where the address is not allowed."""
        reason = check_url(request.url)
        if reason:
            raise AddressRefused(f"{request.url}: {reason}")
        lookup = _Lookup(self._guard)
        before = _lookup.set(lookup)
        try:
            return await self._until_stopped(super().download_request(request))
        except CannotResolveHostError as error:
            if lookup.refused:
                raise AddressRefused(f"{request.url}: {lookup.refused[0]}") from error
            raise
        finally:
            _lookup.reset(before)

    async def _until_stopped(self, sending: Coroutine[Any, Any, Response]) -> Response:
        """The answer, unless the crawl is stopped meanwhile: then the connection is cut."""
        download = asyncio.ensure_future(sending)
        stopped = asyncio.ensure_future(self._crawler.spider.stopped.wait())  # type: ignore[union-attr]
        try:
            await asyncio.wait({download, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not download.done():
                raise IgnoreRequest("stopped")
            return download.result()
        finally:
            stopped.cancel()
            download.cancel()
