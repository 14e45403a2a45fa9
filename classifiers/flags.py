"""The flags of REQUIREMENTS C1: what brings an item to a person at once, whatever its kind. Rules with evidence, no model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from classifiers.flag_rules import matches, places
from classifiers.reading import TEXT, TITLE, Reading
from classifiers.staff_naming import named_staff
from domain.mention import Channel
from domain.privacy import Found, PersonalDatum, find_personal_data
from domain.tags import Flag, Remit

_PUBLIC_ADDRESS: Final = re.compile(
    r"\.gov\.sa$|^(?:info|care|support|contact|help|helpdesk|customer\w*|media|press|complaints?|no-?reply|hr|jobs|sales|cs)@",
    re.IGNORECASE,
)
"""An office's mailbox is nobody's own."""


@dataclass(frozen=True, slots=True)
class Flagged:
    """A flag with the half-open span of the field that gave rise to it, and the rule that says so."""

    flag: Flag
    field: str
    start: int
    end: int
    rule: str = ""


def find_flags(reading: Reading, title: str, text: str, remit: Remit, channel: Channel) -> list[Flagged]:
    """The flags of a mention. A mention of no remit has none: it is purged soon, and nobody is to be troubled with it.

    Claims and proposals about another body's matter are that body's; a journalist's question, and people's data and names, are
    flagged there too: who asks the wrong body is told so.
    """
    if remit is Remit.NONE:
        return []
    found = flags_by_form(title, text)
    for stretch in reading.stretches:
        groups = places(stretch.tokens, channel)
        if not groups:
            continue
        for match in matches(groups, channel):
            if remit is Remit.OURS or match.rule.flag is Flag.PRESS_QUESTION:
                for start, end in match.spans:
                    span = stretch.token_span(start, end - 1)
                    found.append(Flagged(match.rule.flag, stretch.field, *span, match.rule.name))
        for start, end in named_staff(stretch.tokens, groups, channel):
            found.append(Flagged(Flag.NAMES_STAFF, stretch.field, *stretch.token_span(start, end - 1), "staff_named"))
    return found


def flags_by_form(title: str, text: str) -> list[Flagged]:
    """What needs no knowledge of the language: identity numbers, telephones, plates and the like (by form and checksum)."""
    return [*_personal_data(TITLE, title), *_personal_data(TEXT, text)]


def _personal_data(field: str, source: str) -> Iterator[Flagged]:
    for item in find_personal_data(source):
        if not _is_public(item, source):
            yield Flagged(Flag.PERSONAL_DATA, field, item.start, item.end, item.kind.value)


def _is_public(item: Found, source: str) -> bool:
    return item.kind is PersonalDatum.EMAIL and bool(_PUBLIC_ADDRESS.search(source[item.start : item.end]))
