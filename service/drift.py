"""The classifier's figures from the clock to the rows: kept daily, and told where they shift (REQUIREMENTS C8, DESIGN 4)."""

from __future__ import annotations

from domain.tags import Axis
from service.wiring import Runtime


def keep_figures(runtime: Runtime) -> tuple[Axis, ...]:
    """Keep the counts of the running week and of those before it, and a problem for each axis whose labels have shifted; gives
    these axes. To be run daily, before what is of nobody's concern is purged: afterwards it cannot be counted."""
    from registry import drift

    now, zone = runtime.clock(), runtime.profile.calendar.timezone
    with runtime.database.transaction() as session:
        drift.refresh(session, now, zone)
        return drift.report_shift(session, now, zone)
