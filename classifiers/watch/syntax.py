"""The language of watch queries, parsed.

``AND OR NOT "phrase" NEAR/n prefix* (...) from: lang: outlet:`` (DESIGN 4). A blank between two terms is ``AND``; ``NOT`` binds
tightest, then ``NEAR``, then ``AND``, then ``OR``. Operators are written in capitals. A term is a word, ``word*``, ``#hashtag``,
``@handle`` or a ``"phrase"``. A word written with the article asks for the article; without, it matches both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.arabic import normalise, tokens
from domain.errors import QueryError
from domain.query_fault import QueryFault

FIELDS: Final = ("from", "lang", "outlet")
_LANGUAGES: Final = ("ar", "en", "und")
_MOST_NESTED: Final = 40
_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<quote>["“”«»])
      | (?P<open>\()
      | (?P<close>\))
      | (?P<near>NEAR(?:/(?P<distance>\w*))?(?=[\s(]|$))
      | (?P<operator>AND|OR|NOT)(?=[\s()]|$)
      | (?P<field>[A-Za-z]+):(?P<value>[^\s()"“”«»]*)
      | (?P<word>[^\s()"“”«»]+)
    )""",
    re.VERBOSE,
)
_CLOSING: Final = {'"': '"', "“": "”", "”": "”", "«": "»", "»": "»"}


@dataclass(frozen=True, slots=True)
class Term:
    """A word, prefix, phrase, hashtag or handle, in the form that ``Lexicon.add`` takes. ``position`` is in the query."""

    phrase: str
    position: int
    hashtag: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """``from:``, ``lang:`` or ``outlet:`` with its value in lower case, without @."""

    name: str
    value: str
    position: int


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    of: Node


@dataclass(frozen=True, slots=True)
class And:
    """All must hold."""

    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One must hold."""

    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Both within ``distance`` words of each other, in either order. Each side is a term or an ``Or`` of terms."""

    left: Node
    right: Node
    distance: int


Node = Term | Field | Not | And | Or | Near


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str
    value: str
    position: int
    extra: str = ""


def parse(query: str) -> Node:
    """The tree of a query. Raises ``QueryError`` with the position and the remedy."""
    reader = _Parser(_lexemes(query), len(query))
    return reader.whole()


def _lexemes(query: str) -> list[_Lexeme]:
    found: list[_Lexeme] = []
    position = 0
    while match := _TOKEN.match(query, position):
        kind = match.lastgroup or ""
        kind = "near" if match.group("near") else "field" if match.group("field") else kind
        start = match.start(kind)
        position = match.end()
        if kind == "quote":
            closing = query.find(_CLOSING[match.group("quote")], position)
            if closing < 0:
                raise QueryError(
                    f"the quotation mark at character {start + 1} is never closed",
                    "close it, or leave it out",
                    position=start,
                    fault=QueryFault.UNCLOSED_QUOTE,
                )
            found.append(_Lexeme("phrase", query[position:closing], start))
            position = closing + 1
        elif kind == "near":
            found.append(_Lexeme("near", match.group("near"), start, match.group("distance") or ""))
        elif kind == "field":
            found.append(_Lexeme("field", match.group("field"), start, match.group("value")))
        else:
            found.append(_Lexeme(match.group(kind) if kind == "operator" else kind, match.group(kind), start))
    return found


class _Parser:
    """Recursive descent over the lexemes."""

    def __init__(self, lexemes: Sequence[_Lexeme], end: int) -> None:
        self._lexemes = lexemes
        self._at = 0
        self._end = end
        self._depth = 0

    def whole(self) -> Node:
        """The whole query."""
        if not self._lexemes:
            raise QueryError("the query is empty", "write at least one word", position=0, fault=QueryFault.EMPTY)
        node = self._or()
        rest = self._peek()
        if rest is not None:
            raise QueryError(
                f"the bracket at character {rest.position + 1} closes nothing",
                "remove it, or open one before it",
                position=rest.position,
                fault=QueryFault.STRAY_BRACKET,
            )
        return node

    def _peek(self) -> _Lexeme | None:
        return self._lexemes[self._at] if self._at < len(self._lexemes) else None

    def _next_is(self, kind: str) -> bool:
        lexeme = self._peek()
        return lexeme is not None and lexeme.kind == kind

    def _or(self) -> Node:
        sides = [self._and()]
        while self._next_is("OR"):
            self._at += 1
            sides.append(self._and())
        return sides[0] if len(sides) == 1 else Or(tuple(sides))

    def _and(self) -> Node:
        sides = [self._near()]
        while (lexeme := self._peek()) is not None and lexeme.kind not in ("OR", "close"):
            if lexeme.kind == "AND":
                self._at += 1
            sides.append(self._near())
        return sides[0] if len(sides) == 1 else And(tuple(sides))

    def _near(self) -> Node:
        left = self._not()
        while (lexeme := self._peek()) is not None and lexeme.kind == "near":
            self._at += 1
            distance = _distance(lexeme)
            right = self._not()
            for side in (left, right):
                _demand_places(side, lexeme)
            left = Near(left, right, distance)
            following = self._peek()
            if following is not None and following.kind == "near":
                raise QueryError(
                    f"a second NEAR follows at character {following.position + 1}",
                    "join two NEAR with AND, each in its own brackets",
                    position=following.position,
                    fault=QueryFault.SECOND_NEAR,
                )
        return left

    def _not(self) -> Node:
        if self._next_is("NOT"):
            self._enter(self._lexemes[self._at])
            self._at += 1
            node = Not(self._not())
            self._depth -= 1
            return node
        return self._atom()

    def _atom(self) -> Node:
        lexeme = self._peek()
        if lexeme is None:
            raise QueryError(
                "the query ends where a word is expected", "complete it", position=self._end, fault=QueryFault.ENDS_EARLY
            )
        self._at += 1
        if lexeme.kind == "open":
            return self._bracket(lexeme)
        if lexeme.kind == "phrase":
            return _phrase(lexeme)
        if lexeme.kind == "word":
            return _word(lexeme)
        if lexeme.kind == "field":
            return _field(lexeme)
        raise QueryError(
            f"«{lexeme.value}» at character {lexeme.position + 1} stands where a word is expected",
            "put a word, a phrase or a bracket there",
            position=lexeme.position,
            fault=QueryFault.NO_WORD_HERE,
            piece=lexeme.value,
        )

    def _bracket(self, opening: _Lexeme) -> Node:
        self._enter(opening)
        if self._next_is("close"):
            raise QueryError(
                f"the brackets at character {opening.position + 1} are empty",
                "fill or remove them",
                position=opening.position,
                fault=QueryFault.EMPTY_BRACKETS,
            )
        node = self._or()
        if not self._next_is("close"):
            raise QueryError(
                f"the bracket at character {opening.position + 1} is never closed",
                "close it",
                position=opening.position,
                fault=QueryFault.UNCLOSED_BRACKET,
            )
        self._at += 1
        self._depth -= 1
        return node

    def _enter(self, lexeme: _Lexeme) -> None:
        self._depth += 1
        if self._depth > _MOST_NESTED:
            raise QueryError(
                f"brackets are nested deeper than {_MOST_NESTED} at character {lexeme.position + 1}",
                "write the query flatter",
                position=lexeme.position,
                fault=QueryFault.TOO_DEEP,
            )


