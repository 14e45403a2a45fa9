"""The pages that the demonstration's newspapers print: every article of a profile in every template of its language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast

import httpx

from service.demo.newspaper import Newspaper
from service.demo.papers import PAPERS, Paper
from service.demo.world import PrintedArticle, World


@dataclass(frozen=True)
class PrintedPage:
    """A page with what its author wrote."""

    group: str
    url: str
    body: bytes
    content_type: str
    gold: str
    printed: PrintedArticle


@dataclass(frozen=True)
class _Shelf:
    """Stands where the world stands: one paper prints everything of its language."""

    articles: tuple[PrintedArticle, ...]

    def printed(self, outlet: str, now: datetime) -> tuple[PrintedArticle, ...]:
        """Everything."""
        del outlet, now
        return self.articles


async def printed_pages(code: str) -> list[PrintedPage]:
    """Every article of a profile in every template of its language."""
    start = datetime(2026, 11, 21, 12, tzinfo=UTC)
    items = [item for item in World(code, start=start, live=False).items if isinstance(item, PrintedArticle)]
    found = []
    for paper in PAPERS:
        fitting = (item for item in items if item.language == paper.language)
        articles = tuple(replace(item, number=paper.first_number + place) for place, item in enumerate(fitting))
        found += await _pages_of(paper, articles, start)
    return found


async def _pages_of(paper: Paper, articles: tuple[PrintedArticle, ...], now: datetime) -> list[PrintedPage]:
    home = f"http://{paper.host}"
    site = Newspaper(paper, home, cast("World", _Shelf(articles)), lambda: now)
    found = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site.app())) as client:
        for article in articles:
            answer = (await client.get(site.address(article))).raise_for_status()
            gold = "\n".join(article.paragraphs)
            found.append(
                PrintedPage(paper.id, site.address(article), answer.content, answer.headers["content-type"], gold, article)
            )
    return found
