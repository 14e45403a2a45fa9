"""Contacts, the liaison directory and the improvement register over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from registry import contacts
from tests.console.conftest import Browser
from tests.console.world import NOW, World

SignIn = Callable[[str], Browser]


def _post(browser: Browser, address: str, given: object) -> Any:
    headers = {"X-CSRF-Token": browser.token("/overview")}
    return browser.post(f"/api/v1{address}", json=given, headers=headers)


def test_contacts_are_counted_one_by_one_or_in_lists_and_never_twice(as_: SignIn, world: World) -> None:
    sami = as_("sami")
    one = {"channel": "phone", "kind": "inquiry", "topic": "billing/bills", "seconds": 40}
    assert _post(sami, "/contacts", one).json() == {"new": 1, "known": 0}
    listed = [{"channel": "visit", "id": f"crm-{each}", "at": NOW.isoformat()} for each in range(3)]
    assert _post(sami, "/contacts", listed).json() == {"new": 3, "known": 0}
    answer = _post(sami, "/contacts", [*listed, {**listed[0], "id": "crm-9", "answered": False}])
    assert (answer.status_code, answer.json()) == (201, {"new": 1, "known": 3})
    counted = sami.get("/api/v1/contacts/counts?since=2026-11-01T00:00:00Z&until=2026-12-01T00:00:00Z").json()
    assert (counted["total"], counted["answered"], counted["share"]) == (5, 4, 0.8)
    assert counted["channels"][0] == {"code": "visit", "total": 4, "answered": 3, "share": 0.75}
    assert sami.get("/api/v1/contacts/counts?since=2026-11-01T00:00:00&until=2026-12-01T00:00:00").status_code == 422


@pytest.mark.parametrize(
    "given",
    [
        {"channel": "press"},
        {"channel": "phone", "topic": "none"},
        {"channel": "phone", "kind": "neutral"},
        {"channel": "phone", "name": "هند"},
        {"channel": "phone", "seconds": -1},
        {"channel": "phone", "at": "2026-12-24T00:00:00Z"},
        {"channel": "phone", "at": "2026-11-20T00:00:00"},
        {"channel": "phone", "answered": True, "case_id": 1},
        [{"channel": "phone"}, {"channel": "phone", "topic": "none"}],
        "phone",
    ],
)
def test_what_cannot_be_is_refused_whole(as_: SignIn, world: World, given: object) -> None:
    assert _post(as_("sami"), "/contacts", given).status_code == 422
    with world.database.reading() as session:
        assert contacts.list_contacts(session).total == 0


def test_too_many_at_once_are_refused(as_: SignIn) -> None:
    answer = _post(as_("sami"), "/contacts", [{"channel": "phone"}] * 10_001)
    assert answer.status_code == 422
    assert "10,000" in answer.json()["error"]["remedy"]


def test_who_may_not_is_refused(as_: SignIn, stranger: Browser) -> None:
    assert _post(as_("majed"), "/contacts", {"channel": "phone"}).status_code == 403
    assert as_("sami").post("/api/v1/contacts", json={"channel": "phone"}).status_code == 403, "without the token"
    assert stranger.get("/api/v1/liaison").status_code == 401
    assert _post(as_("rana"), "/liaison", {"body": "cst", "name": "هند", "email": "h@cst.example"}).status_code == 403
    assert _post(as_("amal"), "/improvements", {"gap": "ثغرة"}).status_code == 403
    assert as_("admin").get("/api/v1/improvements").status_code == 403


def test_liaison_contacts_are_entered_and_changed(as_: SignIn) -> None:
    sami = as_("sami")
    made = _post(sami, "/liaison", {"body": "cst", "name": "هند", "email": "Hind@CST.example", "topics": ["billing/bills"]})
    assert made.status_code == 201
    entry = made.json()
    assert (entry["email"], entry["topics"], entry["active"], entry["updated_by"]) == (
        "Hind@cst.example", ["billing/bills"], True, "sami",
    )  # fmt: skip
    headers = {"X-CSRF-Token": sami.token("/overview")}
    address = f"/api/v1/liaison/{entry['id']}"
    changed = {"phone": "0115550100", "active": False, "expected": entry["fingerprint"]}
    assert sami.patch(address, json=changed, headers=headers).json()["name"] == "هند"
    assert sami.patch(address, json=changed, headers=headers).json()["error"]["code"] == "conflict"
    assert sami.patch(address, json={"email": "x"}, headers=headers).status_code == 422
    assert sami.patch("/api/v1/liaison/99", json={}, headers=headers).status_code == 404
    assert sami.get("/api/v1/liaison").json()["total"] == 0
    assert sami.get("/api/v1/liaison?show=retired").json()["items"][0]["phone"] == "0115550100"
    assert _post(sami, "/liaison", {"body": "cst"}).status_code == 422


def test_recommendations_are_entered_decided_on_and_implemented(as_: SignIn) -> None:
    sami, majed = as_("sami"), as_("majed")
    made = _post(sami, "/improvements", {"gap": "الفاتورة لا تُفهم", "topic": "billing/bills", "case_id": 1}).json()
    assert (made["case"], made["status"], made["created_by"]) == ("MCIT-2026-000001", "proposed", "sami")
    address = f"/improvements/{made['id']}/status"
    assert _post(sami, address, {"status": "accepted", "decision": "نعم"}).status_code == 403
    assert _post(majed, address, {"status": "accepted"}).status_code == 422
    assert _post(sami, address, {"status": "implemented"}).json()["error"]["code"] == "illegal_move"
    assert _post(majed, address, {"status": "accepted", "decision": "نعم"}).json()["decided_by"] == "majed"
    assert _post(sami, address, {"status": "implemented"}).json()["done_at"] == NOW.isoformat()
    assert sami.get("/api/v1/improvements?status=implemented").json()["total"] == 1
    assert _post(sami, "/improvements", {"gap": "ثغرة", "case_id": 99}).status_code == 404
    assert _post(sami, "/improvements", {"gap": ""}).status_code == 422
