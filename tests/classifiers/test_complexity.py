from __future__ import annotations

import inspect

import pytest

from classifiers.complexity import Makes, Tangle, propose
from domain.profile import ComplexityRules
from domain.tags import CASE_KINDS, Complexity, Kind, Remit

RULES = ComplexityRules(topics_complex=2)
ALL = Tangle(severe=True, words=True, other_body=True, topics=5)


@pytest.mark.parametrize(
    ("kind", "shown", "expected", "why"),
    [
        (Kind.COMPLAINT, Tangle(), Complexity.ROUTINE, ()),
        (Kind.COMPLAINT, Tangle(severe=True, other_body=True), Complexity.CRITICAL, (Makes.HARM,)),
        (Kind.REPORT, Tangle(severe=True), Complexity.CRITICAL, (Makes.HARM,)),
        (Kind.INQUIRY, Tangle(severe=True), Complexity.ROUTINE, ()),
        (Kind.INQUIRY, Tangle(words=True), Complexity.COMPLEX, (Makes.WORDS,)),
        (Kind.COMPLAINT, Tangle(other_body=True), Complexity.COMPLEX, (Makes.THIRD_PARTY,)),
        (Kind.COMPLAINT, Tangle(topics=1), Complexity.ROUTINE, ()),
        (Kind.COMPLAINT, Tangle(topics=2, words=True), Complexity.COMPLEX, (Makes.WORDS, Makes.SEVERAL_SERVICES)),
    ],
)
def test_proposals(kind: Kind, shown: Tangle, expected: Complexity, why: tuple[Makes, ...]) -> None:
    assert propose(Remit.OURS, kind, RULES, shown) == (expected, why)


def test_what_opens_no_case_is_routine() -> None:
    for kind in Kind:
        for remit in (Remit.OTHER, Remit.NONE):
            assert propose(remit, kind, RULES, ALL) == (Complexity.ROUTINE, ())
        if kind not in CASE_KINDS:
            assert propose(Remit.OURS, kind, RULES, ALL) == (Complexity.ROUTINE, ())


def test_neither_reach_nor_spread_has_a_part_in_it() -> None:
    known = {*inspect.signature(propose).parameters, *Tangle.__dataclass_fields__}
    assert known == {"remit", "kind", "rules", "shown", "severe", "words", "other_body", "topics"}
