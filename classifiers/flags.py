"""The flags of REQUIREMENTS C1: what brings an item to a person at once, whatever its kind. Rules with evidence, no model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from classifiers.cues import Cue
from classifiers.reading import TEXT, TITLE, Passage, Reading
from classifiers.signs import Sign, SignKind, staff_names
from domain.arabic import normalise
from domain.mention import Channel
from domain.privacy import PersonalDatum, find_personal_data
from domain.tags import Flag, Remit

_MAY_HOLD_DATA: Final = re.compile(r"\d[\d -]{6}|@")
_PLATE_WORDS: Final = ("لوح", "السيارة")
_OFFICIAL_ADDRESS: Final = re.compile(r"\.gov\.sa$", re.IGNORECASE)
_NEAR: Final = 2
_FRAUD: Final = Sign(SignKind.CUE, Cue.FRAUD.value)


@dataclass(frozen=True, slots=True)
class Flagged:
    """A flag with the half-open span of the field that gave rise to it."""

    flag: Flag
    field: str
    start: int
    end: int


def find_flags(reading: Reading, title: str, text: str, remit: Remit, channel: Channel) -> list[Flagged]:
    """The flags of a mention. A mention of no remit has none: it is purged soon, and nobody is to be troubled with it."""
    if remit is Remit.NONE:
        return []
    found = [*_personal_data(TITLE, title), *_personal_data(TEXT, text)]
    if remit is Remit.OURS:
        for passage in reading.passages:
            found += _by_cue(passage)
        # That no answer came, and what is suggested, stand at an article's end: after what is judged.
        found += [Flagged(_FLAG_OF[Cue(late.sign.code)], TEXT, late.start, late.end) for late in reading.late]
    for passage in reading.passages:
        found += _names_staff(passage, channel)
    return found


def _personal_data(field: str, source: str) -> Iterator[Flagged]:
    if _MAY_HOLD_DATA.search(source) or any(word in source for word in _PLATE_WORDS):
        for item in find_personal_data(source):
            if item.kind is not PersonalDatum.EMAIL or not _OFFICIAL_ADDRESS.search(source[item.start : item.end]):
                yield Flagged(Flag.PERSONAL_DATA, field, item.start, item.end)


def _by_cue(passage: Passage) -> Iterator[Flagged]:
    """By the cue words. Word of a fraud that goes round is a report, and no rumour about the ministry."""
    fraud = any(hit.key == _FRAUD for hit in passage.hits)
    for hit in passage.hits:
        if hit.key.kind is SignKind.CUE:
            flag = _FLAG_OF.get(Cue(hit.key.code))
            if flag and not (flag is Flag.RUMOUR and fraud):
                yield Flagged(flag, passage.field, *passage.hit_span(hit))


_FLAG_OF: Final = {
    Cue.RUMOUR: Flag.RUMOUR,
    Cue.PRESS_QUESTION: Flag.PRESS_QUESTION,
    Cue.SUGGESTION: Flag.SUGGESTION,
}


def _names_staff(passage: Passage, channel: Channel) -> Iterator[Flagged]:
    """A title («الموظف») with a given name after it; an honorific («المهندسة») in a post alone: the press names officials so."""
    tokens = passage.tokens
    for hit in passage.hits:
        if hit.key.kind is SignKind.STAFF_TITLE and (channel is Channel.SOCIAL or hit.key.code == "titles"):
            for after in range(hit.end, min(hit.end + _NEAR, len(tokens))):
                if tokens[after] in _given_names():
                    start, end = passage.original(passage.places[hit.start], passage.places[after])
                    yield Flagged(Flag.NAMES_STAFF, passage.field, start, end)
                    break


@cache
def _given_names() -> frozenset[str]:
    return frozenset(map(normalise, staff_names()["given"]))
