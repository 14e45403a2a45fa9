"""A stand-in for X: the part of its interface that tweepy's client needs, and a page for each thread.

Shaped after the public description of X's version 2 interface: recent search, mentions, users, replies, tokens, rate limits.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from console.bidi import isolated
from domain.errors import QueryError
from service.demo.dates import printed_date
from service.demo.newspaper import style, templates
from service.demo.papers import DateStyle
from service.demo.world import World, snowflake
from service.demo.x_posts import SEARCH_REACHES, Account, Posts, XPost, moment
from service.demo.x_query import Matcher, parse_query

KEY: Final = "demo"
"""No secret: the stand-in takes it as bearer token and as a user's consumer key and access token, and refuses everything else."""
WINDOW_SECONDS: Final = 15 * 60
SEARCHES: Final = 450
"""Requests of an app in a window."""
LONGEST: Final = 25_000
"""Characters of a post of a verified account."""

Endpoint = Callable[[Request], Awaitable[Response]]


class _Refused(Exception):
    """The request is answered with a problem."""

    def __init__(self, status: int, title: str, detail: str, kind: str = "about:blank", **more: object) -> None:
        self.status = status
        self.body = {"title": title, "detail": detail, "type": kind, "status": status, **more}
        super().__init__(detail)


class XStandIn:
    """The interface and the public pages over the world's posts.

    ``handles`` are the ministry's accounts, without @. Replies are kept in ``folder`` where one is given. ``limit`` is the number
    of requests of one kind in 15 minutes.
    """

    def __init__(
        self,
        world: World,
        handles: Sequence[str],
        clock: Callable[[], datetime],
        *,
        folder: Path | None = None,
        limit: int = SEARCHES,
    ) -> None:
        self.posts = Posts(world, handles, clock, folder)
        self._limit = limit
        self._windows: dict[str, tuple[float, int]] = {}

    def app(self) -> Starlette:
        """The stand-in as an ASGI application."""
        return Starlette(
            routes=[
                Route("/2/tweets/search/recent", self._limited("search", self._search)),
                Route("/2/users/by/username/{handle}", self._limited("users", self._by_username)),
                Route("/2/users/me", self._limited("me", self._me)),
                Route("/2/users/{id}/mentions", self._limited("mentions", self._mentions)),
                Route("/2/tweets", self._limited("lookup", self._lookup), methods=["GET"]),
                Route("/2/tweets", self._limited("create", self._create), methods=["POST"]),
                Route("/2/tweets/{id}", self._limited("delete", self._delete), methods=["DELETE"]),
                Route("/robots.txt", _robots),
                Route("/site.css", _style),
                Route("/", self._timeline),
                Route("/{handle}/status/{id}", self._thread),
            ]
        )

    def _limited(self, kind: str, endpoint: Endpoint) -> Endpoint:
        """The endpoint behind the token check and the rate limit, with problems as X writes them."""

        async def limited(request: Request) -> Response:
            headers: dict[str, str] = {}
            try:
                _check_token(request)
                headers = self._count(kind)
                response = await endpoint(request)
            except _Refused as refused:
                headers = {**headers, **self._headers(kind)} if refused.status == 429 else headers
                return JSONResponse(refused.body, refused.status, headers, media_type="application/problem+json")
            response.headers.update(headers)
            return response

        return limited

    def _count(self, kind: str) -> dict[str, str]:
        now = self.posts.now.timestamp()
        began, used = self._windows.get(kind, (now, 0))
        if now >= began + WINDOW_SECONDS:
            began, used = now, 0
        self._windows[kind] = (began, used + 1)
        if used >= self._limit:
            raise _Refused(429, "Too Many Requests", "Too Many Requests")
        return self._headers(kind)

    def _headers(self, kind: str) -> dict[str, str]:
        began, used = self._windows[kind]
        return {
            "x-rate-limit-limit": str(self._limit),
            "x-rate-limit-remaining": str(max(0, self._limit - used)),
            "x-rate-limit-reset": str(int(began + WINDOW_SECONDS)),
        }

    async def _search(self, request: Request) -> Response:
        asked = request.query_params
        matcher = _query(asked.get("query", ""))
        reach = snowflake(self.posts.now - SEARCH_REACHES)
        if asked.get("since_id", "").isdecimal() and int(asked["since_id"]) < reach:
            raise _invalid("since_id", f"'since_id' must be a post id created after {reach}")
        found = [post for post in self.posts.all() if int(post.id) >= reach and matcher(post.searchable)]
        return self._page(request, found, least=10)

    async def _mentions(self, request: Request) -> Response:
        account = self.posts.account_of(request.path_params["id"])
        if account is None:
            raise _not_found("user", "id", request.path_params["id"])
        return self._page(request, [post for post in self.posts.all() if post.names(account.handle)], least=5)

    async def _by_username(self, request: Request) -> Response:
        account = self.posts.account(request.path_params["handle"])
        if account is None:
            handle = request.path_params["handle"]
            # As X does: status 200, no data, and the problem among the errors.
            return JSONResponse({"errors": [_not_found("user", "username", handle).body]})
        return JSONResponse({"data": _user(account)})

    async def _me(self, _: Request) -> Response:
        return JSONResponse({"data": _user(self.posts.ministry[0])})

    async def _lookup(self, request: Request) -> Response:
        asked = [part for part in request.query_params.get("ids", "").split(",") if part]
        if not asked or len(asked) > 100 or not all(part.isdecimal() for part in asked):
            raise _invalid("ids", "'ids' must hold 1 to 100 numbers")
        found = {post.id: post for post in self.posts.all() if post.id in asked}
        missing = [_not_found("tweet", "ids", post_id).body for post_id in asked if post_id not in found]
        body: dict[str, Any] = {"data": [found[post_id].as_json(_fields(request)) for post_id in asked if post_id in found]}
        return JSONResponse({key: value for key, value in (body | {"errors": missing}).items() if value})

    async def _create(self, request: Request) -> Response:
        body = await request.json()
        text = str(body.get("text") or "").strip()
        replies_to = str((body.get("reply") or {}).get("in_reply_to_tweet_id") or "")
        if not text:
            raise _invalid("text", "a post needs a text")
        if len(text) > LONGEST:
            raise _Refused(403, "Forbidden", "the text is too long")
        if replies_to and self.posts.post(replies_to) is None:
            raise _Refused(403, "Forbidden", "the post that this replies to is deleted or not visible to you")
        if any(reply.text == text for reply in self.posts.replies_to(replies_to)):
            raise _Refused(403, "Forbidden", "a post with the same content exists already")
        reply = self.posts.add_reply(text, replies_to)
        return JSONResponse({"data": {"id": reply.id, "text": reply.text, "edit_history_tweet_ids": [reply.id]}}, 201)

    async def _delete(self, request: Request) -> Response:
        return JSONResponse({"data": {"deleted": self.posts.delete(request.path_params["id"])}})

    def _page(self, request: Request, posts: Sequence[XPost], *, least: int) -> Response:
        """One page of posts, newest first, with the token of the next."""
        asked = request.query_params
        size = _number(asked.get("max_results", "10"), "max_results", least, 100)
        kept = _between(posts, asked)
        token = asked.get("next_token") or asked.get("pagination_token") or ""
        if token:
            kept = [post for post in kept if int(post.id) < _token_id(token)]
        shown, rest = kept[:size], kept[size:]
        meta: dict[str, Any] = {"result_count": len(shown)}
        if not shown:
            return JSONResponse({"meta": meta})
        meta |= {"newest_id": shown[0].id, "oldest_id": shown[-1].id}
        if rest:
            meta["next_token"] = f"b26v{int(shown[-1].id):x}"
        body: dict[str, Any] = {"data": [post.as_json(_fields(request)) for post in shown], "meta": meta}
        if "author_id" in asked.get("expansions", "").split(","):
            authors = {post.author.id: post.author for post in shown}
            body["includes"] = {"users": [_user(account) for account in authors.values()]}
        return JSONResponse(body)

    async def _timeline(self, _: Request) -> Response:
        shown = [post for post in self.posts.all() if not post.replies_to][:40]
        return self._html(posts=shown, replies={post.id: self.posts.replies_to(post.id) for post in shown}, single=False)

    async def _thread(self, request: Request) -> Response:
        post = self.posts.post(request.path_params["id"])
        if post is None:
            return self._html(404, posts=[], replies={}, single=True)
        if request.path_params["handle"] != post.author.handle:
            return RedirectResponse(f"/{post.author.handle}/status/{post.id}")
        return self._html(posts=[post], replies={post.id: self.posts.replies_to(post.id)}, single=True)

    def _html(self, status: int = 200, **values: object) -> Response:
        page = templates().get_template("x.html")
        return HTMLResponse(page.render(values, isolated=isolated, when=lambda at: printed_date(at, DateStyle.WEEKDAY)), status)


