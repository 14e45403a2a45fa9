"""What people fill in for a move is checked before it becomes history."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case import MOVES, CaseEventKind, CasePath, ContactOutcome, LadderStep, Verdict, check
from domain.case_checks import check_details
from domain.errors import InputError
from domain.people import SYSTEM, Actor, Role
from domain.tags import Complexity, Kind
from tests.domain.worked_case import MANAGER, SPECIALIST, WORKER, WorkedCase, case

E = CaseEventKind
ALL = Actor("all", "الكل", frozenset(Role), department="networks")


@pytest.fixture
def solved() -> WorkedCase:
    return case(CasePath.GENERAL).solved()


@pytest.mark.parametrize("kind", [kind for kind, move in MOVES.items() if move.needs])
@pytest.mark.parametrize("empty", ["", "   ", None])
def test_a_move_needs_each_of_its_details(kind: CaseEventKind, empty: str | None) -> None:
    """Whatever the case's state: the details are asked for as soon as the move is possible."""
    move = MOVES[kind]
    for name in move.needs:
        state = _possible(kind)
        given = dict.fromkeys(move.needs, "1") | ({} if empty is None else {name: empty})
        if empty is None:
            del given[name]
        actor = ALL if move.roles else SYSTEM
        with pytest.raises(InputError, match=name):
            check(state.state, kind, actor, given)


def _possible(kind: CaseEventKind) -> WorkedCase:
    """A case on which this move is possible."""
    return next(found for found in _many() if _holds(found, kind))


def _holds(found: WorkedCase, kind: CaseEventKind) -> bool:
    move = MOVES[kind]
    state = found.state
    return state.status in move.sources and state.path in move.paths and all(guard.holds(state) for guard in move.guards)


def _many() -> list[WorkedCase]:
    begun = [case(path) for path in CasePath]
    begun += [case(path).assigned() for path in CasePath]
    begun += [case(path).solved() for path in CasePath]
    begun += [case(CasePath.MEDIA).solved().do(E.CLOSED), case(CasePath.GENERAL).do(E.ACCEPTED)]
    begun.append(case(CasePath.GENERAL).do(E.ACCEPTED).do(E.REFERRED, body="post", reason="س"))
    begun.append(case().do(E.SEALED, reason="س").do(E.HELD, MANAGER, reason="س", until="2027-01-01T00:00+03:00"))
    return begun


@pytest.mark.parametrize(
    ("kind", "details", "match"),
    [
        (E.SATISFACTION_RECORDED, {"satisfied": "maybe"}, "yes or no"),
        (E.SATISFACTION_RECORDED, {"satisfied": "yes", "score": "6"}, "1 to 5"),
        (E.SATISFACTION_RECORDED, {"satisfied": "yes", "score": "٣"}, "1 to 5"),
        (E.SATISFACTION_RECORDED, {"satisfied": "yes", "effort": "0"}, "1 to 5"),
        (E.SATISFACTION_RECORDED, {"satisfied": "yes", "handover": "كان أحمد لطيفاً"}, "1 to 5"),
        (E.SATISFACTION_ASKED, {"channel": "pigeon"}, "phone"),
        (E.SATISFACTION_ASKED, {"channel": "press"}, "nobody is reached"),
        (E.CONTACT_ATTEMPTED, {"channel": "phone", "outcome": "busy"}, "no_answer"),
        (E.CONTACT_ATTEMPTED, {"channel": "press", "outcome": "reached"}, "nobody is reached"),
        (E.CONTACT_ATTEMPTED, {"channel": "phone", "outcome": "call_back"}, "when to call"),
        (E.CONTACT_ATTEMPTED, {"channel": "phone", "outcome": "call_back", "call_again_at": "غداً"}, "date and time"),
        (E.DELAY_TOLD, {"reason": "س", "promised_at": "2026-12-01"}, "zone"),
        (E.DELAY_TOLD, {"reason": "س", "promised_at": "2026-12-01T09:00"}, "zone"),
        (E.DELAY_TOLD, {"reason": "س", "promised_at": "2026-13-01T09:00+03:00"}, "date and time"),
        (E.DELAY_TOLD, {"reason": "س", "promised_at": "0001-01-01T00:00+03:00"}, "2000"),
        (E.DELAY_TOLD, {"reason": "س", "promised_at": "9999-12-31T23:59-03:00"}, "2200"),
        (E.CLASSIFIED, {"kind": "praise"}, "cannot be"),
        (E.CLASSIFIED, {"kind": "nonsense"}, "complaint"),
        (E.CLASSIFIED, {"complexity": "hard"}, "routine"),
        (E.CLASSIFIED, {"action": "none"}, "third_party"),
        (E.CLASSIFIED, {}, "anew"),
        (E.CLASSIFIED, {"kind": "complaint", "importance": "medium"}, "anew"),
    ],
)
def test_details_that_cannot_be_are_refused_with_what_can(
    solved: WorkedCase, kind: CaseEventKind, details: dict[str, str], match: str
) -> None:
    with pytest.raises(InputError, match=match) as refused:
        solved.do(kind, **details)
    assert refused.value.key, "people are told in their own language"


