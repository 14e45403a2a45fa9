"""Which of many items would teach the classifier most: the registry's items given to the classifier's own measure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from classifiers.active import Candidate, Known, Ranked, rank
from domain.profile import Profile
from registry import teaching
from registry.teaching import Teachable


def most_teaching(
    session: Session, items: Sequence[Teachable], profile: Profile, now: datetime, limit: int | None = None
) -> list[Ranked]:
    """The items by what an answer for them would teach, most first."""
    counts = teaching.counts(session, now)
    known = Known(profile.threshold, len(profile.topics), counts.kinds, counts.topics, teaching.taught(session))
    return rank([candidate(each) for each in items], known, limit)


def candidate(item: Teachable) -> Candidate:
    """A stored item as the classifier's measure takes it."""
    tags = item.tags
    return Candidate(item.mention_id, item.words, tags.remit, tags.kind, tags.topic, tags.confidence, item.story_id)
