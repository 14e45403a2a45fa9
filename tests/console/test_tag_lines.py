"""A mention's tags as lines: each importance and complexity says which rules set it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from classifiers.complexity import Makes
from classifiers.importance import Raise
from console.tag_lines import TagLine, tag_lines
from domain.messages import label, message
from domain.tags import Axis, Complexity, Importance, Kind, Remit, Sentiment, Tags
from registry.views import CorrectionView, MentionView
from tests.registry.hands import NOW

SAID = Tags(
    remit=Remit.OURS,
    kind=Kind.COMPLAINT,
    sentiment=Sentiment.NEGATIVE,
    topic="roads/holes",
    importance=Importance.HIGH,
    lang="ar",
    confidence={Axis.KIND: 0.9},
    complexity=Complexity.COMPLEX,
    rules=("importance.asks_for_action", "importance.reach", "complexity.third_party"),
)


def _lines(tags: Tags, *corrections: CorrectionView) -> dict[str, TagLine]:
    view = cast(MentionView, SimpleNamespace(tags=tags, model_tags=SAID, corrections=corrections))
    return {line.name: line for line in tag_lines(view, lambda code: code)}


def test_importance_and_complexity_say_why() -> None:
    lines = _lines(SAID)
    assert lines[label(Axis.IMPORTANCE)].because == ("شكوى أو بلاغ", "وسيلة واسعة الوصول")
    complexity = lines[message("detail.complexity")]
    assert (complexity.chip, complexity.because) == (Complexity.COMPLEX, ("لجهة أخرى دور فيها",))
    assert lines[label(Axis.KIND)].because == ()


def test_what_a_person_set_is_not_explained_by_rules() -> None:
    correction = CorrectionView(Axis.IMPORTANCE, "low", "high", "huda", NOW, "compact 3")
    line = _lines(SAID, correction)[label(Axis.IMPORTANCE)]
    assert (line.because, line.was, line.actor) == ((), label(Importance.LOW), "huda")


def test_what_a_person_said_first_was_nothing_else_before() -> None:
    """An item that somebody entered with its kind, and that was transcribed and tagged later."""
    said = CorrectionView(Axis.KIND, "", "complaint", "huda", NOW, "")
    line = _lines(SAID, said)[label(Axis.KIND)]
    assert (line.chip, line.was, line.actor) == (Kind.COMPLAINT, "", "huda")


@pytest.mark.parametrize("rule", [*Raise, *Makes])
def test_every_rule_has_its_words_in_both_languages(rule: Raise | Makes) -> None:
    assert message(f"tag_rule.{rule}") != message(f"tag_rule.{rule}", "en")
