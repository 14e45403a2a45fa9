"""The sheet, the script and the templates keep to the house's rules."""

import re
from pathlib import Path

import pytest

import console
from domain.messages import CATALOGUES

FOLDER = Path(console.__file__).parent
TEMPLATES = sorted((FOLDER / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_inline_style_or_script_that_the_policy_would_refuse(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_form_that_changes_something_carries_its_token(path: Path) -> None:
    for form in re.findall(r'<form[^>]*method="post".*?</form>', path.read_text("utf-8"), re.DOTALL):
        assert "csrf()" in form or 'name="csrf"' in form


def test_nothing_is_loaded_from_elsewhere() -> None:
    for path in [*TEMPLATES, *(FOLDER / "static").iterdir()]:
        found = re.findall(r"(?:src|href)=\"(?:https?:)?//|@import|url\(", path.read_text("utf-8"))
        assert not found, path


def test_the_sheet_uses_logical_sides_so_that_it_reads_right_to_left() -> None:
    sheet = (FOLDER / "static" / "console.css").read_text("utf-8")
    assert not re.search(r"(margin|padding|border)-(left|right)|text-align:\s*(left|right)|float:", sheet)


def test_both_catalogues_have_the_same_keys() -> None:
    assert CATALOGUES["ar"].keys() == CATALOGUES["en"].keys()
