"""Which group of sources an item belongs to, as the outlets directory stands (REQUIREMENTS C9)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import Session

from domain.mention import Channel
from domain.outlet import Outlet
from domain.recall import SourceGroup, source_group
from registry.batches import select_in
from registry.tables import OutletRecord, table_of

OUTLET = table_of(OutletRecord)


def groups_of(session: Session, published: Iterable[tuple[Channel, str]]) -> dict[tuple[Channel, str], SourceGroup]:
    """The group of each channel and outlet id, as the outlets directory stands."""
    pairs = list(published)
    columns = (OUTLET.c.id, OUTLET.c.medium, OUTLET.c.tier, OUTLET.c.country)
    known = {
        row.id: Outlet(row.id, row.id, medium=row.medium, tier=row.tier, country=row.country)
        for row in select_in(session, select(*columns), OUTLET.c.id, sorted({outlet_id for _, outlet_id in pairs}))
    }
    return {(channel, outlet_id): source_group(channel, known.get(outlet_id)) for channel, outlet_id in pairs}
