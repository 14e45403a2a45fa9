"""The drawing of the table of moves says what the table says."""

from __future__ import annotations

import re

import pytest

from domain.case import MOVES, CasePath, CaseState, CaseStatus
from domain.case_drawing import draw
from domain.messages import label


@pytest.fixture(scope="module")
def page() -> str:
    return draw()


def _of(page: str, path: CasePath) -> str:
    found = re.search(rf"^## [^\n]+\(`{path}`\)\n(.*?)(?=^## )", page, re.MULTILINE | re.DOTALL)
    assert found, path
    return found[1]


@pytest.mark.parametrize("path", CasePath)
def test_each_arrow_is_a_move_and_each_move_an_arrow(page: str, path: CasePath) -> None:
    arrows = set(re.findall(r"^    (\w+) --> (\w+): (\w+)$", _of(page, path), re.MULTILINE))
    assert arrows
    shown = set(re.findall(r"^    state .* as (\w+)$", _of(page, path), re.MULTILINE))
    assert arrows == {
        (source, move.target, kind)
        for kind, move in MOVES.items()
        for source in move.sources
        if path in move.paths and move.target not in (None, CaseStatus.MERGED) and {source, move.target} <= shown
    }


@pytest.mark.parametrize("path", CasePath)
def test_conditions_stand_where_they_can_refuse(page: str, path: CasePath) -> None:
    (row,) = re.findall(r"^\| `closed` \|.*$", _of(page, path), re.MULTILINE)
    guard = MOVES["closed"].guards[0]  # type: ignore[index]
    assert (guard.says in row) == (not guard.holds(CaseState(CaseStatus.SOLVED, path=path)))


def test_every_move_and_status_is_there_with_its_words(page: str) -> None:
    for kind in MOVES:
        assert f"| `{kind}` | {label(kind)} |" in page
    for status in CaseStatus:
        assert f"| `{status}` | {label(status)} |" in page


def test_every_row_of_a_table_has_its_columns(page: str) -> None:
    width = 0
    for line in page.splitlines():
        if not line.startswith("|"):
            width = 0
        else:
            width = width or line.count("|")
            assert line.count("|") == width, line
