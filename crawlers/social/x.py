"""X through tweepy: recent search, mentions of an account, and replies. Blocking: to be called in a thread.

Only the official interface is used (REQUIREMENTS L4). tweepy writes its host into ``BaseClient.request``; an adapter mounted on
its session leads the requests to ``settings.x_api_url`` and gives each a time limit.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import requests
import tweepy
from requests.adapters import HTTPAdapter
from tweepy.errors import BadRequest, HTTPException, TooManyRequests, TweepyException, TwitterServerError

from crawlers.social.x_posts import XPage, read_posts
from domain.errors import DeliveryError, DeliveryRefused, DeliveryUncertain
from domain.source import Cost, CrawlSettings, Discovery, ItemProblem, PollFailure, PollResult, Source, SourceKind, SourceState

TWEEPY_HOST: Final = "https://api.twitter.com"
_OFFICIAL: Final = ("https://api.x.com", TWEEPY_HOST)
_PAGE: Final = 100
_MAX_QUERY: Final = 512
_POST_FIELDS: Final = "author_id,created_at,entities,lang,note_tweet,referenced_tweets"
_LATER: Final = "it is tried again by itself"


class _Adapter(HTTPAdapter):
    """Leads tweepy's requests to another host, and lets none wait for ever."""

    def __init__(self, api_url: str, timeout: float) -> None:
        super().__init__()
        self._target = urlsplit(api_url)
        self._timeout = timeout

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """The request as it was signed, at the other host."""
        parts = urlsplit(str(request.url))
        path = self._target.path.rstrip("/") + parts.path
        request.url = urlunsplit((self._target.scheme, self._target.netloc, path, parts.query, ""))
        kwargs["timeout"] = self._timeout
        return super().send(request, *args, **kwargs)


def client_for(settings: CrawlSettings) -> tweepy.Client:
    """A tweepy client that talks to ``settings.x_api_url``, reads nothing from the environment and never sleeps by itself."""
    client = tweepy.Client(
        bearer_token=settings.x_bearer_token or None,
        consumer_key=settings.x_consumer_key or None,
        consumer_secret=settings.x_consumer_secret or None,
        access_token=settings.x_access_token or None,
        access_token_secret=settings.x_access_token_secret or None,
        wait_on_rate_limit=False,
    )
    api_url = settings.x_api_url.rstrip("/")
    # X's own hosts are one service: there the address stays the one that tweepy signs.
    client.session.mount(TWEEPY_HOST, _Adapter(TWEEPY_HOST if api_url in _OFFICIAL else api_url, settings.timeout))
    client.session.trust_env = False
    return client


