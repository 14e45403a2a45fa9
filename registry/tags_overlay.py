"""A person's corrections laid over a model's tags. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from domain.tags import Axis, Flag, Importance, Kind, Remit, Sentiment, Tags

_READ: Final[Mapping[Axis, Callable[[str], Any]]] = {
    Axis.REMIT: Remit,
    Axis.KIND: Kind,
    Axis.SENTIMENT: Sentiment,
    Axis.TOPIC: str,
    Axis.IMPORTANCE: Importance,
    Axis.FLAGS: lambda codes: joined_flags(codes),
}


def corrected(model: Tags, over: Mapping[Axis, str]) -> Tags:
    """The tags that hold: the corrected axes as the person said, and quite sure; the others as the model said."""
    if not over:
        return model
    values = {str(axis): _READ[axis](value) for axis, value in over.items()}
    sure = MappingProxyType({**model.confidence, **dict.fromkeys(over, 1.0)})
    return replace(model, **values, confidence=sure)


def value_of(tags: Tags, axis: Axis) -> str:
    """The code of one axis; flags joined with commas."""
    if axis is Axis.FLAGS:
        return flag_codes(tags.flags)
    return str(getattr(tags, str(axis)))


def flag_codes(flags: Iterable[Flag]) -> str:
    """Flags as codes joined with commas, in order."""
    return ",".join(sorted(str(flag) for flag in flags))


def joined_flags(codes: str) -> frozenset[Flag]:
    """The way back from ``flag_codes``."""
    return frozenset(Flag(code) for code in codes.split(",") if code)
