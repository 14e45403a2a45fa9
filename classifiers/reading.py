"""What is read of a mention: of a post all, of an article title and lead, or else the passages that speak of the ministry.

A field is normalised once; a *passage* is a stretch of it with its words, and knows the way back to the characters that they
came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from classifiers.features import words_with_spans
from classifiers.lexicon import Hit, Lexicon
from classifiers.signs import Sign, SignKind, bits
from domain.arabic import Normalised, normalise_with_offsets, token_starts, tokens
from domain.mention import Channel
from domain.tags import OTHER_TOPIC

TITLE: Final = "title"
TEXT: Final = "text"
_LEAD: Final = 600
_PASSAGES: Final = 400
_SCANNED: Final = 12_000
_POST: Final = 1_200
_LONGEST_POST: Final = 400
"""Beyond so many characters a text of an unknown channel is taken for an article."""
_LONGEST_SENTENCE: Final = 300
_OURS: Final = bits(SignKind.ADDRESS, SignKind.MINISTRY, SignKind.OFFICIAL, SignKind.TOPIC)
_ELSEWHERE: Final = bits(SignKind.BODY, SignKind.BODY_WORD)
_ENOUGH: Final = 2
_NEXT_PARAGRAPHS: Final = 600
_ENDS: Final = re.compile(r"[.!؟?\n]")


@dataclass(slots=True)
class Passage:
    """A stretch of a field, which begins at ``start`` in the field's normal form.

    ``words`` are canonical (for the model), with their ``spans`` in the stretch; ``tokens`` are for lexicons, and ``places`` says
    which word each token is. ``hits`` are the lexicon's.
    """

    field: str
    normalised: Normalised
    start: int
    words: list[str]
    spans: list[tuple[int, int]]
    tokens: list[str]
    places: list[int]
    hits: list[Hit[Sign]]

    def original(self, first: int, last: int) -> tuple[int, int]:
        """The half-open span of characters of the field behind the words ``first`` to ``last``, both included."""
        return self.normalised.span(self.start + self.spans[first][0], self.start + self.spans[last][1])

    def hit_span(self, hit: Hit[Sign]) -> tuple[int, int]:
        """The half-open span of characters of the field behind a hit."""
        return self.original(self.places[hit.start], self.places[hit.end - 1])

    def token_span(self, first: int, last: int) -> tuple[int, int]:
        """The half-open span of characters of the field behind the tokens ``first`` to ``last``, both included."""
        return self.original(self.places[first], self.places[last])


@dataclass(frozen=True)
class Remainder:
    """An article's text after its lead, which begins at ``start``: read for flags, and for what speaks of the ministry."""

    normalised: Normalised
    start: int
    field: str = TEXT

    @cached_property
    def text(self) -> str:
        """The stretch in its normal form."""
        return self.normalised.text[self.start :]

    @cached_property
    def tokens(self) -> list[str]:
        """Its words, as lexicons match them."""
        return tokens(self.text)

    @cached_property
    def starts(self) -> list[int]:
        """Where each token begins in the stretch."""
        return token_starts(self.text)

    def token_span(self, first: int, last: int) -> tuple[int, int]:
        """The half-open span of characters of the field behind the tokens ``first`` to ``last``, both included."""
        begin, end = self.starts[first], self.starts[last] + len(self.tokens[last])
        return self.normalised.span(self.start + begin, self.start + end)


@dataclass(frozen=True)
class Reading:
    """The passages that are judged, and what follows an article's lead."""

    passages: Sequence[Passage]
    rest: Remainder | None = None

    @property
    def stretches(self) -> list[Passage | Remainder]:
        """The whole of what was read, once each: title, lead or post, and what follows."""
        begun: list[Passage | Remainder] = [passage for passage in self.passages if passage.start == 0]
        return [*begun, self.rest] if self.rest else begun

    @cached_property
    def words(self) -> list[str]:
        """The canonical words of all passages."""
        if len(self.passages) == 1:
            return self.passages[0].words
        return [word for passage in self.passages for word in passage.words]

    def signs(self) -> Iterator[Sign]:
        """The sign of every hit."""
        return (hit.key for passage in self.passages for hit in passage.hits)


