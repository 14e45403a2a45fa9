"""The paths of a case in the store: what comes directly, waits outside, or feeds the register (REQUIREMENTS W2-W8, W15)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from domain.case import CaseEventKind, CasePath, CaseStatus, IntakeChannel
from domain.errors import IllegalMove, InputError, NotAllowed
from domain.mention import Mention
from domain.people import Actor
from domain.profile import Profile
from domain.tags import Complexity, Importance, Kind
from registry import cases, doctor
from registry.casework.deadlines import promise_of
from registry.database import Database
from registry.views import CaseView
from tests.registry.hands import NOW, Hands

E, P = CaseEventKind, CasePath
GIVEN = cases.Intake(
    P.GENERAL,
    Kind.COMPLAINT,
    IntakeChannel.PHONE,
    "حفرة أمام المدرسة",
    account="قال إن الحفرة قديمة",
    topic="roads/holes",
    party=cases.Party("سعد", "0501234567", IntakeChannel.SMS),
)
INQUIRY = replace(GIVEN, path=P.INQUIRY, kind=Kind.INQUIRY, title="متى يفتح الطريق؟")
RUMOUR = replace(GIVEN, path=P.RUMOUR, kind=Kind.REPORT, title="يقال إن الجسر سيغلق", channel=IntakeChannel.WHATSAPP, party=None)


@pytest.fixture
def opened(database: Database, profile: Profile, team: dict[str, Actor]) -> Callable[[cases.Intake], int]:
    def open_it(given: cases.Intake) -> int:
        with database.transaction() as session:
            return cases.open_direct(session, profile, given, team["reviewer"], NOW)

    return open_it


def _act(database: Database, case_id: int, kind: CaseEventKind, actor: Actor, now: datetime = NOW, **details: str) -> CaseStatus:
    with database.transaction() as session:
        return cases.act(session, case_id, kind, actor, details, now).status


def _view(database: Database, case_id: int) -> CaseView:
    with database.reading() as session:
        assert doctor.examine(session) == []
        return cases.case_view(session, case_id, now=NOW)


def test_a_direct_case_goes_its_whole_path(
    database: Database, opened: Callable[[cases.Intake], int], team: dict[str, Actor]
) -> None:
    """REQUIREMENTS W2, W3, W7."""
    case_id = opened(GIVEN)
    row = _view(database, case_id).row
    assert (row.number, row.path, row.channel, row.status) == ("MOR-2026-000001", P.GENERAL, "phone", CaseStatus.ACCEPTED)
    _act(database, case_id, E.ACKNOWLEDGED, team["reviewer"], channel="sms")
    _act(database, case_id, E.ASSIGNED, team["specialist"], department="maintenance")
    _act(database, case_id, E.SOLVED, team["department"], resolution="رُدمت")
    with pytest.raises(IllegalMove, match="satisfaction"):
        _act(database, case_id, E.CLOSED, team["specialist"])
    _act(database, case_id, E.SATISFACTION_RECORDED, team["reviewer"], satisfied="yes", score="4")
    assert _act(database, case_id, E.CLOSED, team["specialist"]) is CaseStatus.CLOSED
    view = _view(database, case_id)
    assert (view.state.satisfied, view.party is not None and view.party.contact) == (True, "0501234567")


def test_what_they_said_is_kept_where_it_can_be_erased(database: Database, opened: Callable[[cases.Intake], int]) -> None:
    case_id = opened(GIVEN)
    first = _view(database, case_id).events[0]
    assert first.texts == {"account": "قال إن الحفرة قديمة"}
    assert "account" not in first.details


def test_a_case_taken_down_by_somebody_else_is_accepted_or_rejected_later(
    database: Database, opened: Callable[[cases.Intake], int], team: dict[str, Actor]
) -> None:
    """REQUIREMENTS W4."""
    case_id = opened(replace(GIVEN, accepted=False))
    assert _view(database, case_id).row.status is CaseStatus.REGISTERED
    assert _act(database, case_id, E.REJECTED, team["reviewer"], reason="خارج الاختصاص") is CaseStatus.REJECTED


@pytest.mark.parametrize(
    ("given", "match"),
    [
        (replace(GIVEN, title="  "), "title"),
        (replace(GIVEN, path=P.MEDIA), "published"),
        (replace(GIVEN, kind=Kind.PRAISE), "opens no case"),
        (replace(GIVEN, kind=Kind.INQUIRY), "inquiries"),
        (replace(INQUIRY, kind=Kind.COMPLAINT), "inquiries"),
        (replace(GIVEN, topic="roads/none"), "topic"),
        (replace(GIVEN, channel=IntakeChannel.PRESS), "direct"),
        (replace(GIVEN, account="ا" * 20_001), "20000|20,000"),
        (replace(RUMOUR, path=P.PRESS_QUESTION), "deadline"),
        (replace(RUMOUR, path=P.PRESS_QUESTION, deadline=NOW), "deadline"),
        (replace(RUMOUR, path=P.PRESS_QUESTION, deadline=datetime(2027, 1, 1)), "deadline"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_whole(
    database: Database, profile: Profile, team: dict[str, Actor], given: cases.Intake, match: str
) -> None:
    with pytest.raises(InputError, match=match), database.transaction() as session:
        cases.open_many(session, profile, [GIVEN, given], team["reviewer"], NOW)
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM case_record")).scalar_one() == 0
        assert doctor.examine(session) == []


def test_who_may_not_take_cases_down(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    for role in ("department", "auditor", "approver", "manager", "admin"):
        with pytest.raises(NotAllowed), database.transaction() as session:
            cases.open_direct(session, profile, GIVEN, team[role], NOW)


def test_our_clock_stands_and_theirs_runs_while_a_third_party_has_it(
    database: Database, opened: Callable[[cases.Intake], int], team: dict[str, Actor], profile: Profile
) -> None:
    """REQUIREMENTS W6, W13."""
    case_id, due = opened(GIVEN), profile.calendar.due
    assert _view(database, case_id).row.due_at == due(NOW, timedelta(hours=24))
    passed = NOW + timedelta(hours=2)
    _act(database, case_id, E.PASSED_TO_THIRD_PARTY, team["specialist"], passed, body="carrier", message="عطل لديكم")
    row = _view(database, case_id).row
    assert (row.status, row.body, row.waiting) == (CaseStatus.THIRD_PARTY, "carrier", True)
    assert row.due_at == due(passed, promise_of(profile).outside), "until when they should have answered"
    back = NOW + timedelta(days=7)
    _act(database, case_id, E.OUTSIDE_RETURNED, team["specialist"], back, reason="ليس لديهم")
    row = _view(database, case_id).row
    assert (row.status, row.body, row.waiting) == (CaseStatus.ACCEPTED, "", False)
    assert row.due_at == due(back, timedelta(hours=22)), "two of its twenty-four hours had run"


def test_a_waiting_case_that_is_referred_gives_the_other_body_its_whole_time(
    database: Database, opened: Callable[[cases.Intake], int], team: dict[str, Actor], profile: Profile
) -> None:
    case_id, due = opened(GIVEN), profile.calendar.due
    _act(database, case_id, E.WAITING_BEGAN, team["specialist"], reason="ننتظر صورة")
    assert _view(database, case_id).row.due_at == due(NOW, promise_of(profile).waiting)
    later = NOW + timedelta(days=10)
    _act(database, case_id, E.REFERRED, team["specialist"], later, body="municipality", reason="من اختصاصهم")
    assert _view(database, case_id).row.due_at == due(later, promise_of(profile).outside)


def test_the_promise_of_a_new_date_leaves_the_deadline_as_it_is(
    database: Database, opened: Callable[[cases.Intake], int], team: dict[str, Actor], profile: Profile
) -> None:
    """REQUIREMENTS W7: reasons for delay are told with a new date; overdue stays overdue."""
    case_id = opened(GIVEN)
    _act(database, case_id, E.DELAY_TOLD, team["specialist"], reason="قطعة غيار", promised_at="2026-12-10T09:00+03:00")
    view = _view(database, case_id)
    assert view.state.promised_at == datetime.fromisoformat("2026-12-10T09:00+03:00")
    assert view.row.due_at == profile.calendar.due(NOW, timedelta(hours=24))


def test_a_journalists_deadline_stands_whatever_the_calendar_says(
    database: Database, opened: Callable[[cases.Intake], int], team: dict[str, Actor], profile: Profile
) -> None:
    """REQUIREMENTS W15."""
    deadline = NOW + timedelta(hours=30)
    case_id = opened(replace(RUMOUR, path=P.PRESS_QUESTION, kind=Kind.INQUIRY, deadline=deadline, channel=IntakeChannel.EMAIL))
    assert _view(database, case_id).row.due_at == deadline
    _act(database, case_id, E.CLASSIFIED, team["specialist"], complexity="complex", importance="high")
    with database.transaction() as session:
        closed = replace(profile.calendar, holidays=frozenset({(NOW + timedelta(days=day)).date() for day in range(9)}))
        assert cases.keep_promise(session, replace(profile, calendar=closed))
    assert _view(database, case_id).row.due_at == deadline


def test_a_rumour_of_the_press_is_verified(
    database: Database, hands: Hands, article: Callable[..., Mention], team: dict[str, Actor], profile: Profile
) -> None:
    (mention_id,) = hands.through(article(1), said=hands.make_tags(confidence=0.2)).proposed or _waiting(database)
    with database.transaction() as session:
        case_id = cases.accept_mention(session, mention_id, team["reviewer"], profile, NOW, kind=Kind.REPORT, path=P.RUMOUR)
    _act(database, case_id, E.ASSIGNED, team["specialist"], department="maintenance")
    _act(database, case_id, E.VERDICT_RECORDED, team["department"], verdict="denied", resolution="لا صحة له")
    _act(database, case_id, E.LADDER_STEPPED, team["specialist"], step="editor", note="طلبنا التصحيح")
    _act(database, case_id, E.CLOSED, team["specialist"])
    view = _view(database, case_id)
    assert (view.state.path, view.state.verdict, view.state.ladder, view.row.channel) == (P.RUMOUR, "denied", "editor", "press")


def _waiting(database: Database) -> tuple[int, ...]:
    with database.reading() as session:
        return tuple(session.execute(text("SELECT id FROM mention")).scalars())


def test_proposals_feed_the_improvement_register(
    database: Database, hands: Hands, article: Callable[..., Mention], team: dict[str, Actor]
) -> None:
    """REQUIREMENTS W1, W8: the "no" branch."""
    case_id = hands.case(article(1, title="طريق بلا إنارة"))
    _act(database, case_id, E.ACCEPTED, team["specialist"])
    _act(database, case_id, E.ASSIGNED, team["specialist"], department="maintenance")
    with pytest.raises(InputError):
        _act(database, case_id, E.PROPOSALS_PREPARED, team["department"], proposals="  ")
    _act(database, case_id, E.PROPOSALS_PREPARED, team["department"], proposals=" إنارة بالطاقة الشمسية ")
    with database.reading() as session:
        rows = session.execute(text("SELECT case_id, gap, recommendation, status, created_by, topic FROM improvement")).all()
    assert [tuple(row) for row in rows] == [
        (case_id, "طريق بلا إنارة", "إنارة بالطاقة الشمسية", "proposed", "department", "roads/holes")
    ]


def test_a_refused_proposal_leaves_nothing_in_the_register(
    database: Database, hands: Hands, article: Callable[..., Mention], team: dict[str, Actor]
) -> None:
    case_id = hands.case(article(1))
    with pytest.raises(IllegalMove):
        _act(database, case_id, E.PROPOSALS_PREPARED, team["department"], proposals="مقترح")
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM improvement")).scalar_one() == 0


def test_classifying_anew_moves_the_deadline_and_importance_does_not(
    database: Database, opened: Callable[[cases.Intake], int], team: dict[str, Actor], profile: Profile
) -> None:
    """REQUIREMENTS C4, C5; the history keeps what it was."""
    case_id, due = opened(GIVEN), profile.calendar.due
    _act(database, case_id, E.CLASSIFIED, team["specialist"], importance="high")
    assert _view(database, case_id).row.due_at == due(NOW, timedelta(hours=24))
    _act(database, case_id, E.CLASSIFIED, team["specialist"], complexity="critical")
    view = _view(database, case_id)
    assert view.row.due_at == due(NOW, timedelta(hours=6))
    assert (view.row.importance, view.row.complexity) == (Importance.HIGH, Complexity.CRITICAL)
    assert [event.details for event in view.events if event.kind is E.CLASSIFIED] == [
        {"importance": "high"}, {"complexity": "critical"},
    ]  # fmt: skip


def test_a_sealed_case_is_listed_where_it_is_asked_for_alone(
    database: Database, opened: Callable[[cases.Intake], int], team: dict[str, Actor]
) -> None:
    """REQUIREMENTS W14."""
    case_id = opened(GIVEN)
    opened(INQUIRY)
    _act(database, case_id, E.SEALED, team["specialist"], reason="شبهة فساد")
    with database.reading() as session:
        assert [row.id for row in cases.list_cases(session, now=NOW).items] == [case_id + 1]
        assert len(cases.list_cases(session, now=NOW, sealed=True).items) == 2
        assert cases.case_view(session, case_id, team["specialist"], NOW).allowed == ()
        assert E.UNSEALED in cases.case_view(session, case_id, team["manager"], NOW).allowed


def test_a_legal_hold_is_kept_with_its_end(
    database: Database, opened: Callable[[cases.Intake], int], team: dict[str, Actor]
) -> None:
    case_id = opened(GIVEN)
    _act(database, case_id, E.HELD, team["manager"], reason="قضية", until="2027-12-01T09:00+03:00")
    assert _view(database, case_id).state.held_until == datetime.fromisoformat("2027-12-01T06:00+00:00")
    _act(database, case_id, E.HOLD_LIFTED, team["manager"], reason="انتهت")
    assert _view(database, case_id).state.held_until is None
