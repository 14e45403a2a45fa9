"""Deciders between a page and a result: what a poll or a fetch came to. Pure; the spiders carry it to and fro."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from crawlers.pages import Announced, Page, Trouble
from crawlers.polling.window import digest_window, fingerprints, missed, next_pace, relaxed
from domain.errors import SourceError, SourceGone
from domain.mention import Entry
from domain.source import Cost, Discovery, FetchFailure, ItemProblem, PollFailure, Source, SourceKind, SourceState


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


def unmoved(source: Source, state: SourceState) -> SourceState:
    """The state after a poll that found nothing new: a pace that was quickened relaxes."""
    return replace(state, pace=relaxed(source.interval.total_seconds(), state.pace)) if state.pace else state


def discovery(source: Source, before: SourceState, after: SourceState, announced: Announced) -> Discovery | PollFailure:
    """What a poll came to. A source that never had an item is a failure; one that has none today is not.

    How much of the last window is seen again sets the pace of the next polls; a window wholly replaced is a problem that a person
    sees: items may have come and gone between two polls (REQUIREMENTS G2).
    """
    is_empty = not (announced.mentions or announced.entries or announced.problems)
    if is_empty and not before.digest:
        return PollFailure(source.id, f"{source.url}: the {source.kind} is empty", "look at the address in a browser")
    keys = [*(mention.key for mention in announced.mentions), *(entry.key for entry in announced.entries)]
    problems = announced.problems
    if keys and source.kind is not SourceKind.PDF_REPORT:
        seen = fingerprints(keys)
        pace = next_pace(source.interval.total_seconds(), before.pace, before.window, seen)
        after = replace(after, window=digest_window(keys), pace=pace)
        if missed(before.window, seen):
            problems += (_replaced(source, pace),)
    return Discovery(source.id, after, announced.mentions, announced.entries, problems)


def _replaced(source: Source, pace: float) -> ItemProblem:
    seconds = round(pace or source.interval.total_seconds())
    reason = f"all items of the last poll are gone: others may have come and gone unseen; it is polled every {seconds} s now"
    return ItemProblem(source.id, source.url, reason)


def poll_failure(source: Source, trouble: Trouble) -> PollFailure:
    """A failed poll, from what was wrong."""
    return PollFailure(
        source.id, trouble.reason, trouble.remedy, trouble.retry_after, trouble.gone, trouble.postponed, trouble.cost
    )


def poll_failure_of(source: Source, error: SourceError, cost: Cost = Cost()) -> PollFailure:
    """A failed poll, from an error of a parser."""
    return PollFailure(source.id, error.what, error.remedy, error.retry_after, isinstance(error, SourceGone), cost=cost)


def fetch_failure(entry: Entry, trouble: Trouble) -> FetchFailure:
    """A failed fetch, from what was wrong."""
    final = trouble.final or trouble.gone
    return FetchFailure(entry, trouble.reason, final, trouble.retry_after, trouble.postponed, trouble.cost)
