"""``rasd demo``: the service on a demonstration world, with a scripted staff that leaves half of the work to the visitor."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import SecretStr

from domain.errors import InputError
from registry import outlets, sources
from service import digests, jobs
from service.demo.cast import PASSWORD
from service.demo.mail_pages import MENU_LINK
from service.demo.staff import BACKLOG
from service.home import make_home
from service.one_pass import run_once
from service.pipeline import Summary
from service.settings import (
    FILE_NAME,
    AlertsTable,
    ConsoleTable,
    CrawlTable,
    DigestTable,
    MailTable,
    Settings,
    XTable,
    read_settings,
)
from service.up import console_settings, serve
from service.wiring import Runtime, make_runtime, utc_now

if TYPE_CHECKING:
    from service.demo.hosting import DemoWorld

Announce = Callable[[str], None]
_DIGEST_READER: Final = "management@ministry.example"
_DUTY_OFFICER: Final = "duty.officer@ministry.example"
_PASSES: Final = 8
"""Steps of the staff in a single pass: from acceptance to an approved answer takes six."""


async def one_pass(profile: str, home: Path | None, announce: Announce) -> Summary:
    """One pass over everything that the world has published; the staff works, the digest is sent, the figures are returned."""
    async with _world(profile, home, once=True) as (world, runtime):
        announce(f"{len(world.sources)} sources on {len(world.addresses)} servers; gathering")

        def work() -> None:
            staff = world.staff
            for _ in range(_PASSES):
                staff.step(runtime.database, runtime.profile, runtime.clock())
                jobs.deliver(runtime)
            digests.queue(runtime, digests.week_of(runtime, runtime.clock()))
            jobs.deliver(runtime)

        summary = await run_once(runtime, work, announce)
        runtime.database.close()
        return summary


async def live(profile: str, home: Path | None, port: int, announce: Announce) -> None:
    """Run until a signal ends it: items keep appearing, the staff works some of them, a visitor works the rest."""
    async with _world(profile, home, once=False, port=port) as (world, runtime):
        console = replace(
            console_settings(runtime),
            demo=True,
            demo_accounts=world.staff.accounts,
            links=(MENU_LINK,),
            x_pages=world.x_api_url,
        )
        for name, address in world.addresses.items():
            announce(f"{name}: {address}")
        names = ", ".join(account.username for account in world.staff.accounts)
        announce(f"accounts: {names}; password of each: {PASSWORD}; Ctrl-C ends the demonstration")
        await serve(
            runtime,
            announce,
            console=console,
            extra_routers=(world.mail_router,),
            extra_steps=(
                lambda: world.staff.step(runtime.database, runtime.profile, runtime.clock()),
                first_digest(runtime, runtime.clock() + BACKLOG),
            ),
        )


def first_digest(runtime: Runtime, due: datetime) -> Callable[[], None]:
    """A step that sends the running week's digest once, from ``due`` on: a visitor finds one in the mail, with figures in it.

    The schedule sends a week's digest when the week is over, and the world is younger than that.
    """
    waiting = [True]

    def step() -> None:
        if waiting and runtime.clock() >= due:
            waiting.clear()
            digests.queue(runtime, digests.week_of(runtime, runtime.clock()))

    return step


@contextlib.asynccontextmanager
async def _world(profile: str, home: Path | None, *, once: bool, port: int = 0) -> AsyncIterator[tuple[DemoWorld, Runtime]]:
    from service.demo.hosting import demo_world
    from service.demo.past.life import live as live_through

    with _folder(home, profile) as folder:
        async with demo_world(profile, folder, once=once, clock=utc_now) as world:
            if not (folder / FILE_NAME).exists():
                make_home(folder, profile)
            runtime = make_runtime(folder, _settings(profile, world, _free(port)))
            live_through(runtime.database, runtime.profile, runtime.secret, world.world.start)
            with runtime.database.transaction() as session:
                for outlet in world.outlets:
                    outlets.save(session, outlet)
                for source in world.sources:
                    sources.save(session, source)
                world.staff.enrol(session, runtime.clock())
            yield world, runtime


@contextlib.contextmanager
def _folder(home: Path | None, profile: str) -> Iterator[Path]:
    """The home folder: the one that was named, or one that goes at the end. Raises ``InputError`` where it cannot be made, or
    holds the demonstration of another ministry."""
    if home is not None:
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            what = f"{home}: cannot be made a home ({error.strerror})"
            raise InputError(what, "choose a folder that you may write to") from error
        held = read_settings(home).profile if (home / FILE_NAME).exists() else profile
        if held != profile:
            raise InputError(f"{home} holds «{held}»", f"give --profile {held}, or another folder")
        yield home.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="rasd-demo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _settings(profile: str, world: DemoWorld, port: int) -> Settings:
    """Settings for the demonstration: loopback is open, the politeness is short, X and mail are the world's own."""
    host, smtp_port = world.smtp
    return Settings(
        profile=profile,
        console=ConsoleTable(port=port),
        crawl=CrawlTable(delay=0.02, per_host_concurrency=4, timeout=15, allow_networks=("127.0.0.0/8", "::1/128")),
        x=XTable(
            plan="demo",
            purpose="demonstration on loopback",
            api_url=world.x_api_url,
            bearer_token=SecretStr("demo"),
            consumer_key=SecretStr("demo"),
            consumer_secret=SecretStr("demo"),
            access_token=SecretStr("demo"),
            access_token_secret=SecretStr("demo"),
        ),
        mail=MailTable(host=host, port=smtp_port, security="plain", sender="رصد <rasd@ministry.example>", timeout=10),
        digest=DigestTable(recipients=(_DIGEST_READER,)),
        alerts=AlertsTable(recipients=(_DUTY_OFFICER,)),
    )


def _free(port: int) -> int:
    """The port if nobody listens on it, else another one: links in mails must name it before the console listens."""
    import socket

    for wanted in (port, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return 0
