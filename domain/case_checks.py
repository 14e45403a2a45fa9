"""Whether the details of a move make sense for the case as it is: codes, dates, and the order of steps. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.case_state import CaseState
from domain.case_words import (
    Action,
    CaseEventKind,
    CaseStatus,
    ContactOutcome,
    EscalationStep,
    IntakeChannel,
    LadderStep,
    Verdict,
)
from domain.errors import InputError
from domain.tags import CASE_KINDS, Complexity, Importance, Kind

_E = CaseEventKind
_SCORES: Final = frozenset("12345")
_CODES: Final[Mapping[str, type[StrEnum]]] = {
    "kind": Kind,
    "importance": Importance,
    "complexity": Complexity,
    "action": Action,
    "channel": IntakeChannel,
    "outcome": ContactOutcome,
    "verdict": Verdict,
    "step": StrEnum,
}
"""The enum of each detail that is a code; ``step`` depends on the move."""
_FIRST_YEAR, _LAST_YEAR = 2000, 2200
_MOMENTS: Final = frozenset({"promised_at", "call_again_at", "until", "deadline"})


def check_details(state: CaseState, kind: CaseEventKind, details: Mapping[str, str]) -> None:
    """Raises ``InputError`` where a detail cannot be, says what is wrong with it and what would be right."""
    for name, value in details.items():
        if value:
            _check_form(kind, name, value)
    own = _OWN.get(kind)
    if own is not None:
        own(state, details)


def _check_form(kind: CaseEventKind, name: str, value: str) -> None:
    if name in _MOMENTS:
        _aware(name, value)
    elif name == "step":
        _one_of(name, value, EscalationStep if kind is _E.ESCALATED else LadderStep)
    elif name in _CODES and kind is not _E.TAGS_CORRECTED:
        _one_of(name, value, _CODES[name])
    elif name in ("score", "effort", "handover") and value not in _SCORES:
        raise InputError(f"«{value}» is no {name}", "give a whole number from 1 to 5").saying("no_score", field=name)
    elif name == "handover" and value not in _SCORES | {"yes", "no"}:
        unclear = InputError(f"«{value}» is no {name}", "say yes or no, or give a whole number from 1 to 5")
        raise unclear.saying("no_score", field=name)
    elif name == "satisfied" and value not in ("yes", "no"):
        raise InputError(f"satisfied cannot be «{value}»", "say yes or no").saying("no_yes", field=name)


def _one_of(name: str, value: str, codes: type[StrEnum]) -> None:
    if value not in [code.value for code in codes]:
        wrong = InputError(f"«{value}» is no {name}", f"choose one of: {', '.join(codes)}")
        raise wrong.saying("no_code", field=name, given=value, choices=tuple(codes))


def _aware(name: str, value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        wrong = InputError(f"{name} «{value}» is no date and time", "write it as 2026-11-30T09:00+03:00")
        raise wrong.saying("no_moment", field=name, given=value) from error
    if moment.tzinfo is None:
        naive = InputError(f"{name} «{value}» names no zone", "write it as 2026-11-30T09:00+03:00")
        raise naive.saying("no_zone", field=name, given=value)
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        far = InputError(f"{name} «{value}» is not of this time", f"give a year from {_FIRST_YEAR} to {_LAST_YEAR}")
        raise far.saying("no_moment", field=name, given=value)
    return moment


def _classified(state: CaseState, details: Mapping[str, str]) -> None:
    axes = {axis: details[axis] for axis in ("kind", "topic", "importance", "complexity", "action") if details.get(axis)}
    if all(str(getattr(state, axis)) == value for axis, value in axes.items()):
        same = InputError("nothing was classified anew", "name what changes: kind, topic, importance, complexity or action")
        raise same.saying("nothing_changed")
    if "kind" in axes and axes["kind"] not in CASE_KINDS:
        wrong = InputError(f"a case cannot be «{axes['kind']}»", "reject it, or choose complaint, report or inquiry")
        raise wrong.saying("kind_of_no_case", kind=Kind(axes["kind"]))


def _assigned(state: CaseState, details: Mapping[str, str]) -> None:
    again = state.status in (CaseStatus.ASSIGNED, CaseStatus.SOLVED, CaseStatus.PROPOSALS)
    if again and not details.get("reason", "").strip():
        raise InputError("a case is not reassigned without a reason", "say why in a few words").saying("reassigned_why")
    if details.get("assignee", "") in state.barred and details.get("assignee"):
        barred = InputError(f"the case concerns {details['assignee']} and never goes to whom it concerns", "choose somebody else")
        raise barred.saying("concerns_person", person=details["assignee"])
    if state.round and not details.get("assignee", "").strip():
        nameless = InputError("a reopened case is given to somebody by name", "choose who has done nothing on it before")
        raise nameless.saying("reopened_by_name")


def _stepped(state: CaseState, details: Mapping[str, str]) -> None:
    steps = list(LadderStep)
    wanted = steps.index(LadderStep(details["step"]))
    reached = -1 if state.ladder is None else steps.index(state.ladder)
    if wanted != reached + 1:
        following = steps[reached + 1] if reached + 1 < len(steps) else None
        remedy = f"the next step is «{following}»" if following else "the last step was taken"
        wrong = InputError(f"the step «{details['step']}» is not the next one", remedy)
        raise wrong.saying("step_not_next" if following else "step_was_last", step=steps[wanted], next=following or "")


def _attempted(state: CaseState, details: Mapping[str, str]) -> None:
    _with_channel(state, details)
    if details.get("outcome") == ContactOutcome.CALL_BACK and not details.get("call_again_at"):
        raise InputError("nobody knows when to call again", "give call_again_at").saying("call_again_when")


def _with_channel(_: CaseState, details: Mapping[str, str]) -> None:
    if not IntakeChannel(details["channel"]).is_direct:
        wrong = InputError(f"nobody is reached through «{details['channel']}»", "choose the channel that the beneficiary prefers")
        raise wrong.saying("no_way_to_reach", channel=IntakeChannel(details["channel"]))


_OWN: Final[Mapping[CaseEventKind, Callable[[CaseState, Mapping[str, str]], None]]] = {
    _E.CLASSIFIED: _classified,
    _E.ASSIGNED: _assigned,
    _E.LADDER_STEPPED: _stepped,
    _E.CONTACT_ATTEMPTED: _attempted,
    _E.ACKNOWLEDGED: _with_channel,
    _E.BENEFICIARY_TOLD: _with_channel,
    _E.SATISFACTION_ASKED: _with_channel,
}
"""What a move checks beyond the form of its details."""
