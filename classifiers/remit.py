"""Whose matter it is (ANNOTATION 1): signs of the ministry, of its topics, of other bodies and of no service, weighed.

The weights (mixer ``remit``) are learnt over all profiles at once and speak of signs, not of words: a new profile works from
its own words at once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np

from classifiers.compact import Mixer
from classifiers.cues import SPEAKS_FOR
from classifiers.reading import TITLE, Passage, Reading
from classifiers.signs import Sign, SignKind, bits
from domain.mention import Channel
from domain.profile import Profile
from domain.tags import CASE_KINDS, OTHER_TOPIC, Remit

REMIT_SIGNS: Final = "remit_signs"
NONE_GROUPS: Final = ("sport", "foreign", "advert", "markets", "leisure", "private")
_SPEAKS_OF_US: Final = bits(SignKind.ADDRESS, SignKind.MINISTRY, SignKind.OFFICIAL, SignKind.TOPIC)
_WEAK_ENOUGH: Final = 2
SIGN_COUNT: Final = 24 + len(NONE_GROUPS)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the remit's rules need to know of a profile."""

    topics: tuple[str, ...]
    supervised: frozenset[str]

    @classmethod
    def of(cls, profile: Profile) -> Vocabulary:
        """The vocabulary of a profile."""
        return cls(
            tuple(topic.code for topic in profile.topics),
            frozenset(body.code for body in profile.bodies if body.supervised),
        )


def remit_signs(reading: Reading, vocabulary: Vocabulary, channel: Channel, *, addressed: bool) -> list[float]:
    """The signs of remit in a text, as ``SIGN_COUNT`` numbers."""
    seen = _seen(reading)
    named = seen.count(SignKind.MINISTRY) + seen.count(SignKind.OFFICIAL)
    spoken_to = addressed or seen.count(SignKind.ADDRESS) > 0
    bodies = [sign.code for sign in seen.distinct if sign.kind is SignKind.BODY]
    supervised = sum(code in vocabulary.supervised for code in bodies)
    others = len(bodies) - supervised
    other_words = sum(sign.kind is SignKind.BODY_WORD and sign.code not in vocabulary.supervised for sign in seen.distinct)
    strong, weak = seen.count(SignKind.TOPIC), seen.count(SignKind.TOPIC_WEAK)
    elsewhere = others + other_words > 0
    words = len(reading.words)
    signs = {
        "addressed": spoken_to,
        "ministry named": _capped(named, 2),
        "ministry meant": spoken_to or named > 0,
        "ours in the title": _capped(seen.ours_in_title, 3),
        "topic words": _capped(strong, 3),
        "a topic word": strong > 0,
        "a topic word, no other body": strong > 0 and not elsewhere,
        "a topic word and another body": strong > 0 and elsewhere,
        "weak words": _capped(weak, 4),
        "weak words alone": weak > 0 and strong == 0,
        "weak words of a body meant": weak > 1 and (supervised > 0 or spoken_to or named > 0),
        "supervised body": supervised > 0,
        "supervised body in its matter": supervised > 0 and strong + weak > 0,
        "other bodies": _capped(others, 2),
        "other bodies' services": _capped(other_words, 3),
        "elsewhere": elsewhere,
        "elsewhere, we not meant": elsewhere and not spoken_to and named == 0,
        "elsewhere, no topic word": elsewhere and strong == 0,
        "addressed, but elsewhere": spoken_to and strong == 0 and elsewhere,
        "public words": _capped(seen.count(SignKind.PUBLIC), 3),
        "cues": _capped(seen.count(SignKind.CUE), 6),
        "no post": channel is not Channel.SOCIAL,
        "length": _capped(words, 60) * 3,
        "no sign at all": strong + weak + named + others + other_words + supervised == 0 and not spoken_to,
    }
    return [*map(float, signs.values()), *(_capped(seen.none.get(group, 0), 3) for group in NONE_GROUPS)]


