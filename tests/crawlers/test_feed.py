"""Feeds as they should not be: never fewer items than feedparser, never one bad item at the cost of the others."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers import feed as feed_module
from crawlers.feed import parse_feed
from crawlers.identity import page_key, trusted_canonical
from crawlers.plain_text import MAX_TITLE, plain_text
from domain.errors import SourceUnreadable
from tests.crawlers.pages import article_body, item, rss
from tests.crawlers.world import source

WANTED = source("https://paper.example/rss")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
text = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(text, text, text), min_size=1, max_size=6))
def test_never_fewer_items_than_feedparser_finds(rows: list[tuple[str, str, str]]) -> None:
    items = [f"<item><title><![CDATA[{t}]]></title><link>{k}</link><description>{d}</description></item>" for t, k, d in rows]
    body = rss(*items)
    try:
        found = parse_feed(body, {}, WANTED, now=NOW)
    except SourceUnreadable:
        assert not feedparser.parse(BytesIO(body)).entries
        return
    count = len(found.mentions) + len(found.entries) + len(found.problems)
    assert count >= len(feedparser.parse(BytesIO(body)).entries)


def test_one_bad_item_costs_the_others_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = feed_module._published

    def failing(entry: Any, *rest: Any) -> Any:
        if entry.title == "خبر رقم 2":
            raise ValueError("a date that breaks the parser")
        return real(entry, *rest)

    monkeypatch.setattr(feed_module, "_published", failing)
    found = parse_feed(rss(item(1), item(2), item(3)), {}, WANTED, now=NOW)
    assert [entry.hint_title for entry in found.entries] == ["خبر رقم 1", "خبر رقم 3"]
    assert [problem.where for problem in found.problems] == ["https://paper.example/rss, item 2"]


def test_entities_are_not_expanded_and_files_not_read() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    )
    body = f"{bomb}<rss version='2.0'><channel><item><title>x &b; &f;</title><link>/1</link></item></channel></rss>"
    found = parse_feed(body.encode(), {}, WANTED, now=NOW)
    assert len(found.entries) == 1
    assert "haha" not in found.entries[0].hint_title
    with open("/etc/hostname", encoding="utf-8") as file:  # noqa: PTH123
        assert file.read().strip() not in found.entries[0].hint_title


def test_monstrous_items_end_as_clean_rows() -> None:
    nested = "&lt;b&gt;" * 50_000 + "نص" + "&lt;/b&gt;" * 50_000
    items = [
        f"<item><title>{'ع' * 1_000_000}</title><link>/1</link></item>",
        f"<item><title>ب</title><link>/2</link><description>{nested}</description></item>",
        "<item><title>\u202eمقلوب\u202c\u200b \x00</title><link>/3</link></item>",
        "<item><title>د</title><link>http://[::1</link></item>",
    ]
    found = parse_feed(rss(*items), {}, WANTED, now=NOW)
    assert len(found.mentions) + len(found.entries) == 4
    assert len(found.entries[0].hint_title) == MAX_TITLE
    assert "مقلوب" in [entry.hint_title for entry in found.entries]


@pytest.mark.parametrize("end", ["…", "[...]", "... اقرأ المزيد", "Read more »", "[&#8230;]"])
def test_a_text_that_breaks_off_is_not_the_full_text(end: str) -> None:
    whole = "<item><title>ع</title><link>/1</link><content:encoded><![CDATA[{}]]></content:encoded></item>"
    assert parse_feed(rss(whole.format(article_body(1))), {}, WANTED, now=NOW).mentions
    assert parse_feed(rss(whole.format(article_body(1) + end)), {}, WANTED, now=NOW).entries


def test_the_same_guid_everywhere_is_no_identity() -> None:
    same = [item(number).replace(f"g{number}", "same") for number in (1, 2)]
    found = parse_feed(rss(*same), {}, WANTED, now=NOW)
    assert [entry.aliases for entry in found.entries] == [(), ()]


@pytest.mark.parametrize(
    ("named", "asked", "trusted"),
    [
        ("https://p.example/news/1?utm_source=x", "https://m.p.example/news/1/amp", "https://p.example/news/1"),
        ("https://www.p.example/a/55123", "https://p.example/a/55123/some-slug", "https://www.p.example/a/55123"),
        ("https://p.example/", "https://p.example/news/1", ""),
        ("https://p.example/news", "https://p.example/news/1", ""),
        ("https://p.example/story.php", "https://p.example/story.php?id=5", ""),
        ("https://other.example/news/1", "https://p.example/news/1", ""),
        ("not an address", "https://p.example/news/1", ""),
    ],
)
def test_which_canonical_addresses_are_believed(named: str, asked: str, trusted: str) -> None:
    assert trusted_canonical(named, asked) == trusted


def test_without_an_address_the_content_is_the_identity() -> None:
    assert page_key("", "paper", "ع", "ن") == page_key("", "paper", "ع", "ن") != page_key("", "paper", "ع", "ن٢")


@given(st.text(max_size=300))
def test_plain_text_never_raises_and_is_stable(markup: str) -> None:
    assert isinstance(plain_text(markup), str)
    assert "\x00" not in plain_text(markup)


def test_plain_text_keeps_blocks_and_drops_what_is_not_read() -> None:
    markup = "<div>أول<br>ثان<p>ثالث &amp; رابع</p><script>x()</script><style>p{}</style><!-- no -->\n  خامس</div>"
    assert plain_text(markup) == "أول\nثان\nثالث & رابع\nخامس"
