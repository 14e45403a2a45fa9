"""The cascade with an honest stand-in for the transformer: who is asked, how much, and what happens when it fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.cascade import Cascade, CascadeLimits, doubt_of, least_sure
from classifiers.compact import CompactModel
from classifiers.opinion import Opinion
from classifiers.reading import Reading
from classifiers.tagger import Tagger, TagInput
from domain.errors import ModelError
from domain.mention import Channel
from domain.tags import NO_TOPIC, Axis, Importance, Kind, Remit, Sentiment, Tags
from tests.classifiers.conftest import PROFILE, rows

ALL = CascadeLimits(below={Axis.KIND: 1.0})
TEXTS = [str(row["text"]) for row in rows()]


class Praising:
    """A second opinion that holds everything to be praise; it remembers who was asked, and fails when told to."""

    identity = "praising@1"
    languages = ("ar",)

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.fails: Exception | None = None

    def speaks_of(self, axis: Axis) -> bool:
        return axis is Axis.KIND

    def amended(self, items: Sequence[TagInput], readings: Sequence[Reading], opinion: Opinion) -> Opinion:
        assert len(items) == len(readings)
        self.asked.append([item.text for item in items])
        if self.fails:
            raise self.fails
        kind = np.zeros_like(opinion.kind)
        kind[:, list(Kind).index(Kind.PRAISE)] = 1.0
        return replace(opinion, kind=kind)


def _items(texts: Sequence[str]) -> list[TagInput]:
    return [TagInput(number, "", text, Channel.SOCIAL) for number, text in enumerate(texts)]


@pytest.fixture(scope="module")
def first(model: CompactModel) -> Tagger:
    return Tagger(PROFILE, model)


def _tags(
    kind: float = 0.9, remit: float = 0.9, said: Kind = Kind.COMPLAINT, whose: Remit = Remit.OURS, lang: str = "ar"
) -> Tags:
    return Tags(
        whose, said, Sentiment.NEUTRAL, NO_TOPIC, Importance.LOW, lang,
        confidence=MappingProxyType({Axis.KIND: kind, Axis.REMIT: remit, Axis.SENTIMENT: 0.99, Axis.TOPIC: 0.99}),
    )  # fmt: skip


def test_only_the_unsure_are_asked_about(first: Tagger) -> None:
    second = Praising()
    alone = first.tag_many(_items(TEXTS))
    below = sorted(each.confidence[Axis.KIND] for each in alone)[len(TEXTS) // 2]
    limits = CascadeLimits(below={Axis.KIND: below}, near=0.0)
    together = Cascade(first, second, limits).tag_many(_items(TEXTS))
    asked = {text for batch in second.asked for text in batch}
    assert 0 < len(asked) < len(TEXTS)
    for text, before, after in zip(TEXTS, alone, together, strict=True):
        if text in asked:
            assert before.confidence[Axis.KIND] < below
            assert after.model == f"praising@1/{first.model.identity}"
            assert after.remit is Remit.NONE or after.kind is Kind.PRAISE
        else:
            assert after == before


def test_an_axis_that_the_second_does_not_judge_asks_nobody(first: Tagger) -> None:
    second = Praising()
    Cascade(first, second, CascadeLimits(below={Axis.SENTIMENT: 1.0, Axis.REMIT: 1.0})).tag_many(_items(TEXTS))
    assert second.asked == []


def test_the_least_sure_go_first_and_no_more_than_allowed(first: Tagger) -> None:
    second = Praising()
    Cascade(first, second, replace(ALL, most=5, batch=2, near=0.0)).tag_many(_items(TEXTS))
    sure = {text: tags.confidence[Axis.KIND] for text, tags in zip(TEXTS, first.tag_many(_items(TEXTS)), strict=True)}
    assert [len(batch) for batch in second.asked] == [2, 2, 1]
    asked = [text for batch in second.asked for text in batch]
    assert asked == sorted(sure, key=lambda text: sure[text])[:5]


def test_time_that_is_spent_leaves_the_rest_as_it_is(first: Tagger) -> None:
    second = Praising()
    moments = iter([0.0, 1.0, 9.0, 11.0])
    tags = Cascade(first, second, replace(ALL, seconds=10.0, batch=3), clock=lambda: next(moments)).tag_many(_items(TEXTS))
    assert [len(batch) for batch in second.asked] == [3, 3]
    assert sum(each.model.startswith("praising") for each in tags) == 6
    assert len(tags) == len(TEXTS)


@pytest.mark.parametrize(
    "error", [RuntimeError("out of memory"), ModelError("gave no numbers", "train"), MemoryError(), OSError(5, "x")]
)
def test_a_failure_loses_nothing_and_is_told_once(first: Tagger, error: Exception) -> None:
    second, troubles = Praising(), []
    cascade = Cascade(first, second, ALL, troubles.append)
    second.fails = error
    assert cascade.tag_many(_items(TEXTS)) == first.tag_many(_items(TEXTS))
    assert len(troubles) == 1
    assert "praising@1" in troubles[0]
    cascade.tag_many(_items(TEXTS))
    assert len(second.asked) == 1, "it is left alone for a while"


def test_a_failure_half_way_keeps_what_was_said_before(first: Tagger) -> None:
    class Failing(Praising):
        def amended(self, items: Sequence[TagInput], readings: Sequence[Reading], opinion: Opinion) -> Opinion:
            self.fails = RuntimeError("half way") if self.asked else None
            return super().amended(items, readings, opinion)

    tags = Cascade(first, Failing(), replace(ALL, batch=4)).tag_many(_items(TEXTS))
    assert sum(each.model.startswith("praising") for each in tags) == 4
    assert len(tags) == len(TEXTS)


def test_it_is_asked_again_later_and_the_trouble_is_over(first: Tagger) -> None:
    second, troubles = Praising(), []
    cascade = Cascade(first, second, ALL, troubles.append)
    second.fails = RuntimeError("out of memory")
    cascade.tag_many(_items(TEXTS))
    assert len(troubles) == 1
    second.fails = None
    calls = next(number for number in range(100) if cascade.tag_many(_items(TEXTS)) and len(second.asked) > 1)
    assert calls > 0
    assert len(troubles) == 2
    assert troubles[-1] == ""


def test_languages_that_it_does_not_know_and_what_cannot_be_judged_are_not_asked_about(first: Tagger) -> None:
    second = Praising()
    Cascade(first, second, ALL).tag_many(_items(["The lamps in our street are dark again", "", "😀😀"]))
    assert second.asked == []


def test_doubt_is_none_where_all_is_sure() -> None:
    limits = CascadeLimits()
    assert doubt_of(_tags(), 0.5, limits) == 0
    assert doubt_of(_tags(kind=0.0, remit=0.0), 0.5, limits) > 0.9
    assert doubt_of(_tags(kind=0.66), 0.65, limits) > 0.5, "close to the threshold of flagging"
    assert doubt_of(_tags(kind=0.66, said=Kind.NEUTRAL), 0.65, limits) == 0, "what asks for nothing is not flagged by it"
    assert doubt_of(_tags(kind=0.66, whose=Remit.OTHER), 0.65, limits) == 0


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.sampled_from(["ar", "en", "und"])), max_size=30), st.integers(0, 10)
)
def test_places_are_distinct_few_and_in_order_of_doubt(sure: list[tuple[float, float, str]], most: int) -> None:
    tags = [_tags(kind, remit, lang=lang) for kind, remit, lang in sure]
    limits = CascadeLimits(most=most)
    found = least_sure(tags, 0.5, limits)
    doubts = [doubt_of(tags[place], 0.5, limits) for place in found]
    assert len(found) == len(set(found)) <= most
    assert doubts == sorted(doubts, reverse=True)
    assert all(doubt > 0 and tags[place].lang == "ar" for place, doubt in zip(found, doubts, strict=True))
