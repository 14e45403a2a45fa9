"""How well the shipped classifier does, with the data that stays outside the project: python -m bench.quality --data DIR.

- sentiment of the test sets: F1 of positive and negative, averaged, by the shipped model;
- kind on ``intent/``: ten-fold, folds by hash of the normalised text, heads and mixer as the shipped kind has them, but with
  clues (``kind_clues``) and the project's own corpus weighing less (``_OWN``), with intervals by bootstrap: the likeliest
  kind; from parts and decision limits that are all fitted inside each nine folds (the shipped model has no limits), for that
  model and for its average with a kernel; and a plain linear model in the same run for reference;
- the blind held-out texts: every axis, and the flagging decision beside a rule of keywords.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from bench.calibration import calibrate
from bench.kind_clues import clue_block
from bench.kind_kernel import kernel_margins, kernel_of
from bench.kind_limits import choose_limits, decide
from classifiers.compact import CompactModel, Floats, load_shipped
from classifiers.evaluate import evaluate
from classifiers.examples import Example, load_corpus, load_shared
from classifiers.fitting import Labels, Rows, balance, fit_calibrated, matrix, measure_rarity
from classifiers.mood import GROUP, MOOD, mood_block
from classifiers.reading import Reading, read
from classifiers.records import Record, read_records
from classifiers.scores import f1, polar_f1
from classifiers.signals import KIND
from classifiers.signs import generic_lexicon
from classifiers.tagger import Tagger
from classifiers.train import CORPUS
from classifiers.train_general import (
    KIND_INPUTS,
    KINDS,
    SENTIMENTS,
    KindFit,
    fit_kind,
    fit_sentiment,
    folds_of,
    kind_blocks,
    kind_chances,
    kind_labels,
    kind_weights,
    with_kind,
)
from domain.arabic import normalise
from domain.mention import Channel
from domain.tags import Flag, Kind, Remit
from service.profiles import SHIPPED, load_profile

HELD_OUT = Path(__file__).parents[1] / "tests" / "quality" / "held_out"
FOLDS, INNER = 10, 5
Item = TypeVar("Item")
ROUNDS = 1000
_OWN, _OWN_MIXED = 1.0, 0.3
"""What a text of the corpus counts here, in head and mixer: less than in the shipped model, whose texts are more like it."""
_OWN_KERNEL = 0.6
_CLUES = "clues"
_STRENGTH = 0.3
"""How far the mixers may fit: further than the shipped one."""
_COMPLAINING = (
    "شكوى",
    "مشكلة",
    "تأخر",
    "سيء",
    "بلاغ",
    "متى",
    "كيف",
    "للأسف",
    "انقطاع",
    "يعاني",
    "تذمر",
    "استياء",
    "لم يتم",
    "ما ردوا",
    "وين",
)
"""What a first filter by keywords would look for: the baseline of the flagging decision."""


def main() -> None:
    """Every measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    print(f"calibration loop: {calibrate():.3f} s")
    _sentiment(data)
    _kind(data)
    _held_out()


