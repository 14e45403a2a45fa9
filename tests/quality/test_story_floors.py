"""What the stories may not fall below, on sets of printings and traps (REQUIREMENTS G5). Floors only rise."""

from __future__ import annotations

import pytest

from registry.database import Database
from tests.quality.stories.bcubed import bcubed, place, read_set


@pytest.mark.parametrize("batch", [500, 7])
@pytest.mark.parametrize(("name", "floor"), [("syndication", 0.95), ("development", 0.98)])
def test_stories_hold_their_floor(sqlite_database: Database, name: str, floor: float, batch: int) -> None:
    items = read_set(name)
    true = {item.id: item.story for item in items}
    precision, recall, f1 = bcubed(true, place(sqlite_database, items, batch))
    assert f1 >= floor, f"precision {precision:.3f}, recall {recall:.3f}"


def test_the_figure_counts_what_it_should() -> None:
    true = {"a": 1, "b": 1, "c": 2, "d": 2}
    assert bcubed(true, true) == (1.0, 1.0, 1.0)
    precision, recall, _ = bcubed(true, dict.fromkeys(true, 0))
    assert (precision, recall) == (0.5, 1.0)
    precision, recall, _ = bcubed(true, {item: item for item in true})
    assert (precision, recall) == (1.0, 0.5)
