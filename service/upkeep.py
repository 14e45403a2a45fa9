"""What is done by the clock beside the pipeline: looking after the sources, and keeping house."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from registry import case_erasure, erasure, habits, stories
from service import drift, recall
from service.wiring import Runtime

_PURGE_BATCH: Final = 1000
_RETIRE_BATCH: Final = 200


def watch_sources(runtime: Runtime) -> int:
    """Every few minutes: sources that are silent beyond their habit, below their floor, ended or changed become problems, and
    each new one is mailed once (REQUIREMENTS G2); gives how many are in trouble."""
    from notify.source_alerts import queue_source_alerts

    now, profile = runtime.clock(), runtime.profile
    with runtime.database.transaction() as session:
        warned = habits.examine(session, profile, now)
        queue_source_alerts(session, profile, runtime.settings.alerts.recipients, now, base_url=runtime.base_url, warned=warned)
    return len(warned)


def keep_house(runtime: Runtime) -> None:
    """Once a day: the week's labels are counted, the sample of last week is drawn, what is in nobody's remit is purged, and what
    was kept for a time alone goes: sampled texts, story bands, old activity of sources, and what is personal in cases that ended
    long ago (REQUIREMENTS C9, L1, L3, G5)."""
    now = runtime.clock()
    drift.keep_figures(runtime)
    recall.draw_last_week(runtime)
    recall.forget_old(runtime)
    purged = _PURGE_BATCH
    while purged >= _PURGE_BATCH:
        with runtime.database.transaction() as session:
            purged = erasure.purge(session, now, runtime.secret, limit=_PURGE_BATCH)
    keep = timedelta(days=runtime.settings.retention.case_days)
    retired = _RETIRE_BATCH
    while retired >= _RETIRE_BATCH:
        with runtime.database.transaction() as session:
            retired = case_erasure.retire(session, now, keep, limit=_RETIRE_BATCH)
    with runtime.database.transaction() as session:
        stories.forget_old(session, now)
        habits.forget_old(session, now)
