"""Staff who did not handle a case before look at it again (REQUIREMENTS W7), and it never goes to whom it concerns (W14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.case import CaseEventKind, CaseStatus
from domain.errors import InputError, NotAllowed
from domain.mention import Mention
from domain.people import Actor, Role
from domain.profile import Profile
from registry import cases, doctor
from registry.casework.case_row import state_of
from registry.casework.history import lock_case, read_events
from registry.database import Database
from tests.registry.enrolled import enrol
from tests.registry.hands import NOW, Hands

E = CaseEventKind
LATER = NOW + timedelta(days=3)


def _person(username: str, role: Role, department: str = "") -> Actor:
    return Actor(username, username, frozenset({role}), department)


SPECIALIST = _person("saleh", Role.SPECIALIST)
REVIEWER = _person("rana", Role.REVIEWER)
SOLVER = _person("dana", Role.DEPARTMENT, "maintenance")
NOTED = _person("nora", Role.DEPARTMENT, "maintenance")
NEWCOMER = _person("nasser", Role.DEPARTMENT, "maintenance")
ELSEWHERE = _person("eman", Role.DEPARTMENT, "signs")
MANAGER = _person("majed", Role.MANAGER)
DEPUTY = _person("mona", Role.MANAGER)
AUDITOR = _person("aref", Role.AUDITOR, "maintenance")


@pytest.fixture
def reopened(database: Database, hands: Hands, article: Callable[..., Mention]) -> int:
    """A case of the department ``maintenance`` that ``dana`` solved, ``nora`` noted, and ``rana`` reopened."""
    case_id = hands.case(article(1))
    _act(database, case_id, E.ACCEPTED, SPECIALIST)
    _act(database, case_id, E.ASSIGNED, SPECIALIST, department="maintenance")
    _act(database, case_id, E.NOTE_ADDED, NOTED, note="زرنا الموقع")
    _act(database, case_id, E.SOLVED, SOLVER, resolution="رُدمت")
    _act(database, case_id, E.CLOSED, SPECIALIST)
    _act(database, case_id, E.REOPENED, REVIEWER, reason="عادت الحفرة")
    return case_id


def _act(database: Database, case_id: int, kind: CaseEventKind, actor: Actor, **details: str) -> CaseStatus:
    with database.transaction() as session:
        return cases.act(session, case_id, kind, actor, details, LATER if kind is E.REOPENED else NOW).status


def _give(database: Database, case_id: int, to: Actor, department: str = "maintenance", by: Actor = SPECIALIST) -> None:
    _act(database, case_id, E.ASSIGNED, by, department=department, assignee=to.username, reason="نظر جديد")


def _choices(database: Database, case_id: int, department: str = "maintenance") -> list[tuple[str, bool]]:
    with database.transaction() as session:
        state, events = state_of(lock_case(session, case_id)), read_events(session, [case_id])[case_id]
        found = cases.candidates(session, state, department, events)
    return [(each.username, each.management) for each in found]


def test_it_goes_to_somebody_new_of_the_department(database: Database, reopened: int, profile: Profile) -> None:
    enrol(database, SOLVER, NOTED, NEWCOMER, ELSEWHERE, SPECIALIST, REVIEWER, MANAGER)
    assert _choices(database, reopened) == [("nasser", False)]
    for handled in (SOLVER, NOTED, SPECIALIST, REVIEWER):
        with pytest.raises(NotAllowed, match="nasser"):
            _give(database, reopened, handled)
    for other in (ELSEWHERE, MANAGER):
        with pytest.raises(NotAllowed, match="nasser"):
            _give(database, reopened, other)
    _give(database, reopened, NEWCOMER)
    with pytest.raises(NotAllowed, match="somebody new"):
        _act(database, reopened, E.SOLVED, SOLVER, resolution="رُدمت ثانية")
    with database.reading() as session:
        view = cases.case_view(session, reopened, NEWCOMER)
        assert E.SOLVED in view.allowed
        assert (view.row.assignee, view.row.round, view.row.closed_at) == ("nasser", 1, None)
        assert view.row.due_at == profile.calendar.due(LATER, timedelta(hours=24)), "its clock starts anew"
    assert _act(database, reopened, E.SOLVED, NEWCOMER, resolution="أعيد رصفها") is CaseStatus.SOLVED
    with database.reading() as session:
        assert doctor.examine(session) == []


def test_whoever_noted_it_after_the_reopening_has_handled_it_too(database: Database, reopened: int) -> None:
    enrol(database, NEWCOMER, MANAGER)
    _act(database, reopened, E.NOTE_ADDED, NEWCOMER, note="اتصل صاحبها")
    assert _choices(database, reopened) == [("majed", True)]
    with pytest.raises(NotAllowed):
        _give(database, reopened, NEWCOMER)


def test_another_department_looks_at_it_with_its_own_people(database: Database, reopened: int) -> None:
    enrol(database, SOLVER, NEWCOMER, ELSEWHERE)
    assert _choices(database, reopened, "signs") == [("eman", False)]
    _give(database, reopened, ELSEWHERE, "signs")
    assert _act(database, reopened, E.SOLVED, ELSEWHERE, resolution="أعيد رصفها") is CaseStatus.SOLVED


def test_where_nobody_qualifies_management_takes_it(database: Database, reopened: int) -> None:
    enrol(database, SOLVER, NOTED, SPECIALIST, REVIEWER, ELSEWHERE, MANAGER, DEPUTY, AUDITOR)
    _act(database, reopened, E.NOTE_ADDED, MANAGER, note="اطلعت")
    assert _choices(database, reopened) == [("mona", True)], "the manager who has done nothing on it first"
    with pytest.raises(NotAllowed, match="mona"):
        _give(database, reopened, MANAGER)
    _give(database, reopened, DEPUTY)
    assert _act(database, reopened, E.SOLVED, DEPUTY, resolution="عولجت") is CaseStatus.SOLVED


def test_management_takes_it_even_where_all_of_it_has_seen_it(database: Database, reopened: int) -> None:
    enrol(database, SOLVER, MANAGER)
    _act(database, reopened, E.NOTE_ADDED, MANAGER, note="اطلعت")
    assert _choices(database, reopened) == [("majed", True)]
    _give(database, reopened, MANAGER)


def test_where_there_is_no_management_either_nobody_is_offered(database: Database, reopened: int) -> None:
    enrol(database, SOLVER, NOTED)
    assert _choices(database, reopened) == []
    with pytest.raises(NotAllowed, match="nobody"):
        _give(database, reopened, SOLVER)


def test_who_may_not_sign_in_gets_nothing(database: Database, reopened: int) -> None:
    enrol(database, NEWCOMER, MANAGER, disabled=["nasser"])
    assert _choices(database, reopened) == [("majed", True)]
    with pytest.raises(InputError, match="nasser"):
        _give(database, reopened, NEWCOMER)


def test_each_reopening_asks_for_somebody_new_again(database: Database, reopened: int) -> None:
    enrol(database, NEWCOMER, ELSEWHERE, MANAGER)
    _give(database, reopened, NEWCOMER)
    _act(database, reopened, E.SOLVED, NEWCOMER, resolution="أعيد رصفها")
    _act(database, reopened, E.CLOSED, SPECIALIST)
    _act(database, reopened, E.REOPENED, NEWCOMER, reason="لم تُحل")
    with database.reading() as session:
        assert cases.case_view(session, reopened).row.round == 2
    assert _choices(database, reopened) == [("majed", True)]


def test_whoever_has_it_as_new_may_have_it_back_from_outside(database: Database, reopened: int) -> None:
    enrol(database, NEWCOMER, ELSEWHERE, MANAGER, SPECIALIST)
    _give(database, reopened, NEWCOMER)
    _act(database, reopened, E.NOTE_ADDED, NEWCOMER, note="سألت شركة الصيانة")
    _act(database, reopened, E.PASSED_TO_THIRD_PARTY, SPECIALIST, body="contractor", message="متى تُعاد السفلتة؟")
    _act(database, reopened, E.OUTSIDE_RETURNED, SPECIALIST, reason="ليست من عقدهم")
    assert _choices(database, reopened) == [("nasser", False)]
    _give(database, reopened, NEWCOMER)


def test_whom_it_concerns_is_never_offered(database: Database, reopened: int) -> None:
    enrol(database, NEWCOMER, MANAGER, DEPUTY)
    _act(database, reopened, E.CONFLICT_NAMED, SPECIALIST, person="nasser", reason="الشكوى من تعامله")
    _act(database, reopened, E.CONFLICT_NAMED, SPECIALIST, person="majed", reason="تخصه")
    assert _choices(database, reopened) == [("mona", True)]
    with pytest.raises((NotAllowed, InputError), match="concerns"):
        _give(database, reopened, NEWCOMER)
    with pytest.raises((NotAllowed, InputError), match="concerns"):
        _give(database, reopened, MANAGER)


def test_a_first_assignment_asks_only_for_somebody_who_can_work_it(
    database: Database, hands: Hands, article: Callable[..., Mention]
) -> None:
    enrol(database, SOLVER, NEWCOMER, ELSEWHERE, SPECIALIST, MANAGER, AUDITOR)
    case_id = hands.case(article(1))
    _act(database, case_id, E.ACCEPTED, SPECIALIST)
    with pytest.raises(InputError, match="nobody-here"):
        _act(database, case_id, E.ASSIGNED, SPECIALIST, department="maintenance", assignee="nobody-here")
    for unable in (ELSEWHERE, AUDITOR):
        with pytest.raises(NotAllowed):
            _give(database, case_id, unable)
    assert _choices(database, case_id) == [("dana", False), ("nasser", False)]
    for able in (SOLVER, SPECIALIST, MANAGER):
        _give(database, case_id, able)
    with database.reading() as session:
        assert doctor.examine(session) == []


def test_a_sealed_case_is_given_to_management_alone(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    enrol(database, SOLVER, SPECIALIST, MANAGER)
    case_id = hands.case(article(1))
    _act(database, case_id, E.ACCEPTED, SPECIALIST)
    _act(database, case_id, E.SEALED, SPECIALIST, reason="شبهة فساد")
    assert _choices(database, case_id) == [("majed", True)]
    for other in (SOLVER, SPECIALIST):
        with pytest.raises(NotAllowed, match="sealed"):
            _give(database, case_id, other, by=MANAGER)
    _give(database, case_id, MANAGER, by=MANAGER)
    assert _act(database, case_id, E.SOLVED, MANAGER, resolution="حُقق فيها") is CaseStatus.SOLVED
