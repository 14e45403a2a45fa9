"""feedparser, item by item: its reading of the elements, without holding a whole feed, and without one item ending it.

``feedparser.parse`` keeps every entry with all that was said of it until the end, is slow to the power of two in a few places,
and an exception inside one of its handlers ends the feed. Here the same two parsers (the strict one, then the loose one where the
XML is broken) hand each entry over as soon as the next one begins, and a handler that fails costs what it was reading alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import pairwise
from typing import Any, Final, Generic, TypeVar
from xml.sax.xmlreader import AttributesNSImpl, InputSource

from crawlers.feeds.xml_head import Head, read_head

T = TypeVar("T")

ITEM_ERRORS: Final = (
    *(ValueError, TypeError, KeyError, AttributeError, IndexError),
    *(OverflowError, RecursionError, AssertionError, UnicodeError),
)
"""What a broken item can make a parser raise."""
MAX_PROBLEMS: Final = 50
"""Problems of one feed that are named; those beyond them are counted in one row."""
MAX_TAGS: Final = 20
"""Categories of an item that are read."""
MAX_ATTRIBUTES: Final = 200
"""Attributes of one element that are read."""
_ENTRY_TAG: Final = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)(?![-\w.:])", re.IGNORECASE)
_QUOTED: Final = (
    (re.compile(r"<!--.*?-->", re.DOTALL), "-->"),
    (re.compile(r"<!\[CDATA\[.*?\]\]>", re.DOTALL), "]]>"),
)
_ROOT_TAG: Final = re.compile(r"<(?:rss|(?:\w+:)?RDF|(?:\w+:)?feed|channel)(?:\s[^<>]*)?>", re.IGNORECASE)
_IMPOSSIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_IMPOSSIBLE_IN_TAG: Final = re.compile(f"(<[A-Za-z][\\w:.-]*){_IMPOSSIBLE.pattern}")


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T]):
    """What was made of a feed's entries; faults by number of the entry; and feedparser's name of the format (``""``: none)."""

    items: tuple[T, ...]
    faults: tuple[tuple[int, str], ...]
    seen: int
    """Entries found, those included that ``make`` could not read."""
    version: str


class _Sink(Generic[T]):
    """Takes the entries, and what went wrong with them."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self.items: list[T] = []
        self.faults: dict[int, str] = {}
        self.seen = 0
        self._unnamed = 0
        self._make = make

    def take(self, entry: Any) -> None:
        self.seen += 1
        try:
            self.items.append(self._make(entry))
        except ITEM_ERRORS as error:
            self.blame(self.seen, f"the item cannot be read ({error!r:.200})")

    def blame(self, number: int, reason: str) -> None:
        if len(self.faults) < MAX_PROBLEMS:
            self.faults.setdefault(number, reason)
        elif number not in self.faults:
            self._unnamed += 1

    def parsed(self, version: str) -> Parsed[T]:
        """All that was read. Faults beyond the first are counted in one."""
        more = ((self.seen, f"and {self._unnamed} faults more, in it and in items before it"),) if self._unnamed else ()
        return Parsed(tuple(self.items), (*sorted(self.faults.items()), *more), self.seen, version)


def parse_entries(text: str, base: str, make: Callable[[Any], T]) -> Parsed[T]:
    """What ``make`` makes of each entry. ``base`` is the address that ``xml:base`` is relative to.

    The strict parser reads it; where it stops, or finds fewer entries than the text begins, the loose one reads it too; and where
    that one finds fewer (a title that is never closed swallows all entries behind it), it reads each entry by itself. The reading
    that found most is believed. Nothing outside the document is read, and no entity of another entity is expanded.
    """
    head = read_head(text)
    strict, is_whole, version = _strictly(head, base, make) if head.may_be_believed else (_Sink(make), False, "")
    if not is_whole or strict.seen < count_of_entries(head.rest):
        loose, loose_version = _loosely(head, base, make)
        if loose.seen > strict.seen or (loose.seen == strict.seen and not is_whole):
            strict, version = loose, loose_version or version
        starts = _starts_of_entries(head.rest)
        if strict.seen < len(starts):
            apart = _apart(head, starts, base, make)
            strict = apart if apart.seen > strict.seen else strict
    return strict.parsed("rss091n" if head.is_netscape else version)


