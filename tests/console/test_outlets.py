"""The outlets directory in the console and over the API: who may see and change it, and what is said where it cannot stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.case import CaseEventKind
from domain.outlet import AnswerChannel, EditorialContact, Outlet, Tier
from notify import answers
from registry import cases, outlets, people
from tests.console.conftest import Browser
from tests.console.world import NOW, STAFF, World

SignIn = Callable[[str], Browser]
SEE = {"rana", "sami", "amal", "majed", "adel", "admin"}
EDIT = {"amal", "admin"}
FIELDS = {
    "name_ar": "صحيفة آفاق",
    "name_en": "Afaq",
    "medium": "newspaper",
    "tier": "national",
    "country": "SA",
    "language": "ar",
    "home_url": "https://afaq.example",
    "handle": "@afaq_news",
    "editor_email": "desk@afaq.example",
    "answer_channel": "email",
    "reach": "4",
    "source": "بطاقة الصحيفة",
}


def _get(world: World, outlet_id: str = "afaq") -> Outlet:
    with world.database.reading() as session:
        return outlets.get(session, outlet_id)


@pytest.mark.parametrize("username", STAFF)
def test_the_team_sees_the_directory_and_its_keepers_change_it(as_: SignIn, world: World, username: str) -> None:
    browser = as_(username)
    pages = [browser.get("/outlets"), browser.get("/outlets/afaq"), browser.get("/api/v1/outlets")]
    assert {page.status_code for page in pages} == {200 if username in SEE else 403}
    assert ('href="/outlets"' in browser.look("/overview")) == (username in SEE)
    assert ("/outlets/afaq/edit" in pages[1].text) == (username in EDIT)
    token = browser.token("/overview")
    for address in ("", "/afaq/edit", "/afaq/verify", "/afaq/unverify", "/afaq/contacts/add", "/afaq/contacts/remove"):
        if username not in EDIT:
            assert browser.post(f"/outlets{address}", data={"csrf": token}).status_code == 403, address
        assert browser.post(f"/outlets{address}", data={}).status_code == 403, address
    if username not in EDIT:
        assert browser.patch("/api/v1/outlets/afaq", json={}, headers={"X-CSRF-Token": token}).status_code == 403
    assert _get(world) == Outlet(
        "afaq", "صحيفة آفاق", reach=4, editor_email="desk@afaq.example", answer_channel=AnswerChannel.EMAIL
    )


def test_a_stranger_is_asked_to_sign_in(stranger: Browser) -> None:
    assert "/signin" in str(stranger.get("/outlets").url)
    assert stranger.get("/api/v1/outlets/afaq").status_code == 401


def test_the_list_counts_searches_and_narrows(as_: SignIn, world: World) -> None:
    with world.database.transaction() as session:
        outlets.change(session, "wadi", {"name_en": "Wadi News", "tier": Tier.LOCAL, "editor_email": ""}, by="", now=NOW)
        outlets.save(session, replace(outlets.get(session, "wadi"), country="INT"))
    browser = as_("rana")
    page = browser.look("/outlets")
    assert page.index("منصة إكس") < page.index("صحيفة آفاق"), "the most mentions come first"
    for query in ("q=وادي", "q=WADI news", "tier=local", "show=incomplete", "country=int"):
        found = browser.look(f"/outlets?{query}")
        assert "أخبار الوادي" in found, query
        assert "صحيفة آفاق" not in found, query
    assert "وبريد التحرير غير معروف" in page
    assert "لا وسيلة بهذه الصفات" in browser.look("/outlets?q=لا أحد")
    assert "لا وسيلة بهذه الصفات" in browser.look("/outlets?show=verified")
    assert "أخبار الوادي" in browser.look("/outlets?medium=nonsense&tier=7&start=x")


def test_an_entry_is_changed_and_confirmed(as_: SignIn, world: World) -> None:
    browser = as_("amal")
    done = browser.fill("/outlets/afaq", "/outlets/afaq/edit", **FIELDS, confirmed="yes")
    assert "حُفظت بيانات الوسيلة." in done.text
    assert "أكّدها <bdi>أمل المعتمدة</bdi>" in done.text
    after = _get(world)
    assert (after.tier, after.handle, after.home_url, after.verified_by) == (
        Tier.NATIONAL, "afaq_news", "https://afaq.example/", "amal",
    )  # fmt: skip
    again = browser.fill("/outlets/afaq", "/outlets/afaq/edit", **{**FIELDS, "reach": "", "tier": ""})
    assert "لم يؤكد أحد هذه البيانات بعد." in again.text
    assert (_get(world).reach, _get(world).tier, _get(world).verified) == (None, None, False)


def test_what_cannot_stand_comes_back_with_the_remedy_beside_it(as_: SignIn, world: World) -> None:
    before = _get(world)
    wrong = {**FIELDS, "name_ar": "Afaq", "country": "ZZ", "home_url": "ftp://afaq.example/", "editor_email": "<script>"}
    page = as_("amal").fill("/outlets/afaq", "/outlets/afaq/edit", **wrong)
    assert page.status_code == 422
    for remedy in ("اكتب الاسم بحروف عربية", "اكتب رمز البلد بحرفين", "اكتب عنوان الصفحة الرئيسية هكذا", "اكتب البريد هكذا"):
        assert remedy in page.text
    assert 'value="ftp://afaq.example/"' in page.text, "what was typed is kept"
    assert "<script>" not in page.text.partition("<main")[2]
    assert as_("amal").fill("/outlets/afaq", "/outlets/afaq/edit", **{**FIELDS, "medium": "blog"}).status_code == 422
    assert _get(world) == before


def test_two_people_who_edit_at_a_time_are_told(as_: SignIn, world: World) -> None:
    browser = as_("amal")
    page = browser.look("/outlets/afaq")
    expected = page.partition('name="expected" value="')[2].partition('"')[0]
    browser.fill("/outlets/afaq", "/outlets/afaq/edit", **FIELDS, expected=expected)
    answer = browser.fill("/outlets/afaq", "/outlets/afaq/edit", **{**FIELDS, "reach": "1"}, expected=expected)
    assert answer.status_code == 409
    assert browser.fill("/outlets/afaq", "/outlets/afaq/verify", expected=expected).status_code == 409
    assert (_get(world).reach, _get(world).verified) == (4, False)


def test_an_entry_is_verified_under_the_persons_name_and_doubted(as_: SignIn, world: World) -> None:
    browser = as_("admin")
    page = browser.fill("/outlets/afaq", "/outlets/afaq/verify")
    assert "سُجّل تأكيد البيانات باسمك." in page.text
    assert "أكّدها <bdi>مشرف النظام</bdi>" in page.text
    assert (_get(world).verified_by, _get(world).verified_at) == ("admin", NOW)
    assert "غير مؤكدة" in browser.fill("/outlets/afaq", "/outlets/afaq/unverify").text


def test_contacts_are_added_and_removed(as_: SignIn, world: World) -> None:
    browser = as_("amal")
    desk = {"role": "المحليات", "name": "هند", "email": "Hind@Afaq.example", "phone": "٠١١ ٥٥٥ ٠١٠٠"}
    page = browser.fill("/outlets/afaq", "/outlets/afaq/contacts/add", **desk)
    assert "أُضيفت جهة الاتصال." in page.text
    assert _get(world).contacts == (EditorialContact("المحليات", "هند", "Hind@afaq.example", "011 555 0100"),)
    for wrong, remedy in (
        ({"email": "hind"}, "اكتب البريد هكذا"),
        ({"phone": "الرقم"}, "اكتب الرقم هكذا"),
        ({"role": ""}, "خاليًا"),
    ):
        refused = browser.fill("/outlets/afaq", "/outlets/afaq/contacts/add", **{**desk, **wrong})
        assert refused.status_code == 422
        assert remedy in refused.text
        assert 'value="هند"' in refused.text
    assert "011 555 0100" in as_("rana").look("/outlets/afaq")
    page = browser.fill("/outlets/afaq", "/outlets/afaq/contacts/remove", **desk)
    assert "حُذفت جهة الاتصال." in page.text
    assert _get(world).contacts == ()


def test_an_outlet_is_added(as_: SignIn, world: World) -> None:
    browser = as_("amal")
    given = {"id": "sahel", "name_ar": "صحيفة الساحل", "home_url": "https://sahel.example", "country": "sa", "language": "ar"}
    refused = browser.fill("/outlets", "/outlets", **{**given, "name_ar": "Sahel"})
    assert refused.status_code == 422
    assert "اكتب الاسم بحروف عربية" in refused.text
    assert 'value="https://sahel.example"' in refused.text
    assert "أُضيفت الوسيلة إلى الدليل." in browser.fill("/outlets", "/outlets", **given).text
    assert _get(world, "sahel") == Outlet("sahel", "صحيفة الساحل", home_url="https://sahel.example/")
    assert browser.fill("/outlets", "/outlets", **given).status_code == 409


def test_an_outlet_whose_id_is_no_plain_word_has_its_page(as_: SignIn, world: World) -> None:
    odd = "إذاعة/الصباح #1?"
    with world.database.transaction() as session:
        outlets.save(session, Outlet(odd, "إذاعة الصباح"))
    browser = as_("amal")
    page = browser.look("/outlets?q=الصباح")
    address = page.partition('<td data-name="الوسيلة"><span><a href="')[2].partition('"')[0]
    assert "إذاعة الصباح" in browser.look(address)
    browser.fill(address, f"{address}/verify")
    assert _get(world, odd).verified


def test_the_page_shows_its_sources_and_the_answers_that_it_was_given(as_: SignIn, world: World) -> None:
    browser = as_("sami")
    assert "لم يُكتب لها رد بعد." in browser.look("/outlets/wadi")
    page = browser.look("/outlets/wadi")
    assert "the server answered 500; wait, or ask the outlet" in page
    assert "متعثر" in page
    with world.database.transaction() as session:
        sami = people.actor(session, "sami")
        case_id = cases.list_cases(session).items[0].id
        steps = (
            (CaseEventKind.ACCEPTED, {}),
            (CaseEventKind.ASSIGNED, {"department": world.profile.departments[0].code}),
            (CaseEventKind.SOLVED, {"resolution": "أعيدت الخدمة إلى الحي كله"}),
        )
        for kind, details in steps:
            cases.act(session, case_id, kind, sami, details, NOW)
        answers.draft(session, world.profile, case_id, sami, NOW, mention_id=world.mentions["again"])
    assert f'href="/cases/{case_id}#answer"' in browser.look("/outlets/wadi")
    assert "/cases/" not in as_("admin").look("/outlets/wadi"), "an admin sees no cases"
    assert "لم يُكتب لها رد بعد." in browser.look("/outlets/afaq")


def test_what_is_not_there_is_a_404(as_: SignIn) -> None:
    browser = as_("amal")
    assert browser.get("/outlets/nobody").status_code == 404
    assert browser.get("/api/v1/outlets/nobody").json()["error"]["code"] == "not_found"
    assert browser.fill("/outlets", "/outlets/nobody/verify").status_code == 404


# ------------------------------------------------------------------------------------------------------------------- API


def test_the_api_lists_and_shows(as_: SignIn) -> None:
    browser = as_("majed")
    listed = browser.get("/api/v1/outlets", params={"q": "آفاق"}).json()
    assert [each["id"] for each in listed["items"]] == ["afaq"]
    assert (listed["total"], listed["next"], listed["items"][0]["mentions_30_days"]) == (1, None, 1)
    shown = browser.get("/api/v1/outlets/afaq").json()
    assert (shown["name_ar"], shown["reach"], shown["tier"], shown["gaps"]) == ("صحيفة آفاق", 4, None, [])


def test_the_api_changes_what_is_named_alone(as_: SignIn, world: World) -> None:
    browser = as_("amal")
    headers = {"X-CSRF-Token": browser.token("/outlets")}
    before = browser.get("/api/v1/outlets/afaq").json()
    given = {
        "tier": "national",
        "reach": None,
        "verified": True,
        "contacts": [{"role": "التحرير", "phone": "920001234"}],
        "expected": before["fingerprint"],
    }
    answer = browser.patch("/api/v1/outlets/afaq", json=given, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["verified_at"] == NOW.isoformat()
    assert _get(world) == replace(
        Outlet("afaq", "صحيفة آفاق", editor_email="desk@afaq.example", answer_channel=AnswerChannel.EMAIL),
        tier=Tier.NATIONAL,
        contacts=(EditorialContact("التحرير", phone="920001234"),),
        verified=True,
        verified_by="amal",
        verified_at=NOW,
    )
    stale = browser.patch("/api/v1/outlets/afaq", json=given, headers=headers)
    assert stale.json()["error"]["code"] == "conflict"


@pytest.mark.parametrize(
    "given",
    [
        {"country": "ZZ"},
        {"country": None},
        {"tier": "huge"},
        {"owner": "x"},
        {"home_url": "http://afaq.example/"},
        {"contacts": [{"role": "", "phone": "920001234"}]},
        {"reach": 9},
    ],
)
def test_the_api_refuses_what_cannot_stand(as_: SignIn, world: World, given: dict[str, object]) -> None:
    browser, before = as_("amal"), _get(world)
    headers = {"X-CSRF-Token": browser.token("/outlets")}
    answer = browser.patch("/api/v1/outlets/afaq", json=given, headers=headers)
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["what"]
    assert _get(world) == before
    assert browser.patch("/api/v1/outlets/afaq", json={}).status_code == 403
