from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from classifiers.transformer.description import ONNX_FILE
from classifiers.transformer.model import Backend, TransformerModel, aligned, load, mixed
from classifiers.transformer.onnx_model import quantise
from classifiers.transformer.pieces import Words
from domain.errors import ModelError
from domain.tags import Kind
from tests.classifiers.transformer.lessons import own_lessons
from tests.fakes.checkpoint import make_foreign_classifier

KINDS = [str(kind) for kind in Kind]
COMPLAINT = Words((), tuple("للأسف أعمدة الإنارة في حينا مطفية من شهرين وما أحد رد علينا".split()))


@pytest.fixture(scope="module")
def model(folder: Path) -> TransformerModel:
    return load(folder)


@pytest.fixture(scope="module")
def small(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = Path(shutil.copytree(folder, tmp_path_factory.mktemp("small") / "small"))
    quantise(copied)
    return copied


def test_it_has_learnt_what_it_was_taught(model: TransformerModel) -> None:
    lessons = [lesson for lesson in own_lessons() if not lesson.held_out]
    said = model.chances([lesson.words for lesson in lessons], ["kind"])["kind"].argmax(axis=1)
    right = [guess == lesson.labels["kind"] for guess, lesson in zip(said.tolist(), lessons, strict=True)]
    assert np.mean(right) > 0.9


def test_chances_sum_to_one_and_do_not_hang_on_the_batch(model: TransformerModel) -> None:
    texts = [lesson.words for lesson in own_lessons()] + [Words((), ())]
    together = model.chances(texts, ["kind", "topic:lamps", "topic:elsewhere"])
    assert set(together) == {"kind", "topic:lamps"}
    assert np.allclose(together["kind"].sum(axis=1), 1, atol=1e-5)
    alone = np.vstack([model.chances([text], ["kind"])["kind"] for text in texts])
    assert np.allclose(together["kind"], alone, atol=1e-4)


@pytest.mark.parametrize("backend", [Backend.TORCH, Backend.TORCH_INT8, Backend.ONNX])
def test_every_backend_says_nearly_the_same(small: Path, backend: Backend) -> None:
    texts = [lesson.words for lesson in own_lessons()]
    exact = load(small, backend=Backend.TORCH).chances(texts, ["kind"])["kind"]
    said = load(small, backend=backend).chances(texts, ["kind"])["kind"]
    assert np.abs(exact - said).max() < 0.1
    assert (exact.argmax(axis=1) == said.argmax(axis=1)).mean() > 0.9


@pytest.mark.parametrize("backend", [Backend.TORCH, Backend.ONNX])
def test_the_words_that_decide_are_those_without_which_it_says_less(small: Path, backend: Backend) -> None:
    model = load(small, backend=backend)
    number = KINDS.index("complaint")
    (weights,) = model.word_weights([COMPLAINT], "kind", np.array([number]))
    assert len(weights) == len(COMPLAINT)
    ranked = np.argsort(weights).tolist()

    def left(hidden: int) -> float:
        words = tuple(word for place, word in enumerate(COMPLAINT.text) if place != hidden)
        margins = model.margins(model.cutter.cut([Words((), words)]))[0, model.description.columns["kind"]]
        return float(margins[number] - margins.mean())

    assert left(ranked[-1]) < left(ranked[0])


def test_a_text_that_is_not_asked_about_gets_no_weights(model: TransformerModel) -> None:
    first, second = model.word_weights([COMPLAINT, COMPLAINT], "kind", np.array([-1, 0]))
    assert not first.any()
    assert second.any()


def test_the_small_file_is_taken_where_it_is(small: Path, folder: Path) -> None:
    assert type(load(small).runner).__name__ == "OnnxRunner"
    assert type(load(folder).runner).__name__ == "TorchRunner"
    with pytest.raises(ModelError, match=ONNX_FILE):
        load(folder, backend=Backend.ONNX)


def test_a_broken_small_file_is_told(small: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(small, tmp_path / "copied"))
    (copied / ONNX_FILE).write_bytes(b"nothing of the kind")
    with pytest.raises(ModelError, match="quantise"):
        load(copied)


def test_a_foreign_classifier_is_asked_by_its_labels(tmp_path: Path, texts: list[str]) -> None:
    model = load(make_foreign_classifier(tmp_path / "mood", texts, ["positive", "negative", "neutral"]))
    chances = model.chances([COMPLAINT], ["sentiment"])["sentiment"]
    assert chances.shape == (1, 3)
    assert model.word_weights([COMPLAINT], "sentiment", np.array([1]))[0].any()


def test_mixing_leaves_the_compact_word_at_nought_and_the_transformers_at_one() -> None:
    one, other = np.array([[0.9, 0.1]], np.float32), np.array([[0.2, 0.8]], np.float32)
    assert np.allclose(mixed(one, other, 0.0), one, atol=1e-4)
    assert np.allclose(mixed(one, other, 1.0), other, atol=1e-4)
    assert one[0, 0] > mixed(one, other, 0.5)[0, 0] > other[0, 0]


def test_a_class_that_the_head_does_not_know_keeps_its_share() -> None:
    said, compact = np.array([[0.25, 0.75]], np.float32), np.array([[0.5, 0.3, 0.2]], np.float32)
    found = aligned(said, ("b", "a"), ("a", "new", "b"), compact)
    assert np.allclose(found, [[0.7 * 0.75, 0.3, 0.7 * 0.25]], atol=1e-5)