def untrained_remit() -> Mixer:
    """Weights of the signs for a model that was trained without any profile: what addresses us or speaks of our topics is ours,
    what names another body is that body's, the rest is none."""
    weights = np.zeros((SIGN_COUNT, len(Remit)), np.float32)
    ours, other, none = range(len(Remit))
    weights[_ADDRESSED, ours] = weights[_MEANT, ours] = 1.5
    weights[_A_TOPIC_WORD, ours] = 3.0
    weights[_WEAK_WORDS, ours] = 1.0
    weights[_ELSEWHERE, other] = 3.0
    weights[-len(NONE_GROUPS) :, none] = 3.0
    return Mixer((REMIT_SIGNS,), tuple(map(str, Remit)), weights, np.array([-0.5, 0.0, 0.5], np.float32))


_ADDRESSED, _MEANT, _A_TOPIC_WORD, _WEAK_WORDS, _ELSEWHERE = 0, 2, 5, 8, 15


_OURS: Final = bits(SignKind.MINISTRY, SignKind.OFFICIAL, SignKind.TOPIC)
_NONE: Final = bits(SignKind.NONE)


def leads_with_us(reading: Reading, vocabulary: Vocabulary) -> bool:
    """Whether an article speaks of the ministry, a supervised body or one of its services where it counts (ANNOTATION 2).

    In its title or lead; or further down in a sentence that complains, warns or asks. A word met in passing there does not make
    an article the ministry's matter. In the lead two weak words do as well.
    """
    early = [hit.key for passage in reading.passages if _is_early(passage) for hit in passage.hits]
    if any(_speaks_of_us(sign, vocabulary) for sign in early):
        return True
    if sum(sign.kind is SignKind.TOPIC_WEAK for sign in early) >= _WEAK_ENOUGH:
        return True
    return any(
        any(_speaks_of_us(hit.key, vocabulary) for hit in passage.hits) and any(_wants_something(hit.key) for hit in passage.hits)
        for passage in reading.passages
        if not _is_early(passage)
    )


def _is_early(passage: Passage) -> bool:
    return passage.field == TITLE or passage.start == 0


def _speaks_of_us(sign: Sign, vocabulary: Vocabulary) -> bool:
    return bool(sign.bit & _SPEAKS_OF_US) or (sign.kind is SignKind.BODY and sign.code in vocabulary.supervised)


def _wants_something(sign: Sign) -> bool:
    return sign.kind is SignKind.CUE and any(sign.code in SPEAKS_FOR[kind] for kind in CASE_KINDS)


def other_body(reading: Reading, vocabulary: Vocabulary) -> str | None:
    """The code of the other body that the text speaks of most: a name counts twice, a service of its own once."""
    votes: Counter[str] = Counter()
    for sign in reading.signs():
        if sign.code not in vocabulary.supervised:
            if sign.kind is SignKind.BODY:
                votes[sign.code] += 2
            elif sign.kind is SignKind.BODY_WORD:
                votes[sign.code] += 1
    return votes.most_common(1)[0][0] if votes else None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was seen of each kind of sign: the places of distinct words (two topics that share a word count once), the distinct
    signs, the signs of ours in the title, and how often each group of no service was met."""

    places: dict[int, set[tuple[int, int]]]
    distinct: set[Sign]
    ours_in_title: int
    none: dict[str, int]

    def count(self, kind: SignKind) -> int:
        """How many distinct words speak for a kind of sign."""
        return len(self.places.get(_BIT_OF[kind], ()))


def _seen(reading: Reading) -> _Seen:
    places: dict[int, set[tuple[int, int]]] = {}
    distinct: set[Sign] = set()
    none: dict[str, int] = {}
    in_title = 0
    for number, passage in enumerate(reading.passages):
        titled = passage.field == TITLE
        for sign, start, _ in passage.hits:
            if titled and sign.bit & _OURS:
                in_title += 1
            if sign.bit & _NONE:
                none[sign.code] = none.get(sign.code, 0) + 1
            if sign.code != OTHER_TOPIC:
                places.setdefault(sign.bit, set()).add((number, start))
                distinct.add(sign)
    return _Seen(places, distinct, in_title, none)


_BIT_OF: Final = {kind: bits(kind) for kind in SignKind}


def _capped(count: float, most: int) -> float:
    return min(count, most) / most
