"""A real browser before a real server: the system's Chromium, and uvicorn on loopback."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from console.app import create_app
from console.settings import ConsoleSettings, DemoAccount
from tests.console.conftest import _made, world
from tests.console.world import NOW, PASSWORD, World

__all__ = ["_made", "world"]

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 860}
_REFUSED = ("status of 422", "status of 409")
"""What the browser says of a form that comes back for correction, and of a step that somebody else was faster with."""


class RunningServer(uvicorn.Server):
    """A server in a thread, ready when ``begin`` returns."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker for all of them: they share a browser, whose event loop must be gone before other tests start theirs."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium. Without it the tests fail: a page that nobody looked at is not tested."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        pytest.fail("there is no Chromium on this machine; install it (Debian: apt-get install chromium) and run again")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """Where the console is served for this test."""
    accounts = (DemoAccount("rana", PASSWORD, role="مراجعة إعلامية"), DemoAccount("sami", PASSWORD, role="أخصائي شكاوى"))
    settings = ConsoleSettings(secret_key="k" * 40, demo=True, demo_accounts=accounts, refresh_seconds=1)
    app = create_app(world.database, world.profile, settings, clock=lambda: NOW)
    server = RunningServer(uvicorn.Config(app, log_level="warning"))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        assert server.ready.wait(30)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)


def _is_complaint(said: ConsoleMessage) -> bool:
    return said.type == "error" and not any(refused in said.text for refused in _REFUSED)


@pytest.fixture
def open_page(chromium: Browser, address: str, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens a page in a fresh profile of the browser; whatever the page complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(**options: object) -> Page:
        context = chromium.new_context(base_url=address, locale="ar", **{"viewport": DESK, **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if _is_complaint(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda sent: complaints.append(sent.url) if not sent.url.startswith((address, "data:")) else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
