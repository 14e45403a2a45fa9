"""How important a mention is (REQUIREMENTS C4): proposed from severity, sentiment, reach and spread; a person sets it.

Reach and spread may raise an alert, never a deadline: complexity, which sets one, is proposed without them (``complexity``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.profile import ImportanceRules
from domain.tags import CASE_KINDS, Importance, Kind, Remit, Sentiment

_STEPS = (Importance.LOW, Importance.MEDIUM, Importance.HIGH)


class Raise(StrEnum):
    """What raises the importance: the names that the console shows (REQUIREMENTS C8)."""

    ASKS_FOR_ACTION = "importance.asks_for_action"
    """A complaint or a report."""
    NEGATIVE = "importance.negative"
    SEVERE = "importance.severe"
    """One of the profile's words of harm."""
    SERIOUS = "importance.serious"
    """One of its words of duration or number."""
    REACH = "importance.reach"
    """The outlet reaches many."""
    SPREAD = "importance.spread"
    """Many outlets carry the story."""
    GROWTH = "importance.growth"
    """Many took it up within a day."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of a mention beside its tags. ``reach`` is 1-5 or None, ``spread`` the number of mentions of its story,
    ``growth`` how many of them came within the last day."""

    severe: bool = False
    serious: bool = False
    reach: int | None = None
    spread: int = 1
    growth: int = 0


@dataclass(frozen=True, slots=True)
class Weighed:
    """An importance and what raised it, in the order in which it was weighed."""

    level: Importance
    raised_by: tuple[Raise, ...]


def weigh(remit: Remit, kind: Kind, sentiment: Sentiment, rules: ImportanceRules, known: Circumstances) -> Weighed:
    """The importance of a mention.

    A complaint or a report begins at medium, as does anything negative; the rest at low. A severe word raises a complaint or a
    report to high, a question by a step; a serious word a case by a step; so do an outlet's reach (of what is above low already),
    and a story's spread or its growth, whichever is seen. What is not ours stays low, or medium if severe.
    """
    asks = kind in CASE_KINDS
    if remit is not Remit.OURS:
        concerns = remit is Remit.OTHER and asks and known.severe
        return Weighed(Importance.MEDIUM, (Raise.SEVERE,)) if concerns else Weighed(Importance.LOW, ())
    found: list[tuple[Raise, int]] = []
    if kind in (Kind.COMPLAINT, Kind.REPORT):
        found.append((Raise.ASKS_FOR_ACTION, 1))
    elif sentiment is Sentiment.NEGATIVE:
        found.append((Raise.NEGATIVE, 1))
    if asks and known.severe:
        found.append((Raise.SEVERE, 1 if kind is Kind.INQUIRY else 2))
    elif asks and known.serious:
        found.append((Raise.SERIOUS, 1))
    if found and known.reach is not None and known.reach >= rules.reach_high:
        found.append((Raise.REACH, 1))
    if known.spread >= rules.spread_high:
        found.append((Raise.SPREAD, 1))
    elif known.growth >= rules.growth_high:
        found.append((Raise.GROWTH, 1))
    return Weighed(_STEPS[min(sum(steps for _, steps in found), 2)], tuple(rule for rule, _ in found))
