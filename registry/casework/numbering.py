"""Reference numbers of cases: ``MCIT-2026-000123``, counted within a year without gaps (REQUIREMENTS W3)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import Session

from registry.batches import insert_new
from registry.tables import CaseCounterRecord, table_of

COUNTER = table_of(CaseCounterRecord)


def number(profile: str, year: int, serial: int) -> str:
    """The reference number as people write it."""
    return f"{profile.upper()}-{year}-{serial:06d}"


def year_of(now: datetime, timezone: str) -> int:
    """The year that a case opened now is counted in, by the ministry's own clock."""
    return now.astimezone(ZoneInfo(timezone)).year


def take(session: Session, profile: str, year: int, count: int) -> range:
    """The next ``count`` serials. The counter's row stays locked until the transaction ends and rolls back with it: that is
    why there are no gaps."""
    insert_new(session, COUNTER, [{"profile": profile, "year": year, "last": 0}])
    statement = (
        update(COUNTER)
        .where(COUNTER.c.profile == profile, COUNTER.c.year == year)
        .values(last=COUNTER.c.last + count)
        .returning(COUNTER.c.last)
    )
    last = int(session.connection().execute(statement).scalar_one())
    return range(last - count + 1, last + 1)
