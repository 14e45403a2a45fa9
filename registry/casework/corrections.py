"""What a corrected mention means for its case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from domain.case import CaseEventKind
from domain.people import Actor
from domain.tags import CASE_KINDS, Axis, Importance, Kind
from registry.casework.deadlines import complexity_of, due_at, read_promise
from registry.casework.history import NewEvent, append_events, lock_case
from registry.tables import CaseMentionRecord, CaseRecord, table_of

CASE = table_of(CaseRecord)
CASE_MENTION = table_of(CaseMentionRecord)


def tell_case(session: Session, mention_id: int, changes: Mapping[Axis, tuple[str, str]], actor: Actor, now: datetime) -> None:
    """Record the correction (axis -> was, is) in the case that the mention belongs to, if any. That of the mention which
    opened the case changes the case's own kind, topic and importance too, and with them its deadline."""
    case_id = session.connection().execute(
        select(CASE_MENTION.c.case_id).where(CASE_MENTION.c.mention_id == mention_id)
    ).scalar_one_or_none()  # fmt: skip
    if case_id is None:
        return
    details = {"mention": str(mention_id)}
    for axis, (was, value) in changes.items():
        details |= {str(axis): value, f"was_{axis}": was}
    row = lock_case(session, case_id)
    append_events(session, [NewEvent(case_id, CaseEventKind.TAGS_CORRECTED, actor.username, details)], now)
    if row.first_mention_id == mention_id:
        values = _case_values({axis: value for axis, (_, value) in changes.items()})
        if values:
            promise = read_promise(session)
            kind, complexity = values.get("kind", row.kind), values.get("complexity", row.complexity)
            values["due_at"] = due_at(promise, kind, complexity, row.clock_from)
            session.connection().execute(update(CASE).where(CASE.c.id == case_id).values(**values))


def _case_values(changes: Mapping[Axis, str]) -> dict[str, Any]:
    """What the correction makes of the case. A case stays one: a kind that opens none leaves the case's kind as it is, and a
    person rejects the case if it is none."""
    values: dict[str, Any] = {}
    if Axis.KIND in changes and Kind(changes[Axis.KIND]) in CASE_KINDS:
        values["kind"] = Kind(changes[Axis.KIND])
    if Axis.TOPIC in changes:
        values["topic"] = changes[Axis.TOPIC]
    if Axis.IMPORTANCE in changes:
        values["importance"] = Importance(changes[Axis.IMPORTANCE])
        values["complexity"] = complexity_of(values["importance"])
    return values
