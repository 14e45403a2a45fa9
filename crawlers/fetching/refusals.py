"""Why a request brought no answer: the errors that Rasd ends it with itself, and those of Scrapy's that mean the same."""

from __future__ import annotations

from typing import Final

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

UNANSWERED: Final = (
    *(CannotResolveHostError, DownloadConnectionRefusedError, DownloadFailedError),
    *(DownloadTimeoutError, ResponseDataLossError),
)
"""Scrapy's errors that count against the host."""
NO_ANSWER: Final = (*UNANSWERED, DownloadCancelledError)
"""Scrapy's errors for a request that got no whole answer."""


class AddressRefused(IgnoreRequest):
    """The address is not one that may be fetched; the text says why."""


class HostAsksToWait(IgnoreRequest):
    """The host is left alone for ``seconds`` more: it asked for it, or it keeps failing. Nothing was asked."""

    def __init__(self, host: str, seconds: float, reason: str = "") -> None:
        super().__init__(f"{host} is left alone for {seconds:.0f} s more" + (f" ({reason})" if reason else ""))
        self.seconds = seconds


class RobotsForbid(IgnoreRequest):
    """robots.txt does not allow the address."""


class RobotsUnknown(IgnoreRequest):
    """robots.txt could not be read, so nobody knows what it allows (RFC 9309 2.3.1.4)."""
