"""Deciders between a page and a result: what a poll or a fetch came to. Pure; the spiders carry it to and fro."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from crawlers.article import Article, extract
from crawlers.headline import is_within
from crawlers.identity import other_keys
from crawlers.pages import Announced, Page, Trouble
from crawlers.report import parse_report
from domain.addresses import canonical_url
from domain.errors import SourceError, SourceGone, SourceUnreadable
from domain.language import UNKNOWN, language
from domain.mention import Entry, Mention
from domain.source import Discovery, Fetched, FetchFailure, PollFailure, Source, SourceState

_WALL: Final = re.compile(r"/(?:consent|log-?in|sign-?in|captcha|challenge|subscribe|cookies?)(?:[/._-]|$)", re.IGNORECASE)
_SUMMARY_ENOUGH: Final = 80


def digest_of(bodies: Iterable[bytes]) -> str:
    """SHA-256 in hex over the bodies of one poll."""
    whole = hashlib.sha256()
    for body in bodies:
        whole.update(hashlib.sha256(body).digest())
    return whole.hexdigest()


def state_after(page: Page, state: SourceState, digest: str, *, conditional: bool = True) -> SourceState:
    """What the next poll needs. ``conditional`` is False where the page alone does not tell whether the source changed."""
    return replace(
        state,
        etag=page.headers.get("etag", "")[:500] if conditional else "",
        last_modified=page.headers.get("last-modified", "")[:100] if conditional else "",
        digest=digest,
        moved_to=page.moved_to or (state.moved_to if page.requested_url == state.moved_to else ""),
    )


def discovery(source: Source, before: SourceState, after: SourceState, announced: Announced) -> Discovery | PollFailure:
    """What a poll came to. A source that never had an item is a failure; one that has none today is not."""
    is_empty = not (announced.mentions or announced.entries or announced.problems)
    if is_empty and not before.digest:
        return PollFailure(source.id, f"{source.url}: the {source.kind} is empty", "look at the address in a browser")
    return Discovery(source.id, after, announced.mentions, announced.entries, announced.problems)


def poll_failure(source: Source, trouble: Trouble) -> PollFailure:
    """A failed poll, from what was wrong."""
    return PollFailure(source.id, trouble.reason, trouble.remedy, trouble.retry_after, trouble.gone)


def poll_failure_of(source: Source, error: SourceError) -> PollFailure:
    """A failed poll, from an error of a parser."""
    return PollFailure(source.id, error.what, error.remedy, error.retry_after, isinstance(error, SourceGone))


def fetch_failure(entry: Entry, trouble: Trouble) -> FetchFailure:
    """A failed fetch, from what was wrong."""
    return FetchFailure(entry, trouble.reason, trouble.final or trouble.gone, trouble.retry_after)


def read_entry(page: Page, entry: Entry, source: Source | None, now: datetime) -> Fetched | FetchFailure:
    """The mentions on an entry's page: one article, or the pages of a report."""
    if page.is_pdf or "application/pdf" in page.content_type:
        try:
            return Fetched(entry, parse_report(page.body, entry, url=page.url, now=now))
        except SourceUnreadable as error:
            return FetchFailure(entry, str(error), final=True)
    wrong = _wrong_place(page, entry)
    if wrong:
        return FetchFailure(entry, wrong, final=True)
    try:
        article = _article(page, source, now)
    except SourceUnreadable as error:
        if len(entry.hint_summary) >= _SUMMARY_ENOUGH:
            return Fetched(entry, (_mention_of_summary(page, entry, now),))
        return FetchFailure(entry, str(error))
    return Fetched(entry, (_mention(article, page, entry, now),))


def _article(page: Page, source: Source | None, now: datetime) -> Article:
    if source is None:
        return extract(page.body, page.content_type, page.url, now=now)
    return extract(page.body, page.content_type, page.url, body_selector=source.body, zone=source.timezone, now=now)


def _wrong_place(page: Page, entry: Entry) -> str:
    """An article that redirects to the front page is gone; one that redirects to a wall cannot be read."""
    if canonical_url(page.url) == canonical_url(entry.url):
        return ""
    path = urlsplit(page.url).path
    if path in ("", "/") and urlsplit(entry.url).path not in ("", "/"):
        return f"{entry.url} redirects to the front page: the article is gone"
    return f"{entry.url} redirects to {page.url}, which is not an article" if _WALL.search(path) else ""


def _mention(article: Article, page: Page, entry: Entry, now: datetime) -> Mention:
    final = canonical_url(page.url)
    key = article.canonical_url or (final if final != canonical_url(entry.url) else entry.key)
    stated = article.published_at if article.date_is_stated else None
    return Mention(
        key=key,
        channel=entry.channel,
        source_id=entry.source_id,
        outlet_id=entry.outlet_id,
        url=page.url,
        title=_title(article.title, entry.hint_title),
        text=article.text,
        fetched_at=now,
        canonical_url=key if canonical_url(key) else final,
        aliases=other_keys(key, (entry.key, final, *entry.aliases)),
        author=article.author or entry.hint_author,
        published_at=stated or entry.hint_published_at or article.published_at,
        language=article.language,
        section=article.section or entry.hint_section,
    )


def _title(on_page: str, hinted: str) -> str:
    """The page's title; the source's where the page's is that with something before or behind it (the outlet's name)."""
    return hinted if hinted and (not on_page or is_within(hinted, on_page)) else on_page


def _mention_of_summary(page: Page, entry: Entry, now: datetime) -> Mention:
    """A page without a readable text (behind a paywall, built by scripts): what the source itself said of it is kept."""
    spoken = language(f"{entry.hint_title} {entry.hint_summary}")
    return Mention(
        key=entry.key,
        channel=entry.channel,
        source_id=entry.source_id,
        outlet_id=entry.outlet_id,
        url=page.url,
        title=entry.hint_title,
        text=entry.hint_summary,
        fetched_at=now,
        canonical_url=canonical_url(entry.url),
        aliases=other_keys(entry.key, entry.aliases),
        author=entry.hint_author,
        published_at=entry.hint_published_at,
        language="" if spoken == UNKNOWN else spoken,
        section=entry.hint_section,
    )
