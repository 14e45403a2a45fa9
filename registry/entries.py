"""Announced pages: kept until they are fetched, tried again, and shown where that is of no use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, delete, select, text, update
from sqlmodel import Session

from domain.addresses import host_of
from domain.mention import Entry
from domain.source import FetchFailure
from registry import problems
from registry.batches import chunks, insert_new, select_in
from registry.identity import known_keys
from registry.inbox_plan import MAX_ATTEMPTS, retry_at, storable
from registry.tables import EntryRecord, EntryState, KnownKeyRecord, Rows, SeenRecord, table_of
from registry.views import NextAction, PendingEntry, Subject

ENTRY = table_of(EntryRecord)
KNOWN_KEY = table_of(KnownKeyRecord)
SEEN = table_of(SeenRecord)

_LONGEST_REST: Final = 86400.0
_ENTRY_FIELDS: Final = [each.name for each in fields(Entry)]


def pending_entries(session: Session, now: datetime, limit: int, *, host: str | None = None) -> list[PendingEntry]:
    """Announced pages (of one host, where it is named) whose turn has come, the longest waiting first."""
    due = (ENTRY.c.state == EntryState.PENDING, ENTRY.c.next_try_at <= now)
    statement = (
        select(ENTRY)
        .where(*due, *(() if host is None else (ENTRY.c.host == host,)))
        .order_by(ENTRY.c.next_try_at, ENTRY.c.id)
        .limit(limit)
    )
    return [PendingEntry(row.id, _entry(row._mapping), row.attempts) for row in session.connection().execute(statement)]


def hosts_with_pages(session: Session, now: datetime) -> list[str]:
    """The hosts that have announced pages whose turn has come. Costs a look-up for each host, however many pages wait."""
    statement = text(
        """
        WITH RECURSIVE waiting(host) AS (
            SELECT min(host) FROM entry WHERE state = 'pending'
            UNION ALL
            SELECT (SELECT min(host) FROM entry WHERE state = 'pending' AND entry.host > waiting.host)
            FROM waiting WHERE waiting.host IS NOT NULL
        )
        SELECT host FROM waiting WHERE host IS NOT NULL AND EXISTS (
            SELECT 1 FROM entry WHERE state = 'pending' AND entry.host = waiting.host AND next_try_at <= :now
        )
        """
    ).bindparams(bindparam("now", type_=ENTRY.c.next_try_at.type))
    return list(session.connection().execute(statement, {"now": now}).scalars())


def announce(session: Session, entries: Sequence[Entry], now: datetime) -> list[Entry]:
    """Keep the entries that were not met before; gives them."""
    owners, met = known_keys(session, [key for entry in entries for key in _entry_keys(entry)])
    taken = met | set(owners)
    fresh: list[Entry] = []
    for entry in entries:
        keys = _entry_keys(entry)
        if taken.isdisjoint(keys):
            taken.update(keys)
            fresh.append(entry)
    insert_new(session, ENTRY, [_entry_row(entry, now) for entry in fresh])
    insert_new(session, KNOWN_KEY, [{"key": key, "mention_id": None} for entry in fresh for key in _entry_keys(entry)])
    return fresh


def _entry_keys(entry: Entry) -> list[str]:
    return [key for key in dict.fromkeys((entry.key, *entry.aliases)) if key]


def _entry_row(entry: Entry, now: datetime) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in _ENTRY_FIELDS}
    texts = {name: storable(value) for name, value in values.items() if name.startswith("hint_") and isinstance(value, str)}
    return values | texts | {
        "host": host_of(entry.url),
        "aliases": list(entry.aliases),
        "state": EntryState.PENDING,
        "attempts": 0,
        "reason": "",
        "found_at": now,
        "next_try_at": now,
    }  # fmt: skip


def _entry(row: Mapping[Any, Any]) -> Entry:
    return Entry(**{name: row[name] for name in _ENTRY_FIELDS} | {"aliases": tuple(row["aliases"])})


def forget_entries(session: Session, keys: Sequence[str]) -> None:
    """The pages of these entries were read: nothing is left to do for them."""
    for piece in chunks(keys):
        session.connection().execute(delete(ENTRY).where(ENTRY.c.key.in_(piece)))
        problems.solve(session, Subject.ENTRY, piece)


def keep_empty(session: Session, entries: Sequence[Entry], now: datetime) -> int:
    """Pages in which no text was found: seen, and shown to a person."""
    rows: Rows = [
        {"key": entry.key, "source_id": entry.source_id, "title": storable(entry.hint_title), "url": entry.url, "seen_at": now}
        for entry in entries
    ]
    insert_new(session, SEEN, rows)
    reason = "no article text was found on the page"
    return problems.report(
        session,
        [problems.Problem(Subject.ITEM, entry.url, entry.source_id, reason, NextAction.READ_BY_HAND) for entry in entries],
        now,
    )


def keep_failures(session: Session, failed: Sequence[FetchFailure], now: datetime) -> int:
    """Pages that could not be read: when each is tried again, or that a person must look; gives how many were reported."""
    _wait_for_hosts(session, [each for each in failed if each.postponed], now)
    failed = [each for each in failed if not each.postponed]
    attempts = {
        row.key: row.attempts
        for row in select_in(session, select(ENTRY.c.key, ENTRY.c.attempts), ENTRY.c.key, [each.entry.key for each in failed])
    }
    writes = [_failure_row(each, attempts[each.entry.key] + 1, now) for each in failed if each.entry.key in attempts]
    if not writes:
        return 0
    session.connection().execute(
        update(ENTRY)
        .where(ENTRY.c.key == bindparam("of_key"))
        .values(
            state=bindparam("to_state"), attempts=bindparam("tries"), reason=bindparam("why"), next_try_at=bindparam("again")
        ),
        writes,
    )
    by_key = {each.entry.key: each for each in failed}
    return problems.report(session, [_failure_problem(by_key[row["of_key"]].entry, row) for row in writes], now)


def _wait_for_hosts(session: Session, postponed: Sequence[FetchFailure], now: datetime) -> None:
    """Their hosts are left alone for now: nothing was asked, so nothing but the moment of the next try changes."""
    writes = [
        {"of_key": each.entry.key, "again": now + timedelta(seconds=min(max(each.retry_after or 0.0, 1.0), _LONGEST_REST))}
        for each in postponed
    ]
    if writes:
        later = update(ENTRY).where(ENTRY.c.key == bindparam("of_key")).values(next_try_at=bindparam("again"))
        session.connection().execute(later, writes)


def _failure_row(failure: FetchFailure, attempts: int, now: datetime) -> dict[str, Any]:
    over = failure.final or attempts >= MAX_ATTEMPTS
    return {
        "of_key": failure.entry.key,
        "to_state": EntryState.FAILED if over else EntryState.PENDING,
        "tries": attempts,
        "why": failure.reason,
        "again": retry_at(attempts, now, failure.retry_after),
    }


def _failure_problem(entry: Entry, row: Mapping[str, Any]) -> problems.Problem:
    over = row["to_state"] is EntryState.FAILED
    return problems.Problem(
        Subject.ENTRY,
        entry.key,
        entry.source_id,
        row["why"],
        NextAction.READ_BY_HAND if over else NextAction.RETRIES,
        None if over else row["again"],
    )
