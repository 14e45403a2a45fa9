from __future__ import annotations

import json
from pathlib import Path

import pytest

from classifiers.compact import CompactModel
from classifiers.shelf import stock as shelf
from classifiers.shelf.choice import Choice
from classifiers.shelf.stock import Condition, Sort, Stocked, stock
from classifiers.transformer import extra, model
from classifiers.transformer.description import Description, Head, write_description
from domain.errors import ModelError
from domain.tags import Axis, Kind


def _transformer(folder: Path, **more: object) -> None:
    folder.mkdir(parents=True)
    head = Head(Axis.KIND, "", tuple(map(str, Kind)))
    write_description(folder, Description(folder.name, "1", "base", (head,), **more))  # type: ignore[arg-type]


def _by_name(home: Path, choice: Choice) -> dict[str, Stocked]:
    return {each.name: each for each in stock(home, choice)}


@pytest.fixture
def home(tmp_path: Path, model: CompactModel, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(shelf, "has_torch", lambda: True)
    model.save(tmp_path / "models" / "2+12.abcdef")
    _transformer(tmp_path / "models" / "good")
    _transformer(tmp_path / "models" / "worse", fell=("kind_accuracy: 0.8 alone, 0.7 with it",))
    (tmp_path / "models" / "base").mkdir()
    (tmp_path / "models" / "base" / "config.json").write_text('{"model_type": "bert"}', "utf-8")
    (tmp_path / "models" / "broken").mkdir()
    (tmp_path / "models" / "broken" / "rasd.json").write_text("{", "utf-8")
    (tmp_path / "models" / ".parts").mkdir()
    return tmp_path


def test_everything_has_its_state(home: Path) -> None:
    found = _by_name(home, Choice())
    assert {name: (each.sort, each.condition) for name, each in found.items()} == {
        "shipped": (Sort.COMPACT, Condition.READY),
        "2+12.abcdef": (Sort.COMPACT, Condition.READY),
        "good": (Sort.TRANSFORMER, Condition.READY),
        "worse": (Sort.TRANSFORMER, Condition.WORSE),
        "base": (Sort.CHECKPOINT, Condition.READY),
        "broken": (Sort.TRANSFORMER, Condition.DAMAGED),
    }
    assert "rasd train --base" in found["base"].note
    assert "kind_accuracy" in found["worse"].note


def test_what_is_used_is_marked(home: Path, model: CompactModel) -> None:
    assert [name for name, each in _by_name(home, Choice()).items() if each.used] == ["shipped"]
    model.save(home / "model")
    assert [name for name, each in _by_name(home, Choice("own", "good")).items() if each.used] == ["own", "good"]
    assert [name for name, each in _by_name(home, Choice("2+12.abcdef")).items() if each.used] == ["2+12.abcdef"]


def test_what_was_chosen_and_is_gone_is_shown(home: Path) -> None:
    found = _by_name(home, Choice("2+99.ffffff", str(home / "elsewhere")))
    assert found["2+99.ffffff"].condition is Condition.MISSING
    assert found[str(home / "elsewhere")].condition is Condition.MISSING


def test_without_the_extra_it_says_what_to_install(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "has_torch", lambda: False)
    found = _by_name(home, Choice())["good"]
    assert found.condition is Condition.MISSING
    assert "pip install 'rasd[camel]'" in found.note
    monkeypatch.setattr(extra, "find_spec", lambda _: None)
    with pytest.raises(ModelError, match="not installed") as missing:
        model_load(home / "models" / "good")
    assert missing.value.remedy == "pip install 'rasd[camel]'"
    with pytest.raises(ModelError, match="onnxruntime"):
        extra.demand_onnx()


def model_load(folder: Path) -> object:
    return model.load(folder)


def test_a_compact_model_without_a_version_is_damaged(home: Path) -> None:
    (home / "models" / "2+12.abcdef" / "model.json").write_text(json.dumps({}), "utf-8")
    assert _by_name(home, Choice())["2+12.abcdef"].condition is Condition.DAMAGED
