"""A new case from a direct channel: by the page's form, by the API, once however often it is sent."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.case import CaseEventKind, CasePath, CaseStatus, IntakeChannel
from domain.delivery import DeliveryKind
from domain.tags import OTHER_TOPIC, Kind
from registry import cases, figures, people
from tests.console.casework import seen
from tests.console.conftest import Browser
from tests.console.world import NOW, World

SignIn = Callable[[str], Browser]
FORM = {
    "path": "general",
    "kind": "report",
    "channel": "visit",
    "title": "عمود إنارة مائل قرب المدرسة",
    "account": "رآه صباح اليوم،\r\nوالأطفال يمرون تحته.",
    "topic": "",
    "importance": "high",
    "complexity": "complex",
    "party_name": "ليلى",
    "party_contact": "0551234567",
    "party_kind": "individual",
    "party_channel": "sms",
    "accepted": "yes",
}
INQUIRY = {"path": "inquiry", "channel": "phone", "title": "كيف أوثق رقمي؟"}


def _send(browser: Browser, **fields: str) -> Any:
    return browser.post("/cases/new", data={"csrf": browser.token("/cases/new"), **FORM, **fields})


def _headers(browser: Browser) -> dict[str, str]:
    return {"X-CSRF-Token": browser.token("/cases")}


def _count(world: World) -> int:
    with world.database.reading() as session:
        return figures.summary(session, NOW).cases


def test_a_case_is_taken_down_in_one_form(as_: SignIn, world: World) -> None:
    response = _send(as_("rana"))
    assert re.fullmatch(r"/cases/\d+", response.url.path)
    assert "سُجّلت الحالة، وهذا رقمها المرجعي" in response.text
    view = seen(world, int(response.url.path.rsplit("/", 1)[1]))
    assert (view.row.path, view.row.kind, view.row.channel) == (CasePath.GENERAL, Kind.REPORT, IntakeChannel.VISIT)
    assert view.row.topic == OTHER_TOPIC
    assert view.state.status is CaseStatus.ACCEPTED
    assert view.party is not None
    assert (view.party.name, view.party.channel) == ("ليلى", IntakeChannel.SMS)
    assert view.events[0].texts["account"] == "رآه صباح اليوم،\nوالأطفال يمرون تحته."


def test_what_is_not_decided_yet_waits_to_be_accepted(as_: SignIn, world: World) -> None:
    response = _send(as_("sami"), accepted="no")
    case_id = int(response.url.path.rsplit("/", 1)[1])
    assert seen(world, case_id).state.status is CaseStatus.REGISTERED


def test_a_topic_is_found_by_its_arabic_name(as_: SignIn, world: World) -> None:
    topic = world.profile.topics[1]
    page = as_("rana").look("/cases/new")
    assert f'<option value="{topic.name_ar}">' in page
    response = _send(as_("rana"), topic=topic.name_ar)
    assert seen(world, int(response.url.path.rsplit("/", 1)[1])).row.topic == topic.code


def test_a_form_with_a_fault_comes_back_as_it_was_filled_in(as_: SignIn, world: World) -> None:
    before = _count(world)
    response = _send(as_("rana"), topic="موضوع لا وجود له", title="عنوان كُتب")
    assert response.status_code == 422
    assert "لا موضوع باسم موضوع لا وجود له" in response.text
    for kept in ("عنوان كُتب", "والأطفال يمرون تحته", "ليلى", 'value="report" selected', 'value="visit" selected'):
        assert kept in response.text, kept
    assert _count(world) == before


def test_a_press_question_needs_a_deadline_to_come_in_the_services_zone(as_: SignIn, world: World) -> None:
    rana = as_("rana")
    assert "بلا موعد نهائي" in _send(rana, path="press_question").text
    assert "الموعد النهائي مضى" in _send(rana, path="press_question", deadline="2026-11-21T11:00").text
    response = _send(rana, path="press_question", deadline="2026-11-21T17:00")
    view = seen(world, int(response.url.path.rsplit("/", 1)[1]))
    assert view.state.deadline == view.row.due_at == datetime(2026, 11, 21, 14, tzinfo=UTC)
    assert view.row.kind is Kind.INQUIRY


def test_what_belongs_to_another_path_is_passed_over(as_: SignIn, world: World) -> None:
    response = _send(as_("rana"), path="inquiry", deadline="2026-11-21T11:00")
    view = seen(world, int(response.url.path.rsplit("/", 1)[1]))
    assert view.row.kind is Kind.INQUIRY
    assert view.state.deadline is None


@pytest.mark.parametrize("username", ["dana", "amal", "majed", "adel", "admin"])
def test_only_the_team_registers_cases(as_: SignIn, username: str) -> None:
    browser = as_(username)
    assert browser.get("/cases/new").status_code == 403
    token = browser.token("/overview")
    assert browser.post("/cases/new", data={"csrf": token, **FORM}).status_code == 403
    assert browser.post("/api/v1/cases", json=INQUIRY, headers={"X-CSRF-Token": token}).status_code == 403


def test_who_left_an_address_is_thanked_with_the_number(as_: SignIn, world: World) -> None:
    response = _send(as_("rana"), path="inquiry", party_contact="laila@mail.example")
    view = seen(world, int(response.url.path.rsplit("/", 1)[1]))
    assert [(each.kind, each.recipient) for each in view.deliveries] == [(DeliveryKind.ACKNOWLEDGEMENT, "laila@mail.example")]
    assert view.row.number in view.deliveries[0].text


def test_the_api_registers_one_or_a_list_all_or_none(as_: SignIn, world: World) -> None:
    rana = as_("rana")
    one = rana.post("/api/v1/cases", json={**INQUIRY, "party": {"name": "سعد"}}, headers=_headers(rana))
    assert one.status_code == 201
    assert re.fullmatch(r"MCIT-2026-\d{6}", one.json()["number"])
    assert rana.get(f"/api/v1/cases/{one.json()['id']}").json()["party"]["name"] == "سعد"
    many = rana.post("/api/v1/cases", json=[INQUIRY, {**INQUIRY, "path": "rumour", "accepted": False}], headers=_headers(rana))
    assert [each["status"] for each in many.json()["items"]] == ["accepted", "registered"]
    before = _count(world)
    refused = rana.post("/api/v1/cases", json=[INQUIRY, {**INQUIRY, "topic": "no/such"}], headers=_headers(rana))
    assert refused.status_code == 422
    assert refused.json()["error"]["reason"] == "no_topic"
    assert "لا موضوع باسم" in refused.json()["error"]["message"]
    assert _count(world) == before
    for wrong in ({}, [], {**INQUIRY, "colour": "red"}, {**INQUIRY, "path": "media"}, {**INQUIRY, "channel": "press"}):
        assert rana.post("/api/v1/cases", json=wrong, headers=_headers(rana)).status_code == 422


def test_a_request_that_is_sent_again_registers_nothing_twice(as_: SignIn, world: World) -> None:
    rana = as_("rana")
    headers = {**_headers(rana), "Idempotency-Key": "call-77"}
    first = rana.post("/api/v1/cases", json=[INQUIRY, INQUIRY], headers=headers).json()
    again = rana.post("/api/v1/cases", json=[INQUIRY, INQUIRY], headers=headers).json()
    assert first == again
    assert len({each["id"] for each in first["items"]}) == 2
    sami = as_("sami")
    other = sami.post("/api/v1/cases", json=INQUIRY, headers={**_headers(sami), "Idempotency-Key": "call-77"}).json()
    assert other["id"] not in {each["id"] for each in first["items"]}


def test_a_case_of_another_system_is_known_by_its_own_id(as_: SignIn, world: World) -> None:
    rana, before = as_("rana"), _count(world)
    given = [{**INQUIRY, "remote_id": "crm-1"}, {**INQUIRY, "remote_id": "crm-2"}, {**INQUIRY, "remote_id": "crm-1"}]
    items = rana.post("/api/v1/cases", json=given, headers=_headers(rana)).json()["items"]
    assert items[0] == items[2] != items[1]
    assert rana.post("/api/v1/cases", json=given[1], headers=_headers(rana)).json() == items[1]
    assert _count(world) == before + 2


def test_the_list_is_narrowed_by_what_people_ask_for(as_: SignIn, world: World) -> None:
    rana = as_("rana")
    case_id = rana.post("/api/v1/cases", json=INQUIRY, headers=_headers(rana)).json()["id"]
    number = seen(world, case_id).row.number

    def found(query: str) -> list[int]:
        page = as_("sami").look(f"/cases?{query}")
        return [int(each) for each in re.findall(r'id="c(\d+)"', page)]

    assert found("path=inquiry") == [case_id]
    assert found(f"number={number[-6:]}") == [case_id]
    assert case_id not in found("path=media")
    assert found("person=me") == []
    with world.database.transaction() as session:
        department = world.profile.departments[0].code
        details = {"department": department, "assignee": "dana"}
        cases.act(session, case_id, CaseEventKind.ASSIGNED, people.actor(session, "sami"), details, NOW)
    assert found("person=dana") == [case_id]
    assert f'id="c{case_id}"' in as_("dana").look("/cases?person=me")
    assert found("body=no-such") == []
