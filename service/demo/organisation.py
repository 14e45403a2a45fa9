"""The web site of an organisation that publishes a report as a PDF file and lists it on a page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.outlet import AnswerChannel, Medium, Outlet
from service.demo.conditional import answer
from service.demo.dates import printed_date
from service.demo.newspaper import style, templates
from service.demo.papers import DateStyle, Manners
from service.demo.report_pdf import ORGANISATION, report, report_pdf
from service.demo.world import World

OUTLET_ID: Final = "marsad"
LISTING_PATH: Final = "/reports/"
EMAIL: Final = "media@marsad.example"
_MANNERS: Final = Manners()


class Organisation:
    """The site of the observatory, over a world that says when the report is out."""

    def __init__(self, world: World, clock: Callable[[], datetime]) -> None:
        self._world = world
        self._clock = clock
        self._pdf: bytes | None = None
        self._setting = asyncio.Lock()

    def app(self) -> Starlette:
        """The site as an ASGI application."""
        return Starlette(
            routes=[
                Route("/", self._page),
                Route(LISTING_PATH, self._page),
                Route(f"{LISTING_PATH}{self.file_name}", self._file),
                Route("/robots.txt", self._robots),
                Route("/site.css", self._style),
            ]
        )

    @property
    def file_name(self) -> str:
        """The name of the PDF file."""
        return f"public-services-{self._world.profile_code}-2026.pdf"

    async def _page(self, request: Request) -> Response:
        out = self._world.report(self._clock())
        body = (
            templates()
            .get_template("organisation.html")
            .render(
                name=ORGANISATION,
                report=report(self._world.profile_code) if out else None,
                file_name=self.file_name,
                published=printed_date(out.at, DateStyle.WEEKDAY) if out else "",
            )
        )
        return answer(request, body.encode(), "text/html; charset=utf-8", _MANNERS, out.at if out else None)

    async def _file(self, request: Request) -> Response:
        out = self._world.report(self._clock())
        if out is None:
            return Response("not found", 404)
        async with self._setting:
            if self._pdf is None:
                self._pdf = await asyncio.to_thread(report_pdf, self._world.profile_code)
        return answer(request, self._pdf, "application/pdf", Manners(gzip=False), out.at)

    async def _robots(self, request: Request) -> Response:
        return answer(request, b"User-agent: *\nAllow: /\n", "text/plain; charset=utf-8", _MANNERS)

    async def _style(self, request: Request) -> Response:
        return answer(request, style("organisation").encode(), "text/css; charset=utf-8", _MANNERS)


def outlet(home_url: str) -> Outlet:
    """The organisation's entry in the outlets directory."""
    return Outlet(
        id=OUTLET_ID,
        name_ar=ORGANISATION,
        name_en="International Services Observatory",
        medium=Medium.ORGANISATION,
        country="INT",
        home_url=home_url,
        editor_email=EMAIL,
        reach=4,
        answer_channel=AnswerChannel.EMAIL,
    )
