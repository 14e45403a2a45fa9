"""X's interface on loopback, as far as tweepy asks for it: search, mentions, a user, and posting."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class FakeX:
    """``posts`` are newest first, as X lists them. ``refusals`` are answered first, one to a request: (status, headers, body)."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    users: list[dict[str, str]] = field(default_factory=list)
    refusals: list[tuple[int, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    page_size: int = 2
    drop_answers: bool = False
    """Takes a new post and closes the line without an answer."""

    def __enter__(self) -> FakeX:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The address for ``x_api_url``."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def read(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        """The answer to a reading request."""
        if path.startswith("/2/users/by/username/"):
            found = [user for user in self.users if user["username"].lower() == path.rsplit("/", 1)[-1].lower()]
            return {"data": found[0]} if found else {"errors": [{"title": "Not Found Error"}]}
        assert query.get("post.fields") or query.get("tweet.fields")
        since = int(query.get("since_id", 0))
        new = [post for post in self.posts if int(post["id"]) > since]
        start = int(query.get("next_token") or query.get("pagination_token") or 0)
        page = new[start : start + self.page_size]
        meta: dict[str, Any] = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": page[0]["id"], "oldest_id": page[-1]["id"]}
        if start + self.page_size < len(new):
            meta["next_token"] = str(start + self.page_size)
        return {"data": page, "includes": {"users": self.users}, "meta": meta} if page else {"meta": meta}


class _Handler(BaseHTTPRequestHandler):
    fake: FakeX

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.fake.asked.append((parts.path, query))
        if not self._refused():
            self._answer(200, self.fake.read(parts.path, query))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self._refused():
            return
        self.fake.sent.append(body | {"authorization": self.headers["Authorization"]})
        if self.fake.drop_answers:
            self.close_connection = True
            return
        self._answer(201, {"data": {"id": str(9000 + len(self.fake.sent)), "text": body["text"]}})

    def _refused(self) -> bool:
        refusals, self.fake.refusals = self.fake.refusals[:1], self.fake.refusals[1:]
        for status, headers, body in refusals:
            self._answer(status, body, headers)
        return bool(refusals)

    def _answer(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        named = {"Content-Type": "application/json", "Content-Length": str(len(data))} | (headers or {})
        for name, value in named.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """A test's output stays its own."""
