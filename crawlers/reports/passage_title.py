"""What a page of a report is called: by its own heading, else by its number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from crawlers.text.plain_text import MAX_TITLE
from domain.arabic import normalise
from domain.language import language

_LOOKED_AT: Final = 4
"""Lines of a page among which its heading is looked for."""
_SHORTEST: Final = 6
_LONGEST: Final = 90
_REPEATED: Final = 3
"""Pages on which a line stands from which it is a running title."""
_ENDS: Final = re.compile(r"[.،,:;؛؟!…]$")
_LETTERS: Final = re.compile(r"[^\W\d_]")


def passage_titles(report: str, pages: Sequence[str]) -> tuple[str, ...]:
    """A title for each page: the report's and the page's heading, or the report's and the page's number (counted from 1).

    A line that stands on several pages is the running title and no heading.
    """
    openings = [[line.strip() for line in page.split("\n", 2 * _LOOKED_AT)[:_LOOKED_AT]] for page in pages]
    counted = Counter(line for lines in openings for line in {_bare(line) for line in lines})
    running = {line for line, count in counted.items() if count >= _REPEATED} | {_bare(report), ""}
    pairs = zip(openings, pages, strict=True)
    return tuple(_title(report, number, lines, running, page) for number, (lines, page) in enumerate(pairs, 1))


def _title(report: str, number: int, lines: Sequence[str], running: set[str], page: str) -> str:
    heading = next((line for line in lines if _bare(line) not in running and len(_LETTERS.findall(line)) >= _SHORTEST), "")
    if not _is_heading(heading, page):
        word = "ص" if language(f"{report} {page[:500]}") == "ar" else "p."
        return f"{report[: MAX_TITLE - 12]} ({word} {number})".strip()
    return f"{report} - {heading}"[:MAX_TITLE] if report else heading


def _is_heading(line: str, page: str) -> bool:
    """A short line that ends no sentence and is not the whole page."""
    return _SHORTEST <= len(line) <= _LONGEST and _ENDS.search(line) is None and len(page) > 2 * len(line)


def _bare(text: str) -> str:
    return "".join(character for character in normalise(text) if character.isalpha())
