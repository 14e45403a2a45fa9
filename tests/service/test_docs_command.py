"""``rasd docs``: the pages that are drawn from the code are those in the repository."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from domain.errors import InputError
from service.cli import app

PAGE = Path(__file__).parents[2] / "docs" / "cases.md"


def test_the_page_of_the_paths_is_what_the_table_of_moves_says(tmp_path: Path) -> None:
    printed = CliRunner().invoke(app, ["docs", "cases"])
    assert printed.exit_code == 0
    assert printed.stdout == PAGE.read_text("utf-8"), "run «rasd docs cases -o docs/cases.md»"
    written = CliRunner().invoke(app, ["docs", "cases", "-o", str(tmp_path / "cases.md")])
    assert written.exit_code == 0
    assert (tmp_path / "cases.md").read_text("utf-8") == printed.stdout


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    refused = CliRunner().invoke(app, ["docs", "cases", "-o", str(tmp_path / "none" / "cases.md")])
    assert isinstance(refused.exception, InputError)
    assert "cannot be written" in str(refused.exception)
