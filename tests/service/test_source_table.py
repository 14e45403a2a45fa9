"""The columns of ``rasd sources list``."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from domain.source import Source, SourceKind, SourceState
from registry.source_views import SourceUsage
from registry.views import Health, SourceView
from service.cli.source_table import as_lines, as_mapping

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PAPER = SourceView(
    Source("paper", SourceKind.FEED, "paper", "الصحيفة", "https://paper.example/rss"),
    SourceState(pace=120, moved_to="https://paper.example/new"),
    "الصحيفة",
    Health.FAILING,
    items=900,
    failures=3,
    reason="https://paper.example/rss answered 503",
    next_poll_at=NOW + timedelta(hours=1),
    last_success_at=NOW - timedelta(days=1),
    last_item_at=NOW - timedelta(days=2),
)
SEARCH = SourceView(
    Source("x-search", SourceKind.X_SEARCH, "x", "بحث", query="وزارة", paused=True), SourceState(), "X", Health.PAUSED
)
USAGE = SourceUsage(
    (1, 2, 3), 6, 2.25, polls=10, unchanged=4, failed=3, pages=40, thin=10, requests_per_day=71.4, bytes_per_day=3.46e6
)


def test_columns_stand_in_step_and_say_why() -> None:
    head, paper, fails, moved, pace, search = as_lines([(PAPER, USAGE), (SEARCH, SourceUsage())], NOW)
    for name, value in (("HEALTH", "failing"), ("LAST ITEM", "2026-11-19 09:00Z"), ("NEXT POLL", "2026-11-21 10:00Z")):
        assert paper.index(value) == head.index(name)
    for value in ("  3  ", "  6  ", " 2.2 ", " 25% ", " 71 ", " 3.46 "):
        assert value in paper
    assert fails == "    fails: https://paper.example/rss answered 503"
    assert moved == "    moved to: https://paper.example/new"
    assert pace.startswith("    polled every 120 s instead of 600 s")
    assert search.index("paused") == head.index("HEALTH")
    assert search.endswith("وزارة")


def test_a_program_gets_the_same_as_json() -> None:
    row = json.loads(json.dumps(as_mapping(PAPER, USAGE), default=str))
    assert (row["health"], row["items"], row["items_7_days"], row["usual_per_day"]) == ("failing", 900, 6, 2.25)
    assert (row["pages_7_days"], row["thin_7_days"], row["pace_seconds"], row["moved_to"]) == (
        40,
        10,
        120,
        "https://paper.example/new",
    )
    assert as_mapping(SEARCH, SourceUsage())["usual_per_day"] is None
