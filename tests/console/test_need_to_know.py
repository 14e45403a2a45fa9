"""Who sees what of a case (REQUIREMENTS W14, L3): sealed cases, people whom a case concerns, and who raised it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.case import CaseEventKind
from registry import cases, people
from tests.console.casework import COMPLAINT, INQUIRY, moved, opened, seen
from tests.console.conftest import Browser
from tests.console.world import NOW, STAFF, World

SignIn = Callable[[str], Browser]
PRIVATE = ("0551234567", "سعد القحطاني", "REQ-55812")
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def _act(world: World, case_id: int, kind: CaseEventKind, username: str, **details: str) -> None:
    with world.database.transaction() as session:
        cases.act(session, case_id, kind, people.actor(session, username), details, NOW)


def _with_networks(world: World) -> int:
    case_id = opened(world)
    _act(world, case_id, CaseEventKind.ASSIGNED, "sami", department=world.profile.departments[0].code)
    return case_id


@pytest.mark.parametrize(
    ("username", "sees"), [("rana", True), ("sami", True), ("dana", True), ("amal", False), ("majed", False), ("adel", False)]
)
def test_who_raised_a_case_is_shown_to_those_who_answer_it_alone(as_: SignIn, world: World, username: str, sees: bool) -> None:
    case_id, browser = _with_networks(world), as_(username)
    page = browser.look(f"/cases/{case_id}")
    answer = browser.get(f"/api/v1/cases/{case_id}")
    for private in PRIVATE:
        assert (private in page) is sees, private
        assert (private in answer.text) is sees, private
    assert (answer.json()["party"] is not None) is sees
    assert "فاتورته صدرت مرتين" in page


def test_an_admin_sees_no_case(as_: SignIn, world: World) -> None:
    case_id = _with_networks(world)
    assert as_("admin").get(f"/cases/{case_id}").status_code == 403
    assert as_("admin").get(f"/api/v1/cases/{case_id}").status_code == 403


@pytest.mark.parametrize("username", [name for name in STAFF if name != "admin"])
def test_a_sealed_case_is_for_management_and_read_by_auditors(as_: SignIn, world: World, username: str) -> None:
    case_id = _with_networks(world)
    _act(world, case_id, CaseEventKind.SEALED, "sami", reason="شبهة فساد")
    browser, sees = as_(username), username in ("majed", "adel")
    assert (f'href="/cases/{case_id}"' in browser.look("/cases?show=all")) is sees
    assert (f'href="/cases/{case_id}"' in browser.look("/cases/list?show=all")) is sees
    assert (case_id in [each["id"] for each in browser.get("/api/v1/cases?show=all").json()["items"]]) is sees
    page = browser.look(f"/cases/{case_id}", 200 if sees else 403)
    assert ("مقصورة على الإدارة العليا" in page) is not sees
    assert browser.get(f"/api/v1/cases/{case_id}").status_code == (200 if sees else 403)
    assert browser.get(f"/api/v1/cases/{case_id}/candidates").status_code == (200 if sees else 403)
    refused = browser.post(f"/cases/{case_id}/moves", data={"csrf": browser.token("/cases"), "kind": "note_added", "note": "x"})
    assert refused.status_code == (200 if username == "majed" else 403)


def test_a_sealed_case_goes_to_management_and_shows_it_who_raised_it(as_: SignIn, world: World) -> None:
    case_id, majed = _with_networks(world), as_("majed")
    assert PRIVATE[0] not in majed.look(f"/cases/{case_id}")
    _act(world, case_id, CaseEventKind.SEALED, "sami", reason="شبهة فساد")
    page = majed.look(f"/cases/{case_id}")
    assert PRIVATE[0] in page
    assert PRIVATE[0] not in as_("adel").look(f"/cases/{case_id}")
    department = world.profile.departments[0].code
    moved(majed, case_id, "assigned", 403, department=department, assignee="dana", reason="x")
    moved(majed, case_id, "assigned", department=department, assignee="majed", reason="سرية")


def test_the_title_of_a_sealed_case_stands_on_no_other_page(as_: SignIn, world: World) -> None:
    secret = replace(COMPLAINT, title="بلاغ عن طلب مقابل")
    open_one, sealed = opened(world), opened(world, secret)
    with world.database.transaction() as session:
        cases.link(session, open_one, sealed, people.actor(session, "sami"), NOW)
    _act(world, sealed, CaseEventKind.SEALED, "sami", reason="شبهة فساد")
    page = as_("sami").look(f"/cases/{open_one}")
    assert secret.title not in page
    assert seen(world, sealed).row.number in page
    assert secret.title in as_("majed").look(f"/cases/{open_one}")


def test_whom_a_case_concerns_never_sees_it(as_: SignIn, world: World) -> None:
    case_id = _with_networks(world)
    dana = as_("dana")
    assert f'href="/cases/{case_id}"' in dana.look("/cases")
    moved(as_("sami"), case_id, "conflict_named", person="dana", reason="الشكوى منها")
    assert f'href="/cases/{case_id}"' not in dana.look("/cases")
    assert "الحالة تخصّك" in dana.look(f"/cases/{case_id}", 403)
    assert dana.get(f"/api/v1/cases/{case_id}").status_code == 403
    assert f'href="/cases/{case_id}"' in as_("sami").look("/cases")
    assert "لا تُسند إليه" in moved(
        as_("sami"), case_id, "assigned", 422, department=world.profile.departments[0].code, assignee="dana", reason="x"
    )


def test_an_auditor_reads_every_history_and_changes_nothing(as_: SignIn, world: World) -> None:
    case_id, adel = _with_networks(world), as_("adel")
    page = adel.look(f"/cases/{case_id}")
    assert "السجل" in page
    assert "/moves" not in page
    before = seen(world, case_id).row.revision
    for kind in ("note_added", "assigned", "waiting_began", "delay_told", "sealed", "conflict_named", "held"):
        assert "ليست من صلاحيتك" in moved(adel, case_id, kind, 403, note="x", reason="x")
    sent = {"data": {"csrf": adel.token("/cases")}, "files": {"file": ("a.pdf", PDF)}}
    assert adel.post(f"/cases/{case_id}/attachments", **sent).status_code == 403  # type: ignore[arg-type]
    assert adel.get("/cases/new").status_code == 403
    assert seen(world, case_id).row.revision == before


def test_a_department_without_a_name_sees_no_case(as_: SignIn, world: World) -> None:
    opened(world)
    with world.database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE person SET department = '' WHERE username = 'dana'")
    assert "لا حالات بهذه الشروط" in as_("dana").look("/cases?show=all")


def test_a_file_is_handed_out_as_a_download_to_those_who_answer(as_: SignIn, world: World) -> None:
    case_id, sami = _with_networks(world), as_("sami")
    sent = sami.post(
        f"/cases/{case_id}/attachments",
        data={"csrf": sami.token("/cases")},
        files={"file": ('فاتورة "مكررة".pdf', PDF, "text/html")},
    )
    assert sent.status_code == 200
    assert "أُرفق الملف" in sent.text
    kept = seen(world, case_id).attachments[0]
    address = f"/cases/{case_id}/attachments/{kept.id}"
    got = sami.get(address)
    assert got.content == PDF
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    assert as_("dana").get(address).status_code == 200
    assert as_("adel").get(address).status_code == 403
    assert address not in as_("adel").look(f"/cases/{case_id}")
    assert sami.get(f"/cases/{opened(world)}/attachments/{kept.id}").status_code == 403


@pytest.mark.parametrize(("name", "content"), [("page.html", b"<html></html>"), ("a.pdf", b"<svg/>"), ("empty.pdf", b"")])
def test_a_file_that_is_not_taken_is_refused(as_: SignIn, world: World, name: str, content: bytes) -> None:
    case_id, sami = opened(world), as_("sami")
    data = {"csrf": sami.token("/cases")}
    refused = sami.post(f"/cases/{case_id}/attachments", data=data, files={"file": (name, content)})
    assert refused.status_code == 422
    assert not seen(world, case_id).attachments


def test_a_form_that_is_too_large_is_refused_unread(as_: SignIn, world: World) -> None:
    case_id, sami = opened(world), as_("sami")
    headers = {"content-length": str(20 * 1024 * 1024), "content-type": "multipart/form-data; boundary=x"}
    refused = sami.post(f"/cases/{case_id}/attachments", content=b"--x--", headers=headers)
    assert refused.status_code == 422
    assert "الملف أكبر من الحد" in refused.text
    data = {"csrf": sami.token("/cases")}
    assert "لم يصل ملف" in sami.post(f"/cases/{case_id}/attachments", data=data).text


def test_a_beneficiarys_address_is_not_in_the_outbox_of_those_who_do_not_answer(as_: SignIn, world: World) -> None:
    written = replace(COMPLAINT, party=replace(COMPLAINT.party, contact="saad@mail.example")) if COMPLAINT.party else COMPLAINT
    rana = as_("rana")
    headers = {"X-CSRF-Token": rana.token("/cases")}
    party = {"name": "سعد", "contact": "saad@mail.example"}
    body = {"path": "inquiry", "channel": "phone", "title": written.title, "party": party}
    assert rana.post("/api/v1/cases", json=body, headers=headers).status_code == 201
    assert "saad@mail.example" in as_("sami").look("/deliveries")
    for username in ("majed", "adel", "admin"):
        assert "saad@mail.example" not in as_(username).look("/deliveries")


@pytest.mark.parametrize("move", [("sealed", {}), ("conflict_named", {"person": "sami"})], ids=lambda move: move[0])
def test_who_gives_a_case_out_of_their_hands_is_told_so_and_it_stands(
    as_: SignIn, world: World, move: tuple[str, dict[str, str]]
) -> None:
    kind, details = move
    by_page, by_api, sami = opened(world), opened(world, INQUIRY), as_("sami")
    assert "والحالة الآن عند غيرك" in moved(sami, by_page, kind, reason="تمس موظفًا", **details)
    headers = {"X-CSRF-Token": sami.token("/cases")}
    body = {"kind": kind, "details": {"reason": "تمس موظفًا", **details}}
    answer = sami.post(f"/api/v1/cases/{by_api}/moves", json=body, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"id": by_api, "visible": False})
    for case_id in (by_page, by_api):
        assert sami.get(f"/cases/{case_id}").status_code == 403
        assert seen(world, case_id).events[-1].kind == kind
