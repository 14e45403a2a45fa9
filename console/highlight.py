"""A text with the words that decided its tags marked, and personal data hidden: cut into pieces, never into HTML. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.privacy import find_personal_data, private_handles
from domain.tags import Axis, Evidence


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text. ``axes`` are the axes that it decided, in the enum's order; ``hidden`` says that bullets stand for it."""

    text: str
    axes: tuple[Axis, ...] = ()
    hidden: bool = False

    @property
    def classes(self) -> str:
        """Names of the style classes of its axes."""
        return " ".join(f"ev-{axis}" for axis in self.axes)


def pieces(
    text: str, evidence: Iterable[Evidence], field: str, *, hide: bool = False, public_handles: frozenset[str] | None = None
) -> list[Piece]:
    """``text`` (the mention's ``field``: title or text) cut wherever an evidence span or hidden data begins or ends.

    Spans may nest, overlap, or reach past the text (an older revision's). ``hide`` puts bullets in place of personal data;
    ``public_handles``, where given, are the only handles shown (REQUIREMENTS L3). Without either, the texts join to ``text``.
    """
    spans = _inside([(item.start, item.end, item.axis) for item in evidence if item.field == field], len(text))
    covers = _covers(text, hide, public_handles)
    edges = {0, len(text), *(edge for start, end, _ in spans for edge in (start, end))}
    cuts = {edge for edge in edges if not any(start < edge < end for start, end, _ in covers)}
    cuts |= {edge for start, end, _ in covers for edge in (start, end)}
    shown = {(start, end): stands for start, end, stands in covers}
    return [
        Piece(shown.get(cut, text[cut[0] : cut[1]]), _axes_over(spans, *cut), hidden=cut in shown)
        for cut in pairwise(sorted(cuts))
    ]


def axes_in(found: Iterable[Piece]) -> tuple[Axis, ...]:
    """The axes that have evidence among the pieces: the legend."""
    present = {axis for piece in found for axis in piece.axes}
    return tuple(axis for axis in Axis if axis in present)


def _axes_over(spans: Sequence[tuple[int, int, Axis]], start: int, end: int) -> tuple[Axis, ...]:
    over = {axis for first, last, axis in spans if first < end and start < last}
    return tuple(axis for axis in Axis if axis in over)


def _inside(spans: Sequence[tuple[int, int, Axis]], length: int) -> list[tuple[int, int, Axis]]:
    clipped = [(max(0, start), min(end, length), axis) for start, end, axis in spans]
    return [(start, end, axis) for start, end, axis in clipped if start < end]


def _covers(text: str, hide: bool, public_handles: frozenset[str] | None) -> list[tuple[int, int, str]]:
    """Disjoint spans that are not shown, with what stands there instead."""
    found = [(item.start, item.end, "•" * min(item.end - item.start, 10)) for item in find_personal_data(text)] if hide else []
    if public_handles is not None:
        found += [(start, end, "@…") for start, end in private_handles(text, public_handles)]
    disjoint: list[tuple[int, int, str]] = []
    for start, end, shown in sorted(found):
        if disjoint and start < disjoint[-1][1]:
            disjoint[-1] = (disjoint[-1][0], max(end, disjoint[-1][1]), disjoint[-1][2])
        else:
            disjoint.append((start, end, shown))
    return disjoint
