"""A server of model files on loopback: ranges, checksums in headers as hubs tell them, and connections that are cut."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType


@dataclass
class Behaviour:
    """How the server treats its clients; a test changes it."""

    knows_ranges: bool = True
    tells_checksums: bool = True
    cut_after: list[int] = field(default_factory=list)
    """Bytes after which the next answers with a body are cut."""
    busy: list[int] = field(default_factory=list)
    """Statuses of the next answers."""
    redirects: bool = False
    """Weights are told here and sent from another path, as hubs do."""
    on_body: Callable[[str], None] = lambda _: None
    """Called with the path before a body is sent."""


class ModelServer:
    """``with ModelServer({"config.json": b"..."}) as server: server.address``. ``asked`` has (method, file, range)."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.behaviour = Behaviour()
        self.asked: list[tuple[str, str, str]] = []
        self._server = _Server(self)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def address(self) -> str:
        """The form that ``rasd models pull --from`` takes."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/{{name}}/resolve/{{revision}}/{{file}}"

    def bodies(self, name: str) -> list[str]:
        """The ranges with which a file was asked for."""
        return [wanted for method, file, wanted in self.asked if method == "GET" and file == name]

    def __enter__(self) -> ModelServer:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    def __init__(self, world: ModelServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.world = world


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    @property
    def _world(self) -> ModelServer:
        assert isinstance(self.server, _Server)
        return self.server.world

    def _answer(self, *, body: bool) -> None:
        world, name = self._world, re.sub(r"^/.*?/resolve/[^/]+/|^/elsewhere/", "", self.path)
        world.asked.append((self.command, name, self.headers.get("Range") or ""))
        content = world.files.get(name)
        sends = not world.behaviour.redirects or self.path.startswith("/elsewhere/")
        if body and sends and world.behaviour.busy:
            self.send_error(world.behaviour.busy.pop(0))
        elif content is None:
            self.send_error(404)
        elif not sends:
            self.send_response(302)
            self.send_header("Location", f"/elsewhere/{name}")
            self._tell(content)
            self.end_headers()
        else:
            self._send(name, content, body=body)

    def _tell(self, content: bytes) -> None:
        if self._world.behaviour.tells_checksums:
            self.send_header("X-Linked-ETag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("X-Linked-Size", str(len(content)))

    def _send(self, name: str, content: bytes, *, body: bool) -> None:
        behaviour = self._world.behaviour
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
        start = int(wanted[1]) if wanted and behaviour.knows_ranges else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        if not behaviour.redirects:
            self._tell(content)
        self.end_headers()
        if body:
            behaviour.on_body(name)
            rest = content[start:]
            cuts = bool(behaviour.cut_after) and len(rest) > behaviour.cut_after[0]
            self.wfile.write(rest[: behaviour.cut_after.pop(0)] if cuts else rest)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""
