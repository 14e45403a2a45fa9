"""The outlets directory (REQUIREMENTS G1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import select
from sqlmodel import Session

from domain.outlet import EditorialContact, Outlet
from registry.batches import insert_new, select_in
from registry.tables import OutletRecord, table_of

OUTLET = table_of(OutletRecord)


def save(session: Session, outlet: Outlet) -> None:
    """Write an outlet, new or changed."""
    session.merge(OutletRecord(**{**asdict(outlet), "contacts": [asdict(each) for each in outlet.contacts]}))
    session.flush()


def find(session: Session, outlet_id: str) -> Outlet | None:
    """The outlet of this id, if the directory has it."""
    row = session.get(OutletRecord, outlet_id)
    return _outlet(row) if row else None


def all_outlets(session: Session) -> list[Outlet]:
    """The whole directory, by id."""
    return [_outlet(row) for row in session.scalars(select(OutletRecord).order_by(OUTLET.c.id))]


def ensure(session: Session, outlet_ids: Iterable[str]) -> None:
    """Give every id that the directory does not know a bare entry, so that nothing gathered is refused for it."""
    wanted = sorted(set(outlet_ids))
    known = {row.id for row in select_in(session, select(OUTLET.c.id), OUTLET.c.id, wanted)}
    missing = [OutletRecord(id=each, name_ar=each).model_dump() for each in wanted if each not in known]
    insert_new(session, OUTLET, missing)


def _outlet(row: OutletRecord) -> Outlet:
    contacts = tuple(EditorialContact(**each) for each in row.contacts)
    return Outlet(**{**row.model_dump(), "contacts": contacts})
