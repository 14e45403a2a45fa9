"""The console in a browser: from the sign-in page to a case, by mouse and by keyboard, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from registry import cases, people
from tests.browser.conftest import DESK, PHONE
from tests.console.world import NOW, PASSWORD, World

Open = Callable[..., Page]


def _sign_in(page: Page, username: str) -> None:
    page.goto("/signin")
    page.get_by_label("اسم المستخدم").fill(username)
    page.get_by_label("كلمة المرور").fill(PASSWORD)
    page.get_by_role("button", name="دخول", exact=True).click()
    expect(page.get_by_role("button", name="خروج")).to_be_visible()


def test_a_reviewer_opens_an_item_accepts_it_and_sees_its_case(open_page: Open, world: World) -> None:
    page = open_page()
    page.goto("/")
    page.get_by_role("button", name=re.compile("مراجعة إعلامية")).click()
    expect(page.get_by_role("heading", name="المراجعة")).to_be_visible()

    page.get_by_role("link", name=re.compile("الفواتير")).click()
    expect(page.locator("mark").first).to_be_visible()
    page.get_by_role("button", name="قبول وفتح حالة").click()

    expect(page).to_have_url(re.compile(r"/cases/\d+\?done=accepted$"))
    expect(page.get_by_role("status")).to_have_text("قُبلت المادة.")
    expect(page.locator(".reference")).to_have_text(re.compile(r"MCIT-2026-\d{6}"))
    expect(page.locator(".timeline")).to_contain_text("قُبلت الحالة")


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone", "desk"])
def test_every_page_reads_right_to_left_and_fits_its_screen(
    open_page: Open, world: World, viewport: dict[str, int], scheme: str
) -> None:
    page = open_page(viewport=viewport, color_scheme=scheme)
    _sign_in(page, "sami")
    with world.database.reading() as session:
        case_id = cases.list_cases(session).items[0].id
    addresses = [f"/mentions/{each}" for each in world.mentions.values()]
    addresses += ["/overview", "/review", "/cases", f"/cases/{case_id}", "/deliveries"]
    addresses += ["/sources", "/sources/afaq", "/problems", "/digest"]
    addresses += ["/outlets", "/outlets/afaq"]
    for address in addresses:
        page.goto(address)
        assert page.evaluate("document.dir") == "rtl", address
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, address
        _all_panels_inside(page, address)


def _all_panels_inside(page: Page, address: str) -> None:
    """Nothing is cut off at a side: every panel and chip lies within the screen."""
    outside = page.evaluate(
        """() => [...document.querySelectorAll("main .panel, main .chip, main button, main select, main textarea, main h1")]
            .filter((element) => element.checkVisibility())
            .filter((element) => { const box = element.getBoundingClientRect();
                                   return box.left < -1 || box.right > document.documentElement.clientWidth + 1; })
            .map((element) => element.outerHTML.slice(0, 80))"""
    )
    assert outside == [], address


def test_the_list_is_walked_with_the_keyboard(open_page: Open) -> None:
    page = open_page()
    _sign_in(page, "rana")
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.id")
    page.keyboard.press("j")
    second = page.evaluate("document.activeElement.id")
    assert first != second
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.id") == first
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/mentions/\d+$"))


def test_an_open_list_shows_news_by_itself_and_keeps_the_focus(open_page: Open, world: World) -> None:
    page = open_page()
    _sign_in(page, "rana")
    gone, kept = (page.locator(f"#m{world.mentions[name]}") for name in ("question", "bills"))
    kept.focus()
    with world.database.transaction() as session:
        actor = people.actor(session, "sami")
        cases.reject_mention(session, world.mentions["question"], actor, "ليست شكوى", NOW)
    expect(gone).to_have_count(0)
    expect(kept).to_be_focused()


def test_a_filter_applies_when_it_is_changed(open_page: Open, world: World) -> None:
    page = open_page()
    _sign_in(page, "rana")
    page.get_by_label("النوع").select_option("inquiry")
    expect(page).to_have_url(re.compile("kind=inquiry"))
    expect(page.locator(".rows .row")).to_have_count(1)


def test_a_text_with_markup_is_shown_as_text(open_page: Open, world: World) -> None:
    page = open_page()
    _sign_in(page, "rana")
    page.goto(f"/mentions/{world.mentions['rumour']}")
    expect(page.locator(".story")).to_contain_text("<script>alert(1)</script>")
    expect(page.locator(".story bdi[dir=ltr]")).to_have_text("https://x.com/a/b")


def test_the_pages_work_without_scripts(open_page: Open, world: World) -> None:
    page = open_page(java_script_enabled=False)
    _sign_in(page, "rana")
    page.goto(f"/mentions/{world.mentions['question']}")
    page.get_by_text("رفض", exact=True).click()
    page.locator("form[action$='/reject']").get_by_label("السبب").fill("سؤال أُجيب عنه")
    page.get_by_role("button", name="رفض المادة").click()
    expect(page.get_by_role("status")).to_have_text("رُفضت المادة.")


def test_signing_out_ends_the_session(open_page: Open) -> None:
    page = open_page()
    _sign_in(page, "rana")
    page.get_by_role("button", name="خروج").click()
    expect(page.get_by_role("button", name="دخول", exact=True)).to_be_visible()
    page.goto("/cases")
    expect(page).to_have_url(re.compile(r"/signin\?next=/cases$"))
