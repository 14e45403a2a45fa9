"""How a source is doing: decided from its row, never asked of the network (REQUIREMENTS G2). Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from registry.views import Health

_PATIENCE_WITH_HABIT: Final = 5
_LEAST_SILENCE: Final = timedelta(days=1)
_UNKNOWN_HABIT: Final = timedelta(days=7)
_WEIGHT: Final = 0.2


def health(
    *,
    paused: bool,
    removed: bool,
    failures: int,
    last_success_at: datetime | None,
    last_item_at: datetime | None,
    habit: float | None,
    now: datetime,
) -> Health:
    """The first of these that holds: removed, paused, failing, new, quiet, well. ``habit`` is in seconds."""
    if removed or paused:
        return Health.REMOVED if removed else Health.PAUSED
    if failures:
        return Health.FAILING
    if last_success_at is None:
        return Health.NEW
    if last_item_at is not None and now - last_item_at > allowed_silence(habit):
        return Health.QUIET
    return Health.WELL


def allowed_silence(habit: float | None) -> timedelta:
    """How long a source may bring nothing before it counts as quiet: five times its habit, a day at least; a week while its
    habit is unknown."""
    if habit is None:
        return _UNKNOWN_HABIT
    return max(_LEAST_SILENCE, timedelta(seconds=habit * _PATIENCE_WITH_HABIT))


def next_habit(habit: float | None, last_item_at: datetime | None, now: datetime) -> float | None:
    """The usual silence (seconds) after one more item came: an exponential mean, the newest gap weighing a fifth."""
    if last_item_at is None:
        return habit
    gap = (now - last_item_at).total_seconds()
    return gap if habit is None else (1 - _WEIGHT) * habit + _WEIGHT * gap
