"""A profile's rules of importance and complexity, in words and as a table of what they come to (REQUIREMENTS C4, C5). Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from classifiers.importance import Circumstances, weigh
from domain.messages import label, message
from domain.profile import Profile
from domain.tags import Complexity, Importance, Kind, Remit, Sentiment


@dataclass(frozen=True, slots=True)
class RuleTable:
    """What the rules give: a row for each kind of item, a column for each circumstance."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Importance, ...]], ...]


@dataclass(frozen=True, slots=True)
class Time:
    """The working time to resolve of one complexity; None where the profile sets none."""

    complexity: Complexity
    hours: float | None


def importance_sentences(profile: Profile) -> list[str]:
    """The rules of importance, a sentence each, in the order in which they are weighed."""
    rules = profile.importance
    levels = {level.value: f"«{label(level)}»" for level in Importance}
    values: dict[str, object] = {**levels, "reach": rules.reach_high, "spread": rules.spread_high, "growth": rules.growth_high}
    keys = ("base", "severe", "serious", "reach", "spread", "growth", "not_ours", "person")
    return [message(f"importance_rule.{key}", "ar", **values) for key in keys]


def importance_table(profile: Profile) -> RuleTable:
    """What the classifier's own rules give for each kind of item, alone and with each thing that raises it."""
    rules = profile.importance
    plain = Circumstances()
    columns = {
        "plain": plain,
        "serious": replace(plain, serious=True),
        "severe": replace(plain, severe=True),
        "reach": replace(plain, reach=rules.reach_high),
        "spread": replace(plain, spread=rules.spread_high),
        "growth": replace(plain, growth=rules.growth_high),
        "reach_and_spread": replace(plain, reach=rules.reach_high, spread=rules.spread_high),
    }
    kinds = [(label(kind), Remit.OURS, kind, _usual(kind)) for kind in Kind]
    kinds.insert(-1, (message("importance_row.negative"), Remit.OURS, Kind.NEUTRAL, Sentiment.NEGATIVE))
    kinds.append((message("importance_row.other"), Remit.OTHER, Kind.COMPLAINT, Sentiment.NEGATIVE))
    rows = [
        (name, tuple(weigh(remit, kind, sentiment, rules, known).level for known in columns.values()))
        for name, remit, kind, sentiment in kinds
    ]
    return RuleTable(tuple(message(f"importance_column.{code}") for code in columns), tuple(rows))


def complexity_sentences(profile: Profile) -> list[str]:
    """The rules of complexity, a sentence each."""
    words = {each.value: f"«{label(each)}»" for each in Complexity}
    keys = ("critical", "third_party", "words", "topics", "rest", "reach")
    return [message(f"complexity_rule.{key}", "ar", topics=profile.complexity.topics_complex, **words) for key in keys]


def times(profile: Profile) -> list[Time]:
    """The working time to resolve of every complexity."""
    return [Time(each, _hours(profile.resolve.get(each))) for each in Complexity]


def _usual(kind: Kind) -> Sentiment:
    if kind is Kind.COMPLAINT:
        return Sentiment.NEGATIVE
    return Sentiment.POSITIVE if kind is Kind.PRAISE else Sentiment.NEUTRAL


def _hours(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds() / 3600
