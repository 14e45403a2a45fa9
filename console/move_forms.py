"""The moves of a case as forms: which are offered to whom, in which order, with which fields. Pure.

What a form holds comes from the table of moves alone (``domain.case.MOVES``): its ``needs`` must be filled in, its ``offers``
may.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.case import MOVES, CaseEventKind, CasePath, CaseState, CaseStatus

_E = CaseEventKind
_S = CaseStatus


class Control(StrEnum):
    """What a field of a form is filled in with."""

    DEPARTMENT = "department"
    ASSIGNEE = "assignee"
    BODY = "body"
    CONTACT = "contact"
    PERSON = "person"
    TOPIC = "topic"
    CODE = "code"
    """One of an enum's members; which enum stands in ``console.pages.case_choices``."""
    STEP = "step"
    YES_NO = "yes_no"
    SCORE = "score"
    MOMENT = "moment"
    NUMBER = "number"
    """The reference number of another case."""
    LINKED = "linked"
    """A case that is linked already."""
    MENTIONS = "mentions"
    FILE = "file"
    LINE = "line"
    TEXT = "text"


class Rank(StrEnum):
    """How near at hand a form is."""

    FORWARD = "forward"
    """It leads the case on."""
    BESIDE = "beside"
    """It belongs to the day's work."""
    RARE = "rare"
    """It stands folded away under «إجراءات أخرى»."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a move's form."""

    name: str
    control: Control
    required: bool


@dataclass(frozen=True, slots=True)
class MoveForm:
    """One move and its fields."""

    kind: CaseEventKind
    fields: tuple[FormField, ...]
    rank: Rank

    @property
    def forward(self) -> bool:
        """Whether it leads the case on: reopening one leads it back."""
        return self.rank is Rank.FORWARD

    @property
    def is_grave(self) -> bool:
        """Whether it ends or hides something."""
        return self.kind in _GRAVE


_FORWARD: Final = (
    _E.ACCEPTED, _E.ASSIGNED, _E.CLAIMED, _E.SOLVED, _E.VERDICT_RECORDED, _E.OUTSIDE_ANSWERED, _E.SATISFACTION_RECORDED,
    _E.CLOSED, _E.SOLVED_AT_ONCE, _E.PROPOSALS_PREPARED, _E.WAITING_ENDED,
)  # fmt: skip
_BESIDE: Final = (
    _E.ACKNOWLEDGED, _E.BENEFICIARY_TOLD, _E.CONTACT_ATTEMPTED, _E.SATISFACTION_ASKED, _E.DELAY_TOLD, _E.FOLLOWED_UP,
    _E.OUTSIDE_RETURNED, _E.PASSED_TO_THIRD_PARTY, _E.REFERRED, _E.WAITING_BEGAN, _E.REJECTED, _E.REOPENED, _E.NOTE_ADDED,
    _E.ATTACHED,
)  # fmt: skip
_RARE: Final = (
    _E.CLASSIFIED, _E.RELEASED, _E.LADDER_STEPPED, _E.LINKED, _E.UNLINKED, _E.MERGED, _E.SPLIT_OFF, _E.CONFLICT_NAMED, _E.SEALED,
    _E.UNSEALED, _E.HELD, _E.HOLD_LIFTED,
)  # fmt: skip
OFFERED: Final = (*_FORWARD, *_BESIDE, *_RARE)
"""The moves that a form of the case's page makes, the way forward first. The others have their own places: the answer's, the
mention's page, or the system."""
_GRAVE: Final = frozenset({_E.REJECTED, _E.MERGED, _E.SEALED, _E.OUTSIDE_RETURNED})

_OWN: Final[Mapping[CaseEventKind, tuple[FormField, ...]]] = {
    _E.LINKED: (FormField("other", Control.NUMBER, required=True),),
    _E.UNLINKED: (FormField("other", Control.LINKED, required=True),),
    _E.MERGED: (FormField("into", Control.NUMBER, required=True), FormField("reason", Control.TEXT, required=True)),
    _E.SPLIT_OFF: (FormField("mentions", Control.MENTIONS, required=True), FormField("reason", Control.TEXT, required=True)),
    _E.ATTACHED: (FormField("file", Control.FILE, required=True),),
}
"""The forms of moves that have a door of their own: they are given what that door takes."""
_CONTROLS: Final[Mapping[str, Control]] = {
    "department": Control.DEPARTMENT,
    "assignee": Control.ASSIGNEE,
    "body": Control.BODY,
    "contact": Control.CONTACT,
    "person": Control.PERSON,
    "topic": Control.TOPIC,
    "step": Control.STEP,
    "satisfied": Control.YES_NO,
    "score": Control.SCORE,
    "effort": Control.SCORE,
    "handover": Control.SCORE,
    "promised_at": Control.MOMENT,
    "call_again_at": Control.MOMENT,
    "until": Control.MOMENT,
    "reference": Control.LINE,
    **dict.fromkeys(("kind", "importance", "complexity", "action", "channel", "outcome", "verdict"), Control.CODE),
}
"""Everything else is a text."""


def move_forms(allowed: Collection[CaseEventKind], state: CaseState) -> list[MoveForm]:
    """The forms for the moves that this person may make now."""
    offered = [kind for kind in OFFERED if kind in allowed]
    return [MoveForm(kind, fields_of(kind, state), _rank(kind, state)) for kind in offered]


def fields_of(kind: CaseEventKind, state: CaseState) -> tuple[FormField, ...]:
    """The fields of a move's form, as the case stands."""
    if kind in _OWN:
        return _OWN[kind]
    move = MOVES[kind]
    offers = tuple(name for name in move.offers if _makes_sense(name, kind, state))
    return tuple(
        FormField(name, _CONTROLS.get(name, Control.TEXT), name in move.needs or _is_wanted(name, kind, state))
        for name in (*move.needs, *offers)
    )


def _is_wanted(name: str, kind: CaseEventKind, state: CaseState) -> bool:
    """What the table offers, and the case as it stands asks for (``domain.case_checks``)."""
    if kind is not _E.ASSIGNED:
        return False
    if name == "assignee":
        return state.round > 0
    return name == "reason" and state.status in (_S.ASSIGNED, _S.SOLVED, _S.PROPOSALS)


def _makes_sense(name: str, kind: CaseEventKind, state: CaseState) -> bool:
    if kind is _E.ASSIGNED and name == "reason":
        return _is_wanted(name, kind, state)
    return name != "handover" or bool(state.body)


def _rank(kind: CaseEventKind, state: CaseState) -> Rank:
    """The same move leads on at one time and is rare at another."""
    if kind is _E.ASSIGNED and state.status in (_S.ASSIGNED, _S.SOLVED, _S.PROPOSALS):
        return Rank.BESIDE
    if kind is _E.SATISFACTION_RECORDED and (state.status is _S.CLOSED or state.satisfied is not None):
        return Rank.BESIDE
    if kind is _E.BENEFICIARY_TOLD and state.path is CasePath.PRESS_QUESTION and state.status is _S.SOLVED and not state.told:
        return Rank.FORWARD
    if kind is _E.LADDER_STEPPED and state.ladder is not None:
        return Rank.BESIDE
    return Rank.FORWARD if kind in _FORWARD else Rank.BESIDE if kind in _BESIDE else Rank.RARE
