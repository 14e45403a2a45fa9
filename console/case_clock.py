"""Whose time a case's deadline measures: ours, somebody's outside, or a journalist's (REQUIREMENTS W13). Pure."""

from __future__ import annotations

from enum import StrEnum

from domain.case import CaseState


class ClockOwner(StrEnum):
    """Whose clock runs."""

    OURS = "ours"
    OUTSIDE = "outside"
    """Another body has the case: it is due when they should have answered."""
    WAITING = "waiting"
    """The case is with us and waits for something from outside: our clock stands."""
    JOURNALIST = "journalist"
    """A journalist waits until a moment of their own, which nothing moves."""
    NOBODY = "nobody"
    """The case is ended."""


def clock_owner(state: CaseState) -> ClockOwner:
    """Whose clock the case's deadline is, as ``registry.casework.deadlines.due_at`` reckons it."""
    if not state.status.is_open:
        return ClockOwner.NOBODY
    if state.deadline is not None:
        return ClockOwner.JOURNALIST
    if state.status.is_outside:
        return ClockOwner.OUTSIDE
    return ClockOwner.WAITING if state.is_waiting else ClockOwner.OURS
