"""The table of moves: whatever people try, a history replays, and illegal moves are refused with what is allowed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case import (
    MOVES,
    AnswerStatus,
    CaseEvent,
    CaseEventKind,
    CaseState,
    CaseStatus,
    after,
    allowed_moves,
    check,
    replay,
)
from domain.errors import IllegalMove, InputError, NotAllowed
from domain.people import SYSTEM, Actor, Role

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ALL = Actor("all", "الكل", frozenset(Role), department="networks")
FULL = {
    "reason": "سبب",
    "department": "networks",
    "resolution": "حل",
    "proposals": "مقترح",
    "note": "ملاحظة",
    "mention": "1",
    "other": "2",
    "delivery": "3",
}


def event(kind: CaseEventKind, minute: int = 0, **details: str) -> CaseEvent:
    return CaseEvent(kind, NOW + timedelta(minutes=minute), "all", details)


def test_the_main_path_of_a_media_coverage_complaint() -> None:
    kinds = ["registered", "accepted", "assigned", "solved", "closed", "answer_drafted", "answer_approved", "answer_sent"]
    state = replay(event(CaseEventKind(kind), minute, **FULL) for minute, kind in enumerate(kinds))
    assert state.status is CaseStatus.CLOSED
    assert state.answer is AnswerStatus.SENT
    assert state.department == "networks"
    assert state.closed_at == NOW + timedelta(minutes=4)


def test_the_no_branch_prepares_proposals_and_still_answers() -> None:
    kinds = ["registered", "accepted", "assigned", "proposals_prepared", "answer_drafted"]
    state = replay(event(CaseEventKind(kind), **FULL) for kind in kinds)
    assert (state.status, state.answer) == (CaseStatus.PROPOSALS, AnswerStatus.DRAFTED)


def test_an_illegal_move_names_what_is_possible() -> None:
    with pytest.raises(IllegalMove, match="accepted") as refused:
        check(CaseState(CaseStatus.REGISTERED), CaseEventKind.CLOSED, ALL, {})
    assert set(refused.value.allowed) == {"accepted", "rejected"}


def test_nobody_rejects_by_machine_and_not_without_a_reason() -> None:
    registered = CaseState(CaseStatus.REGISTERED)
    with pytest.raises(NotAllowed, match="takes a person"):
        check(registered, CaseEventKind.REJECTED, SYSTEM, FULL)
    with pytest.raises(InputError, match="reason"):
        check(registered, CaseEventKind.REJECTED, ALL, {"reason": "  "})


def test_a_department_answers_for_its_own_cases_alone() -> None:
    assigned = CaseState(CaseStatus.ASSIGNED, department="post")
    stranger = Actor("s", "س", frozenset({Role.DEPARTMENT}), department="networks")
    with pytest.raises(NotAllowed, match="post"):
        check(assigned, CaseEventKind.SOLVED, stranger, FULL)
    check(assigned, CaseEventKind.SOLVED, Actor("o", "ع", frozenset({Role.DEPARTMENT}), department="post"), FULL)


def test_auditors_change_nothing() -> None:
    auditor = Actor("a", "مراجع", frozenset({Role.AUDITOR}))
    assert all(allowed_moves(CaseState(status), auditor) == () for status in CaseStatus)


def test_a_history_starts_with_its_registration() -> None:
    with pytest.raises(IllegalMove):
        replay([event(CaseEventKind.ACCEPTED)])
    with pytest.raises(InputError):
        replay([])


@given(st.lists(st.sampled_from([kind for kind in CaseEventKind if kind is not CaseEventKind.REGISTERED]), max_size=30))
def test_any_sequence_of_tries_leaves_a_state_that_its_history_gives(tries: list[CaseEventKind]) -> None:
    history = [event(CaseEventKind.REGISTERED)]
    state = replay(history)
    for kind in tries:
        allowed = kind in allowed_moves(state, ALL)
        tried = event(kind, len(history), **FULL)
        if MOVES[kind].roles:
            assert allowed == (state.status in MOVES[kind].sources)
        if allowed:
            check(state, kind, ALL, FULL)
            state = after(state, tried)
            history.append(tried)
        else:
            with pytest.raises(NotAllowed):
                check(state, kind, ALL, FULL)
    assert replay(history) == state
    assert (state.closed_at is not None) == (state.status is CaseStatus.CLOSED) or state.status is CaseStatus.REJECTED
