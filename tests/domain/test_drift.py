"""How far labels moved and how often people agree, with the doubt of small numbers."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.drift import ALARM_FROM, LEAST_ITEMS, Drift, stability, wilson
from domain.teaching import LOT_SHARE, in_lot, lot_number

COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 500), min_size=2)


@pytest.mark.parametrize(
    ("agreed", "asked", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_wilsons_interval_is_the_published_one(agreed: int, asked: int, low: float, high: float) -> None:
    found = wilson(agreed, asked)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((agreed / asked, low, high), abs=5e-4)


def test_without_answers_there_is_no_share() -> None:
    assert wilson(0, 0) is None


@given(st.integers(0, 300), st.integers(1, 300))
def test_an_interval_holds_its_share(agreed: int, more: int) -> None:
    found = wilson(agreed, agreed + more)
    assert found is not None
    assert 0 <= found.low <= found.value <= found.high <= 1


@given(COUNTS, COUNTS)
def test_the_index_is_never_negative_and_the_same_both_ways(now: dict[str, int], before: dict[str, int]) -> None:
    one, other = stability(now, before), stability(before, now)
    assert one.index >= 0
    assert one.index == pytest.approx(other.index)
    assert one.drift is other.drift


@given(COUNTS)
def test_what_did_not_move_is_stable(counts: dict[str, int]) -> None:
    assert stability(counts, counts).drift in (Drift.STABLE, Drift.TOO_FEW)


def test_a_shift_is_told_with_the_label_that_moved_most() -> None:
    found = stability({"complaint": 30, "praise": 20, "neutral": 150}, {"complaint": 600, "praise": 100, "neutral": 500})
    assert found.drift is Drift.ALARM
    assert found.index >= ALARM_FROM
    assert found.most == "complaint"


def test_a_new_label_is_a_shift_and_no_division_by_zero() -> None:
    found = stability({"a": 50, "b": 50}, {"a": 100})
    assert found.drift is Drift.ALARM
    assert found.most == "b"


def test_small_weeks_are_not_judged() -> None:
    few = LEAST_ITEMS - 1
    assert stability({"a": few, "b": 0}, {"a": 500, "b": 500}).drift is Drift.TOO_FEW


def test_chance_alone_seldom_raises_an_alarm() -> None:
    dice = random.Random(7)
    labels = "abcde"
    alarms = 0
    for _ in range(300):
        now, before = ([dice.choice(labels) for _ in range(size)] for size in (40, 200))
        found = stability({each: now.count(each) for each in labels}, {each: before.count(each) for each in labels})
        alarms += found.drift is Drift.ALARM
    assert alarms <= 9


def test_the_lot_takes_its_share_and_does_not_follow_the_order_of_arrival() -> None:
    drawn = [number for number in range(1, 20_001) if in_lot(number)]
    assert len(drawn) / 20_000 == pytest.approx(LOT_SHARE, rel=0.05)
    halves = [sum(number % 2 for number in drawn), sum(number <= 10_000 for number in drawn)]
    assert all(0.4 < half / len(drawn) < 0.6 for half in halves)
    assert lot_number(65_537) == lot_number(1)
