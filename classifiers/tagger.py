"""Tags of mentions for one profile: every axis with its confidence and the words that decided it (REQUIREMENTS C1-C8)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from classifiers import signals
from classifiers.compact import CompactModel
from classifiers.complexity import Tangle, propose
from classifiers.cues import SPEAKS_FOR
from classifiers.evidence import Gathered, Reasons
from classifiers.flags import Flagged, find_flags, flags_by_form
from classifiers.importance import Circumstances, weigh
from classifiers.opinion import Judge, Opinion
from classifiers.reading import Reading, form_of, read
from classifiers.remit import Vocabulary, leads_with_us, other_body
from classifiers.signs import Sign, SignKind, bits, profile_lexicon, service_lexicon
from domain.language import UNKNOWN, language
from domain.mention import Channel
from domain.profile import Profile
from domain.tags import CASE_KINDS, NO_TOPIC, OTHER_TOPIC, Axis, Evidence, Importance, Kind, Remit, Sentiment, Tags

_BATCH: Final = 256
_SHOWN: Final = 6
_TOLD_BY: Final = 600
"""Characters of the text that tell its language."""
_KINDS: Final = tuple(Kind)
_SENTIMENTS: Final = tuple(Sentiment)
_REMITS: Final = tuple(Remit)
_OURS: Final = np.array([_REMITS.index(Remit.OURS)])
_ASKING: Final = np.array([place for place, kind in enumerate(_KINDS) if kind in CASE_KINDS])
_WORTH_A_LOOK: Final = 0.25
_ASKS: Final = 0.4
"""From what chance a text counts as ours, and as one that asks for something: chosen on the demonstration's texts, for recall."""
_SIGNS_OF: Final = {
    Remit.OURS: bits(SignKind.ADDRESS, SignKind.MINISTRY, SignKind.OFFICIAL, SignKind.TOPIC),
    Remit.OTHER: bits(SignKind.BODY, SignKind.BODY_WORD),
    Remit.NONE: bits(SignKind.NONE),
}
_CUES: Final = bits(SignKind.CUE)
_TOPICS: Final = bits(SignKind.TOPIC, SignKind.TOPIC_WEAK)
_SEVERE: Final = bits(SignKind.SEVERE)
_SERIOUS: Final = bits(SignKind.SERIOUS)


@dataclass(frozen=True, slots=True)
class TagInput:
    """A mention as the classifier sees it. ``reach`` is 1-5 or None, ``spread`` the number of mentions of its story, ``growth``
    how many of them came within the last day; ``language`` is detected where empty."""

    id: int | str
    title: str
    text: str
    channel: Channel
    reach: int | None = None
    spread: int = 1
    addressed: bool = False
    language: str = ""
    growth: int = 0


@dataclass(frozen=True, slots=True)
class _Choice:
    """What was chosen on the axes that a model judges, with its probability."""

    lang: str
    remit: Remit
    remit_chance: float
    kind: Kind
    kind_chance: float
    sentiment: Sentiment
    sentiment_chance: float
    topic: str
    topic_chance: float
    judged: bool = True


Amend = Callable[[Sequence[TagInput], Sequence[Reading], Opinion], Opinion]
"""What another model makes of an opinion on these mentions."""