def read(title: str, text: str, channel: Channel, lexicon: Lexicon[Sign], worth_reading: Lexicon[Sign] | None = None) -> Reading:
    """What of a mention is judged. A post's first 1,200 characters; else the title and the lead, and where these do not say whose
    matter it is, the sentences after them that speak of the ministry.

    ``lexicon`` finds the signs; ``worth_reading`` tells which later passages of an article are read (none without it).
    """
    passages = []
    if title.strip():
        passages.append(_whole(TITLE, title[:_POST], lexicon))
    if not text.strip():
        return Reading(passages)
    if channel is Channel.SOCIAL or len(text) <= _LEAD:
        return Reading([*passages, _whole(TEXT, text[:_POST], lexicon)])
    normalised = normalise_with_offsets(text[:_SCANNED])
    cut = _end_of_lead(normalised.text)
    passages.append(_passage(TEXT, normalised, 0, cut, lexicon))
    if worth_reading is None:
        return Reading(passages)
    rest = Remainder(normalised, cut)
    return Reading([*passages, *_later(rest, _horizon(passages), lexicon, worth_reading)], rest)


def _horizon(opening: Sequence[Passage]) -> int:
    """How far after the lead an article is judged, in characters.

    Where title and lead speak of the ministry, the next paragraphs at most, and where they speak of another body alone, nothing:
    they decide (ANNOTATION 2), and neither an angry sentence at the end nor a word in passing turns an article round. Where they
    say nothing of anybody, the whole text.
    """
    signs = [hit.key for passage in opening for hit in passage.hits]
    if any(sign.bit & _OURS and sign.code != OTHER_TOPIC for sign in signs):
        return _NEXT_PARAGRAPHS
    return 0 if sum(bool(sign.bit & _ELSEWHERE) for sign in signs) >= _ENOUGH else _SCANNED


def form_of(title: str, text: str, channel: Channel) -> Channel:
    """The channel, or where it is ``other`` what the text looks like: a post is short and has no title."""
    if channel is not Channel.OTHER:
        return channel
    return Channel.PRESS if title.strip() or len(text) > _LONGEST_POST else Channel.SOCIAL


def _whole(field: str, source: str, lexicon: Lexicon[Sign]) -> Passage:
    normalised = normalise_with_offsets(source)
    return _passage(field, normalised, 0, len(normalised.text), lexicon)


def _passage(field: str, normalised: Normalised, start: int, end: int, lexicon: Lexicon[Sign]) -> Passage:
    words, spans, found, places = words_with_spans(normalised.text[start:end])
    return Passage(field, normalised, start, words, spans, found, places, lexicon.find(found))


def _end_of_lead(text: str) -> int:
    """The end of the last sentence or paragraph inside the lead's length, else the last blank there."""
    end = max(text.rfind(mark, _LEAD // 3, _LEAD) for mark in ".\n!؟")
    if end < 0:
        end = text.rfind(" ", 0, _LEAD)
    return end + 1 if end >= 0 else _LEAD


def _later(rest: Remainder, horizon: int, lexicon: Lexicon[Sign], worth_reading: Lexicon[Sign]) -> list[Passage]:
    """The sentences after the lead that name the ministry or one of its services, up to the horizon and a length in all."""
    if not horizon:
        return []
    near = rest.text[:horizon]
    starts: list[int] = []
    passages: list[Passage] = []
    left, read_to = _PASSAGES, 0
    for hit in worth_reading.find(tokens(near)):
        starts = starts or token_starts(near)
        at = starts[hit.start]
        if left <= 0:
            break
        if at >= read_to:
            start, read_to = _sentence(rest.text, max(read_to, at - _LONGEST_SENTENCE), at)
            passages.append(_passage(TEXT, rest.normalised, rest.start + start, rest.start + read_to, lexicon))
            left -= read_to - start
    return passages


def _sentence(text: str, earliest: int, at: int) -> tuple[int, int]:
    """The sentence around the character ``at``: it begins at ``earliest`` or later, and is not endless."""
    start = max((match.end() for match in _ENDS.finditer(text, earliest, at)), default=earliest)
    end = _ENDS.search(text, at, at + _LONGEST_SENTENCE)
    return start, end.end() if end else min(at + _LONGEST_SENTENCE, len(text))
