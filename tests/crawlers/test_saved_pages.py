"""Every saved page of tests/fixtures read by its parser, against what a person wrote down beside it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.articles.article import extract
from crawlers.feeds.feed import parse_feed
from crawlers.listings.listing import parse_listing
from crawlers.pages import Announced
from crawlers.sitemaps.sitemap import parse_sitemap
from domain.mention import Access
from domain.source import Source, SourceKind
from service.demo.papers import PAPERS, Paper

FIXTURES = Path(__file__).parent.parent / "fixtures"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CASES = sorted(path.parent for path in FIXTURES.glob("*/expected.json"))


def load(folder: Path) -> tuple[bytes, dict[str, Any]]:
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    (page,) = (path for path in folder.iterdir() if path.name != "expected.json")
    return page.read_bytes(), expected


def announced(body: bytes, expected: dict[str, Any]) -> Announced:
    kind = SourceKind(expected["kind"])
    source = Source("s", kind, "paper", "paper", expected["url"], article_links=expected.get("article_links", ""))
    match kind:
        case SourceKind.FEED:
            return parse_feed(body, {"content-type": expected["content_type"]}, source, url=expected["url"], now=NOW)
        case SourceKind.SITEMAP:
            return parse_sitemap(body, source, url=expected["url"], now=NOW)
        case _:
            return parse_listing(body, expected["content_type"], source, url=expected["url"])


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("folder", [case for case in CASES if load(case)[1]["kind"] == "article"], ids=lambda path: path.name)
def test_saved_article(folder: Path) -> None:
    body, expected = load(folder)
    selector = expected.get("body_selector", "")
    article = extract(body, expected["content_type"], expected["url"], body_selector=selector, now=NOW)
    found = {name: plain(value) for name, value in asdict(article).items()}
    for name in ("title", "author", "published_at", "language", "section", "canonical_url"):
        assert found[name] == expected[name], name
    for name in ("image_url", "access", "copies", "next_part"):
        assert found[name] == expected.get(name, found[name]), name
    for paragraph in expected["text"]:
        assert paragraph in article.text
    places = [article.text.index(paragraph) for paragraph in expected["text"]]
    assert places == sorted(places)
    for furniture in expected["absent"]:
        assert furniture not in article.text


@pytest.mark.parametrize("folder", [case for case in CASES if load(case)[1]["kind"] != "article"], ids=lambda path: path.name)
def test_saved_source(folder: Path) -> None:
    body, expected = load(folder)
    result = announced(body, expected)
    assert len(result.problems) == expected["problems"]
    for name in ("mentions", "entries"):
        items = getattr(result, name)
        assert len(items) == len(expected[name])
        for item, wanted in zip(items, expected[name], strict=True):
            found = {key: plain(value) for key, value in asdict(item).items()}
            shown = {key: found[key] if value is not None or key != "key" else None for key, value in wanted.items()}
            assert shown == wanted


def test_every_kind_of_page_is_saved() -> None:
    kinds = {load(case)[1]["kind"] for case in CASES}
    assert kinds >= {"article", "feed", "sitemap", "listing"}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.id)
def test_every_newspaper_of_the_demonstration_has_its_saved_page(paper: Paper) -> None:
    """No template and no body selector without its saved page."""
    pages = [load(case)[1] for case in CASES]
    saved = [page for page in pages if page.get("outlet") == paper.id and paper.host in page["url"]]
    assert saved, f"save one with: python -m tests.save_page --demonstration ({paper.id})"
    assert any(page["body_selector"] == paper.body for page in saved)
    assert all(page["text"] and page["absent"] for page in saved)


def test_every_way_in_which_a_page_can_be_read_is_saved() -> None:
    assert {load(case)[1].get("access") for case in CASES} >= {Access.FULL, Access.PAYWALLED, Access.SCRIPT_BUILT}
