"""The inbox: what a poll or a page brought is stored once, in the caller's transaction (DESIGN promises 1 and 2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session

from domain.mention import Channel, Mention
from domain.privacy import keyed_hash
from domain.recall import Sampling
from domain.source import Discovery, Fetched, FetchFailure, FetchResult, ItemProblem
from registry import outlets, problems, recall, sources
from registry.batches import chunks, insert_ids, insert_new, insert_rows, select_in
from registry.entries import announce, forget_entries, keep_empty, keep_failures, pending_entries
from registry.erasure import erase
from registry.identity import known_keys, own_keys
from registry.inbox_plan import Fate, Known, fate, keys_of, storable
from registry.locks import Work, alone
from registry.tables import (
    ContentRecord,
    KnownKeyRecord,
    MentionRecord,
    Rows,
    SeenHashRecord,
    SeenRecord,
    table_of,
)
from registry.views import InboxResult, NextAction, Review, Subject

MENTION = table_of(MentionRecord)
CONTENT = table_of(ContentRecord)
KNOWN_KEY = table_of(KnownKeyRecord)
SEEN = table_of(SeenRecord)
SEEN_HASH = table_of(SeenHashRecord)

__all__ = ["erase", "pending_entries", "store_discovery", "store_fetched"]


def store_discovery(
    session: Session,
    discovery: Discovery,
    matched: Mapping[str, tuple[str, ...]],
    now: datetime,
    secret: bytes,
    *,
    sampling: Sampling | None = None,
) -> InboxResult:
    """Store what one poll brought. ``matched`` maps the keys of mentions that concern the ministry to the names of the watch
    queries that said so; ``secret`` keys the hashes of the posts that do not (REQUIREMENTS L1); ``sampling`` says how the sample
    of the pages that do not is drawn (C9; None: there is none). May run again: nothing is stored twice."""
    alone(session, Work.INBOX)
    erased = erase(session, discovery.erased, now, secret)
    reported = _report_items(session, discovery.problems, now)
    stored = _store(session, [_Arrival(mention) for mention in discovery.mentions], matched, now, secret, sampling)
    announced = announce(session, discovery.entries, now)
    unmatched_posts = Counter({discovery.source_id: len(stored.hashed)})
    sources.record_items(session, stored.new_items + Counter(entry.source_id for entry in announced) + unmatched_posts, now)
    return stored.result(entries=len(announced), problems=reported, erased=erased)


def store_fetched(
    session: Session,
    results: Sequence[FetchResult],
    matched: Mapping[str, tuple[str, ...]],
    now: datetime,
    secret: bytes,
    *,
    sampling: Sampling | None = None,
) -> InboxResult:
    """Store what fetching entries' pages brought: mentions as in ``store_discovery``; failures are tried again later or,
    when that is of no use, shown with the next action. May run again."""
    alone(session, Work.INBOX)
    read = [result for result in results if isinstance(result, Fetched)]
    failed = [result for result in results if isinstance(result, FetchFailure)]
    arrivals = [_Arrival(mention, result.entry.key, result.entry.aliases) for result in read for mention in result.mentions]
    stored = _store(session, arrivals, matched, now, secret, sampling)
    reported = keep_empty(session, [result.entry for result in read if not result.mentions], now)
    forget_entries(session, [result.entry.key for result in read])
    reported += keep_failures(session, failed, now)
    sources.record_pages(session, results, now)
    return stored.result(problems=reported)


# ------------------------------------------------------------------------------------------------------------ arriving items


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A mention that arrives, with the keys of the entry that announced it."""

    mention: Mention
    entry_key: str = ""
    entry_aliases: tuple[str, ...] = ()

    @property
    def keys(self) -> list[str]:
        # A report's passages share their entry: its keys are none of theirs.
        if self.mention.page is not None:
            return keys_of(self.mention)
        return keys_of(self.mention, self.entry_key, *self.entry_aliases)


