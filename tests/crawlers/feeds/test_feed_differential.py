"""Never fewer items than feedparser alone finds: over feeds put together at random, and over nasty ones written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import feedparser
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawlers.feeds.feed import read_feed
from domain.errors import SourceUnreadable
from tests.crawlers.feeds.test_feed import NOW, WANTED

ROOTS = (
    "<rss version='2.0'><channel>",
    "<rss version='0.91'><channel>",
    "<rss><channel><title>ص</title>",
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://my.netscape.com/rdf/simple/0.9/'><channel></channel>",
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>",
    "<feed xmlns='http://www.w3.org/2005/Atom'>",
    "<feed version='0.3' xmlns='http://purl.org/atom/ns#'>",
    "<a:feed xmlns:a='http://www.w3.org/2005/Atom'>",
    "<channel>",
    "<html><body>",
    "",
)
PIECES = (
    *(
        "<item>",
        "</item>",
        "<item/>",
        "<ITEM>",
        "</ITEM>",
        "<entry>",
        "</entry>",
        "<a:entry>",
        "</a:entry>",
        "<items>",
        "</items>",
    ),
    *(
        "<item rdf:about='/1'>",
        "<item a=b c>",
        "<item a='>'>",
        "<item",
        "<item\n>",
        "<x:item>",
        "</x:item>",
        "< item>",
        "<>",
        "</>",
    ),
    *(
        "<title>خبر</title>",
        "<title>",
        "</title>",
        "<link>/1</link>",
        "<link href='/2'/>",
        "<link>",
        "<guid>g</guid>",
        "<id>i</id>",
    ),
    *(
        "<description>نص &amp; نص</description>",
        "<description>",
        "</description>",
        "<summary type='xhtml'><div>",
        "</div></summary>",
    ),
    *("<![CDATA[", "]]>", "<!-- ", " -->", "<?x ?>", "<?", "<!DOCTYPE x>", "<!ENTITY a 'b'>", "<!", "<!x>", "]>", "[", "'", '"'),
    *("&nbsp;", "&a;", "&", "&#0;", "&#x110000;", "&#99999999999999999999;", "&lt;item&gt;", "\x00", "\x0b", "\ufffe", "\u202e"),
    *(
        "<image><url>x</url></image>",
        "</width>",
        "<width>",
        "</height>",
        "<media:content url='x'/>",
        "</media:rating>",
        "<textinput>",
    ),
    *(
        "<content type='xhtml'>",
        "<content mode='base64'>",
        "</content>",
        "<source url='x'>",
        "</source>",
        "<svg>",
        "</svg>",
        "<b>",
    ),
    *(
        "<pubDate>",
        "Sat, 21 Nov 2026 09:00:00 +0300",
        "</pubDate>",
        "<author>",
        "</author>",
        "<category>",
        "<enclosure url='x'/>",
    ),
    *("</channel>", "</rss>", "</feed>", "<channel>", "<rss>", "<plaintext>", "<script>", "</script>", "xmlns:x='y'", " ", "\n"),
)
HEADS = (
    *(
        "",
        "\n ",
        "\ufeff",
        "<?xml version='1.0'?>",
        "<?xml version='1.0' encoding='{}'?>",
        "<?xml version=1.0 ?>",
        "<!-- <rss> -->",
    ),
    *("<?xml version='1.0' encoding='{}'?>\n<!DOCTYPE rss [<!ENTITY a 'b'>]>", '<!DOCTYPE rss [\n<!ENTITY a "<item>">\n]>\n'),
    *("<!DOCTYPE rss [", "<!DOCTYPE html>", "<!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN' 'x'>", "<!-- ", "<?x ", "text"),
)
CHARSETS = (
    "utf-8",
    "cp1256",
    "iso-8859-6",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-32-le",
    "utf-7",
    "iso2022_jp",
    "cp037",
)


def found(body: bytes) -> int:
    """How many items were found, those included that could not be read."""
    try:
        read = read_feed(body, {}, WANTED, url=WANTED.url, now=NOW)
    except SourceUnreadable:
        return 0
    return len(read.items) + sum("item cannot be read" in problem.reason for problem in read.problems)


def found_by_feedparser(body: bytes) -> int:
    """How many it finds; none where it breaks down itself."""
    try:
        return len(feedparser.parse(BytesIO(body)).entries)
    except (ValueError, TypeError, OverflowError, KeyError, IndexError, AttributeError, RuntimeError):
        return 0


def encoded(head: str, root: str, pieces: Sequence[str], charset: str, named: str) -> bytes:
    return f"{head.replace('{}', named)}{root}{''.join(pieces)}".encode(charset, "replace")


@settings(max_examples=250, deadline=None)
@given(
    st.sampled_from(HEADS),
    st.sampled_from(ROOTS),
    st.lists(st.sampled_from(PIECES), max_size=25),
    st.sampled_from(CHARSETS),
    st.sampled_from(["utf-8", "windows-1256", "us-ascii", "utf-16", "nonsense", "utf-7", "iso-2022-jp"]),
)
@example("<!DOCTYPE rss [", ROOTS[0], ["<item>", "<![CDATA[", "]]>", "</item>", "<item>"], "utf-8", "")
@example("<?xml version='1.0' encoding='{}'?>", ROOTS[0], ["<item>", "خبر", "</item>"], "utf-7", "utf-7")
@example("", ROOTS[0], ["<item>", "</width>", "</item>", "<item>", "</item>"], "utf-8", "")
@example("", ROOTS[0], ["<!-- ", "<item>", " -->", "<item>", "</item>", "</channel>", "</rss>"], "utf-8", "")
def test_never_fewer_items_than_feedparser_finds(head: str, root: str, pieces: list[str], charset: str, named: str) -> None:
    body = encoded(head, root, pieces, charset, named)
    assert found(body) >= found_by_feedparser(body)


ITEM = "<item><title>خبر</title><link>https://paper.example/n/{}</link></item>"
TWO = ITEM.format(1) + ITEM.format(2)
CONTROLS = "خ\x00\x01\x1fبر"
NASTY = {
    "an ampersand by itself": f"{ROOTS[0]}<title>أ & ب</title>{TWO}</channel></rss>",
    "a named entity of HTML": f"{ROOTS[0]}<title>أ&nbsp;ب&raquo;</title>{TWO}</channel></rss>",
    "an entity that nobody knows": f"{ROOTS[0]}<title>أ&xyz;ب</title>{TWO}</channel></rss>",
    "cut in the middle": f"{ROOTS[0]}{TWO}<item><title>خب",
    "a prefix that is not declared": f"{ROOTS[0]}{TWO.replace('<title>', '<media:x>ك</media:x><title>')}</channel></rss>",
    "tags that are not closed": f"{ROOTS[0]}{TWO.replace('</item>', '').replace('</title>', '')}",
    "tags closed in the wrong order": f"{ROOTS[0]}{TWO.replace('</title>', '<b></title></b>')}</channel></rss>",
    "a second declaration": f"<?xml version='1.0'?>\n<?xml version='1.0'?>{ROOTS[0]}{TWO}</channel></rss>",
    "blanks before the declaration": f"\n\n  <?xml version='1.0' encoding='utf-8'?>{ROOTS[0]}{TWO}</channel></rss>",
    "a page behind the feed": f"{ROOTS[0]}{TWO}</channel></rss><html><body>x</body></html>",
    "a page before the feed": f"<html><body>خطأ</body></html>{ROOTS[0]}{TWO}</channel></rss>",
    "no root": TWO,
    "an attribute without quotes": f"<rss version=2.0><channel>{TWO}</channel></rss>",
    "the same attribute twice": f"{ROOTS[0]}{TWO.replace('<item>', '<item a=1 a=2>')}</channel></rss>",
    "CDATA that does not end": f"{ROOTS[0]}{TWO}<item><title><![CDATA[خبر</title></item>",
    "items in upper case": f"{ROOTS[0]}{TWO.replace('item', 'ITEM')}</channel></rss>",
    "items outside of the channel": f"{ROOTS[0]}</channel>{TWO}</rss>",
    "an item in an item": f"{ROOTS[0]}<item><title>أ</title>{TWO}</item></channel></rss>",
    "control characters": f"{ROOTS[0]}{TWO.replace('خبر', CONTROLS)}</channel></rss>",
    "references to control characters": f"{ROOTS[0]}{TWO.replace('خبر', '&#0;&#x1;خ&#xD800;بر')}</channel></rss>",
    "a document type on one line": f"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'b'>]>{ROOTS[0]}{TWO}</channel></rss>",
    "a comment before the root that names it": f"<!-- <rss><channel><item> -->{ROOTS[0]}{TWO}</channel></rss>",
    "scripts in a title": f"{ROOTS[0]}{TWO.replace('خبر', '<script>if (a < b) {}</script>خبر')}</channel></rss>",
    "shorthand of SGML": f"{ROOTS[0]}<item/<title/خبر/>{TWO}<>",
}


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "cp1256"])
@pytest.mark.parametrize("name", NASTY)
def test_nasty_feeds_lose_nothing(name: str, charset: str) -> None:
    body = NASTY[name].encode(charset, "replace")
    assert found(body) >= max(2, found_by_feedparser(body))
