"""Rows of files that people hand in: whatever a spreadsheet writes, each row with the line on which it begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import InputError
from service.row_files import parsed, rows_of, text_of

TABLE = 'Title,Text\r\nحفرة,في شارعنا\r\n\r\nإنارة,"سطر\nوآخر"\r\nلوحة,مائلة\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1256"])
def test_a_table_in_any_encoding_of_a_spreadsheet(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(TABLE.encode(encoding))
    assert list(rows_of(file)) == [
        (2, {"title": "حفرة", "text": "في شارعنا"}),
        (4, {"title": "إنارة", "text": "سطر\nوآخر"}),
        (6, {"title": "لوحة", "text": "مائلة"}),
    ]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_what_parts_the_cells_is_seen_from_the_header(tmp_path: Path, delimiter: str) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(f"title{delimiter}text\nحفرة{delimiter}أولى، ثانية\n", "utf-8")
    assert list(rows_of(file)) == [(2, {"title": "حفرة", "text": "أولى، ثانية"})]


def test_cells_beyond_the_header_are_kept_apart(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("title,text\nأ,ب,ج,د\nأ\n", "utf-8")
    assert list(rows_of(file)) == [(2, {"title": "أ", "text": "ب", None: ["ج", "د"]}), (3, {"title": "أ"})]


def test_lines_of_json_are_parsed_one_by_one(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"title": "أ"}\n\nno\n[1]\n', "utf-8")
    rows = list(rows_of(file))
    assert [number for number, _ in rows] == [1, 3, 4]
    assert parsed(rows[0][1], "{}") == {"title": "أ"}
    for place, said in ((1, "not JSON"), (2, "no JSON object")):
        with pytest.raises(InputError, match=said):
            parsed(rows[place][1], "{}")


def test_what_is_no_table_is_told_with_the_line(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text('title,text\nأ,ب\n"x" y,ب\n', "utf-8")
    rows = rows_of(file)
    assert next(rows)[0] == 2
    with pytest.raises(InputError, match="line 3 is no line of a table"):
        next(rows)


def test_a_missing_column_and_a_missing_file_are_named(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("", "utf-8")
    with pytest.raises(InputError, match="the column title and text is missing"):
        list(rows_of(file, needed=("title", "text"), columns=("title", "text")))
    with pytest.raises(InputError, match="cannot be read"):
        text_of(tmp_path / "none.csv")
