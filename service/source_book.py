"""``rasd sources``: finding, adding, checking, and files of sources."""

from __future__ import annotations

import asyncio
import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from lxml import etree

from domain.errors import InputError
from domain.outlet import AnswerChannel, Medium, Outlet
from domain.profile import Profile
from domain.source import Source, SourceKind
from registry import sources
from registry.database import Database
from service.settings import Settings
from service.wiring import crawl_settings

if TYPE_CHECKING:
    from crawlers.find import Preview

_FIELDS: Final = ("id", "kind", "name", "outlet", "url", "query", "interval_minutes", "article_links", "body", "timezone")


def add(database: Database, settings: Settings, profile: Profile, url: str, *, name: str, minutes: float) -> list[Source]:
    """Find what stands behind an address and save it; X for ``@handle`` and ``x:query``.

    Raises ``InputError`` or ``SourceError``.
    """
    found = _social(url) or asyncio.run(_find(settings, profile, url))
    saved = [replace(source, name=name or source.name, interval=timedelta(minutes=minutes)) for source in found]
    with database.transaction() as session:
        for source in saved:
            sources.save(session, source, outlet_of(source))
    return saved


def _social(text: str) -> list[Source]:
    if re.fullmatch(r"@\w{1,15}", text):
        handle = text[1:]
        return [Source(f"x-mentions-{handle.lower()}", SourceKind.X_MENTIONS, "x", f"X {text}", query=handle)]
    if text.startswith("x:"):
        query = text[2:].strip()
        if not query or len(query) > 512:
            raise InputError(f"a search on X of {len(query)} characters", "X takes 1 to 512")
        slug = re.sub(r"\W+", "-", query.lower()).strip("-")[:40]
        return [Source(f"x-search-{slug}", SourceKind.X_SEARCH, "x", f"X {query}", query=query)]
    return []


async def _find(settings: Settings, profile: Profile, url: str) -> list[Source]:
    from crawlers import reactor
    from crawlers.find import find_sources

    reactor.install()
    return await find_sources(url, crawl_settings(settings, profile))


def outlet_of(source: Source) -> Outlet:
    """A first directory entry for a new source's outlet; the console completes it."""
    if source.kind.is_social:
        return Outlet("x", "إكس", "X", Medium.SOCIAL, home_url="https://x.com", answer_channel=AnswerChannel.X_REPLY)
    parts = urlsplit(source.url)
    medium = Medium.ORGANISATION if source.kind is SourceKind.PDF_REPORT else Medium.NEWSPAPER
    return Outlet(source.outlet_id, source.name, medium=medium, home_url=f"{parts.scheme}://{parts.netloc}/")


def check(settings: Settings, profile: Profile, url: str) -> list[dict[str, Any]]:
    """What stands behind an address, with a preview of items for each source found; nothing is saved."""

    async def look() -> list[Preview]:
        crawl = crawl_settings(settings, profile)
        return [await check_source(source, crawl) for source in await _find(settings, profile, url)]

    from crawlers.find import check_source

    return [_preview(preview) for preview in asyncio.run(look())]


def _preview(preview: Preview) -> dict[str, Any]:
    failure = preview.failure
    return {
        "kind": preview.source.kind.value,
        "url": preview.source.url,
        "name": preview.source.name,
        "announced": preview.announced,
        "items": [
            {
                "title": item.title,
                "url": item.url,
                "published_at": item.published_at,
                "author": item.author,
                "characters": len(item.text),
            }
            for item in preview.mentions
        ],
        "problems": [f"{problem.where}: {problem.reason}" for problem in preview.problems]
        + ([f"{failure.reason}; {failure.remedy}"] if failure else []),
    }


def import_file(database: Database, file: Path) -> tuple[int, list[str]]:
    """Add every source of an OPML, TOML or CSV file; returns how many, and a sentence for each row that cannot be used."""
    good: list[Source] = []
    problems: list[str] = []
    for where, row in _rows(file):
        try:
            good.append(_source(row))
        except InputError as error:
            problems.append(f"{where}: {error}")
    with database.transaction() as session:
        for source in good:
            sources.save(session, source, outlet_of(source))
    return len(good), problems


