"""The steps of the pipeline as plain functions, the same in every engine.

Each reads its work from the rows' own states, does a batch, and stores it in one transaction; so each may be killed at any point
and run again (DESIGN promises 1, 2 and 6).
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlmodel import Session

from crawlers.polling import policy
from domain.errors import Conflict, NotFound
from domain.mention import Entry, Mention
from domain.recall import Sampling
from domain.source import Discovery, Fetched, FetchResult, PollFailure, PollResult, Source, SourceState
from registry import cases, entries, hosts, inbox, problems, sources, stories, story_growth, tagging
from registry.views import InboxResult, NextAction, Subject
from service.leased_hosts import LeasedHosts
from service.threads import aside, in_batches
from service.wiring import Runtime

if TYPE_CHECKING:
    from classifiers.tagger import TagInput
    from domain.tags import Tags
    from registry.views import StoredMention, StoryJoin

Work = tuple[Source, SourceState]

_TAG_BATCH: Final = 500
_FETCH_BATCH: Final = 200
_STORE_POLLS: Final = 25
"""Polls stored in one transaction at most: those that are ready together."""
_ESCALATE_BATCH: Final = 200
_MOVED: Final = "moved"
_STORE_PAGES: Final = 25
"""Pages stored in one transaction: small, so that a crash costs little work and a slow host holds nobody up."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What one round of polls did: sources that answered, those that failed, those whose host is left alone for now, and the
    hosts that another process holds, whose sources were left to it."""

    answered: int = 0
    failures: tuple[PollFailure, ...] = ()
    postponed: tuple[PollFailure, ...] = ()
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a mention's story is spread: its mentions, and those of the last day."""

    size: int
    growth: int = 0


def matches(runtime: Runtime, mentions: Iterable[Mention]) -> dict[str, tuple[str, ...]]:
    """Names of the watch queries that each mention matches; those that match none are not in it (REQUIREMENTS L1).

    A passage of a report is judged by its own page: a report whose title names the ministry does not make every page a mention.
    """
    matched: dict[str, tuple[str, ...]] = {}
    for mention in mentions:
        names = runtime.watcher.names(
            "" if mention.page is not None else mention.title,
            mention.text,
            language=mention.language,
            outlet=mention.outlet_id,
            author_handle=mention.author_handle,
        )
        if names:
            matched[mention.key] = names
    return matched


# ------------------------------------------------------------------------------------------------------------------- gathering


def due_work(runtime: Runtime) -> tuple[dict[str, list[Work]], list[str]]:
    """What is due now: sources by host, the longest waiting first, and the hosts that have pages to fetch."""
    now = runtime.clock()
    by_host: dict[str, list[Work]] = defaultdict(list)
    with runtime.database.reading() as session:
        for source, state in sources.due(session, now):
            by_host[source.host].append((source, state))
        return by_host, entries.hosts_with_pages(session, now)


def spread(runtime: Runtime, due: Sequence[Work]) -> list[Work]:
    """The sources of one host that are polled in this round; where many are due at once, the others are given later turns."""
    later = policy.staggered(due, runtime.clock())
    if later:
        with runtime.database.transaction() as session:
            hosts.postpone(session, later)
    return [work for work in due if work[0].id not in later]


async def poll(runtime: Runtime, leased: LeasedHosts, work: Sequence[Work], arrived: Callable[[], None] = lambda: None) -> Polled:
    """Poll these sources and store what each brings as soon as it answers. ``arrived`` is called when something new is stored."""
    by_id = {source.id: (source, state) for source, state in work}
    done: list[PollResult] = []
    async with leased.held({source.host for source, _ in work}) as held:
        mine = [(source, state) for source, state in work if source.host in held]
        async for results in in_batches(leased.gatherer.poll(mine), _STORE_POLLS):
            if await aside(_keep_polls, runtime, by_id, results):
                arrived()
            done += results
    failed = [result for result in done if isinstance(result, PollFailure)]
    return Polled(
        answered=len(done) - len(failed),
        failures=tuple(each for each in failed if not each.postponed),
        postponed=tuple(each for each in failed if each.postponed),
        elsewhere=tuple(sorted({source.host for source, _ in work} - held)),
    )


