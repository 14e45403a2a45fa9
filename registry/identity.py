"""Which keys were met before, and which mention each leads to (DESIGN promise 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlmodel import Session

from registry.batches import select_in, upsert
from registry.inbox_plan import Known
from registry.tables import KnownKeyRecord, MentionRecord, Rows, table_of

MENTION = table_of(MentionRecord)
KNOWN_KEY = table_of(KnownKeyRecord)


def known_keys(session: Session, keys: Sequence[str]) -> tuple[dict[str, Known], set[str]]:
    """The mentions that keys belong to, and the keys that were met without becoming a mention."""
    statement = select(
        KNOWN_KEY.c.key, KNOWN_KEY.c.mention_id, MENTION.c.content_hash, MENTION.c.source_id, MENTION.c.revision
    ).outerjoin_from(KNOWN_KEY, MENTION, MENTION.c.id == KNOWN_KEY.c.mention_id)
    owners: dict[str, Known] = {}
    met: set[str] = set()
    for row in select_in(session, statement, KNOWN_KEY.c.key, keys):
        if row.mention_id is None:
            met.add(row.key)
        else:
            owners[row.key] = Known(row.mention_id, row.content_hash, row.source_id, row.revision)
    return owners, met


def own_keys(session: Session, owned: Mapping[str, int]) -> None:
    """Let keys (key -> mention) lead to their mentions from now on."""
    rows: Rows = [{"key": key, "mention_id": mention_id} for key, mention_id in owned.items()]
    upsert(session, KNOWN_KEY, rows, ["key"], ["mention_id"])