class Tagger:
    """Tags mentions for one profile with one model. Holds no state between calls but caches of words."""

    def __init__(self, profile: Profile, model: CompactModel) -> None:
        self.profile = profile
        self.model = model
        self._lexicon = profile_lexicon(profile)
        self._about_us = service_lexicon(profile)
        self._vocabulary = Vocabulary.of(profile)
        self._judge = Judge(profile, model)
        self._amend: Amend | None = None

    def with_second(self, amend: Amend) -> Tagger:
        """The same tagger, whose opinions another model amends before the tags are chosen."""
        amended = copy(self)
        amended._amend = amend
        return amended

    def tag(self, item: TagInput) -> Tags:
        """The tags of one mention."""
        return self.tag_many([item])[0]

    def tag_many(self, items: Sequence[TagInput]) -> list[Tags]:
        """The tags of mentions, in their order. No text makes it fail: what cannot be judged is neutral with confidence 0."""
        tags: list[Tags] = []
        for start in range(0, len(items), _BATCH):
            tags += self._tag_batch(items[start : start + _BATCH])
        return tags

    def _tag_batch(self, items: Sequence[TagInput]) -> list[Tags]:
        forms = [form_of(item.title, item.text, item.channel) for item in items]
        readings = [
            read(item.title, item.text, form, self._lexicon, self._about_us) for item, form in zip(items, forms, strict=True)
        ]
        opinion = self._judge.opinion(readings, forms, [item.addressed for item in items])
        if self._amend is not None:
            opinion = self._amend(items, readings, opinion)
        choices = [self._choose(place, item, forms[place], readings[place], opinion) for place, item in enumerate(items)]
        reasons = Reasons(
            opinion.judgement,
            {
                signals.KIND: _shown(choices, [_KINDS.index(choice.kind) for choice in choices]),
                signals.SENTIMENT: _shown(choices, [_SENTIMENTS.index(choice.sentiment) for choice in choices]),
            },
        )
        return [
            self._tags(item, forms[place], reading, choice, Gathered(reasons, place, reading))
            if choice.judged
            else self._unjudged(item, choice.lang)
            for place, (item, reading, choice) in enumerate(zip(items, readings, choices, strict=True))
        ]

    def _choose(self, place: int, item: TagInput, form: Channel, reading: Reading, opinion: Opinion) -> _Choice:
        """The likeliest of every axis, as the rule book allows: no remit, no kind, no stance, no topic."""
        lang = item.language or language(f"{item.title}\n{item.text[:_TOLD_BY]}")
        whose = _likeliest(opinion.remit[place], _OURS, _WORTH_A_LOOK)
        remit, sure = _REMITS[whose], float(opinion.remit[place, whose])
        judged = lang != UNKNOWN and bool(reading.words)
        if remit is Remit.OURS and form is not Channel.SOCIAL and not leads_with_us(reading, self._vocabulary):
            remit, sure = Remit.NONE, max(0.5, float(opinion.remit[place, _REMITS.index(Remit.NONE)]))
        if remit is Remit.NONE or not judged:
            return _Choice(lang, remit, sure, Kind.NEUTRAL, sure, Sentiment.NEUTRAL, sure, NO_TOPIC, sure, judged)
        kind, sentiment = _likeliest(opinion.kind[place], _ASKING, _ASKS), int(opinion.sentiment[place].argmax())
        topic = int(opinion.topics[place].argmax())
        ours = remit is Remit.OURS
        return _Choice(
            lang,
            remit,
            sure,
            _KINDS[kind],
            float(opinion.kind[place, kind]),
            _SENTIMENTS[sentiment],
            float(opinion.sentiment[place, sentiment]),
            self._judge.topic_codes[topic] if ours else NO_TOPIC,
            float(opinion.topics[place, topic]) if ours else sure,
        )

    def _tags(self, item: TagInput, form: Channel, reading: Reading, choice: _Choice, found: Gathered) -> Tags:
        signs = set(reading.signs())
        kinds = reduce(or_, (sign.bit for sign in signs), 0)
        severe = bool(kinds & _SEVERE)
        weighed = weigh(
            choice.remit,
            choice.kind,
            choice.sentiment,
            self.profile.importance,
            Circumstances(severe, bool(kinds & _SERIOUS), item.reach, item.spread, item.growth),
        )
        complexity, made = propose(
            choice.remit, choice.kind, self.profile.complexity, _tangle(signs, severe, self._vocabulary.supervised)
        )
        flagged = find_flags(reading, item.title, item.text, choice.remit, form)
        return Tags(
            remit=choice.remit,
            kind=choice.kind,
            sentiment=choice.sentiment,
            topic=choice.topic,
            importance=weighed.level,
            lang=choice.lang,
            body=other_body(reading, self._vocabulary) if choice.remit is Remit.OTHER else None,
            flags=frozenset(flag.flag for flag in flagged),
            confidence=_confidence(choice),
            evidence=_evidence(choice, weighed.level, flagged, found),
            model=self.model.identity,
            complexity=complexity,
            rules=(*map(str, weighed.raised_by), *map(str, made)),
        )

    def _unjudged(self, item: TagInput, lang: str) -> Tags:
        """The defined answer for what no model knows: neutral, confidence 0; numbers are found by form in any language."""
        flagged = flags_by_form(item.title, item.text)
        return Tags(
            remit=Remit.NONE,
            kind=Kind.NEUTRAL,
            sentiment=Sentiment.NEUTRAL,
            topic=NO_TOPIC,
            importance=Importance.LOW,
            lang=lang,
            flags=frozenset(flag.flag for flag in flagged),
            confidence=MappingProxyType(dict.fromkeys(Axis, 0.0)),
            evidence=tuple(Evidence(Axis.FLAGS, flag.field, flag.start, flag.end, flag.rule) for flag in flagged[:_SHOWN]),
            model=self.model.identity,
        )


