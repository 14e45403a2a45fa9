"""What a corrected mention means for its case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from domain.case import CaseEventKind, check
from domain.people import Actor
from domain.tags import Axis
from registry.casework.case_row import state_of
from registry.casework.history import NewEvent, append_events, lock_case
from registry.tables import CaseMentionRecord, table_of

CASE_MENTION = table_of(CaseMentionRecord)


def demand_mention(session: Session, mention_id: int, actor: Actor) -> int | None:
    """The case that a mention belongs to, if any. Raises ``NotAllowed`` where this person may not change what it is about: it
    concerns them, or is sealed (REQUIREMENTS W14)."""
    case_id = session.connection().execute(
        select(CASE_MENTION.c.case_id).where(CASE_MENTION.c.mention_id == mention_id)
    ).scalar_one_or_none()  # fmt: skip
    if case_id is not None and actor.is_person:
        check(state_of(lock_case(session, case_id)), CaseEventKind.TAGS_CORRECTED, actor, {"mention": str(mention_id)})
    return case_id


def tell_case(session: Session, mention_id: int, changes: Mapping[Axis, tuple[str, str]], actor: Actor, now: datetime) -> None:
    """Record the correction (axis -> was, is) in the case that the mention belongs to, if any. That of the mention which
    opened the case changes the case's own kind, topic and importance too (``domain.case.after``), and with the kind its
    deadline. Raises as ``demand_mention`` does."""
    case_id = demand_mention(session, mention_id, actor)
    if case_id is None:
        return
    details = {"mention": str(mention_id)}
    for axis, (was, value) in changes.items():
        details |= {str(axis): value, f"was_{axis}": was}
    append_events(session, [NewEvent(case_id, CaseEventKind.TAGS_CORRECTED, actor.username, details)], now)
