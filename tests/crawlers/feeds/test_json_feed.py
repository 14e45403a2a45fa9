"""JSON Feed, whole and broken."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.feeds.feed import parse_feed
from crawlers.pages import Announced
from domain.errors import SourceUnreadable
from tests.crawlers.pages import article_body
from tests.crawlers.world import source

WANTED = source("https://paper.example/feed.json")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
VERSION = "https://jsonfeed.org/version/1.1"


def read(document: Any, content_type: str = "application/feed+json") -> Announced:
    body = document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()
    return parse_feed(body, {"content-type": content_type}, WANTED, now=NOW)


def feed(*items: Any, version: str = VERSION) -> dict[str, Any]:
    return {"version": version, "title": "صحيفة", "items": list(items)}


def test_an_item_says_all_that_it_has() -> None:
    whole = {
        "id": "7",
        "url": "news/7?utm_source=json",
        "title": "توقف الخدمة <b>صباحا</b>",
        "content_html": article_body(7),
        "date_published": "2026-11-20T08:00:00+03:00",
        "authors": [{"name": "سالم"}, {"name": "هند"}, {"url": "https://x.example"}],
        "tags": ["محليات", "اتصالات"],
        "image": "/images/7.jpg",
    }
    (mention,) = read(feed(whole)).mentions
    assert mention.key == "https://paper.example/news/7"
    assert mention.title == "توقف الخدمة صباحا"
    assert mention.text.startswith("فقرة أولى من الخبر 7")
    assert mention.published_at == datetime(2026, 11, 20, 5, tzinfo=UTC)
    assert (mention.author, mention.section) == ("سالم، هند", "محليات")
    assert mention.image_url == "https://paper.example/images/7.jpg"
    assert mention.aliases == ("paper:guid:7",)


def test_a_summary_is_an_entry_and_version_1_has_one_author() -> None:
    short = {"id": "https://paper.example/a/8", "summary": "ملخص", "author": {"name": "منى"}, "date_modified": "2026-11-20"}
    (entry,) = read(feed(short, version="https://jsonfeed.org/version/1"), "text/plain").entries
    assert (entry.url, entry.hint_summary, entry.hint_author) == ("https://paper.example/a/8", "ملخص", "منى")
    assert entry.hint_published_at == datetime(2026, 11, 19, 21, tzinfo=UTC)


def test_attachments_give_pictures_and_documents_but_no_articles() -> None:
    attachments = [
        {"url": "/e.mp3", "mime_type": "audio/mpeg"},
        {"url": "/r.pdf", "mime_type": "application/pdf"},
        {"url": "/p.png", "mime_type": "image/png"},
    ]
    (mention,) = read(feed({"id": "1", "title": "حلقة", "attachments": attachments})).mentions
    assert (mention.url, mention.image_url) == ("", "https://paper.example/p.png")


@pytest.mark.parametrize(
    "bad", ["no object", None, 7, [], {"id": {"a": 1}, "title": ["x"]}, {"url": [5], "tags": "x", "authors": {"name": 1}}]
)
def test_one_bad_item_costs_the_others_nothing(bad: Any) -> None:
    found = read(feed({"id": "1", "url": "/1", "title": "أ"}, bad, {"id": "2", "url": "/2", "title": "ب"}))
    assert [entry.hint_title for entry in found.entries] == ["أ", "ب"]
    assert [problem.where for problem in found.problems] == ["https://paper.example/feed.json, item 2"]


@pytest.mark.parametrize(
    "broken",
    [
        b'{"version":"%s","items":[{"url":"/1","title":"a"},{"url":"/2","title":"b"},{"url":"/3","ti',
        b'{"items":[{"url":"/1","title":"a"},{"url":"/2" "title":"x"},{"url":"/3","title":"b"}],"version":"%s"}',
        b'{"version":"%s","items":[{"url":"/1","title":"a"},{"url":"/2","title":"b"},]}',
        b'{"version":"%s","items":[{"url":"/1","title":"a"},' + b'{"x":' * 50_000 + b'},{"url":"/2","title":"b"}]}',
        b'\xef\xbb\xbf {"version":"%s","items":[{"url":"/1","title":"a\x00\n"},{"url":"/2","title":"b"}]}',
        b'{"version":"%s","items":[{"url":"/1","title":"a"},{"id":1%s,"url":"/2","title":"b"}]}' % (b"%s", b"0" * 5000),
    ],
)
def test_broken_documents_are_read_as_far_as_they_go(broken: bytes) -> None:
    found = read(broken.replace(b"%s", VERSION.encode(), 1))
    assert [entry.hint_title for entry in found.entries] == ["a", "b"]


@pytest.mark.parametrize("body", [b"{}", b'{"error":"no"}', b"[]", b"{", b'{"items":5}', b"[" * 100_000])
def test_other_json_is_refused(body: bytes) -> None:
    with pytest.raises(SourceUnreadable, match="neither RSS, Atom nor a JSON feed"):
        read(body, "application/json")


def test_an_empty_feed_is_no_error() -> None:
    assert read(feed()) == Announced()


_json = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20), lambda part: st.lists(part, max_size=3))
_items = st.lists(st.dictionaries(st.sampled_from(["id", "url", "title", "content_html", "tags", "image"]), _json), max_size=5)


@settings(max_examples=50, deadline=None)
@given(_items)
def test_every_item_is_accounted_for(items: list[dict[str, Any]]) -> None:
    found = read(feed(*items))
    assert len(found.mentions) + len(found.entries) + len(found.problems) == len(items)
