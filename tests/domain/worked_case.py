"""A case in the hands of people: each move goes through the gate, as in the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from domain.case import CaseEvent, CaseEventKind, CasePath, CaseState, CaseStatus, after, check
from domain.people import SYSTEM, Actor, Role

NOW: Final = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def person(username: str, *roles: Role, department: str = "networks") -> Actor:
    """Somebody with these roles."""
    return Actor(username, username, frozenset(roles), department)


REVIEWER: Final = person("rana", Role.REVIEWER, department="")
SPECIALIST: Final = person("saleh", Role.SPECIALIST, department="")
WORKER: Final = person("dana", Role.DEPARTMENT)
COLLEAGUE: Final = person("daher", Role.DEPARTMENT)
STRANGER: Final = person("dima", Role.DEPARTMENT, department="post")
APPROVER: Final = person("abeer", Role.APPROVER, department="")
MANAGER: Final = person("majed", Role.MANAGER, department="")
AUDITOR: Final = person("aref", Role.AUDITOR, department="")
ADMIN: Final = person("adel", Role.ADMIN, department="")
EVERYBODY: Final = (REVIEWER, SPECIALIST, WORKER, COLLEAGUE, STRANGER, APPROVER, MANAGER, AUDITOR, ADMIN, SYSTEM)


@dataclass
class WorkedCase:
    """One case and its history; every move takes an hour."""

    path: CasePath = CasePath.MEDIA
    at: datetime = NOW
    history: list[CaseEvent] = field(default_factory=list)
    state: CaseState = field(init=False)

    def begin(self, **details: str) -> WorkedCase:
        """Register it."""
        first = CaseEvent(CaseEventKind.REGISTERED, self.at, "system", {"path": self.path, **details})
        self.history.append(first)
        self.state = after(None, first)
        return self

    def do(self, kind: CaseEventKind, actor: Actor = SPECIALIST, /, **details: str) -> WorkedCase:
        """Make a move through the gate."""
        check(self.state, kind, actor, details)
        self.at += timedelta(hours=1)
        event = CaseEvent(kind, self.at, actor.username, details)
        self.state = after(self.state, event)
        self.history.append(event)
        return self

    def assigned(self, **details: str) -> WorkedCase:
        """Accept it and pass it to the department ``networks``."""
        return self.do(CaseEventKind.ACCEPTED).do(CaseEventKind.ASSIGNED, **{"department": "networks", **details})

    def solved(self) -> WorkedCase:
        """Let its department solve it (a rumour: verify it)."""
        self.assigned()
        if self.path is CasePath.RUMOUR:
            return self.do(CaseEventKind.VERDICT_RECORDED, WORKER, verdict="denied", resolution="لا صحة له")
        return self.do(CaseEventKind.SOLVED, WORKER, resolution="أُصلح العطل")

    def reopened(self) -> WorkedCase:
        """Close it with whoever raised it content, and reopen it."""
        self.solved()
        if self.path.has_beneficiary:
            self.do(CaseEventKind.SATISFACTION_RECORDED, satisfied="yes")
        elif self.path is CasePath.PRESS_QUESTION:
            self.do(CaseEventKind.BENEFICIARY_TOLD, channel="phone")
        return self.do(CaseEventKind.CLOSED).do(CaseEventKind.REOPENED, reason="عاد العطل")


def case(path: CasePath = CasePath.MEDIA, **details: str) -> WorkedCase:
    """A registered case."""
    return WorkedCase(path).begin(**details)


def is_sound(state: CaseState) -> None:
    """What no history may lead to."""
    assert (state.closed_at is not None) == (state.status is CaseStatus.CLOSED)
    assert (state.status is CaseStatus.MERGED) == bool(state.merged_into)
    assert state.department or state.status not in (CaseStatus.ASSIGNED, CaseStatus.PROPOSALS)
    assert state.body or not state.status.is_outside
    assert not (state.assignee and state.assignee in state.barred)
    assert all(pause.end is not None for pause in state.pauses[:-1])
    assert all(one.end is not None and one.end <= two.start for one, two in zip(state.pauses, state.pauses[1:], strict=False))
    standing = bool(state.pauses) and state.pauses[-1].end is None
    assert standing or not state.status.is_outside
    with_us = (CaseStatus.ACCEPTED, CaseStatus.ASSIGNED, CaseStatus.REOPENED)
    assert not standing or state.status.is_outside or state.status in with_us
    if state.status is CaseStatus.CLOSED and state.path.has_beneficiary and state.satisfied is None:
        assert state.attempts >= 3
