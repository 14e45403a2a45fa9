"""A case: how its history gives its state, and the one gate of every change to it.

Everything that happens is an event; the state is a replay of the events (DESIGN promise 7). Which moves there are stands in
``domain.case_table``, what the words mean in ``domain.case_words``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from domain.case_checks import check_details
from domain.case_state import CaseEvent, CaseState, Pause
from domain.case_table import LEAST_ATTEMPTS, MOVES, Guard, Move
from domain.case_words import (
    Action,
    AnswerStatus,
    BeneficiaryKind,
    CaseEventKind,
    CasePath,
    CaseStatus,
    ContactOutcome,
    EscalationStep,
    IntakeChannel,
    LadderStep,
    Verdict,
)
from domain.errors import IllegalMove, InputError, NotAllowed
from domain.people import Actor, Role
from domain.tags import CASE_KINDS, Complexity, Importance, Kind

__all__ = [
    "MOVES",
    "Action",
    "AnswerStatus",
    "BeneficiaryKind",
    "CaseEvent",
    "CaseEventKind",
    "CasePath",
    "CaseState",
    "CaseStatus",
    "ContactOutcome",
    "EscalationStep",
    "Guard",
    "IntakeChannel",
    "LadderStep",
    "Move",
    "Pause",
    "Verdict",
    "after",
    "allowed_moves",
    "check",
    "replay",
]

_E = CaseEventKind
_S = CaseStatus
_TREATMENT: Final = frozenset({_E.SOLVED, _E.PROPOSALS_PREPARED, _E.VERDICT_RECORDED})
_ANYBODYS: Final = frozenset({_E.NOTE_ADDED, _E.ATTACHED, _E.REOPENED})
"""What a department may do on any case."""
_ANSWER_AFTER: Final[Mapping[CaseEventKind, AnswerStatus]] = {
    _E.ANSWER_DRAFTED: AnswerStatus.DRAFTED,
    _E.ANSWER_RETURNED: AnswerStatus.NONE,
    _E.ANSWER_APPROVED: AnswerStatus.APPROVED,
    _E.ANSWER_SENT: AnswerStatus.SENT,
    _E.ANSWER_UNCERTAIN: AnswerStatus.UNCERTAIN,
    _E.ANSWER_FAILED: AnswerStatus.FAILED,
}


def replay(events: Iterable[CaseEvent]) -> CaseState:
    """The state that a history gives. Raises ``IllegalMove`` where the history breaks the table of moves."""
    state: CaseState | None = None
    for event in events:
        state = after(state, event)
    if state is None:
        raise InputError("a case has no events", "every case starts with its registration")
    return state


def after(state: CaseState | None, event: CaseEvent) -> CaseState:
    """The state after one more event. Raises ``IllegalMove``."""
    if state is None:
        return _registered(event)
    move = _move(state, event.kind)
    changes: dict[str, Any] = {"events": state.events + 1, "pauses": _pauses(state, move, event)}
    if move.target is not None:
        changes["status"] = move.target
        changes["closed_at"] = event.at if move.target is _S.CLOSED else None
        changes |= _on_moving(state, move.target)
    answer = _ANSWER_AFTER.get(event.kind)
    if answer is not None:
        changes["answer"] = answer
    told = _TELLS.get(event.kind)
    if told is not None:
        changes |= told(state, event)
    return replace(state, **changes)


def check(state: CaseState, kind: CaseEventKind, actor: Actor, details: Mapping[str, str]) -> None:
    """Raise where this actor may not make this move now: the one gate of every change to a case.

    Raises ``IllegalMove`` (status or condition), ``NotAllowed`` (who) or ``InputError`` (a detail is missing or wrong).
    """
    move = _move(state, kind)
    refusal = _refuses_actor(state, move, actor)
    if refusal is not None:
        raise refusal
    missing = [key for key in move.needs if not details.get(key, "").strip()]
    if missing:
        wanting = f"the move «{kind}» needs {', '.join(missing)}"
        raise InputError(wanting, "fill it in and try again").saying("missing", move=kind, fields=tuple(missing))
    check_details(state, kind, details)


def allowed_moves(state: CaseState, actor: Actor) -> tuple[CaseEventKind, ...]:
    """The moves that this actor may make now, in the table's order."""
    return tuple(kind for kind, move in MOVES.items() if _is_possible(state, move) and _refuses_actor(state, move, actor) is None)


# ---------------------------------------------------------------------------------------------------------------- who may


