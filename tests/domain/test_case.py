"""The table of moves: whatever people try, a history replays, and illegal moves are refused with what is allowed."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case import (
    MOVES,
    Action,
    AnswerStatus,
    CaseEvent,
    CaseEventKind,
    CasePath,
    CaseState,
    CaseStatus,
    Verdict,
    after,
    allowed_moves,
    check,
    replay,
)
from domain.errors import IllegalMove, InputError, NotAllowed, RasdError
from domain.people import SYSTEM, Actor, Role
from tests.domain.worked_case import (
    APPROVER,
    AUDITOR,
    EVERYBODY,
    MANAGER,
    NOW,
    REVIEWER,
    SPECIALIST,
    STRANGER,
    WORKER,
    WorkedCase,
    case,
    is_sound,
)

E, S, P = CaseEventKind, CaseStatus, CasePath
ALL = Actor("all", "الكل", frozenset(Role), department="networks")
WITH_BENEFICIARY = (P.GENERAL, P.INQUIRY)
FULL = {
    "reason": "سبب", "department": "networks", "assignee": "dana", "resolution": "حل", "proposals": "مقترح", "note": "ملاحظة",
    "mention": "1", "other": "2", "delivery": "3", "channel": "phone", "body": "post", "message": "رسالة", "outcome": "no_answer",
    "promised_at": "2026-12-01T09:00+03:00", "satisfied": "no", "verdict": "denied", "into": "MCIT-2026-000009",
    "attachment": "4", "person": "someone", "until": "2027-12-01T09:00+03:00", "kind": "report",
}  # fmt: skip
"""Something for every detail that a move may need; the step of a ladder or an escalation depends on the case."""


def details_of(kind: CaseEventKind, state: CaseState) -> dict[str, str]:
    given = {key: FULL[key] for key in MOVES[kind].needs if key in FULL}
    if kind is E.ASSIGNED:
        given |= {"assignee": "newcomer", "reason": "سبب"}
    if kind is E.ESCALATED:
        given["step"] = "reminder"
    if kind is E.LADDER_STEPPED:
        steps = ["editor", "letter", "regulator", "legal"]
        given["step"] = steps[0] if state.ladder is None else steps[min(steps.index(state.ladder) + 1, 3)]
    if kind is E.CLASSIFIED:
        given["importance"] = "high" if state.importance != "high" else "low"
    return given


# ------------------------------------------------------------------------------------------------------------------ the paths


def test_the_main_path_of_a_media_coverage_complaint() -> None:
    """REQUIREMENTS W1."""
    done = case(mention="7").solved().do(E.CLOSED).do(E.ANSWER_DRAFTED, delivery="3")
    done.do(E.ANSWER_APPROVED, APPROVER, delivery="3").do(E.ANSWER_SENT, SYSTEM, delivery="3")
    assert (done.state.status, done.state.answer, done.state.department) == (S.CLOSED, AnswerStatus.SENT, "networks")
    assert done.state.closed_at == NOW + timedelta(hours=4)
    assert replay(done.history) == done.state


def test_the_no_branch_prepares_proposals_and_still_answers() -> None:
    done = case().assigned().do(E.PROPOSALS_PREPARED, WORKER, proposals="توسعة الشبكة").do(E.ANSWER_DRAFTED, delivery="3")
    assert (done.state.status, done.state.answer) == (S.PROPOSALS, AnswerStatus.DRAFTED)
    assert done.do(E.CLOSED).state.status is S.CLOSED


@pytest.mark.parametrize("path", WITH_BENEFICIARY)
def test_the_main_path_of_a_complaint_and_of_an_inquiry(path: CasePath) -> None:
    """REQUIREMENTS W2: intake, registration, classification, treatment, closure."""
    done = case(path).do(E.ACKNOWLEDGED, REVIEWER, channel="sms").do(E.CLASSIFIED, topic="networks/slow", complexity="complex")
    done.solved().do(E.BENEFICIARY_TOLD, WORKER, channel="phone").do(E.SATISFACTION_ASKED, channel="sms")
    assert done.state.told
    done.do(E.SATISFACTION_RECORDED, SYSTEM, satisfied="yes", score="5", effort="2").do(E.CLOSED)
    assert (done.state.status, done.state.satisfied, done.state.topic) == (S.CLOSED, True, "networks/slow")
    assert replay(done.history) == done.state


@pytest.mark.parametrize("path", [*WITH_BENEFICIARY, P.PRESS_QUESTION])
def test_what_is_answered_on_the_first_contact_needs_no_department(path: CasePath) -> None:
    done = case(path).do(E.SOLVED_AT_ONCE, REVIEWER, resolution="أجيب فوراً")
    assert (done.state.status, done.state.action, done.state.department) == (S.SOLVED, Action.FIRST_CONTACT, "")


def test_a_rumour_is_verified_and_gets_its_verdict() -> None:
    """REQUIREMENTS W15: verify, then deny or confirm, then follow where it spread."""
    rumour = case(P.RUMOUR).assigned()
    with pytest.raises(IllegalMove, match="rumour"):
        rumour.do(E.SOLVED, WORKER, resolution="تم")
    with pytest.raises(IllegalMove):
        rumour.do(E.PROPOSALS_PREPARED, WORKER, proposals="مقترح")
    with pytest.raises(InputError, match="verdict"):
        rumour.do(E.VERDICT_RECORDED, WORKER, resolution="لا صحة له")
    with pytest.raises(InputError, match="denied"):
        rumour.do(E.VERDICT_RECORDED, WORKER, verdict="maybe", resolution="لا صحة له")
    rumour.do(E.VERDICT_RECORDED, WORKER, verdict="partly_true", resolution="بعضه صحيح")
    assert (rumour.state.status, rumour.state.verdict) == (S.SOLVED, Verdict.PARTLY_TRUE)
    rumour.do(E.MENTION_JOINED, SYSTEM, mention="8").do(E.CLOSED).do(E.REOPENED, REVIEWER, reason="عادت")
    assert rumour.state.verdict is None, "what was found is looked at again"


def test_a_journalists_question_has_its_own_deadline_and_closes_once_they_were_told() -> None:
    deadline = NOW + timedelta(hours=5)
    question = case(P.PRESS_QUESTION, deadline=deadline.isoformat()).solved()
    assert question.state.deadline == deadline
    with pytest.raises(IllegalMove, match="told"):
        question.do(E.CLOSED)
    told = case(P.PRESS_QUESTION).solved().do(E.BENEFICIARY_TOLD, channel="phone").do(E.CLOSED)
    assert told.state.status is S.CLOSED
    question.do(E.ANSWER_DRAFTED, delivery="3").do(E.ANSWER_APPROVED, APPROVER, delivery="3")
    question.do(E.ANSWER_SENT, SYSTEM, delivery="3").do(E.CLOSED)
    assert question.state.status is S.CLOSED


def test_being_told_before_the_answer_is_known_does_not_count() -> None:
    question = case(P.PRESS_QUESTION).do(E.BENEFICIARY_TOLD, channel="phone", note="نعمل عليه").solved()
    assert not question.state.told
    with pytest.raises(IllegalMove):
        question.do(E.CLOSED)


def test_the_correction_ladder_is_climbed_in_order() -> None:
    """REQUIREMENTS W15: editor, letter, regulator, legal."""
    climbing = case().solved().do(E.CLOSED)
    for wrong in ("letter", "regulator", "legal"):
        with pytest.raises(InputError, match="editor"):
            climbing.do(E.LADDER_STEPPED, step=wrong)
    for step in ("editor", "letter", "regulator", "legal"):
        climbing.do(E.LADDER_STEPPED, step=step, reference="خ/12")
        with pytest.raises(InputError):
            climbing.do(E.LADDER_STEPPED, step=step)
    assert climbing.state.ladder == "legal"
    for path in (P.GENERAL, P.INQUIRY, P.PRESS_QUESTION):
        with pytest.raises(IllegalMove):
            case(path).do(E.LADDER_STEPPED, step="editor")


# ----------------------------------------------------------------------------------------------------- outside, and our clock


@pytest.mark.parametrize("path", [P.MEDIA, *WITH_BENEFICIARY])
def test_a_third_party_solves_and_we_ask(path: CasePath) -> None:
    """REQUIREMENTS W6: our clock stands while theirs runs."""
    passed = case(path).assigned().do(E.PASSED_TO_THIRD_PARTY, body="carrier", message="عطل لديكم", contact="3")
    assert (passed.state.status, passed.state.body, passed.state.action) == (S.THIRD_PARTY, "carrier", Action.THIRD_PARTY)
    assert passed.state.pauses[-1].start == passed.at
    assert passed.state.pauses[-1].end is None
    passed.do(E.FOLLOWED_UP, note="ذكّرناهم").do(E.OUTSIDE_ANSWERED, resolution="أُصلح")
    assert passed.state.status is S.SOLVED
    assert passed.state.body == "carrier", "who solved it is still known"
    assert passed.state.pauses[-1].end == passed.at


def test_a_referral_closes_when_the_other_bodys_solution_is_confirmed() -> None:
    """REQUIREMENTS W2, W7."""
    referred = case(P.GENERAL).do(E.ACCEPTED).do(E.REFERRED, body="post", reason="من اختصاصهم")
    for early in (E.CLOSED, E.SATISFACTION_RECORDED, E.SOLVED):
        with pytest.raises(IllegalMove):
            check(referred.state, early, ALL, FULL)
    referred.do(E.FOLLOWED_UP, note="سألناهم").do(E.OUTSIDE_ANSWERED, resolution="سُلّم الطرد")
    referred.do(E.SATISFACTION_RECORDED, satisfied="yes", handover="4").do(E.CLOSED)
    assert referred.state.status is S.CLOSED


def test_what_comes_back_from_outside_is_ours_again() -> None:
    back = case(P.GENERAL).do(E.ACCEPTED).do(E.REFERRED, body="post", reason="من اختصاصهم")
    back.do(E.OUTSIDE_RETURNED, reason="ليس من اختصاصنا")
    assert (back.state.status, back.state.body, back.state.assignee) == (S.ACCEPTED, "", "")
    assert back.state.pauses[-1].end == back.at


@pytest.mark.parametrize("path", [P.RUMOUR, P.PRESS_QUESTION])
def test_a_rumour_and_a_journalists_question_stay_with_us(path: CasePath) -> None:
    for outside in (E.PASSED_TO_THIRD_PARTY, E.REFERRED):
        with pytest.raises(IllegalMove):
            case(path).do(E.ACCEPTED).do(outside, body="post", message="م", reason="س")


def test_waiting_stops_the_clock_and_any_move_on_starts_it_again() -> None:
    waiting = case(P.GENERAL).assigned().do(E.WAITING_BEGAN, WORKER, reason="ننتظر صورة الفاتورة")
    assert waiting.state.is_waiting
    with pytest.raises(IllegalMove, match="already"):
        waiting.do(E.WAITING_BEGAN, WORKER, reason="مرة أخرى")
    waiting.do(E.WAITING_ENDED, WORKER)
    assert not waiting.state.is_waiting
    with pytest.raises(IllegalMove, match="nobody"):
        waiting.do(E.WAITING_ENDED, WORKER)
    waiting.do(E.WAITING_BEGAN, WORKER, reason="ننتظر رده").do(E.NOTE_ADDED, WORKER, note="اتصلنا")
    assert waiting.state.is_waiting, "a note ends no waiting"
    waiting.do(E.SOLVED, WORKER, resolution="تم")
    assert [pause.end is None for pause in waiting.state.pauses] == [False, False]


def test_whoever_gets_a_waiting_case_has_their_whole_time() -> None:
    passed = case(P.GENERAL).assigned().do(E.WAITING_BEGAN, WORKER, reason="ننتظر رده")
    began = passed.at
    passed.do(E.PASSED_TO_THIRD_PARTY, body="carrier", message="عطل لديكم")
    first, second = passed.state.pauses
    assert (first.start, first.end, second.start, second.end) == (began, passed.at, passed.at, None)


def test_no_pause_ends_before_it_began_whatever_the_clocks_say() -> None:
    waiting = case(P.GENERAL).assigned().do(E.WAITING_BEGAN, WORKER, reason="ننتظر رده")
    late = waiting.at
    waiting.at -= timedelta(hours=5)
    waiting.do(E.WAITING_ENDED, WORKER)
    assert (waiting.state.pauses[-1].start, waiting.state.pauses[-1].end) == (late, late)
    waiting.do(E.WAITING_BEGAN, WORKER, reason="ننتظر رده")
    assert waiting.state.pauses[-1].start == late


@pytest.mark.parametrize("early", [S.REGISTERED, S.SOLVED, S.CLOSED])
def test_nobody_waits_before_acceptance_or_after_the_solution(early: CaseStatus) -> None:
    with pytest.raises(IllegalMove):
        check(CaseState(early, department="networks"), E.WAITING_BEGAN, ALL, {"reason": "س"})


# ------------------------------------------------------------------------------------------------------ closing and reopening


@pytest.mark.parametrize("path", WITH_BENEFICIARY)
def test_a_case_closes_when_the_beneficiary_is_satisfied_or_after_recorded_attempts(path: CasePath) -> None:
    """REQUIREMENTS W7."""
    solved = case(path).solved()
    for _ in range(2):
        solved.do(E.CONTACT_ATTEMPTED, channel="phone", outcome="no_answer")
        with pytest.raises(IllegalMove, match="often enough"):
            solved.do(E.CLOSED)
    assert E.CLOSED not in allowed_moves(solved.state, SPECIALIST)
    solved.do(E.CONTACT_ATTEMPTED, channel="phone", outcome="wrong_contact")
    assert solved.state.attempts == 3
    assert solved.do(E.CLOSED).state.status is S.CLOSED
    assert case(path).solved().do(E.SATISFACTION_RECORDED, satisfied="yes").do(E.CLOSED).state.status is S.CLOSED


def test_attempts_before_the_solution_and_those_that_reached_them_do_not_count() -> None:
    solved = case(P.GENERAL)
    for _ in range(3):
        solved.do(E.CONTACT_ATTEMPTED, channel="phone", outcome="no_answer")
    solved.solved()
    for _ in range(3):
        solved.do(E.CONTACT_ATTEMPTED, channel="phone", outcome="reached")
    assert solved.state.attempts == 0
    with pytest.raises(IllegalMove):
        solved.do(E.CLOSED)


def test_nobody_closes_over_a_no() -> None:
    unhappy = case(P.GENERAL).solved()
    for _ in range(3):
        unhappy.do(E.CONTACT_ATTEMPTED, channel="phone", outcome="no_answer")
    unhappy.do(E.SATISFACTION_RECORDED, satisfied="no", score="1")
    with pytest.raises(IllegalMove):
        unhappy.do(E.CLOSED)
    unhappy.do(E.ASSIGNED, department="networks", reason="لم يرض").do(E.SOLVED, WORKER, resolution="عولج من جديد")
    assert (unhappy.state.satisfied, unhappy.state.attempts) == (None, 0), "a new solution waits for a new word"
    with pytest.raises(IllegalMove):
        unhappy.do(E.CLOSED)


def test_a_solved_case_is_not_passed_on_while_nobody_was_dissatisfied() -> None:
    solved = case(P.GENERAL).solved()
    for again, where in ((E.ASSIGNED, {"department": "networks"}), (E.REFERRED, {"body": "post"})):
        with pytest.raises(IllegalMove, match="dissatisfied"):
            solved.do(again, **where, reason="س")
    solved.do(E.SATISFACTION_RECORDED, satisfied="no")
    assert solved.do(E.REFERRED, body="post", reason="من اختصاصهم").state.status is S.REFERRED


def test_a_reopening_starts_everything_anew() -> None:
    reopened = case(P.GENERAL).do(E.ESCALATED, SYSTEM, step="head").reopened()
    state = reopened.state
    assert (state.status, state.round, state.clock_from, state.closed_at) == (S.REOPENED, 1, reopened.at, None)
    assert (state.satisfied, state.attempts, state.told, state.pauses, state.escalated) == (None, 0, False, (), None)
    assert (state.assignee, state.answer, state.promised_at) == ("", AnswerStatus.NONE, None)


@pytest.mark.parametrize("who", [each for each in EVERYBODY if each not in (AUDITOR, SYSTEM)], ids=lambda who: who.username)
def test_anyone_may_record_a_reopening(who: Actor) -> None:
    for ended in (case().solved().do(E.CLOSED), case().do(E.REJECTED, reason="خارج الاختصاص")):
        assert ended.do(E.REOPENED, who, reason="عاد العطل").state.status is S.REOPENED


def test_only_a_person_reopens() -> None:
    for who in (AUDITOR, SYSTEM):
        with pytest.raises(NotAllowed):
            case().solved().do(E.CLOSED).do(E.REOPENED, who, reason="عاد العطل")


def test_a_merged_case_ends_and_takes_no_more_moves_forward() -> None:
    merged = case().assigned().do(E.MERGED, into="MCIT-2026-000009")
    assert (merged.state.status, merged.state.merged_into, merged.state.status.is_open) == (S.MERGED, "MCIT-2026-000009", False)
    forward = [kind for kind in allowed_moves(merged.state, ALL) if MOVES[kind].target is not None]
    assert forward == []
    with pytest.raises(IllegalMove, match="nothing"):
        merged.do(E.REOPENED, reason="س")


def test_a_hold_and_a_seal_are_put_and_taken() -> None:
    """REQUIREMENTS W14, W15."""
    held = case().do(E.HELD, MANAGER, reason="قضية منظورة", until="2027-12-01T09:00+03:00")
    assert held.state.held_until is not None
    assert held.do(E.HOLD_LIFTED, MANAGER, reason="انتهت").state.held_until is None
    with pytest.raises(IllegalMove, match="hold"):
        held.do(E.HOLD_LIFTED, MANAGER, reason="انتهت")
    sealed = case().do(E.SEALED, REVIEWER, reason="شبهة فساد")
    with pytest.raises(IllegalMove, match="sealed already"):
        sealed.do(E.SEALED, MANAGER, reason="شبهة فساد")
    assert not sealed.do(E.UNSEALED, MANAGER, reason="لا شبهة").state.sealed
    for who in (SPECIALIST, WORKER, AUDITOR):
        with pytest.raises(NotAllowed):
            case().do(E.HELD, who, reason="س", until="2027-12-01T09:00+03:00")


# ----------------------------------------------------------------------------------------------------------- what is refused


def test_an_illegal_move_names_what_is_possible() -> None:
    with pytest.raises(IllegalMove, match="accepted") as refused:
        check(CaseState(S.REGISTERED), E.CLOSED, ALL, {})
    assert set(refused.value.allowed) == {"accepted", "rejected", "merged"}
    with pytest.raises(IllegalMove) as asked:
        check(CaseState(S.REGISTERED, path=P.INQUIRY), E.CLOSED, ALL, {})
    assert set(asked.value.allowed) == {"accepted", "rejected", "merged", "solved_at_once"}


def test_an_unmet_condition_names_its_remedy() -> None:
    with pytest.raises(IllegalMove, match="record their satisfaction") as refused:
        case(P.GENERAL).solved().do(E.CLOSED)
    assert "closed" not in refused.value.allowed


def test_nobody_rejects_by_machine_and_not_without_a_reason() -> None:
    """REQUIREMENTS W4, L5."""
    registered = CaseState(S.REGISTERED)
    with pytest.raises(NotAllowed, match="takes a person"):
        check(registered, E.REJECTED, SYSTEM, FULL)
    with pytest.raises(InputError, match="reason"):
        check(registered, E.REJECTED, ALL, {"reason": "  "})


def test_auditors_change_nothing() -> None:
    assert all(allowed_moves(CaseState(status, path=path), AUDITOR) == () for status in S for path in P)


def test_a_history_starts_with_its_registration_and_has_no_second() -> None:
    with pytest.raises(IllegalMove):
        replay([CaseEvent(E.ACCEPTED, NOW, "all", {})])
    with pytest.raises(InputError):
        replay([])
    with pytest.raises(IllegalMove):
        replay([CaseEvent(E.REGISTERED, NOW, "all", {})] * 2)


def test_every_kind_of_event_has_its_row_and_every_status_a_way_out() -> None:
    assert set(MOVES) == set(E) - {E.REGISTERED}
    for path in P:
        for status in S:
            if status.is_open and _reachable(path, status):
                ways = [move for move in MOVES.values() if status in move.sources and path in move.paths and move.target]
                assert any(move.target is not S.MERGED for move in ways), f"{path} is stuck in {status}"


def _reachable(path: CasePath, wanted: CaseStatus) -> bool:
    found, grown = {S.REGISTERED}, True
    while grown:
        ways = {move.target for move in MOVES.values() if move.target and path in move.paths and move.sources & found}
        grown = not ways <= found
        found |= ways
    return wanted in found


@given(
    path=st.sampled_from(CasePath),
    tries=st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.sampled_from([ALL, *EVERYBODY])), max_size=40),
)
def test_any_sequence_of_tries_leaves_a_state_that_its_history_gives(
    path: CasePath, tries: list[tuple[CaseEventKind, Actor]]
) -> None:
    worked = WorkedCase(path).begin(mention="1")
    for kind, who in tries:
        before, given = worked.state, details_of(kind, worked.state)
        listed = kind in allowed_moves(before, who)
        try:
            worked.do(kind, who, **given)
        except (IllegalMove, NotAllowed):
            assert not listed, f"{kind} was offered and is refused"
        except InputError:
            assert kind in (E.LADDER_STEPPED, E.ASSIGNED), "the last step was taken, or the person is barred"
        else:
            assert listed, f"{kind} was not offered and is made"
            assert before.status in MOVES[kind].sources
            assert path in MOVES[kind].paths
        is_sound(worked.state)
    assert replay(worked.history) == worked.state


@given(st.sampled_from(sorted(MOVES)), st.dictionaries(st.sampled_from([*FULL, "score", "step"]), st.text(max_size=12)))
def test_no_detail_whatever_breaks_the_gate(kind: CaseEventKind, given_details: dict[str, str]) -> None:
    for status in S:
        state = CaseState(status, path=P.GENERAL, department="networks", body="post", opened_at=NOW, clock_from=NOW)
        with suppress(RasdError):
            check(state, kind, ALL, given_details)
            assert after(state, CaseEvent(kind, NOW, "all", given_details)).events == 1


def test_strangers_of_another_department_do_not_touch_it() -> None:
    """REQUIREMENTS W14: need to know."""
    theirs = case(P.GENERAL).assigned()
    mine = set(allowed_moves(theirs.state, STRANGER))
    assert mine == {E.NOTE_ADDED, E.ATTACHED}
    assert {E.SOLVED, E.CLAIMED, E.WAITING_BEGAN, E.CONTACT_ATTEMPTED} <= set(allowed_moves(theirs.state, WORKER))


@pytest.mark.parametrize("path", [CasePath.GENERAL, CasePath.INQUIRY])
def test_whoever_raised_a_rejected_case_is_told_so(path: CasePath) -> None:
    case = WorkedCase(path).begin().do(E.REJECTED, reason="ليست من خدماتنا")
    case.do(E.CONTACT_ATTEMPTED, channel="phone", outcome="no_answer").do(E.BENEFICIARY_TOLD, channel="sms")
    assert (case.state.status, case.state.told, case.state.attempts) == (CaseStatus.REJECTED, False, 0)