async def _robots(_: Request) -> Response:
    return Response("User-agent: *\nDisallow: /\n", media_type="text/plain")


async def _style(_: Request) -> Response:
    return Response(style("x"), media_type="text/css")


def _check_token(request: Request) -> None:
    """Everything takes the bearer token or a user's keys (OAuth 1.0a; the signature is not checked)."""
    given = request.headers.get("authorization", "")
    has_user_keys = all(part in given for part in ("OAuth ", f'oauth_consumer_key="{KEY}"', f'oauth_token="{KEY}"'))
    if given != f"Bearer {KEY}" and not has_user_keys:
        raise _Refused(401, "Unauthorized", "Unauthorized")


def _query(text: str) -> Matcher:
    if not text.strip():
        raise _invalid("query", "'query' must not be empty")
    try:
        return parse_query(text)
    except QueryError as error:
        raise _invalid("query", f"{error} (at position {error.position + 1})") from error


def _between(posts: Sequence[XPost], asked: Any) -> list[XPost]:
    """The posts after ``since_id`` and ``start_time``, before ``until_id`` and ``end_time``."""
    try:
        since, until = int(asked.get("since_id", 0)), int(asked.get("until_id", 10**19))
        start = moment(asked["start_time"]) if "start_time" in asked else None
        end = moment(asked["end_time"]) if "end_time" in asked else None
    except ValueError as error:
        raise _invalid("since_id", f"an id or a time cannot be read ({error})") from error
    return [
        post
        for post in posts
        if since < int(post.id) < until and (start is None or post.at >= start) and (end is None or post.at < end)
    ]


