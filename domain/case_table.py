"""The table of a case's moves: from where, to where, by whom, with what, on which conditions (REQUIREMENTS W1-W7, W14, W15).

This is the only place that says what is legal; ``rasd docs cases`` draws it into ``docs/cases.md``. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from domain.case_state import CaseState
from domain.case_words import OPEN_STATUSES, AnswerStatus, CaseEventKind, CasePath, CaseStatus
from domain.people import Role

LEAST_ATTEMPTS: Final = 3
"""Recorded attempts to reach a beneficiary after which a case may close without their word (REQUIREMENTS W7)."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition on the state of the case. ``says`` is why the move is refused, ``remedy`` what makes it possible; ``key`` is
    that of both in the catalogue (``refusal.<key>``)."""

    holds: Callable[[CaseState], bool]
    says: str
    remedy: str
    key: str


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table of moves.

    ``sources`` are the statuses that it may start from, ``target`` the one it leads to (None: the status stays).
    ``needs`` are the keys that the event's details must fill; ``offers`` are others that it may. ``roles`` may make it; an empty
    set means the system alone. ``paths`` are those that know it.
    """

    event: CaseEventKind
    sources: frozenset[CaseStatus]
    target: CaseStatus | None
    roles: frozenset[Role]
    needs: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    system_too: bool = False
    paths: frozenset[CasePath] = frozenset(CasePath)
    guards: tuple[Guard, ...] = ()


_S = CaseStatus
_E = CaseEventKind
_P = CasePath
_ALL: Final = frozenset(CaseStatus)
_TELLABLE: Final = _ALL - {_S.MERGED}
"""Whoever raised a case is told of its rejection and its closing too (REQUIREMENTS W5)."""
_INSIDE: Final = frozenset({_S.ACCEPTED, _S.ASSIGNED, _S.REOPENED})
_OUTSIDE: Final = frozenset(status for status in CaseStatus if status.is_outside)
_TEAM: Final = frozenset({Role.REVIEWER, Role.SPECIALIST})
_SPECIALIST: Final = frozenset({Role.SPECIALIST})
_LEADING: Final = frozenset({Role.SPECIALIST, Role.MANAGER})
_WORKERS: Final = frozenset({Role.SPECIALIST, Role.DEPARTMENT, Role.MANAGER})
_APPROVERS: Final = frozenset({Role.APPROVER})
_EVERYBODY: Final = frozenset(Role) - {Role.AUDITOR}
_BENEFICIARY: Final = frozenset(path for path in CasePath if path.has_beneficiary)
_ASKED: Final = _BENEFICIARY | {_P.PRESS_QUESTION}
_WORKED: Final = frozenset(CasePath) - {_P.RUMOUR, _P.PRESS_QUESTION}


def _is_satisfied(state: CaseState) -> bool:
    return not state.path.has_beneficiary or state.satisfied is True or state.attempts >= LEAST_ATTEMPTS


def _is_answered(state: CaseState) -> bool:
    return state.path is not _P.PRESS_QUESTION or state.told or state.answer is AnswerStatus.SENT


_WAITS: Final = Guard(lambda state: state.is_waiting, "it waits for nobody", "begin the waiting first", "waits_not")
_WAITS_NOT: Final = Guard(
    lambda state: not state.is_waiting, "it waits for somebody already", "end that waiting first", "waits_already"
)
_SEALED: Final = Guard(lambda state: state.sealed, "it is not sealed", "nothing is to be done", "sealed_not")
_SEALED_NOT: Final = Guard(lambda state: not state.sealed, "it is sealed already", "nothing is to be done", "sealed_already")
_HELD: Final = Guard(lambda state: state.held_until is not None, "no legal hold is on it", "nothing is to be done", "held_not")
_UNHAPPY_IF_SOLVED: Final = Guard(
    lambda state: state.status is not _S.SOLVED or state.satisfied is False or not state.path.has_beneficiary,
    "it is solved, and nobody was dissatisfied",
    "record the beneficiary's word first, or close it",
    "nobody_unhappy",
)
_TAKEN: Final = Guard(lambda state: state.assignee != "", "nobody has taken it", "assign or claim it first", "taken_not")
_FREE: Final = Guard(
    lambda state: state.assignee == "", "somebody has it already", "they release it, or it is reassigned", "taken_already"
)
_UNROUNDED: Final = Guard(
    lambda state: state.round == 0,
    "it was reopened: it is given to somebody new by name",
    "assign it to a person",
    "reopened_by_name",
)
_SATISFIED: Final = Guard(
    _is_satisfied,
    "whoever raised it was neither satisfied nor sought often enough",
    f"record their satisfaction, or {LEAST_ATTEMPTS} attempts to reach them",
    "not_satisfied",
)
_ANSWERED: Final = Guard(
    _is_answered, "the journalist was not answered", "send the approved line, or record that they were told", "not_answered"
)

