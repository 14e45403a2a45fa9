"""Pages that scripts build, rendered by a real Chromium that can reach nothing but what the guard allows."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from crawlers.fetching.browser import Browser
from crawlers.gather import Gatherer
from crawlers.pages import Page, Trouble
from domain.mention import Access
from domain.source import CrawlSettings, Fetched
from tests.crawlers.world import OPEN, entry, fetch
from tests.fakes.newspaper import Answer, Newspaper

TEXT = [f"هذه الفقرة رقم {number} من خبر كتبه برنامج الصفحة، وفيها كلام كثير عن تأخر صرف المستحقات." for number in range(8)]
SHELL = Answer(
    b"<html lang='ar'><head><meta charset='utf-8'><title>t</title></head><body><div id='root'></div>"
    b"<img src='/p.jpg'><script src='/app.js'></script></body></html>"
)


def app(before: str = "") -> Answer:
    lines = "".join(f"<p>{text}</p>" for text in TEXT)
    script = f'{before}document.getElementById("root").innerHTML = "<article><h1>تأخر صرف المستحقات</h1>{lines}</article>";'
    return Answer(script.encode(), content_type="text/javascript; charset=utf-8")


@pytest.fixture
def settings() -> CrawlSettings:
    chromium = shutil.which("chromium")
    assert chromium, "the tests need the system's Chromium"
    return replace(OPEN, timeout=30.0, render=True, browser=chromium)


async def test_a_shell_is_rendered_and_read(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages = {"/n/1": SHELL, "/app.js": app()}
    async with Gatherer(settings) as gatherer:
        (result,) = await fetch(gatherer, [entry(paper.url("/n/1"))])
    assert isinstance(result, Fetched)
    (mention,) = result.mentions
    assert (mention.access, mention.text.split("\n")) == (Access.FULL, TEXT)
    assert paper.count("/p.jpg") == 0


async def test_without_the_setting_nothing_is_rendered(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages = {"/n/1": SHELL, "/app.js": app()}
    async with Gatherer(replace(settings, render=False)) as gatherer:
        (result,) = await fetch(gatherer, [entry(paper.url("/n/1"), hint_title="تأخر الصرف")])
    assert isinstance(result, Fetched)
    assert result.mentions[0].access is Access.SCRIPT_BUILT
    assert paper.count("/app.js") == 0


async def test_a_page_s_scripts_reach_no_closed_address(paper: Newspaper, settings: CrawlSettings) -> None:
    """The newspaper's machine is open and asks, by number and by a redirect, for one that is closed: nothing else is lost."""
    away = f"http://127.0.0.2:{paper.host.rpartition(':')[2]}/secret"
    asks = f"fetch('{away}');fetch('/away');"
    paper.pages = {"/n/1": SHELL, "/app.js": app(asks), "/away": Answer(b"", 302, headers={"Location": away})}
    browser = Browser(replace(settings, allow_networks=("127.0.0.1/32",)))
    try:
        shown = await browser.render(paper.url("/n/1"))
        refused = await browser.render(away)
    finally:
        await browser.close()
    assert isinstance(shown, Page)
    assert TEXT[7] in shown.body.decode()
    assert isinstance(refused, Trouble)
    assert "loopback" in refused.reason
    assert refused.final


async def test_what_is_no_web_address_is_never_opened(settings: CrawlSettings) -> None:
    browser = Browser(settings)
    refused = await browser.render("file:///etc/passwd")
    await browser.close()
    assert isinstance(refused, Trouble)
    assert refused.final


async def test_a_page_that_never_ends_is_left_in_time(paper: Newspaper, settings: CrawlSettings) -> None:
    paper.pages = {"/n/1": Answer(b"<html><body>" + b" " * 2000, hang_after=100)}
    browser = Browser(replace(settings, timeout=3.0))
    try:
        trouble = await browser.render(paper.url("/n/1"))
    finally:
        await browser.close()
    assert isinstance(trouble, Trouble)
    assert "within 3 s" in trouble.reason
