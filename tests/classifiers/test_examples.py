"""What the compact model learns from: kinds read for posts of the sentiment sets, and what a text of the corpus counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from classifiers import examples
from classifiers.examples import Example, digest_of, load_corpus, load_shared, read_kinds
from classifiers.signals import CHATTER
from domain.errors import InputError
from domain.tags import Kind
from tests.classifiers.conftest import COMPLAINTS, INQUIRIES, PRAISES, rows


@pytest.fixture
def kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "kinds.tsv"
    monkeypatch.setattr(examples, "READ_KINDS", path)
    return path


def _of_the_sentiment_set(data_dir: Path, text: str) -> Example:
    return next(each for each in load_shared(data_dir) if each.text == text and each.source == "own")


def test_a_post_of_a_sentiment_set_takes_the_kind_that_was_read_for_it(data_dir: Path, kinds: Path) -> None:
    lines = [(PRAISES[0], "praise"), (INQUIRIES[0], CHATTER)]
    kinds.write_text("".join(f"{digest_of(text)}\t{kind}\n" for text, kind in lines), "utf-8")
    praise, chatter, unread = [_of_the_sentiment_set(data_dir, text) for text in (PRAISES[0], INQUIRIES[0], COMPLAINTS[0])]
    assert (praise.kind, praise.domain, praise.sentiment) == ("praise", "public", "positive")
    assert (chatter.kind, chatter.domain, chatter.sentiment) == ("neutral", "none", "neutral")
    assert (unread.kind, unread.domain) == (None, None)


def test_a_text_that_comes_again_teaches_its_kind_once(tmp_path: Path, data_dir: Path, kinds: Path) -> None:
    kinds.write_text(f"{digest_of('شكرا لكم')}\tpraise\n", "utf-8")
    twice = [{"source": "own", "text": "شكرا لكم", "sentiment": "positive"}] * 2
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in twice), "utf-8")
    assert [each.kind for each in examples._sentiment(tmp_path / "train.jsonl", read_kinds())] == ["praise", None]


def test_without_the_file_of_kinds_a_sentiment_set_has_moods_alone(data_dir: Path, kinds: Path) -> None:
    assert not kinds.exists()
    assert {each.kind for each in load_shared(data_dir) if each.source == "own"} == {None}


@pytest.mark.parametrize("line", ["0123456789abcdef\tpraised", "0123\tpraise", "0123456789abcdef praise"])
def test_a_wrong_line_of_kinds_is_said_with_its_number(line: str, kinds: Path) -> None:
    kinds.write_text(f"0123456789abcdef\tpraise\n{line}\n", "utf-8")
    with pytest.raises(InputError, match="line 2"):
        read_kinds()


def test_the_kinds_that_ship_hold_digests_and_kinds_and_no_text() -> None:
    kinds = read_kinds()
    assert len(kinds) == len(examples.READ_KINDS.read_text("utf-8").splitlines()) == 6600
    assert set(kinds.values()) == {*map(str, Kind), CHATTER}
    assert all(int(digest, 16) >= 0 for digest in kinds)


def test_care_posts_count_less_than_other_texts_of_the_corpus(tmp_path: Path) -> None:
    one, other = rows()[:2]
    for name, row in (("care_posts", one), ("lamps", other)):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    weights = {each.text: each.weight for each in load_corpus(tmp_path)}
    assert 0 < weights[str(one["text"])] < weights[str(other["text"])] == 1
