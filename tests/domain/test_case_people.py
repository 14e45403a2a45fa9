"""Who may make which move on which case (REQUIREMENTS W4, W7, W14)."""

from __future__ import annotations

import pytest

from domain.case import MOVES, CaseEventKind, CasePath, CaseState, CaseStatus, allowed_moves, check
from domain.errors import IllegalMove, InputError, NotAllowed
from domain.people import SYSTEM, Actor, Role
from tests.domain.worked_case import (
    COLLEAGUE,
    EVERYBODY,
    MANAGER,
    REVIEWER,
    SPECIALIST,
    STRANGER,
    WORKER,
    case,
    person,
)

E, S = CaseEventKind, CaseStatus


def test_a_department_answers_for_its_own_cases_alone() -> None:
    assigned = case().assigned(department="post")
    with pytest.raises(NotAllowed, match="post"):
        assigned.do(E.SOLVED, WORKER, resolution="تم")
    assert assigned.do(E.SOLVED, STRANGER, resolution="تم").state.status is S.SOLVED


@pytest.mark.parametrize(
    "kind",
    [
        E.SOLVED, E.PROPOSALS_PREPARED, E.CLAIMED, E.WAITING_BEGAN, E.DELAY_TOLD, E.CONTACT_ATTEMPTED, E.BENEFICIARY_TOLD,
    ],
)  # fmt: skip
def test_every_move_of_a_department_is_on_its_own_cases(kind: CaseEventKind) -> None:
    theirs = case(CasePath.GENERAL).assigned().state
    assert kind in allowed_moves(theirs, WORKER)
    assert kind not in allowed_moves(theirs, STRANGER)
    assert kind in allowed_moves(theirs, SPECIALIST)


def test_who_was_named_may_work_it_from_another_department() -> None:
    lent = case().assigned(assignee=STRANGER.username)
    assert lent.do(E.SOLVED, STRANGER, resolution="تم").state.status is S.SOLVED


def test_people_take_cases_and_give_them_back() -> None:
    taken = case().assigned().do(E.CLAIMED, WORKER)
    assert taken.state.assignee == WORKER.username
    with pytest.raises(IllegalMove, match="somebody has it"):
        taken.do(E.CLAIMED, COLLEAGUE)
    taken.do(E.RELEASED, WORKER, reason="إجازة")
    assert taken.state.assignee == ""
    with pytest.raises(IllegalMove, match="nobody"):
        taken.do(E.RELEASED, WORKER)
    assert taken.do(E.CLAIMED, COLLEAGUE).state.assignee == COLLEAGUE.username


def test_a_case_is_not_reassigned_without_a_reason() -> None:
    given = case().assigned()
    with pytest.raises(InputError, match="reason"):
        given.do(E.ASSIGNED, department="post")
    given.do(E.ASSIGNED, department="post", reason="من عملهم")
    assert (given.state.department, given.state.assignee) == ("post", "")
    proposals = case().assigned().do(E.PROPOSALS_PREPARED, WORKER, proposals="مقترح")
    with pytest.raises(InputError, match="reason"):
        proposals.do(E.ASSIGNED, department="networks")


@pytest.mark.parametrize("path", CasePath)
def test_a_reopened_case_is_treated_by_its_new_person_alone(path: CasePath) -> None:
    """REQUIREMENTS W7: staff who did not handle it before look at it again."""
    again = case(path).reopened()
    with pytest.raises(InputError, match="by name"):
        again.do(E.ASSIGNED, department="networks")
    again.do(E.ASSIGNED, department="networks", assignee=COLLEAGUE.username)
    treat = E.VERDICT_RECORDED if path is CasePath.RUMOUR else E.SOLVED
    details = {"resolution": "تم", "verdict": "confirmed"} if path is CasePath.RUMOUR else {"resolution": "تم"}
    for other in (WORKER, SPECIALIST, MANAGER, STRANGER):
        assert treat not in allowed_moves(again.state, other)
        with pytest.raises(NotAllowed, match="somebody new"):
            again.do(treat, other, **details)
    with pytest.raises(IllegalMove):
        again.do(E.CLAIMED, WORKER)
    with pytest.raises(IllegalMove, match="by name"):
        again.do(E.RELEASED, COLLEAGUE)
    assert again.do(treat, COLLEAGUE, **details).state.status is S.SOLVED