@dataclass(slots=True)
class _Plan:
    """What is to be written."""

    new: list[_Arrival] = field(default_factory=list)
    revised: list[tuple[Mention, Known]] = field(default_factory=list)
    aliases: dict[str, int] = field(default_factory=dict)
    seen: list[_Arrival] = field(default_factory=list)
    hashed: list[str] = field(default_factory=list)
    unhashed: list[str] = field(default_factory=list)
    known: int = 0
    new_ids: list[int] = field(default_factory=list)

    @property
    def new_items(self) -> Counter[str]:
        """How many items each source brought that were not met before."""
        return Counter(arrival.mention.source_id for arrival in (*self.new, *self.seen))

    def result(self, *, entries: int = 0, problems: int = 0, erased: int = 0) -> InboxResult:
        return InboxResult(
            new=tuple(self.new_ids),
            revised=tuple(known.mention_id for _, known in self.revised),
            known=self.known,
            seen=len(self.seen),
            hashed=len(self.hashed),
            entries=entries,
            problems=problems,
            erased=erased,
        )


def _store(
    session: Session,
    arrivals: Sequence[_Arrival],
    matched: Mapping[str, tuple[str, ...]],
    now: datetime,
    secret: bytes,
    sampling: Sampling | None,
) -> _Plan:
    """Decide for every arrival, then write all of it."""
    plan = _decide(session, arrivals, matched, secret)
    if plan.new:
        outlets.ensure(session, {arrival.mention.outlet_id for arrival in plan.new})
        _insert_mentions(session, plan, matched, now)
    _write_revisions(session, plan.revised, matched, now)
    own_keys(session, plan.aliases)
    if sampling:
        recall.note_unmatched(session, [arrival.mention for arrival in plan.seen], now, secret, sampling)
    _keep_seen(session, plan.seen, now)
    insert_new(session, SEEN_HASH, [{"digest": digest, "seen_at": now} for digest in plan.hashed])
    for piece in chunks(plan.unhashed):
        session.connection().execute(delete(SEEN_HASH).where(SEEN_HASH.c.digest.in_(piece)))
    return plan


def _decide(session: Session, arrivals: Sequence[_Arrival], matched: Mapping[str, tuple[str, ...]], secret: bytes) -> _Plan:
    plan = _Plan()
    owners, met = known_keys(session, [key for arrival in arrivals for key in arrival.keys])
    posts = [arrival.mention.key for arrival in arrivals if arrival.mention.channel is Channel.SOCIAL]
    digests = {key: keyed_hash(key, secret) for key in posts}
    hashes = {row.digest for row in select_in(session, select(SEEN_HASH.c.digest), SEEN_HASH.c.digest, list(digests.values()))}
    here: set[str] = set()
    for arrival in arrivals:
        mention, keys = arrival.mention, arrival.keys
        if not here.isdisjoint(keys):
            plan.known += 1
            continue
        here.update(keys)
        owner = next((owners[key] for key in keys if key in owners), None)
        before = digests.get(mention.key) in hashes or (not arrival.entry_key and not met.isdisjoint(keys))
        what = fate(mention, known=owner, met=before, matched=mention.key in matched)
        _note(plan, what, arrival, owner, digests.get(mention.key, ""))
        if owner is not None:
            plan.aliases |= {key: owner.mention_id for key in keys if key not in owners}
    return plan


def _note(plan: _Plan, what: Fate, arrival: _Arrival, owner: Known | None, digest: str) -> None:
    if what is Fate.NEW:
        plan.new.append(arrival)
        if digest:
            plan.unhashed.append(digest)
    elif what is Fate.REVISED and owner is not None:
        plan.revised.append((arrival.mention, owner))
    elif what is Fate.SEEN:
        plan.seen.append(arrival)
    elif what is Fate.HASHED:
        plan.hashed.append(digest)
    else:
        plan.known += 1


def _insert_mentions(session: Session, plan: _Plan, matched: Mapping[str, tuple[str, ...]], now: datetime) -> None:
    rows = [_mention_row(arrival.mention, matched[arrival.mention.key]) for arrival in plan.new]
    plan.new_ids = insert_ids(session, MENTION, rows)
    contents = [
        _content_row(mention_id, 1, row["title"], arrival.mention, row["content_hash"], now)
        for mention_id, row, arrival in zip(plan.new_ids, rows, plan.new, strict=True)
    ]
    insert_rows(session, CONTENT, contents)
    for mention_id, arrival in zip(plan.new_ids, plan.new, strict=True):
        plan.aliases |= dict.fromkeys(arrival.keys, mention_id)
    pages = [key for arrival in plan.new if arrival.mention.channel is not Channel.SOCIAL for key in arrival.keys]
    for piece in chunks(pages):
        session.connection().execute(delete(SEEN).where(SEEN.c.key.in_(piece)))


