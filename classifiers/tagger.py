"""Tags of mentions for one profile: every axis with its confidence and the words that decided it (REQUIREMENTS C1-C8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from classifiers import signals
from classifiers.compact import CompactModel
from classifiers.cues import SPEAKS_FOR
from classifiers.evidence import Gathered, Reasons
from classifiers.flags import Flagged, find_flags
from classifiers.importance import importance
from classifiers.opinion import Judge, Opinion
from classifiers.reading import Reading, form_of, read
from classifiers.remit import Vocabulary, leads_with_us, other_body
from classifiers.signs import SignKind, profile_lexicon, service_lexicon
from domain.language import UNKNOWN, language
from domain.mention import Channel
from domain.profile import Profile
from domain.tags import NO_TOPIC, Axis, Evidence, Importance, Kind, Remit, Sentiment, Tags

_BATCH: Final = 256
_TOLD_BY: Final = 600
"""Characters of the text that tell its language."""
_KINDS: Final = tuple(Kind)
_SENTIMENTS: Final = tuple(Sentiment)
_REMITS: Final = tuple(Remit)
_SIGNS_OF: Final = {
    Remit.OURS: frozenset({SignKind.ADDRESS, SignKind.MINISTRY, SignKind.OFFICIAL, SignKind.TOPIC}),
    Remit.OTHER: frozenset({SignKind.BODY, SignKind.BODY_WORD}),
    Remit.NONE: frozenset({SignKind.NONE}),
}


@dataclass(frozen=True, slots=True)
class TagInput:
    """A mention as the classifier sees it. ``reach`` is 1-5 or None, ``spread`` the number of mentions of its story;
    ``language`` is detected where empty."""

    id: int | str
    title: str
    text: str
    channel: Channel
    reach: int | None = None
    spread: int = 1
    addressed: bool = False
    language: str = ""


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


class Tagger:
    """Tags mentions for one profile with one model. Holds no state between calls but caches of words."""

    def __init__(self, profile: Profile, model: CompactModel) -> None:
        self.profile = profile
        self.model = model
        self._lexicon = profile_lexicon(profile)
        self._about_us = service_lexicon(profile)
        self._vocabulary = Vocabulary.of(profile)
        self._judge = Judge(profile, model)

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
        choices = [self._choose(place, item, forms[place], readings[place], opinion) for place, item in enumerate(items)]
        reasons = Reasons(
            opinion.judgement,
            {
                signals.KIND: _shown(choices, [_KINDS.index(choice.kind) for choice in choices]),
                signals.SENTIMENT: _shown(choices, [_SENTIMENTS.index(choice.sentiment) for choice in choices]),
            },
        )
        return [
            self._tags(item, reading, choice, Gathered(reasons, place, reading)) if choice.judged else self._unjudged(choice.lang)
            for place, (item, reading, choice) in enumerate(zip(items, readings, choices, strict=True))
        ]

    def _choose(self, place: int, item: TagInput, form: Channel, reading: Reading, opinion: Opinion) -> _Choice:
        """The likeliest of every axis, as the rule book allows: no remit, no kind, no stance, no topic."""
        lang = item.language or language(f"{item.title}\n{item.text[:_TOLD_BY]}")
        remit = _REMITS[int(opinion.remit[place].argmax())]
        sure = float(opinion.remit[place].max())
        judged = lang != UNKNOWN and bool(reading.words)
        if remit is Remit.OURS and form is not Channel.SOCIAL and not leads_with_us(reading, self._vocabulary):
            remit, sure = Remit.NONE, max(0.5, float(opinion.remit[place, _REMITS.index(Remit.NONE)]))
        if remit is Remit.NONE or not judged:
            return _Choice(lang, remit, sure, Kind.NEUTRAL, sure, Sentiment.NEUTRAL, sure, NO_TOPIC, sure, judged)
        kind, sentiment = int(opinion.kind[place].argmax()), int(opinion.sentiment[place].argmax())
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

    def _tags(self, item: TagInput, reading: Reading, choice: _Choice, found: Gathered) -> Tags:
        signs = {sign.kind for sign in reading.signs()}
        level = importance(
            choice.remit,
            choice.kind,
            choice.sentiment,
            self.profile.importance,
            severe=SignKind.SEVERE in signs,
            serious=SignKind.SERIOUS in signs,
            reach=item.reach,
            spread=item.spread,
        )
        flagged = find_flags(reading, item.title, item.text, choice.remit, form_of(item.title, item.text, item.channel))
        chances = {
            Axis.REMIT: choice.remit_chance,
            Axis.KIND: choice.kind_chance,
            Axis.SENTIMENT: choice.sentiment_chance,
            Axis.TOPIC: choice.topic_chance,
            Axis.IMPORTANCE: choice.kind_chance,
            Axis.FLAGS: 1.0,
        }
        return Tags(
            remit=choice.remit,
            kind=choice.kind,
            sentiment=choice.sentiment,
            topic=choice.topic,
            importance=level,
            lang=choice.lang,
            body=other_body(reading, self._vocabulary) if choice.remit is Remit.OTHER else None,
            flags=frozenset(flag.flag for flag in flagged),
            confidence=MappingProxyType({axis: round(chance, 4) for axis, chance in chances.items()}),
            evidence=_evidence(choice, level, flagged, found),
            model=self.model.identity,
        )

    def _unjudged(self, lang: str) -> Tags:
        return Tags(
            remit=Remit.NONE,
            kind=Kind.NEUTRAL,
            sentiment=Sentiment.NEUTRAL,
            topic=NO_TOPIC,
            importance=Importance.LOW,
            lang=lang,
            confidence=MappingProxyType(dict.fromkeys(Axis, 0.0)),
            model=self.model.identity,
        )


def _shown(choices: Sequence[_Choice], classes: Sequence[int]) -> npt.NDArray[np.int64]:
    """The classes whose words are shown: -1 where there is no service to speak of."""
    return np.array(
        [-1 if choice.remit is Remit.NONE else number for choice, number in zip(choices, classes, strict=True)], np.int64
    )


def _evidence(choice: _Choice, level: Importance, flagged: Sequence[Flagged], found: Gathered) -> tuple[Evidence, ...]:
    found.signs(Axis.REMIT, _SIGNS_OF[choice.remit])
    if choice.remit is not Remit.NONE:
        found.signs(Axis.KIND, frozenset({SignKind.CUE}), SPEAKS_FOR[choice.kind])
        found.words(Axis.KIND, signals.KIND)
        found.words(Axis.SENTIMENT, signals.SENTIMENT)
    if choice.remit is Remit.OURS:
        found.signs(Axis.TOPIC, frozenset({SignKind.TOPIC, SignKind.TOPIC_WEAK}), frozenset({choice.topic}))
    if level is not Importance.LOW:
        found.signs(Axis.IMPORTANCE, frozenset({SignKind.SEVERE, SignKind.SERIOUS}))
    for flag in flagged:
        found.span(Axis.FLAGS, flag.field, flag.start, flag.end)
    return found.evidence()
