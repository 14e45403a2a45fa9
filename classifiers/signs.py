"""What a text shows of a profile: the ministry's names and accounts, its topics' words, other bodies, and what is no service."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

from classifiers.cues import cue_phrases
from classifiers.lexicon import Lexicon
from domain.profile import Body, Profile


class SignKind(StrEnum):
    """What a phrase is a sign of."""

    CUE = "cue"
    ADDRESS = "address"
    """An account of the ministry."""
    MINISTRY = "ministry"
    OFFICIAL = "official"
    TOPIC = "topic"
    TOPIC_WEAK = "topic_weak"
    BODY = "body"
    """A body's name or account."""
    BODY_WORD = "body_word"
    """A service that only that body gives."""
    NONE = "none"
    """What is no public service."""
    PUBLIC = "public"
    """What speaks of some public service, whoever gives it."""
    SEVERE = "severe"
    SERIOUS = "serious"
    COMPLEX = "complex"
    """What makes a case complex by the profile's words."""


@dataclass(frozen=True, slots=True, eq=False)
class Sign:
    """A phrase's meaning; ``code`` is the cue, the topic's code, the body's code or the group of the generic lexicon.

    Each is made once (``sign``) and known by its identity: texts hold thousands of them.
    """

    kind: SignKind
    code: str
    bit: int
    """The kind as a bit, so that a text's signs are sorted without hashing enums (``bits``)."""


@cache
def sign(kind: SignKind, code: str) -> Sign:
    """The one sign of this meaning."""
    return Sign(kind, code, bits(kind))


def bits(*kinds: SignKind) -> int:
    """The kinds as one number: ``sign.bit & bits(...)`` tells whether a sign is of one of them."""
    return sum(1 << _ORDER[kind] for kind in kinds)


_ORDER: Final = {kind: place for place, kind in enumerate(SignKind)}


def generic_lexicon() -> Lexicon[Sign]:
    """The cue words, and the words of public services and of what is none."""
    lexicon: Lexicon[Sign] = Lexicon()
    for phrase, cue in cue_phrases():
        lexicon.add(phrase, sign(SignKind.CUE, cue.value), loose_article=True)
    for group, phrases in _none_phrases().items():
        kind = SignKind.PUBLIC if group == "public" else SignKind.NONE
        for phrase in phrases:
            lexicon.add(phrase, sign(kind, group))
    return lexicon


def profile_lexicon(profile: Profile) -> Lexicon[Sign]:
    """One lexicon of everything that a profile and the generic word lists know. Names ask for their article, words do not."""
    lexicon = generic_lexicon()
    for phrase, meaning in _ministry(profile):
        lexicon.add(phrase, meaning)
    for topic in profile.topics:
        for phrase in topic.words:
            lexicon.add(phrase, sign(SignKind.TOPIC, topic.code), loose_article=True)
        for phrase in topic.weak_words:
            lexicon.add(phrase, sign(SignKind.TOPIC_WEAK, topic.code), loose_article=True)
    for body in profile.bodies:
        for phrase, meaning in _body(body):
            lexicon.add(phrase, meaning)
    for kind, phrases in (
        (SignKind.SEVERE, profile.importance.severe),
        (SignKind.SERIOUS, profile.importance.serious),
        (SignKind.COMPLEX, profile.complexity.words),
    ):
        for phrase in phrases:
            lexicon.add(phrase, sign(kind, ""), loose_article=True)
    return lexicon


def service_lexicon(profile: Profile) -> Lexicon[Sign]:
    """What is looked for after an article's lead: the ministry's names and accounts and its topics' words, which make a passage
    worth reading."""
    lexicon: Lexicon[Sign] = Lexicon()
    for phrase, meaning in _ministry(profile):
        lexicon.add(phrase, meaning)
    for topic in profile.topics:
        for phrase in topic.words:
            lexicon.add(phrase, sign(SignKind.TOPIC, topic.code), loose_article=True)
    return lexicon


def _ministry(profile: Profile) -> Iterator[tuple[str, Sign]]:
    yield from ((f"@{handle}", sign(SignKind.ADDRESS, profile.code)) for handle in profile.handles)
    names = {*profile.names, profile.name_ar, profile.name_en}
    yield from ((name, sign(SignKind.MINISTRY, profile.code)) for name in sorted(names))
    yield from ((official, sign(SignKind.OFFICIAL, profile.code)) for official in profile.officials)


def _body(body: Body) -> Iterator[tuple[str, Sign]]:
    yield from ((f"@{handle}", sign(SignKind.BODY, body.code)) for handle in body.handles)
    names = {*body.names, body.name_ar, body.name_en} - {""}
    yield from ((name, sign(SignKind.BODY, body.code)) for name in sorted(names))
    yield from ((word, sign(SignKind.BODY_WORD, body.code)) for word in body.words)


@cache
def staff_names() -> dict[str, list[str]]:
    """Titles that stand before a name (``titles`` of staff, ``honorifics`` of anyone), and given names (``given``)."""
    return _word_lists("names")


@cache
def _none_phrases() -> dict[str, list[str]]:
    return _word_lists("none")


def _word_lists(name: str) -> dict[str, list[str]]:
    return tomllib.loads((resources.files("classifiers") / "lexicons" / f"{name}.toml").read_text("utf-8"))
