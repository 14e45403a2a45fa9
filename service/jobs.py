"""The steps of the pipeline as plain functions, the same in every engine.

Each reads its work from the rows' own states, does a batch, and stores it in one transaction; so each may be killed at any point
and run again (DESIGN promises 1, 2 and 6).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crawlers.policy import after_failure, after_success
from domain.mention import Mention
from domain.source import Discovery, Fetched, FetchResult, PollFailure, PollResult, Source, SourceState
from registry import cases, erasure, inbox, sources, stories, tagging
from service.wiring import Runtime

if TYPE_CHECKING:
    from classifiers.tagger import TagInput
    from crawlers.gather import Gatherer
    from domain.tags import Tags
    from registry.views import StoredMention

_TAG_BATCH: Final = 500
_FETCH_BATCH: Final = 200
_PURGE_BATCH: Final = 1000
_STORE_PAGES: Final = 25
"""Pages stored in one transaction: small, so that a crash costs little work and a slow host holds nobody up."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What one round of polls did: sources that answered, and those that failed."""

    answered: int = 0
    failures: tuple[PollFailure, ...] = ()


def matches(runtime: Runtime, mentions: Iterable[Mention]) -> dict[str, tuple[str, ...]]:
    """Names of the watch queries that each mention matches; those that match none are not in it (REQUIREMENTS L1)."""
    matched: dict[str, tuple[str, ...]] = {}
    for mention in mentions:
        names = runtime.watcher.names(
            mention.title,
            mention.text,
            language=mention.language,
            outlet=mention.outlet_id,
            author_handle=mention.author_handle,
        )
        if names:
            matched[mention.key] = names
    return matched


async def poll(runtime: Runtime, gatherer: Gatherer, work: Sequence[tuple[Source, SourceState]]) -> Polled:
    """Poll these sources and store what each brings as soon as it answers."""
    by_id = {source.id: source for source, _ in work}
    answered, failures = 0, []
    async for result in gatherer.poll(work):
        await asyncio.to_thread(_keep_poll, runtime, by_id[result.source_id], result)
        if isinstance(result, Discovery):
            answered += 1
        else:
            failures.append(result)
    return Polled(answered, tuple(failures))


def _keep_poll(runtime: Runtime, source: Source, result: PollResult) -> None:
    now = runtime.clock()
    # Jitter spreads sources that were added together; it need not be unguessable.
    jitter = random.random()  # noqa: S311
    if isinstance(result, Discovery):
        matched = matches(runtime, result.mentions)
        found = len(result.mentions) + len(result.entries)
        with runtime.database.transaction() as session:
            if not result.unchanged:
                inbox.store_discovery(session, result, matched, now, runtime.secret)
            sources.record_discovery(session, result, after_success(source, now, yielded=found, jitter=jitter), now)
        return
    with runtime.database.transaction() as session:
        failed_before = sources.find(session, source.id, now).failures
        plan = after_failure(source, result, failed_before, now, jitter)
        sources.record_failure(session, result, plan, now)


async def fetch_pages(runtime: Runtime, gatherer: Gatherer) -> int:
    """Fetch the pages that are due and store them; returns how many were tried."""
    with runtime.database.reading() as session:
        pending = inbox.pending_entries(session, runtime.clock(), _FETCH_BATCH)
        known = [view.source for view in sources.all_sources(session)] if pending else []
    waiting: list[FetchResult] = []
    async for result in gatherer.fetch([item.entry for item in pending], known):
        waiting.append(result)
        if len(waiting) >= _STORE_PAGES:
            await asyncio.to_thread(_keep_pages, runtime, waiting)
            waiting = []
    if waiting:
        await asyncio.to_thread(_keep_pages, runtime, waiting)
    return len(pending)


def _keep_pages(runtime: Runtime, results: Sequence[FetchResult]) -> None:
    matched = matches(runtime, (mention for result in results if isinstance(result, Fetched) for mention in result.mentions))
    with runtime.database.transaction() as session:
        inbox.store_fetched(session, results, matched, runtime.clock(), runtime.secret)


