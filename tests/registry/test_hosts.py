"""The leased rows of hosts: one holder at a time, and what was learnt is there for the next."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from alembic import command

from domain.mention import Entry
from domain.source import Discovery, FetchFailure, HostMemory, Source, SourceKind, SourceState
from registry import entries, hosts, inbox, problems, sources
from registry.database import Database, _alembic
from tests.registry.hands import NOW

TTL = timedelta(seconds=60)
HOST = "paper.example:8080"
LEARNT = HostMemory(
    HOST,
    free_at=NOW + timedelta(seconds=3),
    closed_until=NOW + timedelta(minutes=10),
    failures=4,
    reason="answered 503",
    crawl_delay=5.0,
    robots="User-agent: *\nCrawl-delay: 5\n",
    robots_read_at=NOW - timedelta(minutes=1),
)


def _lease(database: Database, holder: str, *, after: float = 0.0) -> HostMemory | None:
    with database.transaction() as session:
        return hosts.lease(session, HOST, holder, NOW + timedelta(seconds=after), TTL)


def _release(database: Database, memory: HostMemory, holder: str) -> bool:
    with database.transaction() as session:
        return hosts.release(session, memory, holder, NOW)


def _memory(database: Database) -> HostMemory:
    with database.reading() as session:
        (memory,) = hosts.memories(session)
    return memory


def test_a_host_that_was_never_met_is_leased_with_an_empty_memory(database: Database) -> None:
    assert _lease(database, "one") == HostMemory(HOST)


def test_a_held_host_is_refused_to_others_and_not_to_its_holder(database: Database) -> None:
    assert _lease(database, "one")
    assert _lease(database, "other", after=59) is None
    assert _lease(database, "one", after=59)
    assert _lease(database, "other", after=100) is None, "the holder took it again"


def test_a_lease_that_ran_out_is_taken_over_and_its_holder_can_no_longer_write(database: Database) -> None:
    assert _lease(database, "dead")
    assert _lease(database, "other", after=60)
    assert _release(database, LEARNT, "dead") is False
    assert _memory(database) == HostMemory(HOST)
    assert _lease(database, "third", after=61) is None


def test_what_was_learnt_is_there_for_the_next_holder(database: Database) -> None:
    _lease(database, "one")
    assert _release(database, LEARNT, "one")
    assert _lease(database, "other") == LEARNT


def test_a_moment_that_is_over_is_forgotten_and_a_robots_txt_is_not(database: Database) -> None:
    _lease(database, "one")
    over = HostMemory(HOST, free_at=NOW, closed_until=NOW - TTL, robots=LEARNT.robots, robots_read_at=LEARNT.robots_read_at)
    _release(database, over, "one")
    assert _memory(database) == HostMemory(HOST, robots=LEARNT.robots, robots_read_at=LEARNT.robots_read_at)


def test_a_newer_robots_txt_replaces_an_older_one_and_not_the_other_way(database: Database) -> None:
    for text, minutes in (("first", 10), ("second", 5), ("older", 20)):
        _lease(database, "one")
        _release(database, HostMemory(HOST, robots=text, robots_read_at=NOW - timedelta(minutes=minutes)), "one")
    assert _memory(database).robots == "second"


def test_what_no_store_takes_does_not_end_a_round(database: Database) -> None:
    _lease(database, "one")
    assert _release(database, HostMemory(HOST, reason="a\x00b", robots="User-agent\x00: *", robots_read_at=NOW), "one")
    assert _memory(database).robots == "User-agent: *"


def test_renewing_tells_which_hosts_were_lost(database: Database) -> None:
    with database.transaction() as session:
        for name in ("a", "b"):
            hosts.lease(session, name, "one", NOW, TTL)
        hosts.lease(session, "b", "other", NOW + TTL, TTL)
        later = NOW + timedelta(seconds=50)
        assert hosts.renew(session, ["a", "b", "never met"], "one", later, TTL) == {"a"}
        assert hosts.lease(session, "a", "other", NOW + TTL, TTL) is None
        assert hosts.renew(session, [], "one", later, TTL) == set()


def test_what_a_dead_process_held_is_free_at_once(database: Database) -> None:
    _lease(database, "dead")
    with database.transaction() as session:
        assert hosts.holders(session) == {HOST: "dead"}
        hosts.free(session, ["dead"])
        assert hosts.holders(session) == {}
    assert _lease(database, "other")


def test_a_host_that_a_redirect_led_to_is_remembered_unless_somebody_holds_it(database: Database) -> None:
    for _ in range(2):
        with database.transaction() as session:
            hosts.learn(session, [LEARNT], NOW)
        assert _memory(database) == LEARNT
    with database.transaction() as session:
        hosts.lease(session, HOST, "one", NOW, TTL)
        hosts.learn(session, [HostMemory(HOST, failures=9)], NOW)
    assert _memory(database).failures == 4


def test_two_that_ask_at_once_never_both_get_it(database: Database) -> None:
    ready = threading.Barrier(8, timeout=20)
    got: list[str] = []

    def ask(name: str) -> None:
        ready.wait()
        if _lease(database, name) is not None:
            got.append(name)

    threads = [threading.Thread(target=ask, args=(f"holder {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1
    with database.reading() as session:
        assert hosts.holders(session) == {HOST: got[0]}


def _announce(database: Database, *urls: str) -> None:
    feed = Source("s", SourceKind.FEED, "paper", "الجريدة", "https://paper.example/rss")
    found = tuple(Entry(url, "s", "paper", url) for url in urls)
    with database.transaction() as session:
        sources.save(session, feed)
        inbox.store_discovery(session, Discovery("s", SourceState(), entries=found), {}, NOW, b"secret")


def test_pages_are_found_host_by_host(database: Database) -> None:
    pages = [f"https://{host}/{number}" for host in ("b.example", "a.example:81", "A.example") for number in range(3)]
    _announce(database, *pages)
    with database.reading() as session:
        assert entries.hosts_with_pages(session, NOW) == ["a.example", "a.example:81", "b.example"]
        assert entries.hosts_with_pages(session, NOW - timedelta(seconds=1)) == []
        found = entries.pending_entries(session, NOW, 10, host="a.example:81")
        assert [each.entry.url for each in found] == [f"https://a.example:81/{number}" for number in range(3)]
        assert len(entries.pending_entries(session, NOW, 10)) == 9


def test_no_page_waits_where_none_was_announced(database: Database) -> None:
    with database.reading() as session:
        assert entries.hosts_with_pages(session, NOW) == []


def test_a_page_whose_host_is_left_alone_waits_and_loses_no_attempt(database: Database) -> None:
    _announce(database, url := "https://paper.example/1")
    entry = Entry(url, "s", "paper", url)
    for number in range(20):
        with database.transaction() as session:
            postponed = FetchFailure(entry, "left alone", retry_after=300, postponed=True)
            inbox.store_fetched(session, [postponed], {}, NOW + timedelta(minutes=number), b"secret")
    with database.reading() as session:
        assert entries.hosts_with_pages(session, NOW + timedelta(minutes=23)) == []
        (waiting,) = entries.pending_entries(session, NOW + timedelta(minutes=25), 10)
        assert waiting.attempts == 0
        assert problems.open_problems(session).total == 0


def test_pages_that_waited_before_hosts_were_named_are_given_theirs(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    with database._writer.begin() as connection:
        command.upgrade(_alembic(connection), "0001")
    now = NOW.replace(tzinfo=None).isoformat(" ")
    with closing(sqlite3.connect(tmp_path / "old.sqlite3")) as old:
        for number, url in enumerate(("https://Paper.example:8443/1", "http://[::1")):
            names = "key, source_id, outlet_id, url, channel, aliases, hint_title, hint_summary, hint_author, hint_section, state"
            old.execute(
                f"INSERT INTO entry ({names}, attempts, reason, found_at, next_try_at)"
                " VALUES (?, 's', 'o', ?, 'press', '[]', '', '', '', '', 'pending', 0, '', ?, ?)",
                (str(number), url, now, now),
            )
        old.commit()
    database.migrate()
    with database.reading() as session:
        assert entries.hosts_with_pages(session, NOW) == ["", "paper.example:8443"]
    database.close()
