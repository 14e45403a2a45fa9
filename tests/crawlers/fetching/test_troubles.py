"""What was wrong with a request, and what becomes of it: a poll or a fetch that failed, or one that was put off."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.fetching.download import HostAsksToWait
from crawlers.fetching.scrapy_pages import trouble_of_error
from crawlers.gather import Gatherer
from crawlers.pages import Page, trouble_of
from crawlers.polling.outcomes import fetch_failure, poll_failure
from domain.source import Cost, CrawlSettings, PollFailure
from tests.crawlers.world import entry, poll_one, source
from tests.fakes.newspaper import Newspaper

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PAPER = source("https://paper.example/rss")


def test_a_host_that_is_left_alone_puts_the_poll_and_the_fetch_off() -> None:
    trouble = trouble_of_error(HostAsksToWait("paper.example", 90.0), PAPER.url)
    poll, fetch = poll_failure(PAPER, trouble), fetch_failure(entry("https://paper.example/1"), trouble)
    assert (poll.postponed, poll.retry_after, poll.cost) == (True, 90.0, Cost())
    assert (fetch.postponed, fetch.retry_after, fetch.final) == (True, 90.0, False)


@pytest.mark.parametrize("status", [404, 410, 500])
def test_an_answer_that_is_of_no_use_still_has_its_cost(status: int) -> None:
    page = Page(PAPER.url, status, b"sorry", cost=Cost(2, 5, 0.5))
    trouble = trouble_of(page, NOW)
    assert trouble is not None
    failure = poll_failure(PAPER, trouble)
    assert (failure.cost, failure.postponed, failure.gone) == (Cost(2, 5, 0.5), False, status == 410)


async def test_a_failed_poll_says_what_it_cost(paper: Newspaper, settings: CrawlSettings) -> None:
    failed = await poll_one(Gatherer(settings), source(paper.url("/nothing")))
    assert isinstance(failed, PollFailure)
    assert (failed.cost.requests, failed.cost.bytes) == (1, len(b"no such page"))