def count_of_entries(text: str) -> int:
    """How many entries a text begins, those in comments and texts included: feedparser never finds more."""
    return len(_ENTRY_TAG.findall(text))


def without_impossible(text: str) -> str:
    """The text without the characters that XML forbids (NUL first of all): they would make a sound feed a broken one."""
    # Behind a tag's name it stands for a blank: without one, the name would become another.
    return _IMPOSSIBLE.sub("", _IMPOSSIBLE_IN_TAG.sub(r"\1 ", text)) if _IMPOSSIBLE.search(text) else text


def _strictly(head: Head, base: str, make: Callable[[Any], T]) -> tuple[_Sink[T], bool, str]:
    """What was made of the entries, whether the XML could be read to its end, and the format's name."""
    import xml.sax
    from xml.sax.handler import feature_external_ges, feature_external_pes, feature_namespaces

    from feedparser.exceptions import UndeclaredNamespace

    sink = _Sink(make)
    handler = _prepared(0, sink, base, "utf-8")
    reader = xml.sax.make_parser()  # noqa: S317 (no declaration of an entity of entities reaches it)
    reader.setFeature(feature_namespaces, 1)
    reader.setFeature(feature_external_ges, 0)
    reader.setFeature(feature_external_pes, 0)
    reader.setContentHandler(handler)
    reader.setErrorHandler(handler)
    source = InputSource()
    source.setByteStream(BytesIO(head.document()))
    is_whole = True
    try:
        reader.parse(source)
    except (xml.sax.SAXException, UndeclaredNamespace):
        is_whole = False
    handler.hand_over()
    return sink, is_whole, handler.version


def _starts_of_entries(text: str) -> list[int]:
    """Where entries begin, those in comments and in quoted texts left out."""
    for quoted, closing in _QUOTED:
        # Not beyond the last that is closed: an opening without an end is searched for to the end of the text.
        end = text.rfind(closing) + len(closing)
        text = quoted.sub(lambda match: " " * len(match.group()), text[:end]) + text[end:]
    return [match.start() for match in _ENTRY_TAG.finditer(text)]


def _apart(head: Head, starts: list[int], base: str, make: Callable[[Any], T]) -> _Sink[T]:
    """Each entry read as a feed of its own, under the root element of all."""
    sink = _Sink(make)
    root = _ROOT_TAG.search(head.rest, 0, starts[0])
    opening = root.group() if root else "<rss>"
    for start, end in pairwise([*starts, len(head.rest)]):
        _loosely(Head(opening + head.rest[start:end], head.entities), base, make, sink)
    return sink


def _loosely(head: Head, base: str, make: Callable[[Any], T], sink: _Sink[T] | None = None) -> tuple[_Sink[T], str]:
    from feedparser_sgmllib import SGMLParseError

    sink = sink or _Sink(make)
    handler = _prepared(1, sink, base, "utf-8", head.entities)
    try:
        handler.feed(head.rest)
    except (SGMLParseError, *ITEM_ERRORS) as error:
        sink.blame(sink.seen + 1, f"the feed cannot be read beyond it ({error!r:.200})")
    handler.hand_over()
    return sink, handler.version


def _prepared(which: int, sink: _Sink[Any], base: str, *rest: Any) -> Any:
    handler = _parsers()[which](base, None, *rest)
    handler.sink = sink
    handler.sanitize_html = False
    handler.resolve_relative_uris = False
    return handler


