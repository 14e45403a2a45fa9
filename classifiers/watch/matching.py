"""All watch queries matched in one pass over a text's words.

The literals of all queries stand in one lexicon. A query is looked at only when one of its *anchors* was found: literals of
which at least one must stand in every text that it matches.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from classifiers.lexicon import Lexicon
from classifiers.watch.conditions import Condition, Found, condition
from classifiers.watch.limits import REFUSED_WORDS, check_limits
from classifiers.watch.syntax import And, Field, Near, Node, Not, Or, Term, parse
from domain.arabic import Normalised, normalise, normalise_with_offsets, token_spans, tokens
from domain.errors import QueryError
from domain.language import language as detect
from domain.profile import Profile, WatchQuery
from domain.query_fault import QueryFault

_WORD: Final = re.compile(r"#?(@\w+|[^\W_]+)")
_BORDER: Final = 1_000_000_000
"""Words of the text are numbered from here, so that no NEAR runs from the title into the text."""


class Span(NamedTuple):
    """A half-open span of characters of the original title or text."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WatchHit:
    """A query that a text matches: its name, the service that it is for, and the spans of what it found."""

    name: str
    service: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Query:
    name: str
    service: str
    tree: Node


class Watcher:
    """Compiled queries. Made by ``compile_queries``; holds no state between texts but a cache of words."""

    def __init__(self, queries: Sequence[_Query]) -> None:
        self._queries = queries
        self._numbers: dict[tuple[str, bool], int] = {}
        self._lexicon: Lexicon[int] = Lexicon()
        self._by_anchor: dict[int, list[int]] = {}
        self._always: list[int] = []
        self._conditions: list[Condition] = []
        self._is_hashtag: set[int] = set()
        for number, query in enumerate(queries):
            self._enter(query.tree)
            self._conditions.append(condition(query.tree, self._number))
            anchors = self._anchors(query.tree)
            if anchors is None:
                self._always.append(number)
            for anchor in anchors or ():
                self._by_anchor.setdefault(anchor, []).append(number)

    def match(
        self, title: str, text: str, *, language: str = "", outlet: str = "", author_handle: str = ""
    ) -> tuple[WatchHit, ...]:
        """The queries that a mention matches, in the order in which they were given. ``author_handle`` is without @."""
        found, matched = self._matched(title, text, language, outlet, author_handle)
        spans = _Spans(title, text)
        return tuple(
            WatchHit(
                self._queries[number].name,
                self._queries[number].service,
                spans.of({place for literal in self._shown(self._queries[number].tree) for place in found.get(literal, ())}),
            )
            for number in matched
        )

    def names(self, title: str, text: str, *, language: str = "", outlet: str = "", author_handle: str = "") -> tuple[str, ...]:
        """The names of the queries that a mention matches: what ``match`` finds, without the work of finding the places."""
        _, matched = self._matched(title, text, language, outlet, author_handle)
        return tuple(self._queries[number].name for number in matched)

    def _matched(
        self, title: str, text: str, language: str, outlet: str, author_handle: str
    ) -> tuple[dict[int, list[tuple[int, int]]], list[int]]:
        found = self._find(title, text)
        candidates = set(self._always)
        for literal in found:
            candidates.update(self._by_anchor.get(literal, ()))
        if not candidates:
            return found, []
        fields = {
            "lang": language or detect(f"{title}\n{text}"),
            "outlet": outlet.lower(),
            "from": author_handle.lstrip("@").lower(),
        }
        seen, conditions = Found(found, fields), self._conditions
        return found, sorted(number for number in candidates if conditions[number](seen))

    def _enter(self, node: Node) -> None:
        if isinstance(node, Term):
            key = (node.phrase.casefold(), node.hashtag)
            if key not in self._numbers:
                self._numbers[key] = len(self._numbers)
                self._lexicon.add(node.phrase, self._numbers[key])
                if node.hashtag:
                    self._is_hashtag.add(self._numbers[key])
        elif isinstance(node, Not):
            self._enter(node.of)
        elif isinstance(node, Near):
            self._enter(node.left)
            self._enter(node.right)
        elif isinstance(node, And | Or):
            for side in node.of:
                self._enter(side)

    def _number(self, term: Term) -> int:
        return self._numbers[term.phrase.casefold(), term.hashtag]

    def _anchors(self, node: Node) -> frozenset[int] | None:
        """Literals of which one must be found for the node to hold; None where it may hold without any."""
        if isinstance(node, Term):
            return frozenset({self._number(node)})
        if isinstance(node, Near):
            return self._fewest([node.left, node.right])
        if isinstance(node, And):
            return self._fewest(node.of)
        if isinstance(node, Or):
            sides = [self._anchors(side) for side in node.of]
            return None if any(side is None for side in sides) else frozenset().union(*(side for side in sides if side))
        return None

    def _fewest(self, nodes: Sequence[Node]) -> frozenset[int] | None:
        sides = [anchors for anchors in map(self._anchors, nodes) if anchors is not None]
        return min(sides, key=len) if sides else None

    def _find(self, title: str, text: str) -> dict[int, list[tuple[int, int]]]:
        found: dict[int, list[tuple[int, int]]] = {}
        for source, shift in ((title, 0), (text, _BORDER)):
            if not source:
                continue
            normalised = normalise(source)
            words = tokens(normalised)
            hits = self._lexicon.find(words)
            tagged = _after_hash(normalised) if self._is_hashtag and "#" in normalised else frozenset()
            for hit in hits:
                if hit.key not in self._is_hashtag or hit.start in tagged:
                    found.setdefault(hit.key, []).append((hit.start + shift, hit.end + shift))
        return found

    def _shown(self, node: Node) -> list[int]:
        """The literals whose places are shown as the reason: all but those under a NOT."""
        if isinstance(node, Term):
            return [self._number(node)]
        if isinstance(node, Near):
            return self._shown(node.left) + self._shown(node.right)
        if isinstance(node, And | Or):
            return [literal for side in node.of for literal in self._shown(side)]
        return []


