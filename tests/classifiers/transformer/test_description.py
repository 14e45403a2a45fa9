from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from classifiers.transformer.description import HEADS_FILE, check_files, read_description, write_description
from classifiers.transformer.model import load
from domain.errors import ModelError
from domain.tags import Axis, Sentiment
from tests.fakes.checkpoint import make_foreign_classifier


def test_what_is_written_is_read_again(folder: Path, tmp_path: Path) -> None:
    description = read_description(folder)
    write_description(tmp_path, description)
    assert read_description(tmp_path) == description
    assert description.identity.startswith("tiny@")
    assert description.width == sum(len(head.classes) for head in description.heads)


def test_a_changed_file_is_told(folder: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(folder, tmp_path / "copied"))
    with (copied / HEADS_FILE).open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(ModelError, match=r"damaged.*heads"):
        load(copied)
    (copied / HEADS_FILE).unlink()
    with pytest.raises(ModelError, match=r"incomplete.*heads"):
        check_files(copied, read_description(copied))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "cannot be read"),
        ("[]", "no JSON object"),
        ('{"format": 9}', "format 9"),
        ('{"format": 1}', "not as Rasd writes it"),
    ],
)
def test_a_wrong_description_is_told(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "rasd.json").write_text(content, "utf-8")
    with pytest.raises(ModelError, match=told) as wrong:
        read_description(tmp_path)
    assert wrong.value.remedy


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no transformer"):
        load(tmp_path)


def test_a_checkpoint_that_judges_nothing_says_how_it_would(checkpoint: Path) -> None:
    with pytest.raises(ModelError, match="judges no axis") as wrong:
        read_description(checkpoint)
    assert "rasd train --base" in wrong.value.remedy


def test_a_foreign_classifier_is_the_axis_of_its_labels(tmp_path: Path, texts: list[str]) -> None:
    make_foreign_classifier(tmp_path / "mood", texts, ["positive", "Negative", "neutral"])
    description = read_description(tmp_path / "mood")
    assert [(head.axis, head.classes) for head in description.heads] == [(Axis.SENTIMENT, ("positive", "negative", "neutral"))]
    assert set(description.heads[0].classes) == set(map(str, Sentiment))
    assert not description.own


def test_labels_of_no_axis_are_no_model(tmp_path: Path, texts: list[str]) -> None:
    make_foreign_classifier(tmp_path / "stars", texts, ["1 star", "2 stars"])
    with pytest.raises(ModelError, match="judges no axis"):
        read_description(tmp_path / "stars")


def test_broken_weights_are_told(folder: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(folder, tmp_path / "copied"))
    (copied / "model.safetensors").write_bytes(b"nothing of the kind")
    told = json.loads((copied / "rasd.json").read_text("utf-8"))
    (copied / "rasd.json").write_text(json.dumps({**told, "files": {}}), "utf-8")
    with pytest.raises(ModelError, match="cannot be read"):
        load(copied)