def _likeliest(chances: npt.NDArray[np.float32], wanted: npt.NDArray[np.int64], enough: float) -> int:
    """The likeliest of the ``wanted`` where they are likely ``enough`` together, else the likeliest of all: what the team must
    see is dearer to miss than to look at in vain."""
    among = chances[wanted]
    return int(wanted[int(among.argmax())]) if float(among.sum()) >= enough else int(chances.argmax())


def _tangle(signs: Collection[Sign], severe: bool, supervised: Collection[str]) -> Tangle:
    others, words, topics = False, False, 0
    for sign in signs:
        if sign.kind is SignKind.TOPIC:
            topics += sign.code != OTHER_TOPIC
        elif sign.kind is SignKind.BODY:
            others = others or sign.code not in supervised
        elif sign.kind is SignKind.COMPLEX:
            words = True
    return Tangle(severe, words, others, topics)


def _confidence(choice: _Choice) -> Mapping[Axis, float]:
    return MappingProxyType(
        {
            Axis.REMIT: round(choice.remit_chance, 4),
            Axis.KIND: round(choice.kind_chance, 4),
            Axis.SENTIMENT: round(choice.sentiment_chance, 4),
            Axis.TOPIC: round(choice.topic_chance, 4),
            Axis.IMPORTANCE: round(choice.kind_chance, 4),
            Axis.FLAGS: 1.0,
        }
    )


def _shown(choices: Sequence[_Choice], classes: Sequence[int]) -> npt.NDArray[np.int64]:
    """The classes whose words are shown: -1 where there is no service to speak of."""
    return np.array(
        [-1 if choice.remit is Remit.NONE else number for choice, number in zip(choices, classes, strict=True)], np.int64
    )


def _evidence(choice: _Choice, level: Importance, flagged: Sequence[Flagged], found: Gathered) -> tuple[Evidence, ...]:
    found.signs(Axis.REMIT, _SIGNS_OF[choice.remit])
    if choice.remit is not Remit.NONE:
        found.signs(Axis.KIND, _CUES, SPEAKS_FOR[choice.kind])
        found.words(Axis.KIND, signals.KIND)
        found.words(Axis.SENTIMENT, signals.SENTIMENT)
    if choice.remit is Remit.OURS:
        found.signs(Axis.TOPIC, _TOPICS, (choice.topic,))
    if level is not Importance.LOW:
        found.signs(Axis.IMPORTANCE, _SEVERE | _SERIOUS)
    for flag in flagged:
        found.span(Axis.FLAGS, flag.field, flag.start, flag.end, flag.rule)
    return found.evidence()