def _keep_polls(runtime: Runtime, by_id: Mapping[str, Work], results: Sequence[PollResult]) -> bool:
    """Store what several polls brought, in one transaction; whether anything is new. One that the store refuses costs the others
    nothing."""
    matched = [matches(runtime, result.mentions) if isinstance(result, Discovery) else {} for result in results]
    try:
        with runtime.database.transaction() as session:
            kept = [
                _keep_poll(runtime, session, *by_id[each.source_id], each, found)
                for each, found in zip(results, matched, strict=True)
            ]
    except (Conflict, NotFound):
        if len(results) == 1:
            raise
        kept = [_keep_polls(runtime, by_id, [each]) for each in results]
    return any(kept)


def _keep_poll(
    runtime: Runtime,
    session: Session,
    source: Source,
    before: SourceState,
    result: PollResult,
    matched: Mapping[str, tuple[str, ...]],
) -> bool:
    now = runtime.clock()
    if isinstance(result, PollFailure):
        _keep_failure(session, source, result, now)
        return False
    stored = InboxResult()
    if not result.unchanged:
        stored = inbox.store_discovery(session, result, matched, now, runtime.secret, sampling=_sampling(runtime))
    found = len(result.mentions) + len(result.entries)
    plan = policy.after_success(source, now, state=result.state, yielded=found)
    sources.record_discovery(session, result, plan, now)
    _note_move(session, source, before, result.state, now)
    return bool(stored.new or stored.revised or stored.entries)


def _keep_failure(session: Session, source: Source, failure: PollFailure, now: datetime) -> None:
    """A source that ended (410) is paused by itself: its problem waits for a person, who corrects or removes it."""
    failed_before = sources.find(session, source.id, now).failures
    if failure.postponed:
        sources.record_failure(session, failure, policy.after_postponed(source, failure, failed_before, now), now)
        return
    # Jitter spreads sources that failed together; it need not be unguessable.
    plan = policy.after_failure(source, failure, failed_before, now, random.random())  # noqa: S311
    sources.record_failure(session, failure, plan, now)
    if failure.gone:
        sources.pause(session, source.id)


def _note_move(session: Session, source: Source, before: SourceState, after: SourceState, now: datetime) -> None:
    """Told once: the source is read at its new address already, but a person should take that over (REQUIREMENTS G2)."""
    subject = problems.matter_of(source.id, _MOVED)
    if after.moved_to and after.moved_to != before.moved_to:
        reason = f"{source.url} moved to {after.moved_to} for good: it is read there; take the new address over"
        problem = problems.Problem(Subject.SOURCE, subject, source.id, reason, NextAction.CHECK_SOURCE)
        problems.report(session, [problem], now)
    elif before != after and not after.moved_to:
        problems.solve(session, Subject.SOURCE, [subject])


async def fetch_pages(runtime: Runtime, leased: LeasedHosts) -> int:
    """Fetch the pages that are due, host beside host, and store them; returns how many were tried. Hosts that another process
    holds or that are left alone for now are passed over."""
    waiting = (await aside(due_work, runtime))[1]
    tried = await asyncio.gather(*(fetch_host(runtime, leased, host) for host in waiting), return_exceptions=True)
    for each in tried:
        if isinstance(each, BaseException):
            raise each
    return sum(each or 0 for each in tried if isinstance(each, int))


async def fetch_host(runtime: Runtime, leased: LeasedHosts, host: str, arrived: Callable[[], None] = lambda: None) -> int | None:
    """Fetch the pages of one host until none is due; returns how many were tried, None where another process holds the host.

    ``arrived`` is called when something new is stored."""
    tried = 0
    async with leased.held([host]) as held:
        if not held:
            return None
        while not leased.gatherer.closed_for(host):
            pending, known = await aside(_pending, runtime, host)
            if not pending:
                break
            async for results in in_batches(leased.gatherer.fetch(pending, known), _STORE_PAGES):
                if await aside(_keep_pages, runtime, results):
                    arrived()
            tried += len(pending)
    return tried


