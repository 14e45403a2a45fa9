"""What is read of a mention: of a post all, of an article title and lead, and the passages that speak of the ministry.

A *passage* is a stretch of the original title or text with its words; through it every word finds its way back to the
characters that it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from classifiers.features import words_with_spans
from classifiers.lexicon import Hit, Lexicon
from classifiers.signs import Sign
from domain.arabic import Normalised, normalise, normalise_with_offsets, tokens
from domain.mention import Channel

TITLE: Final = "title"
TEXT: Final = "text"
_LEAD: Final = 600
_PASSAGES: Final = 400
_SCANNED: Final = 12_000
_POST: Final = 1_200
_LONGEST_POST: Final = 400
"""Beyond so many characters a text of an unknown channel is taken for an article."""
_SENTENCE: Final = re.compile(r"\s*[^.!؟?\n]{1,300}[.!؟?\n]*")


@dataclass(slots=True)
class Passage:
    """A stretch of a field.

    ``words`` are canonical (for the model), with their ``spans`` in the normalised stretch; ``tokens`` are for lexicons, and
    ``places`` says which word each token is. ``hits`` are the lexicon's.
    """

    field: str
    start: int
    source: str
    words: list[str]
    spans: list[tuple[int, int]]
    tokens: list[str]
    places: list[int]
    hits: list[Hit[Sign]]
    _normalised: Normalised | None = None

    def original(self, first: int, last: int) -> tuple[int, int]:
        """The half-open span of characters of the field behind the words ``first`` to ``last``, both included."""
        if self._normalised is None:
            self._normalised = normalise_with_offsets(self.source)
        start, end = self._normalised.span(self.spans[first][0], self.spans[last][1])
        return self.start + start, self.start + end

    def hit_span(self, hit: Hit[Sign]) -> tuple[int, int]:
        """The half-open span of characters of the field behind a hit."""
        return self.original(self.places[hit.start], self.places[hit.end - 1])


@dataclass(frozen=True, slots=True)
class Reading:
    """The passages that are judged."""

    passages: Sequence[Passage]

    @property
    def words(self) -> list[str]:
        """The canonical words of all passages."""
        return [word for passage in self.passages for word in passage.words]

    def signs(self) -> Iterator[Sign]:
        """The sign of every hit."""
        return (hit.key for passage in self.passages for hit in passage.hits)


def read(title: str, text: str, channel: Channel, lexicon: Lexicon[Sign], about_us: Lexicon[Sign] | None = None) -> Reading:
    """What of a mention is judged. A post's first 1,200 characters; else the title, the lead, and what speaks of the ministry.

    ``lexicon`` finds the signs; ``about_us`` tells the passages of an article that are worth reading (none without it).
    """
    passages = [_passage(TITLE, 0, title, lexicon)] if title.strip() else []
    if channel is Channel.SOCIAL or len(text) <= _LEAD:
        if text.strip():
            passages.append(_passage(TEXT, 0, text[:_POST], lexicon))
        return Reading(passages)
    cut = _end_of_lead(text)
    passages.append(_passage(TEXT, 0, text[:cut], lexicon))
    if about_us is not None:
        passages += _passages_about_us(text, cut, lexicon, about_us)
    return Reading(passages)


def form_of(title: str, text: str, channel: Channel) -> Channel:
    """The channel, or where it is ``other`` what the text looks like: a post is short and has no title."""
    if channel is not Channel.OTHER:
        return channel
    return Channel.PRESS if title.strip() or len(text) > _LONGEST_POST else Channel.SOCIAL


def _passage(field: str, start: int, source: str, lexicon: Lexicon[Sign]) -> Passage:
    words, spans, found, places = words_with_spans(normalise(source))
    return Passage(field, start, source, words, spans, found, places, lexicon.find(found))


def _end_of_lead(text: str) -> int:
    """The end of the last sentence or paragraph inside the lead's length, else the last blank there."""
    end = max(text.rfind(mark, _LEAD // 3, _LEAD) for mark in ".\n!؟")
    if end < 0:
        end = text.rfind(" ", 0, _LEAD)
    return end + 1 if end >= 0 else _LEAD


def _passages_about_us(text: str, start: int, lexicon: Lexicon[Sign], about_us: Lexicon[Sign]) -> Iterator[Passage]:
    """Sentences after the lead that name the ministry or one of its services, up to a length in all."""
    if not about_us.find(tokens(normalise(text[start : start + _SCANNED]))):
        return
    left = _PASSAGES
    for match in _SENTENCE.finditer(text, start, start + _SCANNED):
        if about_us.find(tokens(normalise(match.group()))):
            yield _passage(TEXT, match.start(), match.group(), lexicon)
            left -= len(match.group())
            if left <= 0:
                return
