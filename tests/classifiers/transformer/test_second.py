"""The cascade with a real transformer of the tests' own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from classifiers.cascade import Cascade, CascadeLimits
from classifiers.compact import CompactModel
from classifiers.tagger import Tagger, TagInput
from classifiers.transformer.model import TransformerModel, load
from classifiers.transformer.second import SecondOpinion
from domain.mention import Channel
from domain.profile import Topic
from domain.tags import Axis, Kind, Remit
from tests.classifiers.conftest import COMPLAINTS, PROFILE, rows
from tests.fakes.checkpoint import make_foreign_classifier

ALWAYS = CascadeLimits(below=dict.fromkeys((Axis.REMIT, Axis.KIND, Axis.SENTIMENT, Axis.TOPIC), 1.0), near=0.0)


@pytest.fixture(scope="module")
def transformer(folder: Path) -> TransformerModel:
    found = load(folder)
    heads = tuple(replace(head, weight=1.0) for head in found.description.heads)
    return replace(found, description=replace(found.description, heads=heads))


@pytest.fixture(scope="module")
def cascade(model: CompactModel, transformer: TransformerModel) -> Cascade:
    return Cascade(Tagger(PROFILE, model), SecondOpinion(transformer, PROFILE), ALWAYS, _fail)


def _fail(reason: str) -> None:
    assert not reason


def test_it_tags_what_it_was_taught(cascade: Cascade) -> None:
    learnt = [row for row in rows() if row["remit"] == "ours"]
    tags = cascade.tag_many([TagInput(row["id"], "", str(row["text"]), Channel.SOCIAL) for row in learnt])  # type: ignore[arg-type]
    right = [each.kind == row["kind"] for each, row in zip(tags, learnt, strict=True)]
    assert sum(right) / len(right) > 0.8
    assert all(each.model == cascade.identity for each in tags)


def test_evidence_is_words_of_the_text(cascade: Cascade) -> None:
    for text in COMPLAINTS:
        tags = cascade.tag(TagInput(1, "", text, Channel.SOCIAL))
        spans = [each for each in tags.evidence if each.axis is Axis.SENTIMENT]
        assert all(0 <= each.start < each.end <= len(text) for each in tags.evidence)
        assert tags.remit is Remit.NONE or spans


def test_title_and_text_of_an_article_both_count(cascade: Cascade) -> None:
    title, text = "أعمدة الإنارة مطفية في الحي", "يعاني السكان للأسف من الظلام، وقدموا شكوى مرتين بدون فائدة."
    tags = cascade.tag(TagInput(1, title, text, Channel.PRESS))
    assert tags.model == cascade.identity
    sizes = {"title": len(title), "text": len(text)}
    assert all(0 <= each.start < each.end <= sizes[each.field] for each in tags.evidence)


@pytest.mark.parametrize("text", ["", "؟؟!!", "\ud800 سرور وزارة الإنارة", "أعمدة الإنارة " * 4000])
def test_strange_texts_pass(cascade: Cascade, text: str) -> None:
    assert cascade.tag(TagInput(1, "", text, Channel.SOCIAL)).kind in Kind


def test_a_head_of_no_weight_changes_nothing(model: CompactModel, transformer: TransformerModel) -> None:
    heads = tuple(replace(head, weight=0.0) for head in transformer.description.heads)
    silent = replace(transformer, description=replace(transformer.description, heads=heads))
    second = SecondOpinion(silent, PROFILE)
    assert not any(second.speaks_of(axis) for axis in Axis)
    first = Tagger(PROFILE, model)
    items = [TagInput(1, "", COMPLAINTS[0], Channel.SOCIAL)]
    assert Cascade(first, second, ALWAYS).tag_many(items) == first.tag_many(items)


def test_a_topic_that_came_later_can_still_be_chosen(model: CompactModel, transformer: TransformerModel) -> None:
    added = Topic("street/poles", "أعمدة خشب", "Poles", "works", words=("أعمدة خشبية", "عمود خشب"))
    profile = replace(PROFILE, topics=(added, *PROFILE.topics))
    cascade = Cascade(Tagger(profile, model), SecondOpinion(transformer, profile), ALWAYS, _fail)
    text = "للأسف عندنا أعمدة خشبية قديمة و عمود خشب مكسور @LampsSA"
    assert cascade.tag(TagInput(1, "", text, Channel.SOCIAL)).topic == "street/poles"


def test_a_foreign_classifier_speaks_of_its_axis_alone(model: CompactModel, tmp_path: Path, texts: list[str]) -> None:
    foreign = load(make_foreign_classifier(tmp_path / "mood", texts, ["positive", "negative", "neutral"]))
    second = SecondOpinion(foreign, PROFILE)
    assert [axis for axis in Axis if second.speaks_of(axis)] == [Axis.SENTIMENT]
    tags = Cascade(Tagger(PROFILE, model), second, ALWAYS, _fail).tag(TagInput(1, "", COMPLAINTS[0], Channel.SOCIAL))
    assert tags.model.startswith("mood@")
