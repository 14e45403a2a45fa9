"""How important a mention is (REQUIREMENTS C4): proposed from severity, sentiment, reach and spread; a person sets it.

Reach may raise an alert, never a deadline: that is the registry's to keep.
"""

from __future__ import annotations

from domain.profile import ImportanceRules
from domain.tags import CASE_KINDS, Importance, Kind, Remit, Sentiment

_STEPS = (Importance.LOW, Importance.MEDIUM, Importance.HIGH)


def importance(
    remit: Remit,
    kind: Kind,
    sentiment: Sentiment,
    rules: ImportanceRules,
    *,
    severe: bool,
    serious: bool,
    reach: int | None,
    spread: int,
) -> Importance:
    """The importance of a mention.

    A complaint or a report begins at medium, as does anything negative; the rest at low. A severe word raises a complaint or a
    report to high, a question by a step; a serious word a case by a step; so do an outlet's reach and a story's spread. What is
    not ours stays low, or medium if severe.
    """
    asks = kind in CASE_KINDS
    if remit is not Remit.OURS:
        return Importance.MEDIUM if remit is Remit.OTHER and asks and severe else Importance.LOW
    step = int(kind in (Kind.COMPLAINT, Kind.REPORT) or sentiment is Sentiment.NEGATIVE)
    if asks:
        step += 1 + int(kind is not Kind.INQUIRY) if severe else int(serious)
    step += int(reach is not None and reach >= rules.reach_high and step > 0)
    step += int(spread >= rules.spread_high)
    return _STEPS[min(step, 2)]
