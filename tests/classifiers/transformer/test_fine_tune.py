from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifiers.cascade import CascadeLimits
from classifiers.compact import CompactModel
from classifiers.corrections import Correction
from classifiers.transformer.fine_tune import fine_tune
from classifiers.transformer.lessons import heads_for, lessons_of
from classifiers.transformer.model import load
from classifiers.transformer.weighing import judged, weighed
from domain.errors import InputError, ModelError
from domain.mention import Channel
from domain.tags import Axis, Kind
from tests.classifiers.conftest import PROFILE
from tests.classifiers.transformer.lessons import FAST, own_lessons, own_records


def _quiet(_: str) -> None:
    """Progress that nobody reads."""


def test_training_twice_gives_the_same_model(checkpoint: Path) -> None:
    plan = replace(FAST, epochs=2)
    texts = [lesson.words for lesson in own_lessons()]
    one, other = (fine_tune(checkpoint, "x", own_lessons(), heads_for([PROFILE]), plan, _quiet).model() for _ in range(2))
    assert np.array_equal(one.margins(one.cutter.cut(texts)), other.margins(other.cutter.cut(texts)))


def test_progress_names_every_round_and_the_loss_falls(checkpoint: Path) -> None:
    said: list[str] = []
    fine_tune(checkpoint, "x", own_lessons(), heads_for([PROFILE]), replace(FAST, epochs=4), said.append)
    losses = [float(line.rsplit(" ", 1)[1]) for line in said]
    assert len(losses) == 4
    assert losses[-1] < losses[0]


def test_what_is_held_out_is_not_learnt(checkpoint: Path) -> None:
    lessons = own_lessons()
    turned = [
        replace(lesson, labels={key: (number + 1) % 3 for key, number in lesson.labels.items()}) if lesson.held_out else lesson
        for lesson in lessons
    ]
    assert any(lesson.held_out for lesson in lessons)
    plan = replace(FAST, epochs=2)
    texts = [lesson.words for lesson in lessons]
    one, other = (fine_tune(checkpoint, "x", each, heads_for([PROFILE]), plan, _quiet).model() for each in (lessons, turned))
    assert np.array_equal(one.margins(one.cutter.cut(texts)), other.margins(other.cutter.cut(texts)))


def test_corrections_are_lessons_for_the_axes_that_they_name() -> None:
    said = [
        Correction("", "الفانوس الأزرق يغني", Axis.KIND, "praise", Channel.SOCIAL),
        Correction("", "الفانوس الأزرق يغني", Axis.REMIT, "ours", Channel.SOCIAL),
        Correction("", "الفانوس الأزرق يغني", Axis.TOPIC, "-", Channel.SOCIAL),
        Correction("", "الفانوس الأزرق يغني", Axis.IMPORTANCE, "high", Channel.SOCIAL),
    ]
    (lesson,) = lessons_of([], said, PROFILE, [PROFILE])
    assert lesson.labels == {"kind": list(Kind).index(Kind.PRAISE), "remit:lamps": 0}


def test_a_label_that_the_profile_does_not_have_is_refused() -> None:
    with pytest.raises(InputError, match="«shout»"):
        lessons_of([], [Correction("", "نص", Axis.KIND, "shout", Channel.SOCIAL)], PROFILE, [PROFILE])
    with pytest.raises(InputError, match="«elsewhere»"):
        lessons_of([replace(own_records()[0], profile="elsewhere")], (), None, [PROFILE])


def test_too_few_lessons_are_refused(checkpoint: Path) -> None:
    with pytest.raises(InputError, match="too few"):
        fine_tune(checkpoint, "x", own_lessons()[:3], heads_for([PROFILE]), FAST, _quiet)


def test_a_base_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="tokenizer"):
        fine_tune(tmp_path, "x", own_lessons(), heads_for([PROFILE]), FAST, _quiet)


def test_the_languages_learnt_are_noted(folder: Path) -> None:
    assert load(folder).description.languages == ("ar",)


def test_a_head_that_guesses_is_left_to_the_compact_model(checkpoint: Path, folder: Path, model: CompactModel) -> None:
    blind = replace(FAST, epochs=1, rate=1e-7, head_rate=1e-7)
    guessing = fine_tune(checkpoint, "blind", own_lessons(), heads_for([PROFILE]), blind, _quiet).model()
    records = own_records() * 2
    shares = {head.key: head.weight for head in weighed(guessing, model, records, [PROFILE])}
    assert shares["kind"] < 0.5
    assert shares["remit:lamps"] < 0.5
    learnt = {head.key: head.weight for head in weighed(load(folder), model, records, [PROFILE])}
    assert learnt["kind"] > shares["kind"]


def test_an_axis_that_falls_is_silenced_and_a_model_without_any_is_refused(checkpoint: Path, model: CompactModel) -> None:
    blind = replace(FAST, epochs=1, rate=1e-7, head_rate=1e-7)
    guessing = fine_tune(checkpoint, "blind", own_lessons(), heads_for([PROFILE]), blind, _quiet).model()
    loud = tuple(replace(head, weight=1.0) for head in guessing.description.heads)
    guessing = replace(guessing, description=replace(guessing.description, heads=loud))
    always = CascadeLimits(below=dict.fromkeys((Axis.REMIT, Axis.KIND, Axis.SENTIMENT, Axis.TOPIC), 1.0))
    heads, fell, figures = judged(guessing, model, own_records(), [PROFILE], always, {"kind_accuracy": 0.1})
    silenced = {head.axis for head in heads if head.weight == 0}
    assert Axis.KIND in silenced
    assert figures["kind_accuracy"][1] == figures["kind_accuracy"][0]
    assert not fell or fell == ("no axis gains by it",)
