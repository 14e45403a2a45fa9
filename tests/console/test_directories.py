"""Departments, people, the liaison directory and journeys in the console: who may see and change them, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.journey import stages_text, usual_stages
from domain.liaison import tidy
from domain.people import Role
from registry import audit, people
from registry.directories import journeys, liaison
from tests.console.conftest import Browser
from tests.console.world import NOW, PASSWORD, STAFF, World

SignIn = Callable[[str], Browser]
ALL = set(STAFF)
SEE = {
    "/departments": ALL,
    "/departments/networks": ALL,
    "/people": {"majed", "adel", "admin"},
    "/people/sami": {"majed", "adel", "admin"},
    "/liaison": ALL,
    "/journeys": ALL,
    "/improvements": ALL - {"admin"},
    "/calendar": ALL,
    "/contacts/figures": ALL - {"admin"},
    "/handover": ALL - {"dana", "admin"},
    "/crisis": ALL - {"dana"},
    "/audit": {"majed", "adel"},
}
CHANGE = {
    "/people": {"admin"},
    "/people/sami/edit": {"admin"},
    "/people/sami/password": {"admin"},
    "/people/sami/disable": {"admin"},
    "/people/sami/enable": {"admin"},
    "/liaison": {"sami", "majed", "admin"},
    "/liaison/1/edit": {"sami", "majed", "admin"},
    "/liaison/1/retire": {"sami", "majed", "admin"},
    "/liaison/1/restore": {"sami", "majed", "admin"},
    "/liaison/import": {"sami", "majed", "admin"},
    "/journeys": {"majed", "admin"},
    "/journeys/porting/edit": {"majed", "admin"},
    "/journeys/porting/retire": {"majed", "admin"},
    "/journeys/porting/restore": {"majed", "admin"},
    "/improvements": {"sami", "dana", "majed"},
    "/improvements/1/edit": {"sami", "dana", "majed"},
    "/improvements/1/implement": {"sami", "dana", "majed"},
    "/improvements/1/decide": {"majed"},
    "/calendar/days": {"majed", "admin"},
    "/calendar/days/remove": {"majed", "admin"},
    "/contacts/1/undo": {"rana", "sami", "dana"},
    "/handover": {"rana", "sami", "amal", "majed"},
    "/handover/99/take": {"rana", "sami", "amal", "majed"},
    "/crisis/on": {"majed"},
    "/crisis/off": {"majed"},
}
MENU = {address for address in SEE if address.count("/") == 1} - {"/people/sami"}


@pytest.mark.parametrize("username", STAFF)
def test_each_role_sees_and_changes_what_is_its_own(as_: SignIn, username: str) -> None:
    browser = as_(username)
    overview = browser.look("/overview")
    for address, allowed in SEE.items():
        assert browser.get(address).status_code == (200 if username in allowed else 403), address
        if address in MENU:
            assert (f'href="{address}"' in overview) == (username in allowed), address
    token = browser.token("/overview")
    for address, allowed in CHANGE.items():
        data = {"csrf": token, "to": "accepted"}
        assert (browser.post(address, data=data).status_code == 403) == (username not in allowed), address
        assert browser.post(address, data={"to": "accepted"}).status_code == 403, f"{address} without a token"


@pytest.mark.parametrize("address", SEE)
def test_a_stranger_is_asked_to_sign_in(stranger: Browser, address: str) -> None:
    assert "/signin" in str(stranger.get(address).url)


def test_the_menu_is_grouped_and_leaves_out_groups_without_a_line(as_: SignIn) -> None:
    headings = re.findall(r"<section><h2>([^<]+)</h2>", as_("dana").look("/overview"))
    assert headings == ["العمل اليومي", "الحالات", "الأدلة"]
    assert "الرصد والجودة" in as_("rana").look("/overview")


# ----------------------------------------------------------------------------------------------------------- departments


def test_departments_stand_under_their_deputyship_with_head_people_and_cases(as_: SignIn, world: World) -> None:
    with world.database.transaction() as session:
        people.set_head(session, "dana", True)
    page = as_("rana").look("/departments")
    assert page.index("وكالة الاتصالات والبنية الرقمية") < page.index("إدارة البنية التحتية والشبكات") < page.index("وكالة تنظيم")
    row = page.partition("إدارة البنية التحتية والشبكات")[2].partition("</tr>")[0]
    assert "دانة من الشبكات" in row
    assert re.findall(r'class="number">(\d+)<', row) == ["1", "1", "0"]


def test_a_departments_page_shows_its_cases_to_those_who_may_see_them(as_: SignIn) -> None:
    title = "سكان حي النرجس"
    assert title in as_("sami").look("/departments/networks")
    assert title in as_("dana").look("/departments/networks")
    assert title not in as_("admin").look("/departments/networks")
    assert "لا حالات مفتوحة" in as_("sami").look("/departments/post")
    assert "/cases/" not in as_("dana").look("/departments/post")
    assert as_("sami").get("/departments/nowhere").status_code == 404


# ---------------------------------------------------------------------------------------------------------------- people

NEW = {
    "username": "Noura.Ali",
    "password": PASSWORD,
    "name": "نورة علي",
    "email": "noura@mcit.example",
    "role": ["department", "specialist"],
    "department": "post",
    "head": "yes",
}


def test_somebody_is_added_and_signs_in(as_: SignIn, stranger: Browser, world: World) -> None:
    page = as_("admin").fill("/people", "/people", **NEW)
    assert "أُضيف الشخص" in page.text
    with world.database.reading() as session:
        view = people.get(session, "noura.ali")
        assert audit.entries(session, subject="person:noura.ali").items[0].actor == "admin"
    assert (view.roles, view.department, view.head) == ({Role.DEPARTMENT, Role.SPECIALIST}, "post", True)
    assert (view.name, view.email) == ("نورة علي", "noura@mcit.example")
    assert stranger.fill("/signin", "/signin", username="noura.ali", password=PASSWORD).url.path == "/review"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"username": "نورة"}, "اكتب حروفًا لاتينية"),
        ({"username": "system"}, "اكتب حروفًا لاتينية"),
        ({"username": "sami"}, "هذا مستعمل"),
        ({"password": "short"}, "10 أحرف على الأقل"),
        ({"name": " "}, "لا يُترك خاليًا"),
        ({"email": "noura"}, "اكتب البريد هكذا"),
        ({"role": []}, "لا يُترك خاليًا"),
        ({"role": ["king"]}, "اختر واحدًا من القائمة"),
        ({"department": ""}, "اختر واحدًا من القائمة"),
        ({"department": "nowhere"}, "اختر واحدًا من القائمة"),
    ],
)
def test_what_cannot_stand_comes_back_and_no_password_with_it(
    as_: SignIn, world: World, given: dict[str, object], said: str
) -> None:
    page = as_("admin").fill("/people", "/people", **{**NEW, **given})
    assert page.status_code == 422
    assert said in page.text
    assert PASSWORD not in page.text
    if "name" not in given:
        assert 'value="نورة علي"' in page.text
    with world.database.reading() as session:
        assert len(people.list(session)) == len(STAFF)


def test_roles_change_at_once(as_: SignIn, world: World) -> None:
    rana = as_("rana")
    assert rana.get("/people").status_code == 403
    changed = {"name": "رنا المراجعة", "email": "", "department": "", "role": ["manager"]}
    assert "حُفظت بياناته" in as_("admin").fill("/people/rana", "/people/rana/edit", **changed).text
    assert rana.get("/people").status_code == 200
    assert rana.get("/quality/teach").status_code == 403
    refused = as_("admin").fill("/people/rana", "/people/rana/edit", **{**changed, "role": ["department"]})
    assert refused.status_code == 422


def test_the_only_admin_stays_one(as_: SignIn, world: World) -> None:
    admin = as_("admin")
    assert admin.fill("/people/admin", "/people/admin/disable").status_code == 403
    less = {"name": "مشرف", "email": "", "department": "", "role": ["manager"]}
    assert admin.fill("/people/admin", "/people/admin/edit", **less).status_code == 403
    with world.database.reading() as session:
        assert people.get(session, "admin").name == "مشرف النظام", "nothing of it is kept"


def test_a_new_password_ends_open_sessions(as_: SignIn, stranger: Browser) -> None:
    rana, admin = as_("rana"), as_("admin")
    assert rana.get("/review", follow_redirects=False).status_code == 200
    assert admin.fill("/people/rana", "/people/rana/password", password="short").status_code == 422
    assert rana.get("/review", follow_redirects=False).status_code == 200
    page = admin.fill("/people/rana", "/people/rana/password", password="another-long-password")
    assert "انتهت جلساته" in page.text
    assert rana.get("/review", follow_redirects=False).status_code == 303
    assert stranger.fill("/signin", "/signin", username="rana", password=PASSWORD).status_code == 401
    assert stranger.fill("/signin", "/signin", username="rana", password="another-long-password").url.path == "/review"
    assert stranger.get("/review", follow_redirects=False).status_code == 200


def test_somebody_who_was_shut_out_and_let_in_signs_in_anew(as_: SignIn, stranger: Browser) -> None:
    rana, admin = as_("rana"), as_("admin")
    assert "موقوف عن الدخول" in admin.fill("/people/rana", "/people/rana/disable").text
    assert stranger.fill("/signin", "/signin", username="rana", password=PASSWORD).status_code == 401
    admin.fill("/people/rana", "/people/rana/enable")
    assert rana.get("/review", follow_redirects=False).status_code == 303, "the old session is over for good"
    assert stranger.fill("/signin", "/signin", username="rana", password=PASSWORD).url.path == "/review"


# --------------------------------------------------------------------------------------------------------------- liaison

HIND = {"body": "cst", "name": "هند العتيبي", "role": "ضابط اتصال", "email": "hind@cst.example", "phone": "", "topics": []}


def _add(world: World) -> int:
    with world.database.transaction() as session:
        contact = tidy("cst", "هند العتيبي", "ضابط اتصال", "hind@cst.example", "", ["billing/bills"])
        return liaison.add(session, world.profile, contact, people.actor(session, "sami"), NOW)


def test_a_liaison_contact_is_added_changed_and_taken_out_of_use(as_: SignIn, world: World) -> None:
    browser = as_("sami")
    page = browser.fill("/liaison", "/liaison", **{**HIND, "topics": ["billing/bills", "billing/contracts"]})
    assert "أُضيف ضابط الاتصال." in page.text
    address = page.url.path
    changed = browser.fill(address, f"{address}/edit", **{**HIND, "phone": "٠١١ ٥٥٥ ٠١٠٠"})
    assert 'value="011 555 0100"' in changed.text
    assert "هند العتيبي" in as_("rana").look("/liaison?q=هند")
    assert "لا أحد بهذه الصفات" in as_("rana").look("/liaison?q=سعد")
    assert "خارج الخدمة" in browser.fill(address, f"{address}/retire").text
    assert "هند العتيبي" not in browser.look("/liaison")
    assert "هند العتيبي" in browser.look("/liaison?show=retired&body=cst")
    assert "أُعيد إلى الخدمة." in browser.fill(address, f"{address}/restore").text


def test_a_contact_that_cannot_stand_comes_back_with_the_remedies(as_: SignIn, world: World) -> None:
    page = as_("sami").fill("/liaison", "/liaison", **{**HIND, "body": "x", "email": "<b>", "topics": ["billing/bills"]})
    assert page.status_code == 422
    for said in ("اختر واحدًا من القائمة", "اكتب البريد هكذا", 'value="هند العتيبي"', 'value="billing/bills" checked'):
        assert said in page.text
    assert "<b>" not in page.text.partition("<main")[2].replace("<b>0", "")
    address = f"/liaison/{_add(world)}"
    assert as_("sami").fill(address, f"{address}/edit", **{**HIND, "email": ""}).status_code == 422
    assert as_("sami").fill("/liaison", "/liaison", **HIND).status_code == 409


def test_two_people_who_edit_a_contact_are_told(as_: SignIn, world: World) -> None:
    address = f"/liaison/{_add(world)}"
    browser = as_("sami")
    expected = browser.look(address).partition('name="expected" value="')[2].partition('"')[0]
    assert browser.fill(address, f"{address}/edit", **{**HIND, "role": "مدير"}, expected=expected).status_code == 200
    assert browser.fill(address, f"{address}/edit", **HIND, expected=expected).status_code == 409


def test_a_list_is_read_in_and_its_bad_lines_are_named(as_: SignIn, world: World) -> None:
    browser = as_("sami")
    text = "الجهة,الاسم,البريد,الهاتف\ncst,هند,hind@cst.example,\nلا أحد,سعد,saad@body.example,\nspl,فهد,,0115550100\n"
    data = {"csrf": browser.token("/liaison")}
    page = browser.post("/liaison/import", data=data, files={"file": ("list.csv", text.encode(), "text/csv")})
    assert page.status_code == 200
    assert "أُضيف <bdi>2</bdi>" in page.text
    assert "السطر 3، الجهة «لا أحد»" in page.text
    assert browser.get("/liaison/export.csv").text.count("\n") == 3
    assert browser.post("/liaison/import", data=data).status_code == 422
    picture = {"file": ("list.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "text/csv")}
    assert browser.post("/liaison/import", data=data, files=picture).status_code == 422
    assert browser.post("/liaison/import", files={"file": ("list.csv", text.encode(), "text/csv")}).status_code == 403


# -------------------------------------------------------------------------------------------------------------- journeys

PORTING = {
    "code": "porting",
    "name_ar": "نقل الرقم",
    "name_en": "",
    "topic": "billing/contracts",
    "deputyship": "وكالة الاتصالات والبنية الرقمية",
    "stages": stages_text(usual_stages()),
}


def test_a_journey_is_added_changed_and_taken_out_of_use(as_: SignIn, world: World) -> None:
    browser = as_("majed")
    assert "العثور على الخدمة | Finding" in browser.look("/journeys")
    page = browser.fill("/journeys", "/journeys", **PORTING)
    assert page.url.path == "/journeys/porting"
    stages = "البحث\r\nالتقديم | Applying\r\n\r\nالاستلام"
    assert "حُفظت الرحلة." in browser.fill("/journeys/porting", "/journeys/porting/edit", **{**PORTING, "stages": stages}).text
    with world.database.reading() as session:
        found = journeys.get(session, "porting")
    assert [(each.place, each.name_ar, each.name_en) for each in found.stages] == [
        (1, "البحث", ""), (2, "التقديم", "Applying"), (3, "الاستلام", ""),
    ]  # fmt: skip
    assert "خارج الاستعمال" in browser.fill("/journeys/porting", "/journeys/porting/retire").text
    browser.fill("/journeys/porting", "/journeys/porting/restore")
    assert "البحث" in as_("dana").look("/journeys/porting")
    assert "خارج الاستعمال" not in as_("dana").look("/journeys")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"code": "نقل"}, "اكتب حروفًا لاتينية"),
        ({"name_ar": "Porting"}, "اكتب الاسم بحروف عربية"),
        ({"deputyship": ""}, "اختر واحدًا من القائمة"),
        ({"stages": " \n "}, "لا يُترك خاليًا"),
    ],
)
def test_a_journey_that_cannot_stand_comes_back(as_: SignIn, given: dict[str, str], said: str) -> None:
    page = as_("majed").fill("/journeys", "/journeys", **{**PORTING, **given})
    assert page.status_code == 422
    assert said in page.text
    assert as_("majed").get("/journeys/porting").status_code == 404


def test_a_session_cookie_from_before_rounds_is_no_session(stranger: Browser, as_: SignIn) -> None:
    """Three values instead of four: whoever holds one signs in anew."""
    desk = stranger.app.state.desk  # type: ignore[attr-defined]
    old = desk.sessions._signer.dumps(["id", "rana", int((NOW - timedelta(hours=1)).timestamp())])
    assert desk.sessions.open(old, NOW) is None
