"""Answers to outlets: drafted from a template, approved by somebody else, one for each that published (REQUIREMENTS N1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case import AnswerStatus, CaseEventKind
from domain.delivery import DeliveryChannel, DeliveryStatus
from domain.errors import Conflict, IllegalMove, InputError, NotAllowed, NotFound
from domain.outlet import AnswerChannel
from domain.people import SYSTEM, Actor, Role
from notify import answers
from notify.outbox import Senders, deliver_due
from notify.x_length import LIMIT, weighted_length
from registry import cases, deliveries, outlets, people
from registry.database import Database
from registry.views import DeliveryView
from tests.notify.world import (
    APPROVER,
    BOTH,
    DEAF,
    HERALD,
    NOW,
    POTHOLE,
    PROFILE,
    SAHEL,
    SPECIALIST,
    TAGS,
    article,
    case_of,
    post,
    prepare_proposals,
    publish,
    solve,
)

COMPLAINT = "حفرة قدام المدرسة من شهرين يا @RoadsCare وش الحل؟ جوالي 0551234567"


@pytest.fixture
def world(sqlite_world: Database) -> Database:
    """What is said does not depend on the store; that it is kept on both, the tests of the outbox show."""
    return sqlite_world


def solved(database: Database, resolution: str = "رُدمت الحفرة وأُعيدت سفلتة الموقع.") -> int:
    with database.transaction() as session:
        case_id = case_of(session, article(1))
        solve(session, case_id, resolution)
    return case_id


def solved_post(database: Database, resolution: str = "رُدمت الحفرة.", text: str = COMPLAINT) -> int:
    with database.transaction() as session:
        case_id = case_of(session, post(71, text))
        solve(session, case_id, resolution)
    return case_id


def draft(database: Database, case_id: int, actor: Actor = SPECIALIST, text: str | None = None) -> DeliveryView:
    with database.transaction() as session:
        return deliveries.find(session, answers.draft(session, PROFILE, case_id, actor, NOW, text=text))


def number_of(database: Database, case_id: int) -> str:
    with database.reading() as session:
        return cases.case_view(session, case_id).row.number


def test_the_editor_is_told_what_was_done(world: Database) -> None:
    case_id = solved(world)
    view = draft(world, case_id)
    number = number_of(world, case_id)
    assert (view.status, view.channel, view.recipient) == (DeliveryStatus.DRAFT, DeliveryChannel.EMAIL, SAHEL.editor_email)
    assert (view.drafted_by, view.case_id) == ("huda", case_id)
    assert number in view.subject
    assert "\n" not in view.subject
    for said in (
        "السادة هيئة تحرير صحيفة الساحل المحترمين",
        f"«{POTHOLE}»",
        "18 نوفمبر 2026م (8 جمادى الآخرة 1448هـ)",
        number,
        "الحفر والأرصفة",
        "إدارة الصيانة",
        "وانتهت معالجته إلى الآتي:\n\nرُدمت الحفرة وأُعيدت سفلتة الموقع.",
        "إدارة الإعلام\nوزارة الطرق\ncare@roads.example",
    ):
        assert said in view.text
    assert 'dir="rtl"' in view.html
    assert view.html.count("رُدمت الحفرة") == 1
    with world.reading() as session:
        events = cases.case_view(session, case_id).events
    assert (events[-1].kind, events[-1].actor) == (CaseEventKind.ANSWER_DRAFTED, "huda")
    assert events[-1].details == {"delivery": str(view.id)}


def test_steps_taken_are_told_where_nothing_is_solved(world: Database) -> None:
    with world.transaction() as session:
        case_id = case_of(session, article(1))
        prepare_proposals(session, case_id, "أُدرج الموقع في خطة الصيانة للربع القادم.")
    text = draft(world, case_id).text
    assert "الخطوات المتخذة بشأنه حتى الآن:\n\nأُدرج الموقع" in text
    assert "وانتهت معالجته" not in text


def test_an_english_outlet_is_answered_in_english(world: Database) -> None:
    with world.transaction() as session:
        tags = replace(TAGS, lang="en")
        case_id = case_of(session, article(1, HERALD, "Pothole wrecks cars near a school", "Residents say it grew."), tags)
        solve(session, case_id, "The pothole was filled on 17 November.")
    view = draft(world, case_id)
    assert view.text.startswith("Dear editors of Gulf Herald,")
    assert "It was resolved as follows:\n\nThe pothole was filled" in view.text
    assert "“Pothole wrecks cars near a school”" in view.text
    assert 'dir="ltr"' in view.html


def test_a_post_is_answered_under_it_with_its_number_and_no_personal_data(world: Database) -> None:
    case_id = solved_post(world, "تواصلنا مع صاحب الرقم 0551234567 وحسابه @some_citizen ورُدمت الحفرة " * 8)
    view = draft(world, case_id)
    assert (view.channel, view.recipient, view.subject, view.html) == (DeliveryChannel.X_REPLY, "71", "", "")
    assert weighted_length(view.text) <= LIMIT
    assert number_of(world, case_id) in view.text
    assert "0551234567" not in view.text
    assert "some_citizen" not in view.text
    assert "…" in view.text


def test_a_short_outcome_is_told_whole_on_x(world: Database) -> None:
    case_id = solved_post(world)
    assert draft(world, case_id).text == (
        f"شكرًا لتواصلكم. بشأن الحفر والأرصفة: رُدمت الحفرة. الرقم المرجعي: {number_of(world, case_id)}"
    )


def test_an_outlet_that_reads_x_is_answered_under_its_own_post(world: Database) -> None:
    with world.transaction() as session:
        outlets.save(session, replace(SAHEL, handle="Sahel_News", answer_channel=AnswerChannel.X_REPLY))
        case_id = case_of(session, article(1))
        solve(session, case_id)
    with pytest.raises(InputError, match="e-mail"):
        draft(world, case_id)
    with world.transaction() as session:
        own = replace(post(88, article(1).text, handle="sahel_news"), title=POTHOLE)
        publish(session, [own])
    view = draft(world, case_id)
    assert (view.channel, view.recipient) == (DeliveryChannel.X_REPLY, "88")
    assert view.text.startswith("شكرًا لما نشرتموه.")


def test_personal_data_in_the_outcome_is_masked_in_a_mail(world: Database) -> None:
    view = draft(world, solved(world, "اتصلنا بالمشتكي على 0551234567 ورُدمت الحفرة."))
    assert "0551234567" not in view.text + view.html
    assert "••••" in view.text


@pytest.mark.parametrize(
    ("text", "problem"),
    [("", "empty"), ("حُلت مشكلة صاحب الجوال 0551234567", "personal data"), ("رُدمت الحفرة " * 40, "280")],
)
def test_a_text_that_cannot_leave_is_refused(world: Database, text: str, problem: str) -> None:
    case_id = solved_post(world)
    with pytest.raises(InputError, match=problem):
        draft(world, case_id, text=text)
    with world.reading() as session:
        assert cases.case_view(session, case_id).deliveries == ()


def test_a_person_may_write_the_text(world: Database) -> None:
    view = draft(world, solved(world), text="السادة الكرام،\n\nرُدمت الحفرة. للاستفسار care@roads.example <رسمي>\n")
    assert view.text == "السادة الكرام،\n\nرُدمت الحفرة. للاستفسار care@roads.example <رسمي>"
    assert "&lt;رسمي&gt;" in view.html


def test_an_outlet_without_a_channel_is_named(world: Database) -> None:
    with world.transaction() as session:
        case_id = case_of(session, article(1, DEAF))
        solve(session, case_id)
    with pytest.raises(InputError, match=DEAF.name_ar):
        draft(world, case_id)


def test_an_unsolved_case_is_not_answered(world: Database) -> None:
    with world.transaction() as session:
        case_id = case_of(session, article(1))
    with pytest.raises(InputError, match="no solution"):
        draft(world, case_id)
    with pytest.raises(IllegalMove):
        draft(world, case_id, text="نعمل على الأمر")
    with pytest.raises(NotFound):
        draft(world, 999)


def test_only_a_specialist_drafts(world: Database) -> None:
    case_id = solved(world)
    for actor in (Actor("r", "مراجع", frozenset({Role.REVIEWER})), APPROVER, SYSTEM):
        with pytest.raises(NotAllowed):
            draft(world, case_id, actor)


def test_nobody_approves_their_own_draft_unless_the_setting_says_so(world: Database) -> None:
    view = draft(world, solved(world), BOTH)
    with world.transaction() as session, pytest.raises(NotAllowed, match="nora"):
        answers.approve(session, view.id, BOTH, NOW)
    with world.transaction() as session:
        answers.approve(session, view.id, BOTH, NOW, drafter_may_approve=True)
        assert deliveries.find(session, view.id).status is DeliveryStatus.QUEUED


@pytest.mark.parametrize("actor", [SPECIALIST, SYSTEM, Actor("m", "مدير", frozenset({Role.MANAGER, Role.ADMIN}))])
def test_only_an_approver_approves(world: Database, actor: Actor) -> None:
    view = draft(world, solved(world), BOTH)
    with world.transaction() as session, pytest.raises(NotAllowed):
        answers.approve(session, view.id, actor, NOW, drafter_may_approve=True)


def test_an_approval_is_told_to_the_case_once(world: Database) -> None:
    case_id = solved(world)
    view = draft(world, case_id)
    for _ in range(2):
        with world.transaction() as session:
            answers.approve(session, view.id, APPROVER, NOW)
    with world.reading() as session:
        found = cases.case_view(session, case_id)
    assert [event.kind for event in found.events].count(CaseEventKind.ANSWER_APPROVED) == 1
    assert found.state.answer is AnswerStatus.APPROVED


def test_what_was_sent_back_may_be_drafted_anew(world: Database) -> None:
    case_id = solved(world)
    first = draft(world, case_id)
    with world.transaction() as session, pytest.raises(InputError):
        answers.send_back(session, first.id, APPROVER, "  ", NOW)
    with pytest.raises(Conflict, match="already"):
        draft(world, case_id)
    with world.transaction() as session:
        answers.send_back(session, first.id, APPROVER, "اذكروا تاريخ الردم", NOW)
        assert deliveries.find(session, first.id).status is DeliveryStatus.WITHDRAWN
    second = draft(world, case_id)
    assert (first.key, second.key) == (f"answer:case:{case_id}:sahel:1", f"answer:case:{case_id}:sahel:2")
    assert first.message_id != second.message_id
    with world.transaction() as session, pytest.raises(Conflict):
        answers.approve(session, first.id, APPROVER, NOW)


def test_an_outlet_is_answered_once_until_the_case_is_reopened(world: Database) -> None:
    case_id = solved(world)
    view = draft(world, case_id)
    with world.transaction() as session:
        answers.approve(session, view.id, APPROVER, NOW)

    class Post:
        def send(self, message: object) -> str:
            return "<sent@roads.example>"

    assert deliver_due(world, Senders(mail=Post()), NOW).sent == 1
    with pytest.raises(Conflict, match="answered once"):
        draft(world, case_id)
    later, other = NOW + timedelta(days=2), Actor("amal", "أمل", frozenset({Role.DEPARTMENT}), "works")
    with world.transaction() as session:
        cases.act(session, case_id, CaseEventKind.CLOSED, SPECIALIST, {}, later)
        cases.act(session, case_id, CaseEventKind.REOPENED, SPECIALIST, {"reason": "عادت الحفرة"}, later)
        people.add(session, "amal", "أمل", "a long password", {Role.DEPARTMENT}, department="works", now=NOW)
        to_her = {"department": "works", "assignee": "amal"}
        cases.act(session, case_id, CaseEventKind.ASSIGNED, SPECIALIST, to_her, later)
        cases.act(session, case_id, CaseEventKind.SOLVED, other, {"resolution": "أُعيد رصف الموقع كاملًا."}, later)
    second = draft(world, case_id)
    assert second.key.endswith(":2")
    assert "أُعيد رصف الموقع كاملًا." in second.text


def test_each_outlet_of_a_story_gets_its_own_answer(world: Database) -> None:
    case_id = solved(world)
    with world.transaction() as session:
        (second,) = publish(session, [article(2, HERALD)])
    with world.transaction() as session:
        first = answers.draft(session, PROFILE, case_id, SPECIALIST, NOW)
        other = answers.draft(session, PROFILE, case_id, SPECIALIST, NOW, mention_id=second)
        sent_to = {deliveries.find(session, each).recipient for each in (first, other)}
        with pytest.raises(InputError, match="does not belong"):
            answers.propose(session, PROFILE, case_id, mention_id=999)
    assert sent_to == {SAHEL.editor_email, HERALD.editor_email}


def test_a_proposal_writes_nothing(world: Database) -> None:
    case_id = solved(world)
    with world.reading() as session:
        proposal = answers.propose(session, PROFILE, case_id)
        assert (proposal.to, proposal.channel) == ("صحيفة الساحل", DeliveryChannel.EMAIL)
    assert draft(world, case_id).text == proposal.text
