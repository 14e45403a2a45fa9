"""Connections that end an answer whose head never ends: Scrapy bounds the body alone."""

from __future__ import annotations

from typing import Any, Final

from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientFactory, _LenientHTTP11ClientProtocol
from twisted.web._newclient import BODY

MAX_HEAD: Final = 256 * 1024
"""Bytes of status line and headers that are read at most; servers themselves stop at 8 to 64 KiB."""


class BoundedProtocol(_LenientHTTP11ClientProtocol):
    """Counts what comes before the body, and cuts the connection beyond ``MAX_HEAD``."""

    _head = 0

    def request(self, request: Any) -> Any:
        """Sends one request: the count begins anew."""
        self._head = 0
        return super().request(request)

    def dataReceived(self, bytes: bytes) -> None:  # noqa: N802 - Twisted's name
        """Something arrives."""
        if self._parser is not None and self._parser.state != BODY:
            self._head += len(bytes)
        super().dataReceived(bytes)  # type: ignore[no-untyped-call]
        if self._head > MAX_HEAD and self._parser is not None and self._parser.state != BODY:
            connection: Any = self.transport
            connection.abortConnection()


class BoundedFactory(_LenientHTTP11ClientFactory):
    """Builds ``BoundedProtocol``."""

    def buildProtocol(self, addr: Any) -> BoundedProtocol:  # noqa: N802, ARG002 - Twisted's name
        """One connection."""
        return BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
