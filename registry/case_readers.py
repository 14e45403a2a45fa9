"""Cases that concern somebody: they never come before their eyes, not in other lists either (REQUIREMENTS W14)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session

from registry.tables import CaseRecord, table_of

CASE = table_of(CaseRecord)


def concerns(reader: str) -> ColumnElement[bool]:
    """For statements over cases: that one concerns this person."""
    return CASE.c.barred.contains(f",{reader},", autoescape=True)


def hidden_from(session: Session, reader: str, *, sees_sealed: bool) -> frozenset[int]:
    """The cases that stand on no list of this person: those that concern them and, where they may not see them, sealed ones.
    Both are few."""
    hidden = and_(CASE.c.barred != "", concerns(reader))
    if not sees_sealed:
        hidden = or_(hidden, CASE.c.sealed.is_(True))
    return frozenset(session.connection().execute(select(CASE.c.id).where(hidden)).scalars())
