"""A case's history as a chain: each event's hash covers the one before it (DESIGN promise 7). Pure.

The chain runs over codes and a keyed digest of what people wrote. The key lies with the text: once both are erased, the
chain still holds and nothing can be guessed from the digest.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from domain.case import CaseEvent, CaseEventKind, CaseState, after

TEXT_KEYS: Final = frozenset({"reason", "note", "resolution", "proposals", "message", "account", "name", "reference"})
"""Details that people write: kept apart, so that they can be erased."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a case's history stands. ``state`` is None before the first event."""

    number: str
    state: CaseState | None
    hash: str

    @property
    def seq(self) -> int:
        """Events so far."""
        return self.state.events if self.state else 0


@dataclass(frozen=True, slots=True)
class Link:
    """One event, ready to be written. ``texts`` is empty where nobody wrote anything, and so are ``salt`` and ``digest``."""

    seq: int
    kind: CaseEventKind
    at: datetime
    actor: str
    codes: Mapping[str, str]
    texts: Mapping[str, str]
    salt: bytes
    digest: str
    hash: str


def extend(head: Head, kind: CaseEventKind, at: datetime, actor: str, details: Mapping[str, str]) -> tuple[Head, Link]:
    """The history with one more event. Raises ``IllegalMove`` where the case's status does not allow it."""
    state = after(head.state, CaseEvent(kind, at, actor, details))
    codes = {key: value for key, value in details.items() if key not in TEXT_KEYS}
    texts = {key: value for key, value in details.items() if key in TEXT_KEYS}
    salt = secrets.token_bytes(16) if texts else b""
    digest = text_digest(salt, texts)
    mark = event_hash(head.hash, head.number, state.events, kind, at, actor, codes, digest)
    return Head(head.number, state, mark), Link(state.events, kind, at, actor, codes, texts, salt, digest, mark)


def event_hash(
    before: str, number: str, seq: int, kind: CaseEventKind, at: datetime, actor: str, codes: Mapping[str, str], digest: str
) -> str:
    """SHA-256 in hex over the hash before and everything in the event but its texts."""
    parts = [before, number, seq, str(kind), at.astimezone(UTC).isoformat(timespec="microseconds"), actor, dict(codes), digest]
    return hashlib.sha256(_canonical(parts)).hexdigest()


def text_digest(salt: bytes, texts: Mapping[str, str]) -> str:
    """HMAC-SHA-256 of what people wrote; empty where they wrote nothing."""
    return hmac.new(salt, _canonical(dict(texts)), hashlib.sha256).hexdigest() if texts else ""


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "replace")
