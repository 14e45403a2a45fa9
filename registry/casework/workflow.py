"""The moves that people make on a case: one gate (REQUIREMENTS W1, W4, W7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, select
from sqlmodel import Session

from domain.case import MOVES, AnswerStatus, CaseEventKind, CaseState, allowed_moves, check
from domain.delivery import DeliveryKind
from domain.errors import InputError
from domain.people import Actor
from registry import improvements
from registry.casework.assignment import check_assignee
from registry.casework.case_row import state_of
from registry.casework.history import NewEvent, append_events, lock_case, read_events
from registry.casework.linking import write_case_links
from registry.casework.notices import withdraw_notices
from registry.locks import Work, alone
from registry.tables import DeliveryRecord, table_of

DELIVERY = table_of(DeliveryRecord)

_E = CaseEventKind
_OWN_DOOR: Final = {
    _E.REGISTERED: "cases.accept_mention or cases.open_direct",
    _E.MENTION_JOINED: "cases.accept_mention",
    _E.MENTION_LEFT: "cases.split",
    _E.MERGED: "cases.merge",
    _E.ABSORBED: "cases.merge",
    _E.SPLIT_OFF: "cases.split",
    _E.LINKED: "cases.link",
    _E.UNLINKED: "cases.unlink",
    _E.ATTACHED: "cases.attach",
    _E.TAGS_CORRECTED: "tagging.correct",
}
_PEOPLE: Final = ("person", "assignee")
_OF_DELIVERIES: Final = frozenset(kind for kind, move in MOVES.items() if "delivery" in move.needs)
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
        door = InputError(f"the move «{kind}» is not made by hand", f"use {_OWN_DOOR[kind]}: it writes what belongs to it")
        raise door.saying("own_door", move=kind)
    given = _clean(details)
    row = lock_case(session, case_id, expected)
    state = state_of(row)
    if _told_already(session, row, kind, given):
        return state
    check(state, kind, actor, given)
    _check_rows(session, row, kind, given)
    if kind is _E.ASSIGNED and "assignee" in given:
        events = read_events(session, [case_id])[case_id]
        check_assignee(session, state, given["department"], given["assignee"], events)
    after = append_events(session, [NewEvent(case_id, kind, actor.username, given)], now)[case_id]
    if kind is _E.SEALED or kind is _E.CONFLICT_NAMED:
        withdraw_notices(session, case_id, person=given.get("person", ""))
    if kind is _E.PROPOSALS_PREPARED:
        improvements.propose_from_case(session, row, given["proposals"], actor, now)
    return after


def _check_rows(session: Session, row: Row[Any], kind: CaseEventKind, given: Mapping[str, str]) -> None:
    """The details that name something else in the store must name something that is there."""
    unknown = sorted(set(given) - {*MOVES[kind].needs, *MOVES[kind].offers})
    if unknown:
        known = ", ".join((*MOVES[kind].needs, *MOVES[kind].offers)) or "no details"
        strange = InputError(f"the move «{kind}» has no detail {', '.join(unknown)}", f"it takes {known}")
        raise strange.saying("strange_detail", move=kind, fields=tuple(unknown))
    if kind in _OF_DELIVERIES and not _has_answer(session, row.id, given["delivery"]):
        missing = InputError(f"the case {row.number} has no answer «{given['delivery']}»", "draft one, and approve it there")
        raise missing.saying("no_answer", number=row.number)


def _has_answer(session: Session, case_id: int, delivery: str) -> bool:
    of_case = select(DELIVERY.c.id).where(DELIVERY.c.case_id == case_id, DELIVERY.c.kind == DeliveryKind.ANSWER)
    return delivery in {str(found) for found in session.connection().execute(of_case).scalars()}


def link(session: Session, case_id: int, other_id: int, actor: Actor, now: datetime) -> bool:
    """A person says that two cases are about one matter; says whether that was new. Raises ``NotFound``, ``NotAllowed``,
    ``InputError``."""
    if case_id == other_id:
        raise InputError("a case cannot be linked with itself", "name the other case").saying("linked_with_itself")
    alone(session, Work.CASES)
    first, second = lock_case(session, min(case_id, other_id)), lock_case(session, max(case_id, other_id))
    for row, other in ((first, second), (second, first)):
        check(state_of(row), _E.LINKED, actor, {"other": other.number})
    return bool(write_case_links(session, [(case_id, other_id, 1.0)], actor, now))


def moves_for(state: CaseState, actor: Actor) -> tuple[CaseEventKind, ...]:
    """The moves that this actor may make now by ``act``, in the table's order."""
    return tuple(kind for kind in allowed_moves(state, actor) if kind not in _OWN_DOOR)


def _told_already(session: Session, row: Row[Any], kind: CaseEventKind, details: Mapping[str, str]) -> bool:
    if kind not in _ANSWERS or row.answer is not _ANSWERS[kind]:
        return False
    events = [event for event in read_events(session, [row.id])[row.id] if event.kind in _ANSWERS]
    return bool(events) and events[-1].kind is kind and events[-1].details.get("delivery") == details.get("delivery")


def _clean(details: Mapping[str, str]) -> dict[str, str]:
    """Without what is empty, and without what no store takes: NUL and halves of letters. People by the names that they sign in
    with, which know no capitals: «Dana» is barred as «dana» is."""
    cleaned = {key: value.replace("\x00", "").encode("utf-8", "replace").decode().strip() for key, value in details.items()}
    return {key: value.lower() if key in _PEOPLE else value for key, value in cleaned.items() if value}