def _sentiment(data: Path) -> None:
    lines = gzip.decompress((data / "sentiment" / "test.jsonl.gz").read_bytes()).decode("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    model, lexicon = load_shipped(), generic_lexicon()
    words = [read("", row["text"], Channel.SOCIAL, lexicon).words for row in rows]
    chances = model.mixers[MOOD].probabilities({MOOD: mood_block(model.judge(words, (GROUP,)), model.groups[GROUP])})
    labels = np.array([SENTIMENTS.index(row["sentiment"]) for row in rows])
    sources = np.array([row["source"] for row in rows])
    for source in sorted(set(sources.tolist())):
        among = sources == source
        print(f"sentiment, {source}: F1 of positive and negative {polar_f1(labels[among], chances.argmax(axis=1)[among]):.3f}")


def _kind(data: Path) -> None:
    examples = [*load_shared(data), *load_corpus(CORPUS)]
    lexicon = generic_lexicon()
    readings = [read(each.title, each.text, each.channel, lexicon) for each in examples]
    rarity = measure_rarity([reading.words for reading in readings])
    rows = matrix([reading.words for reading in readings], CompactModel("bench", "0", rarity.words, rarity.characters, {}, {}), 0)
    _, sentiment = fit_sentiment(rows, examples)
    places = with_kind(examples)
    chosen = [examples[place] for place in places]
    ours = [readings[each] for each in places]
    given = _Given(rows[places], ours, chosen, sentiment[places], clue_block(ours))
    fitted = given.fit(np.arange(len(chosen)), FOLDS)
    care = np.array([each.record is None for each in chosen])
    labels, guesses = _five(fitted.labels[care]), _five(fitted.calibrated.unseen.argmax(axis=1)[care])
    _report_kind("kind on intent/, ten-fold, with the corpus", labels, guesses)
    head = _nested_head(given)
    kernel = _nested_kernel(given)
    for name, parts in (("the head", [head]), ("the head and a kernel, averaged", [head, kernel])):
        likeliest, limited = _decided(parts, chosen)
        _report_kind(f"strictly nested, {name}", labels, likeliest[care])
        _report_kind("the same, decision limits chosen inside the nine folds", labels, limited[care])
    alone = [each for each, is_care in zip(chosen, care, strict=True) if is_care]
    _report_kind("ten-fold, a plain linear model on intent/ alone", labels, _five(_plain(rows[places][care], alone)))


@dataclass(frozen=True, slots=True)
class _Given:
    """The texts whose kind is known: their n-grams, readings, unseen margins of sentiment, and clues."""

    rows: Any
    readings: Sequence[Reading]
    examples: Sequence[Example]
    sentiment: Floats
    clues: Floats

    def fit(self, part: Rows, count: int) -> KindFit:
        """Head and mixer as the shipped kind has them, with the clues, on some of the texts in ``count`` folds."""
        return fit_kind(
            self.rows[part],
            _those(self.readings, part),
            _those(self.examples, part),
            self.sentiment[part],
            count=count,
            own=_OWN,
            own_mixed=_OWN_MIXED,
            strength=_STRENGTH,
            more={_CLUES: self.clues[part]},
        )

    def judge(self, fitted: KindFit, part: Rows) -> Floats:
        """The chances of texts that ``fitted`` has not seen."""
        readings, examples = _those(self.readings, part), _those(self.examples, part)
        return kind_chances(fitted, self.rows[part], readings, examples, self.sentiment[part], {_CLUES: self.clues[part]})


def _those(items: Sequence[Item], part: Rows) -> list[Item]:
    return [items[int(each)] for each in part]


_Nested = list[tuple[Floats, Floats]]
"""For each fold the chances of the texts outside it, each unseen, and of those in it; chatter is neutral."""


def _split(examples: Sequence[Example]) -> list[tuple[Rows, Rows]]:
    folds = folds_of(examples)
    return [(np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)) for fold in range(FOLDS)]


def _nested_head(given: _Given) -> _Nested:
    """The head and mixer, fitted without each fold."""
    nested = []
    for learnt, held in _split(given.examples):
        fitted = given.fit(learnt, INNER)
        nested.append((_merged(fitted.calibrated.unseen), _merged(given.judge(fitted, held))))
    return nested


def _nested_kernel(given: _Given) -> _Nested:
    """A kernel in place of the head, with a mixer over the same signs."""
    kernel, labels, folds = kernel_of(given.rows), kind_labels(given.examples), folds_of(given.examples)
    blocks = kind_blocks(given.readings, given.examples, given.sentiment) | {_CLUES: given.clues}
    nested = []
    for learnt, held in _split(given.examples):
        told, known = _those(given.examples, learnt), labels[learnt]
        margins = kernel_margins(kernel, known, len(KINDS), kind_weights(told, known, _OWN_KERNEL), learnt, held)
        within, without = [{name: block[part] for name, block in blocks.items()} for part in (learnt, held)]
        within[KIND], without[KIND] = margins.learnt, margins.held
        weights = kind_weights(told, known, _OWN_MIXED)
        mixed = fit_calibrated((*KIND_INPUTS, _CLUES), KINDS, within, known, weights, folds[learnt], INNER, _STRENGTH)
        nested.append((_merged(mixed.unseen), _merged(mixed.mixer.probabilities(without))))
    return nested


