"""The flows of the past's cases: who did what, when. The same for every ministry; what people said stands in its own file.

A moment is a working day before the start and the share of that day which had run. The moves are those of the one table of moves
and are made through the doors that people use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from domain.case import CaseEventKind, CasePath, IntakeChannel
from domain.tags import Complexity, Importance, Kind

_E = CaseEventKind
_C = IntakeChannel
_P = CasePath


class Who(StrEnum):
    """Who of the scripted staff makes a move."""

    REVIEWER = "reviewer"
    SPECIALIST = "specialist"
    MANAGER = "manager"
    STAFF = "staff"
    """Whoever works the case in its department."""
    HEAD = "head"
    """The head of its department."""


@dataclass(frozen=True, slots=True)
class Step:
    """One move. ``codes`` are details as they are, ``texts`` details and the names of their texts in the ministry's file,
    ``ahead`` details that are moments, in working hours after the start. ``to`` is who is given it, or whom it concerns."""

    day: int
    share: float
    by: Who
    kind: CaseEventKind
    codes: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    ahead: Mapping[str, float] = field(default_factory=dict)
    to: Who | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """One case from its beginning. ``deadline`` is a journalist's, in working hours after the start (below zero: one that was
    over a working day before it)."""

    key: str
    path: CasePath
    channel: IntakeChannel
    day: int
    share: float
    steps: tuple[Step, ...] = ()
    kind: Kind = Kind.COMPLAINT
    complexity: Complexity = Complexity.ROUTINE
    importance: Importance = Importance.MEDIUM
    accepted: bool = True
    deadline: float | None = None


def _said(day: int, share: float, by: Who, kind: CaseEventKind, *texts: str, to: Who | None = None, **codes: str) -> Step:
    """A move with texts; ``note:reason`` takes the text ``reason`` for the detail ``note``."""
    pairs = (text.partition(":") for text in texts)
    return Step(day, share, by, kind, codes, {detail: name or detail for detail, _, name in pairs}, to=to)


def _given(day: int, share: float, to: Who | None = None, *texts: str) -> Step:
    """Passed on to the department in charge, or to somebody there by name."""
    return _said(day, share, Who.SPECIALIST, _E.ASSIGNED, *texts, to=to)


def _claimed(day: int, share: float) -> Step:
    return Step(day, share, Who.STAFF, _E.CLAIMED)


def _solved(day: int, share: float, by: Who = Who.STAFF) -> Step:
    return _said(day, share, by, _E.SOLVED, "resolution")


def _told(day: int, share: float, channel: IntakeChannel = _C.PHONE) -> Step:
    return Step(day, share, Who.SPECIALIST, _E.BENEFICIARY_TOLD, {"channel": channel})


def _asked(day: int, share: float) -> Step:
    return Step(day, share, Who.SPECIALIST, _E.SATISFACTION_ASKED, {"channel": _C.SMS})


def _content(day: int, share: float, score: str = "5") -> Step:
    return Step(day, share, Who.SPECIALIST, _E.SATISFACTION_RECORDED, {"satisfied": "yes", "score": score, "effort": "4"})


def _missed(day: int, share: float) -> Step:
    return Step(day, share, Who.SPECIALIST, _E.CONTACT_ATTEMPTED, {"channel": _C.PHONE, "outcome": "no_answer"})


def _closed(day: int, share: float) -> Step:
    return Step(day, share, Who.SPECIALIST, _E.CLOSED)


_COMPLAINTS: Final = (
    Flow("satisfied", _P.GENERAL, _C.PHONE, 11, 0.1, (
        _given(11, 0.2), _claimed(11, 0.5), _solved(9, 0.4), _told(9, 0.6), _asked(9, 0.65), _content(8, 0.3), _closed(8, 0.35),
    )),
    Flow("unreached", _P.GENERAL, _C.CONTACT_FORM, 10, 0.2, (
        _given(10, 0.3), _claimed(10, 0.6), _solved(8, 0.2), _missed(8, 0.5), _missed(7, 0.3), _missed(6, 0.7), _closed(6, 0.8),
    )),
    Flow("reopened", _P.GENERAL, _C.PHONE, 9, 0.3, (
        _given(9, 0.4), _claimed(9, 0.6), _solved(7, 0.5), _told(7, 0.7), _content(6, 0.2, "4"), _closed(6, 0.3),
        _said(2, 0.4, Who.REVIEWER, _E.REOPENED, "reason:again"), _given(2, 0.6, Who.HEAD),
    ), complexity=Complexity.COMPLEX),
    Flow("referred", _P.GENERAL, _C.EMAIL, 5, 0.1, (
        _said(4, 0.3, Who.SPECIALIST, _E.REFERRED, "body", "reason"),
        _said(1, 0.35, Who.SPECIALIST, _E.FOLLOWED_UP, "note"),
    ), complexity=Complexity.COMPLEX),
    Flow("third_party", _P.GENERAL, _C.WEBSITE, 2, 0.2, (
        _given(2, 0.3), _claimed(2, 0.7), _said(1, 0.5, Who.SPECIALIST, _E.PASSED_TO_THIRD_PARTY, "body", "message"),
    ), complexity=Complexity.COMPLEX),
    Flow("waiting", _P.GENERAL, _C.CONTACT_FORM, 3, 0.15, (
        _given(3, 0.25), _claimed(3, 0.6), _said(1, 0.7, Who.STAFF, _E.WAITING_BEGAN, "reason"),
        Step(1, 0.8, Who.SPECIALIST, _E.CONTACT_ATTEMPTED, {"channel": _C.PHONE, "outcome": "call_back"}, {"note": "note"},
             {"call_again_at": 5}),
    )),
    Flow("delayed", _P.GENERAL, _C.LETTER, 6, 0.2, (
        _given(6, 0.3), _claimed(6, 0.5),
        Step(1, 0.6, Who.STAFF, _E.DELAY_TOLD, {"channel": _C.PHONE}, {"reason": "reason"}, {"promised_at": 72}),
    ), complexity=Complexity.COMPLEX),
    Flow("asked", _P.GENERAL, _C.LIVE_CHAT, 4, 0.4, (
        _given(4, 0.5), _claimed(4, 0.7), _solved(2, 0.3), _told(2, 0.5), _asked(2, 0.55), _missed(1, 0.4),
    )),
    Flow("unhappy", _P.GENERAL, _C.EMAIL, 7, 0.3, (
        _given(7, 0.4), _claimed(7, 0.6), _solved(4, 0.6), _told(3, 0.2), _asked(3, 0.25),
        Step(2, 0.5, Who.SPECIALIST, _E.SATISFACTION_RECORDED, {"satisfied": "no", "score": "2"}, {"note": "note"}),
        _given(2, 0.6, None, "reason"),
    ), complexity=Complexity.COMPLEX),
    Flow("called", _P.GENERAL, _C.PHONE, 3, 0.5, (_given(3, 0.7), _claimed(2, 0.2)), complexity=Complexity.COMPLEX),
    Flow("wrote", _P.GENERAL, _C.EMAIL, 2, 0.1, (
        Step(2, 0.35, Who.SPECIALIST, _E.MERGED, {"into": "called"}, {"reason": "reason"}),
    ), complexity=Complexity.COMPLEX),
    Flow("sealed", _P.GENERAL, _C.VISIT, 5, 0.4, (
        _said(5, 0.45, Who.SPECIALIST, _E.SEALED, "reason"),
        _said(4, 0.1, Who.MANAGER, _E.CONFLICT_NAMED, "reason:conflict", to=Who.STAFF),
        _said(4, 0.15, Who.MANAGER, _E.ASSIGNED, to=Who.MANAGER),
        _said(2, 0.3, Who.MANAGER, _E.NOTE_ADDED, "note"),
    ), complexity=Complexity.COMPLEX, importance=Importance.HIGH),
    Flow("held", _P.GENERAL, _C.LETTER, 4, 0.2, (
        _given(4, 0.3), _said(3, 0.4, Who.SPECIALIST, _E.ATTACHED, "name:file_name", "attachment:file"),
        Step(3, 0.6, Who.MANAGER, _E.HELD, texts={"reason": "reason"}, ahead={"until": 1500}),
    ), complexity=Complexity.COMPLEX),
    Flow("overdue", _P.GENERAL, _C.PHONE, 3, 0.1, (
        _given(3, 0.2), _claimed(3, 0.4),
    ), complexity=Complexity.CRITICAL, importance=Importance.HIGH),
    Flow("rejected", _P.GENERAL, _C.WEBSITE, 3, 0.3, (
        _said(3, 0.5, Who.REVIEWER, _E.REJECTED, "reason"),
    ), accepted=False),
    Flow("proposals", _P.GENERAL, _C.PHONE, 8, 0.1, (
        _given(8, 0.2), _claimed(8, 0.4), _said(6, 0.5, Who.STAFF, _E.PROPOSALS_PREPARED, "proposals"),
        _told(6, 0.7), _asked(6, 0.75), _content(5, 0.4, "3"), _closed(5, 0.5),
    )),
    Flow("accepted", _P.GENERAL, _C.EMAIL, 1, 0.85, complexity=Complexity.COMPLEX),
    Flow("released", _P.GENERAL, _C.PHONE, 2, 0.6, (
        _given(2, 0.7), _claimed(1, 0.1), _said(1, 0.75, Who.STAFF, _E.RELEASED, "reason"),
    ), complexity=Complexity.COMPLEX),
    Flow("report", _P.GENERAL, _C.X, 4, 0.1, (
        _given(4, 0.2), _claimed(4, 0.3), _solved(3, 0.2), _told(3, 0.3), _content(2, 0.2), _closed(2, 0.25),
    ), kind=Kind.REPORT),
    Flow("fresh", _P.GENERAL, _C.WEBSITE, 1, 0.9, accepted=False),
)  # fmt: skip

_INQUIRIES: Final = (
    Flow("at_once", _P.INQUIRY, _C.PHONE, 5, 0.3, (
        _said(5, 0.32, Who.SPECIALIST, _E.SOLVED_AT_ONCE, "resolution"), _told(5, 0.33), _content(5, 0.34), _closed(5, 0.35),
    ), kind=Kind.INQUIRY),
    Flow("asking", _P.INQUIRY, _C.EMAIL, 1, 0.3, (_given(1, 0.4), _claimed(1, 0.7)), kind=Kind.INQUIRY),
    Flow("answered_outside", _P.INQUIRY, _C.LIVE_CHAT, 7, 0.2, (
        _said(7, 0.4, Who.SPECIALIST, _E.REFERRED, "body", "reason"),
        _said(5, 0.6, Who.SPECIALIST, _E.OUTSIDE_ANSWERED, "resolution"),
        _told(5, 0.7, _C.LIVE_CHAT), _content(4, 0.2), _closed(4, 0.25),
    ), kind=Kind.INQUIRY),
    Flow("returned", _P.INQUIRY, _C.PHONE, 3, 0.2, (
        _said(3, 0.4, Who.SPECIALIST, _E.REFERRED, "body", "reason"),
        _said(2, 0.2, Who.SPECIALIST, _E.OUTSIDE_RETURNED, "reason:back"), _given(2, 0.3),
    ), kind=Kind.INQUIRY),
    Flow("fresh_inquiry", _P.INQUIRY, _C.CONTACT_FORM, 1, 0.92, kind=Kind.INQUIRY, accepted=False),
)  # fmt: skip

_MEDIA_DESK: Final = (
    Flow("rumour", _P.RUMOUR, _C.WHATSAPP, 5, 0.2, (
        _given(5, 0.25), _claimed(5, 0.3), _said(5, 0.5, Who.STAFF, _E.VERDICT_RECORDED, "resolution", verdict="denied"),
        _said(5, 0.6, Who.SPECIALIST, _E.LADDER_STEPPED, "note", step="editor"), _closed(3, 0.3),
    ), kind=Kind.REPORT, importance=Importance.HIGH),
    Flow("press_answered", _P.PRESS_QUESTION, _C.PHONE, 6, 0.1, (
        _given(6, 0.15), _claimed(6, 0.2), _solved(6, 0.6), _told(6, 0.65), _closed(6, 0.7),
    ), kind=Kind.INQUIRY, deadline=-1),
    Flow("press", _P.PRESS_QUESTION, _C.EMAIL, 1, 0.6, (
        _given(1, 0.65), _claimed(1, 0.7),
    ), kind=Kind.INQUIRY, importance=Importance.HIGH, deadline=6),
)  # fmt: skip

FLOWS: Final = (*_COMPLAINTS, *_INQUIRIES, *_MEDIA_DESK)
"""Every case that somebody raised through a direct channel."""
