"""A case: its statuses, the moves between them, and how its history gives its state.

The path of a media-coverage complaint (REQUIREMENTS W1): published -> monitored -> registered -> passed to the department in
charge -> solved? yes: closed -> reply to the outlet. No: proposals prepared -> the outlet is told the steps taken.
Everything that happens is an event; the state is a replay of the events (DESIGN promise 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.errors import IllegalMove, InputError, NotAllowed
from domain.people import Actor, Role


class CaseStatus(StrEnum):
    """Where a case stands."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ASSIGNED = "assigned"
    SOLVED = "solved"
    PROPOSALS = "proposals"
    CLOSED = "closed"
    REOPENED = "reopened"

    @property
    def is_open(self) -> bool:
        """Whether the clock runs."""
        return self not in (CaseStatus.REJECTED, CaseStatus.CLOSED)


class AnswerStatus(StrEnum):
    """Where the answer to the outlet stands, beside the case's own status (REQUIREMENTS N1)."""

    NONE = "none"
    DRAFTED = "drafted"
    APPROVED = "approved"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"


class CaseEventKind(StrEnum):
    """What can happen to a case."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ASSIGNED = "assigned"
    SOLVED = "solved"
    PROPOSALS_PREPARED = "proposals_prepared"
    CLOSED = "closed"
    REOPENED = "reopened"
    REOPENING_PROPOSED = "reopening_proposed"
    MENTION_JOINED = "mention_joined"
    LINKED = "linked"
    NOTE_ADDED = "note_added"
    TAGS_CORRECTED = "tags_corrected"
    ANSWER_DRAFTED = "answer_drafted"
    ANSWER_RETURNED = "answer_returned"
    ANSWER_APPROVED = "answer_approved"
    ANSWER_SENT = "answer_sent"
    ANSWER_UNCERTAIN = "answer_uncertain"
    ANSWER_FAILED = "answer_failed"


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table of moves.

    ``sources`` are the statuses that it may start from, ``target`` the one it leads to (None: the status stays).
    ``needs`` are the keys that the event's details must fill. ``roles`` may make it; an empty set means the system alone.
    """

    event: CaseEventKind
    sources: frozenset[CaseStatus]
    target: CaseStatus | None
    roles: frozenset[Role]
    needs: tuple[str, ...] = ()
    system_too: bool = False


_S = CaseStatus
_E = CaseEventKind
_ALL: Final = frozenset(CaseStatus)
_OPEN: Final = frozenset(status for status in CaseStatus if status.is_open)
_TEAM: Final = frozenset({Role.REVIEWER, Role.SPECIALIST})
_WORKERS: Final = frozenset({Role.SPECIALIST, Role.DEPARTMENT})

MOVES: Final[Mapping[CaseEventKind, Move]] = {
    move.event: move
    for move in (
        Move(_E.ACCEPTED, frozenset({_S.REGISTERED}), _S.ACCEPTED, _TEAM),
        Move(_E.REJECTED, frozenset({_S.REGISTERED, _S.ACCEPTED}), _S.REJECTED, _TEAM, ("reason",)),
        Move(
            _E.ASSIGNED,
            frozenset({_S.ACCEPTED, _S.ASSIGNED, _S.PROPOSALS, _S.REOPENED}),
            _S.ASSIGNED,
            _TEAM,
            ("department",),
        ),
        Move(_E.SOLVED, frozenset({_S.ASSIGNED}), _S.SOLVED, _WORKERS, ("resolution",)),
        Move(_E.PROPOSALS_PREPARED, frozenset({_S.ASSIGNED}), _S.PROPOSALS, _WORKERS, ("proposals",)),
        Move(_E.CLOSED, frozenset({_S.SOLVED, _S.PROPOSALS}), _S.CLOSED, frozenset({Role.SPECIALIST})),
        Move(_E.REOPENED, frozenset({_S.CLOSED, _S.REJECTED}), _S.REOPENED, _TEAM, ("reason",)),
        Move(_E.REOPENING_PROPOSED, frozenset({_S.CLOSED, _S.REJECTED}), None, _TEAM, system_too=True),
        Move(_E.MENTION_JOINED, _ALL, None, _TEAM, ("mention",), system_too=True),
        Move(_E.LINKED, _ALL, None, _TEAM, ("other",), system_too=True),
        Move(_E.NOTE_ADDED, _ALL, None, frozenset(Role) - {Role.AUDITOR}, ("note",)),
        Move(_E.TAGS_CORRECTED, _ALL, None, _TEAM),
        Move(
            _E.ANSWER_DRAFTED,
            frozenset({_S.SOLVED, _S.PROPOSALS, _S.CLOSED}),
            None,
            frozenset({Role.SPECIALIST}),
            ("delivery",),
        ),
        Move(_E.ANSWER_RETURNED, _ALL, None, frozenset({Role.APPROVER}), ("delivery", "reason")),
        Move(_E.ANSWER_APPROVED, _ALL, None, frozenset({Role.APPROVER}), ("delivery",)),
        Move(_E.ANSWER_SENT, _ALL, None, frozenset({Role.APPROVER}), ("delivery",), system_too=True),
        Move(_E.ANSWER_UNCERTAIN, _ALL, None, frozenset(), ("delivery",), system_too=True),
        Move(_E.ANSWER_FAILED, _ALL, None, frozenset({Role.APPROVER}), ("delivery",), system_too=True),
    )
}
"""Every move after registration (REQUIREMENTS W1, W4, W7)."""

