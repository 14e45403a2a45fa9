"""When a source is asked next."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crawlers.polling.policy import (
    AT_ONCE,
    LEAST_PACE,
    after_failure,
    after_postponed,
    after_success,
    period_of,
    phase,
    staggered,
)
from domain.source import PollFailure, SourceState
from tests.crawlers.world import source

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WANTED = source("https://paper.example/rss", interval=timedelta(minutes=10))
FAILED = PollFailure(WANTED.id, "https://paper.example/rss answered 500", "it is tried again by itself")
chance = st.floats(0, 1)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


@given(moments, st.text(), st.floats(30, 7 * 86400))
def test_success_comes_back_in_half_an_interval_to_one_and_a_half(now: datetime, name: str, seconds: float) -> None:
    wanted = source("https://paper.example/rss", interval=timedelta(seconds=seconds), id=name)
    plan = after_success(wanted, now, yielded=3)
    assert 0.499 <= (plan.next_poll_at - now).total_seconds() / seconds <= 1.501
    assert plan.failures == 0
    assert plan.reason == "3 new"


@given(moments, st.lists(st.floats(0, 200), min_size=2, max_size=20))
def test_a_source_keeps_its_place_however_late_its_polls_are(now: datetime, delays: list[float]) -> None:
    turns = []
    for delay in delays:
        turns.append(after_success(WANTED, now).next_poll_at)
        now = turns[-1] + timedelta(seconds=delay)
    gaps = {round((later - sooner).total_seconds()) for sooner, later in pairwise(turns)}
    assert gaps <= {600}


def test_the_sources_of_one_host_are_spread_over_their_interval() -> None:
    names = [f"paper-section-{number}" for number in range(200)]
    tenths = Counter(int(phase(name) * 10) for name in names)
    assert set(tenths) == set(range(10))
    assert max(tenths.values()) < 40
    assert phase(names[0]) == phase(names[0])


def test_a_source_that_moves_fast_is_polled_at_its_pace_and_never_slower_than_it_is_configured() -> None:
    def period(pace: float) -> timedelta:
        return period_of(WANTED, SourceState(pace=pace))

    assert period(0) == WANTED.interval
    assert period(75) == timedelta(seconds=75)
    assert period(3) == LEAST_PACE
    assert period(86400) == WANTED.interval
    plan = after_success(WANTED, NOW, state=SourceState(pace=75))
    assert timedelta(seconds=37) <= plan.next_poll_at - NOW <= timedelta(seconds=113)
    assert plan.pace == 75


@given(st.integers(0, 10_000), chance)
def test_failures_come_back_ever_later_and_within_six_hours(failures: int, jitter: float) -> None:
    plan = after_failure(WANTED, FAILED, failures, NOW, jitter)
    assert timedelta(minutes=9) <= plan.next_poll_at - NOW <= timedelta(hours=6)
    assert plan.failures == failures + 1
    assert after_failure(WANTED, FAILED, failures + 1, NOW, jitter).next_poll_at >= plan.next_poll_at


@given(st.floats(0, 10**9), chance)
def test_retry_after_is_honoured_up_to_a_day(seconds: float, jitter: float) -> None:
    failure = PollFailure(WANTED.id, "busy", retry_after=seconds)
    wait = after_failure(WANTED, failure, 0, NOW, jitter).next_poll_at - NOW
    assert wait >= timedelta(seconds=min(seconds, 86400))
    assert wait <= timedelta(days=1)


@given(st.integers(0, 50), chance)
def test_what_is_gone_waits_about_a_day(failures: int, jitter: float) -> None:
    wait = after_failure(WANTED, PollFailure(WANTED.id, "gone", gone=True), failures, NOW, jitter).next_poll_at - NOW
    assert timedelta(hours=21) <= wait <= timedelta(days=1)


@given(st.floats(0, 10**9), st.integers(0, 50))
def test_a_postponed_source_waits_for_the_opening_and_is_no_failure(seconds: float, failures: int) -> None:
    postponed = PollFailure(WANTED.id, "left alone", retry_after=seconds, postponed=True)
    plan = after_postponed(WANTED, postponed, failures, NOW)
    opening = timedelta(seconds=min(max(seconds, 1), 86400))
    assert opening <= plan.next_poll_at - NOW <= opening + timedelta(minutes=5)
    assert plan.failures == failures


def test_postponed_sources_of_one_host_do_not_come_back_together() -> None:
    works = [source("https://paper.example/rss", id=f"section {number}") for number in range(20)]
    turns = [
        after_postponed(each, PollFailure(each.id, "left alone", retry_after=60, postponed=True), 0, NOW).next_poll_at
        for each in works
    ]
    assert len({turn.replace(microsecond=0) for turn in turns}) > 15
    assert max(turns) - min(turns) > timedelta(minutes=3)


@given(st.integers(0, 300), st.integers(1, 3600))
def test_many_due_at_once_are_staggered_within_their_interval(count: int, minutes: int) -> None:
    works = [
        (source("https://paper.example/rss", id=f"{number}", interval=timedelta(minutes=minutes)), SourceState())
        for number in range(count)
    ]
    later = staggered(works, NOW)
    assert set(later) == {each.id for each, _ in works[AT_ONCE:]}
    turns = [later[each.id] for each, _ in works[AT_ONCE:]]
    assert turns == sorted(set(turns))
    assert all(NOW < turn <= NOW + timedelta(minutes=minutes, seconds=1) for turn in turns)


def test_a_daily_source_is_not_asked_more_often_because_it_fails() -> None:
    daily = source("https://paper.example/rss", interval=timedelta(days=1))
    assert after_failure(daily, FAILED, 5, NOW, 0.5).next_poll_at - NOW == timedelta(days=1)


def test_the_reason_is_a_sentence_with_remedy_and_next_try() -> None:
    reason = after_failure(WANTED, FAILED, 0, NOW, 0.5).reason
    assert reason == "https://paper.example/rss answered 500; it is tried again by itself (next try in 10 min)"
