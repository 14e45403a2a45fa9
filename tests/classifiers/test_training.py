from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from classifiers.compact import LEARNT, CompactModel
from classifiers.corrections import Correction
from classifiers.evaluate import evaluate
from classifiers.examples import fold_of
from classifiers.opinion import Judge
from classifiers.reading import read
from classifiers.records import parse_record
from classifiers.signs import profile_lexicon
from classifiers.tagger import Tagger, TagInput
from classifiers.train import train_from_scratch, train_on_corrections
from domain.errors import InputError
from domain.mention import Channel
from domain.tags import Axis, Kind, Remit, Sentiment
from tests.classifiers.conftest import PROFILE, rows


def _quiet(_: str) -> None:
    """Progress that nobody reads."""


def test_training_twice_gives_the_same_model(model: CompactModel, data_dir: Path, corpus_dir: Path) -> None:
    again = train_from_scratch(data_dir, corpus_dir, _quiet, [PROFILE]).model
    assert again.groups.keys() == model.groups.keys()
    for name, group in model.groups.items():
        assert np.array_equal(again.groups[name].characters, group.characters)
    for name, mixer in model.mixers.items():
        assert np.array_equal(again.mixers[name].weights, mixer.weights)


def test_the_card_says_what_it_was_trained_on(model: CompactModel) -> None:
    assert model.card["texts"]["corpus"] == len(rows())
    assert any("corpus" in each["name"] for each in model.card["sets"])
    assert model.card["scores"]["kind_macro_f1/corpus"] is not None


def test_without_a_corpus_and_without_profiles_it_trains_too(data_dir: Path, tmp_path: Path) -> None:
    result = train_from_scratch(data_dir, tmp_path / "none", _quiet)
    tagger = Tagger(PROFILE, result.model)
    tags = tagger.tag(TagInput(1, "", "يا @LampsSA كيف أسدد رسوم الإنارة؟", Channel.SOCIAL))
    assert (tags.remit, tags.kind, tags.topic) == (Remit.OURS, Kind.INQUIRY, "bills/fees")
    assert tagger.tag(TagInput(1, "", "انقطاع المياه من شركة المياه", Channel.SOCIAL)).remit is Remit.OTHER


def test_a_missing_set_is_said_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is missing") as raised:
        train_from_scratch(tmp_path, None, _quiet)
    assert "--data" in raised.value.remedy


def test_an_ngram_of_one_text_alone_is_not_remembered(model: CompactModel) -> None:
    group = model.groups["general"]
    assert not group.words[model.idf_words == 0].any()
    assert not group.characters[model.idf_characters == 0].any()


def test_folds_ignore_spelling() -> None:
    assert fold_of("شكــرًا على الخِدمة") == fold_of("شكرا علي الخدمه")


PHRASE = "الفانوس الأزرق يغني كل مساء"


def _corrections(count: int = 12) -> list[Correction]:
    places = ["جدة", "أبها", "حائل", "تبوك", "نجران", "جازان", "الباحة", "عرعر", "سكاكا", "بريدة", "الدمام", "ينبع"]
    return [Correction("", f"{PHRASE} في {place} عند @LampsSA", Axis.KIND, "praise", Channel.SOCIAL) for place in places[:count]]


def test_corrections_are_learnt(model: CompactModel) -> None:
    text = f"{PHRASE} في الرياض عند @LampsSA"
    result = train_on_corrections(model, _corrections(), PROFILE, _quiet)
    assert not result.kept_old
    assert _praise(result.model, text) > _praise(model, text) + 0.1
    assert result.model.version != model.version
    assert LEARNT in result.model.groups


def _praise(model: CompactModel, text: str) -> float:
    """How likely a model holds a post to be praise."""
    reading = read("", text, Channel.SOCIAL, profile_lexicon(PROFILE))
    return float(Judge(PROFILE, model).opinion([reading], [Channel.SOCIAL], [False]).kind[0, list(Kind).index(Kind.PRAISE)])


def test_what_was_learnt_can_be_saved_and_loaded(model: CompactModel, tmp_path: Path) -> None:
    learnt = train_on_corrections(model, _corrections(), PROFILE, _quiet).model
    learnt.save(tmp_path)
    again = CompactModel.load(tmp_path)
    text = f"{PHRASE} في الطائف"
    one, other = (Tagger(PROFILE, each).tag(TagInput(1, "", text, Channel.SOCIAL)) for each in (learnt, again))
    assert one.kind is other.kind
    assert abs(one.confidence[Axis.KIND] - other.confidence[Axis.KIND]) < 0.05


def test_learning_again_replaces_the_earlier_change(model: CompactModel) -> None:
    once = train_on_corrections(model, _corrections(), PROFILE, _quiet).model
    twice = train_on_corrections(once, _corrections(), PROFILE, _quiet).model
    assert twice.version == once.version
    assert np.array_equal(twice.groups[LEARNT].characters, once.groups[LEARNT].characters)


