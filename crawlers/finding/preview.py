"""What a source yields, shown before it is saved (``rasd sources add``, ``check``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crawlers.finding.candidates import Found
from crawlers.gather import Gatherer
from crawlers.pages import Announced
from domain.mention import Mention
from domain.source import CrawlSettings, Fetched, ItemProblem, Source

PREVIEW: Final = 5
"""Items that a check shows at most."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a source yields today: the first items, and what could not be read."""

    source: Source
    mentions: tuple[Mention, ...] = ()
    announced: int = 0
    """How many items the source announced in all."""
    problems: tuple[ItemProblem, ...] = ()


async def preview_of(
    found: Found, settings: CrawlSettings, sources: Sequence[Source] = (), *, gatherer: Gatherer | None = None
) -> list[Preview]:
    """Five items in all of the taken sources (or of ``sources``), read as they will be; the first source gives most."""
    wanted = {source.id for source in sources or found.sources}
    chosen = [finding for finding in found.findings if finding.source.id in wanted]
    gatherer = gatherer or Gatherer(settings)
    previews = []
    for place, finding in enumerate(chosen):
        share = PREVIEW // max(1, len(chosen)) + (PREVIEW % max(1, len(chosen)) if place == 0 else 0)
        previews.append(await _preview(gatherer, finding.source, finding.candidate.announced, share))
    return previews


async def _preview(gatherer: Gatherer, source: Source, announced: Announced, share: int) -> Preview:
    problems = list(announced.problems)
    wanted = announced.entries[: max(0, share - len(announced.mentions))]
    fetched: dict[str, tuple[Mention, ...]] = {}
    gatherer.remember([source])
    async for result in gatherer.fetch(wanted):
        if isinstance(result, Fetched):
            fetched[result.entry.key] = result.mentions
        else:
            problems.append(ItemProblem(source.id, result.entry.url, result.reason))
    mentions = [*announced.mentions[:share], *(each for entry in wanted for each in fetched.get(entry.key, ()))]
    size = len(announced.mentions) + len(announced.entries)
    return Preview(source, tuple(mentions[:share]), size, tuple(problems))