def _refuses_actor(state: CaseState, move: Move, actor: Actor) -> NotAllowed | None:
    """Why this actor may not make this move on this case; None where they may."""
    if not actor.is_person:
        by_hand = NotAllowed(f"the move «{move.event}» takes a person", "sign in and make it by hand")
        return None if move.system_too else by_hand.saying("takes_person", move=move.event)
    # Management works a sealed case from end to end: nobody else may see it (REQUIREMENTS W14).
    leads = state.sealed and Role.MANAGER in actor.roles and bool(move.roles)
    if not move.roles & actor.roles and not leads:
        needed = ", ".join(sorted(move.roles)) or "the system alone"
        refusal = NotAllowed(f"{actor.username} may not make the move «{move.event}»", f"it takes one of: {needed}")
        return refusal.saying("role" if move.roles else "system_alone", move=move.event, roles=tuple(sorted(move.roles)))
    if actor.username in state.barred:
        return NotAllowed(
            f"the case concerns {actor.username} and never goes to whom it concerns", "somebody else must make the move"
        ).saying("concerns_you")
    if state.sealed and Role.MANAGER not in actor.roles:
        return NotAllowed("the case is sealed", "management alone works it").saying("sealed")
    return _refuses_worker(state, move.event, actor)


def _refuses_worker(state: CaseState, kind: CaseEventKind, actor: Actor) -> NotAllowed | None:
    """A reopened case is treated by its new person alone; a department works its own cases alone (REQUIREMENTS W7, W14)."""
    if state.round and kind in _TREATMENT:
        if actor.username != state.assignee:
            new = NotAllowed("the case was reopened and is with somebody new", f"{state.assignee or 'its new person'} treats it")
            return new.saying("with_somebody_new" if state.assignee else "nobody_new_yet", person=state.assignee)
        return None
    as_department = kind not in _ANYBODYS and MOVES[kind].roles & actor.roles == {Role.DEPARTMENT}
    if as_department and actor.username != state.assignee and actor.department != state.department:
        return NotAllowed(
            f"the case is with the department «{state.department}»", "only its own people or a specialist may answer for it"
        ).saying("with_department", department=state.department)
    return None


# ---------------------------------------------------------------------------------------------------------------- whether


def _move(state: CaseState, kind: CaseEventKind) -> Move:
    move = MOVES.get(kind)
    if move is None or state.status not in move.sources or state.path not in move.paths:
        refused = _illegal(state, f"a case that is «{state.status}» on the path «{state.path}» cannot be «{kind}»")
        raise refused.saying(
            "status_or_path",
            move=kind,
            status=state.status,
            path=state.path,
            allowed=tuple(CaseEventKind(each) for each in refused.allowed),
        )
    broken = _broken(state, move)
    if broken is not None:
        refused = _illegal(state, f"the case cannot be «{kind}»: {broken.says}", f"{broken.remedy}; ")
        raise refused.saying(broken.key, attempts=LEAST_ATTEMPTS)
    return move


def _illegal(state: CaseState, what: str, remedy: str = "") -> IllegalMove:
    allowed = tuple(kind for kind, move in MOVES.items() if move.target and _is_possible(state, move))
    return IllegalMove(what, f"{remedy}possible now: {', '.join(allowed) or 'nothing'}", allowed=allowed)


def _is_possible(state: CaseState, move: Move) -> bool:
    return state.status in move.sources and state.path in move.paths and _broken(state, move) is None


def _broken(state: CaseState, move: Move) -> Guard | None:
    return next((guard for guard in move.guards if not guard.holds(state)), None)


# ------------------------------------------------------------------------------------------------------------- what it leads to


def _registered(event: CaseEvent) -> CaseState:
    if event.kind is not _E.REGISTERED:
        raise IllegalMove(f"a case cannot start with {event.kind}", "register it first", allowed=("registered",))
    details = event.details
    return CaseState(
        _S.REGISTERED,
        path=CasePath(details.get("path", CasePath.MEDIA)),
        opened_at=event.at,
        clock_from=event.at,
        deadline=_moment(details.get("deadline")),
        first_mention=details.get("mention", ""),
        events=1,
        **_classification(details),
    )


def _pauses(state: CaseState, move: Move, event: CaseEvent) -> tuple[Pause, ...]:
    """The clock stands while somebody outside has the case or is waited for; any move on ends the waiting (REQUIREMENTS W13)."""
    pauses = state.pauses
    stands = bool(pauses) and pauses[-1].end is None
    if event.kind is not _E.WAITING_BEGAN and event.kind is not _E.WAITING_ENDED and move.target is None:
        return pauses
    # Two who act at once may write in the other order than their clocks say: no pause ends before it began.
    at = max(event.at, pauses[-1].end or pauses[-1].start) if pauses else event.at
    if stands:
        pauses = (*pauses[:-1], Pause(pauses[-1].start, at))
    # Whoever gets it has their whole time from then on, also where we waited for somebody before.
    begins = event.kind is _E.WAITING_BEGAN or (move.target is not None and move.target.is_outside)
    return (*pauses, Pause(at)) if begins else pauses


