"""What somebody who takes contacts has entered lately, and how a slip is taken back (REQUIREMENTS W3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlmodel import Session

from domain.errors import NotAllowed, NotFound
from domain.people import Actor
from registry import audit
from registry.contacts import ContactView
from registry.tables import CaseRecord, ContactRecord, table_of

CONTACT = table_of(ContactRecord)
CASE = table_of(CaseRecord)

LATELY: Final = timedelta(hours=24)
UNDONE_WITHIN: Final = timedelta(minutes=15)
"""How long a contact may be taken back by whoever entered it."""


def latest(session: Session, actor: Actor, limit: int, now: datetime) -> tuple[ContactView, ...]:
    """What this person entered in the last ``LATELY``, the newest first: asked for after each contact, so nothing older is
    looked at."""
    statement = (
        select(CONTACT, func.coalesce(CASE.c.number, "").label("case_number"))
        .outerjoin(CASE, CASE.c.id == CONTACT.c.case_id)
        .where(CONTACT.c.at > now - LATELY, CONTACT.c.actor == actor.username)
        .order_by(CONTACT.c.at.desc(), CONTACT.c.id.desc())
        .limit(limit)
    )
    return tuple(_view(row, row.case_number) for row in session.connection().execute(statement))


def may_undo(contact: ContactView, actor: Actor, now: datetime) -> bool:
    """Whether this person may take it back: their own, just entered, and no case yet."""
    return contact.actor == actor.username and contact.case_id is None and now - contact.at <= UNDONE_WITHIN


def undo(session: Session, contact_id: int, actor: Actor, now: datetime) -> ContactView:
    """Take a contact back; gives what it was. Raises ``NotFound``, and ``NotAllowed`` where it is too late for that."""
    row = session.get(ContactRecord, contact_id, with_for_update=True)
    if row is None:
        raise NotFound(f"there is no contact {contact_id}", "load the page again: it may be taken back already")
    was = _view(row, "")
    if not may_undo(was, actor, now):
        raise NotAllowed(
            f"{actor.username} may not take contact {contact_id} back",
            f"only who entered it may, within {int(UNDONE_WITHIN.total_seconds() // 60)} minutes, before it became a case",
        )
    session.connection().execute(delete(CONTACT).where(CONTACT.c.id == contact_id))
    details = {"channel": was.channel, "kind": was.kind, "topic": was.topic}
    audit.record(session, actor, "contact.undone", f"contact:{contact_id}", details, now)
    return was


def _view(row: Any, number: str) -> ContactView:
    return ContactView(
        row.id, row.at, row.channel, row.kind, row.topic, row.answered, row.seconds, row.actor, row.case_id, number
    )
