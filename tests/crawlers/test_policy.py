"""When a source is asked next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawlers.policy import after_failure, after_success
from domain.source import PollFailure
from tests.crawlers.world import source

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WANTED = source("https://paper.example/rss", interval=timedelta(minutes=10))
FAILED = PollFailure(WANTED.id, "https://paper.example/rss answered 500", "it is tried again by itself")
chance = st.floats(0, 1)


@given(chance)
def test_success_comes_back_after_the_interval_give_or_take_a_tenth(jitter: float) -> None:
    plan = after_success(WANTED, NOW, yielded=3, jitter=jitter)
    assert timedelta(minutes=9) <= plan.next_poll_at - NOW <= timedelta(minutes=11)
    assert plan.failures == 0
    assert plan.reason == "3 new"


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


def test_a_daily_source_is_not_asked_more_often_because_it_fails() -> None:
    daily = source("https://paper.example/rss", interval=timedelta(days=1))
    assert after_failure(daily, FAILED, 5, NOW, 0.5).next_poll_at - NOW == timedelta(days=1)


def test_the_reason_is_a_sentence_with_remedy_and_next_try() -> None:
    reason = after_failure(WANTED, FAILED, 0, NOW, 0.5).reason
    assert reason == "https://paper.example/rss answered 500; it is tried again by itself (next try in 10 min)"
