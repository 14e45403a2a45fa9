"""Starts the demonstration world in the running asyncio loop, and says where everything is."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter

from domain.outlet import AnswerChannel, Medium, Outlet
from domain.profile import Profile
from domain.source import Source, SourceKind
from service.demo import organisation
from service.demo.mail_pages import router
from service.demo.mail_sink import MailSink
from service.demo.newspaper import Newspaper
from service.demo.papers import PAPERS
from service.demo.report_pdf import ORGANISATION
from service.demo.searches import x_searches
from service.demo.sites import LOOPBACK, Sites, address, listen
from service.demo.staff import Staff
from service.demo.world import World
from service.demo.x_posts import Account
from service.demo.x_stand_in import XStandIn
from service.profiles import load_profile

X_OUTLET: Final = "x"
PRESS_INTERVAL: Final = timedelta(seconds=10)
X_INTERVAL: Final = timedelta(seconds=15)
SEED: Final = 7
_STATE_FILE: Final = "world.json"


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """A world that is being served.

    ``sources`` and ``outlets`` are what Rasd monitors; ``smtp`` is the mail sink's host and port; ``addresses`` are pages to show
    to a visitor, by name; ``mail_router`` shows the sink in the console; ``staff`` works some of the cases.
    """

    world: World
    sources: tuple[Source, ...]
    outlets: tuple[Outlet, ...]
    x_api_url: str
    smtp: tuple[str, int]
    addresses: Mapping[str, str]
    sink: MailSink
    x: XStandIn
    staff: Staff
    mail_router: APIRouter

    def as_json(self) -> dict[str, Any]:
        """Where everything is, for another process."""
        return {
            "profile": self.world.profile_code,
            "items": len(self.world.items),
            "x_api_url": self.x_api_url,
            "smtp": list(self.smtp),
            "mail_folder": str(self.sink.folder),
            "addresses": dict(self.addresses),
            "ports": {name: int(url.rsplit(":", 1)[1]) for name, url in _bases(self).items()},
        }


@asynccontextmanager
async def demo_world(
    profile_code: str,
    home: Path | None = None,
    *,
    once: bool = False,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    pace: float = 1.0,
    seed: int = SEED,
    ports: Mapping[str, int] | None = None,
) -> AsyncIterator[DemoWorld]:
    """Serve the world of a profile until the block ends.

    With ``once`` everything is published already. Ports, start and replies are kept under ``home/demo``, so that a restart finds
    the same world at the same addresses; a port that is taken meanwhile is replaced. ``ports`` (by site: a paper's id,
    ``marsad``, ``x``, ``smtp``) are taken as they are, or ``ConfigurationError`` is raised.
    """
    profile = load_profile(profile_code)
    folder = home / "demo" if home else None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    kept = _read_state(folder, profile.code, seed)
    start = datetime.fromisoformat(kept["start"]) if "start" in kept else clock()
    world = World(profile.code, start=start, seed=seed, pace=pace, live=not once)
    sockets = _open_sockets(kept.get("ports", {}), ports or {})
    async with AsyncExitStack() as stack:
        for opened in sockets.values():
            stack.callback(opened.close)
        x = XStandIn(world, profile.handles, clock, folder=folder)
        papers = {paper.id: Newspaper(paper, address(sockets[paper.id]), world, clock) for paper in PAPERS if paper.id in sockets}
        sites = Sites(
            {
                **{sockets[name]: newspaper.app() for name, newspaper in papers.items()},
                sockets[organisation.OUTLET_ID]: organisation.Organisation(world, clock).app(),
                sockets[X_OUTLET]: x.app(),
            }
        )
        sink = MailSink(folder / "mail" if folder else None, clock)
        await sink.start(sockets["smtp"])
        stack.push_async_callback(sink.stop)
        await sites.start()
        stack.push_async_callback(sites.stop)
        running = _describe(world, profile, sockets, sink, x, Staff(profile, started=world.start, hurry=once))
        _write_state(folder, running, seed)
        yield running


def _open_sockets(kept: Mapping[str, int], exact: Mapping[str, int]) -> dict[str, socket.socket]:
    names = (*(paper.id for paper in PAPERS), organisation.OUTLET_ID, X_OUTLET, "smtp")
    opened: dict[str, socket.socket] = {}
    try:
        for name in names:
            opened[name] = listen(exact.get(name, kept.get(name, 0)), name, exact=name in exact)
    except BaseException:
        for each in opened.values():
            each.close()
        raise
    return opened


def _describe(
    world: World, profile: Profile, sockets: Mapping[str, socket.socket], sink: MailSink, x: XStandIn, staff: Staff
) -> DemoWorld:
    marsad, x_url = address(sockets[organisation.OUTLET_ID]), address(sockets[X_OUTLET])
    addresses = {paper.name_ar: f"{address(sockets[paper.id])}/" for paper in PAPERS}
    return DemoWorld(
        world=world,
        sources=(*_press_sources(sockets), _report_source(marsad), *_x_sources(profile)),
        outlets=(
            *(paper.outlet(f"{address(sockets[paper.id])}/") for paper in PAPERS),
            organisation.outlet(f"{marsad}/"),
            Outlet(X_OUTLET, "إكس", "X", Medium.SOCIAL, home_url=f"{x_url}/", answer_channel=AnswerChannel.X_REPLY),
        ),
        x_api_url=x_url,
        smtp=(LOOPBACK, sockets["smtp"].getsockname()[1]),
        addresses={**addresses, ORGANISATION: f"{marsad}/", "إكس": f"{x_url}/"},
        sink=sink,
        x=x,
        staff=staff,
        mail_router=router(sink),
    )


def _press_sources(sockets: Mapping[str, socket.socket]) -> list[Source]:
    return [
        Source(
            id=paper.id,
            kind=paper.source_kind,
            outlet_id=paper.id,
            name=paper.name_ar,
            url=f"{address(sockets[paper.id])}{paper.source_path}",
            interval=PRESS_INTERVAL,
            body=paper.body,
        )
        for paper in PAPERS
    ]


def _report_source(marsad: str) -> Source:
    return Source(
        id=organisation.OUTLET_ID,
        kind=SourceKind.PDF_REPORT,
        outlet_id=organisation.OUTLET_ID,
        name=ORGANISATION,
        url=f"{marsad}{organisation.LISTING_PATH}",
        interval=PRESS_INTERVAL,
    )


def _x_sources(profile: Profile) -> list[Source]:
    """A search for each packed query, and the mentions of each of the ministry's accounts."""
    searches = [
        Source(f"x-search-{number}", SourceKind.X_SEARCH, X_OUTLET, f"إكس: بحث {number}", query=query, interval=X_INTERVAL)
        for number, query in enumerate(x_searches(profile), 1)
    ]
    mentions = [
        Source(f"x-{Account(handle, '').handle.lower()}", SourceKind.X_MENTIONS, X_OUTLET, f"إكس: @{handle}", query=handle,
               interval=X_INTERVAL)
        for handle in profile.handles
    ]  # fmt: skip
    return searches + mentions


def _bases(running: DemoWorld) -> dict[str, str]:
    """The site of each name without its path, the SMTP port among them."""
    bases = {outlet.id: outlet.home_url.rstrip("/") for outlet in running.outlets}
    return {**bases, "smtp": f"smtp://{running.smtp[0]}:{running.smtp[1]}"}


def _read_state(folder: Path | None, profile_code: str, seed: int) -> dict[str, Any]:
    """What the last run in this folder left, if it was the same world."""
    path = folder / _STATE_FILE if folder else None
    if path is None or not path.exists():
        return {}
    try:
        state: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except ValueError:
        return {}
    return state if (state.get("profile"), state.get("seed")) == (profile_code, seed) else {}


def _write_state(folder: Path | None, running: DemoWorld, seed: int) -> None:
    if folder is None:
        return
    state = {
        "profile": running.world.profile_code,
        "seed": seed,
        "start": running.world.start.isoformat(),
        "ports": running.as_json()["ports"],
    }
    unfinished = folder / f"{_STATE_FILE}.part"
    unfinished.write_text(json.dumps(state, indent=1), "utf-8")
    unfinished.rename(folder / _STATE_FILE)
