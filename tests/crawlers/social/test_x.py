"""X through tweepy, against a stand-in on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from crawlers.gather import Gatherer
from crawlers.social.x import XPoster, XReader, client_for
from domain.errors import DeliveryError, DeliveryRefused, DeliveryUncertain
from domain.mention import Channel
from domain.source import CrawlSettings, Discovery, PollFailure, PollResult, Source, SourceKind, SourceState
from tests.crawlers.world import poll_one
from tests.fakes.x_api import FakeX

SEARCH = Source("x-search", SourceKind.X_SEARCH, "x", "بحث الوزارة", query="وزارة الاتصالات lang:ar")
MENTIONS = Source("x-mentions", SourceKind.X_MENTIONS, "x", "ذكر الحساب", query="McitCare")


def post(number: int, text: str = "النت مقطوع عندنا", author: str = "7", **more: Any) -> dict[str, Any]:
    return {"id": str(number), "text": text, "author_id": author, "created_at": "2026-11-21T08:00:00.000Z", "lang": "ar", **more}


@pytest.fixture
def x() -> Iterator[FakeX]:
    users = [{"id": "7", "name": "سعد", "username": "saad_r"}, {"id": "50", "name": "العناية", "username": "McitCare"}]
    with FakeX(users=users) as fake:
        yield fake


def settings(x: FakeX, **changes: Any) -> CrawlSettings:
    known = CrawlSettings(x_api_url=x.url, x_bearer_token="token", timeout=5, ministry_handles=frozenset({"McitCare", "mcit_sa"}))
    return replace(known, **changes)


def read(x: FakeX, source: Source = SEARCH, since: str = "", **changes: Any) -> PollResult:
    return XReader(settings(x, **changes)).poll(source, SourceState(since_id=since))


def found(result: PollResult) -> Discovery:
    assert isinstance(result, Discovery), result
    return result


async def test_a_search_through_the_gatherer(x: FakeX) -> None:
    named = {"mentions": [{"username": "MCIT_SA", "start": 0, "end": 8}]}
    x.posts = [
        post(103, "@MCIT_SA وين الشبكة", entities=named),
        post(102, entities={"mentions": [{"username": "someone"}]}),
        post(101),
    ]
    result = found(await poll_one(Gatherer(settings(x)), SEARCH))
    assert [mention.key for mention in result.mentions] == ["x:103", "x:102", "x:101"]
    assert [mention.addressed for mention in result.mentions] == [True, False, False]
    first = result.mentions[0]
    assert (first.channel, first.author, first.author_handle) == (Channel.SOCIAL, "سعد", "saad_r")
    assert first.url == "https://x.com/saad_r/status/103"
    assert str(first.published_at) == "2026-11-21 08:00:00+00:00"
    assert first.language == "ar"
    assert result.state.since_id == "103"


def test_each_poll_says_what_it_cost(x: FakeX) -> None:
    x.posts = [post(12), post(11)]
    reader = XReader(settings(x))
    first, second = (found(reader.poll(MENTIONS, SourceState())).cost for _ in range(2))
    assert (first.requests, second.requests) == (2, 1), "the account's id is asked for once"
    assert first.bytes > second.bytes > 0
    x.refusals = [(503, {}, {})]
    assert reader.poll(SEARCH, SourceState()).cost.requests == 1


def test_the_next_poll_asks_only_for_what_is_newer(x: FakeX) -> None:
    x.posts = [post(12), post(11)]
    result = found(read(x, since="12"))
    assert result.unchanged
    assert result.state.since_id == "12"
    assert x.asked[-1][1]["since_id"] == "12"
    x.posts.insert(0, post(13))
    assert [mention.key for mention in found(read(x, since="12")).mentions] == ["x:13"]


def test_mentions_of_an_account_are_addressed_to_it(x: FakeX) -> None:
    named = {"mentions": [{"username": "mcitcare"}]}
    x.posts = [post(2, entities=named), post(1, entities=named)]
    result = found(read(x, MENTIONS, ministry_handles=frozenset()))
    assert [mention.addressed for mention in result.mentions] == [True, True]
    assert [path for path, _ in x.asked] == ["/2/users/by/username/McitCare", "/2/users/50/mentions"]


def test_a_long_post_is_read_whole_and_a_repost_is_left_out(x: FakeX) -> None:
    x.posts = [
        post(3, note_tweet={"text": "النص الكامل الطويل للتغريدة"}),
        post(2, "RT", referenced_tweets=[{"type": "retweeted", "id": "1"}]),
    ]
    result = found(read(x))
    assert [mention.text for mention in result.mentions] == ["النص الكامل الطويل للتغريدة"]
    assert result.state.since_id == "3"


def test_pages_are_bounded_and_what_is_left_unread_is_said(x: FakeX) -> None:
    x.posts = [post(number) for number in range(30, 0, -1)]
    result = found(read(x, x_page_limit=3))
    assert len(result.mentions) == 6
    assert len(result.problems) == 1
    assert "older posts were not read" in result.problems[0].reason


def test_a_post_that_cannot_be_read_costs_the_others_nothing(x: FakeX) -> None:
    x.posts = [post(3), post(2, entities=["?"]), post(1)]
    result = found(read(x))
    assert [mention.key for mention in result.mentions] == ["x:3", "x:1"]
    assert [problem.where for problem in result.problems] == ["X, post 2"]


def test_the_rate_limit_says_when(x: FakeX) -> None:
    x.refusals = [(429, {"x-rate-limit-reset": "1000300"}, {"title": "Too Many Requests"})]
    result = XReader(settings(x), clock=lambda: 1_000_000).poll(SEARCH, SourceState())
    assert isinstance(result, PollFailure)
    assert result.retry_after == 300


def test_an_id_that_is_too_old_starts_again_from_what_can_be_had(x: FakeX) -> None:
    x.posts = [post(12)]
    x.refusals = [(400, {}, {"errors": [{"message": "'since_id' must be a tweet id created after [2026-11-14]"}]})]
    assert [mention.key for mention in found(read(x, since="5")).mentions] == ["x:12"]


@pytest.mark.parametrize(("status", "reason"), [(401, "401"), (403, "403"), (500, "500"), (400, "400")])
def test_a_refusal_is_a_failure_with_its_reason(x: FakeX, status: int, reason: str) -> None:
    x.refusals = [(status, {}, {"title": "no"})]
    result = read(x)
    assert isinstance(result, PollFailure)
    assert reason in result.reason
    assert result.remedy


def test_what_is_not_set_up_is_said_without_asking(x: FakeX) -> None:
    for changed, source in (
        ({"x_bearer_token": ""}, SEARCH),
        ({}, replace(SEARCH, query="")),
        ({}, replace(SEARCH, query="أ" * 600)),
    ):
        result = read(x, source, **changed)
        assert isinstance(result, PollFailure)
        assert result.remedy
    assert not x.asked


def test_an_unknown_account_and_a_closed_door(x: FakeX) -> None:
    unknown = read(x, replace(MENTIONS, query="nobody"))
    assert isinstance(unknown, PollFailure)
    assert "@nobody" in unknown.reason
    closed = read(x, x_api_url="http://127.0.0.1:1")
    assert isinstance(closed, PollFailure)
    assert "cannot be reached" in closed.reason


def test_a_reply_returns_the_new_id(x: FakeX) -> None:
    keys = {"x_consumer_key": "a", "x_consumer_secret": "b", "x_access_token": "c", "x_access_token_secret": "d"}
    assert XPoster(settings(x, **keys)).reply("101", "نعتذر، تم إصلاح العطل") == "9001"
    sent = x.sent[0]
    assert sent["text"] == "نعتذر، تم إصلاح العطل"
    assert sent["reply"] == {"in_reply_to_tweet_id": "101"}
    assert sent["authorization"].startswith("OAuth ")
    assert XPoster(settings(x)).reply("101", "مرة أخرى") == "9002"
    assert x.sent[1]["authorization"] == "Bearer token"


@pytest.mark.parametrize(
    ("status", "error"),
    [(403, DeliveryRefused), (401, DeliveryRefused), (429, DeliveryError), (503, DeliveryError), (500, DeliveryUncertain)],
)
def test_a_reply_that_x_does_not_take(x: FakeX, status: int, error: type[DeliveryError]) -> None:
    x.refusals = [(status, {}, {"detail": "no"})]
    with pytest.raises(error) as raised:
        XPoster(settings(x)).reply("101", "رد")
    assert type(raised.value) is error


def test_a_reply_whose_answer_is_lost_is_uncertain(x: FakeX) -> None:
    x.drop_answers = True
    with pytest.raises(DeliveryUncertain):
        XPoster(settings(x)).reply("101", "رد")
    assert len(x.sent) == 1


def test_a_reply_without_an_answer_in_time_is_uncertain(x: FakeX) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(DeliveryUncertain):
            XPoster(settings(x, x_api_url=address, timeout=0.3)).reply("101", "رد")


def test_a_reply_that_never_left_may_be_tried_again(x: FakeX) -> None:
    with pytest.raises(DeliveryError) as raised:
        XPoster(settings(x, x_api_url="http://127.0.0.1:1")).reply("101", "رد")
    assert type(raised.value) is DeliveryError
    with pytest.raises(DeliveryRefused):
        XPoster(CrawlSettings()).reply("101", "رد")


def test_x_s_own_host_keeps_the_address_that_is_signed() -> None:
    adapter = client_for(CrawlSettings()).session.get_adapter("https://api.twitter.com/2/tweets")
    assert adapter._target.netloc == "api.twitter.com"
