"""Clues: what tells a report from a complaint, and praise from mock thanks. Features beside the cues, not verdicts.

They help on the care posts and not on the texts that Rasd meets (bench/RESULTS.md), so the shipped model has none. The phrases
are in ``reports_and_praise.toml``, written from the rule book (ANNOTATION 2) without a look at any post;
each group is counted, and so is what several groups say together: thanks without a «but», a warning with no matter of one's
own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from classifiers.compact import Floats
from classifiers.features import QUESTION
from classifiers.lexicon import Lexicon
from classifiers.reading import Reading


class Clue(StrEnum):
    """What a group of phrases says."""

    TO_TELL = "to_tell"
    WARNS_PEOPLE = "warns_people"
    FRAUD_WORD = "fraud_word"
    IMPERSONATION = "impersonation"
    BAIT = "bait"
    IS_IT_YOURS = "is_it_yours"
    HAZARD = "hazard"
    OFFENCE = "offence"
    ACT_ON_IT = "act_on_it"
    EVIDENCE = "evidence"
    WITNESS = "witness"
    PLACE_FOUND = "place_found"
    OUTAGE_NEWS = "outage_news"
    UNHARMED = "unharmed"
    OWN_MATTER = "own_matter"
    """A request, an account or a number of the writer's own: a complaint or an inquiry sooner than a report."""
    THANKS_PLAIN = "thanks_plain"
    THANKS_AHEAD = "thanks_ahead"
    """Thanks for what is asked for, at the end of a request."""
    PRAYER = "prayer"
    ADMIRED = "admired"
    SERVED = "served"
    STAFF_PRAISED = "staff_praised"
    CONGRATULATES = "congratulates"
    RECOMMENDS = "recommends"
    MOCK_THANKS = "mock_thanks"
    TURNS_ROUND = "turns_round"
    ASKS_FAVOUR = "asks_favour"


CLUES: Final = tuple(Clue)
_PLACES: Final = {clue: place for place, clue in enumerate(CLUES)}
_MOST: Final = 3
_SHORT: Final = 15
"""Praise is short, a story is not: in words."""
REPORTS_BY: Final = frozenset(
    {Clue.TO_TELL, Clue.WARNS_PEOPLE, Clue.FRAUD_WORD, Clue.IMPERSONATION, Clue.HAZARD, Clue.OFFENCE, Clue.OUTAGE_NEWS}
)
PRAISES_BY: Final = frozenset({Clue.THANKS_PLAIN, Clue.PRAYER, Clue.ADMIRED, Clue.SERVED, Clue.STAFF_PRAISED, Clue.RECOMMENDS})
_WARNS: Final = REPORTS_BY - {Clue.OUTAGE_NEWS}
_SPOILS: Final = frozenset({Clue.TURNS_ROUND, Clue.ASKS_FAVOUR, Clue.MOCK_THANKS, Clue.THANKS_AHEAD})


@cache
def clue_phrases() -> tuple[tuple[str, Clue], ...]:
    """Every phrase with its clue."""
    table = tomllib.loads((Path(__file__).parent / "reports_and_praise.toml").read_text("utf-8"))
    return tuple((phrase, clue) for clue in Clue for phrase in table[clue.value])


def clue_lexicon() -> Lexicon[Clue]:
    """The phrases, with clitics understood and the article ignored."""
    return Lexicon(clue_phrases(), loose_article=True)


def clue_block(readings: Sequence[Reading]) -> Floats:
    """How often each clue was found in each text, and what they say together."""
    lexicon = clue_lexicon()
    rows = []
    for reading in readings:
        found = [hit.key for passage in reading.passages for hit in lexicon.find(passage.tokens)]
        rows.append(clue_counts(found, asks=QUESTION in reading.words, words=len(reading.words)))
    return np.asarray(rows, np.float32).reshape(len(readings), -1)


def clue_counts(found: Iterable[Clue], *, asks: bool, words: int) -> list[float]:
    """How often each of ``CLUES`` was found, three at most, and then what they say together (``_together``).

    ``asks`` tells whether the text has a question mark, ``words`` is its length.
    """
    counts = [0.0] * len(CLUES)
    for clue in found:
        place = _PLACES[clue]
        if counts[place] < _MOST:
            counts[place] += 1.0
    met = frozenset(clue for clue, count in zip(CLUES, counts, strict=True) if count)
    return [*counts, *map(float, _together(met, asks, words))]


def _together(met: frozenset[Clue], asks: bool, words: int) -> tuple[bool, ...]:
    """What the clues of a text say together."""
    praises, spoilt, own = bool(met & PRAISES_BY), asks or bool(met & _SPOILS), Clue.OWN_MATTER in met
    warns, pure = bool(met & _WARNS), praises and not spoilt
    lures = bool(met & {Clue.FRAUD_WORD, Clue.IMPERSONATION, Clue.BAIT})
    return (
        pure,
        pure and Clue.SERVED in met,
        pure and words < _SHORT,
        praises and spoilt,
        praises and asks,
        not spoilt and bool(met & {Clue.THANKS_PLAIN, Clue.PRAYER}),
        warns and not own,
        warns and not own and not asks,
        lures and bool(met & {Clue.WARNS_PEOPLE, Clue.TO_TELL, Clue.ACT_ON_IT}),
        bool(met & {Clue.HAZARD, Clue.OFFENCE}) and Clue.PLACE_FOUND in met,
        Clue.WITNESS in met and warns,
        met >= {Clue.OUTAGE_NEWS, Clue.PLACE_FOUND} and not own,
        Clue.IS_IT_YOURS in met and bool(met & {Clue.FRAUD_WORD, Clue.IMPERSONATION}),
        Clue.TO_TELL in met and not own,
        met >= {Clue.MOCK_THANKS, Clue.TURNS_ROUND},
    )
