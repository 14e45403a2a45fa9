"""The directories and the day in a browser: everything fits a phone and a desk, contacts are counted from the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from domain.improvement import ImprovementStatus
from domain.journey import Journey, usual_stages
from domain.liaison import tidy
from registry import calendars, contacts, crisis, handover, improvements, people
from registry.directories import journeys, liaison
from registry.improvements import Recommendation
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_console import _all_panels_inside, _sign_in
from tests.console.world import NOW, World

Open = Callable[..., Page]
LONG = "شرح-طويل-بلا-فراغ-" * 12


@pytest.fixture
def filled(world: World) -> World:
    """A directory entry, a journey, a recommendation, a special day, a handover, and crisis mode."""
    with world.database.transaction() as session:
        sami, majed = (people.actor(session, name) for name in ("sami", "majed"))
        contact = tidy("cst", f"هند {LONG}"[:150], "ضابط اتصال", f"{'h' * 60}@{'c' * 60}.example", "+966 11 555 0100")
        liaison.add(session, world.profile, contact, sami, NOW)
        journey = Journey("porting", "نقل الرقم", "", "billing/contracts", "وكالة تنظيم القطاع", usual_stages())
        journeys.add(session, world.profile, journey, majed, NOW)
        one = improvements.add(
            session, world.profile, Recommendation(LONG, LONG, journey="porting", stage=3, case_id=1), sami, NOW
        )
        improvements.decide(session, one, ImprovementStatus.ACCEPTED, LONG, majed, NOW)
        calendars.set_special_day(session, date(2026, 11, 25), "تعليق الدوام للأمطار الغزيرة", majed, NOW)
        handover.give(session, sami, LONG, NOW)
        crisis.on(session, majed, LONG, ["rana"], "انقطاع عام", NOW)
    return world


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "dark"), (DESK, "light")], ids=["phone", "desk"])
def test_every_page_reads_right_to_left_and_fits_its_screen(
    open_page: Open, filled: World, viewport: dict[str, int], scheme: str
) -> None:
    for username, addresses in (
        ("majed", ["/departments", "/departments/networks", "/people", "/people/dana", "/liaison", "/liaison/1", "/journeys",
                   "/journeys/porting", "/improvements", "/improvements/1", "/calendar", "/contacts/figures", "/handover",
                   "/handover/1", "/crisis", "/audit"]),
        ("admin", ["/people", "/people/rana"]),
        ("sami", ["/contacts?channel=phone"]),
    ):  # fmt: skip
        page = open_page(viewport=viewport, color_scheme=scheme)
        _sign_in(page, username)
        for address in addresses:
            page.goto(address)
            page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
            assert page.evaluate("document.dir") == "rtl", address
            too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert too_wide <= 0, address
            _all_panels_inside(page, address)


def test_the_menu_opens_on_a_phone_by_touch_and_by_keyboard(open_page: Open) -> None:
    page = open_page(viewport=PHONE)
    _sign_in(page, "sami")
    link = page.locator(".menu").get_by_role("link", name="سجل التحسين")
    expect(link).to_be_hidden()
    page.locator(".menu-label").click()
    expect(link).to_be_visible()
    page.locator(".menu-label").click()
    expect(link).to_be_hidden()
    page.locator("#menu-open").focus()
    page.keyboard.press("Space")
    link.click()
    expect(page.get_by_role("heading", name="سجل التحسين")).to_be_visible()
    expect(page.locator(".menu-label strong")).to_have_text("سجل التحسين")


def test_contacts_are_counted_from_the_keyboard(open_page: Open, world: World) -> None:
    page = open_page()
    _sign_in(page, "sami")
    page.goto("/contacts")
    page.keyboard.press("7")
    expect(page).to_have_url(re.compile("channel=visit"))
    expect(page.locator("button[name=what]").first).to_be_focused()
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft", "ArrowRight", "ArrowLeft", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("status")).to_have_text("سُجّل الاتصال.")
    expect(page.locator('button[value="complaint:networks/data-speed"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="تراجع")).to_have_count(2)
    page.get_by_role("button", name="تراجع").first.click()
    expect(page.get_by_role("status")).to_have_text("تُراجع عن الاتصال.")
    with world.database.reading() as session:
        assert contacts.list_contacts(session).total == 1


def test_crisis_mode_is_not_turned_by_accident(open_page: Open, world: World) -> None:
    page = open_page()
    _sign_in(page, "majed")
    page.goto("/crisis")
    page.get_by_label("السطر الذي يقال للجميع").fill("نتابع الانقطاع")
    page.get_by_label("السبب").fill("انقطاع عام")
    page.get_by_role("button", name="أعلن وضع الأزمة").click()
    with world.database.reading() as session:
        assert not crisis.state(session).active, "the box is not ticked: the browser does not send the form"
    page.get_by_label(re.compile("أؤكد")).check()
    page.get_by_role("button", name="أعلن وضع الأزمة").click()
    expect(page.locator(".crisis-strip")).to_contain_text("نتابع الانقطاع")


@pytest.mark.parametrize("place", ["people", "journeys", "improvements", "liaison", "outlets"])
def test_what_is_wrong_with_a_new_entry_is_in_sight(open_page: Open, filled: World, place: str) -> None:
    page = open_page(viewport=PHONE)
    _sign_in(page, "admin" if place in ("people", "outlets", "liaison") else "majed")
    page.goto(f"/{place}")
    adding = page.locator("#add")
    adding.locator("summary").first.click()
    adding.locator("form").evaluate("form => { form.noValidate = true; }")
    adding.get_by_role("button").last.click()
    expect(adding.locator(".wrong").first).to_be_visible()
    expect(adding.locator("summary").first).to_be_in_viewport()
