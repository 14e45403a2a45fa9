"""Whether two texts are the same story: decided on their words, after MinHash has brought them together. Pure.

Most of one stands in the other (so a shortened copy counts), beginning with its lead (so a paragraph of background or of
furniture does not count), and nothing in the same place says another figure, date or place (so this week's announcement is not
last week's).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from registry.story_words import NUMBER, PLACE, Worded, content

ALIKE: Final = 0.6
"""Share of a text's shingles in another's from which they are one story, where nothing speaks against it."""
_LEADING: Final = 0.4
"""The same, where the lead is shared."""
_NEARLY_ALL: Final = 0.85
_LEAD: Final = 30
_BEGINNING: Final = 8
SHORT: Final = 25
"""Texts of fewer words are compared with a headline and a lead, or word by word."""
_SLOT: Final = 6
_SOON: Final = timedelta(hours=36)
"""A later text with another figure is no correction any more but the next announcement."""
_QUOTED: Final = 0.8
_REWRITTEN: Final = 0.4
"""Share of a brief's words that are the other text's, under one headline."""
_START: Final = -1
_END: Final = -2
_LONG_AGO: Final = timedelta(days=4)
"""A headline is quoted for so long."""


@dataclass(slots=True)
class Text:
    """A text with what is worked out from it once. ``at`` is when it was published, as far as is known."""

    words: Worded
    outlet: str
    at: datetime
    ignored: frozenset[int] = frozenset()
    """Shingles of its lines that many stories have."""
    _shingles: set[int] | None = field(default=None)

    @property
    def shingles(self) -> set[int]:
        """Hashes of the body's 3-shingles."""
        if self._shingles is None:
            self._shingles = set(shingles(self.words.body))
        return self._shingles


def shingles(codes: Sequence[int]) -> list[int]:
    """The 3-shingles of a text, in order."""
    return [hash(each) for each in zip(codes, codes[1:], codes[2:], strict=False)]


def likeness(one: Text, other: Text) -> float:
    """How sure it is that two texts are one story: 0 where they are not, up to 1 where they are equal."""
    if one.words.body and one.words.body == other.words.body:
        return 1.0
    if min(len(one.words.body), len(other.words.body)) < SHORT:
        return _short(one, other)
    alike = _long(one, other)
    if not alike and one.words.social != other.words.social:
        return _short(one, other)
    return alike or _same_headline(one, other)


def _same_headline(one: Text, other: Text) -> float:
    """A long item and a brief under one headline, on one day: where the brief's words, rewritten, are mostly the other's."""
    first, second = content(one.words.title), content(other.words.title)
    if min(len(first), len(second)) < 5 or abs(one.at - other.at) > _SOON or one.outlet == other.outlet:
        return 0.0
    if min(_bigram_share(first, second), _bigram_share(second, first)) < _QUOTED:
        return 0.0
    if _conflict(one, other) or _says_otherwise(one.words.title, other.words.title, strict=True):
        return 0.0
    small, large = sorted((set(content(one.words.body)), set(content(other.words.body))), key=len)
    share = len(small & large) / len(small) if small else 0.0
    return 0.5 + share / 4 if share >= _REWRITTEN else 0.0


# ----------------------------------------------------------------------------------------------------------------- long texts


def _long(one: Text, other: Text) -> float:
    ignored = one.ignored | other.ignored
    first, second = one.shingles, other.shingles
    if ignored:
        first, second = first - ignored, second - ignored
    if not first or not second:
        return 0.0
    shared = first & second
    share = len(shared) / len(first), len(shared) / len(second)
    most, least = max(share), min(share)
    if most < _LEADING:
        return 0.0
    leads = _lead_share(one, shared), _lead_share(other, shared)
    if not _one_story(one, other, share, leads) or _conflict(one, other):
        return 0.0
    return 0.5 * most + 0.5 * least


def _one_story(one: Text, other: Text, share: tuple[float, float], leads: tuple[float, float]) -> bool:
    """Whether so much is shared, and where, that it is one story."""
    most, least = max(share), min(share)
    late = abs(one.at - other.at) > timedelta(hours=14)
    if least >= ALIKE:
        return least >= _NEARLY_ALL or one.outlet != other.outlet or _begin_alike(one, other)
    if max(leads) < _LEADING:
        # Neither begins as the other has it: background or furniture in common.
        return most >= ALIKE and least >= 0.5
    if min(leads) >= _LEADING:
        return most >= _LEADING
    # One begins with something new: a paragraph added before, a new lead, or a new event with the other as its background.
    beginning = leads.index(min(leads))
    return most >= ALIKE and share[beginning] >= (ALIKE if late else 0.5)


def _begin_alike(one: Text, other: Text) -> bool:
    """Whether headline or first words are shared: short items of one outlet may have its standing paragraph alone in common."""
    if _bigram_share(content(one.words.title), content(other.words.title)) >= 0.5:
        return True
    first, second = (set(shingles(text.words.body[:_BEGINNING])) for text in (one, other))
    return not first.isdisjoint(second)


def _lead_share(text: Text, shared: set[int]) -> float:
    lead = set(shingles(text.words.body[:_LEAD])) - text.ignored
    return len(lead & shared) / len(lead) if lead else 0.0


# ------------------------------------------------------------------------------------------------------------------- conflicts


