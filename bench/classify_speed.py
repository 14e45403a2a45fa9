"""How many texts a second the classifier tags on one core: python bench/classify_speed.py [--repeats 5].

Prints the median of several runs beside a calibration loop of the same run, so that machines can be compared. The texts are
put together here from words of the project's own cue lists: their meaning does not matter, their length does.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import random
import statistics
import time
from collections.abc import Callable

from classifiers.compact import load_shipped
from classifiers.cues import cue_phrases
from classifiers.tagger import Tagger, TagInput
from classifiers.watch import compile_queries
from domain.mention import Channel
from domain.profile import WatchQuery
from service.profiles import load_profile


def main() -> None:
    """Runs every measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    profile = load_profile("mcit")
    vocabulary = [word for phrase, _ in cue_phrases() for word in phrase.split()]
    vocabulary += [word for topic in profile.topics for phrase in (*topic.words, *topic.examples) for word in phrase.split()]
    dice = random.Random(1)
    posts = [_text(dice, vocabulary, 100) for _ in range(2_000)]
    articles = [_text(dice, vocabulary, 2_000) for _ in range(1_000)]
    print(f"calibration loop: {statistics.median(_seconds(_calibrate) for _ in range(repeats)):.3f} s")
    print(f"model loads in {statistics.median(_seconds(load_shipped) for _ in range(repeats)):.3f} s")
    tagger = Tagger(profile, load_shipped())
    many = [TagInput(number, "", text, Channel.SOCIAL) for number, text in enumerate(posts)]
    press = [TagInput(number, text[:70], text, Channel.PRESS) for number, text in enumerate(articles)]
    _report("posts in batches", len(many), repeats, lambda: tagger.tag_many(many))
    _report("posts singly", 500, repeats, lambda: [tagger.tag_many([item]) for item in many[:500]])
    _report("articles of 2,000 characters", len(press), repeats, lambda: tagger.tag_many(press))
    queries = [WatchQuery(f"q{number}", "networks/outage", _query(dice, vocabulary)) for number in range(1_000)]
    watcher = compile_queries(queries, profile)
    _report("1,000 watch queries over posts", len(posts), repeats, lambda: [watcher.match("", text) for text in posts])


def _text(dice: random.Random, vocabulary: list[str], length: int) -> str:
    text = ""
    while len(text) < length:
        text += dice.choice(vocabulary) + dice.choice((" ", " ", " ", " ", "، ", ". "))
    return text[:length]


def _query(dice: random.Random, vocabulary: list[str]) -> str:
    words = [word for word in dice.sample(vocabulary, 24) if word.isalpha()][: dice.randint(5, 20)]
    return " AND ".join(f"({' OR '.join(words[place : place + 4])})" for place in range(0, len(words), 4))


def _calibrate() -> int:
    total = 0
    for number in range(3_000_000):
        total += number & 7
    return total


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _report(name: str, count: int, repeats: int, work: Callable[[], object]) -> None:
    work()
    seconds = statistics.median(_seconds(work) for _ in range(repeats))
    print(f"{name}: {count / seconds:,.0f} a second ({count} in {seconds:.3f} s)")


if __name__ == "__main__":
    main()
