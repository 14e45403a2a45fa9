"""One newspaper's web site: home page, articles, and its feed, sitemap or listing page."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.demo import feeds
from service.demo.conditional import answer
from service.demo.dates import RIYADH, iso_date, printed_date, printed_day
from service.demo.papers import Make, Paper
from service.demo.world import PrintedArticle, World

if TYPE_CHECKING:
    from jinja2 import Environment

Clock = Callable[[], datetime]

_RELATED: Final = 4
_STANDING_PAGES: Final = ("/about", "/contact")


@cache
def templates() -> Environment:
    """The environment of the world's page templates."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("service.demo"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def style(name: str) -> str:
    """A style sheet of the world."""
    return (resources.files("service.demo") / "styles" / f"{name}.css").read_text("utf-8")


class Newspaper:
    """The web site of one paper, at ``home`` (scheme, host and port)."""

    def __init__(self, paper: Paper, home: str, world: World, clock: Clock) -> None:
        self.paper = paper
        self.home = home
        self._world = world
        self._clock = clock

    def app(self) -> Starlette:
        """The site as an ASGI application."""
        routes = [
            Route("/", self._home),
            Route("/robots.txt", self._robots),
            Route("/site.css", self._style),
            *(Route(path, self._standing) for path in _STANDING_PAGES),
            *self._source_routes(),
            Route("/{path:path}", self._article),
        ]
        return Starlette(routes=routes)

    def address(self, article: PrintedArticle) -> str:
        """The address of an article."""
        return self.home + self.path(article)

    def path(self, article: PrintedArticle) -> str:
        """The path (and query) of an article on this site."""
        return self.paper.article_path.format(
            number=article.number, date=f"{article.at.astimezone(RIYADH):%Y/%m/%d}", slug=_slug(article.title)
        )

    def printed(self) -> tuple[PrintedArticle, ...]:
        """What the paper has printed by now, newest first."""
        return self._world.printed(self.paper.id, self._clock())

    def _source_routes(self) -> list[Route]:
        path = self.paper.source_path
        if self.paper.make is Make.SITEMAP:
            return [
                Route(path, self._sitemap_index),
                Route("/sitemap-news.xml.gz", self._news_sitemap),
                Route("/sitemap-pages.xml", self._pages_sitemap),
            ]
        return [Route(path, self._listing if self.paper.make is Make.LISTING else self._feed)]

    async def _feed(self, request: Request) -> Response:
        articles = self.printed()[: self.paper.feed_items]
        if self.paper.make is Make.ATOM:
            body = feeds.atom(self.paper, self.home, articles, self.address)
            return self._send(request, body, "application/atom+xml; charset=utf-8", articles)
        body = feeds.rss(self.paper, self.home, articles, self.address, full=self.paper.make is Make.RSS_FULL)
        media_type = "application/rss+xml; charset=utf-8" if self.paper.encoding == "utf-8" else "text/xml"
        return self._send(request, body, media_type, articles)

    async def _sitemap_index(self, request: Request) -> Response:
        articles = self.printed()
        modified = articles[0].at if articles else None
        body = feeds.sitemap_index(self.home, ("/sitemap-pages.xml", "/sitemap-news.xml.gz"), modified)
        return self._send(request, body, "application/xml; charset=utf-8", articles)

    async def _news_sitemap(self, request: Request) -> Response:
        articles = self.printed()
        body = gzip.compress(feeds.news_sitemap(self.paper, articles, self.address), 6, mtime=0)
        return self._send(request, body, "application/gzip", articles)

    async def _pages_sitemap(self, request: Request) -> Response:
        return self._send(request, feeds.pages_sitemap(self.home, _STANDING_PAGES), "application/xml; charset=utf-8", ())

    async def _listing(self, request: Request) -> Response:
        asked = request.query_params.get("page", "1")
        articles = self.printed()
        size = self.paper.page_items
        pages = max(1, -(-len(articles) // size))
        if not asked.isdecimal() or not 1 <= int(asked) <= pages:
            return self._not_found()
        page = int(asked)
        shown = articles[(page - 1) * size : page * size]
        return self._page(request, shown, articles=shown, listing=True, page=page, pages=pages, title="آخر الأخبار")

    async def _home(self, request: Request) -> Response:
        articles = self.printed()
        return self._page(request, articles, articles=articles[:20], title="")

    async def _standing(self, request: Request) -> Response:
        title = {"/about": "من نحن", "/contact": "اتصل بنا"}[request.url.path]
        return self._page(request, (), standing=True, title=title)

    async def _article(self, request: Request) -> Response:
        articles = self.printed()
        query = request.url.query
        wanted = f"{request.scope['path']}?{query}" if query else request.scope["path"]
        found = next((article for article in articles if _same_address(self.path(article), wanted)), None)
        if found is None:
            return self._not_found()
        related = [article for article in articles if article is not found][:_RELATED]
        return self._page(request, (found,), article=found, related=related, title=found.title)

    async def _robots(self, request: Request) -> Response:
        lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /search"]
        if self.paper.make is Make.SITEMAP:
            lines.append(f"Sitemap: {self.home}{self.paper.source_path}")
        return self._send(request, "\n".join([*lines, ""]).encode(), "text/plain; charset=utf-8", ())

    async def _style(self, request: Request) -> Response:
        return self._send(request, style(self.paper.look).encode(), "text/css; charset=utf-8", ())

    def _page(self, request: Request, subject: Sequence[PrintedArticle], **values: object) -> Response:
        body = self._render(**values).encode(self.paper.encoding, "xmlcharrefreplace")
        media_type = "text/html; charset=utf-8" if self.paper.encoding == "utf-8" else "text/html"
        return self._send(request, body, media_type, subject)

    def _not_found(self) -> Response:
        body = self._render(standing=True, title="404").encode(self.paper.encoding, "xmlcharrefreplace")
        charset = "" if self.paper.encoding != "utf-8" else "; charset=utf-8"
        return Response(body, 404, headers={"content-type": f"text/html{charset}", "server": self.paper.manners.server})

    def _render(self, **values: object) -> str:
        known: dict[str, object] = {"article": None, "related": (), "articles": (), "listing": False, "standing": False}
        page = templates().get_template(f"{self.paper.look}.html")
        return page.render(
            known | values,
            paper=self.paper,
            home=self.home,
            path=self.path,
            summary=feeds.summary,
            printed_date=lambda at: printed_date(at, self.paper.dates),
            iso_date=iso_date,
            today=printed_day(self._clock(), self.paper.dates),
        )

    def _send(self, request: Request, body: bytes, media_type: str, subject: Sequence[PrintedArticle]) -> Response:
        return answer(request, body, media_type, self.paper.manners, subject[0].at if subject else None)


def _slug(title: str) -> str:
    return quote("-".join(re.findall(r"\w+", title.lower())[:9]))


def _same_address(path: str, wanted: str) -> bool:
    """Whether an asked address is an article's, with or without tracking parameters after its own."""
    plain = unquote(path)
    return wanted == plain or wanted.startswith((f"{plain}?", f"{plain}&"))