def compile_queries(
    queries: Sequence[WatchQuery],
    profile: Profile,
    *,
    outlet_handles: Collection[str] = (),
    refused: Collection[str] = REFUSED_WORDS,
) -> Watcher:
    """The queries of a profile, ready to match. Raises ``QueryError`` naming the query, the place and the remedy.

    ``outlet_handles`` are the accounts of the outlets directory: beside the profile's own, the only ones that may be named.
    """
    return Watcher([_compiled(query, profile, outlet_handles, refused) for query in queries])


def _compiled(query: WatchQuery, profile: Profile, outlet_handles: Collection[str], refused: Collection[str]) -> _Query:
    try:
        tree = parse(query.query)
        check_limits(tree, profile, outlet_handles, refused)
        _demand_words(tree)
    except QueryError as error:
        what = f"watch query «{query.name}»: {error.what}"
        raise QueryError(what, error.remedy, position=error.position, fault=error.fault, piece=error.piece) from error
    return _Query(query.name, query.service, tree)


def _demand_words(tree: Node) -> None:
    if _may_hold_of_nothing(tree):
        raise QueryError(
            "the query would match texts that hold none of its words",
            "ask for at least one word beside NOT",
            fault=QueryFault.NO_DEMANDED_WORD,
        )


def _may_hold_of_nothing(node: Node) -> bool:
    """Whether a text with no word and no account of the query's could match it."""
    if isinstance(node, Not):
        return True
    if isinstance(node, Field):
        return node.name == "lang"
    if isinstance(node, And):
        return all(_may_hold_of_nothing(side) for side in node.of)
    if isinstance(node, Or):
        return any(_may_hold_of_nothing(side) for side in node.of)
    return False


def _after_hash(normalised: str) -> frozenset[int]:
    """The numbers of the words that a # stands right before."""
    return frozenset(number for number, match in enumerate(_WORD.finditer(normalised)) if match.group().startswith("#"))


class _Spans:
    """Finds the way from numbers of words back to the characters of title and text."""

    def __init__(self, title: str, text: str) -> None:
        self._sources = {"title": title, "text": text}
        self._met: dict[str, tuple[Normalised, list[tuple[int, int]]]] = {}

    def of(self, places: Collection[tuple[int, int]]) -> tuple[Span, ...]:
        """The spans of characters behind spans of words, in order, without those inside another."""
        found: list[Span] = []
        for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
            field, shift = ("title", 0) if start < _BORDER else ("text", _BORDER)
            span = self._characters(field, start - shift, end - shift)
            if not found or found[-1].field != field or span.end > found[-1].end:
                found.append(span)
        return tuple(found)

    def _characters(self, field: str, start: int, end: int) -> Span:
        normalised, words = self._words(field)
        return Span(field, *normalised.span(words[start][0], words[end - 1][1]))

    def _words(self, field: str) -> tuple[Normalised, list[tuple[int, int]]]:
        if field not in self._met:
            normalised = normalise_with_offsets(self._sources[field])
            self._met[field] = (normalised, [(start, end) for _, start, end in token_spans(normalised.text)])
        return self._met[field]
