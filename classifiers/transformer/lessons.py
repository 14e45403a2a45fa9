"""What a transformer is fine-tuned on: labelled records of every profile and the reviewers' corrections, as words and labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from classifiers.corrections import Correction
from classifiers.examples import fold_of
from classifiers.reading import form_of, read
from classifiers.records import Record
from classifiers.signs import profile_lexicon, service_lexicon
from classifiers.transformer.description import Head
from classifiers.transformer.pieces import Words, words_of
from domain.errors import InputError
from domain.language import UNKNOWN, language
from domain.mention import Channel
from domain.profile import Profile
from domain.tags import NO_TOPIC, Axis, Kind, Remit, Sentiment

HELD_OUT: Final = 5
"""One text in five is held out: it calibrates, and is not learnt."""
_ENOUGH: Final = 0.02
"""A language counts as learnt where it is at least this share of the texts."""
_LEARNT: Final = frozenset({Axis.KIND, Axis.SENTIMENT, Axis.REMIT, Axis.TOPIC})
_Read = Callable[[str, str, str, Channel], Words]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text with the labels that it has, by head. ``record`` is there where it is wholly labelled."""

    words: Words
    labels: Mapping[str, int]
    held_out: bool
    lang: str
    record: Record | None = None


def heads_for(profiles: Sequence[Profile]) -> tuple[Head, ...]:
    """The heads of a model for these profiles: kind and sentiment for all, remit and topic for each."""
    common = (Head(Axis.KIND, "", tuple(map(str, Kind))), Head(Axis.SENTIMENT, "", tuple(map(str, Sentiment))))
    remits = tuple(Head(Axis.REMIT, profile.code, tuple(map(str, Remit))) for profile in profiles)
    topics = tuple(Head(Axis.TOPIC, profile.code, tuple(topic.code for topic in profile.topics)) for profile in profiles)
    return (*common, *remits, *topics)


def lessons_of(
    records: Sequence[Record], corrections: Sequence[Correction], profile: Profile | None, profiles: Sequence[Profile]
) -> list[Lesson]:
    """The lessons in records and in corrections (made under ``profile``), in their order.

    Raises ``InputError`` for a label that the record's profile does not have, or for a profile that is none of ``profiles``.
    """
    readers = {each.code: (profile_lexicon(each), service_lexicon(each)) for each in profiles}
    heads = {head.key: head for head in heads_for(profiles)}

    def words(code: str, title: str, text: str, channel: Channel) -> Words:
        if code not in readers:
            raise InputError(f"a labelled text names the profile «{code}»", f"use one of: {', '.join(readers)}")
        return words_of(title, text, read(title, text, form_of(title, text, channel), *readers[code]))

    lessons = [
        Lesson(
            words(record.profile, record.title, record.text, record.channel),
            _numbered(heads, record.profile, _labels(record), record.id),
            _is_held_out(record.title, record.text),
            language(f"{record.title}\n{record.text}"),
            record,
        )
        for record in records
    ]
    if profile is not None:
        lessons += _taught(corrections, profile, heads, words)
    return lessons


def _taught(corrections: Sequence[Correction], profile: Profile, heads: Mapping[str, Head], words: _Read) -> list[Lesson]:
    """One lesson for each corrected text, with all that was corrected in it."""
    by_text: dict[tuple[str, str, Channel], dict[Axis, str]] = {}
    for each in corrections:
        if Axis(each.axis) in _LEARNT:
            by_text.setdefault((each.title, each.text, each.channel), {})[Axis(each.axis)] = each.value
    return [
        Lesson(
            words(profile.code, title, text, channel),
            _numbered(heads, profile.code, {axis: value for axis, value in said.items() if value != NO_TOPIC}, "a correction"),
            _is_held_out(title, text),
            language(f"{title}\n{text}"),
        )
        for (title, text, channel), said in by_text.items()
    ]


def _labels(record: Record) -> dict[Axis, str]:
    """A text of no remit is neutral whatever its tone (rule book 2): that is what the heads learn of it."""
    labels = {Axis.KIND: str(record.kind), Axis.SENTIMENT: str(record.sentiment), Axis.REMIT: str(record.remit)}
    return labels if record.topic == NO_TOPIC else {**labels, Axis.TOPIC: record.topic}


def _numbered(heads: Mapping[str, Head], profile: str, labels: Mapping[Axis, str], where: str) -> dict[str, int]:
    found = {}
    for axis, value in labels.items():
        head = heads.get(str(axis)) or heads[f"{axis}:{profile}"]
        if value not in head.classes:
            raise InputError(f"{where}: {axis} is «{value}»", f"use one of: {', '.join(head.classes)}")
        found[head.key] = head.classes.index(value)
    return found


def _is_held_out(title: str, text: str) -> bool:
    return fold_of(f"{title}\n{text}") % HELD_OUT == 0


def languages_of(lessons: Iterable[Lesson]) -> tuple[str, ...]:
    """The languages that the lessons teach, the commonest first."""
    counted = Counter(lesson.lang for lesson in lessons if lesson.lang != UNKNOWN)
    return tuple(lang for lang, number in counted.most_common() if number >= _ENOUGH * counted.total())
