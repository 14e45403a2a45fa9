"""Article pages: text, title, author, time, language, section, picture, addresses, and how much of it could be read.

What the publisher states for machines comes first (JSON-LD, OpenGraph, meta, microdata, RDFa); the text is what the outlet's
``body`` selector names, or what ``crawlers.articles.body`` finds; for a page that its scripts build, what their data hold.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import lxml.html
from cssselect import SelectorError

from crawlers.articles.access import TEASER, is_script_built, remove_paid_parts, take_down_wall
from crawlers.articles.body.main_text import main_text
from crawlers.articles.body.opening_lines import article_alone
from crawlers.articles.continued import next_part
from crawlers.articles.embedded import EmbeddedArticle, embedded_article
from crawlers.articles.facts.copies import original_of
from crawlers.articles.facts.page_facts import PageFacts, read_facts
from crawlers.identity import trusted_canonical
from crawlers.text.dates import parse_date
from crawlers.text.page_tree import page_tree
from crawlers.text.plain_text import MAX_TEXT, text_of, tidy, title_text
from domain.errors import SourceUnreadable
from domain.language import UNKNOWN, language
from domain.mention import Access

MAX_ELEMENTS: Final = 25_000
"""Elements of a page that is read: real ones have a tenth of that, and every step costs by the element."""
_LITTLE: Final = 200
"""Characters below which a text is looked for in the data of the page's scripts too."""


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
    copies: tuple[str, ...] = ()
    """Canonical addresses of its AMP and mobile copies."""
    image_url: str = ""
    access: Access = Access.FULL
    next_part: str = ""
    """Address of the page on which the article goes on."""


def extract(
    body: bytes,
    content_type: str,
    url: str,
    *,
    body_selector: str = "",
    zone: str = "Asia/Riyadh",
    now: datetime | None = None,
    part: int = 1,
) -> Article:
    """The article on a page, its part number ``part``. Dates without a zone are taken in ``zone``; a missing date stays None.

    Raises ``SourceUnreadable`` where there is no text, and for a selector that is none.
    """
    article = read_page(body, content_type, url, body_selector=body_selector, zone=zone, now=now, part=part)
    if not article.text:
        raise SourceUnreadable(
            f"{url} has no article text that could be found", "name the text with a CSS selector in the source's body"
        )
    return article


def read_page(
    body: bytes,
    content_type: str,
    url: str,
    *,
    body_selector: str = "",
    zone: str = "Asia/Riyadh",
    now: datetime | None = None,
    part: int = 1,
) -> Article:
    """As ``extract``, but a page without a text gives an article without one, whose ``access`` says why.

    Raises ``SourceUnreadable`` for what is no page, and for a selector that is none.
    """
    root = _article_tree(body, content_type, url)
    facts = read_facts(root, url)
    further, is_shell = next_part(root, url, part), is_script_built(root)
    if not facts.is_free:
        remove_paid_parts(root, facts.paid_parts)
    has_wall = take_down_wall(root)
    text = _selected(root, body_selector, url) if body_selector else main_text(root, facts)
    if not text and not body_selector:
        text = main_text(_article_tree(body, content_type, url), facts, clear=False)
    is_summary = text == tidy(facts.description)
    is_sold = not facts.is_free or facts.tier == "locked" or (has_wall and len(text) < TEASER)
    is_little = is_summary or len(text) < _LITTLE
    is_shell = is_shell and is_little
    if not is_sold and is_little:
        embedded = embedded_article(_article_tree(body, content_type, url), facts.title)
        if embedded is not None and len(embedded.text) > len(text):
            text, is_summary, is_shell = embedded.text, False, False
            facts = _completed(facts, embedded)
    access = _access(is_sold=is_sold, is_shell=is_shell, is_summary=is_summary or not text)
    return _article(text, facts, url, zone, now, access, further)


def _access(*, is_sold: bool, is_shell: bool, is_summary: bool) -> Access:
    if is_sold:
        return Access.PAYWALLED
    if is_shell:
        return Access.SCRIPT_BUILT
    return Access.SUMMARY if is_summary else Access.FULL


def _completed(facts: PageFacts, embedded: EmbeddedArticle) -> PageFacts:
    """What the page itself does not say, as the data say it."""
    return replace(
        facts,
        title=facts.title or embedded.title,
        author=facts.author or embedded.author,
        dates=facts.dates or ((embedded.published,) if embedded.published else ()),
    )


def _article(text: str, facts: PageFacts, url: str, zone: str, now: datetime | None, access: Access, further: str) -> Article:
    title = title_text(facts.title)
    text = article_alone(text, title, facts.section, facts.author, *facts.sites)
    stated = _first_date(facts.dates, zone, now)
    return Article(
        title=title or title_text(text.partition("\n")[0]),
        text=text,
        author=title_text(facts.author),
        published_at=stated or _first_date(facts.seen_dates, zone, now),
        date_is_stated=stated is not None,
        language=_language(text, facts.language),
        section=title_text(facts.section),
        canonical_url=_canonical(facts, url),
        copies=facts.copies,
        image_url=facts.image,
        access=access,
        next_part=further,
    )


def _canonical(facts: PageFacts, url: str) -> str:
    if facts.is_copy and facts.canonical and (original := original_of(facts.canonical[0], url)):
        return original
    return next(filter(None, (trusted_canonical(named, url) for named in facts.canonical)), "")


def _first_date(written: tuple[str, ...], zone: str, now: datetime | None) -> datetime | None:
    return next(filter(None, (parse_date(date, zone, now=now) for date in written)), None)


def _article_tree(body: bytes, content_type: str, url: str) -> lxml.html.HtmlElement:
    root = page_tree(body, content_type, url)
    if root.xpath("count(//*)") > MAX_ELEMENTS:
        raise SourceUnreadable(f"{url} has more than {MAX_ELEMENTS} elements: no article's page has", "name its articles' pages")
    return root


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
