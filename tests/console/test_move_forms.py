"""The moves that the case's page offers are exactly the ones that a person makes there."""

from console.move_forms import OFFERED, move_forms
from console.words import detail_word, move_word
from domain.case import MOVES, AnswerStatus, CaseEventKind, CaseState, CaseStatus, allowed_moves
from domain.people import Actor, Role

ELSEWHERE = {
    CaseEventKind.REOPENING_PROPOSED, CaseEventKind.MENTION_JOINED, CaseEventKind.TAGS_CORRECTED, CaseEventKind.ANSWER_DRAFTED,
    CaseEventKind.ANSWER_RETURNED, CaseEventKind.ANSWER_APPROVED, CaseEventKind.ANSWER_SENT, CaseEventKind.ANSWER_UNCERTAIN,
    CaseEventKind.ANSWER_FAILED,
}  # fmt: skip


def test_no_move_is_forgotten() -> None:
    assert set(OFFERED) | ELSEWHERE == set(MOVES)


def test_every_form_has_its_words() -> None:
    for form in move_forms(MOVES):
        assert move_word(form.kind)
        assert all(detail_word(name) for name in form.fields)


def test_an_assigned_case_offers_solution_and_proposals_to_its_department() -> None:
    actor = Actor("sami", "سامي", frozenset({Role.DEPARTMENT}), "networks")
    state = CaseState(CaseStatus.ASSIGNED, AnswerStatus.NONE, "networks", events=3)

    forms = move_forms(allowed_moves(state, actor))

    assert [form.kind for form in forms] == [CaseEventKind.SOLVED, CaseEventKind.PROPOSALS_PREPARED, CaseEventKind.NOTE_ADDED]
    assert [form.fields for form in forms] == [("resolution",), ("proposals",), ("note",)]


def test_a_closed_case_is_not_pressed_to_open_again() -> None:
    actor = Actor("sami", "سامي", frozenset({Role.SPECIALIST}))
    state = CaseState(CaseStatus.CLOSED, AnswerStatus.NONE, "networks", events=5)

    forms = move_forms(allowed_moves(state, actor))

    assert CaseEventKind.REOPENED in [form.kind for form in forms]
    assert not any(form.forward for form in forms)