class XReader:
    """Reads searches and mentions; remembers the ids of the accounts whose mentions it reads."""

    def __init__(self, settings: CrawlSettings, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._clock = clock
        self._client = client_for(settings)
        self._client.session.hooks["response"].append(self._count)
        self._user_ids: dict[str, str] = {}
        self._cost = Cost()

    def poll(self, source: Source, state: SourceState) -> PollResult:
        """Everything since ``state.since_id``, ``settings.x_page_limit`` pages at most; never raises for what X answers. One at a
        time: what each poll cost is counted."""
        self._cost = Cost()
        result = self._result(source, state)
        return replace(result, cost=self._cost)

    def _count(self, response: requests.Response, **_: Any) -> None:
        self._cost += Cost(1, len(response.content), response.elapsed.total_seconds())

    def _result(self, source: Source, state: SourceState) -> PollResult:
        refused = self._refusal(source)
        if refused is not None:
            return refused
        try:
            return self._poll(source, state)
        except BadRequest as error:
            if not state.since_id or "since_id" not in str(error):
                return self._failure(source, error)
        except (TweepyException, requests.RequestException) as error:
            return self._failure(source, error)
        # The id is older than the seven days that a search reaches back: start from what can still be had.
        return self._result(source, SourceState())

    def _refusal(self, source: Source) -> PollFailure | None:
        if not self._settings.x_bearer_token:
            return PollFailure(source.id, "X is not set up: there is no bearer token", "set RASD_X__BEARER_TOKEN")
        if not source.query.strip():
            return PollFailure(source.id, f"{source.name}: the source has no query", "fill in its query")
        if len(source.query) > _MAX_QUERY:
            what = f"{source.name}: the query has {len(source.query)} characters, X takes {_MAX_QUERY}"
            return PollFailure(source.id, what, "split it into two sources")
        return None

    def _poll(self, source: Source, state: SourceState) -> Discovery:
        ask = self._search if source.kind is SourceKind.X_SEARCH else self._mentions
        pages: list[XPage] = []
        token = None
        for _ in range(max(1, self._settings.x_page_limit)):
            page = read_posts(ask(source, state.since_id, token), source, self._handles(source))
            pages.append(page)
            token = page.next_token
            if not token:
                break
        problems = [problem for page in pages for problem in page.problems]
        if token:
            limit = f"more than {self._settings.x_page_limit} pages since the last poll: older posts were not read"
            problems.append(ItemProblem(source.id, f"X, {source.query}", f"{limit}; poll more often or narrow the query"))
        newest = max((page.newest_id for page in pages if page.newest_id), key=int, default=state.since_id)
        mentions = tuple(mention for page in pages for mention in page.mentions)
        unchanged = not mentions and not problems and newest == state.since_id
        return Discovery(source.id, SourceState(since_id=newest), mentions, problems=tuple(problems), unchanged=unchanged)

    def _handles(self, source: Source) -> frozenset[str]:
        """The accounts that a post may address, in lower case."""
        own = {source.query} if source.kind is SourceKind.X_MENTIONS else set()
        return frozenset(handle.lstrip("@").lower() for handle in self._settings.ministry_handles | own)

    def _search(self, source: Source, since_id: str, token: str | None) -> Any:
        return self._client.search_recent_tweets(source.query, next_token=token, **self._parameters(since_id))

    def _mentions(self, source: Source, since_id: str, token: str | None) -> Any:
        handle = source.query.lstrip("@")
        if handle not in self._user_ids:
            answer = self._client.get_user(username=handle)
            if answer.data is None:
                raise tweepy.TweepyException(f"X knows no account @{handle}")
            self._user_ids[handle] = str(answer.data.id)
        return self._client.get_users_mentions(self._user_ids[handle], pagination_token=token, **self._parameters(since_id))

    def _parameters(self, since_id: str) -> dict[str, Any]:
        return {
            "max_results": _PAGE,
            "since_id": since_id or None,
            "tweet_fields": _POST_FIELDS,
            "expansions": "author_id",
            "user_fields": "name,username",
        }

    def _failure(self, source: Source, error: Exception) -> PollFailure:
        what = f"X, {source.name or source.query}"
        match error:
            case TooManyRequests():
                wait = max(1.0, float(error.reset_time) - self._clock()) if error.reset_time else 900.0
                return PollFailure(source.id, f"{what}: the rate limit is used up", _LATER, retry_after=wait)
            case TwitterServerError():
                return PollFailure(source.id, f"{what}: X answered {error.response.status_code}", _LATER)
            case HTTPException():
                said = f"{what}: X answered {error.response.status_code} ({str(error)[:300]})"
                return PollFailure(source.id, " ".join(said.split()), "check the token, the plan and the query")
            case TweepyException():
                return PollFailure(source.id, f"{what}: {error}", "correct the account's name in the source")
            case requests.Timeout():
                return PollFailure(source.id, f"{what}: X did not answer in time", _LATER)
            case requests.ConnectionError():
                return PollFailure(source.id, f"{what}: X cannot be reached", _LATER)
            case _:
                return PollFailure(source.id, f"{what}: X gave an answer that cannot be read", _LATER)


class XPoster:
    """Posts replies. Needs the four keys of a user, or a user's OAuth 2.0 token as bearer token."""

    def __init__(self, settings: CrawlSettings) -> None:
        self._settings = settings

    def reply(self, post_id: str, text: str) -> str:
        """Replies to a post and returns the new post's id.

        Raises ``DeliveryError`` where nothing was sent and it may be tried again, ``DeliveryRefused`` where X refuses for good,
        and ``DeliveryUncertain`` where the request may have arrived although no answer did (DESIGN promise 3).
        """
        what = f"the reply to post {post_id} on X"
        has_user_keys = bool(self._settings.x_consumer_key and self._settings.x_access_token)
        if not has_user_keys and not self._settings.x_bearer_token:
            raise DeliveryRefused(f"{what} was not sent: X is not set up", "set RASD_X__ACCESS_TOKEN and its secret")
        try:
            answer = client_for(self._settings).create_tweet(text=text, in_reply_to_tweet_id=post_id, user_auth=has_user_keys)
        except HTTPException as error:
            raise _refusal(what, error) from error
        except (requests.ConnectTimeout, requests.exceptions.SSLError) as error:
            raise DeliveryError(f"{what} was not sent: X cannot be reached", _LATER) from error
        except requests.RequestException as error:
            if _never_connected(error):
                raise DeliveryError(f"{what} was not sent: X cannot be reached", _LATER) from error
            raise DeliveryUncertain(f"{what}: no answer came ({type(error).__name__})", "look at the account") from error
        new_id = (answer.data or {}).get("id") if isinstance(answer.data, dict) else None
        if not new_id:
            raise DeliveryUncertain(f"{what}: X answered without the new post's id", "look at the account")
        return str(new_id)


def _refusal(what: str, error: HTTPException) -> DeliveryError:
    status = error.response.status_code
    said = " ".join(str(error).split())[:300]
    if status in (429, 503):
        return DeliveryError(f"{what} was not sent: X answered {status}", _LATER)
    if status >= 500:
        return DeliveryUncertain(f"{what}: X answered {status}", "look at the account")
    return DeliveryRefused(f"{what} was refused: {said}", "correct the text, the post's id or the token")


def _never_connected(error: requests.RequestException) -> bool:
    """Whether the connection itself failed, so that X cannot have seen the request."""
    from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError

    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | NameResolutionError)
