"""Article extraction against trafilatura alone, on the same bytes in the same run.

    python -m bench.extraction [--profile mof] [--runs 3] [--pages DIR] [--blind]

Three sets of pages. Known articles in page templates (``bench/page_templates.py``), tuned and, with ``--blind``, the blind ones
too; every article of the chosen profiles in the demonstration's newspapers, read without the source's ``body`` selector; and with
``--pages`` saved real pages: a folder with ``index.json`` (file, url, declared_charset, gold_text, gold_date) and ``FILE.gz``. F1
is over multisets of words.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import mean, median
from time import perf_counter
from typing import Any

import trafilatura

from bench.calibration import calibrate
from bench.demonstration_pages import printed_pages
from bench.page_templates import pages as template_pages
from crawlers.articles.article import Article, extract
from domain.errors import SourceUnreadable
from service.demo.dates import RIYADH
from service.profiles import SHIPPED


@dataclass(frozen=True)
class Known:
    """A page with what its author wrote; what the page does not tell is None."""

    group: str
    url: str
    body: bytes
    content_type: str
    text: str
    title: str | None = None
    author: str | None = None
    at: datetime | None = None
    image: str | None = None


def words(text: str) -> Counter[str]:
    """The multiset of a text's words."""
    return Counter(re.findall(r"\w+", text.lower()))


def f1(found: str, gold: str) -> float:
    """Harmonic mean of precision and recall over words."""
    one, other = words(found), words(gold)
    both = (one & other).total()
    return 2 * both / (one.total() + other.total()) if both else 0.0


def of_templates(group: str) -> list[Known]:
    """Known articles in the templates of a group."""
    return [
        Known(
            each.template,
            each.url,
            each.body,
            each.content_type,
            each.text,
            each.title,
            each.author,
            each.published,
            each.image_url,
        )
        for each in template_pages(group)
    ]


def of_demonstration(profiles: Iterable[str]) -> list[Known]:
    """The articles of these profiles in the demonstration's newspapers."""
    printed = (page for code in profiles for page in asyncio.run(printed_pages(code)))
    return [
        Known(
            page.group,
            page.url,
            page.body,
            page.content_type,
            page.gold,
            " ".join(page.printed.title.split()),
            " ".join(page.printed.author.split()) or None,
            page.printed.at,
        )
        for page in printed
    ]


def read(page: Known) -> Article | None:
    """The article, if the page is one that can be read."""
    try:
        return extract(page.body, page.content_type, page.url)
    except SourceUnreadable:
        return None


def ours(page: Known) -> str:
    """Text by ``crawlers.articles.article``."""
    article = read(page)
    return article.text if article else ""


def alone(page: Known) -> str:
    """Text by trafilatura alone."""
    return trafilatura.extract(page.body) or ""


def precise(page: Known) -> str:
    """Text by trafilatura alone, told to leave comments and to be strict."""
    return trafilatura.extract(page.body, include_comments=False, favor_precision=True) or ""


READERS: dict[str, Callable[[Known], str]] = {"rasd": ours, "trafilatura": alone, "trafilatura, precise": precise}


def report_set(name: str, pages: Sequence[Known], runs: int) -> None:
    """Print F1, facts and speed on one set of pages."""
    print(f"\n{name}: {len(pages)} pages")
    if not pages:
        return
    print(f"{'F1 of the text':24}" + "".join(f"{reader:>22}" for reader in READERS) + "   title author day image")
    scores = {reader: [f1(function(page), page.text) for page in pages] for reader, function in READERS.items()}
    facts = [_facts(read(page), page) for page in pages]
    for group in [*dict.fromkeys(page.group for page in pages), "all"]:
        chosen = [place for place, page in enumerate(pages) if group in ("all", page.group)]
        row = "".join(f"{mean(column[place] for place in chosen):22.4f}" for column in scores.values())
        shares = " ".join(_share(facts[place][fact] for place in chosen) for fact in range(4))
        print(f"{group:20}{len(chosen):4}{row}   {shares}")
    report_speed(pages[:: max(1, len(pages) // 300)], runs)


def _facts(found: Article | None, page: Known) -> tuple[bool | None, ...]:
    """Whether title, author, day and picture are exactly the printed ones; None where the page tells none."""
    if found is None:
        return (False, False if page.author else None, False, False if page.image else None)
    day = found.published_at is not None and page.at is not None and abs((found.published_at - page.at).total_seconds()) < 86_400
    return (
        found.title == page.title,
        found.author == page.author if page.author else None,
        day,
        found.image_url == page.image if page.image else None,
    )


def _share(facts: Iterable[bool | None]) -> str:
    told = [fact for fact in facts if fact is not None]
    return f"{mean(told):5.3f}" if told else "    -"


def report_speed(pages: Sequence[Known], runs: int) -> None:
    """Print pages per second of every reader, turn about, and our speed as a share of plain trafilatura's."""
    spent: dict[str, list[float]] = {name: [] for name in READERS}
    for _ in range(runs):
        for name, reader in READERS.items():
            started = perf_counter()
            for page in pages:
                reader(page)
            spent[name].append(perf_counter() - started)
    speeds = {name: len(pages) / median(seconds) for name, seconds in spent.items()}
    print("pages/s: " + ", ".join(f"{name} {speed:.0f}" for name, speed in speeds.items()))
    print(f"speed against plain trafilatura (text alone): {speeds['rasd'] / speeds['trafilatura']:.2f}")


def report_real(folder: Path) -> None:
    """Print F1 and dates on saved real pages."""
    rows: list[dict[str, Any]] = json.loads((folder / "index.json").read_text("utf-8"))
    dated = right = 0
    print(f"\nreal pages: {len(rows)}")
    pages = []
    for row in rows:
        body = gzip.decompress((folder / f"{row['file']}.gz").read_bytes())
        url = row["url"] if "://" in row["url"] else f"http://{row['url']}/"
        page = Known(row["file"], url, body, f"text/html; charset={row['declared_charset']}", row["gold_text"] or "")
        pages.append(page)
        article = read(page)
        day = str(article.published_at.astimezone(RIYADH).date()) if article and article.published_at else "none"
        dated, right = dated + bool(row["gold_date"]), right + (day == row["gold_date"])
        scores = "".join(f"{f1(reader(page), page.text):10.4f}" for reader in READERS.values()) if page.text else ""
        print(
            f"{row['file']:24} day {day:10} (gold {row['gold_date']}) {len(article.text) if article else 0:6} characters{scores}"
        )
    print(f"days: {right} of {dated}")
    report_speed(pages, 3)


def main() -> None:
    """Run the bench and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", choices=SHIPPED, action="append", help="may be repeated; all if left out")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--blind", action="store_true", help="the templates that nobody who changes the extraction looks at")
    arguments = parser.parse_args()
    print(f"calibration loop: {calibrate():.3f} s")
    report_set("tuned templates", of_templates("tuned"), arguments.runs)
    if arguments.blind:
        report_set("blind templates", of_templates("blind"), arguments.runs)
    report_set("the demonstration's newspapers", of_demonstration(arguments.profile or SHIPPED), arguments.runs)
    if arguments.pages:
        report_real(arguments.pages)


if __name__ == "__main__":
    main()
