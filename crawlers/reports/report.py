"""PDF reports: the text of each page, as passages that can be watched one by one (REQUIREMENTS G1)."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from crawlers.identity import other_keys
from crawlers.reports.passage_title import passage_titles
from crawlers.reports.pdf_text import page_text
from crawlers.text.dates import parse_date, plausible
from crawlers.text.plain_text import title_text
from domain.addresses import canonical_url
from domain.errors import SourceUnreadable
from domain.language import UNKNOWN, language
from domain.mention import Channel, Entry, Mention

if TYPE_CHECKING:
    from pypdf import PdfReader

_log: Final = logging.getLogger(__name__)
MAX_PAGES: Final = 1500
"""Pages of one report that are read; of a longer one the log tells."""
_MAX_CHARACTERS: Final = 8_000_000
"""Characters of one report that are kept."""
_STREAM: Final = 16_000_000
"""Bytes that one stream may grow to when it is unpacked: a page of text needs a hundredth."""
_STEPS: Final = 400_000
"""Steps that reading one page may take."""
_DATE_LENGTH: Final = 60
"""Characters of a line of the first pages that may be the report's date."""
_FILE_NAME: Final = re.compile(r"[-_+\s]+")
_NO_TITLE: Final = re.compile(r"^(?:untitled.*|microsoft word.*|document\d*|.*\.(?:docx?|indd|pdf))$", re.IGNORECASE)

_INVITES: Final = re.compile(r"^(?:تحميل|تنزيل|حمل|اضغط|للاطلاع|اقرأ|عرض|download|read|view|open|pdf)\b", re.IGNORECASE)
"""A link that invites to open a report does not name it."""


def parse_report(body: bytes, entry: Entry, *, url: str, now: datetime | None = None) -> tuple[Mention, ...]:
    """One mention for each page that has text; key ``<canonical address>#page=<n>``, pages counted from 1.

    Raises ``SourceUnreadable`` for a damaged or locked file, and for one whose pages are pictures.
    """
    moment = now or datetime.now(UTC)
    reader, texts = _bounded(body, url)
    key = canonical_url(url) or entry.key
    hint = entry.hint_title
    title = hint if hint and not _INVITES.search(hint) else _title(reader, url)
    published = entry.hint_published_at or _created(reader, moment) or _written_date(texts, moment)
    spoken = language(" ".join(text[:1000] for text in texts[:5]))
    named = zip(texts, passage_titles(title, texts), strict=True)
    pages = [(number, text, name) for number, (text, name) in enumerate(named, 1) if text]
    if not pages:
        raise SourceUnreadable(f"{url} has no text: its pages are pictures", "have it transcribed and import it by hand")
    return tuple(
        Mention(
            key=f"{key}#page={number}",
            channel=Channel.REPORT,
            source_id=entry.source_id,
            outlet_id=entry.outlet_id,
            url=f"{url}#page={number}",
            title=name,
            text=text,
            fetched_at=moment,
            canonical_url=key,
            aliases=other_keys(f"{key}#page={number}", (f"{other}#page={number}" for other in (entry.key, *entry.aliases))),
            author=entry.hint_author,
            published_at=published,
            language="" if spoken == UNKNOWN else spoken,
            section=entry.hint_section,
            page=number,
        )
        for number, text, name in pages
    )


def _bounded(body: bytes, url: str) -> tuple[PdfReader, list[str]]:
    from pypdf import Configuration, apply_configuration

    limits = Configuration(
        zlib_maximum_output_length=_STREAM,
        lzw_maximum_output_length=_STREAM,
        run_length_maximum_output_length=_STREAM,
        array_based_stream_maximum_output_length=_STREAM,
        maximum_declared_stream_length=2 * _STREAM,
        stream_decoding_work_maximum_length=4 * _STREAM,
        stream_parsing_work_maximum_count=_STEPS,
    )
    with apply_configuration(limits):
        return _read(body, url)


def _read(body: bytes, url: str) -> tuple[PdfReader, list[str]]:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    broken = (PyPdfError, DependencyError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)
    try:
        reader = PdfReader(BytesIO(body), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceUnreadable(f"{url} is locked with a password", "import its text by hand")
        count = len(reader.pages)
    except broken as error:
        raise SourceUnreadable(f"{url} is a damaged PDF ({error!r:.200})", "it is tried again by itself") from error
    if count > MAX_PAGES:
        _log.warning("%s has %d pages: the first %d are read", url, count, MAX_PAGES)
    texts, failures, left = [], list[Exception](), _MAX_CHARACTERS
    for number in range(min(count, MAX_PAGES)):
        try:
            text = page_text(reader.pages[number])[:left]
        except broken as error:  # one bad page never costs the others
            failures.append(error)
            text = ""
        left -= len(text)
        texts.append(text)
    if failures and not any(texts):
        raise SourceUnreadable(f"{url} is a damaged PDF ({failures[0]!r:.200})", "it is tried again by itself") from failures[0]
    if failures:
        _log.warning("%s: %d of %d pages could not be read (%r)", url, len(failures), count, failures[0])
    return reader, texts


def _title(reader: PdfReader, url: str) -> str:
    named = title_text(str((reader.metadata.title if reader.metadata else "") or ""))
    if named and not _NO_TITLE.match(named):
        return named
    file_name = unquote(urlsplit(url).path.rsplit("/", 1)[-1]).removesuffix(".pdf").removesuffix(".PDF")
    return title_text(_FILE_NAME.sub(" ", file_name))


def _created(reader: PdfReader, now: datetime) -> datetime | None:
    try:
        created = reader.metadata.creation_date if reader.metadata else None
    except ValueError:
        return None
    if created is None:
        return None
    return plausible(created, now) if created.tzinfo else parse_date(created.isoformat(), now=now)


def _written_date(texts: Sequence[str], now: datetime) -> datetime | None:
    """A date that stands on a line of its own on the first pages."""
    lines = (line for text in texts[:3] for line in text.split("\n")[:40] if len(line) <= _DATE_LENGTH)
    return next(filter(None, (parse_date(line, now=now) for line in lines)), None)
