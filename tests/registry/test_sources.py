"""Sources: whose turn it is, what a poll left, and how each is doing (REQUIREMENTS G2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text

from domain.errors import NotFound
from domain.mention import Access, Channel, Entry, Mention
from domain.source import (
    Cost,
    Discovery,
    Fetched,
    FetchFailure,
    FetchResult,
    PollFailure,
    PollPlan,
    Source,
    SourceKind,
    SourceState,
)
from registry import activity, inbox, mentions, problems, sources
from registry.database import Database
from registry.health import allowed_silence, health, next_habit
from registry.views import Health, NextAction
from tests.registry.hands import NOW

FEED = Source(
    "daily-feed", SourceKind.FEED, "daily", "اليومية", "https://daily.example/feed", interval=timedelta(minutes=7), body="article"
)
LATER = PollPlan(NOW + timedelta(minutes=7), 0)


@pytest.fixture
def store(database: Database) -> Database:
    with database.transaction() as session:
        sources.save(session, FEED)
    return database


def _rows(database: Database, table: str) -> list[Any]:
    with database.reading() as session:
        return [dict(row._mapping) for row in session.execute(text(f"SELECT * FROM {table}"))]


def test_a_source_comes_back_as_it_was_saved(store: Database) -> None:
    with store.reading() as session:
        assert sources.due(session, NOW) == [(FEED, SourceState())]
        (view,) = sources.all_sources(session, NOW)
    assert (view.source, view.health, view.outlet_name) == (FEED, Health.NEW, "daily")


def test_a_good_poll_sets_state_and_turn(store: Database) -> None:
    state = SourceState(etag='"7"', last_modified="x", digest="d", since_id="9", moved_to="https://daily.example/rss")
    with store.transaction() as session:
        sources.record_discovery(session, Discovery("daily-feed", state), LATER, NOW)
    with store.reading() as session:
        assert sources.due(session, NOW) == []
        assert sources.due(session, LATER.next_poll_at) == [(FEED, state)]
        assert sources.find(session, "daily-feed", NOW).health is Health.WELL


def test_polling_an_unchanged_source_writes_nothing_but_its_times_and_the_days_counters(store: Database) -> None:
    state = SourceState(etag='"7"')
    with store.transaction() as session:
        sources.record_discovery(session, Discovery("daily-feed", state), LATER, NOW)
    before = _rows(store, "source")[0]
    written: list[str] = []
    event.listen(store._writer, "before_cursor_execute", lambda *arguments: written.append(arguments[2]))
    with store.transaction() as session:
        plan = PollPlan(NOW + timedelta(minutes=14), 0)
        sources.record_discovery(session, Discovery("daily-feed", state, unchanged=True), plan, NOW + timedelta(minutes=7))
    after = _rows(store, "source")[0]
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"last_checked_at", "last_success_at", "next_poll_at"}
    writes = [statement for statement in written if not statement.startswith(("SELECT", "BEGIN"))]
    assert [statement.split()[:3] for statement in writes] == [["UPDATE", "source", "SET"], ["INSERT", "INTO", "source_day"]]
    assert "etag" not in writes[0]
    (day,) = _rows(store, "source_day")
    assert {name: value for name, value in day.items() if value} == {
        "source_id": "daily-feed", "day": day["day"], "polls": 2, "unchanged": 1
    }  # fmt: skip


def test_a_failed_poll_is_shown_until_the_next_good_one(store: Database) -> None:
    failure = PollFailure("daily-feed", "500 Internal Server Error", "it is tried again")
    for failures in (1, 2):
        with store.transaction() as session:
            sources.record_failure(session, failure, PollPlan(NOW + timedelta(minutes=9), failures), NOW)
    with store.reading() as session:
        view = sources.find(session, "daily-feed", NOW)
        (problem,) = problems.open_problems(session).items
    assert (view.health, view.failures, view.reason) == (Health.FAILING, 2, "500 Internal Server Error; it is tried again")
    assert (problem.times, problem.next_action, problem.next_try_at) == (2, NextAction.RETRIES, NOW + timedelta(minutes=9))
    with store.transaction() as session:
        sources.record_discovery(session, Discovery("daily-feed", SourceState()), LATER, NOW)
        assert problems.open_problems(session).total == 0
        assert sources.find(session, "daily-feed", NOW).failures == 0


def test_a_postponed_poll_asked_nothing_and_says_nothing_of_the_source(store: Database) -> None:
    failure = PollFailure("daily-feed", "the host is left alone", postponed=True)
    with store.transaction() as session:
        sources.record_discovery(session, Discovery("daily-feed", SourceState()), LATER, NOW)
        sources.record_failure(session, failure, PollPlan(NOW + timedelta(hours=1), 1), NOW + timedelta(minutes=7))
        view = sources.find(session, "daily-feed", NOW)
        assert problems.open_problems(session).total == 0
    assert (view.health, view.failures, view.last_checked_at) == (Health.WELL, 0, NOW)
    assert view.next_poll_at == NOW + timedelta(hours=1)


def test_what_polls_and_pages_cost_is_counted_by_the_day(store: Database) -> None:
    entries = [Entry(f"https://daily.example/{number}", "daily-feed", "daily", "") for number in range(4)]
    text = "نص " * 200
    pages: list[FetchResult] = [
        Fetched(entries[0], (_mention(entries[0], text),), Cost(1, 4000, 0.5)),
        Fetched(entries[1], (_mention(entries[1], "سطر"),), Cost(2, 900, 0.25)),
        Fetched(entries[2], (_mention(entries[2], text, access=Access.SUMMARY),)),
        Fetched(entries[3], ()),
        FetchFailure(entries[3], "no answer", cost=Cost(1, 0, 30.0)),
        Fetched(replace(entries[3], source_id="removed-long-ago"), ()),
    ]
    with store.transaction() as session:
        sources.record_discovery(session, Discovery("daily-feed", SourceState(), cost=Cost(1, 300, 0.1)), LATER, NOW)
        sources.record_failure(session, PollFailure("daily-feed", "500", cost=Cost(1, 50, 0.1)), LATER, NOW)
        sources.record_pages(session, pages, NOW)
        sources.record_items(session, {"daily-feed": 4}, NOW)
        (day,) = activity.days(session, NOW.date())["daily-feed"].values()
    assert (day.polls, day.failures, day.unchanged, day.items) == (2, 1, 0, 4)
    assert (day.pages, day.thin, day.characters) == (4, 3, len(text) + len("سطر"))
    assert (day.requests, day.bytes) == (6, 5250)
    assert day.seconds == pytest.approx(30.95)


def _mention(entry: Entry, text: str, access: Access = Access.FULL) -> Mention:
    return Mention(entry.key, Channel.PRESS, "daily-feed", "daily", entry.url, "عنوان", text, NOW, access=access)


def test_a_source_that_is_gone_needs_a_person(store: Database) -> None:
    with store.transaction() as session:
        sources.record_failure(session, PollFailure("daily-feed", "410", gone=True), PollPlan(NOW, 1), NOW)
        (problem,) = problems.open_problems(session).items
        assert problem.next_action is NextAction.CHECK_SOURCE
        problems.dismiss(session, problem.id)
        with pytest.raises(NotFound):
            problems.dismiss(session, problem.id)


def test_paused_and_removed_sources_have_no_turn(store: Database) -> None:
    with store.transaction() as session:
        sources.pause(session, "daily-feed")
        assert sources.due(session, NOW) == []
        assert sources.find(session, "daily-feed", NOW).health is Health.PAUSED
        sources.resume(session, "daily-feed")
        assert len(sources.due(session, NOW)) == 1
        sources.remove(session, "daily-feed")
        assert sources.due(session, NOW) == []
        assert sources.all_sources(session, NOW) == []
        assert [view.health for view in sources.all_sources(session, NOW, removed=True)] == [Health.REMOVED]
    for change in (sources.pause, sources.resume, sources.remove, sources.find):
        with pytest.raises(NotFound, match="rasd sources list"), store.transaction() as session:
            change(session, "nothing")


def test_a_source_that_moves_is_read_anew(store: Database) -> None:
    with store.transaction() as session:
        sources.record_discovery(session, Discovery("daily-feed", SourceState(etag="1")), LATER, NOW)
        sources.save(session, replace(FEED, name="اليومية الجديدة"))
        assert sources.find(session, "daily-feed", NOW).state.etag == "1"
        sources.save(session, replace(FEED, url="https://daily.example/other"))
        assert sources.due(session, NOW)[0][1] == SourceState()


def test_a_source_that_is_silent_for_longer_than_its_habit_is_quiet(store: Database) -> None:
    with store.transaction() as session:
        sources.record_discovery(session, Discovery("daily-feed", SourceState()), LATER, NOW)
        for hours in range(0, 60, 10):
            sources.record_items(session, {"daily-feed": 2, "imported": 1}, NOW + timedelta(hours=hours))
        view = sources.find(session, "daily-feed", NOW + timedelta(hours=99))
        assert (view.items, view.health) == (12, Health.WELL)
        assert sources.find(session, "daily-feed", NOW + timedelta(hours=101)).health is Health.QUIET


def test_every_source_can_be_made_due(store: Database) -> None:
    with store.transaction() as session:
        sources.record_discovery(session, Discovery("daily-feed", SourceState()), LATER, NOW)
        sources.poll_now(session, ["another"])
        assert sources.due(session, NOW) == []
        sources.poll_now(session)
        assert len(sources.due(session, NOW)) == 1


@given(st.one_of(st.none(), st.floats(0, 1e7)), st.floats(0, 1e7), st.booleans(), st.booleans(), st.integers(0, 3))
def test_health_is_one_of_them_in_order(habit: float | None, silence: float, paused: bool, removed: bool, failures: int) -> None:
    told = health(
        paused=paused,
        removed=removed,
        failures=failures,
        last_success_at=NOW,
        last_item_at=NOW - timedelta(seconds=silence),
        habit=habit,
        now=NOW,
    )
    if removed:
        assert told is Health.REMOVED
    elif paused:
        assert told is Health.PAUSED
    elif failures:
        assert told is Health.FAILING
    else:
        assert (told is Health.QUIET) == (timedelta(seconds=silence) > allowed_silence(habit))
    grown = next_habit(habit, NOW - timedelta(seconds=silence), NOW)
    assert grown is not None
    before = silence if habit is None else habit
    assert min(silence, before) - 1 <= grown <= max(silence, before) + 1


def test_the_ministrys_own_accounts_are_shown_and_private_ones_are_not(database: Database, post: Callable[..., Mention]) -> None:
    said = post(1, "يا @MorCare وين ردكم علي @abu_turki في شارعنا حفرة كبيرة")
    with database.transaction() as session:
        sources.save(session, Source("x-care", SourceKind.X_MENTIONS, "x", "X", query="MorCare"))
        inbox.store_discovery(session, Discovery("x-care", SourceState(), mentions=(said,)), {said.key: ("q",)}, NOW, b"k")
    with database.reading() as session:
        (row,) = mentions.list_mentions(session).items
    shown = f"{row.title} {row.excerpt}"
    assert "@MorCare" in shown
    assert "abu_turki" not in shown
