"""The handover list: what one shift leaves to the next."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from domain.case import CaseEventKind as E
from domain.case import CasePath, IntakeChannel
from domain.delivery import DeliveryChannel, DeliveryKind, DeliveryStatus, Message
from domain.errors import Conflict, NotAllowed, NotFound
from domain.people import SYSTEM, Actor
from domain.profile import Profile
from domain.tags import Kind
from registry import audit, cases, deliveries, handover
from registry.cases import Intake
from registry.casework.history import NewEvent, append_events
from registry.database import Database
from registry.handover import HandoverKind
from tests.registry.hands import NOW

HOUR = timedelta(hours=1)


def test_a_promise_is_listed_until_the_case_ends(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        case_id = _open(session, profile, team)
        _act(session, case_id, E.DELAY_TOLD, team, reason="ننتظر المقاول", promised_at=(NOW + 3 * HOUR).isoformat())
        (line,) = handover.open_items(session, NOW)
        assert (line.kind, line.case_id, line.at, line.late) == (HandoverKind.PROMISE, case_id, NOW + 3 * HOUR, False)
        assert handover.open_items(session, NOW + 4 * HOUR)[0].late
        _act(session, case_id, E.REJECTED, team, reason="مكررة")
        assert handover.open_items(session, NOW) == ()


def test_a_call_is_awaited_until_the_next_word(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        case_id = _open(session, profile, team)
        again = (NOW + 2 * HOUR).isoformat()
        _act(session, case_id, E.CONTACT_ATTEMPTED, team, channel="phone", outcome="call_back", call_again_at=again)
        (line,) = handover.open_items(session, NOW)
        assert (line.kind, line.at, line.who) == (HandoverKind.CALL, NOW + 2 * HOUR, "specialist")
        _act(session, case_id, E.CONTACT_ATTEMPTED, team, channel="phone", outcome="reached")
        assert handover.open_items(session, NOW) == ()
        _act(session, case_id, E.CONTACT_ATTEMPTED, team, channel="phone", outcome="call_back", call_again_at=again)
        _act(session, case_id, E.BENEFICIARY_TOLD, team, channel="phone")
        assert handover.open_items(session, NOW) == ()


def test_press_questions_by_deadline_waiting_and_escalated_cases(
    database: Database, profile: Profile, team: dict[str, Actor]
) -> None:
    with database.transaction() as session:
        late = _open(session, profile, team, CasePath.PRESS_QUESTION, Kind.INQUIRY, NOW + 9 * HOUR)
        soon = _open(session, profile, team, CasePath.PRESS_QUESTION, Kind.INQUIRY, NOW + HOUR)
        slow = _open(session, profile, team)
        _act(session, slow, E.WAITING_BEGAN, team, reason="صورة من الموقع")
        append_events(session, [NewEvent(slow, E.ESCALATED, SYSTEM.username, {"step": "reminder"})], NOW)
        found = [(line.kind, line.case_id) for line in handover.open_items(session, NOW)]
        assert found == [
            (HandoverKind.PRESS_QUESTION, soon),
            (HandoverKind.PRESS_QUESTION, late),
            (HandoverKind.ESCALATED, slow),
            (HandoverKind.WAITING, slow),
        ]
        _act(session, slow, E.WAITING_ENDED, team)
        assert HandoverKind.WAITING not in {line.kind for line in handover.open_items(session, NOW)}


def test_claims_released_since_the_last_handover(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        first, second = _open(session, profile, team), _open(session, profile, team)
        for case_id in (first, second):
            _act(session, case_id, E.ASSIGNED, team, department="maintenance")
            _act(session, case_id, E.CLAIMED, team, NOW, by="department")
            _act(session, case_id, E.RELEASED, team, NOW + HOUR, by="department")
        assert [line.case_id for line in handover.open_items(session, NOW + 2 * HOUR)] == [first, second]
        _act(session, first, E.CLAIMED, team, NOW + 2 * HOUR, by="second")
        (line,) = handover.open_items(session, NOW + 2 * HOUR)
        assert (line.kind, line.case_id, line.who) == (HandoverKind.RELEASED, second, "department")
        handover.give(session, team["specialist"], "", NOW + 3 * HOUR)
        assert handover.open_items(session, NOW + 4 * HOUR) == ()


def test_answers_that_wait_for_approval(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        case_id = _open(session, profile, team)
        mail = Message("answer:case:1:daily:1", DeliveryKind.ANSWER, DeliveryChannel.EMAIL, "editor@daily.example", "رد", "نص")
        drafted = deliveries.queue(session, mail, case_id, DeliveryStatus.DRAFT, "specialist", now=NOW)
        (line,) = handover.open_items(session, NOW)
        assert (line.kind, line.delivery_id, line.who) == (HandoverKind.APPROVAL, drafted, "specialist")


def test_a_handover_is_kept_taken_once_and_by_somebody_else(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        _open(session, profile, team, CasePath.PRESS_QUESTION, Kind.INQUIRY, NOW + HOUR)
        given = handover.give(session, team["specialist"], " انتبهوا لسؤال الصحفي 0551234567 ", NOW)
        with pytest.raises(NotAllowed, match="gave"):
            handover.take(session, given, team["specialist"], NOW)
        handover.take(session, given, team["reviewer"], NOW + HOUR)
        handover.take(session, given, team["reviewer"], NOW + 2 * HOUR)
        with pytest.raises(Conflict, match="reviewer took"):
            handover.take(session, given, team["manager"], NOW + HOUR)
        with pytest.raises(NotFound):
            handover.take(session, 99, team["reviewer"], NOW)
        for role in ("auditor", "admin"):
            with pytest.raises(NotAllowed, match="no shift"):
                handover.give(session, team[role], "", NOW)
        kept = handover.find(session, given)
        assert (kept.given_by, kept.taken_by, kept.taken_at) == ("specialist", "reviewer", NOW + HOUR)
        assert kept.note.startswith("انتبهوا لسؤال الصحفي •")
        assert [(line.kind, line.title) for line in kept.items] == [(HandoverKind.PRESS_QUESTION, "حفرة أمام المدرسة")]
        later = handover.give(session, team["reviewer"], "", NOW + 2 * HOUR)
        assert [each.id for each in handover.history(session).items] == [later, given]
        assert handover.history(session, limit=1, offset=1).items[0].id == given
        assert [each.action for each in audit.entries(session, action="handover").items][-1] == "handover.given"


def test_a_sealed_case_is_on_the_list_by_its_number_alone(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        case_id = _open(session, profile, team, CasePath.PRESS_QUESTION, Kind.INQUIRY, NOW + HOUR)
        given = handover.give(session, team["specialist"], "", NOW)
        _act(session, case_id, E.SEALED, team, reason="شبهة فساد")
        assert [(line.number, line.title) for line in handover.open_items(session, NOW)] == [("MOR-2026-000001", "")]
        assert [line.title for line in handover.find(session, given).items] == [""]


def _open(
    session: Session,
    profile: Profile,
    team: dict[str, Actor],
    path: CasePath = CasePath.GENERAL,
    kind: Kind = Kind.COMPLAINT,
    deadline: datetime | None = None,
) -> int:
    given = Intake(path, kind, IntakeChannel.PHONE, "حفرة أمام المدرسة", topic="roads/holes", deadline=deadline)
    return cases.open_direct(session, profile, given, team["specialist"], NOW)


def _act(
    session: Session, case_id: int, kind: E, team: dict[str, Actor], at: datetime = NOW, by: str = "specialist", **details: str
) -> None:
    cases.act(session, case_id, kind, team[by], details, at)
