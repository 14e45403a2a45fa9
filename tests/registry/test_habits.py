"""What is found wrong with sources is a problem row, is said in words, and ends by itself (REQUIREMENTS G2, promise 5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from domain.mention import Channel, Entry, Mention
from domain.profile import Profile
from domain.source import Cost, Discovery, Fetched, PollFailure, PollPlan, Source, SourceKind, SourceState
from registry import activity, habits, inbox, problems, sources
from registry.activity import Tally
from registry.database import Database
from registry.source_views import SourceWarning, WarningKind
from registry.tables import HostRecord, SourceRecord, table_of
from registry.views import Health, NextAction, Subject
from registry.warning_words import advice, cause, sentence
from tests.registry.hands import NOW

FEED = Source("daily-feed", SourceKind.FEED, "daily", "اليومية", "https://daily.example/feed", interval=timedelta(hours=1))
HOUR = timedelta(hours=1)
STATE = SourceState()
LONG_TEXT = "نص " * 700


def poll(store: Database, now: datetime, items: int = 0, source: Source = FEED) -> None:
    """A good poll that brought so many new items."""
    with store.transaction() as session:
        sources.record_items(session, {source.id: items}, now)
        sources.record_discovery(session, Discovery(source.id, STATE), PollPlan(now + HOUR, 0), now)


def fail(store: Database, now: datetime, failure: PollFailure | None = None) -> None:
    said = failure or PollFailure(FEED.id, f"{FEED.url} answered 503", "it is tried again by itself")
    with store.transaction() as session:
        failures = sources.find(session, FEED.id, now).failures + 1
        sources.record_failure(session, said, PollPlan(now + HOUR, failures), now)


def watch(store: Database, weeks: float, by_day: int = 3, source: Source = FEED) -> datetime:
    """Polled every three hours until NOW; ``by_day`` items in each hour from 3:00 to 18:00. Gives NOW."""
    hours = int(weeks * 7 * 24)
    with store.transaction() as session:
        sources.save(session, source)
        for back in range(hours, -1, -3):
            now = NOW - back * HOUR
            sources.record_items(session, {source.id: 3 * by_day if 6 <= now.hour <= 18 else 0}, now)
            sources.record_discovery(session, Discovery(source.id, STATE), PollPlan(now + HOUR, 0), now)
    return NOW


@pytest.fixture
def examine(database: Database, profile: Profile) -> Callable[[datetime], list[SourceWarning]]:
    def run(now: datetime) -> list[SourceWarning]:
        with database.transaction() as session:
            return habits.examine(session, profile, now)

    return run


Examine = Callable[[datetime], list[SourceWarning]]


def rows(store: Database) -> dict[str, str]:
    with store.reading() as session:
        return {each.subject_id: each.reason for each in problems.open_problems(session).items}


def health(store: Database, now: datetime, source_id: str = FEED.id) -> Health:
    with store.reading() as session:
        return sources.find(session, source_id, now).health


def test_a_silence_against_the_habit_is_a_problem_until_an_item_comes(sqlite_database: Database, profile: Profile) -> None:
    store = sqlite_database
    now = watch(store, 4)
    for hours in range(1, 9):
        poll(store, now + hours * HOUR)
    with store.transaction() as session:
        (warning,) = habits.examine(session, profile, now + 8 * HOUR)
        assert habits.examine(session, profile, now + 8 * HOUR) == [warning]
    assert (warning.kind, warning.since, warning.problem) == (WarningKind.SILENT, now, "daily-feed#quiet")
    assert warning.expected == pytest.approx(24, rel=0.1)
    assert health(store, now + 8 * HOUR) is Health.QUIET
    (reason,) = rows(store).values()
    assert "22 نوفمبر 09:00" in reason, "the moment of the last item, in the profile's zone"
    with store.reading() as session:
        (problem,) = problems.open_problems(session).items
    assert (problem.times, problem.next_action) == (1, NextAction.CHECK_SOURCE)
    poll(store, now + 9 * HOUR, 2)
    with store.transaction() as session:
        assert habits.examine(session, profile, now + 9 * HOUR) == []
    assert rows(store) == {}
    assert health(store, now + 9 * HOUR) is Health.WELL


def test_what_others_found_of_a_source_stays(sqlite_database: Database, profile: Profile) -> None:
    with sqlite_database.transaction() as session:
        sources.save(session, FEED)
        moved = problems.Problem(Subject.SOURCE, "daily-feed#moved", FEED.id, "moved", NextAction.CHECK_SOURCE)
        problems.report(session, [moved], NOW)
        assert habits.examine(session, profile, NOW) == []
    assert set(rows(sqlite_database)) == {"daily-feed#moved"}


def test_its_nights_are_no_problem(sqlite_database: Database, profile: Profile) -> None:
    now = watch(sqlite_database, 4)
    evening = now + 12 * HOUR  # 18:00
    for hours in range(1, 13):
        poll(sqlite_database, now + hours * HOUR, 3)
    for hours in range(1, 9):
        poll(sqlite_database, evening + hours * HOUR)
    with sqlite_database.transaction() as session:
        assert habits.examine(session, profile, evening + 8 * HOUR) == []


def test_what_rasd_did_not_look_at_is_not_silent(sqlite_database: Database, profile: Profile) -> None:
    now = watch(sqlite_database, 4)
    with sqlite_database.transaction() as session:
        assert habits.examine(session, profile, now + timedelta(days=3)) == []


def test_public_holidays_ask_for_patience(sqlite_database: Database, profile: Profile) -> None:
    now = watch(sqlite_database, 4)
    poll(sqlite_database, now + 6 * HOUR)
    calendar = replace(profile.calendar, holidays=frozenset({now.date()}))
    with sqlite_database.transaction() as session:
        assert habits.warnings(session, replace(profile, calendar=calendar), now + 6 * HOUR) == []
        assert habits.warnings(session, profile, now + 6 * HOUR) != []


def test_the_reason_is_told_where_it_is_known(database: Database, profile: Profile, examine: Examine) -> None:
    now = watch(database, 3)
    for hours in range(1, 9):
        fail(database, now + hours * HOUR)
    (warning,) = examine(now + 8 * HOUR)
    assert (warning.kind, warning.cause.status, warning.cause.failures) == (WarningKind.SILENT, 503, 8)
    zone = profile.calendar.timezone
    assert cause(warning.cause, zone) == "أجاب الخادم بالرمز 503."
    assert "503" in rows(database)["daily-feed#quiet"]
    assert set(rows(database)) == {"daily-feed", "daily-feed#quiet"}, "the failure keeps a row of its own"
    poll(database, now + 9 * HOUR)
    assert set(rows(database)) == {"daily-feed#quiet"}


def test_a_host_that_is_left_alone_and_an_address_that_moved_are_reasons(sqlite_database: Database, profile: Profile) -> None:
    now = watch(sqlite_database, 3)
    poll(sqlite_database, now + 8 * HOUR)
    until = now + 12 * HOUR
    with sqlite_database.transaction() as session:
        host = {"host": "daily.example", "closed_until": until, "reason": "daily.example answered 429"}
        session.connection().execute(insert(table_of(HostRecord)), {**host, "failures": 3, "crawl_delay": 0, "holder": ""})
        session.connection().execute(update(table_of(SourceRecord)).values(moved_to="https://new.example/feed"))
        (warning,) = habits.examine(session, profile, now + 8 * HOUR)
        view = sources.find(session, FEED.id, now + 8 * HOUR)
        assert habits.detail(session, profile, view, now + 8 * HOUR).host_waits_until == until
    assert (warning.cause.waits_until, warning.cause.status) == (until, 429)
    said = cause(warning.cause, profile.calendar.timezone)
    assert "متروك حتى" in said
    assert "عنوانًا جديدًا" in said


def test_a_source_that_is_never_asked_for_its_host_waits_is_told_of_after_a_day(
    sqlite_database: Database, profile: Profile
) -> None:
    with sqlite_database.transaction() as session:
        sources.save(session, FEED)
    poll(sqlite_database, NOW, 1)
    host = {"host": "daily.example", "closed_until": NOW + 60 * HOUR, "reason": "Retry-After"}
    with sqlite_database.transaction() as session:
        session.connection().execute(insert(table_of(HostRecord)), {**host, "failures": 0, "crawl_delay": 0, "holder": ""})
        assert habits.examine(session, profile, NOW + 20 * HOUR) == []
        (warning,) = habits.examine(session, profile, NOW + 26 * HOUR)
    assert (warning.kind, warning.since) == (WarningKind.UNREACHABLE, NOW)


def test_less_than_the_declared_floor_is_a_problem(sqlite_database: Database, profile: Profile) -> None:
    database = sqlite_database
    declared = replace(FEED, floor_per_day=40)
    now = watch(database, 2.5, by_day=3, source=declared)  # 45 a day
    with database.transaction() as session:
        assert habits.examine(session, profile, now) == []
        sources.save(session, replace(FEED, floor_per_day=60))
        (warning,) = habits.examine(session, profile, now)
    assert warning.kind is WarningKind.BELOW_FLOOR
    assert warning.found == pytest.approx(45, abs=3)
    assert warning.expected == pytest.approx(60, rel=0.1)
    assert health(database, now) is Health.QUIET
    assert "حده المعلن" in rows(database)["daily-feed#quiet"]


def test_a_small_floor_is_asked_over_more_than_a_week(sqlite_database: Database, profile: Profile) -> None:
    """A report a fortnight: three weeks without one are too few, whatever the habit."""
    source = replace(FEED, floor_per_day=1 / 14)
    with sqlite_database.transaction() as session:
        sources.save(session, source)
        for day in range(20):
            now = NOW + timedelta(days=day)
            sources.record_items(session, {source.id: int(day in (1, 2))}, now)
            sources.record_discovery(session, Discovery(source.id, STATE), PollPlan(now, 0), now)
            assert bool(habits.examine(session, profile, now)) == (day >= 17)
            assert (sources.find(session, source.id, now).health is Health.QUIET) == (day >= 17)


def test_a_source_that_never_brought_anything_is_told_of_after_a_week(sqlite_database: Database, profile: Profile) -> None:
    with sqlite_database.transaction() as session:
        sources.save(session, FEED)
    for days in range(8):
        poll(sqlite_database, NOW + timedelta(days=days))
        with sqlite_database.transaction() as session:
            found = habits.examine(session, profile, NOW + timedelta(days=days))
        assert bool(found) == (days == 7)
    assert sentence(found[0], "Asia/Riyadh") == "يُقرأ منذ أسبوع أو أكثر، ولم تصل منه مادة قط."


def test_a_source_that_is_not_read_for_a_day_is_told_of_once(database: Database, profile: Profile, examine: Examine) -> None:
    with database.transaction() as session:
        sources.save(session, FEED)
    poll(database, NOW, 1)
    for hours in range(1, 25):
        fail(database, NOW + hours * HOUR)
        assert examine(NOW + hours * HOUR) == []
    fail(database, NOW + 25 * HOUR)
    (warning,) = examine(NOW + 25 * HOUR)
    assert (warning.kind, warning.problem, warning.since) == (WarningKind.UNREACHABLE, "daily-feed", NOW)
    assert set(rows(database)) == {"daily-feed"}


def test_one_failure_before_a_pause_of_rasd_is_not_a_day_of_failures(sqlite_database: Database, profile: Profile) -> None:
    with sqlite_database.transaction() as session:
        sources.save(session, FEED)
    poll(sqlite_database, NOW, 1)
    fail(sqlite_database, NOW + HOUR)
    with sqlite_database.transaction() as session:
        assert habits.examine(session, profile, NOW + timedelta(days=3)) == []


def test_a_source_that_is_gone_is_told_of_also_where_it_was_paused(sqlite_database: Database, profile: Profile) -> None:
    with sqlite_database.transaction() as session:
        sources.save(session, FEED)
    fail(sqlite_database, NOW, PollFailure(FEED.id, f"{FEED.url} answered 410: it is gone for good", gone=True))
    with sqlite_database.transaction() as session:
        sources.pause(session, FEED.id)
        (warning,) = habits.examine(session, profile, NOW)
    assert (warning.kind, warning.cause.status) == (WarningKind.GONE, 410)


def test_a_paused_source_owes_nothing(sqlite_database: Database, profile: Profile) -> None:
    now = watch(sqlite_database, 3)
    poll(sqlite_database, now + 8 * HOUR)
    with sqlite_database.transaction() as session:
        assert habits.examine(session, profile, now + 8 * HOUR) != []
        sources.pause(session, FEED.id)
        assert habits.examine(session, profile, now + 9 * HOUR) == []
    assert rows(sqlite_database) == {}


def pages(store: Database, now: datetime, text: str, count: int = 10) -> None:
    """Pages of new articles, fetched and stored as the pipeline does."""
    made = []
    for number in range(count):
        url = f"https://daily.example/{now:%d%H}/{number}"
        entry = Entry(url, FEED.id, FEED.outlet_id, url)
        mention = Mention(url, Channel.PRESS, FEED.id, FEED.outlet_id, url, f"خبر {number}", text, now)
        made.append(Fetched(entry, (mention,) if text else (), Cost(1, 20_000, 0.2)))
    with store.transaction() as session:
        inbox.store_discovery(session, Discovery(FEED.id, STATE, entries=tuple(each.entry for each in made)), {}, now, b"k")
        sources.record_discovery(session, Discovery(FEED.id, STATE), PollPlan(now + HOUR, 0), now)
        inbox.store_fetched(session, made, {}, now, b"k")


def test_a_changed_template_is_told_of_until_pages_are_whole_again(database: Database, examine: Examine) -> None:
    with database.transaction() as session:
        sources.save(session, FEED)
    for days in range(10):
        pages(database, NOW + timedelta(days=days), LONG_TEXT)
        assert examine(NOW + timedelta(days=days)) == []
    broken = NOW + timedelta(days=10)
    pages(database, broken, "", 6)
    assert examine(broken) == [], "six pages are no template"
    pages(database, broken + HOUR, "اشترك الآن", 12)
    (warning,) = examine(broken + HOUR)
    assert (warning.kind, warning.pages, warning.thin) == (WarningKind.CHANGED, 18, 18)
    assert warning.usual_length == len(LONG_TEXT)
    assert health(database, broken + HOUR) is Health.CHANGED
    fail(database, broken + 2 * HOUR)
    assert {"daily-feed", "daily-feed#changed"} <= set(rows(database))
    for hours in (3, 4, 5):
        pages(database, broken + timedelta(days=1, hours=hours), LONG_TEXT)
    assert examine(broken + timedelta(days=1, hours=5)) == []
    assert "daily-feed#changed" not in rows(database)
    assert health(database, broken + timedelta(days=1, hours=5)) is Health.WELL


def test_the_first_poll_teaches_no_habit_and_posts_that_match_nothing_do(
    sqlite_database: Database, post: Callable[..., Mention]
) -> None:
    search = Source("x-search", SourceKind.X_SEARCH, "x", "بحث", query="الطرق")
    with sqlite_database.transaction() as session:
        sources.save(session, search)
        for number in range(3):
            now = NOW + number * HOUR
            said = tuple(post(number * 10 + each) for each in range(5))
            inbox.store_discovery(session, Discovery("x-search", STATE, mentions=said), {}, now, b"k")
            sources.record_discovery(session, Discovery("x-search", STATE), PollPlan(now, 0), now)
        cells = activity.hours(session, ["x-search"])["x-search"]
        assert sum(cell.latest for cell in cells.values()) == 10
        assert habits.usages(session, NOW)["x-search"].items == 15
        assert habits.last_items(session, "x-search", NOW) == []


def test_usage_is_summed_over_the_last_days(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        sources.save(session, FEED)
        for back in range(20):
            day = Tally(polls=24, unchanged=20, failures=1, items=back + 1, pages=10, thin=2, requests=70, bytes=7_000_000)
            activity.count(session, {FEED.id: day}, NOW - timedelta(days=back))
        usage = habits.usages(session, NOW)[FEED.id]
    assert usage.by_day == tuple(range(14, 0, -1))
    assert (usage.items, usage.pages, usage.thin, usage.polls, usage.failed) == (28, 70, 14, 168, 7)
    assert (usage.requests_per_day, usage.bytes_per_day) == (70, 7_000_000)
    assert usage.usual == sum(range(2, 20)) / 18, "without the first day and without today"


def test_last_items_are_shown_without_what_is_private(
    sqlite_database: Database, article: Callable[..., Mention], post: Callable[..., Mention]
) -> None:
    seen, kept = article(1, title="فوز الوادي"), article(2, title="حفرة أمام المدرسة، اتصلوا على 0551234567")
    said = post(3, "يا @abu_turki شوف الحفرة")
    with sqlite_database.transaction() as session:
        sources.save(session, FEED)
        sources.save(session, Source("x-search", SourceKind.X_SEARCH, "x", "بحث", query="الطرق"))
        inbox.store_discovery(session, Discovery(FEED.id, STATE, mentions=(seen, kept)), {kept.key: ("q",)}, NOW, b"k")
        inbox.store_discovery(session, Discovery("x-search", STATE, mentions=(said,)), {said.key: ("q",)}, NOW, b"k")
        press = {item.title: item.mention_id for item in habits.last_items(session, FEED.id, NOW)}
        (social,) = habits.last_items(session, "x-search", NOW)
    assert press["فوز الوادي"] is None
    assert not any("0551234567" in title for title in press)
    assert "abu_turki" not in social.title


def test_old_days_go_and_a_removed_source_takes_its_problems_along(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        sources.save(session, FEED)
        activity.count(session, {FEED.id: Tally(polls=1)}, NOW - timedelta(days=500))
        activity.count(session, {FEED.id: Tally(polls=1)}, NOW)
        habits.forget_old(session, NOW)
        assert list(activity.days(session, datetime(2020, 1, 1, tzinfo=UTC).date())[FEED.id]) == [NOW.date()]
    pages(sqlite_database, NOW, "", 40)
    fail(sqlite_database, NOW)
    with sqlite_database.transaction() as session:
        sources.remove(session, FEED.id)
        assert problems.open_problems(session, subject=Subject.SOURCE).total == 0


@pytest.mark.parametrize("kind", WarningKind)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_kind_has_its_words(kind: WarningKind, language: str) -> None:
    for usual in (0.0, 2400.0):
        warning = SourceWarning("a", "أ", kind, "a#quiet", None, 12.34, 3.5, 20, 18, 110.7, usual)
        assert "{" not in sentence(warning, "Asia/Riyadh", language)
    assert advice(kind, language)
