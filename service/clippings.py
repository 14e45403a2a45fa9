"""``rasd import mentions``: what no crawler reaches is entered from a file (REQUIREMENTS G1)."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.addresses import canonical_url
from domain.arabic import without_marks
from domain.errors import InputError
from domain.language import language
from domain.mention import Channel, Mention
from domain.outlet import Medium, Outlet
from domain.source import Discovery, Source, SourceKind, SourceState
from registry import inbox, outlets, sources
from service import pipeline
from service.wiring import Runtime

CLIPPINGS: Final = Source(id="clippings", kind=SourceKind.FEED, outlet_id="clippings", name="قصاصات", paused=True)
"""The source of everything entered by hand; it is never polled."""


def import_file(runtime: Runtime, file: Path) -> tuple[int, list[str]]:
    """Enter a file's rows, classify and register them; returns how many went in, and a sentence for each bad row.

    A clipping is kept whether or not a watch query matches: a person chose it.
    """
    mentions: dict[str, Mention] = {}
    problems: list[str] = []
    now = runtime.clock()
    for number, row in _rows(file):
        try:
            mention = _mention(_parse(row) if isinstance(row, str) else row, now, runtime.profile.calendar.timezone)
        except InputError as error:
            problems.append(f"line {number}: {error}")
        else:
            mentions[mention.key] = mention
    matched = dict.fromkeys(mentions, ("clippings",))
    discovery = Discovery(CLIPPINGS.id, SourceState(), mentions=tuple(mentions.values()))
    with runtime.database.transaction() as session:
        sources.save(session, CLIPPINGS, Outlet(CLIPPINGS.outlet_id, "قصاصات", "Clippings", Medium.OTHER))
        outlets.ensure(session, {mention.outlet_id for mention in mentions.values()})
        result = inbox.store_discovery(session, discovery, matched, now, runtime.secret)
    pipeline.advance(runtime)
    return len(result.new) + len(result.revised), problems


def _rows(file: Path) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Rows with their line numbers: of a CSV file as mappings, else lines of JSON still to be parsed."""
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read ({error})", "give the path of a UTF-8 file") from error
    if file.suffix == ".csv":
        yield from enumerate(csv.DictReader(text.splitlines()), 2)
        return
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, line


def _parse(line: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InputError(f"not JSON ({error})", "write one object a line") from error
    if not isinstance(row, dict):
        raise InputError("no JSON object", 'write {"title": "…", "text": "…"}')
    return row


def _mention(row: Mapping[str, Any], now: datetime, timezone: str) -> Mention:
    text = without_marks(str(row.get("text") or "")).strip()
    if not text:
        raise InputError("the text is missing", "every clipping needs a text")
    title = without_marks(str(row.get("title") or "")).strip()
    outlet = str(row.get("outlet") or CLIPPINGS.outlet_id)
    url = str(row.get("url") or "")
    canonical = canonical_url(url)
    if url and not canonical:
        raise InputError(f"«{url}» is no web address", "write it as https://…, or leave it out")
    try:
        channel = Channel(row.get("channel") or "press")
    except ValueError as error:
        raise InputError(f"the channel «{row['channel']}» is not known", "use press, social, report or other") from error
    digest = hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()
    return Mention(
        key=canonical or f"{outlet}:{digest}",
        channel=channel,
        source_id=CLIPPINGS.id,
        outlet_id=outlet,
        url=url,
        canonical_url=canonical,
        title=title,
        text=text,
        author=str(row.get("author") or ""),
        published_at=_published(row.get("published_at"), timezone),
        fetched_at=now,
        language=language(f"{title} {text}"),
    )


def _published(value: object, timezone: str) -> datetime | None:
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise InputError(f"published_at is «{value}»", "write it as 2026-11-21 or 2026-11-21T07:30") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)
