"""Deciders between an entry's pages and its mentions: an article in one page or several, a teaser before a wall, a shell that
scripts fill, the passages of a report. Pure; the spider carries pages to and fro."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from crawlers.articles.article import Article, read_page
from crawlers.articles.continued import MAX_PARTS, joined
from crawlers.articles.facts.headline import is_within
from crawlers.identity import other_keys
from crawlers.pages import Page, Trouble
from crawlers.reports.report import parse_report
from domain.addresses import canonical_url
from domain.errors import SourceUnreadable
from domain.language import UNKNOWN, language
from domain.mention import Access, Entry, Mention
from domain.source import Fetched, FetchFailure, FetchResult, Source

_WALL: Final = re.compile(r"/(?:consent|log-?in|sign-?in|captcha|challenge|subscribe|cookies?)(?:[/._-]|$)", re.IGNORECASE)
_SUMMARY_ENOUGH: Final = 80
"""Characters of a source's summary that may stand for a page without a text."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an entry's pages came to so far. ``next_part`` is the address of the page to read next, empty where none is left."""

    result: FetchResult
    article: Article | None = None
    parts: tuple[Page, ...] = ()

    @property
    def next_part(self) -> str:
        """Where the article goes on; empty where it ends, and where that page was read already."""
        if self.article is None or self.article.access is not Access.FULL or len(self.parts) >= MAX_PARTS:
            return ""
        read = {canonical_url(page.url) for page in self.parts}
        return "" if canonical_url(self.article.next_part) in read else self.article.next_part

    @property
    def needs_scripts(self) -> bool:
        """Whether the page shows its text to browsers alone."""
        return self.article is not None and self.article.access is Access.SCRIPT_BUILT


def read_first(page: Page, entry: Entry, source: Source | None, now: datetime) -> Reading:
    """The article or the passages on an entry's page."""
    if page.is_pdf or "application/pdf" in page.content_type:
        return Reading(_report(page, entry, now))
    wrong = _wrong_place(page, entry)
    if wrong:
        return Reading(FetchFailure(entry, wrong, final=True, cost=page.cost))
    try:
        article = _article(page, source, now, 1)
    except SourceUnreadable as error:
        if len(entry.hint_summary) < _SUMMARY_ENOUGH:
            return Reading(FetchFailure(entry, str(error), cost=page.cost))
        article = Article(entry.hint_title, "", access=Access.SUMMARY)
    return _told(Reading(FetchFailure(entry, ""), article, (page,)), entry, now)


def read_further(before: Reading, page: Page, entry: Entry, source: Source | None, now: datetime) -> Reading:
    """The reading with the next page of its article; one that is no page of it ends the article where it was."""
    article = before.article
    if article is None:
        return before
    ended = replace(before, article=replace(article, next_part=""))
    try:
        more = _article(page, source, now, len(before.parts) + 1)
    except SourceUnreadable:
        return _told(replace(ended, parts=(*before.parts, page)), entry, now)
    text = joined(article.text, more.text) if _is_of(more, article) else article.text
    following = more.next_part if text != article.text else ""
    copies = (*article.copies, canonical_url(page.url)) if text != article.text else article.copies
    whole = replace(article, text=text, next_part=following, copies=copies)
    return _told(replace(before, article=whole, parts=(*before.parts, page)), entry, now)


def part_failed(before: Reading, entry: Entry, trouble: Trouble) -> Reading:
    """The reading after a further page could not be had: a page that is gone ends the article, any other is asked for again."""
    if trouble.final or trouble.gone:
        return before
    return Reading(FetchFailure(entry, trouble.reason, False, trouble.retry_after, trouble.postponed, trouble.cost))


def _report(page: Page, entry: Entry, now: datetime) -> FetchResult:
    try:
        return Fetched(entry, parse_report(page.body, entry, url=page.url, now=now), page.cost)
    except SourceUnreadable as error:
        return FetchFailure(entry, str(error), final=True, cost=page.cost)


def _article(page: Page, source: Source | None, now: datetime, part: int) -> Article:
    if source is None:
        return read_page(page.body, page.content_type, page.url, now=now, part=part)
    return read_page(page.body, page.content_type, page.url, body_selector=source.body, zone=source.timezone, now=now, part=part)


def _is_of(more: Article, article: Article) -> bool:
    """Whether a further page is of the same article: its headline is the same, perhaps with the page's number."""
    one, other = (re.sub(r"[\W\d]+", "", each.title) for each in (more, article))
    return not one or not other or one in other or other in one


def _wrong_place(page: Page, entry: Entry) -> str:
    """An article that redirects to the front page is gone; one that redirects to a wall cannot be read."""
    if canonical_url(page.url) == canonical_url(entry.url):
        return ""
    path = urlsplit(page.url).path
    if path in ("", "/") and urlsplit(entry.url).path not in ("", "/"):
        return f"{entry.url} redirects to the front page: the article is gone"
    return f"{entry.url} redirects to {page.url}, which is not an article" if _WALL.search(path) else ""


def _told(reading: Reading, entry: Entry, now: datetime) -> Reading:
    """The reading with its result: what the pages gave, or the source's own summary where that is more."""
    article, page = reading.article, reading.parts[0]
    cost = sum((each.cost for each in reading.parts[1:]), page.cost)
    if article is None:
        return reading
    summary = entry.hint_summary if article.access is not Access.FULL and len(entry.hint_summary) > len(article.text) else ""
    is_told = article.text or len(summary) >= _SUMMARY_ENOUGH
    is_known = article.access in (Access.PAYWALLED, Access.SCRIPT_BUILT) and (entry.hint_title or article.title)
    if not is_told and not is_known:
        reason = f"{page.url} has no article text that could be found; name the text with a CSS selector in the source's body"
        return replace(reading, result=FetchFailure(entry, reason, cost=cost))
    mention = _mention(article, summary, page, entry, now)
    return replace(reading, result=Fetched(entry, (mention,), cost))


def _mention(article: Article, summary: str, page: Page, entry: Entry, now: datetime) -> Mention:
    final = canonical_url(page.url)
    key = article.canonical_url or (final if final != canonical_url(entry.url) else entry.key)
    stated = article.published_at if article.date_is_stated else None
    title = _title(article.title, entry.hint_title)
    text = summary or article.text or entry.hint_summary or title
    return Mention(
        key=key,
        channel=entry.channel,
        source_id=entry.source_id,
        outlet_id=entry.outlet_id,
        url=page.url,
        title=title,
        text=text,
        fetched_at=now,
        canonical_url=key if canonical_url(key) else final,
        aliases=other_keys(key, (entry.key, final, *article.copies, *entry.aliases)),
        author=article.author or entry.hint_author,
        published_at=stated or entry.hint_published_at or article.published_at,
        language=article.language if text == article.text else _spoken(f"{title} {text}"),
        section=article.section or entry.hint_section,
        image_url=article.image_url,
        access=article.access,
    )


def _title(on_page: str, hinted: str) -> str:
    """The page's title; the source's where the page's is that with something before or behind it (the outlet's name)."""
    return hinted if hinted and (not on_page or is_within(hinted, on_page)) else on_page


def _spoken(text: str) -> str:
    found = language(text)
    return "" if found == UNKNOWN else found
