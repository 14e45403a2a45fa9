"""Pages that the tests' newspapers print."""

from __future__ import annotations

from html import escape

from tests.fakes.newspaper import Answer

PARAGRAPH = "شكا سكان الحي من انقطاع خدمة الإنترنت الثابت منذ خمسة أيام، وقالوا إن بلاغاتهم المتكررة لم تجد ردا حتى الآن. "
BOMB_MEBIBYTES = 64


def rss(*items: str) -> bytes:
    """A feed of ready items."""
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {space}><channel>{"".join(items)}</channel></rss>'.encode()


def item(number: int, *, full: bool = False, link: str = "") -> str:
    """One item, with its full text or with a summary."""
    content = f"<content:encoded>{escape(article_body(number))}</content:encoded>" if full else ""
    address = link or f"/news/{1000 + number}"
    return (
        f"<item><title>خبر رقم {number}</title><link>{address}</link><guid isPermaLink='false'>g{number}</guid>"
        f"<pubDate>Sat, 21 Nov 2026 09:{number % 60:02d}:00 +0300</pubDate>"
        f"<description>ملخص {number}</description>{content}</item>"
    )


def article_body(number: int) -> str:
    """Three different paragraphs."""
    return "".join(f"<p>فقرة {part} من الخبر {number}: {PARAGRAPH}</p>" for part in ("أولى", "ثانية", "ثالثة"))


def feed(*items: str, **headers: str) -> Answer:
    """A feed as an answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(rss(*items), content_type="application/rss+xml", headers=named)


def article(number: int) -> Answer:
    """An article's page."""
    title = f"خبر رقم {number}"
    page = f"<html lang='ar'><head><meta charset='utf-8'><title>{title}</title></head><body><article><h1>{title}</h1>"
    return Answer(f"{page}{article_body(number)}</article></body></html>".encode())
