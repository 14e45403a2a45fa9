"""An outlet is answered once (REQUIREMENTS N1, DESIGN promise 3), whatever became of its case and of an earlier answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from domain.case import CaseEventKind as E
from domain.case import CasePath
from domain.delivery import DeliveryStatus
from domain.errors import Conflict
from domain.people import Actor, Role
from notify import answers
from registry import cases, deliveries, people
from registry.database import Database
from tests.notify.world import APPROVER, NOW, PROFILE, SPECIALIST, article, case_of, post, publish, solve

LATER = NOW + timedelta(days=2)
NEWCOMER = Actor("amal", "أمل", frozenset({Role.DEPARTMENT}), "works")


@pytest.fixture
def world(sqlite_world: Database) -> Database:
    """What is said does not depend on the store."""
    return sqlite_world


def _solved(session: Session, number: int = 1) -> int:
    case_id = case_of(session, article(number))
    solve(session, case_id)
    return case_id


def _draft(session: Session, case_id: int) -> int:
    return answers.draft(session, PROFILE, case_id, SPECIALIST, LATER)


def _fail(session: Session, delivery: int) -> None:
    answers.approve(session, delivery, APPROVER, NOW)
    assert deliveries.claim(session, delivery, LATER)
    deliveries.fail(session, delivery, LATER, "550 no such user", final=True)


def _reopened_and_solved(session: Session, case_id: int) -> None:
    people.add(session, "amal", "أمل", "a long password", {Role.DEPARTMENT}, department="works", now=NOW)
    cases.act(session, case_id, E.CLOSED, SPECIALIST, {}, LATER)
    cases.act(session, case_id, E.REOPENED, SPECIALIST, {"reason": "عادت الحفرة"}, LATER)
    cases.act(session, case_id, E.ASSIGNED, SPECIALIST, {"department": "works", "assignee": "amal"}, LATER)
    cases.act(session, case_id, E.SOLVED, NEWCOMER, {"resolution": "أُعيد رصف الموقع."}, LATER)


def test_a_draft_from_before_the_reopening_does_not_leave_beside_the_new_one(world: Database) -> None:
    with world.transaction() as session:
        case_id = _solved(session)
        old = answers.draft(session, PROFILE, case_id, SPECIALIST, NOW)
        _reopened_and_solved(session, case_id)
        with pytest.raises(Conflict, match="answered once"):
            _draft(session, case_id)
        answers.send_back(session, old, APPROVER, "أُعيد فتحها", LATER)
        assert "أُعيد رصف الموقع." in deliveries.find(session, _draft(session, case_id)).text


def test_an_answer_that_failed_is_not_sent_after_another_took_its_place(world: Database) -> None:
    with world.transaction() as session:
        case_id = _solved(session)
        first = answers.draft(session, PROFILE, case_id, SPECIALIST, NOW)
        _fail(session, first)
        second = _draft(session, case_id)
        with pytest.raises(Conflict, match="took the place"):
            deliveries.retry(session, first, APPROVER, LATER)
        answers.send_back(session, second, APPROVER, "يكفي الأول", LATER)
        deliveries.retry(session, first, APPROVER, LATER)
        assert deliveries.find(session, first).status is DeliveryStatus.QUEUED


def test_a_failed_answer_of_a_new_round_is_sent_again(world: Database) -> None:
    with world.transaction() as session:
        case_id = _solved(session)
        first = answers.draft(session, PROFILE, case_id, SPECIALIST, NOW)
        answers.approve(session, first, APPROVER, NOW)
        assert deliveries.claim(session, first, NOW)
        deliveries.confirm(session, first, NOW)
        _reopened_and_solved(session, case_id)
        second = _draft(session, case_id)
        _fail(session, second)
        deliveries.retry(session, second, APPROVER, LATER)


def test_a_post_is_answered_once_though_its_case_became_part_of_another(world: Database) -> None:
    with world.transaction() as session:
        (mention,) = publish(session, [post(71, "حفرة قدام المدرسة من شهرين يا @RoadsCare وش الحل؟")])
        one = cases.list_cases(session, limit=1).items[0].id
        solve(session, one)
        sent = answers.draft(session, PROFILE, one, SPECIALIST, NOW)
        answers.approve(session, sent, APPROVER, NOW)
        assert deliveries.claim(session, sent, NOW)
        deliveries.confirm(session, sent, NOW, "900")
        other = _solved(session, 2)
        cases.merge(session, one, other, SPECIALIST, LATER, "الحفرة نفسها")
        with pytest.raises(Conflict, match="answered once"):
            answers.draft(session, PROFILE, other, SPECIALIST, LATER, mention_id=mention)


def test_what_somebody_outside_answered_is_told_and_not_what_was_written_before(world: Database) -> None:
    with world.transaction() as session:
        case_id = _solved(session)
        cases.act(session, case_id, E.ASSIGNED, SPECIALIST, {"department": "works", "reason": "لم تكتمل"}, NOW)
        passed = {"body": "electricity", "message": "كابل تحت الحفرة"}
        cases.act(session, case_id, E.PASSED_TO_THIRD_PARTY, SPECIALIST, passed, NOW)
        cases.act(session, case_id, E.OUTSIDE_ANSWERED, SPECIALIST, {"resolution": "نقلت الشركة الكابل ورُدم الموقع."}, NOW)
        text = deliveries.find(session, _draft(session, case_id)).text
    assert "نقلت الشركة الكابل" in text
    assert "سفلتة" not in text


def test_the_verdict_on_a_rumour_is_what_its_answer_tells(world: Database) -> None:
    with world.transaction() as session:
        (mention,) = publish(session, [replace(post(72, "يقال إن الجسر سيغلق سنة كاملة"), addressed=False)])
        case_id = cases.accept_mention(session, mention, SPECIALIST, PROFILE, NOW, path=CasePath.RUMOUR)
        cases.act(session, case_id, E.ASSIGNED, SPECIALIST, {"department": "works"}, NOW)
        found = {"verdict": "denied", "resolution": "لا يُغلق الجسر، وتستمر الصيانة ليلًا."}
        cases.act(session, case_id, E.VERDICT_RECORDED, SPECIALIST, found, NOW)
        assert "لا يُغلق الجسر" in deliveries.find(session, _draft(session, case_id)).text