def _fields(request: Request) -> list[str]:
    asked = request.query_params
    return [field for name in ("tweet.fields", "post.fields") for field in asked.get(name, "").split(",") if field]


def _number(text: str, name: str, least: int, most: int) -> int:
    if not text.isdecimal() or not least <= int(text) <= most:
        raise _invalid(name, f"'{name}' must be between {least} and {most}")
    return int(text)


def _token_id(token: str) -> int:
    try:
        return int(token.removeprefix("b26v"), 16)
    except ValueError as error:
        raise _invalid("next_token", "the token was not given by this interface") from error


def _user(account: Account) -> dict[str, Any]:
    return {"id": account.id, "name": account.name, "username": account.handle, "verified": account.official}


def _invalid(parameter: str, detail: str) -> _Refused:
    kind = "https://api.x.com/2/problems/invalid-request"
    return _Refused(400, "Invalid Request", detail, kind, errors=[{"message": detail, "parameters": {parameter: []}}])


def _not_found(resource: str, parameter: str, value: str) -> _Refused:
    kind = "https://api.x.com/2/problems/resource-not-found"
    detail = f"Could not find {resource} with {parameter}: [{value}]."
    return _Refused(404, "Not Found Error", detail, kind, resource_type=resource, parameter=parameter, value=value)