def _pending(runtime: Runtime, host: str) -> tuple[list[Entry], list[Source]]:
    """Pages of a host whose turn has come, and the sources that announced them."""
    now = runtime.clock()
    with runtime.database.reading() as session:
        pending = [each.entry for each in entries.pending_entries(session, now, _FETCH_BATCH, host=host)]
        names = sorted({entry.source_id for entry in pending})
        return pending, [sources.find(session, name, now).source for name in names]


def _keep_pages(runtime: Runtime, results: Sequence[FetchResult]) -> bool:
    matched = matches(runtime, (mention for result in results if isinstance(result, Fetched) for mention in result.mentions))
    with runtime.database.transaction() as session:
        now = runtime.clock()
        stored = inbox.store_fetched(session, results, matched, now, runtime.secret, sampling=_sampling(runtime))
    return bool(stored.new or stored.revised)


def _sampling(runtime: Runtime) -> Sampling:
    return Sampling(runtime.settings.recall.sample_size, runtime.profile.calendar.timezone)


# ------------------------------------------------------------------------------------------------------- tagging and thereafter


def tag(runtime: Runtime) -> int:
    """Give every gathered mention its story and its tags; returns how many."""
    return sum(_batches(lambda: _tag_batch(runtime)))


def _tag_batch(runtime: Runtime) -> int:
    now = runtime.clock()
    with runtime.database.transaction() as session:
        waiting = tagging.untagged(session, _TAG_BATCH)
        spread = _spread(session, stories.join_stories(session, waiting, now), now)
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
    runtime: Runtime, waiting: Sequence[StoredMention], spread: Mapping[int, Spread]
) -> tuple[list[tuple[int, Tags]], list[tuple[int, str]]]:
    """The tags of each mention, and why there are none: one text that breaks the tagger never holds up the others."""
    inputs = [_tag_input(mention, spread.get(mention.id, Spread(mention.spread))) for mention in waiting]
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


def _spread(session: Session, joined: Sequence[StoryJoin], now: datetime) -> dict[int, Spread]:
    gained = story_growth.growth(session, {join.story_id for join in joined if join.size > 1}, now)
    return {join.mention_id: Spread(join.size, gained.get(join.story_id, 0)) for join in joined}


def _tag_input(mention: StoredMention, spread: Spread) -> TagInput:
    from classifiers.tagger import TagInput

    return TagInput(
        id=str(mention.id),
        title=mention.title,
        text=mention.text,
        channel=mention.channel,
        reach=mention.reach,
        spread=spread.size,
        growth=spread.growth,
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


def escalate(runtime: Runtime) -> int:
    """Take the steps of escalation that are due, and tell whom they are for (REQUIREMENTS W13); returns how many cases took one.

    Without a way to send mail nothing is queued: the steps stand in the cases' histories all the same.
    """
    return sum(_batches(lambda: _escalate_batch(runtime)))


def _escalate_batch(runtime: Runtime) -> int:
    from notify.escalations import queue_escalations

    now = runtime.clock()
    with runtime.database.reading() as session:
        if not cases.steps_due(session, now):
            return 0
    with runtime.database.transaction() as session:
        taken = cases.escalate_due(session, now, _ESCALATE_BATCH)
        if runtime.senders.mail is not None:
            queue_escalations(session, runtime.profile, taken, now, base_url=runtime.base_url)
    return len(taken)


def deliver(runtime: Runtime) -> int:
    """Send what is due from the outbox; returns how many went out."""
    from notify.outbox import deliver_due

    return deliver_due(runtime.database, runtime.senders, runtime.clock()).sent


def _batches(step: Callable[[], int]) -> Iterator[int]:
    while done := step():
        yield done
