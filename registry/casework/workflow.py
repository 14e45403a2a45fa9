"""The moves that people make on a case: one gate (REQUIREMENTS W1, W4, W7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row
from sqlmodel import Session

from domain.case import AnswerStatus, CaseEvent, CaseEventKind, CaseState, allowed_moves, check
from domain.errors import InputError, NotAllowed
from domain.people import Actor
from registry.casework.history import NewEvent, append_events, lock_case, read_events, state_of
from registry.casework.linking import write_case_links
from registry.locks import Work, alone

_E = CaseEventKind
_OWN_DOOR: Final = {
    _E.REGISTERED: "cases.accept_mention",
    _E.MENTION_JOINED: "cases.join_mention",
    _E.LINKED: "cases.link",
    _E.TAGS_CORRECTED: "tagging.correct",
}
_TREATMENT: Final = frozenset({_E.SOLVED, _E.PROPOSALS_PREPARED})
_ANSWERS: Final[Mapping[CaseEventKind, AnswerStatus]] = {
    _E.ANSWER_APPROVED: AnswerStatus.APPROVED,
    _E.ANSWER_SENT: AnswerStatus.SENT,
    _E.ANSWER_UNCERTAIN: AnswerStatus.UNCERTAIN,
    _E.ANSWER_FAILED: AnswerStatus.FAILED,
}


def act(
    session: Session,
    case_id: int,
    kind: CaseEventKind,
    actor: Actor,
    details: Mapping[str, str],
    now: datetime,
    *,
    expected: int | None = None,
) -> CaseState:
    """Make one move on a case and give the state that it leads to.

    ``details`` hold what the move needs (``domain.case.MOVES``); ``expected`` is the revision that the actor saw. An
    answer's event that is in the history already, for the same delivery, changes nothing.
    Raises ``NotFound``, ``Conflict`` (changed meanwhile), ``IllegalMove``, ``NotAllowed``, ``InputError``.
    """
    if kind in _OWN_DOOR:
        raise InputError(f"the move «{kind}» is not made by hand", f"use {_OWN_DOOR[kind]}: it writes what belongs to it")
    row = lock_case(session, case_id, expected)
    state = state_of(row)
    if _told_already(session, row, kind, details):
        return state
    check(state, kind, actor, details)
    if kind in _TREATMENT:
        _refuse_first_handlers(row, actor, read_events(session, [case_id])[case_id])
    return append_events(session, [NewEvent(case_id, kind, actor.username, _clean(details))], now)[case_id]


def link(session: Session, case_id: int, other_id: int, actor: Actor, now: datetime) -> bool:
    """A person says that two cases are about one matter; says whether that was new. Raises ``NotFound``, ``NotAllowed``,
    ``InputError``."""
    if case_id == other_id:
        raise InputError("a case cannot be linked with itself", "name the other case")
    alone(session, Work.CASES)
    first, second = lock_case(session, min(case_id, other_id)), lock_case(session, max(case_id, other_id))
    for row, other in ((first, second), (second, first)):
        check(state_of(row), _E.LINKED, actor, {"other": other.number})
    return bool(write_case_links(session, [(case_id, other_id, 1.0)], actor, now))


def moves_for(state: CaseState, actor: Actor, events: Sequence[CaseEvent]) -> tuple[CaseEventKind, ...]:
    """The moves that this actor may make now by ``act``, in the table's order."""
    barred = _TREATMENT if actor.username in first_handlers(events) else frozenset()
    return tuple(kind for kind in allowed_moves(state, actor) if kind not in barred and kind not in _OWN_DOOR)


def first_handlers(events: Sequence[CaseEvent]) -> frozenset[str]:
    """Who treated the case before it was last reopened: others look at it again (REQUIREMENTS W7). Empty where it never was."""
    reopened = [place for place, event in enumerate(events) if event.kind is _E.REOPENED]
    before = events[: reopened[-1]] if reopened else ()
    return frozenset(event.actor for event in before if event.kind in _TREATMENT)


def _refuse_first_handlers(row: Row[Any], actor: Actor, events: Sequence[CaseEvent]) -> None:
    if actor.username in first_handlers(events):
        raise NotAllowed(
            f"{actor.username} treated the case {row.number} before it was reopened",
            "staff who did not handle it before must look at it again",
        )


def _told_already(session: Session, row: Row[Any], kind: CaseEventKind, details: Mapping[str, str]) -> bool:
    if kind not in _ANSWERS or row.answer is not _ANSWERS[kind]:
        return False
    events = [event for event in read_events(session, [row.id])[row.id] if event.kind in _ANSWERS]
    return bool(events) and events[-1].kind is kind and events[-1].details.get("delivery") == details.get("delivery")


def _clean(details: Mapping[str, str]) -> dict[str, str]:
    return {key: value.strip().replace("\x00", "") for key, value in details.items() if value.strip()}
