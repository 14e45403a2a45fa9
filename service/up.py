"""``rasd up``: the embedded engine and the console in one process."""

from __future__ import annotations

import contextlib
import fcntl
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from console.app import create_app
from console.settings import ConsoleSettings
from domain.errors import ConfigurationError
from service.engine import Engine, running
from service.one_pass import gathering, recover
from service.wiring import Runtime

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

Announce = Callable[[str], None]


async def serve(
    runtime: Runtime,
    announce: Announce,
    *,
    console: ConsoleSettings | None = None,
    extra_routers: Sequence[APIRouter] = (),
    extra_steps: Sequence[Callable[[], object]] = (),
) -> None:
    """Run the engine and the console until a signal ends it. ``announce`` is told the console's address."""
    with only_one(runtime.home), listening(runtime) as listener:
        port = listener.getsockname()[1]
        settings = console or console_settings(runtime)
        app = create_app(runtime.database, runtime.profile, settings, extra_routers=extra_routers)
        server = _server(app)
        async with gathering(runtime) as gatherer:
            recover(runtime)
            async with running(Engine(runtime, gatherer, extra_steps)):
                announce(f"console: http://{runtime.settings.console.host}:{port}/")
                await server.serve(sockets=[listener])


def console_settings(runtime: Runtime) -> ConsoleSettings:
    """The console's settings out of the home's."""
    table = runtime.settings.console
    return ConsoleSettings(
        secret_key=runtime.secret.hex(),
        session_hours=table.session_hours,
        secure_cookies=table.secure_cookies,
        base_url=runtime.base_url,
        drafter_may_approve=table.drafter_may_approve,
    )


@contextlib.contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the home's lock: two services over one home would only be in each other's way. The lock dies with the process."""
    with (home / "rasd.lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConfigurationError(f"another Rasd runs in {home}", "stop it first, or choose another home") from error
        yield


@contextlib.contextmanager
def listening(runtime: Runtime) -> Iterator[socket.socket]:
    """The console's listening socket. Raises ``ConfigurationError`` where the port is taken."""
    console = runtime.settings.console
    family = socket.AF_INET6 if ":" in console.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((console.host, console.port))
        except OSError as error:
            raise ConfigurationError(
                f"the console cannot listen on {console.host}:{console.port} ({error.strerror})",
                "free the port, or set console.port in rasd.toml (RASD_CONSOLE__PORT)",
            ) from error
        listener.listen(128)
        yield listener


def _server(app: FastAPI) -> uvicorn.Server:
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=5)
    return uvicorn.Server(config)