@cache
def _parsers() -> tuple[Any, Any]:
    """feedparser's strict and its loose parser, each with what ``_HandingOver`` changes."""
    from feedparser.api import LooseFeedParser, StrictFeedParser

    return type("Strict", (_HandingOver, StrictFeedParser), {}), type("Loose", (_HandingOver, LooseFeedParser), {})


class _HandingOver:
    """What is done otherwise than in feedparser's own classes, which stand behind this one in the order of resolution."""

    sink: _Sink[Any]
    entries: list[Any]
    property_depth_map: dict[Any, Any]
    contentparams: dict[str, Any]

    def hand_over(self) -> None:
        """Passes on the entries that are complete: all of them, once the next begins or the feed ends."""
        for entry in self.entries:
            self.sink.take(entry)
        self.entries.clear()
        self.property_depth_map.clear()

    def _start_item(self, attributes: Any) -> None:
        self.hand_over()
        super()._start_item(attributes)  # type: ignore[misc]

    _start_entry = _start_item

    def _start_media_title(self, _attributes: Any) -> None:
        """A caption is not the item's title: kept apart, for items that have none."""
        self.push("media_title", 1)  # type: ignore[attr-defined]

    def _end_media_title(self) -> None:
        self.pop("media_title")  # type: ignore[attr-defined]

    def _start_media_description(self, _attributes: Any) -> None:
        """feedparser takes it for a second description, and a second description for the item's full text."""
        self.push("media_description", 1)  # type: ignore[attr-defined]

    def _end_media_description(self) -> None:
        self.pop("media_description")  # type: ignore[attr-defined]

    def startElementNS(self, name: Any, qname: Any, attributes: Any) -> None:  # noqa: N802 (the name is xml.sax's)
        """An element with more attributes than any format has is read without them: each is searched for among all others."""
        few = attributes if len(attributes) <= MAX_ATTRIBUTES else AttributesNSImpl({}, {})
        super().startElementNS(name, qname, few)  # type: ignore[misc]

    def push_content(self, *arguments: Any) -> None:
        """The parameters as a plain dict: feedparser copies them for each text, and its own kind takes ten times as long."""
        super().push_content(*arguments)  # type: ignore[misc]
        self.contentparams = dict(self.contentparams)

    def _sync_author_detail(self, key: str = "author") -> None:
        """Not needed, and its search for an address of mail takes minutes for a name of 100,000 characters."""

    def _add_tag(self, *parts: Any) -> None:
        """The first tags of an item: each is compared with all before it."""
        if len(self._get_context().setdefault("tags", [])) < MAX_TAGS:  # type: ignore[attr-defined]
            super()._add_tag(*parts)  # type: ignore[misc]

    def _end_published(self) -> None:
        """Dates are read as they are written, once, and by ``crawlers.text.dates``."""
        self.pop("published")  # type: ignore[attr-defined]

    _end_issued = _end_pubdate = _end_published

    def _end_updated(self) -> None:
        self.pop("updated")  # type: ignore[attr-defined]

    _end_modified = _end_lastbuilddate = _end_updated

    def _end_created(self) -> None:
        self.pop("created")  # type: ignore[attr-defined]

    def unknown_starttag(self, tag: str, attributes: Any) -> None:
        try:
            super().unknown_starttag(tag, attributes)  # type: ignore[misc]
        except ITEM_ERRORS as error:
            self._blame(tag, error)

    def unknown_endtag(self, tag: str) -> None:
        try:
            super().unknown_endtag(tag)  # type: ignore[misc]
        except ITEM_ERRORS as error:
            self._blame(tag, error)

    def handle_charref(self, reference: str) -> None:
        try:
            super().handle_charref(reference)  # type: ignore[misc]
        except ITEM_ERRORS as error:
            self._blame(f"&#{reference[:20]};", error)

    def _blame(self, what: str, error: Exception) -> None:
        number = self.sink.seen + len(self.entries)
        self.sink.blame(number, f"its part {what[:60]!r} cannot be read ({error!r:.120})")
