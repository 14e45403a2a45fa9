"""Pages as a browser shows them, for those that are nothing without scripts (extra ``browser``: Playwright).

One Chromium is kept for as long as the gatherer lives; each page gets a context of its own, without cookies, downloads or service
workers. Whatever a page asks for goes through ``GuardedProxy``; pictures, sound, fonts and addresses that are not http or https
are not asked for at all.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Any, Final

from crawlers.fetching.addresses_guard import AddressGuard, check_url
from crawlers.fetching.guarded_proxy import GuardedProxy
from crawlers.pages import Page, Trouble
from crawlers.politeness.hosts import HostBook, HostClosed, host_of
from domain.errors import ConfigurationError
from domain.source import Cost, CrawlSettings

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import BrowserContext, Route

_LEFT_OUT: Final = frozenset({"image", "media", "font", "websocket", "manifest", "texttrack", "eventsource", "ping", "other"})
_ARGUMENTS: Final = (
    "--proxy-bypass-list=<-loopback>",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
)
_SETTLED: Final = "() => document.body && document.body.innerText.length > 600"
_SHARE: Final = 0.5
"""Share of the time limit in which the page's text has to come; what is there by then is taken."""
_LATER: Final = "it is tried again by itself"


def require_playwright() -> None:
    """Raises ``ConfigurationError`` where the extra ``browser`` is not installed."""
    if importlib.util.find_spec("playwright") is None:
        raise ConfigurationError("crawl.render is set, but Playwright is not installed", "install rasd[browser], or unset it")


class Browser:
    """Renders one page at a time. Starts with the first page; ``close`` ends it.

    ``hosts`` are the clocks of all hosts: the page's own request waits for its turn like any other.
    """

    def __init__(self, settings: CrawlSettings, hosts: HostBook | None = None) -> None:
        require_playwright()
        self._settings = settings
        self._hosts = hosts or HostBook(settings)
        self._guard = AddressGuard.opening(settings.allow_networks)
        self._turn = asyncio.Lock()
        self._open = AsyncExitStack()
        self._chromium: Chromium | None = None
        self._proxy: GuardedProxy | None = None

    async def render(self, url: str) -> Page | Trouble:
        """The page after its scripts ran, or what was wrong. Within ``CrawlSettings.timeout`` seconds, start included."""
        from playwright.async_api import Error

        reason = check_url(url)
        if reason:
            return Trouble(f"{url[:200]}: {reason}", final=True)
        async with self._turn:
            try:
                async with self._hosts.turn(host_of(url)), asyncio.timeout(self._settings.timeout):
                    return await self._render(url)
            except HostClosed as error:
                return Trouble(str(error), _LATER, retry_after=error.seconds, postponed=True)
            except TimeoutError:
                return Trouble(f"{url} was not rendered within {self._settings.timeout:.0f} s", _LATER)
            except Error as error:
                return self._failed(url, error)

    async def close(self) -> None:
        """End the browser."""
        self._chromium = None
        await self._open.aclose()

    async def _render(self, url: str) -> Page | Trouble:
        chromium = await self._started()
        context = await chromium.new_context(
            user_agent=self._settings.user_agent, locale="ar", service_workers="block", accept_downloads=False
        )
        try:
            return await self._shown(context, url)
        finally:
            await context.close()

    async def _shown(self, context: BrowserContext, url: str) -> Page | Trouble:
        from playwright.async_api import TimeoutError as NotYet

        page = await context.new_page()
        await page.route("**/*", _decide)
        answer = await page.goto(url, wait_until="domcontentloaded")
        if answer is None or answer.status >= 400:
            why = self._refused(url) or f"{url} answered {answer.status if answer else 'nothing'}"
            return Trouble(why, final=bool(self._refused(url)))
        with suppress(NotYet):  # a short article: what is shown by now is taken
            await page.wait_for_function(_SETTLED, timeout=self._settings.timeout * 1000 * _SHARE)
        body = (await page.content()).encode("utf-8", "replace")
        if len(body) > self._settings.max_bytes:
            return Trouble(f"{url} is too large when rendered", "raise crawl.max_bytes", final=True)
        headers = {"content-type": "text/html; charset=utf-8"}
        return Page(page.url, answer.status, body, headers, url, cost=Cost(1, len(body)))

    async def _started(self) -> Chromium:
        if self._chromium is not None and self._chromium.is_connected():
            return self._chromium
        from playwright.async_api import async_playwright

        await self._open.aclose()
        self._proxy = await self._open.enter_async_context(GuardedProxy(self._guard, self._settings.max_bytes))
        playwright = await self._open.enter_async_context(async_playwright())
        self._chromium = await playwright.chromium.launch(
            executable_path=self._settings.browser or None,
            args=list(_ARGUMENTS),
            proxy={"server": self._proxy.address},
            chromium_sandbox=os.geteuid() != 0,
        )
        self._open.push_async_callback(self._chromium.close)
        return self._chromium

    def _failed(self, url: str, error: Any) -> Trouble:
        refused = self._refused(url)
        if refused:
            return Trouble(f"refused: {refused}", "open the network in crawl.allow_networks if that is meant", final=True)
        return Trouble(f"{url} was not rendered ({str(error).splitlines()[0][:200]})", _LATER)

    def _refused(self, url: str) -> str:
        host = host_of(url).rpartition(":")[0] or host_of(url)
        reasons = self._proxy.refused if self._proxy else []
        return next((reason for reason in reversed(reasons) if reason.startswith(f"{host}:")), "")


async def _decide(route: Route) -> None:
    """Each request of a page: what cannot be text is not asked for, nor what is no web address."""
    if route.request.resource_type in _LEFT_OUT or check_url(route.request.url):
        await route.abort()
    else:
        await route.continue_()
