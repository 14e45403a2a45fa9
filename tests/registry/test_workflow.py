"""The moves on a case: one gate, an append-only history, and a state that equals its replay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from domain.case import CaseEvent, CaseEventKind, CaseStatus, replay
from domain.delivery import DeliveryChannel, DeliveryKind, DeliveryStatus, Message
from domain.errors import Conflict, IllegalMove, InputError, NotAllowed, NotFound, RasdError, StoreError
from domain.mention import Mention, MentionState
from domain.people import SYSTEM, Actor
from domain.profile import Profile
from domain.tags import Complexity, Importance, Kind, Tags
from registry import cases, deliveries, doctor, mentions, tagging
from registry.casework.chain import Head, extend
from registry.database import Database
from registry.views import Check, Review
from tests.registry.hands import NOW, Hands

E = CaseEventKind


@pytest.fixture
def case_id(hands: Hands, article: Callable[..., Mention]) -> int:
    return hands.case(article(1))


@contextmanager
def _refused(database: Database, error: type[RasdError], match: str | None = None) -> Iterator[None]:
    """Nothing changes where a move is refused."""
    with database.reading() as session:
        before = [tuple(row) for row in session.execute(text("SELECT * FROM case_record ORDER BY id"))]
    with pytest.raises(error, match=match):
        yield
    with database.reading() as session:
        assert [tuple(row) for row in session.execute(text("SELECT * FROM case_record ORDER BY id"))] == before


def _act(database: Database, case_id: int, kind: E, actor: Actor, **details: str) -> CaseStatus:
    with database.transaction() as session:
        return cases.act(session, case_id, kind, actor, details, NOW).status


def test_the_main_path(database: Database, case_id: int, team: dict[str, Actor]) -> None:
    specialist, department = team["specialist"], team["department"]
    assert _act(database, case_id, E.ACCEPTED, team["reviewer"]) is CaseStatus.ACCEPTED
    assert _act(database, case_id, E.ASSIGNED, specialist, department="maintenance") is CaseStatus.ASSIGNED
    assert _act(database, case_id, E.SOLVED, department, resolution="رُدمت الحفرة وأعيدت السفلتة") is CaseStatus.SOLVED
    assert _act(database, case_id, E.CLOSED, specialist) is CaseStatus.CLOSED
    with database.reading() as session:
        view = cases.case_view(session, case_id, specialist, NOW)
        assert doctor.examine(session) == []
    assert view.row.closed_at == NOW
    assert view.row.department == "maintenance"
    assert view.events[3].texts == {"resolution": "رُدمت الحفرة وأعيدت السفلتة"}
    assert view.events[3].details == {}
    assert E.REOPENED in view.allowed
    assert view.state == replay([CaseEvent(event.kind, event.at, event.actor, event.details) for event in view.events])


def test_the_path_of_what_could_not_be_solved(database: Database, case_id: int, team: dict[str, Actor]) -> None:
    _act(database, case_id, E.ACCEPTED, team["specialist"])
    _act(database, case_id, E.ASSIGNED, team["specialist"], department="maintenance")
    told = _act(database, case_id, E.PROPOSALS_PREPARED, team["department"], proposals="إدراج الطريق في خطة العام المقبل")
    assert told is CaseStatus.PROPOSALS


def test_what_is_refused(database: Database, case_id: int, team: dict[str, Actor]) -> None:
    with _refused(database, IllegalMove):
        _act(database, case_id, E.CLOSED, team["specialist"])
    with _refused(database, NotAllowed):
        _act(database, case_id, E.ACCEPTED, team["auditor"])
    with _refused(database, NotAllowed, "person"):
        _act(database, case_id, E.REJECTED, SYSTEM, reason="آلي")
    with _refused(database, InputError, "reason"):
        _act(database, case_id, E.REJECTED, team["reviewer"], reason="  ")
    with _refused(database, NotFound):
        _act(database, 999, E.ACCEPTED, team["reviewer"])


@pytest.mark.parametrize(
    "own_door",
    [
        E.REGISTERED, E.MENTION_JOINED, E.MENTION_LEFT, E.MERGED, E.ABSORBED, E.SPLIT_OFF, E.LINKED, E.UNLINKED, E.ATTACHED,
        E.TAGS_CORRECTED,
    ],
)  # fmt: skip
def test_what_writes_more_than_an_event_has_its_own_door(
    database: Database, case_id: int, team: dict[str, Actor], own_door: CaseEventKind
) -> None:
    with _refused(database, InputError, "use "):
        _act(database, case_id, own_door, team["specialist"], mention="1", other="1", into="1", attachment="1")


def test_details_are_cleaned_and_strange_ones_refused(database: Database, case_id: int, team: dict[str, Actor]) -> None:
    with _refused(database, InputError, "reason"):
        _act(database, case_id, E.REJECTED, team["reviewer"], reason=" \x00 ")
    with _refused(database, InputError, "comment"):
        _act(database, case_id, E.ACCEPTED, team["reviewer"], comment="اتصل بنا خالد من الرقم الفلاني")
    _act(database, case_id, E.NOTE_ADDED, team["reviewer"], note="\x00 نصف حرف: \ud83d ")
    with database.reading() as session:
        assert cases.case_view(session, case_id).events[-1].texts == {"note": "نصف حرف: ?"}


def test_an_answer_that_is_not_there_was_not_sent(
    database: Database, hands: Hands, case_id: int, article: Callable[..., Mention], team: dict[str, Actor]
) -> None:
    for kind in (E.ANSWER_APPROVED, E.ANSWER_SENT, E.ANSWER_FAILED):
        with _refused(database, InputError, "no answer"):
            _act(database, case_id, kind, team["approver"], delivery="1")
    other = hands.case(article(2))
    with database.transaction() as session:
        message = Message("answer:1", DeliveryKind.ANSWER, DeliveryChannel.EMAIL, "e@x.example", "ع", "ن", "", "")
        mine = deliveries.queue(session, message, case_id, DeliveryStatus.DRAFT, "specialist", now=NOW)
    with _refused(database, InputError, "no answer"):
        _act(database, other, E.ANSWER_APPROVED, team["approver"], delivery=str(mine))


def test_a_department_answers_for_its_own_cases_alone(database: Database, case_id: int, team: dict[str, Actor]) -> None:
    _act(database, case_id, E.ACCEPTED, team["specialist"])
    _act(database, case_id, E.ASSIGNED, team["specialist"], department="signs")
    with _refused(database, NotAllowed, "signs"):
        _act(database, case_id, E.SOLVED, team["department"], resolution="تم")


def test_somebody_else_was_first(database: Database, case_id: int, team: dict[str, Actor]) -> None:
    with database.reading() as session:
        seen = cases.case_view(session, case_id).row.revision
    with database.transaction() as session:
        cases.act(session, case_id, E.ACCEPTED, team["reviewer"], {}, NOW, expected=seen)
    with pytest.raises(Conflict), database.transaction() as session:
        cases.act(session, case_id, E.REJECTED, team["specialist"], {"reason": "مكرر"}, NOW, expected=seen)


def test_history_cannot_be_changed(database: Database, case_id: int) -> None:
    for change in ("UPDATE case_event SET actor = 'nobody'", "DELETE FROM case_event"):
        with pytest.raises(StoreError, match="append-only"), database.transaction() as session:
            session.execute(text(change))


def test_words_can_be_erased_and_the_chain_holds(database: Database, case_id: int, team: dict[str, Actor]) -> None:
    _act(database, case_id, E.NOTE_ADDED, team["specialist"], note="اتصل بنا صاحب البيت وذكر اسمه ورقمه")
    with database.transaction() as session:
        session.execute(text("DELETE FROM case_event_text"))
    with database.reading() as session:
        note = cases.case_view(session, case_id).events[-1]
        assert (note.texts, note.erased) == ({}, True)
        assert doctor.examine(session) == []


def test_the_doctor_sees_what_was_written_past_the_gate(database: Database, case_id: int, team: dict[str, Actor]) -> None:
    _act(database, case_id, E.NOTE_ADDED, team["specialist"], note="ملاحظة")
    harm = {
        "UPDATE case_record SET status = 'accepted'": Check.REPLAY,
        "UPDATE case_record SET head = 'x'": Check.CHAIN,
        'UPDATE case_event_text SET texts = \'{"note": "أخرى"}\'': Check.CHAIN,
        "UPDATE case_record SET due_at = opened_at": Check.DUE,
        "UPDATE case_counter SET last = 9": Check.NUMBERS,
        "UPDATE mention SET state = 'tagged'": Check.MENTIONS,
        "UPDATE story SET size = 5": Check.STORIES,
    }
    for statement, check in harm.items():
        with database.transaction() as session:
            session.execute(text(statement))
            assert {finding.check for finding in doctor.examine(session)} == {check}, statement
            session.rollback()


def test_cases_are_linked_by_hand_once(
    database: Database, hands: Hands, case_id: int, article: Callable[..., Mention], team: dict[str, Actor]
) -> None:
    other = hands.case(article(2))
    for expected in (True, False):
        with database.transaction() as session:
            assert cases.link(session, other, case_id, team["specialist"], NOW) is expected
    with pytest.raises(InputError), database.transaction() as session:
        cases.link(session, other, other, team["specialist"], NOW)
    with pytest.raises(NotAllowed), database.transaction() as session:
        cases.link(session, other, case_id, team["auditor"], NOW)
    with database.reading() as session:
        view = cases.case_view(session, case_id)
        assert [(link.case_id, link.score, link.actor) for link in view.links] == [(other, 1.0, "specialist")]
        assert view.events[-1].kind is E.LINKED
        assert doctor.examine(session) == []


def test_correcting_the_first_mention_corrects_the_case(
    database: Database, case_id: int, team: dict[str, Actor], profile: Profile
) -> None:
    with database.transaction() as session:
        mention_id = cases.case_view(session, case_id).mentions[0].id
        tagging.correct(
            session,
            mention_id,
            actor=team["specialist"],
            now=NOW,
            kind=Kind.INQUIRY,
            importance=Importance.HIGH,
            topic="roads/signs",
        )
    with database.reading() as session:
        view = cases.case_view(session, case_id)
        assert doctor.examine(session) == []
    row = view.row
    assert (row.kind, row.importance, row.topic, row.complexity) == (
        Kind.INQUIRY,
        Importance.HIGH,
        "roads/signs",
        Complexity.ROUTINE,
    )
    assert row.due_at == profile.calendar.due(NOW, timedelta(hours=12)), "an inquiry's own time, whatever its importance"
    assert view.events[-1].kind is E.TAGS_CORRECTED
    assert view.events[-1].details["was_kind"] == "complaint"


def test_accepting_a_proposal_registers_and_accepts(
    database: Database, hands: Hands, post: Callable[..., Mention], team: dict[str, Actor], profile: Profile
) -> None:
    (mention_id,) = hands.through(post(1)).proposed
    told = []
    for _ in range(2):
        with database.transaction() as session:
            told.append(cases.accept_mention(session, mention_id, team["reviewer"], profile, NOW))
    assert told[0] == told[1]
    with database.reading() as session:
        view = cases.case_view(session, told[0])
        assert [(event.kind, event.actor) for event in view.events] == [(E.REGISTERED, "reviewer"), (E.ACCEPTED, "reviewer")]
        assert cases.review_list(session).total == 0
        assert doctor.examine(session) == []


def test_accepting_what_opens_no_case_needs_a_kind(
    database: Database,
    hands: Hands,
    article: Callable[..., Mention],
    tags: Callable[..., Tags],
    team: dict[str, Actor],
    profile: Profile,
) -> None:
    hands.store(article(1))
    (mention_id,) = hands.tag(tags(kind=Kind.NEUTRAL))
    with pytest.raises(InputError, match="opens no case"), database.transaction() as session:
        cases.accept_mention(session, mention_id, team["reviewer"], profile, NOW)
    with pytest.raises(NotAllowed), database.transaction() as session:
        cases.accept_mention(session, mention_id, team["auditor"], profile, NOW, kind=Kind.REPORT)
    with database.transaction() as session:
        case_id = cases.accept_mention(session, mention_id, team["reviewer"], profile, NOW, kind=Kind.REPORT)
        view = mentions.mention_view(session, mention_id)
    assert view.row.case_id == case_id
    assert [correction.value for correction in view.corrections] == ["report"]


def test_rejecting_a_proposal_dismisses_it_until_its_text_changes(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], team: dict[str, Actor]
) -> None:
    from domain.tags import Flag

    (mention_id,) = hands.through(article(1), said=tags(confidence=0.2, flags=frozenset({Flag.RUMOUR}))).proposed
    with pytest.raises(InputError), database.transaction() as session:
        cases.reject_mention(session, mention_id, team["reviewer"], " ", NOW)
    for _ in range(2):
        with database.transaction() as session:
            cases.reject_mention(session, mention_id, team["reviewer"], "لا شكوى فيه", NOW)
    with database.reading() as session:
        view = mentions.mention_view(session, mention_id)
    assert (view.row.state, view.row.review, view.decision_reason) == (MentionState.DISMISSED, Review.NONE, "لا شكوى فيه")
    result = hands.through(article(1, text="نص آخر تماماً نشرته الصحيفة بعد يوم عن الطريق نفسه"))
    assert result.opened == ()
    with database.reading() as session:
        (waiting,) = cases.review_list(session).items
    assert (waiting.id, waiting.review) == (mention_id, Review.REVISED)


def test_a_reopening_can_be_declined(
    database: Database, hands: Hands, article: Callable[..., Mention], team: dict[str, Actor]
) -> None:
    body = " ".join(f"كلمة{place}" for place in range(40))
    case_id = hands.case(article(1, body))
    _act(database, case_id, E.REJECTED, team["reviewer"], reason="مكرر")
    (mention_id,) = hands.through(article(2, body)).joined
    with database.transaction() as session:
        cases.reject_mention(session, mention_id, team["reviewer"], "لا جديد فيه", NOW)
    with database.reading() as session:
        view = cases.case_view(session, case_id)
        assert (view.row.status, view.events[-1].texts) == (CaseStatus.REJECTED, {"note": "لا جديد فيه"})
        assert cases.review_list(session).total == 0
        assert doctor.examine(session) == []
    with pytest.raises(Conflict), database.transaction() as session:
        cases.reject_mention(session, mention_id, team["reviewer"], "مرة أخرى", NOW)


def test_lists_find_cases_by_what_they_are(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], team: dict[str, Actor]
) -> None:
    urgent = hands.through(article(1), said=tags(importance=Importance.HIGH)).opened[0]
    sign = hands.through(article(2), said=tags(topic="roads/signs", kind=Kind.INQUIRY)).opened[0]
    _act(database, sign, E.REJECTED, team["reviewer"], reason="مكرر")
    late = NOW + timedelta(days=3)
    with database.reading() as session:

        def ids(**asked: object) -> list[int]:
            return [row.id for row in cases.list_cases(session, now=late, **asked).items]  # type: ignore[arg-type]

        assert ids() == [sign, urgent]
        assert ids(status=CaseStatus.REJECTED) == ids(kind=Kind.INQUIRY) == ids(topic="roads/signs") == [sign]
        assert ids(open_only=True) == ids(overdue=True) == ids(importance=Importance.HIGH) == [urgent]
        assert ids(department="signs") == [sign]
        assert ids(number="-000001") == [urgent]
        assert ids(order=cases.CaseOrder.DUE) == ids(order=cases.CaseOrder.IMPORTANCE) == [urgent, sign]
        assert cases.list_cases(session, limit=1).total == 2
        assert cases.find_case(session, "mor-2026-000002") == sign


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_chain_covers_every_code(one: str, other: str) -> None:
    head, _ = extend(Head("MOR-2026-000001", None, ""), E.REGISTERED, NOW, "system", {"mention": "1"})
    first, _ = extend(head, E.MENTION_JOINED, NOW, "system", {"mention": one})
    second, _ = extend(head, E.MENTION_JOINED, NOW, "system", {"mention": other})
    assert (first.hash == second.hash) == (one == other)
