"""A case's row and its state: the one place that says how the columns hold what the history gives (DESIGN promise 7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row

from domain.case import CaseState, Pause

_SAME: Final = (
    "status", "path", "kind", "topic", "importance", "complexity", "action", "answer", "department", "assignee", "body",
    "opened_at", "closed_at", "clock_from", "deadline", "promised_at", "satisfied", "attempts", "told", "round", "sealed",
    "held_until", "escalated", "ladder", "verdict", "merged_into", "events",
)  # fmt: skip
"""Fields of the state that are columns of the same name."""


def state_of(row: Row[Any]) -> CaseState:
    """The state kept beside the history, as a replay would give it."""
    values = row._mapping
    return CaseState(
        **{name: values[name] for name in _SAME},
        pauses=tuple(Pause(_moment(start), _moment(end) if end else None) for start, end in values["pauses"]),
        barred=barred_names(values["barred"]),
        first_mention=str(values["first_mention_id"] or ""),
    )


def barred_names(column: str) -> tuple[str, ...]:
    """The users whom a case concerns, as its column names them."""
    return tuple(name for name in column.split(",") if name)


def columns_of(state: CaseState, proposed_department: str) -> Mapping[str, Any]:
    """The columns that hold a state: all but ``first_mention_id``, which never changes. ``proposed_department`` is where its
    topic belongs."""
    return {
        **{name: getattr(state, name) for name in _SAME},
        "pauses": [[_text(pause.start), _text(pause.end) if pause.end else ""] for pause in state.pauses],
        "barred": "".join(f",{name}" for name in state.barred) + ("," if state.barred else ""),
        "is_open": state.status.is_open,
        "stands": bool(state.pauses) and state.pauses[-1].end is None,
        "proposed_department": proposed_department,
        "desk": state.department or proposed_department,
    }


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
