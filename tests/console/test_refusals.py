"""Whatever a move is refused for, people read it as one Arabic sentence."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.refusals import Wording
from domain.case import MOVES, CaseEventKind, CasePath, CaseState, CaseStatus, LadderStep, Pause, check
from domain.errors import InputError, NotAllowed, RasdError
from domain.messages import CATALOGUES
from domain.people import SYSTEM, Actor, Role
from service.profiles import load_profile
from tests.console.world import NOW

PROFILE = load_profile("mcit")
WORDING = Wording(PROFILE, {"sami": "سامي", "dana": "دانة"})
ROOT = Path(__file__).parents[2]
DETAILS = ("", "غير معروف", "yes", "2026-11-30", "2026-11-30T09:00+03:00", "0", "3", "phone", "press", "editor", "legal", "dana")

states = st.builds(
    CaseState,
    status=st.sampled_from(CaseStatus),
    path=st.sampled_from(CasePath),
    department=st.sampled_from(["", "networks"]),
    assignee=st.sampled_from(["", "dana"]),
    pauses=st.sampled_from([(), (Pause(NOW),)]),
    satisfied=st.none() | st.booleans(),
    attempts=st.integers(0, 3),
    round=st.integers(0, 1),
    barred=st.sampled_from([(), ("sami",)]),
    sealed=st.booleans(),
    ladder=st.none() | st.sampled_from(LadderStep),
)
actors = st.just(SYSTEM) | st.builds(
    Actor, st.just("sami"), st.just("سامي"), st.sets(st.sampled_from(Role)).map(frozenset), st.sampled_from(["", "networks"])
)
names = sorted({name for move in MOVES.values() for name in (*move.needs, *move.offers)})


@given(states, st.sampled_from(CaseEventKind), actors, st.dictionaries(st.sampled_from(names), st.sampled_from(DETAILS)))
def test_every_refusal_of_a_move_is_an_arabic_sentence(
    state: CaseState, kind: CaseEventKind, actor: Actor, details: Mapping[str, str]
) -> None:
    refused = _refused(state, kind, actor, details)
    if refused is None:
        return
    told = WORDING.refusal(refused)
    assert told.arabic, f"{refused} names no sentence"
    for sentence in (told.what, told.remedy):
        assert re.search("[ء-ي]", sentence)
        assert "{" not in sentence
        for code in (*CaseEventKind, *CaseStatus, *CasePath, *Role):
            assert not re.search(rf"\b{code.value}\b", sentence), sentence


def _refused(state: CaseState, kind: CaseEventKind, actor: Actor, details: Mapping[str, str]) -> RasdError | None:
    try:
        check(state, kind, actor, details)
    except RasdError as error:
        return error
    return None


def test_codes_become_the_names_that_people_know() -> None:
    code = PROFILE.departments[0].code
    elsewhere = NotAllowed("x").saying("works_elsewhere", person="dana", department=code)
    assert WORDING.refusal(elsewhere).what == f"دانة لا يعمل في {PROFILE.departments[0].name_ar}"
    missing = InputError("x").saying("missing", move=CaseEventKind.REFERRED, fields=("body", "reason"))
    assert WORDING.refusal(missing).what == "ينقص «إحالة إلى جهة الاختصاص»: الجهة، السبب"


def test_an_error_without_a_sentence_keeps_its_own_words() -> None:
    told = WORDING.refusal(InputError("what", "remedy"))
    assert (told.what, told.remedy, told.arabic) == ("what", "remedy", False)
    assert not WORDING.refusal(ValueError("x")).what


@pytest.mark.parametrize("folder", ["domain", "registry", "console", "notify", "service"])
def test_every_sentence_that_the_code_names_is_in_the_catalogue(folder: str) -> None:
    named = set()
    for path in (ROOT / folder).rglob("*.py"):
        for call in re.findall(r"\.saying\(\s*([^,)]*)", path.read_text()):
            named |= set(re.findall(r'"(\w+)"', call))
    missing = {key for key in named if not {f"refusal.{key}", f"refusal.{key}.remedy"} <= set(CATALOGUES["ar"])}
    assert missing == set()


def test_a_closing_without_the_beneficiarys_word_says_what_to_record() -> None:
    state = CaseState(CaseStatus.SOLVED, CasePath.GENERAL)
    with pytest.raises(NotAllowed) as refused:
        check(state, CaseEventKind.CLOSED, Actor("sami", "سامي", frozenset({Role.SPECIALIST})), {})
    told = WORDING.refusal(refused.value)
    assert "3 محاولات" in told.remedy
