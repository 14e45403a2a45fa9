"""What the registry shows of mentions: lines of lists, one mention whole, corrections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.mention import Access, Channel, MentionForm, MentionState
from domain.tags import Axis, Importance, Kind, Sentiment, Tags


class Review(StrEnum):
    """Why a mention waits for a person on the review list."""

    NONE = "none"
    PROPOSED = "proposed"
    """A case is proposed, not opened (REQUIREMENTS L5)."""
    FLAGS = "flags"
    """Flagged for a flag of C1 alone."""
    REOPENING = "reopening"
    """It joined a case that is closed or rejected."""
    REVISED = "revised"
    """A person had dismissed it, and its text changed since."""
    UNTRANSCRIBED = "untranscribed"
    """It came as a picture or sound, and nobody wrote down what it says (REQUIREMENTS W16)."""


@dataclass(frozen=True, slots=True)
class MentionRow:
    """A line of a list of mentions. ``title`` and ``excerpt`` have personal data masked (REQUIREMENTS L3); tags are the effective
    ones (a person's correction before the model's word) and None before tagging."""

    id: int
    title: str
    excerpt: str
    url: str
    channel: Channel
    outlet_id: str
    outlet_name: str
    source_id: str
    addressed: bool
    published_at: datetime | None
    fetched_at: datetime
    state: MentionState
    review: Review
    remit: str | None
    kind: Kind | None
    sentiment: Sentiment | None
    topic: str | None
    importance: Importance | None
    flags: tuple[str, ...]
    confidence: float | None
    """Of the kind."""
    story_id: int | None
    story_size: int
    case_id: int | None
    case_number: str
    access: Access
    """How much of it could be read (REQUIREMENTS G1)."""
    form: MentionForm = MentionForm.TEXT
    transcribed: bool = True
    """False: it came as a picture or sound, and has no text yet (REQUIREMENTS W16)."""
    programme: str = ""
    minute: int | None = None
    """Seconds from the programme's beginning."""
    entered_by: str = ""
    forwarded_often: bool = False


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """One axis that a person corrected, beside what the model had said (DESIGN promise 8). Flags are joined with commas."""

    axis: Axis
    was: str
    value: str
    actor: str
    at: datetime
    model: str


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """A correction as training data: handles and personal data masked (REQUIREMENTS C8, L3)."""

    mention_id: int
    title: str
    text: str
    channel: Channel
    language: str
    axis: Axis
    was: str
    value: str


@dataclass(frozen=True, slots=True)
class MentionView:
    """One mention with everything known of it.

    ``title``, ``text``, ``author`` and ``author_handle`` are as received: whoever shows them outside the case masks them
    (REQUIREMENTS L3). ``model_tags`` are the model's own, ``tags`` the same with the corrections laid over; evidence spans are
    those of the model in ``title`` and ``text``. ``siblings`` are the other mentions of the story.
    """

    row: MentionRow
    key: str
    title: str
    text: str
    author: str
    author_handle: str
    section: str
    language: str
    page: int | None
    canonical_url: str
    aliases: tuple[str, ...]
    revision: int
    watch: tuple[str, ...]
    tags: Tags | None
    model_tags: Tags | None
    corrections: tuple[CorrectionView, ...]
    siblings: tuple[MentionRow, ...]
    decided_by: str = ""
    decision_reason: str = ""
    image_url: str = ""
