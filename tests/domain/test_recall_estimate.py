"""The estimate of recall: exact limits, and how often they hold over simulated weeks."""

from __future__ import annotations

import random
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.recall_estimate import Estimate, Measure, Sample, added, measure, recall, total


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    population = draw(st.integers(0, 400))
    answered = draw(st.integers(0, min(population, 40)))
    return Sample(population, answered, draw(st.integers(0, answered)))


@given(samples())
def test_the_estimate_lies_in_its_interval_and_that_in_what_is_possible(sample: Sample) -> None:
    found = total(sample)
    if sample.population and not sample.answered:
        assert found is None
        return
    assert found is not None
    most = sample.population - (sample.answered - sample.hits)
    assert sample.hits <= found.low <= found.value <= found.high <= most or sample.population == 0


@given(st.integers(1, 60), st.integers(1, 20), st.data())
def test_the_limits_are_the_exact_ones(population: int, answered: int, data: st.DataObject) -> None:
    answered = min(answered, population)
    hits = data.draw(st.integers(0, answered))
    found = total(Sample(population, answered, hits))
    assert found is not None
    possible = [true for true in range(hits, population - answered + hits + 1) if _is_possible(population, answered, hits, true)]
    assert (found.low, found.high) == (possible[0], possible[-1])


def _is_possible(population: int, answered: int, hits: int, true: int) -> bool:
    """By whole numbers: neither tail is 2.5% or less."""
    chances = {
        each: Fraction(comb(true, each) * comb(population - true, answered - each), comb(population, answered))
        for each in range(answered + 1)
        if each <= true and answered - each <= population - true
    }
    at_least = sum(chance for each, chance in chances.items() if each >= hits)
    at_most = sum(chance for each, chance in chances.items() if each <= hits)
    return min(at_least, at_most) > Fraction(1, 40)


def test_no_miss_in_the_sample_is_no_proof() -> None:
    found = total(Sample(10_000, 30, 0))
    assert found is not None
    assert (found.value, found.low) == (0, 0)
    assert 1100 < found.high < 1200


def test_a_population_answered_in_full_leaves_no_doubt() -> None:
    assert total(Sample(30, 30, 4)) == Estimate(4, 4, 4)


def test_more_answers_give_a_narrower_interval() -> None:
    widths = []
    for answered in (30, 60, 120):
        found = total(Sample(2000, answered, answered // 10))
        assert found is not None
        widths.append(found.high - found.low)
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("numbers", [(10, 11, 0), (10, 5, 6), (10, 5, -1)])
def test_impossible_samples_are_refused(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no sample"):
        Sample(*numbers)


@given(st.lists(samples(), min_size=1, max_size=4), st.lists(samples(), min_size=1, max_size=6))
def test_recall_is_a_share_inside_its_interval(flagged: list[Sample], left: list[Sample]) -> None:
    found = measure(flagged, left, 0.7).recall
    if found is not None:
        assert 0 <= found.low <= found.value <= found.high <= 1


def test_what_nobody_answered_gives_no_figure() -> None:
    assert measure([Sample(20, 20, 18)], [Sample(300, 0, 0)]) == Measure(None, None)
    undecided = measure([Sample(20, 0, 0)], [Sample(300, 30, 3)])
    assert undecided.recall is None
    assert undecided.missed is not None


def test_an_undecided_group_borrows_the_precision_and_says_how_little_is_known() -> None:
    alone = measure([Sample(20, 0, 0)], [Sample(300, 300, 10)], 0.5).recall
    assert alone is not None
    assert alone.value == pytest.approx(0.5)
    assert alone.low == 0


def test_there_is_no_recall_where_there_was_nothing_to_see() -> None:
    assert recall(Estimate(0, 0, 0), Estimate(0, 0, 12)) is None
    assert measure([], []).recall is None


def test_nothing_found_and_something_missed_is_a_recall_of_zero() -> None:
    assert recall(Estimate(0, 0, 0), Estimate(10, 2, 30)) == Estimate(0, 0, 0)


def test_a_census_gives_the_recall_itself() -> None:
    found = measure([Sample(40, 40, 36)], [Sample(30, 30, 3), Sample(25, 25, 1)]).recall
    assert found == Estimate(0.9, 0.9, 0.9)


def test_sums_are_narrower_than_the_sum_of_their_intervals() -> None:
    part = Estimate(10, 4, 22)
    both = added([part, part])
    assert both.value == 20
    assert 8 < both.low < 20 < both.high < 44


WEEKS = [
    # flagged, true among them, decided; population and true misses of each stratum; answers of each
    (60, 50, 60, [(2000, 20), (400, 20)], 30),
    (60, 50, 30, [(2000, 0), (400, 20)], 30),
    (200, 150, 100, [(2000, 30), (300, 40)], 30),
    (20, 18, 10, [(300, 30), (300, 30)], 30),
    (300, 250, 300, [(300, 60), (500, 60)], 30),
    (60, 50, 60, [(400, 10)], 60),
]


@pytest.mark.parametrize("week", WEEKS)
def test_the_interval_holds_the_truth_in_about_95_of_100_weeks(
    week: tuple[int, int, int, list[tuple[int, int]], int],
) -> None:
    flagged, true, decided, strata, answers = week
    chance = random.Random(2026)
    truth = true / (true + sum(misses for _, misses in strata))
    held = 0
    for _ in range(300):
        left = [_drawn(chance, population, misses, answers) for population, misses in strata]
        found = measure([_drawn(chance, flagged, true, decided)], left).recall
        assert found is not None
        held += found.low <= truth <= found.high
    assert held >= 0.93 * 300


def test_the_interval_is_no_wider_than_it_must_be() -> None:
    """Where it were twice as wide it would hold always: it should miss the truth now and then."""
    chance = random.Random(47)
    held = 0
    for _ in range(400):
        found = measure([Sample(250, 250, 250)], [_drawn(chance, 3000, 600, 60)]).recall
        assert found is not None
        held += found.low <= 250 / 850 <= found.high
    assert 0.93 * 400 <= held < 400


def _drawn(chance: random.Random, population: int, hits: int, answered: int) -> Sample:
    return Sample(population, answered, sum(each < hits for each in chance.sample(range(population), answered)))