def _decided(parts: Sequence[_Nested], examples: Sequence[Example]) -> tuple[Labels, Labels]:
    """The kind of every example from the mean of the chances: the likeliest, and with limits chosen without its fold."""
    care, labels = np.array([each.record is None for each in examples]), _five(kind_labels(examples))
    likeliest, limited = np.zeros((2, len(examples)), np.int64)
    for number, (learnt, held) in enumerate(_split(examples)):
        known, new = [np.mean([part[number][side] for part in parts], axis=0) for side in (0, 1)]
        among = care[learnt]
        likeliest[held] = new.argmax(axis=1)
        limited[held] = decide(new, choose_limits(known[among], labels[learnt][among]))
    return likeliest, limited


def _merged(chances: Floats) -> Floats:
    """Chatter is neutral."""
    return np.hstack([chances[:, :-2], chances[:, -2:].sum(axis=1, keepdims=True)])


def _plain(rows: Any, examples: Sequence[Example]) -> Labels:
    from sklearn.svm import LinearSVC

    labels, folds = np.array([KINDS.index(each.kind or "") for each in examples]), folds_of(examples)
    guesses = np.zeros(len(labels), np.int64)
    for fold in range(FOLDS):
        held = folds % FOLDS == fold
        weights = balance(labels[~held], np.ones(int((~held).sum())), 1.0)
        guesses[held] = LinearSVC(C=0.3).fit(rows[~held], labels[~held], sample_weight=weights).predict(rows[held])
    return guesses


def _five(kinds: Labels) -> Labels:
    """Chatter is neutral."""
    return np.minimum(kinds, len(Kind) - 1)


def _report_kind(name: str, labels: Labels, guesses: Labels) -> None:
    dice = np.random.default_rng(1)
    draws = [dice.integers(0, len(labels), len(labels)) for _ in range(ROUNDS)]
    scores = np.array([[f1(labels[draw], guesses[draw], kind) for kind in range(len(Kind))] for draw in draws])
    means = [f1(labels, guesses, kind) for kind in range(len(Kind))]
    low, high = np.percentile(scores, [2.5, 97.5], axis=0)
    wide = np.percentile(scores.mean(axis=1), [2.5, 97.5])
    accuracy = float((labels == guesses).mean())
    print(f"{name}: macro-F1 {np.mean(means):.3f} [{wide[0]:.3f}, {wide[1]:.3f}], accuracy {accuracy:.3f}")
    for kind, mean, least, most in zip(Kind, means, low, high, strict=True):
        print(f"  {kind}: F1 {mean:.3f} [{least:.3f}, {most:.3f}] ({int((labels == list(Kind).index(kind)).sum())})")


def _held_out() -> None:
    records = [record for code in SHIPPED for record in read_records(HELD_OUT / f"{code}.jsonl")]
    model = load_shipped()
    taggers = {code: Tagger(load_profile(code), model) for code in SHIPPED}
    print(evaluate(records, lambda code: taggers[code]).as_text())
    wanted = np.array([_must_be_seen(record) for record in records])
    said = np.array([_by_keywords(record) for record in records])
    right = int((wanted & said).sum())
    print(f"flagging by keywords: recall {right / wanted.sum():.3f} at precision {right / max(1, said.sum()):.3f}")


def _must_be_seen(record: Record) -> bool:
    asks = record.kind in (Kind.COMPLAINT, Kind.REPORT, Kind.INQUIRY)
    return (record.remit is Remit.OURS and asks) or bool(set(record.flags or ()) & set(Flag))


def _by_keywords(record: Record) -> bool:
    text = normalise(f"{record.title or ''} {record.text}")
    profile = load_profile(record.profile)
    named = (*profile.names, *profile.handles, *(word for topic in profile.topics for word in topic.words))
    return any(normalise(word) in text for word in _COMPLAINING) and any(normalise(word) in text for word in named)


if __name__ == "__main__":
    main()
