"""What ``rasd sources add`` and ``check`` show: everything that was found with its reason, and a preview of the first items."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import typer

if TYPE_CHECKING:
    from crawlers.finding.candidates import Finding
    from crawlers.finding.preview import Preview
    from domain.mention import Mention
    from domain.source import Source
    from service.source_book import Look

WORDS: Final = 12
"""First words of an item that a preview shows."""


def print_look(seen: Look) -> None:
    """For a person, on standard output."""
    for line in _lines(seen):
        typer.echo(line)


def as_rows(seen: Look) -> list[dict[str, Any]]:
    """For another program: one mapping for each candidate, those that are taken first, with the items of their preview."""
    if seen.found is None:
        return [_row_of_source(source) for source in seen.sources]
    previews = {preview.source.id: preview for preview in seen.previews}
    chosen = {source.id for source in seen.sources}
    return [_row(finding, previews.get(finding.source.id), finding.source.id in chosen) for finding in seen.found.findings]


def _row_of_source(source: Source) -> dict[str, Any]:
    return {"kind": source.kind.value, "url": source.url, "query": source.query, "name": source.name, "taken": True, "items": []}


def _row(finding: Finding, preview: Preview | None, is_taken: bool) -> dict[str, Any]:
    candidate = finding.candidate
    problems = [f"{problem.where}: {problem.reason}" for problem in preview.problems] if preview else []
    return {
        "id": finding.source.id,
        "kind": finding.source.kind.value,
        "url": finding.source.url,
        "name": finding.source.name,
        "found": candidate.way.value,
        "taken": is_taken,
        "reason": finding.sentence,
        "announced": candidate.size,
        "newest": candidate.newest,
        "items": [_item(mention) for mention in preview.mentions] if preview else [],
        "problems": problems,
    }


def _item(mention: Mention) -> dict[str, Any]:
    return {
        "title": mention.title,
        "url": mention.url,
        "published_at": mention.published_at,
        "author": mention.author,
        "section": mention.section,
        "opening": _opening(mention),
        "characters": len(mention.text),
        "access": mention.access.value,
        "image": bool(mention.image_url),
    }


def _lines(seen: Look) -> Iterator[str]:
    if seen.found is None:
        return
    chosen = {source.id for source in seen.sources}
    yield f"{seen.site}: {len(seen.found.findings)} found, {len(chosen)} taken, {seen.found.cost.requests} requests"
    for finding in seen.found.findings:
        yield _finding_line(finding, finding.source.id in chosen)
    for preview in seen.previews:
        yield ""
        yield f"{preview.source.name} ({preview.announced} items)"
        for mention in preview.mentions:
            yield from _mention_lines(mention)
        for problem in preview.problems:
            yield f"  problem: {problem.where}: {problem.reason}"
    yield ""


def _finding_line(finding: Finding, is_taken: bool) -> str:
    candidate = finding.candidate
    newest = f"newest {_minute(candidate.newest)}" if candidate.newest else ""
    items = f"{candidate.size} items" if candidate.size else ""
    facts = (finding.source.kind.value, finding.source.url, candidate.way.value, items, newest, finding.sentence)
    return ("+ " if is_taken else "- ") + " | ".join(filter(None, facts))


def _mention_lines(mention: Mention) -> Iterator[str]:
    yield f"  {mention.title}"
    picture = "with image" if mention.image_url else "no image"
    date = _minute(mention.published_at) if mention.published_at else "no date"
    size = f"{len(mention.text)} characters"
    yield "    " + " | ".join(filter(None, (date, mention.author, mention.section, size, mention.access.value, picture)))
    yield f"    {_opening(mention)}"
    yield f"    {mention.url}"


def _opening(mention: Mention) -> str:
    words = mention.text.split()
    return " ".join(words[:WORDS]) + (" …" if len(words) > WORDS else "")


def _minute(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%MZ}" if at else ""