def _conflict(one: Text, other: Text) -> bool:
    """Whether, in the same places of a like wording, they say other figures, dates or places."""
    slots = _slots(one.words.body, other.words.body)
    apart = abs(one.at - other.at)
    figures = places = 0
    swapped: dict[tuple[int, int], int] = {}
    for left, right in slots:
        figures += _differ(left, right, NUMBER)
        places += _differ(left, right, PLACE)
        for pair in zip(content(left), content(right), strict=False):
            swapped[pair] = swapped.get(pair, 0) + 1
    if places or any(times > 1 for pair, times in swapped.items() if pair[0] & 3 != NUMBER):
        return True
    if not figures:
        return False
    if apart > _SOON:
        return True
    same = len(_of(one.words.body, NUMBER) & _of(other.words.body, NUMBER))
    return figures > 1 and figures > same


def _differ(left: Sequence[int], right: Sequence[int], kind: int) -> bool:
    first, second = _of(left, kind), _of(right, kind)
    return bool(first) and bool(second) and first.isdisjoint(second)


def _of(codes: Sequence[int], kind: int) -> set[int]:
    return {code for code in codes if code & 3 == kind}


def _slots(one: Sequence[int], other: Sequence[int]) -> list[tuple[Sequence[int], Sequence[int]]]:
    """What the two texts say differently between the same words: pairs of short runs."""
    one, other = (_START, *one, _END), (_START, *other, _END)
    pairs = set(pairwise(one)) & set(pairwise(other))
    there = _gaps(other, pairs)
    return [(run, there[key]) for key, run in _gaps(one, pairs).items() if key in there]


def _gaps(codes: Sequence[int], pairs: set[tuple[int, int]]) -> dict[tuple[int, int], Sequence[int]]:
    """The short runs of words that the other text has not, by the shared words at both ends."""
    joined = [pair in pairs for pair in pairwise(codes)]
    found: dict[tuple[int, int], Sequence[int]] = {}
    start = None
    for place, held in enumerate((*joined, True)):
        if not held and start is None:
            start = place
        elif held and start is not None:
            if place - start <= _SLOT:
                found.setdefault((codes[start], codes[place]), codes[start + 1 : place])
            start = None
    return found


# ---------------------------------------------------------------------------------------------------------------- short texts


def _short(one: Text, other: Text) -> float:
    """A post, or a notice of two lines: the same words as another, or the headline or lead of an article."""
    small, large = sorted((one, other), key=lambda text: len(text.words.body))
    if abs(one.at - other.at) > _LONG_AGO:
        return 0.0
    if len(large.words.body) < 2 * SHORT:
        said = _reworded(small, large)
        if said:
            return said
    return max(_quotes(small, large), _quotes(large, small) if len(large.words.body) < 2 * SHORT else 0.0)


def _reworded(one: Text, other: Text) -> float:
    """Two short texts are one only where the one says all that the other says."""
    first, second = content(one.words.body), content(other.words.body)
    if min(len(first), len(second)) < 5:
        return 0.0
    shared = set(first) & set(second)
    if _says_otherwise(one.words.body, other.words.body, strict=True):
        return 0.0
    most = max(len(shared) / len(set(first)), len(shared) / len(set(second)))
    least = min(len(shared) / len(set(first)), len(shared) / len(set(second)))
    return (most + least) / 2 if most >= _QUOTED and least >= 0.5 else 0.0


def _says_otherwise(one: Sequence[int], other: Sequence[int], *, strict: bool) -> bool:
    """Whether two short texts differ in one place: in a figure or a place; ``strict``: in anything that says something."""
    for left, right in _slots(one, other):
        if _differ(left, right, NUMBER) or _differ(left, right, PLACE):
            return True
        if strict and content(left) and content(right):
            return True
    return False


def _quotes(small: Text, large: Text) -> float:
    """Whether a short text gives the headline of another, or its lead."""
    said = [*small.words.title, *small.words.body]
    for quoted in (large.words.title, large.words.body[: _LEAD + 10]):
        strict = large.words.social or quoted is large.words.title
        if len(content(quoted)) < 4 or _foreign(said, quoted, large) or _says_otherwise(said, quoted, strict=strict):
            continue
        share = _bigram_share(content(said), content(quoted))
        back = _bigram_share(content(quoted), content(said))
        if quoted is large.words.title and back >= 0.7:
            return min(0.95, back)
        if share >= 0.55:
            return min(0.95, share)
    if small.words.title and len(content(small.words.title)) >= 4:
        share = _bigram_share(content(small.words.title), content(large.words.title))
        if share >= _QUOTED and not _foreign(small.words.title, large.words.title, large):
            return 0.7
    return 0.0


def _foreign(said: Sequence[int], quoted: Sequence[int], large: Text) -> bool:
    """Whether a text names a place that the quoted one has not, where it has another."""
    whole = [*large.words.title, *large.words.body]
    for kind in (PLACE, NUMBER):
        mine, theirs = _of(said, kind), _of(whole, kind)
        if mine and _of(quoted, kind) and mine.isdisjoint(theirs):
            return True
    return False


def _bigram_share(some: Sequence[int], of: Sequence[int]) -> float:
    pairs = set(pairwise(some))
    return len(pairs & set(pairwise(of))) / len(pairs) if pairs else 0.0
