"""The blind held-out texts: written by people who saw neither the code nor the training part, and frozen before any tuning."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest

from classifiers.compact import load_shipped
from classifiers.evaluate import evaluate
from classifiers.records import read_records
from classifiers.tagger import Tagger
from domain.tags import Kind
from service.profiles import load_profile

HELD_OUT = Path(__file__).parent / "held_out"
FROZEN = {
    "mcit": "cd9dfc8c01ed3b562be39ed6eb7f1aacc46f23e93d6695e9f5d551e71c33c250",
    "mof": "4b206e4f952517d1a6f19221ee652fd330d0148580a7214cdabde62fc5ec24bf",
    "momrah": "ad244af24b46c029fb780ea05d4842265527a49d6bde2f624153a0d440652cb9",
}


@pytest.mark.parametrize("profile", FROZEN)
def test_the_held_out_texts_are_those_that_were_frozen(profile: str) -> None:
    assert hashlib.sha256((HELD_OUT / f"{profile}.jsonl").read_bytes()).hexdigest() == FROZEN[profile]


def test_every_kind_has_a_hundred_and_fifty_held_out_texts() -> None:
    kinds = Counter(record.kind for profile in FROZEN for record in read_records(HELD_OUT / f"{profile}.jsonl"))
    assert set(kinds) == set(Kind)
    assert min(kinds.values()) >= 150


def test_no_blind_text_stands_in_the_training_corpus() -> None:
    corpus = Path(__file__).parents[2] / "classifiers" / "corpus"
    learnt = {json.loads(line)["text"] for path in corpus.glob("*.jsonl") for line in path.read_text("utf-8").splitlines()}
    assert not learnt & {record.text for profile in FROZEN for record in read_records(HELD_OUT / f"{profile}.jsonl")}


def test_the_shipped_model_holds_its_floors_on_them() -> None:
    floors: dict[str, float] = json.loads((HELD_OUT.parent / "held_out_floors.json").read_text("utf-8"))
    taggers = {code: Tagger(load_profile(code), load_shipped()) for code in FROZEN}
    records = [record for code in FROZEN for record in read_records(HELD_OUT / f"{code}.jsonl")]
    figures = evaluate(records, lambda code: taggers[code], rounds=2).figures
    assert set(figures) == set(floors)
    assert {name: figures[name] for name, floor in floors.items() if figures[name] < floor} == {}