_ANSWER_AFTER: Final[Mapping[CaseEventKind, AnswerStatus]] = {
    _E.ANSWER_DRAFTED: AnswerStatus.DRAFTED,
    _E.ANSWER_RETURNED: AnswerStatus.NONE,
    _E.ANSWER_APPROVED: AnswerStatus.APPROVED,
    _E.ANSWER_SENT: AnswerStatus.SENT,
    _E.ANSWER_UNCERTAIN: AnswerStatus.UNCERTAIN,
    _E.ANSWER_FAILED: AnswerStatus.FAILED,
}


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One thing that happened. ``details`` hold codes and keys; free text among them is kept in an erasable row (promise 7)."""

    kind: CaseEventKind
    at: datetime
    actor: str
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CaseState:
    """What a replay of a case's events gives."""

    status: CaseStatus
    answer: AnswerStatus = AnswerStatus.NONE
    department: str = ""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    events: int = 0


def replay(events: Iterable[CaseEvent]) -> CaseState:
    """The state that a history gives. Raises ``IllegalMove`` where the history breaks the table of moves."""
    state: CaseState | None = None
    for event in events:
        state = after(state, event)
    if state is None:
        raise InputError("a case has no events", "every case starts with its registration")
    return state


def after(state: CaseState | None, event: CaseEvent) -> CaseState:
    """The state after one more event."""
    if state is None:
        if event.kind is not CaseEventKind.REGISTERED:
            raise IllegalMove(f"a case cannot start with {event.kind}", "register it first", allowed=("registered",))
        return CaseState(CaseStatus.REGISTERED, opened_at=event.at, events=1)
    move = _move(state.status, event.kind)
    status = move.target or state.status
    return replace(
        state,
        status=status,
        answer=_ANSWER_AFTER.get(event.kind, AnswerStatus.NONE if event.kind is _E.REOPENED else state.answer),
        department=event.details.get("department", state.department),
        closed_at=event.at if status is CaseStatus.CLOSED and move.target else (None if status.is_open else state.closed_at),
        events=state.events + 1,
    )


def check(state: CaseState, kind: CaseEventKind, actor: Actor, details: Mapping[str, str]) -> None:
    """Raise where this actor may not make this move now: the one gate of every change to a case.

    Raises ``IllegalMove`` (status), ``NotAllowed`` (role) or ``InputError`` (a detail is missing).
    """
    move = _move(state.status, kind)
    if actor.is_person:
        if not move.roles & actor.roles:
            needed = ", ".join(sorted(move.roles)) or "the system alone"
            raise NotAllowed(f"{actor.username} may not make the move «{kind}»", f"it takes one of: {needed}")
    elif not move.system_too:
        raise NotAllowed(f"the move «{kind}» takes a person", "sign in and make it by hand")
    in_wrong_department = (
        kind in (_E.SOLVED, _E.PROPOSALS_PREPARED) and Role.SPECIALIST not in actor.roles and actor.department != state.department
    )
    if in_wrong_department:
        raise NotAllowed(
            f"the case is with the department «{state.department}»", "only its own people or a specialist may answer for it"
        )
    missing = [key for key in move.needs if not details.get(key, "").strip()]
    if missing:
        raise InputError(f"the move «{kind}» needs {', '.join(missing)}", "fill it in and try again")


def allowed_moves(state: CaseState, actor: Actor) -> tuple[CaseEventKind, ...]:
    """The moves that this actor may make now, in the table's order."""
    return tuple(
        kind
        for kind, move in MOVES.items()
        if state.status in move.sources and (move.roles & actor.roles if actor.is_person else move.system_too)
    )


def _move(status: CaseStatus, kind: CaseEventKind) -> Move:
    move = MOVES.get(kind)
    if move is None or status not in move.sources:
        allowed = tuple(kind for kind, move in MOVES.items() if status in move.sources and move.target)
        raise IllegalMove(
            f"a case that is «{status}» cannot be «{kind}»",
            f"possible now: {', '.join(allowed) or 'nothing'}",
            allowed=allowed,
        )
    return move
