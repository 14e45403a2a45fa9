"""Feeds made to break a reader: they end as clean rows or clear errors, and a bad item never costs the others."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.feeds.feed import parse_feed
from crawlers.feeds.feed_reader import MAX_PROBLEMS
from crawlers.pages import Announced
from crawlers.text.plain_text import MAX_TEXT, MAX_TITLE
from domain.errors import SourceUnreadable
from tests.crawlers.feeds.test_feed import NOW, WANTED
from tests.crawlers.pages import rss

GOOD = "<item><title>سليم</title><link>/good/{}</link></item>"
CONTENT = "<item><title>طويل</title><content:encoded>{}</content:encoded></item>"
MONSTERS = {
    "a title of a megabyte": f"<item><title>{'ع' * 1_000_000}</title><link>/1</link></item>",
    "50,000 elements in one another": f"<item><description>{'<b>' * 50_000}نص{'</b>' * 50_000}</description></item>",
    "50,000 elements in one another, escaped": f"<item><description>{'&lt;b&gt;' * 50_000}نص</description></item>",
    "50,000 blocks in one another": CONTENT.format("&lt;div&gt;" * 50_000 + "نص"),
    "50,000 tables in one another": CONTENT.format("&lt;table&gt;&lt;td&gt;" * 25_000 + "نص"),
    "a reference to no character": "<item><title>&#x110000;&#99999999999999999999;نص</title></item>",
    "a reference of 5,000 digits": f"<item><title>&#{'9' * 5000};نص</title></item>",
    "a width that is none": "<item></width></height><title>نص</title></item>",
    "endings without beginnings": f"<item>{'</media:rating></source></guid></link>' * 5}<title>نص</title></item>",
    "an address that is none": "<item><title>نص</title><link>http://[::1</link><guid>http://[</guid></item>",
    "an address of a megabyte": f"<item><title>نص</title><link>https://paper.example/{'a' * 1_000_000}</link></item>",
    "an author of 100,000 characters": f"<item><title>نص</title><author>{'a.' * 50_000}@</author></item>",
    "10,000 categories": f"<item><title>نص</title>{''.join(f'<category>{n}</category>' for n in range(10_000))}</item>",
    "5,000 attributes": f"<item {' '.join(f'a{n}={chr(34)}1{chr(34)}' for n in range(5_000))}><title>نص</title></item>",
    "a date of a megabyte": f"<item><title>نص</title><pubDate>{'1 ' * 500_000}</pubDate></item>",
    "a date beyond all years": "<item><title>نص</title><pubDate>9999-12-31T23:59:59-14:00</pubDate></item>",
    "half a character": "<item><title>نص \ud800 نص</title></item>",
    "100,000 brackets": f"<item><title>نص{'<' * 100_000}</title></item>",
    "100,000 quotes": f"<item><title>نص<a b={chr(34) * 100_000}</title></item>",
    "100,000 ampersands": f"<item><title>نص{'&' * 100_000}</title></item>",
    "a title that is never closed": "<item><title>نص</item>",
    "a picture that never ends": f"<item><description>{'&lt;img ' * 20_000}</description></item>",
}


def announced(*items: str) -> Announced:
    body = rss(*items[:0]).decode().replace("</channel>", "".join(items) + "</channel>")
    return parse_feed(body.encode("utf-8", "surrogatepass"), {}, WANTED, now=NOW)


@pytest.mark.parametrize("name", MONSTERS)
def test_a_monster_costs_its_neighbours_nothing(name: str) -> None:
    found = announced(GOOD.format(1), MONSTERS[name], GOOD.format(2))
    good = [entry.url for entry in found.entries if entry.hint_title == "سليم"]
    assert good == ["https://paper.example/good/1", "https://paper.example/good/2"]
    assert len(found.mentions) + len(found.entries) + len(found.problems) >= 3
    for mention in found.mentions:
        assert len(mention.title) <= MAX_TITLE
        assert len(mention.text) <= MAX_TEXT


@pytest.mark.parametrize("name", ["NUL", "bidi", "zero width", "controls", "tags"])
def test_characters_that_do_harm_or_show_nothing_are_gone(name: str) -> None:
    harm = {
        "NUL": "\x00",
        "bidi": "\u202e\u202a\u2066\u2069\u200f\u061c",
        "zero width": "\u200b\u2060\ufeff\u00ad\u180e\u2063\u3164",
        "controls": "\x07\x1b\x7f\x81\ufffe\uffff",
        "tags": "\U000e0041\ufff9\ufffb",
    }[name]
    (entry,) = announced(
        f"<item><title>{harm}خ{harm}بر{harm}</title><link>/1</link><description>{harm}نص</description></item>"
    ).entries
    assert entry.hint_title.replace(" ", "") == "خبر"
    assert entry.hint_summary == "نص"


def test_what_cannot_be_decoded_is_marked_and_the_rest_is_kept() -> None:
    broken = rss(GOOD.format(1), "<item><title>خبر@@ جديد</title><link>/2</link></item>").replace(b"@@", b"\xff\xfe\x80")
    first, second = parse_feed(broken, {}, WANTED, now=NOW).entries
    assert first.hint_title == "سليم"
    assert second.hint_title.replace("\ufffd", "") == "خبر جديد"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BOMBS = {
    "a billion laughs": f'<?xml version="1.0"?>\n<!DOCTYPE r [\n<!ENTITY l0 "ha">\n{LAUGHS}\n]>\n',
    "a billion laughs on one line": f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]>',
    "one long entity, many times": f"<!DOCTYPE r [<!ENTITY l11 '{'ha' * 50_000}'>]>",
    "a parameter entity": '<!DOCTYPE r [<!ENTITY % p SYSTEM "file:///etc/hostname">%p;<!ENTITY l11 "%p;">]>',
    "a file": '<!DOCTYPE r [<!ENTITY l11 SYSTEM "file:///etc/hostname">]>',
    "a file as the document type": '<!DOCTYPE r SYSTEM "file:///etc/hostname">',
    "two document types": '<!DOCTYPE r><!DOCTYPE r [<!ENTITY l11 "haha">]>',
}


@pytest.mark.parametrize("name", BOMBS)
def test_entities_are_not_expanded_and_files_not_read(name: str) -> None:
    item = f"<item><title>x{'&l11;' * 100}</title><link>/1</link></item>"
    feed = f"{BOMBS[name]}<rss version='2.0'><channel>{item}{GOOD.format(2)}</channel></rss>"
    first, second = parse_feed(feed.encode(), {}, WANTED, now=NOW).entries
    assert "haha" not in first.hint_title
    assert Path("/etc/hostname").read_text(encoding="utf-8").strip() not in first.hint_title
    assert (second.hint_title, second.url) == ("سليم", "https://paper.example/good/2")


def test_ten_thousand_items_are_ten_thousand_rows() -> None:
    found = announced(*(GOOD.format(number) for number in range(10_000)))
    assert len({entry.key for entry in found.entries}) == 10_000


def test_items_of_nothing_leave_few_problems() -> None:
    found = announced("<item/>" * 1000, GOOD.format(1))
    assert len(found.problems) == MAX_PROBLEMS + 1
    assert found.problems[-1].reason.startswith("950 items more")
    assert len(found.entries) == 1


def test_faults_beyond_the_first_are_counted_in_one_row() -> None:
    found = announced(*("<item><title>&#x110000;</title><link>/1</link></item>" for _ in range(80)))
    assert len(found.entries) == 80
    assert [problem.reason for problem in found.problems][-1].startswith("and 30 faults more")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n ",
        b"\x00" * 1000,
        bytes(range(256)) * 20,
        b"<html><body>404</body></html>",
        b"<!DOCTYPE html><html><head><title>rss</title></head></html>",
        b"<" * 100_000,
        b"<!DOCTYPE r [" * 1000,
        b"<!--" * 10_000,
        b"%PDF-1.7",
        json.dumps({"items": "none"}).encode(),
    ],
)
def test_what_is_no_feed_is_refused_in_one_sentence(body: bytes) -> None:
    with pytest.raises(SourceUnreadable) as refusal:
        parse_feed(body, {}, WANTED, now=datetime(2026, 11, 21, tzinfo=UTC))
    assert refusal.value.what.startswith("https://paper.example/rss ")
    assert refusal.value.remedy
