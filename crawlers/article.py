"""Article pages: text, title, author, time, language, section and canonical address.

What the publisher states for machines comes first (JSON-LD, OpenGraph, meta, microdata); the text is what the outlet's ``body``
selector names, or what ``crawlers.main_text`` finds.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime

import lxml.html
from cssselect import SelectorError
from lxml import etree

from crawlers import charset
from crawlers.dates import parse_date
from crawlers.identity import trusted_canonical
from crawlers.main_text import main_text
from crawlers.opening_lines import article_alone
from crawlers.page_facts import read_facts
from crawlers.plain_text import MAX_TEXT, text_of, title_text
from domain.errors import SourceUnreadable
from domain.language import UNKNOWN, language


@dataclass(frozen=True, slots=True)
class Article:
    """What an article's page says. ``canonical_url`` is empty where the page names none that may be believed."""

    title: str
    text: str
    author: str = ""
    published_at: datetime | None = None
    date_is_stated: bool = False
    """Whether the page states the date for machines; one that was only seen on it may be today's."""
    language: str = ""
    section: str = ""
    canonical_url: str = ""


def extract(
    body: bytes, content_type: str, url: str, *, body_selector: str = "", zone: str = "Asia/Riyadh", now: datetime | None = None
) -> Article:
    """The article on a page. Dates without a zone are taken in ``zone``; a missing date stays None.

    Raises ``SourceUnreadable`` where there is no text, and for a selector that is none.
    """
    root = _tree(body, content_type, url)
    facts = read_facts(root)
    title = title_text(facts.title)
    if body_selector:
        text = _selected(root, body_selector, url)
    else:
        text = main_text(root, facts) or main_text(_tree(body, content_type, url), facts, clear=False)
    text = article_alone(text, title, facts.section, facts.author, *facts.sites)
    if not text:
        raise SourceUnreadable(
            f"{url} has no article text that could be found", "name the text with a CSS selector in the source's body"
        )
    stated = _first_date(facts.dates, zone, now)
    return Article(
        title=title or title_text(text.partition("\n")[0]),
        text=text,
        author=title_text(facts.author),
        published_at=stated or _first_date(facts.seen_dates, zone, now),
        date_is_stated=stated is not None,
        language=_language(text, facts.language),
        section=title_text(facts.section),
        canonical_url=next(filter(None, (trusted_canonical(named, url) for named in facts.canonical)), ""),
    )


def _first_date(written: tuple[str, ...], zone: str, now: datetime | None) -> datetime | None:
    return next(filter(None, (parse_date(date, zone, now=now) for date in written)), None)


def _tree(body: bytes, content_type: str, url: str) -> lxml.html.HtmlElement:
    text = charset.decode(body, content_type).replace("\x00", "")
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError) as error:
        raise SourceUnreadable(f"{url} is not a page that can be read ({error})", "correct the source's address") from error


def _selected(root: lxml.html.HtmlElement, selector: str, url: str) -> str:
    try:
        chosen = root.cssselect(selector)
    except SelectorError as error:
        raise SourceUnreadable(f"{url}: body «{selector}» is no CSS selector ({error})", "correct it in the source") from error
    outermost = [element for element in chosen if not any(parent in chosen for parent in element.iterancestors())]
    return "\n".join(filter(None, (text_of(deepcopy(element)) for element in outermost)))[:MAX_TEXT]


def _language(text: str, declared: str) -> str:
    """What the text is in; the page's own word only where the text does not tell (templates often say ``en``)."""
    found = language(text[:3000])
    return found if found != UNKNOWN else declared.split("-")[0].split("_")[0].strip().lower()[:3]
