"""Scrapy inside the service's own asyncio loop: Twisted's asyncio reactor, installed over the loop that runs."""

from __future__ import annotations

import asyncio
import sys


def install() -> None:
    """Make Twisted run in the running loop. To be called inside it before the first crawl; calling it again does nothing.

    A process that runs one loop after another (the command line's tests) gets a new reactor for each: Twisted's own rule of one
    reactor for a process's life holds for code that keeps a reference to it, and neither Scrapy nor Rasd does.
    """
    loop = asyncio.get_running_loop()
    installed = sys.modules.get("twisted.internet.reactor")
    if installed is not None:
        if getattr(installed, "_asyncioEventloop", None) is loop:
            return
        del sys.modules["twisted.internet.reactor"]
    from twisted.internet import asyncioreactor

    from crawlers.fetching.download import GuardedResolver

    asyncioreactor.install(loop)  # type: ignore[no-untyped-call]
    from twisted.internet import reactor

    reactor.installNameResolver(GuardedResolver())
    reactor.startRunning(installSignalHandlers=False)
