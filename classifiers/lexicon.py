"""Phrases found in Arabic text with its clitics understood: «الفاتورة», «وبالفاتورة» and «فاتورتي» all hold «فاتورة».

One pass over the words finds every phrase of a lexicon. Watch queries, cue words and a profile's words all stand on this.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

    def after(self, word: str) -> list[_Node[Key]]:
        """The nodes that this word of the text leads to."""
        known = forms(word)
        # The intersection runs over the smaller side: most nodes have one or two words after them.
        found = [self.words[form] for form in self.words.keys() & known]
        if self.beginnings:
            lengths = {len(beginning) for beginning in self.beginnings}
            heads = {form[:length] for form in known for length in lengths}
            found += [self.beginnings[head] for head in heads if head in self.beginnings]
        return found


class Hit(NamedTuple, Generic[Key]):
    """A phrase of the lexicon at the half-open span of words ``start:end``."""

    key: Key
    start: int
    end: int


class Lexicon(Generic[Key]):
    """Phrases, each with a key that says what it stands for."""

    def __init__(self, entries: Iterable[tuple[str, Key]] = (), *, loose_article: bool = False) -> None:
        self._root: _Node[Key] = _Node()
        self._met: dict[str, list[_Node[Key]]] = {}
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
                branch = node.beginnings if piece.endswith("*") and is_last else node.words
                node = branch.setdefault(literal, _Node())
        if node is not self._root and key not in node.keys:
            node.keys.append(key)

    def find(self, words: Sequence[str]) -> list[Hit[Key]]:
        """Every phrase in the words of a normalised text (``domain.arabic.tokens``), in order of place."""
        found: list[Hit[Key]] = []
        met = self._met
        for start, word in enumerate(words):
            nodes = met[word] if word in met else self._meet(word)
            if nodes:
                self._follow(nodes, words, start, found)
        return found

    def _meet(self, word: str) -> list[_Node[Key]]:
        if len(self._met) >= _CACHED_WORDS:
            self._met.clear()
        nodes = self._met[word] = self._root.after(word)
        return nodes

    def _follow(self, nodes: list[_Node[Key]], words: Sequence[str], start: int, found: list[Hit[Key]]) -> None:
        end = start + 1
        while nodes:
            longer = []
            for node in nodes:
                for key in node.keys:
                    found.append(Hit(key, start, end))  # noqa: PERF401 - a comprehension costs more on lists of one
                if node.words or node.beginnings:
                    longer.append(node)
            if not longer or end == len(words):
                return
            nodes = [after for node in longer for after in node.after(words[end])]
            end += 1
