"""tweepy itself talks to the X stand-in, through the crawler's own client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import tweepy

from crawlers.social.x import client_for
from domain.source import CrawlSettings, SourceKind
from service.demo.hosting import DemoWorld, demo_world
from service.demo.sites import Sites, address, listen
from service.demo.x_posts import SHORT
from service.demo.x_stand_in import KEY, WINDOW_SECONDS, XStandIn
from tests.service.demo.conftest import START, Hands


def client(url: str, token: str = KEY) -> tweepy.Client:
    return client_for(
        CrawlSettings(
            x_api_url=url,
            x_bearer_token=token,
            x_consumer_key=KEY,
            x_consumer_secret=KEY,
            x_access_token=KEY,
            x_access_token_secret=KEY,
        )
    )


async def ask(call: Callable[..., Any], *given: object, **named: object) -> Any:
    """Call tweepy, which blocks, beside the loop that serves it."""
    return await asyncio.to_thread(call, *given, **named)


def everything(world: DemoWorld) -> list[int]:
    return [item.id for item in world.world.posts(START)]


async def test_a_search_gives_every_post_once_page_by_page(world: DemoWorld) -> None:
    x = client(world.x_api_url)
    query = next(source.query for source in world.sources if source.kind is SourceKind.X_SEARCH)
    ids: list[int] = []
    token = None
    while True:
        answer = await ask(x.search_recent_tweets, query, max_results=10, next_token=token)
        ids += [post.id for post in answer.data]
        assert answer.meta["result_count"] == len(answer.data) <= 10
        assert answer.meta["newest_id"] == str(answer.data[0].id)
        token = answer.meta.get("next_token")
        if not token:
            break
    assert ids == sorted(set(ids), reverse=True)
    at_once = await ask(x.search_recent_tweets, query, max_results=100)
    assert ids == [post.id for post in at_once.data]
    assert len(ids) > 20


async def test_only_what_is_newer_than_since_id_comes(world: DemoWorld) -> None:
    x = client(world.x_api_url)
    known = everything(world)[5]
    answer = await ask(x.search_recent_tweets, "من OR في OR على OR المالية OR ما OR لا", since_id=known, max_results=100)
    assert {post.id for post in answer.data} <= set(everything(world)[:5])
    nothing = await ask(x.search_recent_tweets, "المالية", since_id=everything(world)[0])
    assert nothing.data is None
    assert nothing.meta == {"result_count": 0}


async def test_a_since_id_from_before_the_window_is_refused(world: DemoWorld) -> None:
    with pytest.raises(tweepy.BadRequest, match="since_id"):
        await ask(client(world.x_api_url).search_recent_tweets, "المالية", since_id=1)


async def test_authors_and_fields_come_when_asked_for(world: DemoWorld) -> None:
    x = client(world.x_api_url)
    bare = await ask(x.search_recent_tweets, "المالية")
    assert set(bare.data[0].data) == {"id", "text", "edit_history_tweet_ids"}
    full = await ask(
        x.search_recent_tweets,
        "@MofCare",
        max_results=100,
        tweet_fields="author_id,created_at,entities,lang,note_tweet",
        expansions="author_id",
        user_fields="name,username",
    )
    authors = {user.id: user for user in full.includes["users"]}
    texts = {str(item.id): item for item in world.world.posts(START)}
    for post in full.data:
        item = texts[str(post.id)]
        assert authors[post.author_id].username == item.post.handle
        assert abs((post.created_at - item.at).total_seconds()) < 1
        whole = (post.data.get("note_tweet") or {}).get("text") or post.text
        assert whole == item.post.text
        assert len(post.text) <= SHORT
        assert "mofcare" in {mention["username"].lower() for mention in post.entities["mentions"]}


async def test_both_names_of_the_fields_are_understood(world: DemoWorld, web: httpx.AsyncClient) -> None:
    answer = await web.get(
        f"{world.x_api_url}/2/tweets/search/recent",
        params={"query": "المالية", "post.fields": "created_at,lang"},
        headers={"Authorization": f"Bearer {KEY}"},
    )
    assert {"created_at", "lang"} <= set(answer.json()["data"][0])


async def test_mentions_name_the_account(world: DemoWorld) -> None:
    x = client(world.x_api_url)
    account = (await ask(x.get_user, username="MofCare")).data
    answer = await ask(x.get_users_mentions, account.id, max_results=100)
    wanted = {item.id for item in world.world.posts(START) if "@mofcare" in item.post.text.lower()}
    assert {post.id for post in answer.data} == wanted
    assert (await ask(x.get_user, username="nobody_at_all")).data is None
    with pytest.raises(tweepy.NotFound):
        await ask(x.get_users_mentions, 12345)


async def test_a_reply_stands_under_its_post_and_is_not_taken_twice(world: DemoWorld, web: httpx.AsyncClient) -> None:
    x = client(world.x_api_url)
    post = everything(world)[0]
    sent = (await ask(x.create_tweet, text="عولج الموضوع ونشكر لكم تنبيهكم", in_reply_to_tweet_id=post, user_auth=True)).data
    assert int(sent["id"]) > post
    page = await web.get(f"{world.x_api_url}/i/status/{post}", follow_redirects=True)
    assert "عولج الموضوع ونشكر لكم تنبيهكم" in page.text
    assert "@MOFKSA" in page.text
    with pytest.raises(tweepy.Forbidden, match="same content"):
        await ask(x.create_tweet, text="عولج الموضوع ونشكر لكم تنبيهكم", in_reply_to_tweet_id=post, user_auth=True)
    me = (await ask(x.get_me, user_auth=True)).data
    assert me.username == "MOFKSA"


async def test_replies_outlive_a_restart(tmp_path: Path, clock: Hands) -> None:
    async with demo_world("mof", tmp_path, once=True, clock=clock) as world:
        post = everything(world)[3]
        await ask(client(world.x_api_url).create_tweet, text="سنفيدكم قريبًا", in_reply_to_tweet_id=post, user_auth=True)
    async with demo_world("mof", tmp_path, once=True, clock=clock) as again:
        assert [reply.text for reply in again.x.posts.replies_to(str(post))] == ["سنفيدكم قريبًا"]


async def test_what_x_refuses_is_refused(world: DemoWorld) -> None:
    x = client(world.x_api_url)
    with pytest.raises(tweepy.Unauthorized):
        await ask(client(world.x_api_url, "another").search_recent_tweets, "المالية")
    with pytest.raises(tweepy.Forbidden, match="deleted"):
        await ask(x.create_tweet, text="رد", in_reply_to_tweet_id=99, user_auth=True)
    with pytest.raises(tweepy.BadRequest, match="left open"):
        await ask(x.search_recent_tweets, "(المالية")
    with pytest.raises(tweepy.BadRequest, match="max_results"):
        await ask(x.search_recent_tweets, "المالية", max_results=5)


async def test_a_deleted_post_is_gone_everywhere(world: DemoWorld) -> None:
    x = client(world.x_api_url)
    gone, kept = everything(world)[:2]
    assert world.x.posts.delete(str(gone))
    answer = await ask(x.get_tweets, [gone, kept])
    assert [post.id for post in answer.data] == [kept]
    assert answer.errors[0]["resource_type"] == "tweet"


async def test_after_450_searches_in_a_quarter_of_an_hour_x_asks_to_wait(
    world: DemoWorld, web: httpx.AsyncClient, clock: Hands
) -> None:
    opened = listen(0, "an X with a small limit")
    sites = Sites({opened: XStandIn(world.world, ["MOFKSA"], clock, limit=3).app()})
    await sites.start()
    try:
        x = client(address(opened))
        for _ in range(3):
            await ask(x.search_recent_tweets, "المالية")
        with pytest.raises(tweepy.TooManyRequests) as refused:
            await ask(x.search_recent_tweets, "المالية")
        headers = refused.value.response.headers
        assert headers["x-rate-limit-remaining"] == "0"
        assert refused.value.reset_time == int(START.timestamp()) + WINDOW_SECONDS
        await ask(x.get_user, username="MOFKSA")
        clock.turn(minutes=15)
        assert (await ask(x.search_recent_tweets, "المالية")).data
    finally:
        await sites.stop()
    answer = await web.get(
        f"{world.x_api_url}/2/tweets/search/recent", params={"query": "المالية"}, headers={"Authorization": f"Bearer {KEY}"}
    )
    assert (answer.headers["x-rate-limit-limit"], answer.headers["x-rate-limit-remaining"]) == ("450", "449")


async def test_the_searches_and_mentions_find_nearly_all_that_concerns_the_ministry(world: DemoWorld) -> None:
    from service.demo import texts

    x = client(world.x_api_url)
    found: set[str] = set()
    for source in world.sources:
        if source.kind is SourceKind.X_SEARCH:
            token = None
            while True:
                answer = await ask(x.search_recent_tweets, source.query, max_results=100, next_token=token)
                found |= {str(post.id) for post in answer.data}
                token = answer.meta.get("next_token")
                if not token:
                    break
        elif source.kind is SourceKind.X_MENTIONS:
            account = (await ask(x.get_user, username=source.query)).data
            found |= {str(post.id) for post in (await ask(x.get_users_mentions, account.id, max_results=100)).data}
    ours = {post.id for post in texts.posts("mof") if post.label.remit == "ours"}
    seen = {item.post.id for item in world.world.posts(START) if str(item.id) in found}
    assert len(ours & seen) >= 0.95 * len(ours)
    assert seen - ours, "no noise reaches the monitor"