def tag(runtime: Runtime) -> int:
    """Give every gathered mention its story and its tags; returns how many."""
    return sum(_batches(lambda: _tag_batch(runtime)))


def _tag_batch(runtime: Runtime) -> int:
    now = runtime.clock()
    with runtime.database.transaction() as session:
        waiting = tagging.untagged(session, _TAG_BATCH)
        spread = {join.mention_id: join.size for join in stories.join_stories(session, waiting, now)}
    if not waiting:
        return 0
    tagged, failed = _tags(runtime, waiting, spread)
    with runtime.database.transaction() as session:
        seen = {mention.id: mention.revision for mention in waiting}
        tagging.store_tags(session, tagged, runtime.profile.threshold, now, revisions=seen)
        for mention_id, reason in failed:
            tagging.mark_failed(session, mention_id, reason, now)
    return len(waiting)


def _tags(
    runtime: Runtime, waiting: Sequence[StoredMention], spread: Mapping[int, int]
) -> tuple[list[tuple[int, Tags]], list[tuple[int, str]]]:
    """The tags of each mention, and why there are none: one text that breaks the tagger never holds up the others."""
    inputs = [_tag_input(mention, spread.get(mention.id, mention.spread)) for mention in waiting]
    try:
        return [(mention.id, tags) for mention, tags in zip(waiting, runtime.tagger.tag_many(inputs), strict=True)], []
    except Exception as error:  # noqa: BLE001 - whatever it is, it becomes a row that the console shows (promise 5)
        if len(waiting) == 1:
            return [], [(waiting[0].id, f"the classifier failed: {type(error).__name__}: {error}")]
    tagged, failed = [], []
    for mention in waiting:
        one, none = _tags(runtime, [mention], spread)
        tagged += one
        failed += none
    return tagged, failed


def _tag_input(mention: StoredMention, spread: int) -> TagInput:
    from classifiers.tagger import TagInput

    return TagInput(
        id=str(mention.id),
        title=mention.title,
        text=mention.text,
        channel=mention.channel,
        reach=mention.reach,
        spread=spread,
        addressed=mention.addressed,
        language=mention.language,
    )


def register(runtime: Runtime) -> int:
    """Open, join or propose cases for what is flagged (REQUIREMENTS L5); returns how many mentions were looked at."""
    return sum(_batches(lambda: _register_batch(runtime)))


def _register_batch(runtime: Runtime) -> int:
    with runtime.database.transaction() as session:
        return cases.register_flagged(session, runtime.profile, runtime.clock(), _TAG_BATCH).examined


def alert(runtime: Runtime) -> int:
    """Queue alerts for what is of high importance and new (REQUIREMENTS N3)."""
    recipients = runtime.settings.alerts.recipients
    if not recipients:
        return 0
    from notify.alerts import queue_alerts

    with runtime.database.transaction() as session:
        return queue_alerts(session, runtime.profile, recipients, runtime.clock(), base_url=runtime.base_url)


def deliver(runtime: Runtime) -> int:
    """Send what is due from the outbox; returns how many went out."""
    from notify.outbox import deliver_due

    return deliver_due(runtime.database, runtime.senders, runtime.clock()).sent


def keep_house(runtime: Runtime) -> None:
    """Once a day: what is in nobody's remit is purged, and story bands older than their window go (REQUIREMENTS L1, G5)."""
    now = runtime.clock()
    purged = _PURGE_BATCH
    while purged >= _PURGE_BATCH:
        with runtime.database.transaction() as session:
            purged = erasure.purge(session, now, runtime.secret, limit=_PURGE_BATCH)
    with runtime.database.transaction() as session:
        stories.forget_old(session, now)


def _batches(step: Callable[[], int]) -> Iterator[int]:
    while done := step():
        yield done
