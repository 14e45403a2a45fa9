"""Phrases found in Arabic text with its clitics understood: «الفاتورة», «وبالفاتورة» and «فاتورتي» all hold «فاتورة».

One pass over the words finds every phrase of a lexicon. Watch queries, cue words and a profile's words all stand on this.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Generic, NamedTuple, TypeVar

from domain.arabic import normalise, tokens

Key = TypeVar("Key")

_CONJUNCTIONS: Final = ("و", "ف")
_PREPOSITIONS: Final = ("ب", "ك", "ل")
_PRONOUNS: Final = ("كما", "هما", "هم", "هن", "كم", "كن", "ها", "نا", "ني", "ه", "ك", "ي")
_ARTICLE: Final = "ال"
_LEAST_STEM: Final = 3
_CACHED_WORDS: Final = 100_000


@lru_cache(maxsize=_CACHED_WORDS)
def forms(word: str) -> frozenset[str]:
    """A normalised word and what stays of it without conjunction, preposition, article and pronoun ending.

    Every reading is given, since «ولي» may begin with «و» or not. The stem keeps at least three letters, or two after «و»
    («ولم»).
    """
    if not "ء" <= word[:1] <= "ي":
        return frozenset((word,))
    found = set(_without_beginnings(word))
    for form in tuple(found):
        for ending in _PRONOUNS:
            if form.endswith(ending) and len(form) - len(ending) >= _LEAST_STEM:
                stem = form[: -len(ending)]
                found.add(stem)
                if stem.endswith("ت"):
                    found.add(stem[:-1] + "ه")
    return frozenset(found)


def _without_beginnings(word: str) -> Iterable[str]:
    bases = [word]
    if word.startswith(_CONJUNCTIONS) and len(word) > (2 if word[0] == "و" else _LEAST_STEM):
        bases.append(word[1:])
    for base in tuple(bases):
        if base.startswith("لل") and len(base) >= _LEAST_STEM + 2:
            bases += [_ARTICLE + base[2:], base[2:]]
        elif base.startswith(("هال", "عال")) and len(base) >= _LEAST_STEM + 3:
            bases.append(base[1:])  # dialect: هالشركة (this company), عالشارع (on the street)
        if base.startswith(_PREPOSITIONS) and len(base) > _LEAST_STEM:
            bases.append(base[1:])
    for base in bases:
        yield base
        if base.startswith(_ARTICLE) and len(base) >= _LEAST_STEM + 2:
            yield base[2:]


@dataclass(slots=True)
class _Node(Generic[Key]):
    words: dict[str, _Node[Key]] = field(default_factory=dict)
    beginnings: dict[str, _Node[Key]] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=list)

    def after(self, known: Iterable[str], heads: Iterable[str]) -> list[_Node[Key]]:
        """The nodes that a word of the text leads to, which has these forms and begins with these ``heads``."""
        found = [self.words[form] for form in known if form in self.words]
        if self.beginnings:
            found += [self.beginnings[head] for head in heads if head in self.beginnings]
        return found


class Hit(NamedTuple, Generic[Key]):
    """A phrase of the lexicon at the half-open span of words ``start:end``."""

    key: Key
    start: int
    end: int


class _Met(NamedTuple, Generic[Key]):
    """What a word of a text can be in the lexicon: a phrase of its own, the beginning of longer ones, or a later word of some."""

    begins: bool
    keys: tuple[Key, ...]
    longer: tuple[_Node[Key], ...]
    forms: tuple[str, ...]
    heads: tuple[str, ...]


class Lexicon(Generic[Key]):
    """Phrases, each with a key that says what it stands for."""

    def __init__(self, entries: Iterable[tuple[str, Key]] = (), *, loose_article: bool = False) -> None:
        self._root: _Node[Key] = _Node()
        self._met: dict[str, _Met[Key]] = {}
        self._later: set[str] = set()
        self._later_heads: set[str] = set()
        for phrase, key in entries:
            self.add(phrase, key, loose_article=loose_article)

    def add(self, phrase: str, key: Key, *, loose_article: bool = False) -> None:
        """Adds a phrase. A word that ends in ``*`` stands for all that begin so.

        A phrase's word with the article asks for the article in the text; with ``loose_article`` it does not.
        """
        node = self._root
        for piece in phrase.split():
            found = tokens(normalise(piece))
            for place, word in enumerate(found):
                is_last = place == len(found) - 1
                literal = word[2:] if loose_article and word.startswith(_ARTICLE) and len(word) >= _LEAST_STEM + 2 else word
                begins = piece.endswith("*") and is_last
                if node is not self._root:
                    (self._later_heads if begins else self._later).add(literal)
                node = (node.beginnings if begins else node.words).setdefault(literal, _Node())
        if node is not self._root and key not in node.keys:
            node.keys.append(key)
        self._met.clear()

    def find(self, words: Sequence[str]) -> list[Hit[Key]]:
        """Every phrase in the words of a normalised text (``domain.arabic.tokens``), in order of place."""
        found: list[Hit[Key]] = []
        known = self._met
        met = [known[word] if word in known else self._meet(word) for word in words]
        for start, (begins, keys, longer, _, _) in enumerate(met):
            if not begins:
                continue
            for key in keys:
                found.append(Hit(key, start, start + 1))  # noqa: PERF401 - a comprehension costs more on lists of none or one
            if longer and start + 1 < len(met):
                self._follow(longer, met, start, found)
        return found

    def _meet(self, word: str) -> _Met[Key]:
        if len(self._met) >= _CACHED_WORDS:
            self._met.clear()
        known = forms(word)
        nodes = self._root.after(known, _heads(known, self._root.beginnings))
        met = self._met[word] = _Met(
            bool(nodes),
            tuple(key for node in nodes for key in node.keys),
            tuple(node for node in nodes if node.words or node.beginnings),
            tuple(known & self._later),
            tuple(_heads(known, self._later_heads)) if self._later_heads else (),
        )
        return met

    def _follow(self, nodes: Sequence[_Node[Key]], met: Sequence[_Met[Key]], start: int, found: list[Hit[Key]]) -> None:
        for end in range(start + 1, len(met)):
            _, _, _, known, heads = met[end]
            if not known and not heads:
                return
            longer = []
            for node in nodes:
                for after in node.after(known, heads):
                    for key in after.keys:
                        found.append(Hit(key, start, end + 1))  # noqa: PERF401
                    if after.words or after.beginnings:
                        longer.append(after)
            if not longer:
                return
            nodes = longer


def _heads(known: Iterable[str], beginnings: Collection[str]) -> set[str]:
    """Those of the beginnings that a form begins with."""
    lengths = {len(beginning) for beginning in beginnings}
    return {form[:length] for form in known for length in lengths if form[:length] in beginnings}
