"""Saves a page as a fixture, with what Rasd reads on it now: look at it, correct what is wrong, then make the code agree.

    python -m tests.save_page FOLDER URL FILE [--outlet ID] [--body SELECTOR] [--content-type TYPE]
    python -m tests.save_page --demonstration

The first writes ``tests/fixtures/FOLDER/`` from a page that you saved yourself; the second writes anew the saved page of each of
the demonstration's newspapers, after its template was changed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import lxml.html

from bench.demonstration_pages import printed_pages
from crawlers.articles.article import Article, extract
from crawlers.text import charset
from service.demo.papers import PAPERS

FIXTURES = Path(__file__).parent / "fixtures"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def save(folder: Path, url: str, body: bytes, content_type: str, *, outlet: str = "", selector: str = "") -> None:
    """Write a page and what is read on it; ``absent`` (texts that must not be read) is proposed once, and kept from then on."""
    article = extract(body, content_type, url, body_selector=selector, now=NOW)
    before = folder / "expected.json"
    absent = json.loads(before.read_text("utf-8"))["absent"] if before.is_file() else furniture(body, content_type, article)
    expected = {
        "kind": "article",
        "outlet": outlet,
        "url": url,
        "content_type": content_type,
        "body_selector": selector,
        "title": article.title,
        "author": article.author,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "language": article.language,
        "section": article.section,
        "canonical_url": article.canonical_url,
        "image_url": article.image_url,
        "access": str(article.access),
        "text": article.text.split("\n"),
        "absent": absent,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "page.html").write_bytes(body)
    before.write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", "utf-8")


def furniture(body: bytes, content_type: str, article: Article) -> list[str]:
    """The last pieces of text that people see on the page beside the article."""
    root = lxml.html.document_fromstring(charset.decode(body, content_type))
    read = f"{article.title} {article.author} {' '.join(article.text.split())}"
    pieces = (" ".join(str(piece).split()) for piece in root.xpath("//body//text()[not(parent::script or parent::style)]"))
    return list(dict.fromkeys(piece for piece in pieces if len(piece) >= 15 and piece not in read))[-6:]


def save_demonstration() -> None:
    """Save one article of each newspaper of the demonstration."""
    pages = asyncio.run(printed_pages("mof"))
    for paper in PAPERS:
        page = max(
            (page for page in pages if page.group == paper.id), key=lambda page: (bool(page.printed.author), len(page.gold))
        )
        folder = FIXTURES / f"demonstration_{paper.look}"
        save(folder, page.url, page.body, page.content_type, outlet=paper.id, selector=paper.body)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("url", nargs="?")
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--outlet", default="")
    parser.add_argument("--body", default="")
    parser.add_argument("--content-type", default="text/html")
    parser.add_argument("--demonstration", action="store_true")
    given = parser.parse_args()
    if given.demonstration:
        save_demonstration()
    elif given.folder and given.url and given.file:
        folder = FIXTURES / given.folder
        save(folder, given.url, given.file.read_bytes(), given.content_type, outlet=given.outlet, selector=given.body)
    else:
        parser.error("name folder, url and file, or --demonstration")


if __name__ == "__main__":
    main()
