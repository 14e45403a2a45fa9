from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from classifiers.records import read_records
from domain.errors import InputError
from domain.mention import Channel
from domain.tags import Flag, Kind, Remit
from tests.classifiers.conftest import record


def _file(folder: Path, *lines: object) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    return path


def test_records_are_read_with_their_labels(tmp_path: Path) -> None:
    row = {**record(1, "كيف أسدد؟", "inquiry"), "title": None, "flags": ["rumour"], "dialect": "najdi", "outlet": None}
    (found,) = read_records(_file(tmp_path, row, "", "  "))
    assert (found.kind, found.remit, found.channel, found.title) == (Kind.INQUIRY, Remit.OURS, Channel.SOCIAL, "")
    assert found.flags == frozenset({Flag.RUMOUR})


def test_flags_that_nobody_labelled_are_not_the_same_as_none(tmp_path: Path) -> None:
    row = record(1, "كيف أسدد؟", "inquiry")
    del row["flags"]
    assert read_records(_file(tmp_path, row))[0].flags is None


def test_a_compressed_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(record(1, "نص", "neutral")).encode()))
    assert len(read_records(path)) == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "complain"}, "kind is 'complain'"),
        ({"remit": None}, "remit is None"),
        ({"sentiment": "bad"}, "sentiment is 'bad'"),
        ({"channel": "radio"}, "channel is 'radio'"),
        ({"remit": "none", "topic": "-"}, "kind is neutral"),
        ({"topic": "-"}, "topic"),
        ({"remit": "other"}, "topic"),
        ({"flags": ["odd"]}, "flags"),
        ({"flags": "rumour"}, "flags"),
        ({"text": 5}, "text is 5"),
    ],
)
def test_a_wrong_record_names_file_line_and_remedy(tmp_path: Path, change: dict[str, object], says: str) -> None:
    good = record(1, "كيف أسدد؟", "inquiry")
    with pytest.raises(InputError, match=says) as raised:
        read_records(_file(tmp_path, good, {**good, **change}))
    assert "rows.jsonl line 2" in raised.value.what
    assert raised.value.remedy


@pytest.mark.parametrize("line", ["{", "[1]", "3"])
def test_a_line_that_is_no_object_names_its_number(tmp_path: Path, line: str) -> None:
    with pytest.raises(InputError, match="line 1"):
        read_records(_file(tmp_path, line))


def test_bytes_that_are_not_utf8_name_their_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(json.dumps(record(1, "نص", "neutral")).encode() + b"\n\xff\xfe{}")
    with pytest.raises(InputError, match=r"line 2 is not UTF-8"):
        read_records(path)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_records(tmp_path / "none.jsonl")
