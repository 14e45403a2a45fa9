"""The part of X's query language that Rasd uses: terms, "phrases", OR, parentheses, negation, ``@``, ``#`` and some operators.

Terms between spaces must all match; OR binds weaker; ``-`` negates. Words are compared as ``domain.arabic`` normalises them, with
the usual Arabic prefixes allowed in front of a term: kinder than X itself, so that few words find much.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from domain.arabic import normalise, tokens
from domain.errors import QueryError

MAX_QUERY: Final = 512
"""Characters of a recent search (X's basic and pro plans)."""
_LEXEME: Final = re.compile(r'\s*(?:(?P<open>-?\()|(?P<close>\))|(?P<phrase>-?"[^"]*")|(?P<word>[^\s()"]+))')
_PREFIX: Final = re.compile(r"^(?:[وف]?(?:ال|لل|[بكل]ال|[بكل])|[وف])(?=\w{2})")


@dataclass(frozen=True, slots=True)
class Searchable:
    """A post as the search sees it. ``handle`` is its author's, in lower case."""

    words: tuple[str, ...]
    tags: frozenset[str]
    handle: str
    language: str
    is_reply: bool = False

    @classmethod
    def of(cls, text: str, handle: str, language: str, *, is_reply: bool = False) -> Searchable:
        """What a search finds a post by."""
        tags = frozenset(normalise(tag) for tag in re.findall(r"#(\w+)", text))
        return cls(tuple(tokens(normalise(text))), tags, handle.lower(), language, is_reply)


Matcher = Callable[[Searchable], bool]


def parse_query(text: str) -> Matcher:
    """A function that says whether a post matches. Raises ``QueryError`` with the place."""
    if len(text) > MAX_QUERY:
        raise QueryError(f"the query has {len(text)} characters", f"X takes {MAX_QUERY}", position=MAX_QUERY)
    parser = _Parser(text)
    matcher = parser.alternatives()
    if parser.kind:
        raise QueryError("a parenthesis closes that was not opened", "remove it", position=parser.place)
    if not parser.standalone:
        raise QueryError("the query has only operators that cannot stand alone", "add a word, a phrase or an account")
    return matcher


class _Parser:
    """Recursive descent over the lexemes."""

    def __init__(self, text: str) -> None:
        self._lexemes = [(str(found.lastgroup), found.group().strip(), found.start()) for found in _LEXEME.finditer(text)]
        self._next = 0
        self.standalone = False
        rest = _LEXEME.sub("", text).strip()
        if rest:
            raise QueryError("a quotation mark is left open", 'close it with "', position=text.find(rest))

    @property
    def kind(self) -> str:
        return self._lexemes[self._next][0] if self._next < len(self._lexemes) else ""

    @property
    def text(self) -> str:
        return self._lexemes[self._next][1] if self._next < len(self._lexemes) else ""

    @property
    def place(self) -> int:
        return self._lexemes[self._next][2] if self._next < len(self._lexemes) else 0

    def alternatives(self) -> Matcher:
        choices = [self._all_of()]
        while self.kind == "word" and self.text == "OR":
            self._next += 1
            choices.append(self._all_of())
        return choices[0] if len(choices) == 1 else lambda post: any(choice(post) for choice in choices)

    def _all_of(self) -> Matcher:
        parts: list[Matcher] = []
        while self.kind not in ("", "close") and not (self.kind == "word" and self.text == "OR"):
            parts.append(self._part())
        if not parts:
            raise QueryError("a word is missing here", "write one, or remove the OR or the parentheses", position=self.place)
        return parts[0] if len(parts) == 1 else lambda post: all(part(post) for part in parts)

    def _part(self) -> Matcher:
        kind, text = self.kind, self.text
        self._next += 1
        negated = text.startswith("-") and len(text) > 1
        if kind == "open":
            inner = self.alternatives()
            if self.kind != "close":
                raise QueryError("a parenthesis is left open", "close it", position=self.place)
            self._next += 1
        else:
            inner = _leaf(kind, text.removeprefix("-") if negated else text)
            self.standalone = self.standalone or not (negated or _is_operator(text))
        return (lambda post: not inner(post)) if negated else inner


def _is_operator(text: str) -> bool:
    return text.partition(":")[0] in ("is", "lang", "has", "from")


def _leaf(kind: str, text: str) -> Matcher:
    if kind == "phrase":
        return _phrase(tuple(tokens(normalise(text))))
    if text.startswith("#"):
        wanted = normalise(text[1:])
        return lambda post: wanted in post.tags
    name, colon, value = text.partition(":")
    if colon and name.isascii() and name.isalpha():
        return _operator(name, value)
    return _phrase(tuple(tokens(normalise(text))))


def _operator(name: str, value: str) -> Matcher:
    wanted = value.lower().lstrip("@")
    match name, wanted:
        case "is", "retweet":
            return lambda _: False
        case "is", "reply":
            return lambda post: post.is_reply
        case "lang", _:
            return lambda post: post.language == wanted
        case "from", _:
            return lambda post: post.handle == wanted
    raise QueryError(f"the operator «{name}:{value}» is not understood", "this stand-in knows is:, lang: and from:")


def _phrase(wanted: tuple[str, ...]) -> Matcher:
    size = len(wanted)

    def matches(post: Searchable) -> bool:
        words = post.words
        return any(
            _same(words[place], wanted[0]) and words[place + 1 : place + size] == wanted[1:]
            for place in range(len(words) - size + 1)
        )

    return matches if size else lambda _: False


def _same(word: str, wanted: str) -> bool:
    return word == wanted or (word.endswith(wanted) and _PREFIX.sub("", word, count=1) == wanted)
