"""Totals, and the figures of a week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from registry.views.cases import CaseRow


@dataclass(frozen=True, slots=True)
class Counts:
    """Totals for the command line's summary (DESIGN 5). *Flagged* counts opened cases' mentions too."""

    mentions: int
    stories: int
    flagged: int
    cases: int
    answers_sent: int
    digests_sent: int
    sources: int = 0
    review: int = 0
    open_cases: int = 0
    overdue: int = 0
    problems: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of one code in the period, and in the period of the same length before it."""

    code: str
    count: int
    before: int = 0


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """The figures of one period ``[start, end)`` for the digest (REQUIREMENTS N3), each beside the period before it."""

    start: datetime
    end: datetime
    mentions: Tally
    flagged: Tally
    cases_opened: Tally
    cases_closed: Tally
    answers_sent: Tally
    open_now: int
    overdue_now: int
    by_channel: tuple[Tally, ...] = ()
    by_kind: tuple[Tally, ...] = ()
    """Flagged mentions by kind."""
    by_topic: tuple[Tally, ...] = ()
    """Cases opened, by topic, most first."""
    by_importance: tuple[Tally, ...] = ()
    by_sentiment: tuple[Tally, ...] = ()
    """Mentions in remit, by sentiment."""
    by_outlet: tuple[Tally, ...] = ()
    """Flagged press mentions, by outlet id, most first, ten at most."""
    top_cases: tuple[CaseRow, ...] = ()
    """Cases of the period, most important and most printed first, ten at most."""
    overdue_cases: tuple[CaseRow, ...] = ()
    outlet_names: Mapping[str, str] = field(default_factory=dict)
