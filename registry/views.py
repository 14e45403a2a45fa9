"""What the registry shows to the other stages: frozen values, never rows, so that nothing outside it depends on a session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from domain.case import (
    Action,
    AnswerStatus,
    BeneficiaryKind,
    CaseEventKind,
    CasePath,
    CaseState,
    CaseStatus,
    IntakeChannel,
)
from domain.delivery import DeliveryChannel, DeliveryKind, DeliveryStatus
from domain.mention import Access, Channel, Entry, MentionForm, MentionState
from domain.outlet import Outlet
from domain.people import Role
from domain.source import Source, SourceState
from domain.tags import Axis, Complexity, Importance, Kind, Sentiment, Tags

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. ``total`` counts the whole list."""

    items: tuple[T, ...]
    total: int


# ------------------------------------------------------------------------------------------------------------- gathering


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


# -------------------------------------------------------------------------------------------------------------- mentions


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


# ----------------------------------------------------------------------------------------------------------------- cases


@dataclass(frozen=True, slots=True)
class RegisterResult:
    """What one registration did; all are ids. ``proposed`` went to the review list, ``left`` were only kept (REQUIREMENTS L5)."""

    opened: tuple[int, ...] = ()
    """Cases."""
    joined: tuple[int, ...] = ()
    """Mentions that joined their story's case."""
    reopening: tuple[int, ...] = ()
    """Cases whose reopening is proposed."""
    linked: tuple[tuple[int, int], ...] = ()
    """Pairs of related cases."""
    proposed: tuple[int, ...] = ()
    """Mentions."""
    left: tuple[int, ...] = ()
    """Mentions."""

    @property
    def examined(self) -> int:
        """Mentions that were looked at: zero says that nothing is left to do."""
        return len(self.opened) + len(self.joined) + len(self.proposed) + len(self.left)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A line of a list of cases. ``overdue`` is calculated for the moment of the question (DESIGN promise 7)."""

    id: int
    number: str
    path: CasePath
    channel: IntakeChannel
    title: str
    kind: Kind
    topic: str
    importance: Importance
    complexity: Complexity
    action: Action
    status: CaseStatus
    answer: AnswerStatus
    department: str
    """Where the case is; empty before it is passed on."""
    assignee: str
    """Who has it; empty where the department has not given it to anybody."""
    body: str
    """The other body that has it, or takes part in it."""
    proposed_department: str
    """Where its topic belongs."""
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None
    overdue: bool
    mentions: int
    outlet_name: str
    """Of the first mention."""
    revision: int
    """For optimistic locking: pass it to ``cases.act`` as ``expected``."""
    waiting: bool = False
    """The clock stands: somebody outside has it or is waited for."""
    sealed: bool = False
    round: int = 0


@dataclass(frozen=True, slots=True)
class PartyView:
    """Who raised a case; empty texts once they were erased. Shown to those who answer the case alone (REQUIREMENTS L3)."""

    kind: BeneficiaryKind
    name: str
    contact: str
    channel: IntakeChannel
    reference: str
    erased: bool


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A file of a case. ``erased`` says that its content is gone."""

    id: int
    name: str
    media_type: str
    size: int
    actor: str
    at: datetime
    erased: bool


@dataclass(frozen=True, slots=True)
class EventView:
    """One event of a case. ``details`` are codes and keys, ``texts`` what people wrote; ``erased`` says that it was erased."""

    seq: int
    kind: CaseEventKind
    at: datetime
    actor: str
    details: Mapping[str, str]
    texts: Mapping[str, str]
    erased: bool = False


@dataclass(frozen=True, slots=True)
class LinkView:
    """A related case, and why: ``score`` is the likeness found (1 where a person linked them)."""

    case_id: int
    number: str
    title: str
    status: CaseStatus
    score: float
    at: datetime
    actor: str
    sealed: bool = False
    desk: str = ""
    """The department that it is with, or belongs to."""
    barred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One row of the outbox."""

    id: int
    key: str
    kind: DeliveryKind
    channel: DeliveryChannel
    recipient: str
    subject: str
    text: str
    html: str
    message_id: str
    status: DeliveryStatus
    case_id: int | None
    case_number: str
    drafted_by: str
    approved_by: str
    attempts: int
    reason: str
    remote_id: str
    created_at: datetime
    next_try_at: datetime | None
    claimed_at: datetime | None
    sent_at: datetime | None
    case_sealed: bool = False


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case with its history. ``mentions`` come oldest first: the first one opened it. ``allowed`` are the moves of the actor
    who asked (none where nobody was named)."""

    row: CaseRow
    state: CaseState
    events: tuple[EventView, ...]
    mentions: tuple[MentionRow, ...]
    links: tuple[LinkView, ...]
    deliveries: tuple[DeliveryView, ...]
    allowed: tuple[CaseEventKind, ...] = ()
    party: PartyView | None = None
    attachments: tuple[AttachmentView, ...] = ()


# ---------------------------------------------------------------------------------------------------------------- people


@dataclass(frozen=True, slots=True)
class PersonView:
    """Someone who may sign in."""

    username: str
    name: str
    roles: frozenset[Role]
    department: str
    scripted: bool
    disabled: bool
    created_at: datetime
    email: str = ""
    head: bool = False
    """Leads the department."""


# --------------------------------------------------------------------------------------------------------------- figures


@dataclass(frozen=True, slots=True)
class Counts:
    """Totals for the command line's summary (DESIGN 5). *Flagged* counts opened cases' mentions too."""

    mentions: int
    stories: int
    flagged: int
    cases: int
    answers_sent: int
    digests_sent: int
    sources: int = 0
    review: int = 0
    open_cases: int = 0
    overdue: int = 0
    problems: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of one code in the period, and in the period of the same length before it."""

    code: str
    count: int
    before: int = 0


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """The figures of one period ``[start, end)`` for the digest (REQUIREMENTS N3), each beside the period before it."""

    start: datetime
    end: datetime
    mentions: Tally
    flagged: Tally
    cases_opened: Tally
    cases_closed: Tally
    answers_sent: Tally
    open_now: int
    overdue_now: int
    by_channel: tuple[Tally, ...] = ()
    by_kind: tuple[Tally, ...] = ()
    """Flagged mentions by kind."""
    by_topic: tuple[Tally, ...] = ()
    """Cases opened, by topic, most first."""
    by_importance: tuple[Tally, ...] = ()
    by_sentiment: tuple[Tally, ...] = ()
    """Mentions in remit, by sentiment."""
    by_outlet: tuple[Tally, ...] = ()
    """Flagged press mentions, by outlet id, most first, ten at most."""
    top_cases: tuple[CaseRow, ...] = ()
    """Cases of the period, most important and most printed first, ten at most."""
    overdue_cases: tuple[CaseRow, ...] = ()
    outlet_names: Mapping[str, str] = field(default_factory=dict)


# ---------------------------------------------------------------------------------------------------------------- doctor


class Check(StrEnum):
    """What the doctor examines."""

    REPLAY = "replay"
    CHAIN = "chain"
    DUE = "due"
    NUMBERS = "numbers"
    MENTIONS = "mentions"
    STORIES = "stories"
    DELIVERIES = "deliveries"
    STORE = "store"
    AUDIT = "audit"
    ATTACHMENTS = "attachments"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the doctor found wrong: with what, what is wrong, and the remedy."""

    check: Check
    subject: str
    what: str
    remedy: str