def _on_moving(state: CaseState, target: CaseStatus) -> dict[str, Any]:
    """What a new status does to the rest: a new solution waits for a new word of the beneficiary."""
    changes: dict[str, Any] = {}
    if target is _S.SOLVED or target is _S.PROPOSALS:
        changes |= {"satisfied": None, "attempts": 0, "told": False}
    if not target.is_outside and state.status.is_outside and target is not _S.SOLVED:
        changes["body"] = ""
    if target is _S.ACCEPTED or target is _S.REOPENED:
        changes["assignee"] = ""
    return changes


def _classification(details: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {axis: of(details[axis]) for axis, of in _AXES.items() if details.get(axis)}
    if found.get("kind", Kind.COMPLAINT) not in CASE_KINDS:
        # A person says so by rejecting the case; its own kind stays one that opens cases.
        del found["kind"]
    return found


_AXES: Final[Mapping[str, Callable[[str], object]]] = {
    "kind": Kind,
    "topic": str,
    "importance": Importance,
    "complexity": Complexity,
    "action": Action,
}


def _corrected(state: CaseState, event: CaseEvent) -> dict[str, Any]:
    """A corrected mention changes its case where it is the one that opened it."""
    if event.details.get("mention", "") != state.first_mention:
        return {}
    return _classification({axis: value for axis, value in event.details.items() if axis in ("kind", "topic", "importance")})


def _assigned(_: CaseState, event: CaseEvent) -> dict[str, Any]:
    return {"department": event.details["department"], "assignee": event.details.get("assignee", ""), "body": ""}


def _reopened(state: CaseState, event: CaseEvent) -> dict[str, Any]:
    return {
        "answer": AnswerStatus.NONE,
        "assignee": "",
        "body": "",
        "clock_from": event.at,
        "pauses": (),
        "deadline": None,
        "promised_at": None,
        "satisfied": None,
        "attempts": 0,
        "told": False,
        "round": state.round + 1,
        "escalated": None,
        "verdict": None,
    }


def _attempted(state: CaseState, event: CaseEvent) -> dict[str, Any]:
    reached = event.details["outcome"] == ContactOutcome.REACHED
    counts = not reached and state.status in (_S.SOLVED, _S.PROPOSALS)
    return {"attempts": state.attempts + 1} if counts else {}


def _satisfied(state: CaseState, event: CaseEvent) -> dict[str, Any]:
    """Who says that they are not satisfied was reached: attempts are counted anew from there."""
    satisfied = event.details["satisfied"] == "yes"
    return {"satisfied": satisfied, "attempts": state.attempts if satisfied else 0}


def _conflict(state: CaseState, event: CaseEvent) -> dict[str, Any]:
    """The case is taken from whom it concerns (REQUIREMENTS W14)."""
    person = event.details["person"]
    barred = state.barred if person in state.barred else (*state.barred, person)
    return {"barred": barred, "assignee": "" if state.assignee == person else state.assignee}


_TELLS: Final[Mapping[CaseEventKind, Callable[[CaseState, CaseEvent], dict[str, Any]]]] = {
    _E.CLASSIFIED: lambda _, event: _classification(event.details),
    _E.TAGS_CORRECTED: _corrected,
    _E.ASSIGNED: _assigned,
    _E.CLAIMED: lambda _, event: {"assignee": event.actor},
    _E.RELEASED: lambda _state, _event: {"assignee": ""},
    _E.PASSED_TO_THIRD_PARTY: lambda _, event: {"body": event.details["body"], "action": Action.THIRD_PARTY},
    _E.REFERRED: lambda _, event: {"body": event.details["body"]},
    _E.SOLVED_AT_ONCE: lambda _state, _event: {"action": Action.FIRST_CONTACT},
    _E.VERDICT_RECORDED: lambda _, event: {"verdict": Verdict(event.details["verdict"])},
    _E.BENEFICIARY_TOLD: lambda state, _: {"told": True} if state.status in (_S.SOLVED, _S.PROPOSALS) else {},
    _E.CONTACT_ATTEMPTED: _attempted,
    _E.DELAY_TOLD: lambda _, event: {"promised_at": _moment(event.details["promised_at"])},
    _E.SATISFACTION_RECORDED: _satisfied,
    _E.REOPENED: _reopened,
    _E.ESCALATED: lambda _, event: {"escalated": EscalationStep(event.details["step"])},
    _E.LADDER_STEPPED: lambda _, event: {"ladder": LadderStep(event.details["step"])},
    _E.MERGED: lambda _, event: {"merged_into": event.details["into"]},
    _E.CONFLICT_NAMED: _conflict,
    _E.SEALED: lambda _state, _event: {"sealed": True},
    _E.UNSEALED: lambda _state, _event: {"sealed": False},
    _E.HELD: lambda _, event: {"held_until": _moment(event.details["until"])},
    _E.HOLD_LIFTED: lambda _state, _event: {"held_until": None},
}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
