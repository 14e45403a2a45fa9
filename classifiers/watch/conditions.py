"""A query's tree as a condition on what was found in a text: built once, asked for every text.

Most queries are groups of words joined with AND; such a group is one set, and asking it is one look at the literals found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from classifiers.watch.syntax import And, Field, Near, Node, Not, Or, Term

Places = Sequence[tuple[int, int]]
"""Half-open spans of words."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a text: for each literal its half-open spans of words, and the fields that queries ask for."""

    places: dict[int, list[tuple[int, int]]]
    fields: dict[str, str]


Condition = Callable[[Found], bool]
Numbers = Callable[[Term], int]
"""The number of each literal."""


def condition(node: Node, number: Numbers) -> Condition:
    """Whether the node holds for a text."""
    if isinstance(node, Term):
        literal = number(node)
        return lambda found: literal in found.places
    if isinstance(node, Field):
        name, value = node.name, node.value
        return lambda found: found.fields[name] == value
    if isinstance(node, Not):
        refused = condition(node.of, number)
        return lambda found: not refused(found)
    if isinstance(node, And):
        return _all(node.of, number)
    if isinstance(node, Or):
        return _any(node.of, number)
    return _near(node, number)


def _any(sides: Sequence[Node], number: Numbers) -> Condition:
    """One look for all words of the group; the other sides, where there are any, only if none is there."""
    words = frozenset(number(side) for side in sides if isinstance(side, Term))
    others = [condition(side, number) for side in sides if not isinstance(side, Term)]
    if not others:
        return lambda found: not words.isdisjoint(found.places)
    return lambda found: not words.isdisjoint(found.places) or any(other(found) for other in others)


def _all(sides: Sequence[Node], number: Numbers) -> Condition:
    """The words and groups of words first, the smallest before the others: most texts fail there."""
    groups = [group for side in sides if (group := _group(side, number)) is not None]
    groups.sort(key=len)
    others = [condition(side, number) for side in sides if _group(side, number) is None]

    def holds(found: Found) -> bool:
        places = found.places
        for group in groups:
            if group.isdisjoint(places):
                return False
        return all(other(found) for other in others) if others else True

    return holds


def _group(node: Node, number: Numbers) -> frozenset[int] | None:
    """The literals of which one is enough for the node; None where it asks for more than one literal."""
    if isinstance(node, Term):
        return frozenset((number(node),))
    if isinstance(node, Or) and all(isinstance(side, Term) for side in node.of):
        return frozenset(number(side) for side in node.of if isinstance(side, Term))
    return None


def _near(node: Near, number: Numbers) -> Condition:
    left, right, distance = _literals(node.left, number), _literals(node.right, number), node.distance

    def holds(found: Found) -> bool:
        first = [place for literal in left for place in found.places.get(literal, ())]
        return bool(first) and _are_near(first, [place for literal in right for place in found.places.get(literal, ())], distance)

    return holds


def _literals(node: Node, number: Numbers) -> tuple[int, ...]:
    if isinstance(node, Term):
        return (number(node),)
    return tuple(literal for side in node.of for literal in _literals(side, number)) if isinstance(node, Or) else ()


def _are_near(left: Places, right: Places, distance: int) -> bool:
    """Whether a span of each list lie at most ``distance`` words apart, without overlapping."""
    return any(0 <= second[0] - first[1] < distance or 0 <= first[0] - second[1] < distance for first in left for second in right)
