"""The patterns of the flags: which phrases must stand together, near each other and on which channel.

The groups and rules are data, ``lexicons/flags.toml``. They serve the flags alone: no model sees them, so that a better pattern
never asks for another training.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Final

from classifiers.lexicon import Lexicon
from classifiers.signs import staff_names
from domain.mention import Channel
from domain.tags import Flag

Places = Mapping[str, Sequence[tuple[int, int]]]
"""Where each group was found: half-open spans of words."""
_BESIDE: Final = 40
"""How many words away ``beside`` and ``unless`` look: all of a post, a few sentences of an article."""
_OPENING: Final = 2


class Where(StrEnum):
    """On which channels a rule holds, or at which place."""

    ANYWHERE = "anywhere"
    PRESS = "press"
    SOCIAL = "social"
    START = "start"
    """In the first words."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A flag is raised where ``groups`` stand within ``within`` words (one after the other with ``ordered``).

    One of ``beside`` must be near, if any are named; none of ``unless`` may.
    """

    flag: Flag
    name: str
    groups: tuple[str, ...]
    within: int = 0
    ordered: bool = False
    beside: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    where: Where = Where.ANYWHERE


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that holds, and the half-open spans of words that made it hold."""

    rule: Rule
    spans: tuple[tuple[int, int], ...]


@cache
def flag_lexicon() -> Lexicon[str]:
    """Every phrase of the groups, and the titles of staff, with its group's name."""
    lexicon: Lexicon[str] = Lexicon()
    groups = {**_table()["groups"], "titles": staff_names()["titles"], "honorifics": staff_names()["honorifics"]}
    for group, members in groups.items():
        for phrase in members:
            lexicon.add(phrase, group, loose_article=True)
    return lexicon


@cache
def rules() -> tuple[Rule, ...]:
    """The rules in the order of the file."""
    return tuple(
        Rule(
            Flag(row["flag"]),
            row["name"],
            tuple(row["all"]),
            row.get("within", 0),
            row.get("ordered", False),
            tuple(row.get("beside", ())),
            tuple(row.get("unless", ())),
            Where(row.get("where", Where.ANYWHERE)),
        )
        for row in _table()["rule"]
    )


@cache
def _rules_by_lead() -> dict[str, list[Rule]]:
    """The rules by their first group: a text holds few of them."""
    found: dict[str, list[Rule]] = {}
    for rule in rules():
        found.setdefault(rule.groups[0], []).append(rule)
    return found


def places(words: Sequence[str], channel: Channel) -> dict[str, list[tuple[int, int]]]:
    """Where each group stands among the words of a normalised text; shapes of words are looked for in posts alone."""
    found: dict[str, list[tuple[int, int]]] = {}
    for hit in flag_lexicon().find(words):
        found.setdefault(hit.key, []).append((hit.start, hit.end))
    if channel is not Channel.SOCIAL:
        return found
    for group, (shape, beside, unlike) in _SHAPES.items():
        if not beside.isdisjoint(found):
            others = {start for start, _ in found.get(unlike, ())}
            spans = [(place, place + 1) for place, word in enumerate(words) if place not in others and shape.match(word)]
            if spans:
                found[group] = spans
    return found


_SHAPES: Final = {
    # «بيوقفون», «حتلغي», «ستقطع»: what is said to come, in any verb; «تضيفون», «تعممونها»: what you are asked to do.
    "will_do": (re.compile(r"[بحس][تين]\w{3,}$"), frozenset({"spread", "so_is_it"}), "unlike_will"),
    "you_do": (re.compile(r"ت\w{2,}(?:ون|ونه|ونها|وا|وه|وها)$"), frozenset({"soft_wish"}), "unlike_you"),
}
"""Groups that are told by the shape of a word: looked for beside other groups alone, and not in words of the third group."""


def matches(found: Places, channel: Channel) -> Iterator[Match]:
    """The rules that hold where the groups stand so. A rule is given once, at its first place."""
    by_lead = _rules_by_lead()
    for rule in (rule for group in found for rule in by_lead.get(group, ())):
        if _fits(rule.where, channel) and all(group in found for group in rule.groups):
            spans = next((spans for spans in _together(rule, found) if _in_company(rule, spans, found)), None)
            if spans:
                yield Match(rule, spans)


def _fits(where: Where, channel: Channel) -> bool:
    if where is Where.PRESS:
        return channel is not Channel.SOCIAL
    return where is not Where.SOCIAL or channel is Channel.SOCIAL


def _together(rule: Rule, found: Places) -> Iterator[tuple[tuple[int, int], ...]]:
    for first in found[rule.groups[0]]:
        if rule.where is Where.START and first[0] >= _OPENING:
            continue
        spans = [first]
        for group in rule.groups[1:]:
            near = next((span for span in found[group] if _near(rule, first, span)), None)
            if near is None:
                break
            spans.append(near)
        else:
            yield tuple(spans)


def _near(rule: Rule, first: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether the words between are few enough. The same word cannot be both."""
    after = other[0] - first[1]
    before = first[0] - other[1]
    return 0 <= after <= rule.within or (not rule.ordered and 0 <= before <= rule.within)


def _in_company(rule: Rule, spans: Sequence[tuple[int, int]], found: Places) -> bool:
    begin, end = min(span[0] for span in spans) - _BESIDE, max(span[1] for span in spans) + _BESIDE

    def near(group: str) -> bool:
        return any(begin <= span[0] <= end for span in found.get(group, ()))

    return (not rule.beside or any(map(near, rule.beside))) and not any(map(near, rule.unless))


def phrases(group: str) -> tuple[str, ...]:
    """The phrases of a group as the file writes them."""
    return tuple(_table()["groups"][group])


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((resources.files("classifiers") / "lexicons" / "flags.toml").read_text("utf-8"))
