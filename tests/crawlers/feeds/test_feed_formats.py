"""One item in each format of feeds: the same title, address, date, text, author and picture come out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.feeds.feed import FeedItem, read_feed
from tests.crawlers.feeds.test_feed import NOW, WANTED

RDF = "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
DC = "xmlns:dc='http://purl.org/dc/elements/1.1/'"
MEDIA = "xmlns:media='http://search.yahoo.com/mrss/'"
LINK = "https://paper.example/news/1"
FORMATS = {
    "RSS 0.90": (
        f"<rdf:RDF {RDF} xmlns='http://my.netscape.com/rdf/simple/0.9/'><channel><title>ص</title></channel>"
        f"<item><title>خبر</title><link>{LINK}</link></item></rdf:RDF>"
    ),
    "RSS 0.91": f"<rss version='0.91'><channel><item><title>خبر</title><link>{LINK}</link></item></channel></rss>",
    "RSS 0.91 of Netscape": (
        "<!DOCTYPE rss PUBLIC '-//Netscape Communications//DTD RSS 0.91//EN' 'http://my.netscape.com/publish/formats/rss-0.91.dtd'>"
        f"<rss version='0.91'><channel><item><title>خبر</title><link>{LINK}</link></item></channel></rss>"
    ),
    "RSS 0.92": f"<rss version='0.92'><channel><item><title>خبر</title><link>{LINK}</link></item></channel></rss>",
    "RSS 1.0": (
        f"<rdf:RDF {RDF} {DC} xmlns='http://purl.org/rss/1.0/'><channel rdf:about='x'><items><rdf:Seq/></items></channel>"
        f"<item rdf:about='{LINK}'><title>خبر</title><dc:creator>منى</dc:creator><dc:date>2026-11-20T09:00+03:00</dc:date></item>"
        "</rdf:RDF>"
    ),
    "RSS 2.0": (
        f"<rss version='2.0' {DC}><channel><item><title>خبر</title><guid>{LINK}</guid><dc:creator>منى</dc:creator>"
        "<pubDate>Fri, 20 Nov 2026 09:00:00 +0300</pubDate></item></channel></rss>"
    ),
    "RSS 2.0, everything in CDATA": (
        f"<rss version='2.0'><channel><item><title><![CDATA[خبر]]></title><link><![CDATA[ {LINK} ]]></link>"
        "<author>mona@paper.example (منى)</author><pubDate><![CDATA[Fri, 20 Nov 2026 09:00:00 +0300]]></pubDate>"
        "</item></channel></rss>"
    ),
    "Atom 0.3": (
        "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title mode='escaped'>خبر</title>"
        f"<link rel='alternate' type='text/html' href='{LINK}'/><author><name>منى</name></author>"
        "<issued>2026-11-20T06:00:00Z</issued></entry></feed>"
    ),
    "Atom 1.0": (
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title type='html'>&lt;b>خبر&lt;/b></title><id>tag:x,2026:1</id>"
        f"<link rel='self' href='https://paper.example/api/1'/><link href='{LINK}'/><author><name>منى</name>"
        "<email>mona@paper.example</email></author><published>2026-11-20T09:00:00+03:00</published></entry></feed>"
    ),
    "Atom 1.0 with a prefix": (
        f"<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:title>خبر</a:title><a:link href='{LINK}'/></a:entry></a:feed>"
    ),
}


def only_item(feed: str, content_type: str = "") -> FeedItem:
    (item,) = read_feed(feed.encode(), {"content-type": content_type}, WANTED, url=WANTED.url, now=NOW).items
    return item


def rss_item(inside: str) -> FeedItem:
    return only_item(f"<rss version='2.0' {DC} {MEDIA}><channel><item>{inside}</item></channel></rss>")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_the_same(name: str) -> None:
    item = only_item(FORMATS[name])
    assert (item.title, item.link) == ("خبر", LINK)
    if "2026-11-20" in FORMATS[name] or "20 Nov" in FORMATS[name]:
        assert (item.author, item.published_at) == ("منى", datetime(2026, 11, 20, 6, tzinfo=UTC))


@pytest.mark.parametrize(
    "content",
    [
        "<content type='html'>&lt;p>أول&lt;/p>&lt;p>ثان&lt;/p></content>",
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>أول</p><p>ثان</p></div></content>",
        "<content type='html'><![CDATA[<p>أول</p><p>ثان</p>]]></content>",
        "<content type='html'>&lt;p&gt;أول&lt;/p&gt;&#x200f;&lt;script&gt;x()&lt;/script&gt;&lt;p&gt;ثان</content>",
        "<summary>قصير</summary><content type='application/octet-stream'>PHA+2KPZiNmEPC9wPjxwPtir2KfZhjwvcD4=</content>",
    ],
)
def test_the_content_of_atom_in_every_dress(content: str) -> None:
    assert only_item(f"<feed xmlns='http://www.w3.org/2005/Atom'><entry>{content}</entry></feed>").content == "أول\nثان"


@pytest.mark.parametrize(
    ("inside", "picture"),
    [
        ("<media:content url='/a.jpg' medium='image' width='20'/><media:content url='/b.jpg' width='900'/>", "/b.jpg"),
        ("<media:content url='/v.mp4' type='video/mp4'/><media:thumbnail url='/t.jpg'/>", "/t.jpg"),
        ("<media:group><media:content url='/g.webp' type='image/webp'/></media:group>", "/g.webp"),
        ("<enclosure url='/e.png' type='image/png' length='5'/>", "/e.png"),
        ("<enclosure url='/e.mp3' type='audio/mpeg' length='5'/>", ""),
        ("<description>&lt;img width='1' src='/p.gif'>&lt;img src=\"/in.jpg?a=1&amp;amp;b=2\"></description>", "/in.jpg?a=1&b=2"),
        ("<description>بلا صورة</description>", ""),
    ],
)  # fmt: skip
def test_the_picture(inside: str, picture: str) -> None:
    assert rss_item(inside).image == (f"https://paper.example{picture}" if picture else "")


def test_a_caption_is_neither_title_nor_text_unless_there_is_none() -> None:
    described = f"<media:title>تعليق</media:title><media:description>{'وصف ' * 80}</media:description>"
    caption = f"<media:content url='/a.jpg'>{described}</media:content>"
    item = rss_item(f"<title>خبر</title><description>ملخص</description>{caption}")
    assert (item.title, item.summary, item.is_complete) == ("خبر", "ملخص", False)
    bare = rss_item(caption)
    assert (bare.title, bare.summary[:3], bare.is_complete) == ("تعليق", "وصف", False)


def test_named_entities_of_html_are_read_and_those_of_the_feed_too() -> None:
    feed = (
        "<!DOCTYPE rss [<!ENTITY daily 'صحيفة'>]><rss><channel><item>"
        "<title>&laquo;&daily;&raquo;&nbsp;&hellip; &amp; &#1575;</title></item></channel></rss>"
    )
    assert only_item(feed).title == "«صحيفة» … & ا"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("<pubDate>١٩ نوفمبر ٢٠٢٦ ٢:٠٥ م</pubDate>", datetime(2026, 11, 19, 11, 5, tzinfo=UTC)),
        ("<pubDate>10 جمادى الآخرة 1448هـ</pubDate>", datetime(2026, 11, 19, 21, tzinfo=UTC)),
        ("<pubDate>Κυρ, 11 Ιούλ 2004 12:00:00 EST</pubDate>", datetime(2004, 7, 11, 17, tzinfo=UTC)),
        ("<pubDate>2004-július-13T9:15-05:00</pubDate>", datetime(2004, 7, 13, 14, 15, tzinfo=UTC)),
        ("<pubDate>2004-05-25 오후 11:23:17</pubDate>", datetime(2004, 5, 25, 14, 23, 17, tzinfo=UTC)),
        ("<pubDate>2004-05</pubDate>", datetime(2004, 5, 1, tzinfo=UTC)),
        ("<pubDate>Thu, 01 Jan 1970 00:00 GMT</pubDate><dc:date>2026-11-19 0:00Z</dc:date>", datetime(2026, 11, 19, tzinfo=UTC)),
        ("<pubDate>Thu, 19 Nov 2037 00:00:00 GMT</pubDate>", None),
        ("<pubDate>أمس</pubDate>", None),
        ("<pubDate></pubDate>", None),
    ],
)  # fmt: skip
def test_dates_of_feeds(written: str, meant: datetime | None) -> None:
    assert rss_item(f"<title>خبر</title>{written}").published_at == meant


ARABIC = "شكا عدد من المواطنين من تأخر الرد على بلاغاتهم في المدينة وقال أحدهم إن الخدمة متوقفة على مدار أسبوع"


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "cp1256", "iso-8859-6"]
)
@pytest.mark.parametrize("said", ["", " encoding='utf-8'", " encoding='windows-1256'", " encoding='iso-8859-1'", " encoding='x'"])
def test_a_feed_is_read_whatever_it_says_of_its_charset(charset: str, said: str) -> None:
    feed = f"<?xml version='1.0'{said}?><rss version='2.0'><channel><item><title>{ARABIC}</title></item></channel></rss>"
    for content_type in ("text/xml", "application/rss+xml; charset=utf-8", "text/html; charset=iso-8859-1"):
        (item,) = read_feed(feed.encode(charset), {"content-type": content_type}, WANTED, url=WANTED.url, now=NOW).items
        assert item.title == ARABIC


def test_arabic_that_was_encoded_twice_is_led_back() -> None:
    doubled = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in ARABIC.encode())
    assert rss_item(f"<title>{doubled}</title>").title == ARABIC
    assert rss_item("<title>Übung, Ærø: Øl og Ù</title>").title == "Übung, Ærø: Øl og Ù"
