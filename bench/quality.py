"""How well the shipped classifier does, with the data that stays outside the project: python -m bench.quality --data DIR.

- sentiment of the test sets: F1 of positive and negative, averaged, by the shipped model;
- kind on ``intent/``: ten-fold, folds by hash of the normalised text, with intervals by bootstrap: the shipped heads and mixer;
  two heads, one with more signs of words (``kind.words``), with columns for each set (``kind.sets``) and mixers with clues
  (``kind.clues``), averaged, the likeliest kind and with decision limits (``kind.limits``), all fitted inside each nine folds
  (the shipped model has one head and mixer, and none of these); and a plain linear model in the same run for reference;
- the blind held-out texts: every axis, and the flagging decision beside a rule of keywords.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.calibration import calibrate
from bench.kind.clues import clue_block
from bench.kind.limits import calibrate_chances, decide, expected_limits
from bench.kind.sets import CARE, FURTHER_KINDS, IN_HEAD, IN_MIXER, enough, sets_of, weights_of, with_own_columns
from bench.kind.words import word_signs
from classifiers.compact import CompactModel, Floats, load_shipped
from classifiers.evaluate import evaluate
from classifiers.examples import Example, load_corpus, load_shared, read_kinds
from classifiers.fitting import (
    Labels,
    Linear,
    balance,
    fit_calibrated,
    fit_linear,
    matrix,
    measure_rarity,
    unseen_margins,
)
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
    SEED,
    SENTIMENTS,
    balanced,
    fit_kind,
    fit_kind_head,
    fit_sentiment,
    folds_of,
    kind_blocks,
    kind_labels,
    with_kind,
)
from domain.arabic import normalise
from domain.mention import Channel
from domain.tags import Flag, Kind, Remit
from service.profiles import SHIPPED, load_profile

HELD_OUT = Path(__file__).parents[1] / "tests" / "quality" / "held_out"
FOLDS, INNER, INNER_MIXED = 10, 3, 5
ROUNDS = 1000
_CLUES = "clues"
_STRENGTH = 0.1
"""How far the mixer with clues may fit: further than the shipped one."""
_FITS = (fit_kind_head, partial(fit_linear, strength=0.3, seed=SEED, emphasis=0.2))
"""How the head on n-grams and the head on n-grams and signs of words are fitted."""
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
    corpus = load_corpus(CORPUS)
    examples = [*load_shared(data), *corpus]
    lexicon = generic_lexicon()
    readings = [read(each.title, each.text, each.channel, lexicon) for each in examples]
    rarity = measure_rarity([reading.words for reading in readings])
    rows = matrix([reading.words for reading in readings], CompactModel("bench", "0", rarity.words, rarity.characters, {}, {}), 0)
    _, sentiment = fit_sentiment(rows, examples)
    _as_shipped(examples, readings, rows, sentiment)
    # The same texts in the same order: more of them have a kind.
    examples = [*load_shared(data, read_kinds() | read_kinds(FURTHER_KINDS)), *corpus]
    places = _to_learn_from(examples)
    chosen, ours = [examples[place] for place in places], [readings[each] for each in places]
    blocks = kind_blocks(ours, chosen, sentiment[places]) | {_CLUES: clue_block(ours)}
    signs = _with_word_signs(rows[places], ours)
    labels, care = _five(kind_labels(chosen)), sets_of(chosen) == CARE
    likeliest, limited = _nested((rows[places], signs), chosen, blocks)
    _report_kind("strictly nested, two heads with columns for each set, and clues", labels[care], likeliest[care])
    _report_kind("the same with decision limits", labels[care], limited[care])
    alone = [each for each, is_care in zip(chosen, care, strict=True) if is_care]
    _report_kind("ten-fold, a plain linear model on intent/ alone", labels[care], _five(_plain(rows[places][care], alone)))


def _as_shipped(examples: Sequence[Example], readings: Sequence[Reading], rows: Any, sentiment: Floats) -> None:
    places = _to_learn_from(examples)
    chosen, ours = [examples[place] for place in places], [readings[each] for each in places]
    shipped = fit_kind(rows[places], ours, chosen, sentiment[places], FOLDS)
    care, guesses = sets_of(chosen) == CARE, shipped.calibrated.unseen.argmax(axis=1)
    _report_kind("kind on intent/, ten-fold, heads and mixer as shipped", _five(shipped.labels[care]), _five(guesses[care]))


def _to_learn_from(examples: Sequence[Example]) -> Labels:
    places = with_kind(examples)
    return places[enough([examples[place] for place in places])]


def _with_word_signs(rows: Any, readings: Sequence[Reading]) -> Any:
    from scipy import sparse

    return sparse.hstack([rows, word_signs([reading.words for reading in readings])]).tocsr()


def _nested(signs: Sequence[Any], examples: Sequence[Example], blocks: dict[str, Floats]) -> tuple[Labels, Labels]:
    """The kind of every care post from parts that are fitted without its fold: the likeliest, and with decision limits.

    There is one head with its mixer for each of ``signs``; their chances are averaged.
    """
    sets, labels, folds = sets_of(examples), kind_labels(examples), folds_of(examples)
    tasks = [
        _Task(with_own_columns(rows, sets), fit, sets, labels, folds, blocks) for rows, fit in zip(signs, _FITS, strict=True)
    ]
    likeliest, limited = np.zeros((2, len(examples)), np.int64)
    with ProcessPoolExecutor() as pool:
        by_head = [list(pool.map(task, range(FOLDS))) for task in tasks]
    for fold in range(FOLDS):
        learnt, held = folds != fold, (folds == fold) & (sets == CARE)
        known = _five(labels[learnt & (sets == CARE)])
        unseen, new = _averaged([chances[fold] for chances in by_head], known)
        likeliest[held] = new.argmax(axis=1)
        limited[held] = decide(new, expected_limits(unseen))
    return likeliest, limited


def _averaged(by_head: Sequence[tuple[Floats, Floats]], known: Labels) -> tuple[Floats, Floats]:
    """The mean of the heads' chances, unseen and new, each set right before and the mean set right again."""
    calibrations = [calibrate_chances(unseen, known) for unseen, _ in by_head]
    unseen, new = [
        np.mean([calibrate(chances[part]) for calibrate, chances in zip(calibrations, by_head, strict=True)], axis=0)
        for part in (0, 1)
    ]
    together = calibrate_chances(unseen, known)
    return together(unseen), together(new)


