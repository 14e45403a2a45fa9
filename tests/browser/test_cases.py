"""Cases in a browser: a new one in one screen, its moves by their forms, and every state of one on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from domain.case import CaseEventKind
from domain.people import Role
from registry import cases, people
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_console import _all_panels_inside, _sign_in
from tests.console.casework import COMPLAINT, INQUIRY, PRESS_QUESTION, RUMOUR, contact_at, opened
from tests.console.world import NOW, World

Open = Callable[..., Page]
_E = CaseEventKind


def _act(world: World, case_id: int, kind: CaseEventKind, username: str, **details: str) -> None:
    with world.database.transaction() as session:
        cases.act(session, case_id, kind, people.actor(session, username), details, NOW)


def test_a_new_case_shows_what_its_path_needs_and_is_registered(open_page: Open) -> None:
    page = open_page()
    _sign_in(page, "rana")
    page.goto("/cases")
    page.get_by_role("link", name="حالة جديدة").click()
    expect(page.get_by_label("النوع")).to_be_visible()
    expect(page.get_by_label("ينتظر الجواب حتى")).to_be_hidden()

    page.get_by_label("شائعة", exact=True).check()
    expect(page.get_by_label("النوع")).to_be_hidden()
    expect(page.get_by_role("heading", name="مقدّم الحالة")).to_be_hidden()

    page.get_by_label("سؤال صحفي", exact=True).check()
    expect(page.get_by_role("heading", name="الصحفي ووسيلته")).to_be_visible()
    page.get_by_label("ينتظر الجواب حتى").fill("2026-11-21T18:00")
    page.get_by_label(re.compile("العنوان")).fill("سؤال عن خطة التغطية")
    page.get_by_label("نص السؤال").fill("ما نسبة القرى المغطاة؟")
    page.get_by_role("button", name="تسجيل وقبول").click()

    expect(page.get_by_role("status")).to_have_text("سُجّلت الحالة، وهذا رقمها المرجعي.")
    expect(page.locator(".reference")).to_have_text(re.compile(r"MCIT-2026-\d{6}"))
    expect(page.locator(".case-head")).to_contain_text("موعد الصحفي")


def test_the_people_offered_follow_the_chosen_department(open_page: Open, world: World) -> None:
    first, second = (each.code for each in world.profile.departments[:2])
    with world.database.transaction() as session:
        people.add(session, "badr", "بدر من إدارة أخرى", "a-long-test-password", [Role.DEPARTMENT], department=second, now=NOW)
    case_id = opened(world, replace(COMPLAINT, topic="networks/outage"))
    page = open_page()
    _sign_in(page, "sami")
    page.goto(f"/cases/{case_id}")
    form = page.locator("#move-assigned")
    offered = "option[data-fits]:not([disabled])"
    form.locator("[name=department]").select_option(first)
    expect(form.locator(f"[name=assignee] {offered}")).to_have_text(["دانة من الشبكات"])
    form.locator("[name=assignee]").select_option("dana")
    form.locator("[name=department]").select_option(second)
    expect(form.locator(f"[name=assignee] {offered}")).to_have_text(["بدر من إدارة أخرى"])
    expect(form.locator("[name=assignee]")).to_have_value("")
    form.locator("[name=assignee]").select_option("badr")
    form.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text("سُجّلت الخطوة.")
    expect(page.locator(".timeline")).to_contain_text("بدر من إدارة أخرى")


def test_a_file_is_attached_and_downloaded(open_page: Open, world: World) -> None:
    case_id = opened(world)
    page = open_page()
    _sign_in(page, "sami")
    page.goto(f"/cases/{case_id}")
    page.get_by_text("إرفاق ملف", exact=True).first.click()
    page.locator("#move-attached input[type=file]").set_input_files(
        {"name": "فاتورة.txt", "mimeType": "text/plain", "buffer": "الفاتورة".encode()}
    )
    page.locator("#move-attached").get_by_role("button", name="إرفاق ملف").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="فاتورة.txt").click()
    assert waiting.value.suggested_filename == "فاتورة.txt"


def _states(world: World) -> list[int]:
    """A case in each state that looks different."""
    department, body = world.profile.departments[0].code, world.profile.bodies[0].code
    ids = [opened(world, given) for given in (INQUIRY, RUMOUR, PRESS_QUESTION)]
    outside, waiting, again, merged = (opened(world) for _ in range(4))
    contact = contact_at(world, body)
    _act(world, outside, _E.PASSED_TO_THIRD_PARTY, "sami", body=body, contact=contact, message="نرجو الحل")
    _act(world, waiting, _E.ASSIGNED, "sami", department=department, assignee="dana")
    _act(world, waiting, _E.WAITING_BEGAN, "sami", reason="بانتظار الفاتورة")
    _act(world, again, _E.REJECTED, "sami", reason="ليست لنا")
    _act(world, again, _E.REOPENED, "sami", reason="هي لنا")
    with world.database.transaction() as session:
        cases.merge(session, merged, ids[0], people.actor(session, "sami"), NOW, "واحدة")
    return [*ids, outside, waiting, again, merged]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_state_of_a_case_fits_its_screen_with_all_its_forms_open(
    open_page: Open, world: World, viewport: dict[str, int]
) -> None:
    page = open_page(viewport=viewport)
    _sign_in(page, "sami")
    for address in ["/cases/new", "/cases?show=all", *(f"/cases/{each}" for each in _states(world))]:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, address
        _all_panels_inside(page, address)


def test_what_was_typed_comes_back_where_the_step_was_refused(open_page: Open, world: World) -> None:
    case_id = opened(world, COMPLAINT)
    page = open_page()
    _sign_in(page, "sami")
    page.goto(f"/cases/{case_id}")
    form = page.locator("form:has(input[value=note_added])")
    page.get_by_text("إضافة ملاحظة", exact=True).first.click()
    form.locator("textarea").fill("اتصلت بالقرية، والبرج متوقف")
    _act(world, case_id, _E.CLASSIFIED, "sami", importance="high")
    form.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("link", name="عودة").click()
    expect(form.locator("textarea")).to_have_value("اتصلت بالقرية، والبرج متوقف")
    expect(form.locator("textarea")).to_be_visible()
    form.get_by_role("button").click()
    expect(page.get_by_role("status").first).to_be_visible()
    page.goto(f"/cases/{case_id}")
    expect(form.locator("textarea")).to_have_value("")
