"""Article extraction on the demonstration's newspapers, against trafilatura alone, in the same run.

    python -m bench.extraction [--profile mof] [--runs 3] [--pages DIR]

Every article of the chosen profiles is printed in each template (the English ones in the English paper, the Arabic ones in the
others), and read without the source's ``body`` selector. The gold text are the author's paragraphs; F1 is over multisets of
words. ``--pages`` names a folder with ``index.json`` (file, url, declared_charset, gold_text, gold_date) and ``FILE.gz`` pages.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, median
from time import perf_counter
from typing import Any, cast

import httpx
import trafilatura

from bench.calibration import calibrate
from crawlers.article import Article, extract
from domain.errors import SourceUnreadable
from service.demo.dates import RIYADH
from service.demo.newspaper import Newspaper
from service.demo.papers import PAPERS, Paper
from service.demo.world import PrintedArticle, World
from service.profiles import SHIPPED

Readers = dict[str, Callable[["Saved"], str]]


@dataclass(frozen=True)
class Saved:
    """A page with what its author wrote."""

    group: str
    url: str
    body: bytes
    content_type: str
    gold: str
    printed: PrintedArticle | None = None


@dataclass(frozen=True)
class Shelf:
    """Stands where the world stands: one paper prints everything of its language."""

    articles: tuple[PrintedArticle, ...]

    def printed(self, outlet: str, now: datetime) -> tuple[PrintedArticle, ...]:
        """Everything."""
        del outlet, now
        return self.articles


def words(text: str) -> Counter[str]:
    """The multiset of a text's words."""
    return Counter(re.findall(r"\w+", text.lower()))


def f1(found: str, gold: str) -> float:
    """Harmonic mean of precision and recall over words."""
    one, other = words(found), words(gold)
    both = (one & other).total()
    return 2 * both / (one.total() + other.total()) if both else 0.0


async def printed_pages(code: str) -> list[Saved]:
    """Every article of a profile in every template of its language."""
    start = datetime(2026, 11, 21, 12, tzinfo=UTC)
    items = [item for item in World(code, start=start, live=False).items if isinstance(item, PrintedArticle)]
    found = []
    for paper in PAPERS:
        fitting = (item for item in items if item.language == paper.language)
        articles = tuple(replace(item, number=paper.first_number + place) for place, item in enumerate(fitting))
        found += await _pages_of(paper, articles, start)
    return found


async def _pages_of(paper: Paper, articles: tuple[PrintedArticle, ...], now: datetime) -> list[Saved]:
    home = f"http://{paper.host}"
    site = Newspaper(paper, home, cast("World", Shelf(articles)), lambda: now)
    found = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site.app())) as client:
        for article in articles:
            answer = (await client.get(site.address(article))).raise_for_status()
            gold = "\n".join(article.paragraphs)
            found.append(Saved(paper.id, site.address(article), answer.content, answer.headers["content-type"], gold, article))
    return found


def ours(page: Saved) -> str:
    """Text by ``crawlers.article``."""
    article = read(page)
    return article.text if article else ""


def read(page: Saved) -> Article | None:
    """The article, if the page is one that can be read."""
    try:
        return extract(page.body, page.content_type, page.url)
    except SourceUnreadable:
        return None


def alone(page: Saved) -> str:
    """Text by trafilatura alone."""
    return trafilatura.extract(page.body) or ""


def precise(page: Saved) -> str:
    """Text by trafilatura alone, told to leave comments and to be strict."""
    return trafilatura.extract(page.body, include_comments=False, favor_precision=True) or ""


READERS: Readers = {"rasd": ours, "trafilatura": alone, "trafilatura, precise": precise}


def report_texts(pages: Sequence[Saved]) -> None:
    """Print the mean F1 of every reader, by paper and over all."""
    print(f"{'F1 of the text':24}" + "".join(f"{name:>22}" for name in READERS))
    scores = {name: [f1(reader(page), page.gold) for page in pages] for name, reader in READERS.items()}
    groups = list(dict.fromkeys(page.group for page in pages))
    for group in [*groups, "all"]:
        row = [
            mean(score for score, page in zip(column, pages, strict=True) if group in ("all", page.group))
            for column in scores.values()
        ]
        count = sum(group in ("all", page.group) for page in pages)
        print(f"{group:14}{count:6} pages" + "".join(f"{value:22.4f}" for value in row))


def report_facts(pages: Sequence[Saved]) -> None:
    """Print how many titles, authors and days are exactly the printed ones."""
    facts: dict[str, list[tuple[bool, bool | None, bool]]] = {}
    for page in pages:
        if page.printed is not None:
            facts.setdefault(page.group, []).append(_facts(read(page), page.printed))
    for group, rows in facts.items():
        named = [author for _, author, _ in rows if author is not None]
        titles, days = mean(title for title, _, _ in rows), mean(day for _, _, day in rows)
        print(f"{group:14} title {titles:.3f}  author {mean(named):.3f} (of {len(named)} named)  day {days:.3f}")


def _facts(found: Article | None, printed: PrintedArticle) -> tuple[bool, bool | None, bool]:
    if found is None:
        return False, False if printed.author else None, False
    day = found.published_at is not None and abs(found.published_at - printed.at).total_seconds() < 86_400
    author = found.author == " ".join(printed.author.split()) if printed.author else None
    return found.title == " ".join(printed.title.split()), author, day


def report_speed(pages: Sequence[Saved], runs: int) -> None:
    """Print pages per second of every reader, turn about, and how long ours takes for one of theirs."""
    spent: dict[str, list[float]] = {name: [] for name in READERS}
    for _ in range(runs):
        for name, reader in READERS.items():
            started = perf_counter()
            for page in pages:
                reader(page)
            spent[name].append(perf_counter() - started)
    for name, seconds in spent.items():
        print(f"{name:24} {len(pages) / median(seconds):8.0f} pages/s")
    against = median(spent["rasd"]) / median(spent["trafilatura, precise"])
    print(f"rasd takes {against:.2f} of the time of trafilatura, precise (text alone)")


def report_real(folder: Path) -> None:
    """Print F1 and dates on saved real pages."""
    rows: list[dict[str, Any]] = json.loads((folder / "index.json").read_text("utf-8"))
    dated = right = 0
    for row in rows:
        body = gzip.decompress((folder / f"{row['file']}.gz").read_bytes())
        url = row["url"] if "://" in row["url"] else f"http://{row['url']}/"
        page = Saved(row["file"], url, body, f"text/html; charset={row['declared_charset']}", row["gold_text"] or "")
        article = read(page)
        day = str(article.published_at.astimezone(RIYADH).date()) if article and article.published_at else "none"
        dated, right = dated + bool(row["gold_date"]), right + (day == row["gold_date"])
        scores = "".join(f"{f1(reader(page), page.gold):10.4f}" for reader in READERS.values()) if page.gold else ""
        print(
            f"{row['file']:24} day {day:10} (gold {row['gold_date']}) {len(article.text) if article else 0:6} characters{scores}"
        )
    print(f"days: {right} of {dated}")


def main() -> None:
    """Run the bench and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", choices=SHIPPED, action="append", help="may be repeated; all if left out")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--pages", type=Path)
    arguments = parser.parse_args()
    pages = [page for code in arguments.profile or SHIPPED for page in asyncio.run(printed_pages(code))]
    print(f"calibration loop: {calibrate():.3f} s; {len(pages)} pages")
    report_texts(pages)
    report_facts(pages)
    report_speed(pages[:: max(1, len(pages) // 300)], arguments.runs)
    if arguments.pages:
        report_real(arguments.pages)


if __name__ == "__main__":
    main()