def test_details_that_can_be_are_taken(solved: WorkedCase) -> None:
    solved.do(E.CONTACT_ATTEMPTED, channel="phone", outcome="call_back", call_again_at="2026-11-30T09:00+03:00")
    solved.do(E.DELAY_TOLD, reason="قطعة غيار", promised_at="2026-12-01T09:00+03:00")
    solved.do(E.CLASSIFIED, kind="inquiry", complexity="critical", importance="high", topic="networks/slow")
    solved.do(E.SATISFACTION_RECORDED, satisfied="no", score="2", effort="5", handover="3", note="لم يتغير شيء")
    state = solved.state
    assert state.promised_at is not None
    assert (state.kind, state.complexity, state.topic) == (Kind.INQUIRY, Complexity.CRITICAL, "networks/slow")


def test_importance_leaves_the_complexity_alone(solved: WorkedCase) -> None:
    """REQUIREMENTS C4: importance never shortens or lengthens a deadline."""
    before = solved.state
    solved.do(E.CLASSIFIED, importance="high")
    assert (solved.state.complexity, solved.state.clock_from) == (before.complexity, before.clock_from)


def test_a_corrected_mention_corrects_its_case_where_it_opened_it() -> None:
    corrected = case(mention="7", kind="complaint", topic="networks/slow")
    corrected.do(E.TAGS_CORRECTED, mention="8", kind="report", topic="networks/none")
    assert (corrected.state.kind, corrected.state.topic) == (Kind.COMPLAINT, "networks/slow")
    corrected.do(E.TAGS_CORRECTED, mention="7", kind="report", topic="networks/none", importance="high")
    assert (corrected.state.kind, corrected.state.topic, corrected.state.importance) == (Kind.REPORT, "networks/none", "high")
    corrected.do(E.TAGS_CORRECTED, mention="7", kind="praise")
    assert corrected.state.kind is Kind.REPORT, "a person rejects what is no case"


@given(st.sampled_from(["promised_at", "until", "call_again_at", "deadline"]), st.text(max_size=30))
def test_any_moment_is_taken_whole_or_refused(name: str, given_text: str) -> None:
    with suppress(InputError):
        check_details(case().state, E.NOTE_ADDED, {name: given_text})
        assert not given_text or datetime.fromisoformat(given_text).astimezone(UTC).year >= 1999


@given(st.datetimes(timezones=st.timezones()))
def test_every_moment_that_is_taken_can_be_kept_in_utc(moment: datetime) -> None:
    try:
        check_details(case().state, E.DELAY_TOLD, {"reason": "س", "promised_at": moment.isoformat()})
    except InputError:
        assert not 2000 <= moment.year <= 2200
    else:
        written = datetime.fromisoformat(moment.isoformat())
        assert written.astimezone(UTC) == written


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_one(verdict: Verdict) -> None:
    rumour = case(CasePath.RUMOUR).assigned().do(E.VERDICT_RECORDED, WORKER, verdict=verdict, resolution="تحققنا")
    assert rumour.state.verdict is verdict


@pytest.mark.parametrize("outcome", ContactOutcome)
def test_every_outcome_is_one(solved: WorkedCase, outcome: ContactOutcome) -> None:
    solved.do(E.CONTACT_ATTEMPTED, SPECIALIST, channel="sms", outcome=outcome, call_again_at="2026-11-30T09:00+03:00")
    assert solved.state.attempts == (0 if outcome is ContactOutcome.REACHED else 1)


def test_steps_of_a_ladder_are_no_steps_of_an_escalation(solved: WorkedCase) -> None:
    with pytest.raises(InputError, match="reminder"):
        solved.do(E.ESCALATED, SYSTEM, step=LadderStep.EDITOR)
