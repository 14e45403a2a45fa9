"""What becomes of a feed's items: complete or to be fetched, each under its own identity, none at the cost of the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.feeds import feed_item
from crawlers.feeds.feed import parse_feed
from crawlers.identity import trusted_canonical
from crawlers.pages import Announced
from domain.addresses import canonical_url
from tests.crawlers.pages import article_body, item, rss
from tests.crawlers.world import source

WANTED = source("https://paper.example/rss")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_one_bad_item_costs_the_others_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = feed_item._published

    def failing(entry: Any, *rest: Any) -> Any:
        if entry.title == "خبر رقم 2":
            raise ValueError("a date that breaks the parser")
        return real(entry, *rest)

    monkeypatch.setattr(feed_item, "_published", failing)
    found = parse_feed(rss(item(1), item(2), item(3)), {}, WANTED, now=NOW)
    assert [entry.hint_title for entry in found.entries] == ["خبر رقم 1", "خبر رقم 3"]
    assert [problem.where for problem in found.problems] == ["https://paper.example/rss, item 2"]


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


def announced(*items: str, **changes: Any) -> Announced:
    return parse_feed(rss(*items), {}, replace(WANTED, **changes), now=NOW)


def test_without_an_address_the_content_is_the_identity() -> None:
    one, again, other = (
        announced(f"<item><title>خبر</title><description>{text}</description></item>") for text in ("ن", "ن", "ن٢")
    )
    (key, same, different) = ((*each.mentions, *each.entries)[0].key for each in (one, again, other))
    assert key == same != different
    assert key.startswith("paper:")


def test_links_that_all_point_at_the_front_page_are_no_identity() -> None:
    found = announced(item(1, link="https://paper.example/"), item(2, link="https://paper.example/"))
    assert [mention.key for mention in found.mentions] == ["paper:guid:g1", "paper:guid:g2"]
    assert not found.entries
    (single,) = announced(item(1, link="https://paper.example/")).mentions
    assert single.key == "paper:guid:g1"


def test_an_item_listed_twice_is_one_item_and_its_page_is_fetched() -> None:
    found = announced(item(1), item(2), item(1))
    assert [entry.key for entry in found.entries] == [f"https://paper.example/news/{1000 + n}" for n in (1, 2, 1)]


def test_different_items_of_one_link_stay_different() -> None:
    found = announced(item(1, link="/live"), item(2, link="/live"), item(3))
    assert [mention.key for mention in found.mentions] == ["paper:guid:g1", "paper:guid:g2"]
    assert [entry.hint_title for entry in found.entries] == ["خبر رقم 3"]


def test_a_guid_that_is_another_item_s_address_is_no_alias() -> None:
    first, second = item(1), item(2).replace("g2", "https://paper.example/news/1001")
    assert [entry.aliases for entry in announced(first, second).entries] == [("paper:guid:g1",), ()]


@pytest.mark.parametrize(
    ("guid", "address"),
    [
        ("<guid>https://paper.example/a/7</guid>", "https://paper.example/a/7"),
        ("<guid>7-1234</guid>", ""),
        ("<guid isPermaLink='true'>/a/7</guid>", ""),
        ("<guid isPermaLink='false'>tag:paper.example,2026:7</guid>", ""),
        ("<guid>x</guid><link>a/7</link>", "https://paper.example/a/7"),
        ("<link>//paper.example/a/7</link><guid>x</guid>", "https://paper.example/a/7"),
        ("<link>\n https://paper.example/a/7?utm_source=rss&amp;at_medium=x#c \n</link>", "https://paper.example/a/7"),
        ("<link>javascript:void(0)</link><guid>x</guid>", ""),
        (
            "<link>https://www.google.com/url?rct=j&amp;url=https://paper.example/a/7&amp;ct=ga</link>",
            "https://paper.example/a/7",
        ),
        (
            "<link>https://feeds.example/~r/p/~3/x</link><feedburner:origLink>https://paper.example/a/7</feedburner:origLink>",
            "https://paper.example/a/7",
        ),
        ("<enclosure url='/a/7.pdf' type='application/pdf'/>", "https://paper.example/a/7.pdf"),
    ],
)
def test_which_address_is_the_item_s(guid: str, address: str) -> None:
    found = announced(f"<item><title>ع</title>{guid}<description>م</description></item>")
    assert [canonical_url(each.url) for each in (*found.mentions, *found.entries)] == [address]


def test_xml_base_is_believed_and_the_feed_s_own_address_else() -> None:
    feed = (
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://other.example/ar/'>"
        "<entry xml:base='2026/'><title>أ</title><link href='1.html'/></entry>"
        "<entry><title>ب</title><link href='2.html'/></entry></feed>"
    )
    found = parse_feed(feed.encode(), {}, WANTED, now=NOW)
    assert [entry.url for entry in found.entries] == ["https://other.example/ar/2026/1.html", "https://other.example/ar/2.html"]


def test_sound_and_film_are_no_articles() -> None:
    podcast = (
        "<item><title>حلقة</title><guid isPermaLink='false'>e1</guid><description>ملخص الحلقة</description>"
        "<enclosure url='https://cdn.example/e1.mp3' type='audio/mpeg' length='1'/></item>"
    )
    linked = "<item><title>مقطع</title><link>https://cdn.example/e2.MP4?x=1</link></item>"
    found = announced(podcast, linked)
    assert [(mention.title, mention.url) for mention in found.mentions] == [
        ("حلقة", ""),
        ("مقطع", "https://cdn.example/e2.MP4?x=1"),
    ]
    assert not found.entries
