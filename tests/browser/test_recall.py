"""The sample is answered from the keyboard, and its pages fit a desk and a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from domain.mention import Channel, Mention
from domain.recall import Sampling
from domain.source import Discovery, SourceState
from registry import inbox, recall, recall_figures
from registry.recall_week import Week
from tests.browser.conftest import DESK, PHONE
from tests.console.world import NOW, SECRET, World

Open = Callable[..., Page]
LAST_WEEK = NOW - timedelta(days=7)


@pytest.fixture
def sampled(world: World) -> World:
    """Last week three pages matched nothing."""
    pages = tuple(_page(number) for number in range(3))
    with world.database.transaction() as session:
        inbox.store_discovery(
            session, Discovery("afaq", SourceState(), mentions=pages), {}, LAST_WEEK, SECRET, sampling=Sampling()
        )
        recall.draw_unflagged(session, Week("2026-W46", world.profile.threshold), NOW, SECRET, Sampling())
    return world


def _page(number: int) -> Mention:
    url = f"https://afaq.example/a/long/address/of/a/page/that/must/not/push/anything/aside/{number}"
    said = f"الصفحة {number}. " + "يقول أهل القرية إن الشبكة ضعيفة، وقد كتبوا إلى الشركة مرات. " * 12
    return Mention(url, Channel.PRESS, "afaq", "afaq", url, f"قرية بلا شبكة {number}", said, LAST_WEEK)


def _sign_in(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name=re.compile("مراجعة إعلامية")).click()
    expect(page.get_by_role("heading", name="المراجعة")).to_be_visible()


def test_a_reviewer_answers_from_the_keyboard(open_page: Open, sampled: World) -> None:
    page = open_page()
    _sign_in(page)
    page.goto("/recall")
    page.keyboard.press("2")
    expect(page.get_by_role("status")).to_have_text("سُجّلت إجابتك.")
    page.keyboard.press("3")
    expect(page.locator(".page-head")).to_contain_text("بقي منها 1")
    page.keyboard.press("1")
    expect(page.get_by_role("button", name="إدخالها في الرصد")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_text("لا مواد تنتظر إجابتك")).to_be_visible()
    with sampled.database.reading() as session:
        left = recall_figures.of_week(session, "2026-W46")[0].left
    assert (left.answered, left.missed, left.unsure) == (2, 1, 1)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_its_pages_fit_their_screen(open_page: Open, sampled: World, viewport: dict[str, int]) -> None:
    page = open_page(viewport=viewport)
    _sign_in(page)
    page.goto("/recall")
    page.get_by_role("button", name=re.compile("كان يجب")).click()
    for address in ("/recall", page.url, "/recall/figures", "/recall/figures?week=together"):
        page.goto(address)
        assert page.evaluate("document.dir") == "rtl"
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, address