@dataclass(frozen=True, slots=True)
class _Task:
    """A head and a mixer to be fitted without one fold: the chances of the other folds' care posts, each from parts that have not
    seen it, and of that fold's."""

    rows: Any
    fit: Callable[..., Linear]
    sets: Labels
    labels: Labels
    folds: Labels
    blocks: dict[str, Floats]

    def __call__(self, fold: int) -> tuple[Floats, Floats]:
        learnt, held = np.flatnonzero(self.folds != fold), np.flatnonzero((self.folds == fold) & (self.sets == CARE))
        known, sets, folds = self.labels[learnt], self.sets[learnt], self.folds[learnt]
        inside, outside = [{name: block[part] for name, block in self.blocks.items()} for part in (learnt, held)]
        weights = balanced(known, weights_of(sets, IN_HEAD))
        inside[KIND] = unseen_margins(self.rows[learnt], known, len(KINDS), weights, folds, INNER, self.fit)
        outside[KIND] = self.fit(self.rows[learnt], known, len(KINDS), weights).margins(self.rows[held])
        weights = balanced(known, weights_of(sets, IN_MIXER))
        mixed = fit_calibrated((*KIND_INPUTS, _CLUES), KINDS, inside, known, weights, folds, INNER_MIXED, _STRENGTH)
        return _merged(mixed.unseen[sets == CARE]), _merged(mixed.mixer.probabilities(outside))


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
