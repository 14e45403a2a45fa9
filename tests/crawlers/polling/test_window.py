"""How fast a source is polled follows from how much of its window is seen again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.feeds.feed import parse_feed
from crawlers.polling.outcomes import discovery
from crawlers.polling.window import FLOOR, WINDOW, digest_window, fingerprints, missed, next_pace, overlap, relaxed
from domain.source import Discovery, SourceKind, SourceState
from tests.crawlers.pages import item, rss
from tests.crawlers.world import source

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TEN_MINUTES = 600.0


def window(start: int, count: int = 20) -> tuple[str, ...]:
    """A window whose newest item is ``start``."""
    return digest_window(f"https://paper.example/{number}" for number in range(start, start - count, -1))


@pytest.mark.parametrize(("moved", "seen"), [(0, 1.0), (5, 0.75), (20, 0.0), (200, 0.0)])
def test_overlap_is_the_share_that_is_seen_again(moved: int, seen: float) -> None:
    assert overlap(window(100), window(100 + moved)) == seen


def test_nothing_to_compare() -> None:
    assert overlap((), window(1)) is None
    assert overlap(window(1), ()) is None
    assert not missed((), window(1))
    assert next_pace(TEN_MINUTES, 0.0, (), window(1)) == 0.0


def test_a_window_that_grows_has_lost_nothing() -> None:
    assert overlap(window(100, 5), window(104, 9)) == 1.0


def test_older_pages_of_the_first_poll_are_not_expected_again() -> None:
    assert overlap(window(100, 60), window(102, 20)) == 0.9


@pytest.mark.parametrize(
    ("pace", "moved", "expected"),
    [
        (0.0, 0, 0.0),
        (0.0, 8, 0.0),
        (0.0, 12, 300.0),
        (300.0, 12, 150.0),
        (150.0, 8, 150.0),
        (150.0, 1, 180.0),
        (40.0, 12, FLOOR),
        (FLOOR, 20, FLOOR),
        (590.0, 0, 0.0),
    ],
)
def test_the_pace_halves_and_relaxes(pace: float, moved: int, expected: float) -> None:
    assert next_pace(TEN_MINUTES, pace, window(100), window(100 + moved)) == pytest.approx(expected)


def test_an_interval_below_the_floor_stays() -> None:
    assert next_pace(10.0, 0.0, window(100), window(200)) == 0.0


def test_only_a_whole_window_that_is_gone_is_a_loss() -> None:
    assert missed(window(100), window(120))
    assert not missed(window(100), window(119))
    assert not missed(window(100, 2), window(200, 2))


@given(st.floats(1, 86400), st.floats(0, 86400), st.integers(0, 40))
def test_the_pace_never_leaves_its_bounds(interval: float, pace: float, moved: int) -> None:
    learnt = next_pace(interval, pace, window(100), window(100 + moved))
    assert learnt == 0.0 or min(FLOOR, interval) <= learnt < interval or learnt == pace * 1.2 or learnt == pace


def test_a_quiet_source_comes_back_to_its_interval() -> None:
    pace, polls = FLOOR, 0
    while pace:
        pace, polls = relaxed(TEN_MINUTES, pace), polls + 1
    assert 10 < polls < 30


@given(st.lists(st.text(max_size=5), max_size=200))
def test_a_window_is_bounded_and_its_keys_stand_once(keys: list[str]) -> None:
    kept = digest_window(keys)
    assert len(kept) == len(set(kept)) == min(WINDOW, len({key for key in keys if key}))
    assert kept == fingerprints(keys)[:WINDOW]


def polled(state: SourceState, numbers: range, **changes: object) -> Discovery:
    """A poll of a feed that shows these items."""
    wanted = source("https://paper.example/rss", interval=timedelta(minutes=10), **changes)
    found = parse_feed(rss(*(item(number) for number in reversed(numbers))), {}, wanted, now=NOW)
    result = discovery(wanted, state, replace(state, digest="d"), found)
    assert isinstance(result, Discovery)
    return result


def test_a_feed_that_runs_away_is_polled_faster_and_its_gap_is_a_problem() -> None:
    first = polled(SourceState(), range(20))
    assert (len(first.state.window), first.state.pace, first.problems) == (20, 0.0, ())
    second = polled(first.state, range(15, 35))
    assert (second.state.pace, second.problems) == (300.0, ())
    third = polled(second.state, range(100, 120))
    assert third.state.pace == 150.0
    assert [problem.where for problem in third.problems] == ["https://paper.example/rss"]
    assert "150 s" in third.problems[0].reason
    assert len(third.entries) == 20


def test_an_empty_poll_keeps_the_window_and_reports_have_none() -> None:
    first = polled(SourceState(), range(20))
    assert polled(first.state, range(0)).state.window == first.state.window
    assert polled(SourceState(), range(20), kind=SourceKind.PDF_REPORT).state.window == ()
