from __future__ import annotations

from pathlib import Path

import pytest

from classifiers.shelf.choice import FILE, Choice, choose, read_choice, step_back
from domain.errors import ModelError


def test_nothing_chosen_is_the_default(tmp_path: Path) -> None:
    assert read_choice(tmp_path / "models") == Choice("own", "")


def test_choices_can_be_taken_back_one_by_one(tmp_path: Path) -> None:
    for choice in (Choice("own", "a"), Choice("own", "b"), Choice("own", "b"), Choice("shipped", "b")):
        choose(tmp_path, choice)
    assert read_choice(tmp_path) == Choice("shipped", "b")
    assert step_back(tmp_path) == Choice("own", "b")
    assert step_back(tmp_path) == Choice("own", "a")
    assert step_back(tmp_path) == Choice()
    with pytest.raises(ModelError, match="no earlier choice"):
        step_back(tmp_path)


@pytest.mark.parametrize("content", ["{", "[]", '{"compact": "own"}', '{"compact": "own", "transformer": "", "before": [1]}'])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, "utf-8")
    with pytest.raises(ModelError, match=FILE) as wrong:
        read_choice(tmp_path)
    assert "remove it" in wrong.value.remedy
