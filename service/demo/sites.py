"""One HTTP server with many ports, in the running loop: each port is another site."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.errors import ConfigurationError

LOOPBACK = "127.0.0.1"


def listen(wanted: int, name: str, *, exact: bool = False) -> socket.socket:
    """A listening socket on loopback. A ``wanted`` port that is taken gives a free one, unless it must be ``exact``.

    Raises ``ConfigurationError`` where the exact port is taken.
    """
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((LOOPBACK, wanted))
    except OSError as error:
        if wanted == 0 or exact:
            opened.close()
            raise ConfigurationError(
                f"the demonstration's «{name}» cannot listen on port {wanted} ({error})", "end the program that uses it"
            ) from error
        opened.bind((LOOPBACK, 0))
    opened.listen(128)
    opened.setblocking(False)
    return opened


def address(opened: socket.socket) -> str:
    """Where a listening socket is reached over HTTP, without a slash at the end."""
    return f"http://{LOOPBACK}:{opened.getsockname()[1]}"


class Sites:
    """Serves each application on its own socket, in the running loop; leaves the process's signals alone."""

    def __init__(self, sites: Mapping[socket.socket, ASGIApp]) -> None:
        self._sockets = list(sites)
        self._apps = {opened.getsockname()[1]: app for opened, app in sites.items()}
        config = uvicorn.Config(
            self._by_port,
            interface="asgi3",
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=30,
        )
        self._server = _QuietServer(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Serve until ``stop``."""
        self._task = asyncio.create_task(self._server.serve(self._sockets), name="demonstration world")
        while not self._server.started:
            if self._task.done():
                await self._task
                raise ConfigurationError("the demonstration's servers did not start", "see the error above")
            await asyncio.sleep(0)

    async def stop(self) -> None:
        """Close every connection and socket."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task

    async def _by_port(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._apps.get(scope["server"][1], PlainTextResponse("no such site", 404))
        await app(scope, receive, send)


class _QuietServer(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the program that the world runs in."""
        yield
