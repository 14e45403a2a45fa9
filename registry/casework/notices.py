"""Notices about a case that have not left yet, where somebody may no longer hear of it (REQUIREMENTS W14)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import and_, select, update
from sqlmodel import Session

from domain.delivery import DeliveryKind, DeliveryStatus
from domain.people import Role
from registry import problems
from registry.tables import DeliveryRecord, PersonRecord, table_of
from registry.views import Subject

DELIVERY = table_of(DeliveryRecord)
PERSON = table_of(PersonRecord)

_UNSENT: Final = (DeliveryStatus.QUEUED, DeliveryStatus.FAILED)


def withdraw_notices(session: Session, case_id: int, *, person: str = "") -> None:
    """Withdraw what was queued about a case: to this person, whom it concerns, or, where nobody is named, to all but management,
    for it was sealed."""
    connection = session.connection()
    own = and_(DELIVERY.c.case_id == case_id, DELIVERY.c.kind == DeliveryKind.NOTICE, DELIVERY.c.status.in_(_UNSENT))
    waiting = connection.execute(select(DELIVERY.c.id, DELIVERY.c.recipient).where(own)).all()
    if not waiting:
        return
    people = connection.execute(select(PERSON.c.username, PERSON.c.email, PERSON.c.roles)).all()
    theirs = {row.email for row in people if row.username == person}
    managers = {row.email for row in people if Role.MANAGER in row.roles}
    gone = [row.id for row in waiting if (row.recipient in theirs if person else row.recipient not in managers)]
    statement = update(DELIVERY).where(DELIVERY.c.id.in_(gone))
    connection.execute(statement.values(status=DeliveryStatus.WITHDRAWN, next_try_at=None))
    problems.solve(session, Subject.DELIVERY, [str(each) for each in gone])
