"""What the registry shows of cases: lines of lists, one case whole with its history, files and letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

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
from domain.tags import Complexity, Importance, Kind
from registry.views.mentions import MentionRow


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
