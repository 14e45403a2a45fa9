"""What the shipped classifier may not fall below, on labelled texts that it was not trained on (DESIGN 4). Floors only rise."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from classifiers.compact import load_shipped
from classifiers.evaluate import Report, evaluate
from classifiers.tagger import Tagger
from service.profiles import SHIPPED, load_profile
from service.quality import held_out

FLOORS: dict[str, float] = json.loads((Path(__file__).parent / "floors.json").read_text("utf-8"))


@cache
def _report() -> Report:
    taggers = {code: Tagger(load_profile(code), load_shipped()) for code in SHIPPED}
    return evaluate([record for code in SHIPPED for record in held_out(code)], lambda code: taggers[code])


def test_every_figure_of_the_report_has_a_floor() -> None:
    assert set(FLOORS) == set(_report().figures)


@pytest.mark.parametrize("figure", FLOORS)
def test_the_shipped_model_holds_its_floor(figure: str) -> None:
    assert _report().figures[figure] >= FLOORS[figure]


def test_no_held_out_text_stands_in_the_training_corpus() -> None:
    corpus = Path(__file__).parents[2] / "classifiers" / "corpus"
    learnt = {json.loads(line)["text"] for path in corpus.glob("*.jsonl") for line in path.read_text("utf-8").splitlines()}
    assert learnt
    assert not learnt & {record.text for code in SHIPPED for record in held_out(code)}
