"""Steps of escalation: each once, in their order, also after a restart and with two workers (REQUIREMENTS W13)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import text

from domain.case import CaseEventKind, EscalationStep
from domain.mention import Mention
from domain.people import SYSTEM, Actor
from domain.profile import Profile
from registry import cases, doctor
from registry.casework.escalation import Escalated
from registry.database import Database
from tests.registry.hands import NOW, Hands

E = CaseEventKind
REMINDER, HEAD, MANAGEMENT = EscalationStep


def _take(database: Database, now: datetime, limit: int = 200) -> tuple[Escalated, ...]:
    with database.transaction() as session:
        return cases.escalate_due(session, now, limit)


def _act(database: Database, case_id: int, kind: E, actor: Actor, now: datetime, **details: str) -> None:
    with database.transaction() as session:
        cases.act(session, case_id, kind, actor, details, now)


def _steps(database: Database, case_id: int) -> list[tuple[str, str]]:
    with database.reading() as session:
        history = cases.read_history(session, case_id)
    return [(each.details["step"], each.actor) for each in history if each.kind is E.ESCALATED]


@pytest.fixture
def case_id(hands: Hands, article: Callable[..., Mention]) -> int:
    """Due after 24 working hours: reminded after 18, escalated after 24 and 36."""
    return hands.case(article(1))


@pytest.fixture
def after(profile: Profile) -> Callable[[float], datetime]:
    """The moment so many working hours after NOW."""
    return lambda hours: profile.calendar.due(NOW, timedelta(hours=hours))


def test_each_step_comes_once_at_its_time(database: Database, case_id: int, after: Callable[[float], datetime]) -> None:
    moments = ((17.9, None), (18, REMINDER), (23, None), (24, HEAD), (35, None), (36, MANAGEMENT), (90, None))
    for hours, step in moments:
        taken = _take(database, after(hours))
        assert [(each.case_id, each.steps) for each in taken] == ([(case_id, (step,))] if step else [])
        assert _take(database, after(hours)) == ()
    assert _steps(database, case_id) == [(str(step), SYSTEM.username) for step in EscalationStep]
    with database.reading() as session:
        assert doctor.examine(session) == []


def test_what_is_told_of_a_case(database: Database, case_id: int, after: Callable[[float], datetime]) -> None:
    (taken,) = _take(database, after(18))
    with database.reading() as session:
        row = cases.case_view(session, case_id).row
    assert (taken.number, taken.title, taken.due_at) == (row.number, row.title, row.due_at)
    assert (taken.step, taken.left, taken.state.escalated) == (REMINDER, timedelta(hours=6), REMINDER)
    (late,) = _take(database, after(25))
    assert late.left == timedelta(hours=-1)


def test_steps_that_were_missed_are_written_in_order_and_the_last_counts(
    database: Database, case_id: int, after: Callable[[float], datetime]
) -> None:
    (taken,) = _take(database, after(40))
    assert (taken.steps, taken.step) == ((REMINDER, HEAD, MANAGEMENT), MANAGEMENT)
    assert [step for step, _ in _steps(database, case_id)] == ["reminder", "head", "management"]
    assert _take(database, after(400)) == ()


def test_batches_take_the_longest_waiting_first(
    database: Database, hands: Hands, article: Callable[..., Mention], after: Callable[[float], datetime]
) -> None:
    opened = [hands.case(article(number), now=NOW + timedelta(minutes=10 - number)) for number in range(1, 6)]
    first, second, third = (_take(database, after(20), 2) for _ in range(3))
    assert [each.case_id for each in (*first, *second, *third)] == opened[::-1]
    assert _take(database, after(20), 2) == ()


def test_a_crash_before_the_commit_loses_nothing(database: Database, case_id: int, after: Callable[[float], datetime]) -> None:
    def killed() -> None:
        with database.transaction() as session:
            assert cases.escalate_due(session, after(18))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert _steps(database, case_id) == []
    assert [each.step for each in _take(database, after(18))] == [REMINDER]


def test_two_workers_never_take_one_step_twice(
    database: Database, hands: Hands, article: Callable[..., Mention], after: Callable[[float], datetime]
) -> None:
    opened = {hands.case(article(number)) for number in range(1, 13)}
    start = Barrier(3)

    def work() -> list[int]:
        start.wait()
        found: list[int] = []
        while taken := _take(database, after(18), 2):
            found += [each.case_id for each in taken]
        return found

    with ThreadPoolExecutor(3) as workers:
        runs = [workers.submit(work) for _ in range(3)]
        taken = [case_id for run in runs for case_id in run.result()]
    taken += [each.case_id for each in _take(database, after(18))]
    assert sorted(taken) == sorted(opened)
    assert all(_steps(database, case_id) == [("reminder", "system")] for case_id in opened)


def test_a_solved_case_is_left_alone(
    database: Database, case_id: int, team: dict[str, Actor], after: Callable[[float], datetime]
) -> None:
    _act(database, case_id, E.ACCEPTED, team["specialist"], NOW)
    _act(database, case_id, E.ASSIGNED, team["specialist"], NOW, department="maintenance")
    _act(database, case_id, E.SOLVED, team["department"], after(10), resolution="رُدمت الحفرة")
    assert _take(database, after(100)) == ()


def test_a_pause_moves_the_steps_and_who_is_waited_for_is_reminded(
    database: Database, case_id: int, profile: Profile, team: dict[str, Actor], after: Callable[[float], datetime]
) -> None:
    _act(database, case_id, E.ACCEPTED, team["specialist"], NOW)
    _act(database, case_id, E.WAITING_BEGAN, team["specialist"], after(10), reason="بانتظار الوثائق")
    assert _take(database, after(10 + 23)) == ()
    (reminded,) = _take(database, after(10 + 24))
    assert (reminded.step, reminded.state.is_waiting) == (REMINDER, True)
    _act(database, case_id, E.WAITING_ENDED, team["specialist"], after(40), note="وصلت")
    assert _take(database, after(40 + 13)) == ()
    assert [each.step for each in _take(database, after(40 + 14))] == [HEAD]


def test_a_reopened_case_escalates_anew(
    database: Database, case_id: int, team: dict[str, Actor], after: Callable[[float], datetime]
) -> None:
    _take(database, after(40))
    _act(database, case_id, E.REJECTED, team["reviewer"], after(41), reason="ليست لنا")
    _act(database, case_id, E.REOPENED, team["manager"], after(50), reason="بل لنا")
    assert _take(database, after(50 + 17)) == ()
    (again,) = _take(database, after(50 + 18))
    assert (again.steps, again.state.round) == ((REMINDER,), 1)


def test_a_moved_deadline_moves_what_is_left_to_take(
    database: Database, case_id: int, team: dict[str, Actor], after: Callable[[float], datetime], profile: Profile
) -> None:
    from registry import calendars

    _take(database, after(18))
    with database.transaction() as session:
        calendars.set_special_day(session, after(20).date(), "مطر", team["admin"], after(18))
    assert _take(database, after(24)) == ()
    assert [each.step for each in _take(database, after(36))] == [HEAD]


def test_a_time_that_follows_from_nothing_does_not_come_up_for_ever(
    database: Database, case_id: int, after: Callable[[float], datetime]
) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE case_record SET next_step_at = '2026-11-22 06:00:00'"))
    assert _take(database, NOW + timedelta(hours=1)) == ()
    with database.reading() as session:
        assert not cases.steps_due(session, NOW + timedelta(hours=1))
        assert doctor.examine(session) == []
    assert [each.step for each in _take(database, after(18))] == [REMINDER]
