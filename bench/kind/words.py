"""More signs of what a text wants: stems, words that stand together, their places, and what words and phrases mean.

The n-grams of the head know only words that they have met. Here a word also counts as its stem, with every other stem of the
text, as one of the first or last, by its meaning (``word_meanings.tsv``: a form and a field of life) and as part of a phrase that
asks, blames, thanks or tells (``phrase_acts.tsv``). Both dictionaries were filled from knowledge of the language, without the
texts and their labels: ``word_meanings.tsv`` for words, ``phrase_acts.tsv`` for phrases of two and three words that at least
four texts hold. Like the clues they belong to the bench, not to the shipped model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations, islice, pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from classifiers.features import EXCLAMATION, HANDLE, HASHTAG, LINK, NUMBER, QUESTION
from domain.errors import InputError

_PREFIXES: Final = ("وال", "بال", "كال", "فال", "لل", "ال", "و", "ب", "ل", "ف", "ك")
_SUFFIXES: Final = ("هما", "كما", "هم", "كم", "ها", "نا", "ون", "ين", "ات", "ان", "ته", "تي", "وا", "ني", "ه", "ي", "ك", "ا", "ت")
_PERSONS: Final = "يتنا"
"""First letters of a verb in the present."""
_STEM: Final = 3
_PAIRS: Final = 400
_EDGE: Final = 4
_LEAST_TEXTS: Final = 3
_MARKS: Final = {QUESTION: "Q", EXCLAMATION: "E", LINK: "L", HASHTAG: "H", NUMBER: "N"}
_PLAIN_ACTS: Final = frozenset({"st", "sv", "cn"})
"""Acts that say little of what a text wants: plain telling, a named service, a setting."""
_UNKNOWN: Final = ("0", "00")
_DIGITS: Final = ("n", "nu")
_COMMON_FIELDS: Final = frozenset({"ct", "ot", "00"})
_PERSON_CODES: Final = (("1", "m"), ("2", "k"), ("3", "h"))
"""The first, second and third person, as verbs and as attached pronouns."""


def word_signs(documents: Sequence[Sequence[str]]) -> Any:
    """The signs of texts, given as their canonical words, as a sparse matrix: five blocks of TF-IDF rows, each with a share of
    its own."""
    from scipy import sparse

    kinds: tuple[tuple[Callable[[Sequence[str]], list[str]], float], ...] = (
        (stems_and_neighbours, 0.5),
        (pairs_of_stems, 1.0),
        (meanings, 0.5),
        (places, 0.3),
        (acts, 0.5),
    )
    return sparse.hstack([_block(documents, signs) * share for signs, share in kinds]).tocsr().astype(np.float32)


def _block(documents: Sequence[Sequence[str]], signs: Callable[[Sequence[str]], list[str]]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer=signs, sublinear_tf=True, min_df=_LEAST_TEXTS, dtype=np.float32).fit_transform(documents)


def stem(word: str) -> str:
    """The word without the commonest prefixes and endings, at least two letters of it: a light stemmer, no grammar."""
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= _STEM:
            word = word[len(prefix) :]
            break
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _STEM:
            word = word[: -len(suffix)]
            break
    return word[1:] if word[0] in _PERSONS and len(word) > _STEM else word


def stems_and_neighbours(words: Sequence[str]) -> list[str]:
    """Each stem, and each two that follow one another."""
    stems = list(map(stem, words))
    return [*stems, *map("_".join, pairwise(stems))]


def pairs_of_stems(words: Sequence[str]) -> list[str]:
    """Each two stems of the text, wherever they stand."""
    return ["&".join(pair) for pair in islice(combinations(sorted(set(map(stem, words))), 2), _PAIRS)]


def places(words: Sequence[str]) -> list[str]:
    """Each word, and whether it is one of the first, one of the last or between."""
    last = len(words) - _EDGE
    return [f"{'first' if place < _EDGE else 'last' if place >= last else 'mid'}:{word}" for place, word in enumerate(words)]


def meanings(words: Sequence[str]) -> list[str]:
    """The forms and fields of the words, alone, beside one another and together, and who speaks of whom."""
    known = [(word, word) if word in _MARKS or word == HANDLE else meaning_of(word) or _guess(word) for word in words]
    fields = [field for _, field in known if field != HANDLE]
    full = [form + field for form, field in known]
    weighty = [(form, field) for form, field in known if field not in _COMMON_FIELDS and field != HANDLE]
    weighty_fields = [field for _, field in weighty]
    persons = _persons([form for form, _ in known])
    return list(
        dict.fromkeys(
            [
                *(f"w {each}" for each in full),
                *(f"f {each}" for each in fields),
                *(f"ww {one} {two}" for one, two in pairwise(full)),
                *(f"ff {one} {two}" for one, two in pairwise(fields)),
                *(f"cc {one} {two}" for one, two in pairwise(weighty_fields)),
                *(f"ccc {' '.join(three)}" for three in _threes(weighty_fields)),
                *(f"cw {one} {two}" for one, two in pairwise([form + field for form, field in weighty])),
                *(f"pair {one} {two}" for one, two in combinations(sorted(set(weighty_fields)), 2)),
                f"who {persons}",
                *(f"who {persons} {field}" for field in set(weighty_fields)),
            ]
        )
    )


def _guess(word: str) -> tuple[str, str]:
    return _DIGITS if word.isdigit() else _UNKNOWN


def _persons(forms: Sequence[str]) -> str:
    """A 1 for each of the three persons that a verb or a pronoun speaks of, else a 0."""
    return "".join(str(int(any(form[0] == verb or pronoun in form[1:] for form in forms))) for verb, pronoun in _PERSON_CODES)


def meaning_of(word: str) -> tuple[str, str] | None:
    """The form and field of a word, or of what stays of it without prefixes and endings; None where it is not known."""
    table = word_meanings()
    if word in table:
        return table[word]
    return next((table[base] for base in _bases(word) if base in table), None)


def _bases(word: str) -> Iterator[str]:
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) > 1:
            yield word[len(prefix) :]
    yield f"ال{word}"
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _STEM:
            base = word[: -len(suffix)]
            yield from (base, f"{base}ه", f"ال{base}")


def acts(words: Sequence[str]) -> list[str]:
    """What the phrases of the text do, alone, in turn and together, with the fields of the words between them."""
    words = [word for word in words if word != HANDLE]
    met = _acts_met(words)
    every = [act for act, _ in met.values()]
    telling = [act for act in every if act not in _PLAIN_ACTS]
    line = _line(words, met)
    signs = [f"act {act}" for act in every]
    signs += [f"acts {one} {two}" for one, two in pairwise(telling)]
    signs += [f"both {one} {two}" for one, two in combinations(sorted(set(telling)), 2)]
    signs += [f"line {one} {two}" for one, two in pairwise(line)]
    signs += [f"line {' '.join(three)}" for three in _threes(line)]
    signs += [f"first {telling[0]}", f"last {telling[-1]}"] if telling else ["none"]
    return [*signs, f"count {min(len(telling), 3)} {QUESTION in words}"]


def _acts_met(words: Sequence[str]) -> dict[int, tuple[str, int]]:
    """The act and the length of the longest phrase that begins at each place."""
    table = phrase_acts()
    met = {}
    for place in range(len(words)):
        for length in (3, 2):
            act = table.get(" ".join(words[place : place + length]))
            if act is not None:
                met[place] = (act, length)
                break
    return met


def _line(words: Sequence[str], met: Mapping[int, tuple[str, int]]) -> list[str]:
    """The text as acts of phrases, marks and fields of words, one after the other."""
    line, place = [], 0
    while place < len(words):
        act, length = met.get(place, ("", 1))
        line.append(act or _MARKS.get(words[place]) or f".{(meaning_of(words[place]) or _UNKNOWN)[1]}")
        place += length
    return line


def _threes(items: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    return zip(items, items[1:], items[2:], strict=False)


@cache
def word_meanings() -> dict[str, tuple[str, str]]:
    """The form and field of each word (codes: head of the file)."""
    return {word: (form, field) for word, form, field in _table("word_meanings.tsv", 3)}


@cache
def phrase_acts() -> dict[str, str]:
    """What each phrase does (codes: head of the file)."""
    return {cells[0]: cells[1] for cells in _table("phrase_acts.tsv", 2)}


def _table(name: str, columns: int) -> Iterator[list[str]]:
    path = Path(__file__).parent / name
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.startswith("#"):
            cells = line.split("\t")
            if len(cells) != columns:
                raise InputError(f"{path}, line {number}: {line!r}", f"give {columns} cells with tabs between them")
            yield cells
