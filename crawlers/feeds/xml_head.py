"""What stands before a feed's first element: declarations, which are taken off before a parser that would believe them reads on.

A document type can declare entities of entities (a few lines that expand to gigabytes) and name files. Only entities whose value
is a few plain characters are kept (feedparser's rule, with a bound on their length), and the names of HTML, which feeds use
without declaring them: ``&nbsp;`` alone would otherwise make a sound feed a broken one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.entities import name2codepoint
from typing import Final

MAX_ENTITY: Final = 32
"""Characters of an entity's value: longer ones, named often, would be a bomb of their own."""

_BEFORE: Final = re.compile(r"(?:\s++|<\?[^<>]*\?>|<!--.*?-->)*+", re.DOTALL)
_DOCTYPE: Final = re.compile(r"<!DOCTYPE", re.IGNORECASE)
_DOCTYPE_PART: Final = re.compile(r""""[^"]*"|'[^']*'|<!--.*?-->|</?[A-Za-z]|[\[\]>]""", re.DOTALL)
_LONGEST_DOCTYPE: Final = 65_536
_ENTITY: Final = re.compile(r"""<!ENTITY\s+(\w{1,40})\s+(?:"([^"]*)"|'([^']*)')\s*>""")
_PLAIN_VALUE: Final = re.compile(r"&#x?[0-9A-Fa-f]{1,7};|[^&<%]*")
_NAMED: Final = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,8});")
_OF_XML: Final = frozenset({"lt", "gt", "amp", "quot", "apos"})


@dataclass(frozen=True, slots=True)
class Head:
    """A document without its declarations, the entities that it may name, and whether it is Netscape's RSS 0.91."""

    rest: str
    entities: dict[str, str]
    is_netscape: bool = False

    @property
    def may_be_believed(self) -> bool:
        """Whether no declaration of an entity is left, so that a parser that expands them can be let near it."""
        return "<!ENTITY" not in self.rest

    def document(self) -> bytes:
        """The document in UTF-8 with harmless declarations, for an XML parser."""
        declared = "".join(f'<!ENTITY {name} "{value}">' for name, value in self.entities.items())
        doctype = f"<!DOCTYPE feed [{declared}]>" if declared else ""
        return f"<?xml version='1.0' encoding='utf-8'?>\n{doctype}{self.rest}".encode("utf-8", "replace")


def read_head(text: str) -> Head:
    """A feed's text without XML declaration and document type; processing instructions and comments before the root go too."""
    start = _end_of_blanks(text, 0)
    doctype = ""
    if _DOCTYPE.match(text, start):
        end = _end_of_doctype(text, start)
        doctype = text[start:end]
        start = _end_of_blanks(text, end)
    named = {
        name: f"&#{name2codepoint[name]};"
        for name in set(_NAMED.findall(text, start))
        if name in name2codepoint and name not in _OF_XML
    }
    return Head(text[start:], named | _plain_entities(doctype), "netscape" in doctype.lower())


def _end_of_blanks(text: str, start: int) -> int:
    match = _BEFORE.match(text, start)
    return match.end() if match else start


def _end_of_doctype(text: str, start: int) -> int:
    """Where a document type ends; one that is never closed ends at its first bracket, as if it had declared nothing."""
    first = text.find(">", start) + 1 or len(text)
    limit = min(start + _LONGEST_DOCTYPE, len(text))
    is_inside = False
    for part in _DOCTYPE_PART.finditer(text, start, limit):
        if part.group() == "[":
            is_inside = True
        elif part.group() == "]":
            is_inside = False
        elif part.group().startswith("<") and part.group()[-1] != ">":
            return first
        elif part.group() == ">" and not is_inside:
            return part.end()
    return first


def _plain_entities(doctype: str) -> dict[str, str]:
    values = {match.group(1): match.group(2) or match.group(3) or "" for match in _ENTITY.finditer(doctype)}
    return {
        name: value.replace('"', "&#34;")
        for name, value in values.items()
        if len(value) <= MAX_ENTITY and _PLAIN_VALUE.fullmatch(value) and name not in _OF_XML
    }
