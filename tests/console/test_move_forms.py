"""The moves that the case's page offers are exactly the ones that a person makes there, with the fields of the table of moves."""

import pytest

from console.case_clock import ClockOwner, clock_owner
from console.move_forms import OFFERED, Control, Rank, fields_of, move_forms
from console.pages.case_choices import CODES
from console.words import detail_word, move_word
from domain.case import MOVES, CaseEventKind, CasePath, CaseState, CaseStatus, Pause, allowed_moves
from domain.people import Actor, Role
from tests.console.world import NOW

_E = CaseEventKind
ELSEWHERE = {
    _E.REOPENING_PROPOSED, _E.ESCALATED, _E.MENTION_JOINED, _E.MENTION_LEFT, _E.ABSORBED, _E.TAGS_CORRECTED, _E.ANSWER_DRAFTED,
    _E.ANSWER_RETURNED, _E.ANSWER_APPROVED, _E.ANSWER_SENT, _E.ANSWER_UNCERTAIN, _E.ANSWER_FAILED,
}  # fmt: skip
OWN_FORMS = {_E.LINKED, _E.UNLINKED, _E.MERGED, _E.SPLIT_OFF, _E.ATTACHED}
SPECIALIST = Actor("sami", "سامي", frozenset({Role.SPECIALIST}))


def _ranks(state: CaseState, actor: Actor = SPECIALIST) -> dict[CaseEventKind, Rank]:
    return {form.kind: form.rank for form in move_forms(allowed_moves(state, actor), state)}


def test_no_move_is_forgotten() -> None:
    assert set(OFFERED) | ELSEWHERE == set(MOVES)
    assert len(OFFERED) == len(set(OFFERED))


@pytest.mark.parametrize("kind", [kind for kind in OFFERED if kind not in OWN_FORMS])
def test_a_form_asks_for_what_the_table_needs_and_offers(kind: CaseEventKind) -> None:
    state = CaseState(CaseStatus.ASSIGNED, department="networks", body="citc")
    fields = {field.name: field for field in fields_of(kind, state)}
    assert set(fields) == {*MOVES[kind].needs, *MOVES[kind].offers}
    assert all(fields[name].required for name in MOVES[kind].needs)


@pytest.mark.parametrize("path", CasePath)
def test_every_form_has_its_words_and_every_code_its_choices(path: CasePath) -> None:
    for form in move_forms(MOVES, CaseState(CaseStatus.ASSIGNED, path, body="citc")):
        assert move_word(form.kind)
        assert all(detail_word(field.name, path) for field in form.fields)
        assert all(CODES[field.name] for field in form.fields if field.control is Control.CODE)


def test_an_assigned_case_offers_its_department_the_solution_first() -> None:
    actor = Actor("dana", "دانة", frozenset({Role.DEPARTMENT}), "networks")
    ranks = _ranks(CaseState(CaseStatus.ASSIGNED, department="networks", assignee="dana"), actor)
    assert [kind for kind, rank in ranks.items() if rank is Rank.FORWARD] == [_E.SOLVED, _E.PROPOSALS_PREPARED]
    assert ranks[_E.NOTE_ADDED] is Rank.BESIDE


def test_a_closed_case_is_not_pressed_to_open_again() -> None:
    ranks = _ranks(CaseState(CaseStatus.CLOSED, department="networks"))
    assert _E.REOPENED in ranks
    assert Rank.FORWARD not in ranks.values()


def test_what_is_rare_stands_apart() -> None:
    ranks = _ranks(CaseState(CaseStatus.ASSIGNED, CasePath.RUMOUR, department="networks"))
    for kind in (_E.CONFLICT_NAMED, _E.SEALED, _E.MERGED, _E.SPLIT_OFF, _E.LINKED, _E.LADDER_STEPPED):
        assert ranks[kind] is Rank.RARE, kind


def test_assigning_leads_on_at_first_and_is_a_correction_later() -> None:
    assert _ranks(CaseState(CaseStatus.ACCEPTED))[_E.ASSIGNED] is Rank.FORWARD
    assert _ranks(CaseState(CaseStatus.ASSIGNED, department="networks"))[_E.ASSIGNED] is Rank.BESIDE


@pytest.mark.parametrize(
    ("state", "required"),
    [
        (CaseState(CaseStatus.ACCEPTED), {"department"}),
        (CaseState(CaseStatus.ASSIGNED, department="networks"), {"department", "reason"}),
        (CaseState(CaseStatus.REOPENED, round=1), {"department", "assignee"}),
    ],
)
def test_assigning_asks_for_more_where_the_case_does(state: CaseState, required: set[str]) -> None:
    fields = fields_of(_E.ASSIGNED, state)
    assert {field.name for field in fields if field.required} == required
    assert ("reason" in {field.name for field in fields}) == ("reason" in required)


@pytest.mark.parametrize(
    ("state", "owner"),
    [
        (CaseState(CaseStatus.ASSIGNED), ClockOwner.OURS),
        (CaseState(CaseStatus.REFERRED, body="citc", pauses=(Pause(NOW),)), ClockOwner.OUTSIDE),
        (CaseState(CaseStatus.ASSIGNED, pauses=(Pause(NOW),)), ClockOwner.WAITING),
        (CaseState(CaseStatus.ASSIGNED, pauses=(Pause(NOW, NOW),)), ClockOwner.OURS),
        (CaseState(CaseStatus.ASSIGNED, CasePath.PRESS_QUESTION, deadline=NOW), ClockOwner.JOURNALIST),
        (CaseState(CaseStatus.CLOSED, deadline=NOW), ClockOwner.NOBODY),
    ],
)
def test_whose_clock_runs(state: CaseState, owner: ClockOwner) -> None:
    assert clock_owner(state) is owner
