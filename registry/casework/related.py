"""Distinct complaints about one matter: found by the telling words that they share. Pure.

Two cases are related where they have the same topic, were opened within a fortnight, and the cosine of their word sets, each word
weighed by how rare it is among recent cases (idf), reaches ``RELATED``. Place names and what happened decide; the words of the
topic itself and those of every complaint weigh nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.arabic import normalise
from domain.profile import Profile
from registry.text_words import stem, word_hash, words

WINDOW: Final = timedelta(days=14)
RELATED: Final = 0.3
"""Likeness from which two cases are linked."""
MOST_LINKS: Final = 3
"""A new case is linked to so many of the most alike at most."""
_SHARED: Final = 4
"""Telling words that two cases must share at least."""
_WORDS: Final = 48
_LEAD: Final = 600
"""Characters of the text that are looked at: a long article says in its lead what it is about."""
_BACKGROUND: Final = 100
"""Cases assumed in the background, so that the first few cases do not make every word look common."""
_COMMON: Final = 0.2
"""Words in more than this share of recent cases tell nothing."""

_STOP_WORDS: Final = frozenset(
    normalise(
        "من في على الى عن ان انه انها التي الذي الذين هذا هذه ذلك تلك مع كان كانت قد لا ما لم لن كل بعض بعد قبل حتى "
        "حيث كما او ثم اي غير "
        "بين عند منذ خلال اكد اكدت قال قالت اوضح ذكر اضاف مواطن مواطنون مواطنين اهالي سكان عدد شكوى شكاوى شكا اشتكى "
        "معاناه يعاني يعانون "
        "طالب يطالب يطالبون طالبوا جهات معنيه مختصه وزاره خدمه خدمات مشكله سرعه ضروره عدم وجود دون حال يوم ايام اسبوع "
        "شهر شهور سنه سنوات "
        "وقت حتي الان ايضا مثل لكن ليس هناك فيه فيها منه منها لهم عليه عليها بسبب تم يتم جدا احد احنا انتم يعني ابغى "
        "وش ليش كيف متى وين مره "
        "صحيفه جريده خبر متابعه the and for that this with from have has not are was were been our your their after when"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Telling:
    """A case by its telling words (hashes)."""

    case_id: int
    words: NDArray[np.uint32]


def topic_words(profile: Profile) -> frozenset[str]:
    """Words that a profile's topics, bodies and names use: they say which topic it is, not which matter."""
    phrases = [phrase for topic in profile.topics for phrase in (topic.name_ar, topic.name_en, *topic.words, *topic.weak_words)]
    return _stems((*phrases, *profile.names, *profile.officials))


@lru_cache(maxsize=8)
def _stems(phrases: tuple[str, ...]) -> frozenset[str]:
    """Remembered: every batch of registrations asks for the same profile's."""
    return frozenset(stem(word) for phrase in phrases for word in words(phrase))


def telling_words(title: str, text: str, ignored: frozenset[str]) -> NDArray[np.uint32]:
    """Hashes of the words that may tell one matter from another: of the title and the lead, each once."""
    stems = dict.fromkeys(map(stem, words(f"{title}\n{text[:_LEAD]}")))
    kept = [hashed for word in stems if (hashed := _telling(word)) and word not in ignored]
    return np.array(kept[:_WORDS], dtype=np.uint32)


def related(earlier: Sequence[Telling], new: Sequence[Telling]) -> list[tuple[int, int, float]]:
    """Pairs ``(earlier case, later case, likeness)`` among cases of one topic; each new case with those before it."""
    cases = [*earlier, *new]
    if len(cases) < 2 or not any(len(case.words) for case in cases):
        return []
    rows, columns, scores = _alike(cases, len(earlier))
    best: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for row, column, score in zip(rows.tolist(), columns.tolist(), scores.tolist(), strict=True):
        best[row].append((score, column))
    return [
        (cases[other].case_id, cases[place].case_id, round(score, 3))
        for place in sorted(best)
        for score, other in sorted(best[place], reverse=True)[:MOST_LINKS]
    ]


def _alike(cases: Sequence[Telling], first: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Places of later (from ``first``) and earlier cases that are alike enough, and how much."""
    from scipy.sparse import csr_array

    known, codes = np.unique(np.concatenate([case.words for case in cases]), return_inverse=True)
    places = np.repeat(np.arange(len(cases)), [len(case.words) for case in cases])
    spread = np.bincount(codes)
    idf = np.log((len(cases) + _BACKGROUND) / spread)
    lengths = np.sqrt(np.bincount(places, weights=idf[codes] ** 2, minlength=len(cases)))
    telling = (spread[codes] > 1) & (spread[codes] <= max(10, _COMMON * len(cases)))
    shape = (len(cases), len(known))
    weighted = csr_array((idf[codes[telling]], (places[telling], codes[telling])), shape=shape)
    present = csr_array((np.ones(int(telling.sum())), (places[telling], codes[telling])), shape=shape)
    products = (weighted[first:] @ weighted.T).tocoo()
    shared = (present[first:] @ present.T).tocoo()
    later, before = products.row + first, products.col
    scores = products.data / (lengths[later] * lengths[before])
    kept = (before < later) & (shared.data >= _SHARED) & (scores >= RELATED)
    return later[kept], before[kept], scores[kept]


@lru_cache(maxsize=65_536)
def _telling(word: str) -> int:
    """The hash of a word that may tell something; 0 for one that does not."""
    return word_hash(word) if len(word) > 2 and word not in _stop() and word[0] != "@" else 0


@cache
def _stop() -> frozenset[str]:
    return _STOP_WORDS | {stem(word) for word in _STOP_WORDS}
