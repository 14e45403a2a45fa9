"""Cue words: phrases that speak for a kind or a flag. They are features beside the n-grams, not verdicts.

The words are in ``lexicons/cues.toml``; a phrase is matched with clitics understood and the article ignored.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

from domain.tags import Kind


class Cue(StrEnum):
    """What a group of cue words says."""

    LACK = "lack"
    DELAY = "delay"
    FAULT = "fault"
    ANGER = "anger"
    SCOLD = "scold"
    DEMAND = "demand"
    IGNORED = "ignored"
    SUFFERING = "suffering"
    WARNING = "warning"
    DANGER = "danger"
    FRAUD = "fraud"
    TELL = "tell"
    QUESTION = "question"
    POLITE_ASK = "polite_ask"
    THANKS = "thanks"
    PRAISE = "praise"
    MOCK = "mock"
    ANNOUNCE = "announce"
    STATISTIC = "statistic"
    ADVERT = "advert"
    SOLVED = "solved"
    RUMOUR = "rumour"
    PRESS_QUESTION = "press_question"
    STAFF = "staff"
    SUGGESTION = "suggestion"
    DURATION = "duration"
    NEGATION = "negation"
    FIRST_PERSON = "first_person"
    BLESSING = "blessing"
    CURSE = "curse"
    ALTERNATIVE = "alternative"
    CONDITION = "condition"
    SARCASM = "sarcasm"


CUES: Final = tuple(Cue)
_PLACES: Final = {cue.value: place for place, cue in enumerate(CUES)}
_MOST: Final = 3
SPEAKS_FOR: Final = {
    Kind.COMPLAINT: frozenset(
        {
            Cue.LACK,
            Cue.DELAY,
            Cue.FAULT,
            Cue.ANGER,
            Cue.SCOLD,
            Cue.DEMAND,
            Cue.IGNORED,
            Cue.SUFFERING,
            Cue.MOCK,
            Cue.CURSE,
            Cue.SARCASM,
        }
    ),
    Kind.REPORT: frozenset({Cue.WARNING, Cue.DANGER, Cue.FRAUD, Cue.TELL}),
    Kind.INQUIRY: frozenset({Cue.QUESTION, Cue.POLITE_ASK}),
    Kind.PRAISE: frozenset({Cue.THANKS, Cue.PRAISE, Cue.BLESSING}),
    Kind.NEUTRAL: frozenset({Cue.ANNOUNCE, Cue.STATISTIC, Cue.ADVERT}),
}
"""The cues that are evidence for a kind."""


@cache
def cue_phrases() -> tuple[tuple[str, Cue], ...]:
    """Every cue phrase with its cue."""
    table = tomllib.loads((resources.files("classifiers") / "lexicons" / "cues.toml").read_text("utf-8"))
    return tuple((phrase, cue) for cue in Cue for phrase in table[cue.value])


def cue_counts(found: Iterable[str]) -> list[float]:
    """How often each of ``CUES`` was found: three at most, so that a long text weighs no more than a short one."""
    counts = [0.0] * len(CUES)
    for cue in found:
        place = _PLACES[cue]
        if counts[place] < _MOST:
            counts[place] += 1.0
    return counts
