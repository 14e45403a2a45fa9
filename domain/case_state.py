"""A case as its history leaves it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.case_words import Action, AnswerStatus, CaseEventKind, CasePath, CaseStatus, EscalationStep, LadderStep, Verdict
from domain.tags import Complexity, Importance, Kind


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One thing that happened. ``details`` hold codes and keys; free text among them is kept in an erasable row (promise 7)."""

    kind: CaseEventKind
    at: datetime
    actor: str
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the case's clock stood: it waited for somebody outside. ``end`` is None while it still stands."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseState:
    """What a replay of a case's events gives.

    ``clock_from`` is its opening or its last reopening, ``pauses`` are those since then. ``satisfied`` is what the beneficiary
    said of the last solution (None: nothing yet), ``attempts`` how often they were not reached since it, or since they said that
    they are not satisfied. ``round`` counts the
    reopenings. ``barred`` are people whom the case must never go to (REQUIREMENTS W14). ``deadline`` is a journalist's,
    ``promised_at`` the new date that was told with the reasons of a delay (REQUIREMENTS W7).
    """

    status: CaseStatus
    path: CasePath = CasePath.MEDIA
    kind: Kind = Kind.COMPLAINT
    topic: str = ""
    importance: Importance = Importance.MEDIUM
    complexity: Complexity = Complexity.ROUTINE
    action: Action = Action.PROCESSING
    answer: AnswerStatus = AnswerStatus.NONE
    department: str = ""
    assignee: str = ""
    body: str = ""
    """The other body that has it (a referral) or takes part in it (a third party)."""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    clock_from: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    deadline: datetime | None = None
    promised_at: datetime | None = None
    satisfied: bool | None = None
    attempts: int = 0
    told: bool = False
    """The beneficiary, or the journalist, was told the last solution."""
    round: int = 0
    barred: tuple[str, ...] = ()
    sealed: bool = False
    held_until: datetime | None = None
    escalated: EscalationStep | None = None
    ladder: LadderStep | None = None
    verdict: Verdict | None = None
    merged_into: str = ""
    """The number of the case that it is part of now."""
    first_mention: str = ""
    events: int = 0

    @property
    def is_waiting(self) -> bool:
        """Whether the clock stands for want of something from outside, while the case is still with us."""
        return bool(self.pauses) and self.pauses[-1].end is None and not self.status.is_outside
