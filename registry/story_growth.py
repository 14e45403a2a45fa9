"""How fast a story grows: it may raise importance, never a deadline (REQUIREMENTS C4)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlmodel import Session

from registry.batches import select_in
from registry.tables import MentionRecord, table_of

MENTION = table_of(MentionRecord)
DAY: Final = timedelta(days=1)


def growth(session: Session, story_ids: Collection[int], now: datetime) -> dict[int, int]:
    """How many mentions each of these stories gained within the last day, by story; those that gained none are left out."""
    counted = (
        select(MENTION.c.story_id, func.count().label("gained"))
        .where(MENTION.c.fetched_at > now - DAY)
        .group_by(MENTION.c.story_id)
    )
    return {row.story_id: row.gained for row in select_in(session, counted, MENTION.c.story_id, sorted(set(story_ids)))}