MOVES: Final[Mapping[CaseEventKind, Move]] = {
    move.event: move
    for move in (
        # ------------------------------------------------------------------------------- registration and classification: W2-W4
        Move(_E.ACKNOWLEDGED, OPEN_STATUSES, None, _TEAM, ("channel",), system_too=True, paths=_ASKED),
        Move(_E.ACCEPTED, frozenset({_S.REGISTERED}), _S.ACCEPTED, _TEAM),
        Move(_E.REJECTED, frozenset({_S.REGISTERED, _S.ACCEPTED}), _S.REJECTED, _TEAM, ("reason",), guards=(_UNROUNDED,)),
        Move(_E.CLASSIFIED, OPEN_STATUSES, None, _TEAM, offers=("kind", "topic", "importance", "complexity", "action")),
        # ------------------------------------------------------------------------------------------------- treatment: W1, W5
        Move(
            _E.ASSIGNED,
            frozenset({_S.ACCEPTED, _S.ASSIGNED, _S.PROPOSALS, _S.REOPENED, _S.SOLVED}),
            _S.ASSIGNED,
            _TEAM | {Role.MANAGER},
            ("department",),
            ("assignee", "reason"),
            guards=(_UNHAPPY_IF_SOLVED,),
        ),
        Move(_E.CLAIMED, frozenset({_S.ASSIGNED}), None, _WORKERS, guards=(_FREE, _UNROUNDED)),
        Move(_E.RELEASED, frozenset({_S.ASSIGNED}), None, _WORKERS, offers=("reason",), guards=(_TAKEN, _UNROUNDED)),
        Move(
            _E.SOLVED_AT_ONCE,
            frozenset({_S.REGISTERED, _S.ACCEPTED}),
            _S.SOLVED,
            _TEAM,
            ("resolution",),
            paths=_ASKED,
            guards=(_UNROUNDED,),
        ),
        Move(_E.SOLVED, frozenset({_S.ASSIGNED}), _S.SOLVED, _WORKERS, ("resolution",), paths=frozenset(CasePath) - {_P.RUMOUR}),
        Move(
            _E.PROPOSALS_PREPARED,
            frozenset({_S.ASSIGNED}),
            _S.PROPOSALS,
            _WORKERS,
            ("proposals",),
            paths=frozenset({_P.MEDIA, _P.GENERAL}),
        ),
        Move(
            _E.VERDICT_RECORDED,
            frozenset({_S.ASSIGNED}),
            _S.SOLVED,
            _WORKERS,
            ("verdict", "resolution"),
            paths=frozenset({_P.RUMOUR}),
        ),
        Move(_E.WAITING_BEGAN, _INSIDE, None, _WORKERS | _TEAM, ("reason",), guards=(_WAITS_NOT,)),
        Move(_E.WAITING_ENDED, _INSIDE, None, _WORKERS | _TEAM, offers=("note",), guards=(_WAITS,)),
        # --------------------------------------------------------------------------------- third parties and referrals: W2, W6
        Move(
            _E.PASSED_TO_THIRD_PARTY,
            frozenset({_S.ACCEPTED, _S.ASSIGNED}),
            _S.THIRD_PARTY,
            _LEADING,
            ("body", "message"),
            ("contact",),
            paths=_WORKED,
        ),
        Move(
            _E.REFERRED,
            frozenset({_S.ACCEPTED, _S.ASSIGNED, _S.SOLVED}),
            _S.REFERRED,
            _LEADING,
            ("body", "reason"),
            ("contact",),
            paths=_WORKED,
            guards=(_UNHAPPY_IF_SOLVED,),
        ),
        Move(_E.FOLLOWED_UP, _OUTSIDE, None, _TEAM | _WORKERS, ("note",)),
        Move(_E.OUTSIDE_ANSWERED, _OUTSIDE, _S.SOLVED, _LEADING, ("resolution",)),
        Move(_E.OUTSIDE_RETURNED, _OUTSIDE, _S.ACCEPTED, _LEADING, ("reason",)),
        # ------------------------------------------------------------------------------------------- the beneficiary: W5, W7
        Move(_E.BENEFICIARY_TOLD, _TELLABLE, None, _TEAM | _WORKERS, ("channel",), ("note",), system_too=True, paths=_ASKED),
        Move(
            _E.CONTACT_ATTEMPTED,
            _TELLABLE,
            None,
            _TEAM | _WORKERS,
            ("channel", "outcome"),
            ("call_again_at", "note"),
            paths=_ASKED,
        ),
        Move(_E.DELAY_TOLD, OPEN_STATUSES, None, _TEAM | _WORKERS, ("reason", "promised_at"), ("channel",)),
        Move(
            _E.SATISFACTION_ASKED,
            frozenset({_S.SOLVED, _S.PROPOSALS, _S.CLOSED}),
            None,
            _TEAM,
            ("channel",),
            system_too=True,
            paths=_BENEFICIARY,
        ),
        Move(
            _E.SATISFACTION_RECORDED,
            frozenset({_S.SOLVED, _S.PROPOSALS, _S.CLOSED}),
            None,
            _TEAM,
            ("satisfied",),
            ("score", "effort", "handover", "note"),
            system_too=True,
            paths=_BENEFICIARY,
        ),
        # ------------------------------------------------------------------------------------------ closing and reopening: W7
        Move(_E.CLOSED, frozenset({_S.SOLVED, _S.PROPOSALS}), _S.CLOSED, _LEADING, guards=(_SATISFIED, _ANSWERED)),
        Move(_E.REOPENED, frozenset({_S.CLOSED, _S.REJECTED}), _S.REOPENED, _EVERYBODY, ("reason",)),
        Move(_E.REOPENING_PROPOSED, frozenset({_S.CLOSED, _S.REJECTED}), None, _TEAM, system_too=True),
        # --------------------------------------------------------------------------------------------------- clocks and media
        Move(_E.ESCALATED, OPEN_STATUSES, None, frozenset(), ("step",), system_too=True),
        Move(
            _E.LADDER_STEPPED,
            _ALL - {_S.REJECTED, _S.MERGED},
            None,
            _SPECIALIST | _APPROVERS | {Role.MANAGER},
            ("step",),
            ("reference", "note"),
            paths=frozenset({_P.MEDIA, _P.RUMOUR}),
        ),
        # ------------------------------------------------------------------------------------- mentions, other cases, papers
        Move(_E.MENTION_JOINED, _ALL - {_S.MERGED}, None, _TEAM, ("mention",), system_too=True),
        Move(_E.MENTION_LEFT, _ALL, None, _TEAM, ("mention",), ("other",), system_too=True),
        Move(_E.MERGED, OPEN_STATUSES, _S.MERGED, _SPECIALIST, ("into",), ("reason",)),
        Move(_E.ABSORBED, OPEN_STATUSES, None, _SPECIALIST, ("other",)),
        Move(_E.SPLIT_OFF, OPEN_STATUSES, None, _SPECIALIST, ("other",), ("reason",)),
        Move(_E.LINKED, _ALL, None, _TEAM, ("other",), system_too=True),
        Move(_E.UNLINKED, _ALL, None, _TEAM, ("other",)),
        Move(_E.NOTE_ADDED, _ALL, None, _EVERYBODY, ("note",)),
        Move(_E.ATTACHED, _ALL, None, _EVERYBODY, ("attachment",), ("name",)),
        Move(_E.TAGS_CORRECTED, _ALL, None, _TEAM),
        # -------------------------------------------------------------------------------- need to know and legal hold: W14, W15
        Move(_E.CONFLICT_NAMED, _ALL, None, _TEAM | {Role.MANAGER}, ("person", "reason")),
        Move(_E.SEALED, _ALL - {_S.MERGED}, None, _TEAM | {Role.MANAGER}, ("reason",), guards=(_SEALED_NOT,)),
        Move(_E.UNSEALED, _ALL, None, frozenset({Role.MANAGER}), ("reason",), guards=(_SEALED,)),
        Move(_E.HELD, _ALL, None, frozenset({Role.MANAGER, Role.ADMIN}), ("reason", "until")),
        Move(_E.HOLD_LIFTED, _ALL, None, frozenset({Role.MANAGER, Role.ADMIN}), ("reason",), guards=(_HELD,)),
        # ------------------------------------------------------------------------------------------------ the answer: N1, W1
        Move(
            _E.ANSWER_DRAFTED,
            frozenset({_S.SOLVED, _S.PROPOSALS, _S.CLOSED}),
            None,
            _SPECIALIST,
            ("delivery",),
        ),
        Move(_E.ANSWER_RETURNED, _ALL, None, _APPROVERS, ("delivery", "reason")),
        Move(_E.ANSWER_APPROVED, _ALL, None, _APPROVERS, ("delivery",)),
        Move(_E.ANSWER_SENT, _ALL, None, _APPROVERS, ("delivery",), system_too=True),
        Move(_E.ANSWER_UNCERTAIN, _ALL, None, frozenset(), ("delivery",), system_too=True),
        Move(_E.ANSWER_FAILED, _ALL, None, _APPROVERS, ("delivery",), system_too=True),
    )
}
"""Every move after registration."""