def _rows(file: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        data = file.read_bytes()
        match file.suffix.lower():
            case ".csv":
                for number, line in enumerate(csv.DictReader(data.decode("utf-8-sig").splitlines()), 2):
                    yield f"line {number}", line
            case ".toml":
                for number, table in enumerate(tomllib.loads(data.decode("utf-8")).get("source", []), 1):
                    yield f"[[source]] number {number}", table
            case ".opml" | ".xml":
                safe = etree.XMLParser(resolve_entities=False, no_network=True)
                outlines = etree.fromstring(data, safe).iter("outline")
                for number, outline in enumerate((each for each in outlines if each.get("xmlUrl")), 1):
                    name = outline.get("title") or outline.get("text") or ""
                    yield f"outline {number}", {"url": outline.get("xmlUrl"), "name": name, "kind": "feed"}
            case suffix:
                raise InputError(f"{file}: files ending in «{suffix}» are not read", "give .opml, .toml or .csv")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, etree.XMLSyntaxError) as error:
        raise InputError(f"{file}: cannot be read ({error})", "correct the file") from error


def _source(row: Mapping[str, Any]) -> Source:
    value = {key: str(row.get(key) or "").strip() for key in _FIELDS}
    try:
        kind = SourceKind(value["kind"] or "feed")
    except ValueError as error:
        raise InputError(f"the kind «{value['kind']}» is not known", f"use one of: {', '.join(SourceKind)}") from error
    if kind.is_social:
        if not value["query"]:
            raise InputError(f"a source of kind {kind} needs a query", "fill in the column query")
        given = _social(f"@{value['query'].lstrip('@')}" if kind is SourceKind.X_MENTIONS else f"x:{value['query']}")
        if not given:
            raise InputError(f"«{value['query']}» is no handle", "write it as @MofCare")
        source = given[0]
    else:
        host = urlsplit(value["url"]).netloc
        if urlsplit(value["url"]).scheme not in ("http", "https") or not host:
            raise InputError(f"«{value['url']}» is no web address", "write it as https://…")
        slug = re.sub(r"\W+", "-", f"{host}{urlsplit(value['url']).path}".lower()).strip("-")[:80]
        source = Source(slug, kind, value["outlet"] or host, value["name"] or host, url=value["url"])
    return replace(
        source,
        id=value["id"] or source.id,
        name=value["name"] or source.name,
        interval=_interval(value["interval_minutes"]),
        article_links=value["article_links"],
        body=value["body"],
        timezone=value["timezone"] or source.timezone,
    )


def _interval(text: str) -> timedelta:
    try:
        minutes = float(text or 10)
    except ValueError as error:
        raise InputError(f"interval_minutes is «{text}»", "give a number") from error
    if not 0.1 <= minutes <= 7 * 24 * 60:
        raise InputError(f"interval_minutes is {text}", "give 0.1 to 10080")
    return timedelta(minutes=minutes)


def export_file(database: Database, file: Path) -> int:
    """Write every source to an OPML, TOML or CSV file; returns how many (OPML carries feeds alone)."""
    with database.reading() as session:
        rows = [_row(view.source) for view in sources.all_sources(session)]
    match file.suffix.lower():
        case ".csv":
            with file.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, fieldnames=_FIELDS)
                writer.writeheader()
                writer.writerows(rows)
        case ".toml":
            tables = (
                "[[source]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in row.items() if value) for row in rows
            )
            file.write_text("\n".join(tables), encoding="utf-8")
        case ".opml" | ".xml":
            rows = [row for row in rows if row["kind"] == SourceKind.FEED]
            file.write_bytes(_opml(rows))
        case suffix:
            raise InputError(f"{file}: files ending in «{suffix}» are not written", "name it .opml, .toml or .csv")
    return len(rows)


def _row(source: Source) -> dict[str, str]:
    return {
        "id": source.id,
        "kind": source.kind.value,
        "name": source.name,
        "outlet": source.outlet_id,
        "url": source.url,
        "query": source.query,
        "interval_minutes": f"{source.interval.total_seconds() / 60:g}",
        "article_links": source.article_links,
        "body": source.body,
        "timezone": source.timezone,
    }


def _toml(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return f'"{escaped}"'


def _opml(rows: list[dict[str, str]]) -> bytes:
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Rasd"
    body = etree.SubElement(root, "body")
    for row in rows:
        etree.SubElement(body, "outline", type="rss", text=row["name"], title=row["name"], xmlUrl=row["url"])
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))
