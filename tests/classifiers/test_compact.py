from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.compact import GENERAL, CompactModel, load_shipped, softmax, squeeze, unsqueeze
from classifiers.features import canonical_words
from domain.errors import ModelError
from tests.classifiers.conftest import COMPLAINTS, INQUIRIES

ROOT = Path(__file__).parents[2]


def test_a_saved_model_judges_as_before(model: CompactModel, tmp_path: Path) -> None:
    model.save(tmp_path / "model")
    again = CompactModel.load(tmp_path / "model")
    documents = [canonical_words(text) for text in (*COMPLAINTS, *INQUIRIES)]
    before, after = (each.judge(documents, (GENERAL, "lamps")).margins for each in (model, again))
    assert again.identity == model.identity
    assert before.keys() == after.keys()
    for head in before:
        assert np.abs(before[head] - after[head]).max() < 0.06
    for name, mixer in model.mixers.items():
        assert np.array_equal(again.mixers[name].weights, mixer.weights)


def test_saving_twice_writes_the_same_bytes(model: CompactModel, tmp_path: Path) -> None:
    model.save(tmp_path / "one")
    model.save(tmp_path / "two")
    for name in ("weights.npz", "model.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_missing_model_is_said_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read") as raised:
        CompactModel.load(tmp_path)
    assert "rasd train" in raised.value.remedy


def test_a_damaged_model_is_refused(model: CompactModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    weights = tmp_path / "weights.npz"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 255
    weights.write_bytes(bytes(content))
    with pytest.raises(ModelError, match="checksum"):
        CompactModel.load(tmp_path)


def test_a_model_of_another_format_is_refused(model: CompactModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    described = json.loads((tmp_path / "model.json").read_text("utf-8"))
    (tmp_path / "model.json").write_text(json.dumps({**described, "format": 99}), "utf-8")
    with pytest.raises(ModelError, match="format 99"):
        CompactModel.load(tmp_path)


def test_a_model_that_lacks_a_table_is_refused(model: CompactModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    described = json.loads((tmp_path / "model.json").read_text("utf-8"))
    described["groups"]["more"] = {"fold": 0, "heads": {"x": ["a", "b"]}}
    (tmp_path / "model.json").write_text(json.dumps(described), "utf-8")
    with pytest.raises(ModelError, match="incomplete"):
        CompactModel.load(tmp_path)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-5, 5, width=32), min_size=1, max_size=30))
def test_squeezed_weights_keep_sign_and_size(values: list[float]) -> None:
    table = np.array(values, np.float32).reshape(-1, 1)
    back = unsqueeze(*squeeze(table))
    # Steps are even in the square root, so a large weight may be off by about two steps of its own size.
    assert np.abs(back - table).max() <= np.abs(table).max() * 2.1 / 127 + 1e-6
    assert (np.sign(back) * np.sign(table) >= 0).all()


def test_word_weights_point_at_the_word_that_decides(model: CompactModel) -> None:
    documents = [canonical_words("كيف أسدد المبلغ"), canonical_words("شكرا على الخدمة")]
    judgement = model.judge(documents, (GENERAL,))
    kinds = model.groups[GENERAL].heads["kind"]
    weights = judgement.word_weights("kind", np.array([kinds.index("inquiry"), kinds.index("praise")]))
    assert weights[:3].argmax() == 0
    assert weights[3:].argmax() == 0


def test_softmax_rows_sum_to_one_even_for_large_margins() -> None:
    rows = softmax(np.array([[1000.0, 0.0], [-3.0, -3.0]], np.float32))
    assert np.allclose(rows.sum(axis=1), 1)


def test_the_shipped_model_is_small_and_holds_no_text() -> None:
    folder = ROOT / "classifiers" / "models" / "compact"
    assert sum(path.stat().st_size for path in folder.iterdir()) < 20 * 1024 * 1024
    with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
        assert {arrays[name].dtype.kind for name in arrays.files} <= {"i", "u", "f"}
    card = load_shipped().card
    assert {"sets", "texts", "scores", "seed"} <= card.keys()


def test_a_model_is_a_value(model: CompactModel) -> None:
    assert replace(model, version="2").identity == "compact@2"
