from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from classifiers.importance import Circumstances, Raise, weigh
from domain.profile import ImportanceRules
from domain.tags import Importance, Kind, Remit, Sentiment

RULES = ImportanceRules(reach_high=4, spread_high=4, growth_high=3)
LEVELS = [Importance.LOW, Importance.MEDIUM, Importance.HIGH]


def _level(
    kind: Kind = Kind.COMPLAINT, mood: Sentiment = Sentiment.NEGATIVE, remit: Remit = Remit.OURS, **known: object
) -> Importance:
    return weigh(remit, kind, mood, RULES, replace(Circumstances(), **known)).level  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (_level(), Importance.MEDIUM),
        (_level(severe=True), Importance.HIGH),
        (_level(serious=True), Importance.HIGH),
        (_level(reach=4), Importance.HIGH),
        (_level(reach=3), Importance.MEDIUM),
        (_level(spread=4), Importance.HIGH),
        (_level(spread=3), Importance.MEDIUM),
        (_level(growth=3), Importance.HIGH),
        (_level(growth=2), Importance.MEDIUM),
        (_level(Kind.NEUTRAL, Sentiment.NEUTRAL, growth=3, spread=4), Importance.MEDIUM),
        (_level(Kind.INQUIRY, Sentiment.NEUTRAL), Importance.LOW),
        (_level(Kind.INQUIRY, Sentiment.NEUTRAL, reach=5), Importance.LOW),
        (_level(Kind.INQUIRY, Sentiment.NEUTRAL, severe=True), Importance.MEDIUM),
        (_level(Kind.REPORT, Sentiment.NEUTRAL), Importance.MEDIUM),
        (_level(Kind.NEUTRAL, Sentiment.NEUTRAL, severe=True), Importance.LOW),
        (_level(Kind.PRAISE, Sentiment.POSITIVE, reach=5), Importance.LOW),
        (_level(remit=Remit.OTHER), Importance.LOW),
        (_level(remit=Remit.OTHER, severe=True), Importance.MEDIUM),
        (_level(remit=Remit.NONE, severe=True, spread=9), Importance.LOW),
    ],
)
def test_levels(level: Importance, expected: Importance) -> None:
    assert level is expected


def test_more_severity_reach_spread_or_growth_never_lowers_it() -> None:
    for kind, mood, remit in itertools.product(Kind, Sentiment, Remit):
        base = LEVELS.index(_level(kind, mood, remit))
        for worse in ({"severe": True}, {"serious": True}, {"reach": 5}, {"spread": 9}, {"growth": 9}):
            assert LEVELS.index(_level(kind, mood, remit, **worse)) >= base


def test_every_rule_that_raised_it_is_named() -> None:
    known = Circumstances(serious=True, reach=5, spread=9, growth=9)
    weighed = weigh(Remit.OURS, Kind.COMPLAINT, Sentiment.NEGATIVE, RULES, known)
    assert weighed.raised_by == (Raise.ASKS_FOR_ACTION, Raise.SERIOUS, Raise.REACH, Raise.SPREAD)
    growing = weigh(Remit.OURS, Kind.PRAISE, Sentiment.POSITIVE, RULES, Circumstances(growth=3))
    assert growing.raised_by == (Raise.GROWTH,)
    assert weigh(Remit.NONE, Kind.NEUTRAL, Sentiment.NEUTRAL, RULES, known).raised_by == ()
