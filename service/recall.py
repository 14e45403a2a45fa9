"""The weekly sample and what it shows, from the clock to the rows (REQUIREMENTS C9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from domain.recall import EVERY_GROUP, Sampling
from domain.week import week_bounds, week_of
from service.wiring import Runtime

if TYPE_CHECKING:
    from registry.database import Database
    from registry.recall_figures import Figure
    from registry.recall_week import Week

_CATCH_UP: Final = 3
"""Weeks back for which a draw that was missed (the service stood still) is made up: beyond, the texts are gone."""


def sampling_of(runtime: Runtime) -> Sampling:
    """How the sample is drawn, out of the settings and the profile."""
    return Sampling(runtime.settings.recall.sample_size, runtime.profile.calendar.timezone)


def draw_last_week(runtime: Runtime) -> int:
    """Draw the sample of the week that ended last, and of those before it that were not drawn; gives how many mentions were.

    To be run daily: a week that waits for the classifier is drawn on a later day, and one that is drawn already has its figures
    computed anew from what people decided since.
    """
    from registry import recall, recall_figures

    now, sampling = runtime.clock(), sampling_of(runtime)
    sampled = 0
    for back in range(_CATCH_UP, 0, -1):
        week = _week(runtime, week_of(now - timedelta(weeks=back), sampling.timezone))
        with runtime.database.transaction() as session:
            if recall_figures.is_drawn(session, week.code):
                recall_figures.refresh(session, week, now)
            else:
                sampled += recall.draw_unflagged(session, week, now, runtime.secret, sampling).sampled
    return sampled


def forget_old(runtime: Runtime) -> int:
    """Erase the texts of sampled items that were used, or kept long enough; gives how many. To be run daily."""
    from registry import recall

    keep = timedelta(days=runtime.settings.recall.keep_days)
    with runtime.database.transaction() as session:
        return recall.forget(session, runtime.clock(), keep)


def figures(database: Database, week: str = "") -> list[Figure]:
    """The figures of a week (the newest that was drawn, where none is named); all groups together first.

    Raises ``InputError`` for a week that is none.
    """
    from registry import recall_figures

    if week:
        week_bounds(week)
    with database.reading() as session:
        drawn = recall_figures.drawn_weeks(session, limit=1)
        chosen = week or (drawn[0] if drawn else "")
        return recall_figures.of_week(session, chosen) if chosen else []


def as_mapping(figure: Figure) -> Mapping[str, Any]:
    """A figure for another program."""
    found = figure.recall
    return {
        "week": figure.weeks[-1],
        "group": figure.group or EVERY_GROUP,
        "flagged": figure.flagged.flagged,
        "decided": figure.flagged.decided,
        "confirmed": figure.flagged.confirmed,
        "unflagged": figure.left.population,
        "sampled": figure.left.sampled,
        "answered": figure.left.answered,
        "unsure": figure.left.unsure,
        "missed_in_sample": figure.left.missed,
        "missed_estimated": None if figure.missed is None else round(figure.missed, 1),
        "recall": None if found is None else round(found.value, 4),
        "low": None if found is None else round(found.low, 4),
        "high": None if found is None else round(found.high, 4),
    }


def _week(runtime: Runtime, code: str) -> Week:
    from registry.recall_week import Week

    return Week(code, runtime.profile.threshold, runtime.profile.calendar.timezone)