def _mention_row(mention: Mention, watch: tuple[str, ...]) -> dict[str, Any]:
    return {
        "key": mention.key,
        "channel": mention.channel,
        "source_id": mention.source_id,
        "outlet_id": mention.outlet_id,
        "url": mention.url,
        "canonical_url": mention.canonical_url,
        "title": storable(mention.title),
        "author": storable(mention.author),
        "author_handle": mention.author_handle if mention.channel is Channel.SOCIAL else "",
        "section": storable(mention.section),
        "language": mention.language,
        "addressed": mention.addressed,
        "page": mention.page,
        "image_url": storable(mention.image_url),
        "access": mention.access,
        "published_at": mention.published_at,
        "fetched_at": mention.fetched_at,
        "content_hash": mention.content_hash,
        "revision": 1,
        "watch": list(watch),
        "state": "gathered",
        "review": "none",
        "decided_by": "",
        "decision_reason": "",
        "tagged_revision": 0,
        "flags": "",
        **_by_hand(mention),
    }


def _by_hand(mention: Mention) -> dict[str, Any]:
    """What is told of an item that came as a picture or sound. Without a text it waits for a person: no classifier is asked."""
    told: dict[str, Any] = {
        "form": mention.form,
        "transcribed": mention.transcribed,
        "programme": storable(mention.programme),
        "minute": mention.minute,
        "entered_by": mention.entered_by,
        "forwarded_often": mention.forwarded_often,
    }
    return told if mention.transcribed else {**told, "tagged_revision": 1, "review": Review.UNTRANSCRIBED}


def _content_row(mention_id: int, revision: int, title: str, mention: Mention, digest: str, now: datetime) -> dict[str, Any]:
    return {
        "mention_id": mention_id,
        "revision": revision,
        "title": title,
        "text": storable(mention.text),
        "content_hash": digest,
        "at": now,
    }


def _write_revisions(
    session: Session, revised: Sequence[tuple[Mention, Known]], matched: Mapping[str, tuple[str, ...]], now: datetime
) -> None:
    """A changed article: one more content, and tags redone. What is in a case stays there."""
    for mention, known in revised:
        row = _mention_row(mention, matched.get(mention.key, ()))
        kept = ("title", "author", "section", "published_at", "fetched_at", "content_hash", "watch", "image_url", "access",
                "transcribed")  # fmt: skip
        values = {name: row[name] for name in kept} | {"revision": known.revision + 1}
        connection = session.connection()
        connection.execute(update(MENTION).where(MENTION.c.id == known.mention_id).values(**values))
        connection.execute(
            update(MENTION)
            .where(MENTION.c.id == known.mention_id, MENTION.c.state != "cased")
            .values(state="gathered", review="none")
        )
        insert_rows(
            session,
            CONTENT,
            [_content_row(known.mention_id, known.revision + 1, row["title"], mention, row["content_hash"], now)],
        )


def _keep_seen(session: Session, seen: Sequence[_Arrival], now: datetime) -> None:
    """Title and address alone, of what matched nothing (REQUIREMENTS L1)."""
    rows: Rows = [
        {
            "key": each.mention.key,
            "source_id": each.mention.source_id,
            "title": storable(each.mention.title),
            "url": each.mention.url,
            "seen_at": now,
        }
        for each in seen
    ]
    insert_new(session, SEEN, rows)
    insert_new(session, KNOWN_KEY, [{"key": key, "mention_id": None} for each in seen for key in each.keys])


def _report_items(session: Session, items: Iterable[ItemProblem], now: datetime) -> int:
    return problems.report(session, list(_item_problems(items)), now)


def _item_problems(items: Iterable[ItemProblem]) -> Iterator[problems.Problem]:
    for item in items:
        yield problems.Problem(Subject.ITEM, item.where, item.source_id, item.reason, NextAction.READ_BY_HAND)
