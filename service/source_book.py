"""``rasd sources``: finding, adding and checking sources, and taking them from files."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from domain.addresses import canonical_url
from domain.errors import InputError
from domain.outlet import AnswerChannel, Medium, Outlet
from domain.profile import Profile
from domain.source import CrawlSettings, Source, SourceKind
from registry import outlets, sources
from registry.database import Database
from service.settings import Settings
from service.source_files import read_file, write_file
from service.source_rows import Row, handle_source, search_source, to_source, to_values
from service.wiring import crawl_settings

if TYPE_CHECKING:
    from sqlmodel import Session

    from crawlers.finding.candidates import Found
    from crawlers.finding.preview import Preview

DEFAULT_MINUTES: Final = 10.0
"""Minutes between two polls of a source where nobody says otherwise."""


@dataclass(frozen=True)
class Look:
    """What stands behind an address, and what it would bring; nothing is saved yet. For X there is nothing to look at."""

    address: str
    sources: tuple[Source, ...]
    found: Found | None = None
    previews: tuple[Preview, ...] = ()
    site: str = ""


@dataclass
class ImportReport:
    """What came of a file of sources. ``notes`` are for information, ``problems`` are rows that were not taken."""

    added: int = 0
    updated: int = 0
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def look(settings: Settings, profile: Profile, address: str, *, everything: bool = False) -> Look:
    """Find what stands behind an address, with a preview of five items; X for ``@handle`` and ``x:query``.

    ``everything`` takes all that is usable, not only what is needed. Raises ``InputError`` or ``SourceError``.
    """
    social = _social(address)
    if social is not None:
        return Look(address, (social,))
    return asyncio.run(_look(crawl_settings(settings, profile), address, everything))


async def _look(crawl: CrawlSettings, address: str, everything: bool) -> Look:
    from crawlers import reactor
    from crawlers.finding.preview import preview_of
    from crawlers.finding.search import find_sources
    from crawlers.gather import Gatherer

    reactor.install()
    gatherer = Gatherer(crawl)
    found = await find_sources(address, crawl, gatherer=gatherer)
    chosen = tuple(finding.source for finding in found.usable) if everything else found.sources
    return Look(address, chosen, found, tuple(await preview_of(found, crawl, chosen, gatherer=gatherer)), found.site)


def _social(text: str) -> Source | None:
    if text.startswith("@"):
        return handle_source(text)
    return search_source(text[2:]) if text.startswith("x:") else None


def save(database: Database, seen: Look, *, name: str = "", minutes: float | None = None) -> list[tuple[Source, bool]]:
    """Save what was looked at; each source with whether it is new.

    One that is watched already keeps its settings, except those that are named now.
    """
    saved: list[tuple[Source, bool]] = []
    with database.transaction() as session:
        known = _Known(session)
        for source in seen.sources:
            before = known.of(source)
            kept = before or replace(source, interval=timedelta(minutes=DEFAULT_MINUTES))
            kept = replace(kept, interval=timedelta(minutes=minutes)) if minutes is not None else kept
            kept = replace(kept, name=_renamed(source.name, seen.site, name)) if name else kept
            saved.append((_write(session, kept, outlet_of(kept, name or seen.site)), before is None))
    return saved


def _renamed(found: str, site: str, name: str) -> str:
    """A section's name with the outlet's as the person gave it."""
    section = found.removeprefix(f"{site}: ")
    return f"{name}: {section}" if section != found and section else name


def outlet_of(source: Source, name: str = "") -> Outlet:
    """A first directory entry for a new source's outlet; people complete it."""
    if source.kind.is_social:
        return Outlet("x", "إكس", "X", Medium.SOCIAL, home_url="https://x.com", answer_channel=AnswerChannel.X_REPLY)
    parts = urlsplit(source.url)
    medium = Medium.ORGANISATION if source.kind is SourceKind.PDF_REPORT else Medium.NEWSPAPER
    return Outlet(source.outlet_id, name or source.name, medium=medium, home_url=f"{parts.scheme}://{parts.netloc}/")


def _write(session: Session, source: Source, proposed: Outlet, *, outlet_is_named: bool = False) -> Source:
    """Save a source under its outlet's entry in the directory, which is never overwritten."""
    own = outlets.find(session, proposed.id)
    outlet = (own or proposed) if outlet_is_named else outlets.matched(session, proposed)
    source = replace(source, outlet_id=outlet.id)
    sources.save(session, source, outlet)
    return source


class _Known:
    """The sources that are watched, by their id and by what they read."""

    def __init__(self, session: Session) -> None:
        self._by_id = {view.source.id: view.source for view in sources.all_sources(session)}
        self._by_place = {_place(source): source for source in self._by_id.values()}

    def of(self, source: Source) -> Source | None:
        """The source that reads the same, under whatever id."""
        return self._by_place.get(_place(source))

    def with_id(self, source_id: str) -> Source | None:
        """The source of this id."""
        return self._by_id.get(source_id)

    def add(self, source: Source) -> None:
        """Remember one that was just saved."""
        self._by_id[source.id] = self._by_place[_place(source)] = source


def _place(source: Source) -> tuple[SourceKind, str]:
    """What a source reads: the same by http and https, with www and without."""
    address = canonical_url(source.url).partition("://")[2].removeprefix("www.") or source.url
    return source.kind, source.query.casefold() if source.kind.is_social else address


def import_file(database: Database, file: Path) -> ImportReport:
    """Add every source of an OPML, TOML or CSV file: the good rows go in, each other one is a problem with its line and remedy.

    Rows that read the same are taken once. Raises ``InputError`` where the file as a whole cannot be read.
    """
    read = read_file(file)
    report = ImportReport(notes=list(read.notes))
    lines: dict[tuple[SourceKind, str], str] = {}
    with database.transaction() as session:
        known = _Known(session)
        for row in read.rows:
            try:
                source = to_source(row)
            except InputError as error:
                report.problems.append(f"{row.where}: {error}")
                continue
            if _place(source) in lines:
                report.notes.append(f"{row.where}: the same as {lines[_place(source)]}, taken once")
                continue
            lines[_place(source)] = row.where
            _take(session, known, row, source, report)
    return report


def _take(session: Session, known: _Known, row: Row, source: Source, report: ImportReport) -> None:
    """Save one row. What is watched already keeps what the row does not say."""
    before = known.of(source)
    if before is None and not row.values.get("id") and known.with_id(source.id) is not None:
        source = replace(source, id=_free_id(source.id, known))
    before = before or known.with_id(source.id)
    if before is not None:
        if before.id != source.id:
            report.notes.append(f"{row.where}: watched already as «{before.id}», which is updated")
        said = {name: value for name, value in row.values.items() if value.strip()}
        source = to_source(replace(row, values={**to_values(before), **said, "id": before.id}))
    report.added += before is None
    report.updated += before is not None
    known.add(_write(session, source, outlet_of(source), outlet_is_named=bool(row.values.get("outlet")) or before is not None))


def _free_id(wanted: str, known: _Known) -> str:
    number = 2
    while known.with_id(f"{wanted}-{number}") is not None:
        number += 1
    return f"{wanted}-{number}"


def export_file(database: Database, file: Path) -> int:
    """Write every source to an OPML, TOML or CSV file; returns how many. Nothing that ``import_file`` reads is lost."""
    with database.reading() as session:
        rows: Sequence[dict[str, str]] = [to_values(view.source) for view in sources.all_sources(session)]
    write_file(file, rows)
    return len(rows)
