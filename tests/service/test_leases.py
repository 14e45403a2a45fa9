"""Hosts are held while they are asked: by one process at a time, and what was learnt is there after a restart."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.source import Source, SourceKind, SourceState
from registry import entries, hosts, problems, sources
from registry.tables import HostRecord
from registry.views import NextAction
from service import holders, jobs
from service.leased_hosts import TTL
from service.one_pass import gathering, run_once
from service.threads import in_batches
from service.wiring import Runtime
from tests.fakes.newspaper import Answer, Newspaper
from tests.service.conftest import MakeRuntime
from tests.service.test_main_line import ITEMS, feed


def rss(*items: tuple[str, str, str]) -> Answer:
    return Answer(feed(*items), content_type="application/rss+xml")


def source(identifier: str, url: str) -> Source:
    return Source(identifier, SourceKind.FEED, identifier, identifier, url=url)


@contextmanager
def held_by(runtime: Runtime, host: str, holder: str) -> Iterator[None]:
    """Another process that holds a host."""
    with runtime.database.transaction() as session:
        assert hosts.lease(session, host, holder, runtime.clock(), TTL) is not None
    yield


async def one_round(runtime: Runtime) -> jobs.Polled:
    async with gathering(runtime) as leased:
        work, _ = jobs.due_work(runtime)
        return await jobs.poll(runtime, leased, [each for due in work.values() for each in due])


def held(runtime: Runtime) -> dict[str, str]:
    with runtime.database.reading() as session:
        return hosts.holders(session)


def test_a_host_that_another_process_holds_is_left_to_it_and_said(make: MakeRuntime) -> None:
    with Newspaper({"/rss": rss(*ITEMS)}) as mine, Newspaper({"/rss": rss(*ITEMS)}) as other:
        runtime = make(source("mine", mine.url("/rss")), source("other", other.url("/rss")))
        said: list[str] = []
        with held_by(runtime, other.host, "another machine"):
            summary = asyncio.run(run_once(runtime, progress=said.append))
        assert (summary.polled, summary.errors) == (1, 0)
        assert not other.asked
        assert any(other.host in line for line in said)
        assert held(runtime) == {other.host: "another machine"}


def test_what_a_killed_process_of_this_home_held_is_free_at_once(make: MakeRuntime) -> None:
    with Newspaper({"/rss": rss(*ITEMS)}) as paper:
        runtime = make(source("paper", paper.url("/rss")))
        with holders.alive(runtime.home) as name:
            pass
        (runtime.home / "holders" / name).touch()  # as a killed process leaves it: the file, without its lock
        with held_by(runtime, paper.host, name):
            assert asyncio.run(one_round(runtime)).answered == 1
        assert held(runtime) == {}


def test_a_living_process_of_this_home_is_not_taken_for_dead(make: MakeRuntime) -> None:
    with Newspaper({"/rss": rss(*ITEMS)}) as paper:
        runtime = make(source("paper", paper.url("/rss")))
        with holders.alive(runtime.home) as name, held_by(runtime, paper.host, name):
            polled = asyncio.run(one_round(runtime))
        assert polled.elsewhere == (paper.host,)


def test_only_a_file_that_nobody_locks_is_dead(tmp_path: Path) -> None:
    with holders.alive(tmp_path) as name:
        assert holders.dead(tmp_path, [name, "of another machine", "../rasd.toml"]) == set()
    left = tmp_path / "holders" / "left"
    with left.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        assert holders.dead(tmp_path, ["left"]) == set()
    assert holders.dead(tmp_path, ["left"]) == {"left"}
    assert list((tmp_path / "holders").iterdir()) == []


async def test_a_host_is_held_until_its_last_job_is_done(make_sqlite: Runtime) -> None:
    async with gathering(make_sqlite) as leased:
        async with leased.held(["a"]) as first:
            async with leased.held(["a", "b"]) as second:
                assert (first, second) == ({"a"}, {"a", "b"})
            assert set(held(make_sqlite)) == {"a"}
        assert held(make_sqlite) == {}


async def test_renewing_keeps_what_is_held(make_sqlite: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.leased_hosts._RENEW_SECONDS", 0.01)
    async with gathering(make_sqlite) as leased, leased.held(["a"]):
        first = leased_until(make_sqlite)
        while leased_until(make_sqlite) == first:
            await asyncio.sleep(0.01)
        assert leased_until(make_sqlite) > first


def leased_until(runtime: Runtime) -> datetime:
    with runtime.database.reading() as session:
        found = session.get(HostRecord, "a")
    assert found is not None
    assert found.leased_until is not None
    return found.leased_until


@pytest.fixture
def make_sqlite(tmp_path: Path, sqlite_url: str) -> Iterator[Runtime]:
    from service.home import make_home
    from service.settings import CrawlTable, Settings, StoreTable
    from service.wiring import make_runtime

    make_home(tmp_path / "home", "mcit")
    crawl = CrawlTable(delay=0, timeout=5, allow_networks=("127.0.0.0/8",))
    runtime = make_runtime(tmp_path / "home", Settings(profile="mcit", store=StoreTable(url=sqlite_url), crawl=crawl))
    yield runtime
    runtime.database.close()


def add(runtime: Runtime, *given: Source) -> None:
    with runtime.database.transaction() as session:
        for each in given:
            sources.save(session, each)


def view(runtime: Runtime, identifier: str) -> sources.SourceView:
    with runtime.database.reading() as session:
        return sources.find(session, identifier, runtime.clock())


async def test_a_host_that_asked_to_wait_is_left_alone_by_the_next_process_too(make_sqlite: Runtime) -> None:
    with Newspaper({"/a": Answer(status=429, headers={"Retry-After": "600"}), "/b": rss(*ITEMS)}) as paper:
        add(make_sqlite, source("a", paper.url("/a")))
        assert len((await one_round(make_sqlite)).failures) == 1
        add(make_sqlite, source("b", paper.url("/b")))
        polled = await one_round(make_sqlite)
        assert [each.source_id for each in polled.postponed] == ["b"]
        assert paper.count("/b") == 0
    seen = view(make_sqlite, "b")
    assert (seen.failures, seen.reason) == (0, "")
    assert seen.next_poll_at is not None
    assert timedelta(seconds=590) < seen.next_poll_at - make_sqlite.clock() < timedelta(seconds=910)


async def test_a_page_of_a_host_that_is_left_alone_is_not_tried(make_sqlite: Runtime) -> None:
    with Newspaper() as paper:
        items = f"<item><title>خبر</title><link>{paper.url('/news/1')}</link></item>"
        body = f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()
        paper.pages |= {"/rss": Answer(body, content_type="application/rss+xml")}
        add(make_sqlite, source("a", paper.url("/rss")))
        async with gathering(make_sqlite) as leased:
            work, _ = jobs.due_work(make_sqlite)
            await jobs.poll(make_sqlite, leased, work[paper.host])
            leased.gatherer._hosts.close(paper.host, 600)
            assert await jobs.fetch_pages(make_sqlite, leased) == 0
        assert paper.count("/news/1") == 0
    with make_sqlite.database.reading() as session:
        (waiting,) = entries.pending_entries(session, make_sqlite.clock(), 10)
        assert waiting.attempts == 0


async def test_many_sources_of_one_host_are_given_turns_and_none_is_lost(make_sqlite: Runtime) -> None:
    add(make_sqlite, *(source(f"s{number}", f"http://paper.example/{number}") for number in range(12)))
    due = jobs.due_work(make_sqlite)[0]["paper.example"]
    now = jobs.spread(make_sqlite, due)
    assert len(now) == 2
    turns = sorted(view(make_sqlite, each.id).next_poll_at for each, _ in due if each not in [one for one, _ in now])
    assert len(set(turns)) == 10
    assert turns[-1] - make_sqlite.clock() < timedelta(minutes=1)


async def test_a_source_that_is_gone_is_paused_and_waits_for_a_person(make_sqlite: Runtime) -> None:
    with Newspaper({"/rss": Answer(status=410)}) as paper:
        add(make_sqlite, source("a", paper.url("/rss")))
        await one_round(make_sqlite)
        assert (await one_round(make_sqlite)).failures == ()
        assert paper.count("/rss") == 1
    assert view(make_sqlite, "a").source.paused
    with make_sqlite.database.reading() as session:
        (problem,) = problems.open_problems(session).items
    assert problem.next_action is NextAction.CHECK_SOURCE
    assert "410" in problem.reason


async def test_a_source_that_moved_is_read_at_its_new_address_and_told_once(make_sqlite: Runtime) -> None:
    def told() -> list[str]:
        with make_sqlite.database.reading() as session:
            return [each.reason for each in problems.open_problems(session).items]

    with Newspaper({"/old": Answer(status=308, headers={"Location": "/new"}), "/new": rss(ITEMS[0])}) as paper:
        add(make_sqlite, source("a", paper.url("/old")))
        await one_round(make_sqlite)
        (reason,) = told()
        assert f"moved to {paper.url('/new')}" in reason
        all_due(make_sqlite)
        await one_round(make_sqlite)
        assert told() == [reason]
        assert paper.count("/old") == 1
        paper.pages["/old"] = rss(*ITEMS)
        paper.pages["/new"] = Answer(status=404)
        all_due(make_sqlite)
        await one_round(make_sqlite)
        assert told() == []


def all_due(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        sources.poll_now(session)


async def test_a_source_that_the_store_refuses_costs_the_others_of_its_batch_nothing(
    make_sqlite: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from domain.errors import Conflict
    from registry import inbox

    sound = inbox.store_discovery

    def refusing(session: object, discovery: object, *rest: object, **named: object) -> object:
        if discovery.source_id == "bad":  # type: ignore[attr-defined]
            raise Conflict("somebody else was first")
        return sound(session, discovery, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(inbox, "store_discovery", refusing)
    with Newspaper({"/bad": rss(ITEMS[0]), "/good": rss(ITEMS[1])}) as paper:
        bad, good = source("bad", paper.url("/bad")), source("good", paper.url("/good"))
        add(make_sqlite, bad, good)
        async with gathering(make_sqlite) as leased:
            results = [each async for each in leased.gatherer.poll([(bad, SourceState()), (good, SourceState())])]
        by_id = {each.id: (each, SourceState()) for each in (bad, good)}
        with pytest.raises(Conflict):
            jobs._keep_polls(make_sqlite, by_id, sorted(results, key=lambda result: result.source_id, reverse=True))
    assert view(make_sqlite, "good").last_success_at is not None
    assert view(make_sqlite, "bad").last_success_at is None


async def test_what_is_ready_together_comes_together_and_an_error_comes_through() -> None:
    release = asyncio.Event()

    async def results() -> AsyncIterator[int]:
        for number in range(5):
            yield number
        await release.wait()
        yield 5
        raise ValueError("broken")

    batches = []

    async def collect() -> None:
        async for batch in in_batches(results(), 3):
            batches.append(batch)
            if sum(map(len, batches)) == 5:
                release.set()

    with pytest.raises(ValueError, match="broken"):
        await collect()
    assert batches == [[0, 1, 2], [3, 4], [5]]