def _distance(lexeme: _Lexeme) -> int:
    if not lexeme.extra.isascii() or not lexeme.extra.isdigit() or not 1 <= int(lexeme.extra) <= 50:
        raise QueryError(
            f"{lexeme.value} at character {lexeme.position + 1} has no distance", "write NEAR/5, say (1 to 50 words)",
            position=lexeme.position, fault=QueryFault.NEAR_DISTANCE, piece=lexeme.value,
        )  # fmt: skip
    return int(lexeme.extra)


def _demand_places(node: Node, near: _Lexeme) -> None:
    """NEAR needs words on both sides, since only words have places."""
    if isinstance(node, Or):
        for side in node.of:
            _demand_places(side, near)
    elif not isinstance(node, Term):
        raise QueryError(
            f"{near.value} at character {near.position + 1} joins something else than words",
            "put a word, a phrase or (word OR word) on both sides",
            position=near.position,
            fault=QueryFault.NEAR_SIDES,
            piece=near.value,
        )


def _phrase(lexeme: _Lexeme) -> Term:
    if not tokens(normalise(lexeme.value)):
        raise QueryError(
            f"the phrase at character {lexeme.position + 1} holds no word",
            "write a word in it",
            position=lexeme.position,
            fault=QueryFault.EMPTY_PHRASE,
        )
    return Term(lexeme.value, lexeme.position)


def _word(lexeme: _Lexeme) -> Term:
    found = tokens(normalise(lexeme.value))
    if not found:
        raise QueryError(
            f"«{lexeme.value}» at character {lexeme.position + 1} holds no letter or digit",
            "write a word, or put a phrase in quotation marks",
            position=lexeme.position,
            fault=QueryFault.NO_LETTER,
            piece=lexeme.value,
        )
    if lexeme.value.endswith("*") and len(found[-1].lstrip("@")) < 2:
        raise QueryError(
            f"the prefix «{lexeme.value}» at character {lexeme.position + 1} is too short",
            "write at least two letters before the *",
            position=lexeme.position,
            fault=QueryFault.SHORT_PREFIX,
            piece=lexeme.value,
        )
    return Term(lexeme.value, lexeme.position, hashtag=lexeme.value.startswith("#"))


def _field(lexeme: _Lexeme) -> Field:
    name, value = lexeme.value.lower(), lexeme.extra.lstrip("@").lower()
    if name not in FIELDS:
        raise QueryError(
            f"there is no field «{lexeme.value}:» (character {lexeme.position + 1})",
            f"use one of: {', '.join(f'{field}:' for field in FIELDS)}; put a word with a colon in quotation marks",
            position=lexeme.position,
            fault=QueryFault.UNKNOWN_FIELD,
            piece=lexeme.value,
        )
    if not value:
        raise QueryError(
            f"{name}: at character {lexeme.position + 1} has no value",
            f"write {name}:VALUE",
            position=lexeme.position,
            fault=QueryFault.FIELD_VALUE,
            piece=lexeme.value,
        )
    if name == "lang" and value not in _LANGUAGES:
        raise QueryError(
            f"lang:{value} at character {lexeme.position + 1} is no language that Rasd knows",
            f"use one of: {', '.join(_LANGUAGES)}",
            position=lexeme.position,
            fault=QueryFault.LANGUAGE,
            piece=f"lang:{value}",
        )
    return Field(name, value, lexeme.position)
