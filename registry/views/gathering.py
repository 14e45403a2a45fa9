"""What the registry shows of gathering: what was stored, how sources do, what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.mention import Channel, Entry
from domain.outlet import Outlet
from domain.source import Source, SourceState


@dataclass(frozen=True, slots=True)
class InboxResult:
    """What one store into the inbox did (DESIGN promises 1 and 2).

    ``new`` and ``revised`` are ids of mentions; ``known`` counts items that were there already, ``seen`` those kept as title and
    address alone, ``hashed`` those of which a keyed hash is kept (REQUIREMENTS L1), ``entries`` pages still to be fetched.
    """

    new: tuple[int, ...] = ()
    revised: tuple[int, ...] = ()
    known: int = 0
    seen: int = 0
    hashed: int = 0
    entries: int = 0
    problems: int = 0
    erased: int = 0


@dataclass(frozen=True, slots=True)
class PendingEntry:
    """An announced page that is still to be fetched, and how often that was tried."""

    id: int
    entry: Entry
    attempts: int


@dataclass(frozen=True, slots=True)
class StoredMention:
    """A mention as the pipeline needs it to classify it. ``reach`` is the outlet's (1-5), ``spread`` the story's mentions."""

    id: int
    key: str
    revision: int
    title: str
    text: str
    channel: Channel
    outlet_id: str
    author_handle: str
    language: str
    addressed: bool
    reach: int | None = None
    spread: int = 1
    story_id: int | None = None


@dataclass(frozen=True, slots=True)
class StoryJoin:
    """The story that a mention was given, and how many mentions the story has now."""

    mention_id: int
    story_id: int
    size: int


class Health(StrEnum):
    """How a source is doing (REQUIREMENTS G2)."""

    NEW = "new"
    """Not polled yet."""
    WELL = "well"
    QUIET = "quiet"
    """It answers, but brought nothing for much longer than its habit, or less than its floor."""
    CHANGED = "changed"
    """Its pages give much less text than they did: their template changed."""
    FAILING = "failing"
    PAUSED = "paused"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source with its state and its health. ``items`` are those that it brought, ``reason`` why the last poll failed, ``habit``
    its mean gap between items in seconds."""

    source: Source
    state: SourceState
    outlet_name: str
    health: Health
    items: int = 0
    habit: float | None = None
    failures: int = 0
    reason: str = ""
    next_poll_at: datetime | None = None
    last_checked_at: datetime | None = None
    last_success_at: datetime | None = None
    last_item_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutletRow:
    """A line of the outlets directory. ``sources`` are those that are watched, ``mentions`` those of the days asked for."""

    outlet: Outlet
    sources: int = 0
    mentions: int = 0


class Subject(StrEnum):
    """What a problem is about."""

    SOURCE = "source"
    ITEM = "item"
    ENTRY = "entry"
    MENTION = "mention"
    DELIVERY = "delivery"
    CLASSIFIER = "classifier"
    """What the classifier says has shifted; ``subject_id`` is the axis."""


class NextAction(StrEnum):
    """What happens next about a problem, or who must act."""

    RETRIES = "retries"
    """Rasd tries again by itself at ``next_try_at``."""
    CHECK_SOURCE = "check_source"
    """A person corrects, pauses or removes the source."""
    READ_BY_HAND = "read_by_hand"
    """A person opens the address and enters the item by hand if it matters."""
    DECIDE = "decide"
    """A person says what happened (an uncertain delivery)."""
    CORRECT_ADDRESS = "correct_address"
    """A person corrects the recipient and queues the delivery again."""
    CHECK_CLASSIFIER = "check_classifier"
    """A person looks at what shifted, answers for some items, and trains the classifier anew if it is wrong."""


@dataclass(frozen=True, slots=True)
class ProblemView:
    """Something that went wrong and is not yet right (DESIGN promise 5). ``subject_id`` is the source's id, the entry's or
    item's address, or the id of the mention or delivery."""

    id: int
    subject: Subject
    subject_id: str
    source_id: str
    reason: str
    next_action: NextAction
    next_try_at: datetime | None
    times: int
    first_at: datetime
    last_at: datetime