def test_rows_may_be_plain_tuples_of_every_axis(model: CompactModel) -> None:
    text = "أعمدة الإنارة مطفية"
    axes = [(Axis.KIND, "complaint"), (Axis.SENTIMENT, "negative"), (Axis.REMIT, "ours"), (Axis.TOPIC, "street/lamps")]
    result = train_on_corrections(model, [("", text, axis, value) for axis, value in axes], PROFILE, _quiet)
    assert {"kind", "sentiment", "remit", "topic"} <= result.report.keys()


def test_answers_that_contradict_each_other_change_nothing(model: CompactModel) -> None:
    texts = [f"شكرا وزارة الإنارة على الخدمة الرائعة رقم {word}" for word in "واحد اثنان ثلاثة أربعة خمسة ستة سبعة".split()]
    one, other = texts[0], next(text for text in texts if fold_of(f"\n{text}") % 5 != fold_of(f"\n{texts[0]}") % 5)
    rows = [("", one, Axis.KIND, "praise"), ("", other, Axis.KIND, "complaint")]
    result = train_on_corrections(model, rows, PROFILE, _quiet)
    assert result.kept_old
    assert result.model is model
    assert any("held-out" in fell for fell in result.report["fell"])


def test_every_answer_is_held_out_once(model: CompactModel) -> None:
    scores = train_on_corrections(model, _corrections(), PROFILE, _quiet).report["kind"]
    assert scores["held_out"] == scores["corrections"] == 12
    assert scores["held_out_loss_after"] < scores["held_out_loss_before"]
    assert scores["held_out_right_after"] > scores["held_out_right_before"]


def test_confirmations_alone_keep_what_is_right(model: CompactModel) -> None:
    text = "شكرا وزارة الإنارة على سرعة التجاوب في حي {}"
    rows = [("", text.format(place), Axis.KIND, "praise") for place in ("الورود", "النخيل", "المروج", "السلام")]
    result = train_on_corrections(model, rows, PROFILE, _quiet)
    assert not result.kept_old
    assert _praise(result.model, text.format("الياسمين")) >= _praise(model, text.format("الياسمين"))


def test_a_floor_that_falls_keeps_the_old_model(model: CompactModel) -> None:
    records = [parse_record(row, "row") for row in rows()]
    result = train_on_corrections(model, _corrections(), PROFILE, _quiet, records=records, floors={"kind_macro_f1": 1.01})
    assert result.kept_old
    assert any("floor" in fell for fell in result.report["fell"])


def test_an_axis_that_falls_is_left_as_it_was_and_the_others_are_learnt(model: CompactModel) -> None:
    held = f"{PHRASE} في القطيف عند أعمدة الإنارة @LampsSA"
    said = Tagger(PROFILE, model).tag(TagInput(1, "", held, Channel.SOCIAL))
    labels = {"remit": said.remit, "topic": said.topic, "sentiment": said.sentiment, "kind": "praise"}
    records = [parse_record({"id": "held", "profile": "lamps", "channel": "social", "text": held, **labels}, "row")]
    wrong = next(str(each) for each in Sentiment if each is not said.sentiment)
    taught = [*_corrections(), *(each._replace(axis=Axis.SENTIMENT, value=wrong) for each in _corrections())]
    result = train_on_corrections(model, taught, PROFILE, _quiet, records=records)
    assert not result.kept_old
    assert result.report["learnt"] == ["kind"]
    assert any("sentiment_accuracy" in fell for fell in result.report["fell"])
    assert list(result.model.groups[LEARNT].heads) == ["learnt:kind"]
    assert result.model.version != train_on_corrections(model, taught, PROFILE, _quiet).model.version


def test_a_figure_that_no_change_explains_keeps_the_old_model(model: CompactModel) -> None:
    records = [parse_record(row, "row") for row in rows()]
    result = train_on_corrections(model, _corrections(), PROFILE, _quiet, records=records, floors={"topic_accuracy": 1.01})
    assert result.kept_old
    assert result.report["learnt"] == []


def test_a_value_that_is_no_label_is_refused(model: CompactModel) -> None:
    with pytest.raises(InputError, match="shout"):
        train_on_corrections(model, [("", "نص", Axis.KIND, "shout")], PROFILE, _quiet)


def test_no_corrections_keep_the_old_model(model: CompactModel) -> None:
    assert train_on_corrections(model, [], PROFILE, _quiet).kept_old


def test_a_trained_model_knows_its_own_corpus(model: CompactModel) -> None:
    report = evaluate([parse_record(row, "row") for row in rows()], lambda _: Tagger(PROFILE, model), rounds=0)
    assert report.figures["kind_accuracy"] > 0.8
    assert report.figures["remit_accuracy"] > 0.8
