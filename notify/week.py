"""The weeks of the digest: ISO weeks, Monday to Sunday, in the ministry's time zone. Pure.

The ministry's working week begins on Sunday; the digest keeps to ISO 8601 all the same, because ``2026-W47`` means one week
everywhere. The Sunday that ends a digest's week is thus the first working day of the next one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.week import week_bounds, week_of

__all__ = ["last_whole_week", "week_bounds", "week_of"]


def last_whole_week(now: datetime, timezone: str = "Asia/Riyadh") -> str:
    """The week before the one that ``now`` falls in: what a digest sent now is about."""
    return week_of(now - timedelta(days=7), timezone)
