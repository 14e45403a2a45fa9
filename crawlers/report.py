"""PDF reports: the text of each page, as passages that can be watched one by one (REQUIREMENTS G1)."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from crawlers.dates import parse_date, plausible
from crawlers.identity import other_keys
from crawlers.pdf_text import page_text
from crawlers.plain_text import title_text
from domain.addresses import canonical_url
from domain.errors import SourceUnreadable
from domain.language import UNKNOWN, language
from domain.mention import Channel, Entry, Mention

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_PAGES: Final = 600
"""Pages of one report that are read."""
_FILE_NAME: Final = re.compile(r"[-_+\s]+")
_NO_TITLE: Final = re.compile(r"^(?:untitled.*|microsoft word.*|document\d*|.*\.(?:docx?|indd|pdf))$", re.IGNORECASE)

_INVITES: Final = re.compile(r"^(?:تحميل|تنزيل|حمل|اضغط|للاطلاع|اقرأ|عرض|download|read|view|open|pdf)\b", re.IGNORECASE)
"""A link that invites to open a report does not name it."""


def parse_report(body: bytes, entry: Entry, *, url: str, now: datetime | None = None) -> tuple[Mention, ...]:
    """One mention for each page that has text; key ``<canonical address>#page=<n>``, pages counted from 1.

    Raises ``SourceUnreadable`` for a damaged or locked file, and for one whose pages are pictures.
    """
    moment = now or datetime.now(UTC)
    reader, texts = _read(body, url)
    key = canonical_url(url) or entry.key
    hint = entry.hint_title
    title = hint if hint and not _INVITES.search(hint) else _title(reader, url)
    published = entry.hint_published_at or _created(reader, moment)
    spoken = language(" ".join(text[:1000] for text in texts[:5]))
    pages = [(number, text) for number, text in enumerate(texts, 1) if text]
    if not pages:
        raise SourceUnreadable(f"{url} has no text: its pages are pictures", "have it transcribed and import it by hand")
    return tuple(
        Mention(
            key=f"{key}#page={number}",
            channel=Channel.REPORT,
            source_id=entry.source_id,
            outlet_id=entry.outlet_id,
            url=f"{url}#page={number}",
            title=title,
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
        for number, text in pages
    )


def _read(body: bytes, url: str) -> tuple[PdfReader, list[str]]:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(BytesIO(body), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceUnreadable(f"{url} is locked with a password", "import its text by hand")
        return reader, [page_text(page) for page in reader.pages[:MAX_PAGES]]
    except (PyPdfError, DependencyError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise SourceUnreadable(f"{url} is a damaged PDF ({error!r:.200})", "it is tried again by itself") from error


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
