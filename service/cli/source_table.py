"""``rasd sources list``: each source with what it brings and costs, as columns or as mappings for a program. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from registry.source_views import SourceUsage
    from registry.views import SourceView

_NUMBERS: Final = range(7, 13)
_HEAD: Final = (
    "ID", "KIND", "HEALTH", "LAST ITEM", "LAST SUCCESS", "NEXT POLL", "OUTLET",
    "FAILS", "7 DAYS", "USUAL/DAY", "THIN", "REQ/DAY", "MB/DAY", "WHERE",
)  # fmt: skip


def as_lines(rows: Sequence[tuple[SourceView, SourceUsage]], now: datetime) -> list[str]:
    """Columns in step, times in UTC; why a source fails, where it moved and how it is paced stand on lines of their own."""
    table = [_HEAD, *(_columns(view, usage, now) for view, usage in rows)]
    widths = [max(_width(row[place]) for row in table) for place in range(len(_HEAD))]
    lines = [_in_step(_HEAD, widths)]
    for (view, _), row in zip(rows, table[1:], strict=True):
        lines += [_in_step(row, widths), *(f"    {note}" for note in _notes(view))]
    return lines


def as_mapping(view: SourceView, usage: SourceUsage) -> dict[str, object]:
    """One source for another program. Sizes in bytes; ``usual_per_day`` is null before anything is known."""
    source = view.source
    return {
        "id": source.id,
        "kind": source.kind,
        "name": source.name,
        "outlet": source.outlet_id,
        "url": source.url,
        "query": source.query,
        "interval_seconds": source.interval.total_seconds(),
        "pace_seconds": view.state.pace or None,
        "floor_per_day": source.floor_per_day,
        "paused": source.paused,
        "health": view.health,
        "items": view.items,
        "failures": view.failures,
        "reason": view.reason,
        "moved_to": view.state.moved_to,
        "last_checked_at": view.last_checked_at,
        "last_success_at": view.last_success_at,
        "last_item_at": view.last_item_at,
        "next_poll_at": view.next_poll_at,
        "items_7_days": usage.items,
        "items_by_day": list(usage.by_day),
        "usual_per_day": usage.usual,
        "polls_7_days": usage.polls,
        "unchanged_7_days": usage.unchanged,
        "failed_7_days": usage.failed,
        "pages_7_days": usage.pages,
        "thin_7_days": usage.thin,
        "requests_per_day": usage.requests_per_day,
        "bytes_per_day": usage.bytes_per_day,
    }


def _columns(view: SourceView, usage: SourceUsage, now: datetime) -> tuple[str, ...]:
    return (
        view.source.id,
        view.source.kind.value,
        view.health.value,
        _minute(view.last_item_at),
        _minute(view.last_success_at),
        "-" if view.source.paused else _next(view.next_poll_at, now),
        view.outlet_name,
        str(view.failures),
        str(usage.items),
        "-" if usage.usual is None else f"{usage.usual:.1f}",
        f"{usage.thin / usage.pages:.0%}" if usage.pages else "-",
        f"{usage.requests_per_day:.0f}",
        f"{usage.bytes_per_day / 1e6:.2f}",
        view.source.url or view.source.query,
    )


def _notes(view: SourceView) -> Iterable[str]:
    if view.failures and view.reason:
        yield f"fails: {view.reason}"
    if view.state.moved_to:
        yield f"moved to: {view.state.moved_to}"
    if 0 < view.state.pace < view.source.interval.total_seconds():
        yield f"polled every {view.state.pace:.0f} s instead of {view.source.interval.total_seconds():.0f} s: it moves fast"


def _in_step(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = []
    for place, cell in enumerate(row):
        blank = " " * (widths[place] - _width(cell))
        cells.append(f"{blank}{cell}" if place in _NUMBERS else f"{cell}{blank}")
    return "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """Places that a text takes in a terminal: marks take none, wide letters two."""
    shown = (each for each in text if unicodedata.category(each) not in ("Mn", "Me", "Cf"))
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in shown)


def _next(at: datetime | None, now: datetime) -> str:
    return "now" if at is None or at <= now else _minute(at)


def _minute(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%MZ}" if at else "never"
