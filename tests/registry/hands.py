"""Hands that put mentions through the stages, as the pipeline does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.mention import Mention
from domain.profile import Profile
from domain.source import Discovery, SourceState
from domain.tags import Tags
from registry import cases, inbox, stories, tagging
from registry.database import Database
from registry.views import InboxResult, RegisterResult

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
SECRET = b"the key of this test"


@dataclass
class Hands:
    """Puts mentions through the stages, each in a transaction of its own, as the pipeline does."""

    database: Database
    profile: Profile
    make_tags: Callable[..., Tags]

    def store(self, *mentions: Mention, matched: Sequence[str] | None = None, now: datetime = NOW) -> InboxResult:
        """Into the inbox; all match a watch query where nothing else is said."""
        keys = [mention.key for mention in mentions] if matched is None else matched
        found = Discovery(mentions[0].source_id if mentions else "daily-feed", SourceState(), mentions)
        with self.database.transaction() as session:
            return inbox.store_discovery(session, found, dict.fromkeys(keys, ("الطرق",)), now, SECRET)

    def tag(self, said: Tags | None = None, now: datetime = NOW) -> list[int]:
        """Give every untagged mention its story and these tags."""
        with self.database.transaction() as session:
            waiting = tagging.untagged(session, 1000)
            stories.join_stories(session, waiting, now)
            tagging.store_tags(session, [(each.id, said or self.make_tags()) for each in waiting], self.profile.threshold, now)
        return [each.id for each in waiting]

    def register(self, now: datetime = NOW) -> RegisterResult:
        """Register what is flagged."""
        with self.database.transaction() as session:
            return cases.register_flagged(session, self.profile, now)

    def through(self, *mentions: Mention, said: Tags | None = None, now: datetime = NOW) -> RegisterResult:
        """All three."""
        self.store(*mentions, now=now)
        self.tag(said, now)
        return self.register(now)

    def case(self, mention: Mention, now: datetime = NOW) -> int:
        """A case opened for a press complaint."""
        return self.through(mention, now=now).opened[0]
