"""The moves of a case as forms: which are offered to whom, in which order, with which fields. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from domain.case import MOVES, CaseEventKind

_E = CaseEventKind
OFFERED: Final = (
    _E.ACCEPTED, _E.ASSIGNED, _E.SOLVED, _E.PROPOSALS_PREPARED, _E.CLOSED, _E.REOPENED, _E.REJECTED, _E.NOTE_ADDED, _E.LINKED,
)  # fmt: skip
"""The moves that a form of the case's page makes, the way forward first. The others have their own places: the answer's, the
mention's page, or the system."""
_FORWARD: Final = frozenset({_E.ACCEPTED, _E.ASSIGNED, _E.SOLVED, _E.PROPOSALS_PREPARED, _E.CLOSED})


@dataclass(frozen=True, slots=True)
class MoveForm:
    """One move and the fields that it needs. ``forward`` says that it leads the case on: reopening one leads it back."""

    kind: CaseEventKind
    fields: tuple[str, ...]
    forward: bool


def move_forms(allowed: Collection[CaseEventKind]) -> list[MoveForm]:
    """The forms for the moves that this person may make now."""
    return [MoveForm(kind, MOVES[kind].needs, kind in _FORWARD) for kind in OFFERED if kind in allowed]
