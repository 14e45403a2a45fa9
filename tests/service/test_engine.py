"""The embedded engine: what is due is begun by itself, and no host waits for another."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.source import Source, SourceKind
from registry import figures, hosts, sources
from service import jobs
from service.engine import Engine, running
from service.home import make_home
from service.leased_hosts import TTL
from service.one_pass import gathering
from service.settings import CrawlTable, Settings, StoreTable
from service.wiring import Runtime, make_runtime
from tests.crawlers.pages import article
from tests.fakes.newspaper import Answer, Asked, Newspaper
from tests.service.test_main_line import ITEMS, feed


def rss(*items: tuple[str, str, str]) -> Answer:
    return Answer(feed(*items), content_type="application/rss+xml")


def announcing(*links: str) -> Answer:
    rows = "".join(f"<item><title>خبر</title><link>{link}</link></item>" for link in links)
    return Answer(f'<rss version="2.0"><channel>{rows}</channel></rss>'.encode(), content_type="application/rss+xml")


@pytest.fixture
def runtime(tmp_path: Path, sqlite_url: str) -> Iterator[Runtime]:
    make_home(tmp_path / "home", "mcit")
    crawl = CrawlTable(delay=0, timeout=30, obey_robots=False, allow_networks=("127.0.0.0/8",))
    made = make_runtime(tmp_path / "home", Settings(profile="mcit", store=StoreTable(url=sqlite_url), crawl=crawl))
    yield made
    made.database.close()


def add(runtime: Runtime, *urls: str) -> None:
    with runtime.database.transaction() as session:
        for url in urls:
            sources.save(session, Source(url, SourceKind.FEED, "paper", "صحيفة", url=url))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(40):
        while not condition():
            await asyncio.sleep(0.02)


def cases(runtime: Runtime) -> int:
    with runtime.database.reading() as session:
        return figures.summary(session).cases


def held(runtime: Runtime) -> dict[str, str]:
    with runtime.database.reading() as session:
        return hosts.holders(session)


async def test_a_source_that_is_added_while_it_runs_becomes_a_case(runtime: Runtime) -> None:
    with Newspaper({"/rss": rss(*ITEMS)}) as paper:
        async with gathering(runtime) as leased, running(Engine(runtime, leased)):
            add(runtime, paper.url("/rss"))
            await until(lambda: cases(runtime) == 1)
    assert held(runtime) == {}


async def test_a_page_that_hangs_delays_no_other_host_and_no_poll_of_its_own(runtime: Runtime) -> None:
    release = threading.Event()

    def hangs(asked: Asked) -> Answer:
        release.wait(60)
        return article(1)

    with Newspaper() as slow, Newspaper({"/rss": rss(*ITEMS)}) as quick:
        slow.pages |= {"/rss": announcing(slow.url("/news/1")), "/news/1": hangs, "/later": rss(*ITEMS)}
        add(runtime, slow.url("/rss"))
        async with gathering(runtime) as leased, running(Engine(runtime, leased)):
            await until(lambda: slow.count("/news/1") == 1)
            add(runtime, quick.url("/rss"), slow.url("/later"))
            await until(lambda: cases(runtime) == 1 and slow.count("/later") == 1)
            release.set()


async def test_stopping_cuts_what_hangs_and_gives_every_host_back(runtime: Runtime) -> None:
    with Newspaper({"/rss": Answer(b"<rss>" * 100, hang_after=10)}) as paper:
        add(runtime, paper.url("/rss"))
        async with gathering(runtime) as leased:
            async with running(Engine(runtime, leased)):
                await until(lambda: bool(paper.asked))
                assert set(held(runtime)) == {paper.host}
            assert held(runtime) == {}
    with runtime.database.reading() as session:
        assert sources.find(session, paper.url("/rss"), runtime.clock()).failures == 0


async def test_stopping_while_the_stages_are_walked_waits_for_the_walk_and_ends(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, walking, walked_on = 0, threading.Event(), threading.Event()

    def advance(_: Runtime) -> None:
        nonlocal calls
        calls += 1
        if calls > 1:  # the first walk is the start's own
            walking.set()
            walked_on.wait(30)

    monkeypatch.setattr("service.engine.pipeline.advance", advance)
    async with gathering(runtime) as leased:
        engine = Engine(runtime, leased)
        await engine.start()
        await until(lambda: calls == 1)
        engine._arrived.set()
        await until(walking.is_set)
        stopping = asyncio.create_task(engine.stop())
        await asyncio.sleep(0)
        assert not stopping.done()
        walked_on.set()
        async with asyncio.timeout(20):
            await stopping


async def test_a_host_that_another_process_holds_is_left_to_it_until_it_lets_go(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.engine._ELSEWHERE_SECONDS", 0.0)
    with Newspaper({"/rss": rss(*ITEMS)}) as paper, Newspaper({"/rss": rss(*ITEMS)}) as free:
        add(runtime, paper.url("/rss"), free.url("/rss"))
        with runtime.database.transaction() as session:
            hosts.lease(session, paper.host, "another machine", runtime.clock(), TTL)
        async with gathering(runtime) as leased, running(Engine(runtime, leased)):
            await until(lambda: bool(free.asked) and cases(runtime) == 1)
            assert not paper.asked
            with runtime.database.transaction() as session:
                hosts.free(session, ["another machine"])
            await until(lambda: bool(paper.asked))


async def test_what_was_read_while_a_source_was_polled_does_not_poll_it_again(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second look reads while the first poll is under way, and is done only after it: by then the source is not due."""
    looks, read_again, real = 0, threading.Event(), jobs.due_work

    def due_work(of: Runtime) -> object:
        nonlocal looks
        looks += 1
        due = real(of)
        if looks == 2:
            read_again.set()
            while held(of):
                threading.Event().wait(0.01)
        return due

    def answer(asked: Asked) -> Answer:
        read_again.wait(30)
        return rss(*ITEMS)

    monkeypatch.setattr(jobs, "due_work", due_work)
    with Newspaper({"/rss": answer}) as paper:
        add(runtime, paper.url("/rss"))
        async with gathering(runtime) as leased, running(Engine(runtime, leased)):
            await until(lambda: looks >= 4)
        assert paper.count("/rss") == 1
