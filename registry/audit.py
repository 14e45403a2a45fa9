"""The trail of who changed what outside the cases' own histories: append-only, each entry's hash over the one before
(REQUIREMENTS W14).

Every change of people, directories, calendars, settings and modes calls ``record`` in its own transaction. Nothing personal
stands in it: what looks like a number, an address or a handle is masked before it is written.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row, and_, func, literal, select
from sqlmodel import Session

from domain.errors import InputError
from domain.people import Actor
from domain.privacy import mask, mask_handles
from registry.batches import insert_rows
from registry.locks import Work, alone
from registry.tables import AuditRecord, table_of
from registry.views import Page

AUDIT = table_of(AuditRecord)

_ACTION: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_AT_ONCE: Final = 1000
_VALUE: Final = 500
"""Characters kept of one detail."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the trail. ``subject`` is what was changed (``person:huda``), ``details`` how."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    details: Mapping[str, str]
    hash: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the trail stood at a moment: written down elsewhere, it shows later that nothing was cut off its end."""

    seq: int
    hash: str


def record(session: Session, actor: Actor, action: str, subject: str, details: Mapping[str, str], now: datetime) -> int:
    """Add one entry, in the caller's transaction and last of what it locks; gives its number.

    ``action`` is a code such as ``crisis.on`` or ``person.roles_changed``. Raises ``InputError`` where it is none.
    """
    if not _ACTION.fullmatch(action):
        raise InputError(f"«{action}» is no action of the audit trail", "write a code such as person.roles_changed")
    alone(session, Work.AUDIT)
    last = mark(session)
    about = _impersonal(subject)
    kept = {key: _impersonal(value) for key, value in sorted(details.items()) if value}
    row = {
        "seq": last.seq + 1,
        "at": now,
        "actor": actor.username,
        "action": action,
        "subject": about,
        "details": kept,
        "hash": _hash(last.hash, last.seq + 1, now, actor.username, action, about, kept),
    }
    insert_rows(session, AUDIT, [row])
    return last.seq + 1


def entries(
    session: Session,
    *,
    action: str | None = None,
    actor: str | None = None,
    subject: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Page[AuditEntry]:
    """The trail, newest first. ``action`` also finds what begins with it (``crisis`` finds ``crisis.on``); ``until`` is left out
    itself."""
    conditions: list[Any] = [literal(True)]
    if action:
        conditions.append((AUDIT.c.action == action) | AUDIT.c.action.startswith(f"{action}.", autoescape=True))
    conditions += [column == value for column, value in ((AUDIT.c.actor, actor), (AUDIT.c.subject, subject)) if value is not None]
    conditions += [AUDIT.c.at >= since] if since else []
    conditions += [AUDIT.c.at < until] if until else []
    where = and_(*conditions)
    total = session.connection().execute(select(func.count()).select_from(AUDIT).where(where)).scalar_one()
    statement = select(AUDIT).where(where).order_by(AUDIT.c.seq.desc()).limit(limit).offset(offset)
    return Page(tuple(_entry(row) for row in session.connection().execute(statement)), total)


def mark(session: Session) -> Mark:
    """Where the trail stands; ``Mark(0, "")`` while it is empty."""
    last = session.connection().execute(select(AUDIT.c.seq, AUDIT.c.hash).order_by(AUDIT.c.seq.desc()).limit(1)).one_or_none()
    return Mark(last.seq, last.hash) if last else Mark(0, "")


def verify(session: Session, noted: Mark | None = None) -> str | None:
    """What is wrong with the trail, or None where it holds from its first entry to its last.

    ``noted`` is a mark that was written down earlier: the trail must still pass through it.
    """
    before = Mark(0, "")
    while rows := _following(session, before.seq):
        for row in rows:
            wanted = _hash(before.hash, row.seq, row.at, row.actor, row.action, row.subject, row.details)
            if row.seq != before.seq + 1:
                return f"after entry {before.seq} comes entry {row.seq}"
            if row.hash != wanted:
                return f"entry {row.seq} is not what was written"
            before = Mark(row.seq, row.hash)
            if noted is not None and noted.seq == before.seq and noted.hash != before.hash:
                return f"entry {noted.seq} is another one than was noted"
    if noted is not None and noted.seq > before.seq:
        return f"it ends with entry {before.seq}, and entry {noted.seq} was noted"
    return None


def _following(session: Session, seq: int) -> list[Row[Any]]:
    statement = select(AUDIT).where(AUDIT.c.seq > seq).order_by(AUDIT.c.seq).limit(_AT_ONCE)
    return list(session.connection().execute(statement))


def _hash(before: str, seq: int, at: datetime, actor: str, action: str, subject: str, details: Mapping[str, str]) -> str:
    """SHA-256 in hex over the hash before and everything in the entry."""
    parts = [before, seq, at.astimezone(UTC).isoformat(timespec="microseconds"), actor, action, subject, dict(details)]
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _impersonal(text: str) -> str:
    return mask_handles(mask(text.replace("\x00", "")), frozenset())[:_VALUE]


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(row.seq, row.at, row.actor, row.action, row.subject, row.details, row.hash)
