"""The outbox: queued once, approved by a second person, sent once, and a crash in between told apart (DESIGN promises 3 and
4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from domain.case import AnswerStatus, CaseEventKind
from domain.delivery import MAX_ATTEMPTS, DeliveryChannel, DeliveryKind, DeliveryStatus, Message
from domain.errors import Conflict, InputError, NotAllowed, NotFound, StoreError
from domain.mention import Mention
from domain.people import Actor, Role
from registry import cases, deliveries, doctor, problems
from registry.database import Database
from registry.views import DeliveryView, NextAction, Subject
from tests.registry.hands import NOW, Hands

E = CaseEventKind
S = DeliveryStatus


def _mail(key: str = "digest:2026-W47:a@b.example") -> Message:
    return Message(key, DeliveryKind.DIGEST, DeliveryChannel.EMAIL, "a@b.example", "الملخص", "نص", message_id=f"<{key}@rasd>")


def _reply(key: str = "answer:case:1:1") -> Message:
    return Message(key, DeliveryKind.ANSWER, DeliveryChannel.X_REPLY, "1790", "", "عولجت الحفرة")


def _queue(database: Database, message: Message, case_id: int | None = None, drafted_by: str = "specialist") -> int:
    draft = message.kind is DeliveryKind.ANSWER
    with database.transaction() as session:
        return deliveries.queue(session, message, case_id, S.DRAFT if draft else S.QUEUED, drafted_by, now=NOW)


def _find(database: Database, delivery_id: int) -> DeliveryView:
    with database.reading() as session:
        return deliveries.find(session, delivery_id)


@pytest.fixture
def solved(database: Database, hands: Hands, article: Callable[..., Mention], team: dict[str, Actor]) -> int:
    """A solved case."""
    case_id = hands.case(article(1))
    with database.transaction() as session:
        cases.act(session, case_id, E.ACCEPTED, team["specialist"], {}, NOW)
        cases.act(session, case_id, E.ASSIGNED, team["specialist"], {"department": "maintenance"}, NOW)
        cases.act(session, case_id, E.SOLVED, team["department"], {"resolution": "رُدمت"}, NOW)
    return case_id


@pytest.fixture
def drafted(database: Database, solved: int, team: dict[str, Actor]) -> int:
    """An answer on X to it, drafted by the specialist."""
    delivery_id = _queue(database, _reply(), solved)
    with database.transaction() as session:
        cases.act(session, solved, E.ANSWER_DRAFTED, team["specialist"], {"delivery": str(delivery_id)}, NOW)
    return delivery_id


def test_a_key_is_queued_once(database: Database) -> None:
    first = _queue(database, _mail())
    assert _queue(database, _mail()) == first
    with database.reading() as session:
        assert [each.id for each in deliveries.due(session, NOW)] == [first]


def test_an_answer_is_drafted_never_queued(database: Database) -> None:
    with pytest.raises(NotAllowed), database.transaction() as session:
        deliveries.queue(session, _reply(), now=NOW)
    with pytest.raises(InputError), database.transaction() as session:
        deliveries.queue(session, _mail(), status=S.SENT, now=NOW)
    delivery_id = _queue(database, _reply())
    with pytest.raises(StoreError), database.transaction() as session:
        session.execute(text(f"UPDATE delivery SET status = 'queued' WHERE id = {delivery_id}"))


def test_the_drafter_does_not_approve(database: Database, solved: int, drafted: int, team: dict[str, Actor]) -> None:
    drafter = Actor("specialist", "س", frozenset({Role.SPECIALIST, Role.APPROVER}))
    for actor in (drafter, team["manager"]):
        with pytest.raises(NotAllowed), database.transaction() as session:
            deliveries.approve(session, drafted, actor, NOW)
    assert _find(database, drafted).status is S.DRAFT
    for _ in range(2):
        with database.transaction() as session:
            deliveries.approve(session, drafted, team["approver"], NOW)
    assert (_find(database, drafted).status, _find(database, drafted).approved_by) == (S.QUEUED, "approver")
    with database.reading() as session:
        view = cases.case_view(session, solved)
        assert [event.kind for event in view.events][-2:] == [E.ANSWER_DRAFTED, E.ANSWER_APPROVED]
        assert view.row.answer is AnswerStatus.APPROVED


def test_where_one_person_is_enough_the_drafter_approves(database: Database, drafted: int) -> None:
    alone = Actor("specialist", "س", frozenset({Role.SPECIALIST, Role.APPROVER}))
    with database.transaction() as session:
        deliveries.approve(session, drafted, alone, NOW, second_person=False)
    assert _find(database, drafted).status is S.QUEUED


def test_sent_once_and_told_once(database: Database, solved: int, drafted: int, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        deliveries.approve(session, drafted, team["approver"], NOW)
        assert deliveries.claim(session, drafted, NOW)
        assert not deliveries.claim(session, drafted, NOW)
        assert deliveries.due(session, NOW) == []
    for _ in range(2):
        with database.transaction() as session:
            deliveries.confirm(session, drafted, NOW, "1791")
    sent = _find(database, drafted)
    assert (sent.status, sent.remote_id, sent.sent_at, sent.claimed_at) == (S.SENT, "1791", NOW, None)
    with database.reading() as session:
        view = cases.case_view(session, solved)
        assert [event.kind for event in view.events].count(E.ANSWER_SENT) == 1
        assert (view.row.answer, view.deliveries) == (AnswerStatus.SENT, (sent,))
        assert doctor.examine(session) == []


def test_a_draft_is_sent_back_with_a_reason(database: Database, solved: int, drafted: int, team: dict[str, Actor]) -> None:
    with pytest.raises(InputError), database.transaction() as session:
        deliveries.send_back(session, drafted, team["approver"], "", NOW)
    for _ in range(2):
        with database.transaction() as session:
            deliveries.send_back(session, drafted, team["approver"], "اذكر موعد السفلتة", NOW)
    with database.reading() as session:
        view = cases.case_view(session, solved)
    assert (view.row.answer, view.events[-1].texts) == (AnswerStatus.NONE, {"reason": "اذكر موعد السفلتة"})
    with pytest.raises(Conflict), database.transaction() as session:
        deliveries.approve(session, drafted, team["approver"], NOW)


def test_a_draft_that_is_edited_changes_its_drafter(database: Database, drafted: int, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        deliveries.edit_draft(session, drafted, team["approver"], _reply("ignored"))
    with pytest.raises(NotAllowed), database.transaction() as session:
        deliveries.approve(session, drafted, team["approver"], NOW)
    assert _find(database, drafted).key == "answer:case:1:1"


def test_after_a_crash_mail_goes_again_and_what_is_public_waits(
    database: Database, solved: int, drafted: int, team: dict[str, Actor]
) -> None:
    mail = _queue(database, _mail())
    with database.transaction() as session:
        deliveries.approve(session, drafted, team["approver"], NOW)
        assert deliveries.claim(session, drafted, NOW)
        assert deliveries.claim(session, mail, NOW)
    for expected in ((1, 1), (0, 0)):
        with database.transaction() as session:
            assert deliveries.sweep_claimed(session, NOW + timedelta(minutes=1)) == expected
    assert (_find(database, mail).status, _find(database, mail).message_id) == (S.QUEUED, _mail().message_id)
    assert _find(database, drafted).status is S.UNCERTAIN
    with database.reading() as session:
        assert [each.id for each in deliveries.due(session, NOW + timedelta(minutes=1))] == [mail]
        assert cases.case_view(session, solved).row.answer is AnswerStatus.UNCERTAIN
        (problem,) = problems.open_problems(session, subject=Subject.DELIVERY).items
    assert (problem.next_action, problem.subject_id) == (NextAction.DECIDE, str(drafted))


def test_a_sweep_leaves_what_others_send_now(database: Database) -> None:
    mail = _queue(database, _mail())
    with database.transaction() as session:
        deliveries.claim(session, mail, NOW)
        assert deliveries.sweep_claimed(session, NOW, before=NOW - timedelta(minutes=10)) == (0, 0)


@pytest.mark.parametrize("sent", [True, False])
def test_a_person_decides_what_is_uncertain(
    database: Database, solved: int, drafted: int, team: dict[str, Actor], sent: bool
) -> None:
    with database.transaction() as session:
        deliveries.approve(session, drafted, team["approver"], NOW)
        deliveries.claim(session, drafted, NOW)
        deliveries.mark_uncertain(session, drafted, NOW, "timed out")
        deliveries.mark_uncertain(session, drafted, NOW, "timed out")
    with pytest.raises(NotAllowed), database.transaction() as session:
        deliveries.resolve_uncertain(session, drafted, team["specialist"], sent, NOW)
    with database.transaction() as session:
        deliveries.resolve_uncertain(session, drafted, team["approver"], sent, NOW)
    assert _find(database, drafted).status is (S.SENT if sent else S.QUEUED)
    with database.reading() as session:
        answer = cases.case_view(session, solved).row.answer
        assert problems.open_problems(session).total == 0
        assert doctor.examine(session) == []
    assert answer is (AnswerStatus.SENT if sent else AnswerStatus.APPROVED)
    with pytest.raises(Conflict), database.transaction() as session:
        deliveries.resolve_uncertain(session, drafted, team["approver"], sent, NOW)


def test_failures_are_tried_again_and_at_last_shown(database: Database, team: dict[str, Actor]) -> None:
    mail = _queue(database, _mail())
    now = NOW
    for attempt in range(MAX_ATTEMPTS):
        with database.transaction() as session:
            assert deliveries.claim(session, mail, now), attempt
            deliveries.fail(session, mail, now, "451 try later", final=False)
        now += timedelta(hours=7)
    assert (_find(database, mail).status, _find(database, mail).attempts) == (S.FAILED, MAX_ATTEMPTS)
    with database.reading() as session:
        (problem,) = problems.open_problems(session).items
    assert (problem.next_action, problem.times, problem.reason) == (NextAction.CORRECT_ADDRESS, MAX_ATTEMPTS, "451 try later")
    with database.transaction() as session:
        deliveries.retry(session, mail, team["approver"], now, recipient="new@b.example")
        assert problems.open_problems(session).total == 0
    assert (_find(database, mail).recipient, _find(database, mail).attempts) == ("new@b.example", 0)


def test_a_final_failure_is_shown_at_once(database: Database, solved: int, drafted: int, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        deliveries.approve(session, drafted, team["approver"], NOW)
        deliveries.claim(session, drafted, NOW)
        deliveries.fail(session, drafted, NOW, "the post is gone", final=True)
        assert cases.case_view(session, solved).row.answer is AnswerStatus.FAILED
        deliveries.retry(session, drafted, team["approver"], NOW)
        assert cases.case_view(session, solved).row.answer is AnswerStatus.APPROVED


def test_what_may_not_happen_is_refused(database: Database, team: dict[str, Actor]) -> None:
    mail = _queue(database, _mail())
    with pytest.raises(Conflict), database.transaction() as session:
        deliveries.confirm(session, mail, NOW)
    with pytest.raises(Conflict), database.transaction() as session:
        deliveries.retry(session, mail, team["approver"], NOW)
    with pytest.raises(NotFound), database.reading() as session:
        deliveries.find(session, 99)
    with database.reading() as session:
        assert deliveries.find_key(session, "nothing") is None
        assert deliveries.list_deliveries(session, status=S.QUEUED, kind=DeliveryKind.DIGEST).total == 1
