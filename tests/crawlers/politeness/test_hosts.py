"""The clock of a host by itself: rest after failures, and what survives a restart."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.politeness.hosts import MAX_ASKED, MAX_REST, TOLERATED, HostBook, HostClosed, rest_after
from domain.addresses import host_of
from domain.source import CrawlSettings, HostMemory
from tests.crawlers.invented_time import InventedTime

PATIENT = CrawlSettings(delay=2.0, per_host_concurrency=2, total_concurrency=4)
chance = st.floats(0, 1)


@pytest.fixture
def time() -> InventedTime:
    return InventedTime()


@pytest.fixture
def book(time: InventedTime) -> HostBook:
    return HostBook(PATIENT, time.timing())


async def ask(book: HostBook, time: InventedTime, host: str, left: list[float]) -> None:
    async with book.turn(host):
        left.append(time.elapsed)


def test_a_host_is_name_and_port() -> None:
    assert host_of("http://u@Paper.example:8080/a") == "paper.example:8080"
    assert host_of("http://paper.example/a") != host_of("http://paper.example:8080/a")
    assert host_of("http://[::1") == ""


@given(st.integers(0, 10_000), st.none() | st.floats(0, 10**9), chance)
def test_rest_is_never_less_than_asked_for_and_never_without_end(failures: int, asked: float | None, luck: float) -> None:
    rest = rest_after(failures, asked, luck)
    assert min(asked or 0, MAX_ASKED) <= rest <= max(MAX_ASKED, MAX_REST * 1.25)
    assert rest_after(failures + 1, asked, luck) >= rest


@given(chance)
def test_one_broken_page_does_not_close_its_host_and_many_do(luck: float) -> None:
    assert [rest_after(count, None, luck) for count in range(TOLERATED + 1)] == [0, 0, 0]
    rests = [rest_after(count, None, luck) for count in range(TOLERATED + 1, 12)]
    assert rests[0] >= 30
    assert rests == sorted(rests)
    assert MAX_REST <= rests[-1] <= MAX_REST * 1.25


def test_hosts_that_fell_together_are_not_asked_together() -> None:
    assert rest_after(5, None, 0.1) != rest_after(5, None, 0.9)


async def test_requests_of_one_host_leave_one_by_one_and_others_do_not_wait(book: HostBook, time: InventedTime) -> None:
    left: dict[str, list[float]] = {"a": [], "b": []}
    await asyncio.gather(*(ask(book, time, host, left[host]) for host in ("a", "a", "a", "b", "b")))
    for moments in left.values():
        assert all(later - sooner >= PATIENT.delay for sooner, later in pairwise(moments))
    assert left["b"][0] == left["a"][0]


async def test_a_crawl_delay_holds_from_the_next_request_on(book: HostBook, time: InventedTime) -> None:
    left: list[float] = []
    await ask(book, time, "a", left)
    book.keep_rules("a", "User-agent: *\nCrawl-delay: 9\n", "Rasd")
    await ask(book, time, "a", left)
    await ask(book, time, "a", left)
    assert [later - sooner for sooner, later in pairwise(left)] == [9, 9]


@pytest.mark.parametrize(("stated", "kept"), [("7200", 30), ("-5", 0), ("nan", 0), ("inf", 0), ("x", 0), ("1.5", 1.5)])
def test_a_crawl_delay_that_cannot_be_meant(stated: str, kept: float, book: HostBook) -> None:
    book.keep_rules("a", f"User-agent: *\nCrawl-delay: {stated}\n", "Rasd")
    assert book.clock("a").crawl_delay == kept


async def test_a_host_that_asked_to_wait_stays_closed_for_the_longest_time(book: HostBook, time: InventedTime) -> None:
    book.failed("a", "answered 429", 100)
    book.failed("a", "answered 429", 5)
    assert book.closed_for("a") == 100
    assert book.closed_for("b") == 0
    with pytest.raises(HostClosed, match="a is left alone for 100 s more"):
        await ask(book, time, "a", [])
    time.elapsed += 100
    await ask(book, time, "a", left := [])
    assert left


async def test_what_waits_for_its_turn_does_not_leave_once_the_host_is_closed(book: HostBook, time: InventedTime) -> None:
    left: list[float] = []

    async def first() -> None:
        async with book.turn("a"):
            left.append(time.elapsed)
            await asyncio.sleep(0)
            book.failed("a", "answered 429", 600)

    results = await asyncio.gather(first(), *(ask(book, time, "a", left) for _ in range(5)), return_exceptions=True)
    assert len(left) == 1
    assert [type(each) for each in results[1:]] == [HostClosed] * 5


async def test_a_host_that_kept_failing_is_asked_by_one_request_until_it_answers(book: HostBook, time: InventedTime) -> None:
    for _ in range(TOLERATED + 1):
        book.failed("a", "no answer")
    time.elapsed += MAX_REST
    under_way = most = 0

    async def probe() -> None:
        nonlocal under_way, most
        async with book.turn("a"):
            under_way += 1
            most = max(most, under_way)
            await time.sleep(50)
            under_way -= 1

    await asyncio.gather(probe(), probe(), probe())
    assert most == 1


def test_an_answer_forgets_what_went_wrong(book: HostBook) -> None:
    for _ in range(TOLERATED):
        book.failed("a", "no answer")
    book.answered("a")
    book.failed("a", "no answer")
    assert book.closed_for("a") == 0
    assert book.memory("a").failures == 1


async def test_what_is_learnt_survives_a_restart(book: HostBook, time: InventedTime) -> None:
    await ask(book, time, "a", [])
    book.keep_rules("a", "User-agent: *\nDisallow: /x\nCrawl-delay: 4\n", "Rasd")
    for _ in range(5):
        book.failed("a", "answered 503")
    memory = book.memory("a")
    restarted = InventedTime(time.now() + timedelta(seconds=10))
    after = HostBook(PATIENT, restarted.timing())
    after.restore(memory)
    assert after.closed_for("a") == pytest.approx(book.closed_for("a") - 10)
    rules = after.rules("a")
    assert rules is not None
    assert not rules.can_fetch("http://a/x", "Rasd")
    assert after.clock("a").crawl_delay == 4
    after.failed("a", "answered 503")
    assert after.closed_for("a") > book.closed_for("a"), "the sixth failure in a row, not the first"
    assert after.memory("a").reason == "answered 503"


def test_a_robots_txt_that_is_old_is_read_again(book: HostBook, time: InventedTime) -> None:
    book.restore(HostMemory("a", robots="User-agent: *\n", robots_read_at=time.now() - timedelta(minutes=59)))
    assert book.rules("a") is not None
    time.elapsed += 120
    assert book.rules("a") is None


def test_what_this_process_knows_better_is_not_forgotten(book: HostBook, time: InventedTime) -> None:
    book.close("a", 500)
    book.keep_rules("a", "new", "Rasd")
    old = time.now() - timedelta(hours=2)
    book.restore(HostMemory("a", closed_until=time.now() + timedelta(seconds=5), robots="old", robots_read_at=old))
    assert book.closed_for("a") == 500
    assert book.memory("a").robots == "new"


def test_a_clock_that_was_set_back_does_not_close_a_host_for_ever(book: HostBook, time: InventedTime) -> None:
    book.restore(HostMemory("a", closed_until=time.now() + timedelta(days=4000), free_at=time.now() + timedelta(days=4000)))
    assert book.closed_for("a") <= MAX_ASKED


def test_a_quiet_host_leaves_an_empty_memory(book: HostBook) -> None:
    assert book.memory("a") == HostMemory("a")