def test_what_comes_back_in_a_later_round_is_still_given_by_name() -> None:
    again = case(CasePath.GENERAL).reopened().do(E.ASSIGNED, department="networks", assignee=COLLEAGUE.username)
    again.do(E.REFERRED, body="post", reason="من اختصاصهم").do(E.OUTSIDE_RETURNED, reason="ليس لنا")
    with pytest.raises(InputError, match="by name"):
        again.do(E.ASSIGNED, department="networks")


def test_a_case_never_goes_to_whom_it_concerns() -> None:
    """REQUIREMENTS W14."""
    about = case().assigned().do(E.CONFLICT_NAMED, REVIEWER, person=WORKER.username, reason="الشكوى من تعامله")
    assert allowed_moves(about.state, WORKER) == ()
    for kind, details in ((E.SOLVED, {"resolution": "تم"}), (E.CLAIMED, {}), (E.NOTE_ADDED, {"note": "لم أفعل"})):
        with pytest.raises(NotAllowed, match="concerns"):
            about.do(kind, WORKER, **details)
    with pytest.raises(InputError, match="concerns"):
        about.do(E.ASSIGNED, department="networks", assignee=WORKER.username, reason="س")
    assert about.do(E.SOLVED, COLLEAGUE, resolution="تم").state.status is S.SOLVED


def test_a_case_is_taken_from_whom_it_turns_out_to_concern() -> None:
    about = case().assigned().do(E.CLAIMED, WORKER)
    about.do(E.CONFLICT_NAMED, REVIEWER, person=WORKER.username, reason="الشكوى من تعامله")
    assert (about.state.assignee, about.state.barred) == ("", (WORKER.username,))
    about.do(E.CLAIMED, COLLEAGUE).do(E.CONFLICT_NAMED, REVIEWER, person=WORKER.username, reason="تأكد")
    assert (about.state.assignee, about.state.barred) == (COLLEAGUE.username, (WORKER.username,))


def test_management_is_barred_as_everybody_else() -> None:
    about = case().do(E.CONFLICT_NAMED, REVIEWER, person=MANAGER.username, reason="تخصه").do(E.SEALED, REVIEWER, reason="شبهة")
    assert allowed_moves(about.state, MANAGER) == ()
    other = person("mona", Role.MANAGER)
    assert E.UNSEALED in allowed_moves(about.state, other)


def test_a_sealed_case_is_worked_by_management_alone() -> None:
    sealed = case().assigned().do(E.SEALED, SPECIALIST, reason="شبهة فساد")
    for who in EVERYBODY:
        if who.is_person and who is not MANAGER:
            assert allowed_moves(sealed.state, who) == (), who.username
    with pytest.raises(NotAllowed, match="sealed"):
        sealed.do(E.NOTE_ADDED, SPECIALIST, note="ملاحظة")
    assert E.MENTION_JOINED in allowed_moves(sealed.state, SYSTEM)
    assert sealed.do(E.SOLVED, MANAGER, resolution="حُقق فيها").state.status is S.SOLVED


def test_the_system_makes_its_own_moves_alone() -> None:
    own = {kind for kind, move in MOVES.items() if move.system_too}
    for path in CasePath:
        for status in S:
            assert set(allowed_moves(CaseState(status, path=path, department="networks"), SYSTEM)) <= own
    assert own.isdisjoint(kind for kind, move in MOVES.items() if move.target is not None), "a person decides (REQUIREMENTS L5)"
    with pytest.raises(NotAllowed, match="the system alone"):
        check(CaseState(S.ASSIGNED, department="networks"), E.ESCALATED, MANAGER, {"step": "reminder"})


def test_several_roles_add_up() -> None:
    both = person("both", Role.DEPARTMENT, Role.SPECIALIST, department="post")
    assert E.SOLVED in allowed_moves(case().assigned().state, both)
    nobody = Actor("nobody", "لا أحد")
    assert allowed_moves(case().assigned().state, nobody) == ()
