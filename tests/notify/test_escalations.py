"""Who hears of a case that runs out of time, what they read, and that they read it once (REQUIREMENTS W13, W14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from domain.case import CaseEventKind, CasePath, CaseState, CaseStatus, EscalationStep, Pause
from domain.delivery import DeliveryKind, DeliveryStatus
from domain.people import Actor, Role
from domain.tags import Complexity
from notify.escalations import Staff, escalation_page, listeners, queue_escalations
from registry import cases, deliveries
from registry.cases import Escalated
from registry.database import Database
from registry.tables import PersonRecord
from registry.views import DeliveryView
from tests.notify.world import NOW, POTHOLE, PROFILE, SPECIALIST, article, case_of

E = CaseEventKind
REMINDER, HEAD, MANAGEMENT = EscalationStep
MANAGER = Actor("reem", "ريم", frozenset({Role.MANAGER}))

HUDA = Staff("huda", "هدى", "huda@roads.example", frozenset({Role.SPECIALIST}))
SAAD = Staff("saad", "سعد", "saad@roads.example", frozenset({Role.DEPARTMENT}), "works")
NOURA = Staff("noura", "نورة", "noura@roads.example", frozenset({Role.DEPARTMENT}), "works", head=True)
FAHD = Staff("fahd", "فهد", "fahd@roads.example", frozenset({Role.DEPARTMENT}), "signs", head=True)
REEM = Staff("reem", "ريم", "reem@roads.example", frozenset({Role.MANAGER}))
STAFF = (HUDA, SAAD, NOURA, FAHD, REEM)
OPEN = CaseState(CaseStatus.ASSIGNED, department="works", clock_from=NOW)


def _hire(session: Session, *staff: Staff) -> None:
    for each in staff:
        session.add(
            PersonRecord(
                username=each.username,
                name=each.name,
                password="$argon2id$none",
                roles=sorted(each.roles),
                department=each.department,
                email=each.email,
                head=each.head,
                created_at=NOW,
            )
        )
    session.flush()


def _names(step: EscalationStep, state: CaseState, staff: tuple[Staff, ...] = STAFF) -> set[str]:
    return {each.username for each in listeners(step, state, staff)}


def _changed(**values: object) -> CaseState:
    return replace(OPEN, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("step", "state", "told"),
    [
        (REMINDER, _changed(assignee="saad"), {"saad"}),
        (REMINDER, OPEN, {"saad", "noura"}),
        (REMINDER, _changed(assignee="gone"), {"saad", "noura"}),
        (REMINDER, _changed(status=CaseStatus.ACCEPTED, department=""), {"huda"}),
        (REMINDER, _changed(department="empty"), {"huda"}),
        (HEAD, OPEN, {"noura"}),
        (HEAD, _changed(assignee="saad"), {"noura"}),
        (HEAD, _changed(department="empty"), {"reem"}),
        (HEAD, _changed(department=""), {"reem"}),
        (MANAGEMENT, OPEN, {"reem"}),
        (REMINDER, _changed(sealed=True, assignee="saad"), {"reem"}),
        (HEAD, _changed(sealed=True), {"reem"}),
        (REMINDER, _changed(assignee="saad", barred=("saad",)), {"noura"}),
        (HEAD, _changed(barred=("noura",)), {"reem"}),
        (MANAGEMENT, _changed(barred=("reem",)), set()),
    ],
)
def test_who_hears_of_a_step(step: EscalationStep, state: CaseState, told: set[str]) -> None:
    assert _names(step, state) == told


def _escalated(state: CaseState = OPEN, left: float = 6, steps: tuple[EscalationStep, ...] = (REMINDER,)) -> Escalated:
    return Escalated(7, "ROADS-2026-00007", POTHOLE, steps, state, NOW + timedelta(hours=30), timedelta(hours=left))


@pytest.mark.parametrize(
    ("escalated", "heading", "said"),
    [
        (_escalated(), "تذكير: حالة يقترب موعدها", "انقضى 75٪ من الوقت"),
        (_escalated(left=-2), "تذكير: حالة تجاوزت موعدها", "انتهى الوقت"),
        (_escalated(left=0, steps=(HEAD,)), "تصعيد إلى رئيس الإدارة", "انتهى الوقت"),
        (_escalated(left=-9, steps=(MANAGEMENT,)), "تصعيد إلى الإدارة العليا", "انتهى الوقت"),
        (_escalated(_changed(pauses=(Pause(NOW),), status=CaseStatus.REFERRED, body="sasa"), 0), "تذكير", "للجهة الخارجية"),
        (_escalated(_changed(pauses=(Pause(NOW),)), 0), "تذكير", "أنهوا الانتظار"),
        (_escalated(_changed(path=CasePath.PRESS_QUESTION, deadline=NOW), 2), "تذكير", "وموعده يقترب"),
        (_escalated(_changed(path=CasePath.PRESS_QUESTION, deadline=NOW), -2), "تجاوزت", "الذي حدده الصحفي"),
    ],
)
def test_what_is_said(escalated: Escalated, heading: str, said: str) -> None:
    page = escalation_page(PROFILE, escalated)
    assert heading in page.heading
    assert said in page.lead


def test_the_due_time_is_told_by_both_calendars_and_the_time_that_is_left() -> None:
    page = escalation_page(PROFILE, _escalated(), "سعد", "http://rasd.example/")
    assert page.due == "19 نوفمبر 2026م (9 جمادى الآخرة 1448هـ)، الساعة 18:30"
    assert page.left == "بقي 6 ساعات من وقت العمل"
    assert (page.assignee, page.department, page.link) == ("سعد", "إدارة الصيانة", "http://rasd.example/cases/7")
    assert escalation_page(PROFILE, _escalated(left=-0.5)).left == "متأخرة 30 دقيقة من وقت العمل"
    asked = _changed(path=CasePath.PRESS_QUESTION, deadline=NOW)
    assert escalation_page(PROFILE, _escalated(asked, -2)).left == "متأخرة ساعتين"


def test_missed_steps_are_named_once() -> None:
    page = escalation_page(PROFILE, _escalated(left=-20, steps=(REMINDER, HEAD, MANAGEMENT)))
    assert "تذكير من لديه الحالة، رئيس الإدارة" in page.missed
    assert escalation_page(PROFILE, _escalated()).missed == ""


# ------------------------------------------------------------------------------------------------------------ through the store


def _later(hours: float) -> datetime:
    return PROFILE.calendar.due(NOW, PROFILE.resolve[Complexity.ROUTINE] * (hours / 24))


def _run(database: Database, now: datetime, base_url: str = "http://rasd.example") -> int:
    with database.transaction() as session:
        return queue_escalations(session, PROFILE, cases.escalate_due(session, now), now, base_url=base_url)


def _notices(database: Database) -> tuple[DeliveryView, ...]:
    with database.reading() as session:
        return deliveries.list_deliveries(session, kind=DeliveryKind.NOTICE).items


def _assigned(database: Database, *staff: Staff) -> int:
    with database.transaction() as session:
        _hire(session, *staff)
        case_id = case_of(session, article(1))
        cases.act(session, case_id, E.ACCEPTED, SPECIALIST, {}, NOW)
        cases.act(session, case_id, E.ASSIGNED, SPECIALIST, {"department": "works", "assignee": "saad"}, NOW)
    return case_id


def test_each_step_is_mailed_once_to_whom_it_is_for(world: Database) -> None:
    case_id = _assigned(world, *STAFF)
    for hours, queued in ((17, 0), (18, 1), (20, 0), (24, 1), (36, 1), (99, 0)):
        assert _run(world, _later(hours)) == queued
    notices = _notices(world)
    assert {each.recipient for each in notices} == {SAAD.email, NOURA.email, REEM.email}
    assert len({each.message_id for each in notices}) == 3
    first = next(each for each in notices if each.recipient == SAAD.email)
    assert (first.status, first.case_id) == (DeliveryStatus.QUEUED, case_id)
    for said in (first.case_number, POTHOLE, "إدارة الصيانة", "سعد", f"http://rasd.example/cases/{case_id}", "1448هـ"):
        assert said in first.text
        assert said in first.html
    assert first.case_number in first.subject


def test_after_a_weekend_without_the_service_one_mail_goes_out(world: Database) -> None:
    _assigned(world, *STAFF)
    assert _run(world, _later(50)) == 1
    (only,) = _notices(world)
    assert only.recipient == REEM.email
    assert "فاتت قبل هذه الخطوة" in only.text


def test_a_sealed_case_goes_to_management_without_its_title(world: Database) -> None:
    case_id = _assigned(world, *STAFF)
    with world.transaction() as session:
        cases.act(session, case_id, E.SEALED, MANAGER, {"reason": "اشتباه"}, NOW)
    assert _run(world, _later(18)) == 1
    (only,) = _notices(world)
    assert only.recipient == REEM.email
    for whole in (only.subject, only.text, only.html):
        assert "النخيل" not in whole
    assert "حالة سرية" in only.text


def test_people_without_a_usable_address_stop_nobody(world: Database) -> None:
    lame = Staff("lame", "لمى", "not an address", frozenset({Role.DEPARTMENT}), "works")
    mute = Staff("saad", "سعد", "", frozenset({Role.DEPARTMENT}), "works")
    case_id = _assigned(world, lame, mute, REEM)
    assert _run(world, _later(18)) == 0
    assert _run(world, _later(36)) == 1
    with world.reading() as session:
        steps = [each.details["step"] for each in cases.read_history(session, case_id) if each.kind is E.ESCALATED]
    assert steps == ["reminder", "head", "management"]


def test_a_disabled_person_hears_nothing(world: Database) -> None:
    _assigned(world, *STAFF)
    with world.transaction() as session:
        found = session.get(PersonRecord, "saad")
        assert found is not None
        found.disabled = True
    _run(world, _later(18))
    assert {each.recipient for each in _notices(world)} == {NOURA.email}


def test_what_the_press_wrote_cannot_write_html_or_headers(world: Database) -> None:
    with world.transaction() as session:
        _hire(session, *STAFF)
        case_of(session, article(1, title='حفرة <img src=x onerror="a()"> أمام المدرسة جوال 0551234567'))
    assert _run(world, _later(18)) == 1
    (only,) = _notices(world)
    assert "<img" not in only.html
    assert "0551234567" not in only.text


def test_a_notice_that_has_not_left_yet_is_withdrawn_where_somebody_may_no_longer_read_it(sqlite_world: Database) -> None:
    with sqlite_world.transaction() as session:
        _hire(session, HUDA, SAAD, NOURA, REEM)
        case_id = case_of(session, article(1))
        for kind, details in ((E.ACCEPTED, {}), (E.ASSIGNED, {"department": "works"})):
            cases.act(session, case_id, kind, SPECIALIST, details, NOW)
        late = cases.escalate_due(session, NOW + timedelta(days=90))
        state = replace(late[0].state, sealed=False)
        each_step = [replace(late[0], steps=(step,), state=state) for step in EscalationStep]
        assert queue_escalations(session, PROFILE, each_step, NOW) == 4
        concerned = {"person": "noura", "reason": "الشكوى منها"}
        cases.act(session, case_id, E.CONFLICT_NAMED, SPECIALIST, concerned, NOW)
        assert _waiting(session) == {"saad@roads.example", "reem@roads.example"}
        cases.act(session, case_id, E.SEALED, SPECIALIST, {"reason": "شبهة"}, NOW)
        assert _waiting(session) == {"reem@roads.example"}


def _waiting(session: Session) -> set[str]:
    return {each.recipient for each in deliveries.list_deliveries(session, status=DeliveryStatus.QUEUED).items}
