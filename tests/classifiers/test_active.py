"""What would teach most: doubt, the border of flagging, rarity, new words, and no page of one story."""

from __future__ import annotations

from dataclasses import replace
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.active import Candidate, Known, Why, border, doubt, likeness, rank, rarity
from domain.tags import Axis, Kind, Remit

TEXTS = (
    "انقطع الماء عن الحي كله منذ الفجر ولم يصل أحد",
    "كيف أجدد رخصة المحل من التطبيق الجديد؟",
    "افتتح الأمير مركزًا للبحوث في الجامعة صباح اليوم",
    "شكرًا لموظف الاستقبال الذي أنهى معاملتي بسرعة",
)


def _candidate(number: int, text: str = "", kind: float = 0.95, remit: float = 0.95, **values: object) -> Candidate:
    given = {"remit": Remit.OURS, "kind": Kind.COMPLAINT, "topic": "a/b", "story_id": None, **values}
    confidence = {Axis.KIND: kind, Axis.REMIT: remit, Axis.SENTIMENT: 0.95, Axis.TOPIC: 0.95}
    return Candidate(number, text or TEXTS[number % len(TEXTS)], confidence=confidence, **given)  # type: ignore[arg-type]


KNOWN = Known(threshold=0.5, topics=20)


@given(st.floats(0, 1), st.integers(2, 40))
def test_doubt_is_a_share_and_falls_with_confidence(confidence: float, classes: int) -> None:
    assert 0 <= doubt(confidence, classes) <= 1
    assert doubt(min(1.0, confidence + 0.1), classes) <= doubt(confidence, classes) + 1e-12


def test_doubt_is_the_entropy_of_the_flattest_distribution() -> None:
    assert doubt(1.0, 5) == 0
    assert doubt(0.2, 5) == pytest.approx(1)
    assert doubt(0.5, 2) == pytest.approx(1)
    assert doubt(0.6, 3) == pytest.approx(-(0.6 * log(0.6) + 0.4 * log(0.2)) / log(3))


def test_the_unsure_comes_before_the_sure() -> None:
    ranked = rank([_candidate(0), _candidate(1, kind=0.4), _candidate(2, kind=0.7)], KNOWN)
    assert [each.id for each in ranked] == [1, 2, 0]
    assert Why.KIND in ranked[0].why


def test_the_border_of_flagging_counts() -> None:
    assert border(_candidate(0, kind=0.5, remit=0.9), 0.5) == pytest.approx(1)
    assert border(_candidate(0, kind=0.99, remit=0.99), 0.5) < 0.1
    assert border(_candidate(0, kind=0.9, remit=0.52), 0.5) == pytest.approx(0.96)


def test_a_rare_class_is_lifted_above_a_common_one() -> None:
    known = Known(0.5, 20, kinds={"neutral": 900, "complaint": 90, "report": 2})
    rare = replace(_candidate(0, kind=0.7), kind=Kind.REPORT)
    common = replace(_candidate(1, kind=0.7), kind=Kind.NEUTRAL)
    assert rarity("report", known.kinds) > 0.8 > rarity("complaint", known.kinds) > rarity("neutral", known.kinds) == 0
    assert [each.id for each in rank([common, rare], known)] == [0, 1]


def test_what_was_answered_already_teaches_less() -> None:
    known = Known(0.5, 20, taught=(TEXTS[0],))
    ranked = rank([_candidate(0, kind=0.6), _candidate(1, kind=0.6)], known)
    assert [each.id for each in ranked] == [1, 0]
    assert Why.NEW in ranked[0].why
    assert Why.NEW not in ranked[1].why


def test_printings_of_one_story_do_not_fill_the_page() -> None:
    story = [_candidate(number, TEXTS[0], kind=0.4, story_id=9) for number in range(5)]
    others = [_candidate(10 + number, TEXTS[number], kind=0.6) for number in (1, 2, 3)]
    first = [each.id for each in rank([*story, *others], KNOWN)[:4]]
    assert len([number for number in first if number < 10]) == 1


def test_near_duplicates_of_no_known_story_are_held_back_too() -> None:
    copies = [_candidate(number, f"{TEXTS[0]} {number}", kind=0.4) for number in range(4)]
    ranked = rank([*copies, _candidate(10, TEXTS[1], kind=0.6)], KNOWN)
    assert [each.id for each in ranked][1] == 10
    assert ranked[-1].likeness > 0.8


def test_what_is_nobodys_matter_is_asked_about_its_remit_alone() -> None:
    nobodys = replace(_candidate(0, kind=0.5, remit=0.5), remit=Remit.NONE, kind=Kind.NEUTRAL, topic="-")
    assert set(rank([nobodys], KNOWN)[0].why) <= {Why.REMIT, Why.BORDER, Why.NEW}


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(0, 3)), max_size=12))
def test_every_item_is_ranked_once_and_always_alike(given_: list[tuple[float, float, int]]) -> None:
    items = [_candidate(number, TEXTS[text], kind, remit) for number, (kind, remit, text) in enumerate(given_)]
    ranked = rank(items, KNOWN)
    assert sorted(each.id for each in ranked) == list(range(len(items)))
    assert all(0 <= each.worth <= 1 for each in ranked)
    assert ranked == rank(items, KNOWN)
    assert rank(items, KNOWN, limit=2) == ranked[:2]


def test_texts_without_words_are_no_error() -> None:
    assert [each.id for each in rank([_candidate(0, "…"), _candidate(1, "؟")], KNOWN)] == [0, 1]
    assert likeness("", TEXTS[0]) == 0
    assert likeness(TEXTS[0], TEXTS[0]) == pytest.approx(1)
