"""Making a move on a case: the one way for the page's forms and for the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from console.case_access import demand_case
from console.desk import Desk
from console.move_forms import OFFERED
from domain.case import MOVES, CaseEventKind, CaseState, check
from domain.errors import InputError, NotAllowed, NotFound
from domain.people import Actor
from notify import referrals
from registry import cases, people
from registry.directories import liaison
from registry.views import CaseView

_E = CaseEventKind
_AHEAD: Final = ("promised_at", "call_again_at", "until")
"""Moments that are still to come."""
_PASSED_ON: Final = frozenset({_E.REFERRED, _E.PASSED_TO_THIRD_PARTY})
"""Moves that a letter goes with, where they name a person at the other body."""
MOMENTS: Final = frozenset({*_AHEAD, "deadline"})


@dataclass(frozen=True, slots=True)
class Step:
    """A move that somebody wants to make on a case: what they filled in, and the revision that they saw."""

    kind: CaseEventKind
    given: Mapping[str, str]
    mentions: tuple[int, ...] = ()
    """Those that a split takes along."""
    expected: int | None = None


def visible_case(session: Session, case_id: int, actor: Actor, now: datetime | None = None) -> CaseView:
    """The case, where this person may read it. Raises ``NotFound``, ``NotAllowed``."""
    view = cases.case_view(session, case_id, actor, now)
    demand_case(actor, view.row, view.state)
    return view


def may_see(session: Session, case_id: int, actor: Actor) -> bool:
    """Whether a move left the case to whoever made it: one that they sealed, or that concerns them, is with others then."""
    try:
        visible_case(session, case_id, actor)
    except NotAllowed:
        return False
    return True


def make_move(session: Session, desk: Desk, actor: Actor, case_id: int, step: Step) -> int:
    """Make one of the moves that the page offers, with what it needs; gives the id of the case to look at then.

    Raises ``InputError`` for a move that has another place and for a code that is none, and what ``registry.cases`` raises.
    """
    view = visible_case(session, case_id, actor, desk.now)
    if step.kind not in OFFERED or step.kind is _E.ATTACHED:
        elsewhere = InputError(f"the move «{step.kind}» is not made here", f"one of: {', '.join(OFFERED)}")
        raise elsewhere.saying("not_here", move=step.kind)
    door = _DOORS.get(step.kind)
    if door is not None:
        return door(session, desk, actor, view, step)
    move = MOVES[step.kind]
    given = {name: step.given.get(name, "").strip() for name in (*move.needs, *move.offers)}
    details = {name: value for name, value in given.items() if value and not _is_same(view.state, step.kind, name, value)}
    check(view.state, step.kind, actor, details)
    _check_codes(session, desk, view.state, details)
    cases.act(session, case_id, step.kind, actor, details, desk.now, expected=step.expected)
    if step.kind in _PASSED_ON:
        referrals.queue(session, desk.profile, case_id, desk.now)
    return case_id


def in_zone(text: str, zone: str) -> str:
    """A moment as a form gives it (``2026-11-30T09:00``), in the service's zone; any other text as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return text if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone)).isoformat()


def _is_same(state: CaseState, kind: CaseEventKind, name: str, value: str) -> bool:
    """A classification names what changes alone."""
    return kind is _E.CLASSIFIED and str(getattr(state, name)) == value


def _check_codes(session: Session, desk: Desk, state: CaseState, details: Mapping[str, str]) -> None:
    """Codes of the profile and of the directories, which the table of moves does not know."""
    profile = desk.profile
    department, body, topic, person = (details.get(name, "") for name in ("department", "body", "topic", "person"))
    if department and department not in {each.code for each in profile.departments}:
        wrong = InputError(f"there is no department «{department}»", "choose one of the profile's")
        raise wrong.saying("no_department", given=department)
    if body and profile.body(body) is None:
        raise InputError(f"there is no body «{body}»", "choose one of the profile's").saying("no_body", given=body)
    if topic and profile.topic(topic) is None:
        raise InputError(f"there is no topic «{topic}»", "choose one of the profile's").saying("no_topic", given=topic)
    if person:
        _known_person(session, person)
    if details.get("contact"):
        _check_contact(session, details["contact"], body or state.body)
    for name in _AHEAD:
        if details.get(name) and datetime.fromisoformat(details[name]) <= desk.now:
            past = InputError(f"{name} «{details[name]}» is past", "give a later moment")
            raise past.saying("moment_past", field=name, given=details[name])


def _known_person(session: Session, username: str) -> None:
    try:
        people.get(session, username)
    except NotFound as error:
        raise InputError(f"there is no user «{username}»", "choose somebody from the list").saying(
            "no_person", person=username
        ) from error


def _check_contact(session: Session, contact: str, body: str) -> None:
    known = {str(each.id) for each in liaison.of_body(session, body)}
    if contact not in known:
        raise InputError(f"the contact «{contact}» is not at «{body}»", "choose one of its people").saying(
            "no_contact", body=body
        )


# ------------------------------------------------------------------------------------------------ moves with a door of their own


def _other_case(session: Session, actor: Actor, number: str, field: str, kind: CaseEventKind) -> int:
    """The other case of a move; it, too, must be one that the person may read."""
    if not number.strip():
        raise InputError(f"the move «{kind}» needs {field}", "give its reference number").saying(
            "missing", move=kind, fields=(field,)
        )
    case_id = cases.find_case(session, number)
    visible_case(session, case_id, actor)
    return case_id


def _link(session: Session, desk: Desk, actor: Actor, view: CaseView, step: Step) -> int:
    other = _other_case(session, actor, step.given.get("other", ""), "other", step.kind)
    cases.link(session, view.row.id, other, actor, desk.now)
    return view.row.id


def _unlink(session: Session, desk: Desk, actor: Actor, view: CaseView, step: Step) -> int:
    other = _other_case(session, actor, step.given.get("other", ""), "other", step.kind)
    cases.unlink(session, view.row.id, other, actor, desk.now)
    return view.row.id


def _merge(session: Session, desk: Desk, actor: Actor, view: CaseView, step: Step) -> int:
    into = _other_case(session, actor, step.given.get("into", ""), "into", step.kind)
    cases.merge(session, view.row.id, into, actor, desk.now, step.given.get("reason", "").strip(), expected=step.expected)
    return into


def _split(session: Session, desk: Desk, actor: Actor, view: CaseView, step: Step) -> int:
    if not step.mentions:
        raise InputError("no mention was chosen", "choose those that go to the new case").saying("no_mentions_chosen")
    reason = step.given.get("reason", "").strip()
    return cases.split(session, view.row.id, step.mentions, actor, desk.now, reason, desk.profile, expected=step.expected)


_DOORS: Final[Mapping[CaseEventKind, Callable[[Session, Desk, Actor, CaseView, Step], int]]] = {
    _E.LINKED: _link,
    _E.UNLINKED: _unlink,
    _E.MERGED: _merge,
    _E.SPLIT_OFF: _split,
}
