"""The inbox: every item once, and no more of it kept than is allowed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from domain.mention import Channel, Entry, Mention
from domain.people import Actor
from domain.privacy import keyed_hash
from domain.source import Discovery, Fetched, FetchFailure, FetchResult, ItemProblem, SourceState
from domain.tags import Kind, Remit, Sentiment, Tags
from registry import doctor, erasure, inbox, problems, tagging
from registry.database import Database
from registry.inbox_plan import MAX_ATTEMPTS, Fate, Known, fate, retry_at, storable
from registry.views import InboxResult, NextAction, Subject
from tests.registry.hands import SECRET, Hands


def _table(database: Database, name: str) -> list[dict[str, Any]]:
    with database.reading() as session:
        return [dict(row._mapping) for row in session.execute(text(f"SELECT * FROM {name} ORDER BY 1"))]


def _fetch(database: Database, results: list[FetchResult], matched: tuple[str, ...], now: datetime) -> InboxResult:
    with database.transaction() as session:
        return inbox.store_fetched(session, results, dict.fromkeys(matched, ("الطرق",)), now, SECRET)


def _announce(database: Database, entries: tuple[Entry, ...], now: datetime) -> InboxResult:
    with database.transaction() as session:
        return inbox.store_discovery(session, Discovery("daily-feed", SourceState(), entries=entries), {}, now, SECRET)


def _entry(number: int) -> Entry:
    url = f"https://daily.example/news/{number}"
    return Entry(url, "daily-feed", "daily", url, aliases=(f"guid-{number}",), hint_title=f"خبر {number}")


def test_a_matched_article_is_kept_whole(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    mention = article(1, published_at=datetime.fromisoformat("2026-11-20T07:00:00+03:00"))
    result = hands.store(mention)
    with database.reading() as session:
        (kept,) = tagging.stored(session, result.new)
    assert (kept.key, kept.title, kept.text, kept.revision, kept.reach) == (mention.key, mention.title, mention.text, 1, 4)
    (row,) = _table(database, "mention")
    assert row["state"] == "gathered"


def test_storing_twice_gives_the_same_rows(
    database: Database, hands: Hands, article: Callable[..., Mention], post: Callable[..., Mention]
) -> None:
    items = [article(1), article(2), post(7), post(8)]
    hands.store(*items, matched=[items[0].key, items[2].key])
    tables = ("mention", "content", "known_key", "seen", "seen_hash")
    before = {name: _table(database, name) for name in tables}
    again = hands.store(*items, matched=[items[0].key, items[2].key])
    assert {name: _table(database, name) for name in tables} == before
    assert (again.new, again.seen, again.hashed, again.known) == ((), 0, 0, 4)


def test_an_unmatched_article_leaves_title_and_address_alone(
    database: Database, hands: Hands, article: Callable[..., Mention]
) -> None:
    hands.store(article(1, text="نص لا يعني الوزارة بشيء"), matched=[])
    assert _table(database, "mention") == []
    (seen,) = _table(database, "seen")
    assert seen["title"] == "خبر رقم 1"
    assert "لا يعني" not in str(_table(database, "seen") + _table(database, "known_key"))


def test_an_unmatched_post_leaves_a_keyed_hash_alone(database: Database, hands: Hands, post: Callable[..., Mention]) -> None:
    result = hands.store(post(77), matched=[])
    assert result.hashed == 1
    (kept,) = _table(database, "seen_hash")
    assert kept["digest"] == keyed_hash("x:77", SECRET)
    assert _table(database, "known_key") == _table(database, "seen") == _table(database, "mention") == []


def test_what_was_unmatched_and_now_matches_is_kept(
    database: Database, hands: Hands, article: Callable[..., Mention], post: Callable[..., Mention]
) -> None:
    hands.store(article(1), post(2), matched=[])
    assert len(hands.store(article(1), post(2)).new) == 2
    assert _table(database, "seen") == _table(database, "seen_hash") == []


def test_aliases_lead_to_one_mention(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    hands.store(article(1))
    elsewhere = article(1, key="https://m.daily.example/n/1", aliases=("guid-1", "https://daily.example/amp/1"), source_id="map")
    assert hands.store(elsewhere).new == ()
    assert len(hands.store(article(1, key="other", aliases=("https://daily.example/amp/1",), source_id="map")).new) == 0
    assert len(_table(database, "mention")) == 1


def test_one_batch_that_brings_an_item_twice_keeps_it_once(
    database: Database, hands: Hands, article: Callable[..., Mention]
) -> None:
    result = hands.store(article(1), article(1), article(1, key="https://daily.example/amp/1"))
    assert (len(result.new), result.known) == (1, 2)


def test_a_late_item_with_an_old_date_is_new(hands: Hands, article: Callable[..., Mention], now: datetime) -> None:
    hands.store(article(2, published_at=now))
    assert len(hands.store(article(1, published_at=now - timedelta(days=400))).new) == 1


def test_a_changed_article_is_a_revision(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    hands.store(article(1))
    hands.tag()
    result = hands.store(article(1, text="نص جديد بعد تصحيح الصحيفة لخبرها عن الطرق في الحي"))
    assert (len(result.new), len(result.revised)) == (0, 1)
    (row,) = _table(database, "mention")
    assert (row["revision"], row["state"]) == (2, "gathered")
    assert len(_table(database, "content")) == 2
    with database.reading() as session:
        (waiting,) = tagging.untagged(session, 10)
    assert waiting.text.startswith("نص جديد")


def test_another_source_that_cuts_the_page_differently_revises_nothing(
    database: Database, hands: Hands, article: Callable[..., Mention]
) -> None:
    hands.store(article(1))
    assert hands.store(article(1, text="مقتطف", source_id="daily-map")).revised == ()
    assert len(_table(database, "content")) == 1


def test_an_entry_is_fetched_once(database: Database, hands: Hands, article: Callable[..., Mention], now: datetime) -> None:
    entry = _entry(1)
    assert _announce(database, (entry, entry), now).entries == 1
    assert _announce(database, (entry,), now).entries == 0
    with database.reading() as session:
        (pending,) = inbox.pending_entries(session, now, 10)
    assert (pending.entry, pending.attempts) == (entry, 0)
    page = article(1, key="https://daily.example/canonical/1", aliases=())
    result = _fetch(database, [Fetched(entry, (page,))], (page.key,), now)
    assert len(result.new) == 1
    assert _fetch(database, [Fetched(entry, (page,))], (page.key,), now).new == ()
    assert _announce(database, (entry,), now).entries == 0
    assert _table(database, "entry") == []


def test_an_unmatched_page_is_not_fetched_again(
    database: Database, hands: Hands, article: Callable[..., Mention], now: datetime
) -> None:
    _announce(database, (_entry(1),), now)
    assert _fetch(database, [Fetched(_entry(1), (article(1),))], (), now).seen == 1
    assert _announce(database, (_entry(1),), now).entries == 0


def test_a_report_gives_a_mention_for_each_passage(
    database: Database, hands: Hands, article: Callable[..., Mention], now: datetime
) -> None:
    _announce(database, (_entry(1),), now)
    passages = tuple(
        article(1, key=f"{_entry(1).key}#page={page}", page=page, aliases=(), text=f"صفحة {page}") for page in (3, 9)
    )
    result = _fetch(database, [Fetched(_entry(1), passages)], tuple(each.key for each in passages), now)
    assert len(result.new) == 2
    assert _announce(database, (_entry(1),), now).entries == 0


def test_a_page_that_fails_is_tried_again_and_at_last_shown(database: Database, hands: Hands, now: datetime) -> None:
    entry = _entry(1)
    _announce(database, (entry,), now)
    _fetch(database, [FetchFailure(entry, "timed out", retry_after=3600)], (), now)
    with database.reading() as session:
        assert inbox.pending_entries(session, now + timedelta(minutes=59), 10) == []
        assert [each.attempts for each in inbox.pending_entries(session, now + timedelta(hours=1), 10)] == [1]
        (problem,) = problems.open_problems(session).items
        assert problem.next_action is NextAction.RETRIES
    for _ in range(MAX_ATTEMPTS):
        _fetch(database, [FetchFailure(entry, "timed out")], (), now)
    with database.reading() as session:
        assert inbox.pending_entries(session, now + timedelta(days=9), 10) == []
        (problem,) = problems.open_problems(session).items
    assert (problem.subject, problem.next_action, problem.subject_id) == (Subject.ENTRY, NextAction.READ_BY_HAND, entry.key)
    assert problem.times == MAX_ATTEMPTS + 1


def test_a_page_that_is_gone_is_shown_at_once(database: Database, hands: Hands, now: datetime) -> None:
    _announce(database, (_entry(1),), now)
    _fetch(database, [FetchFailure(_entry(1), "404", final=True)], (), now)
    with database.reading() as session:
        assert inbox.pending_entries(session, now + timedelta(days=9), 10) == []


def test_a_page_without_text_is_shown(database: Database, hands: Hands, now: datetime) -> None:
    _announce(database, (_entry(1),), now)
    assert _fetch(database, [Fetched(_entry(1), ())], (), now).problems == 1
    assert len(_table(database, "seen")) == 1


def test_items_that_could_not_be_read_are_shown_once(database: Database, hands: Hands, now: datetime) -> None:
    broken = Discovery("daily-feed", SourceState(), problems=(ItemProblem("daily-feed", "item 3", "no address"),))
    for _ in range(2):
        with database.transaction() as session:
            inbox.store_discovery(session, broken, {}, now, SECRET)
    with database.reading() as session:
        (problem,) = problems.open_problems(session).items
    assert (problem.times, problem.source_id, problem.reason) == (2, "daily-feed", "no address")


def test_text_that_no_store_takes_is_mended(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    (new,) = hands.store(article(1, text="قبل\x00بعد \ud83d", title="عن\x00وان")).new
    with database.reading() as session:
        (kept,) = tagging.stored(session, [new])
    assert (kept.title, kept.text) == ("عنوان", "قبلبعد ?")


def test_a_post_that_its_author_deleted_goes(
    database: Database, hands: Hands, post: Callable[..., Mention], now: datetime
) -> None:
    hands.store(post(1, text="كلام كتبه صاحبه ثم ندم عليه فحذفه من حسابه"), post(2))
    hands.tag()
    for _ in range(2):
        with database.transaction() as session:
            gone = Discovery("x-search", SourceState(), erased=("x:1", "x:404"))
            inbox.store_discovery(session, gone, {}, now, SECRET)
    assert [row["key"] for row in _table(database, "mention")] == ["x:2"]
    left = [_table(database, name) for name in ("mention", "content", "known_key", "tagging", "story", "story_signature")]
    assert "ندم" not in str(left)
    assert "x:1" not in str(left)
    assert hands.store(post(1), matched=[]).known == 1


def test_a_deleted_post_in_a_case_leaves_the_case_alone(
    database: Database, hands: Hands, post: Callable[..., Mention], now: datetime
) -> None:
    hands.case(post(1, text="حفرة أمام بيتي منذ شهر ولا أحد يردمها والسيارات تتلف", addressed=True))
    with database.transaction() as session:
        assert inbox.erase(session, ["x:1"], now, SECRET) == 1
        assert inbox.erase(session, ["x:1"], now, SECRET) == 0
    (row,) = _table(database, "mention")
    assert (row["author"], row["author_handle"], row["url"], row["title"]) == ("", "", "", "")
    assert "حفرة" not in str(_table(database, "content") + _table(database, "case_record"))
    assert len(_table(database, "case_event")) == 1


def test_what_is_nobodys_concern_is_forgotten(
    database: Database,
    hands: Hands,
    article: Callable[..., Mention],
    post: Callable[..., Mention],
    tags: Callable[..., Tags],
    team: dict[str, Actor],
    now: datetime,
) -> None:
    hands.store(article(1), post(2), article(3))
    ids = hands.tag(tags(remit=Remit.NONE, kind=Kind.NEUTRAL))
    with database.transaction() as session:
        tagging.correct(session, ids[2], actor=team["reviewer"], now=now, sentiment=Sentiment.POSITIVE)
        assert erasure.purge(session, now + erasure.KEEP, SECRET) == 0
        assert erasure.purge(session, now + erasure.KEEP + timedelta(seconds=1), SECRET) == 2
        assert erasure.purge(session, now + erasure.KEEP + timedelta(seconds=1), SECRET) == 0
        assert doctor.examine(session) == []
    assert [row["id"] for row in _table(database, "mention")] == [ids[2]]
    assert [row["key"] for row in _table(database, "seen")] == ["https://daily.example/news/1"]
    assert (hands.store(article(1), post(2), matched=[]).known, len(_table(database, "content"))) == (2, 1)


@given(
    known=st.booleans(), met=st.booleans(), matched=st.booleans(), same_source=st.booleans(), same_text=st.booleans()
)  # fmt: skip
def test_fate_never_loses_what_matches_and_never_keeps_what_does_not(
    known: bool, met: bool, matched: bool, same_source: bool, same_text: bool
) -> None:
    mention = Mention("k", Channel.SOCIAL, "s", "o", "u", "t", "text", datetime.fromisoformat("2026-01-01T00:00:00+00:00"))
    digest = mention.content_hash if same_text else "another"
    owner = Known(1, digest, "s" if same_source else "z", 1) if known else None
    what = fate(mention, known=owner, met=met, matched=matched)
    if matched:
        assert what in ((Fate.KNOWN, Fate.REVISED) if known else (Fate.NEW,))
    if not matched and not known:
        assert what in (Fate.KNOWN, Fate.HASHED)
    assert (what is Fate.REVISED) == (known and same_source and not same_text)


@given(st.integers(1, 50), st.one_of(st.none(), st.floats(0, 1e6)))
def test_waits_grow_and_honour_the_server(attempts: int, asked: float | None) -> None:
    start = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    at = retry_at(attempts, start, asked)
    assert at >= start + timedelta(seconds=min(asked or 0, 7 * 86400))
    assert at >= start + timedelta(minutes=2)


@given(st.text(st.characters(exclude_categories=[]), max_size=40))
def test_storable_text_can_be_stored(raw: str) -> None:
    clean = storable(raw)
    clean.encode()
    assert "\x00" not in clean
    assert storable(clean) == clean
