"""The project's own corpus: large and various enough to learn from, and no text a variation of another."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import combinations

import pytest

from classifiers.records import Record, read_records
from classifiers.train import CORPUS
from domain.mention import Channel
from domain.tags import Kind, Remit
from service.profiles import SHIPPED, load_profile

_NAMES = re.compile(r"[@#]\w+|[A-Z]\w+|\d+")
_COMMON = 60
"""A run of three words in more texts than this is a phrase of the language, no sentence frame."""


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return [record for path in sorted(CORPUS.glob("*.jsonl")) for record in read_records(path)]


def test_it_is_large_enough_and_every_id_is_its_own(records: list[Record]) -> None:
    channels = Counter(record.channel for record in records)
    assert channels[Channel.SOCIAL] >= 3000
    assert channels[Channel.PRESS] >= 600
    assert len({record.id for record in records}) == len({record.text for record in records}) == len(records)


@pytest.mark.parametrize("code", SHIPPED)
def test_every_topic_of_a_profile_is_taught(code: str, records: list[Record]) -> None:
    taught = Counter(record.topic for record in records if record.profile == code)
    assert {topic.code: taught[topic.code] for topic in load_profile(code).topics if taught[topic.code] < 25} == {}


def test_what_is_nobody_s_matter_is_neutral_and_has_no_topic(records: list[Record]) -> None:
    for record in records:
        if record.remit is Remit.NONE:
            assert record.kind is Kind.NEUTRAL, record.id
        assert (record.topic == "-") is (record.remit is not Remit.OURS), record.id


def test_no_two_texts_share_a_sentence_frame(records: list[Record]) -> None:
    frames = [_frame(record) for record in records]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, frame in enumerate(frames):
        for gram in frame:
            holders[gram].append(place)
    shared: Counter[tuple[int, int]] = Counter()
    for places in holders.values():
        if len(places) <= _COMMON:
            shared.update(combinations(places, 2))
    alike = [
        (records[one].id, records[other].id)
        for (one, other), count in shared.items()
        if count / len(frames[one] | frames[other]) >= 0.5
    ]
    assert alike == []


def _frame(record: Record) -> frozenset[tuple[str, ...]]:
    """The runs of three words of a text, its names and numbers masked."""
    words = _NAMES.sub("_", f"{record.title} {record.text}").split()
    return frozenset(tuple(words[place : place + 3]) for place in range(len(words) - 2))
