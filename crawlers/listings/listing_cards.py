"""What stands beside a link on a listing: the date and the section of the article that it leads to."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import lxml.html

from crawlers.text.dates import parse_date
from crawlers.text.links import absolute
from crawlers.text.plain_text import visible
from domain.addresses import canonical_url

MAX_LEVELS: Final = 4
"""Elements around a link that may be its card."""
_DATE: Final = re.compile(r"(?:^|[-_ ])(?:date|time|published|posted|pubdate|timestamp)(?:$|[-_ ])", re.IGNORECASE)
_SECTION: Final = re.compile(r"(?:^|[-_ ])(?:cat|category|section|kicker|label|topic|cat-links)(?:$|[-_ ])", re.IGNORECASE)
_LONGEST_SECTION: Final = 40


@dataclass(frozen=True, slots=True)
class Card:
    """What a listing says of one article beside its headline."""

    published_at: datetime | None = None
    section: str = ""


def card_of(anchor: lxml.html.HtmlElement, articles: Container[str], url: str, zone: str, now: datetime) -> Card:
    """The date and section within the largest element around a link that holds no other article's link.

    ``articles`` are the canonical addresses of all articles of the page. Only what is marked as a date or a section counts.
    """
    own = _key(anchor, url)
    card = anchor
    for _ in range(MAX_LEVELS):
        parent = card.getparent()
        if parent is None or parent.tag in ("body", "html") or _leads_elsewhere(parent, own, articles, url):
            break
        card = parent
    return Card(_date(card, zone, now), _section(card)) if card is not anchor else Card()


def _leads_elsewhere(element: lxml.html.HtmlElement, own: str, articles: Container[str], url: str) -> bool:
    return any((key := _key(anchor, url)) != own and key in articles for anchor in element.iter("a"))


def _key(anchor: lxml.html.HtmlElement, url: str) -> str:
    return canonical_url(absolute(anchor.get("href") or "", url))


def _date(card: lxml.html.HtmlElement, zone: str, now: datetime) -> datetime | None:
    for element in card.iter():
        if not isinstance(element.tag, str):
            continue
        is_time = element.tag == "time"
        if is_time or _DATE.search(element.get("class") or ""):
            moment = parse_date(element.get("datetime") or visible(element)[:100], zone, now=now)
            if moment is not None:
                return moment
    return None


def _section(card: lxml.html.HtmlElement) -> str:
    for element in card.iter("a", "span", "div", "p", "em", "strong", "b"):
        if _SECTION.search(element.get("class") or ""):
            text = visible(element)
            if 0 < len(text) <= _LONGEST_SECTION and parse_date(text) is None:
                return text
    return ""
