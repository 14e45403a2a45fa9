"""Crisis mode: answers wait, nothing else does; deputies may approve; turning it off lets the answers go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session

from domain.case import AnswerStatus
from domain.delivery import DeliveryChannel, DeliveryKind, DeliveryStatus, Message
from domain.errors import InputError, NotAllowed
from domain.people import Actor, Role
from notify import answers
from notify.mail import MailSender
from notify.outbox import DeliveryCounts, Senders, deliver_due
from registry import audit, cases, crisis, deliveries, people
from registry.database import Database
from tests.fakes.mail_server import MailServer
from tests.notify.world import APPROVER, NOW, PROFILE, SPECIALIST, article, case_of, solve

MANAGER = Actor("munira", "منيرة", frozenset({Role.MANAGER}))
DEPUTY = Actor("badr", "بدر", frozenset({Role.SPECIALIST}))
LINE = "نتحقق مما يُتداول، وسنوافيكم بما يثبت."


def test_answers_wait_and_digests_go_on(world: Database, server: MailServer, sender_for: Callable[[int], MailSender]) -> None:
    senders = Senders(mail=sender_for(server.port))
    with world.transaction() as session:
        answer = _approved(session)
        digest = deliveries.queue(session, _digest(), now=NOW)
        crisis.on(session, MANAGER, LINE, (), "إشاعة عن إغلاق الطرق", NOW)
    later = NOW + timedelta(hours=5)
    assert deliver_due(world, senders, later) == DeliveryCounts(sent=1, held=1)
    with world.reading() as session:
        assert deliveries.find(session, answer).status is DeliveryStatus.QUEUED
        assert deliveries.find(session, digest).status is DeliveryStatus.SENT
    with world.transaction() as session:
        crisis.off(session, MANAGER, "اتضح الأمر", later)
    assert deliver_due(world, senders, later) == DeliveryCounts(sent=1)
    with world.reading() as session:
        assert deliveries.find(session, answer).status is DeliveryStatus.SENT
        assert cases.list_cases(session).items[0].answer is AnswerStatus.SENT


def test_held_answers_never_push_others_out_of_the_queue(world: Database) -> None:
    with world.transaction() as session:
        _approved(session)
        digest = deliveries.queue(session, _digest(), now=NOW + timedelta(minutes=1))
        crisis.on(session, MANAGER, LINE, (), "إشاعة", NOW)
        assert [each.id for each in deliveries.due(session, NOW + timedelta(hours=1), 1)] == [digest]


def test_an_answer_that_was_due_already_is_not_claimed_once_it_is_on(world: Database) -> None:
    with world.transaction() as session:
        answer = _approved(session)
        assert [each.id for each in deliveries.due(session, NOW)] == [answer]
        crisis.on(session, MANAGER, LINE, (), "إشاعة", NOW)
        assert not deliveries.claim(session, answer, NOW)
        crisis.off(session, MANAGER, "انتهت", NOW)
        assert deliveries.claim(session, answer, NOW)


def test_a_deputy_approves_while_it_is_on_but_never_their_own_draft(world: Database) -> None:
    with world.transaction() as session:
        _people(session)
        theirs, own = _drafted(session, 1, SPECIALIST), _drafted(session, 2, DEPUTY)
        with pytest.raises(NotAllowed, match="approver"):
            answers.approve(session, theirs, DEPUTY, NOW)
        crisis.on(session, MANAGER, LINE, ("badr",), "إشاعة", NOW)
        assert crisis.is_deputy(session, DEPUTY)
        assert not crisis.is_deputy(session, SPECIALIST)
        with pytest.raises(NotAllowed, match="drafted"):
            answers.approve(session, own, DEPUTY, NOW, drafter_may_approve=True)
        answers.approve(session, theirs, DEPUTY, NOW)
        assert deliveries.find(session, theirs).approved_by == "badr"
        with pytest.raises(NotAllowed, match="approver"):
            answers.approve(session, own, MANAGER, NOW)
        answers.send_back(session, _drafted(session, 3, SPECIALIST), DEPUTY, "ليس الآن", NOW)
        crisis.off(session, MANAGER, "انتهت", NOW)
        with pytest.raises(NotAllowed, match="approver"):
            answers.approve(session, own, DEPUTY, NOW)


def test_every_turn_stands_in_the_trail(world: Database) -> None:
    with world.transaction() as session:
        _people(session)
        assert crisis.state(session) == crisis.CrisisState()
        crisis.off(session, MANAGER, "لا شيء", NOW)
        crisis.on(session, MANAGER, f"  {LINE} ", ("BADR", "badr"), "إشاعة", NOW)
        crisis.on(session, MANAGER, LINE, ("badr",), "إشاعة", NOW + timedelta(hours=1))
        changed = crisis.on(session, MANAGER, LINE, (), "عاد المعتمدون", NOW + timedelta(hours=2))
        assert (changed.since, changed.deputies, changed.active) == (NOW, (), True)
        after = crisis.off(session, MANAGER, "انتهت", NOW + timedelta(hours=3))
        assert (after.active, after.line, after.since) == (False, "", NOW + timedelta(hours=3))
        trail = audit.entries(session, action="crisis").items
    assert [each.action for each in trail] == ["crisis.off", "crisis.changed", "crisis.on"]
    assert trail[-1].details == {"reason": "إشاعة", "line": LINE, "deputies": "badr"}
    assert {each.actor for each in trail} == {"munira"}


def test_it_takes_a_manager_a_line_and_a_reason(world: Database) -> None:
    with world.transaction() as session:
        for actor in (APPROVER, SPECIALIST):
            with pytest.raises(NotAllowed, match="manager"):
                crisis.on(session, actor, LINE, (), "إشاعة", NOW)
            with pytest.raises(NotAllowed, match="manager"):
                crisis.off(session, actor, "انتهت", NOW)
        with pytest.raises(InputError, match="line"):
            crisis.on(session, MANAGER, " ", (), "إشاعة", NOW)
        with pytest.raises(InputError, match="reason"):
            crisis.on(session, MANAGER, LINE, (), " ", NOW)
        with pytest.raises(InputError, match="no user «nobody»"):
            crisis.on(session, MANAGER, LINE, ("nobody",), "إشاعة", NOW)
        for role, department in ((Role.AUDITOR, ""), (Role.DEPARTMENT, "roads")):
            people.add(session, role.value, "لا ينوب", "a long password", {role}, department=department, now=NOW)
            with pytest.raises(InputError, match=f"«{role.value}» cannot be a deputy"):
                crisis.on(session, MANAGER, LINE, (role.value,), "إشاعة", NOW)
        assert not crisis.state(session).active


def _people(session: Session) -> None:
    people.add(session, "badr", "بدر", "a long password", {Role.SPECIALIST}, now=NOW)


def _drafted(session: Session, number: int, drafter: Actor) -> int:
    title = f"حفرة رقم {number} في طريق لا يشبهه طريق آخر من طرق المدينة"
    case_id = case_of(session, article(number, title=title, text=" ".join(f"كلمة{number}س{place}" for place in range(40))))
    solve(session, case_id)
    return answers.draft(session, PROFILE, case_id, drafter, NOW)


def _approved(session: Session) -> int:
    delivery = _drafted(session, 1, SPECIALIST)
    answers.approve(session, delivery, APPROVER, NOW)
    return delivery


def _digest() -> Message:
    return Message(
        key="digest:2026-W46:lead@roads.example",
        kind=DeliveryKind.DIGEST,
        channel=DeliveryChannel.EMAIL,
        recipient="lead@roads.example",
        subject="ملخص الأسبوع",
        text="لا جديد.",
        message_id="<digest.46@roads.example>",
    )
