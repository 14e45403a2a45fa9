"""Rows of a file that people hand in: a table (CSV, with commas, semicolons or tabs) or JSON lines, each with its line number."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from domain.errors import InputError

Row = Mapping[Any, Any] | str
"""A table's row by column, or a line of JSON still to be parsed: one that is bad costs the others nothing."""
TABLES: Final = frozenset({".csv", ".tsv"})
_DELIMITERS: Final = ",;\t"


class _Table(Protocol):
    """What ``csv.reader`` gives."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


def text_of(file: Path) -> str:
    """The file's text: UTF-8, what spreadsheets call Unicode text (UTF-16), or the Arabic code page of Windows; without NUL.

    Raises ``InputError`` where it cannot be read.
    """
    try:
        content = file.read_bytes()
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16").replace("\x00", "")
        try:
            return content.decode("utf-8-sig").replace("\x00", "")
        except UnicodeDecodeError:
            return content.decode("windows-1256").replace("\x00", "")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read ({error})", "give the path of a UTF-8 file") from error


def rows_of(file: Path, *, needed: Sequence[str] = (), columns: Sequence[str] = ()) -> Iterator[tuple[int, Row]]:
    """Rows with the number of the line on which each begins; empty ones are left out. A cell may hold several lines.

    ``needed`` are the columns that a table must have, ``columns`` all that it may. A row with more cells than the header holds
    the rest under None. Raises ``InputError`` where the file cannot be read, lacks a column, or is no table from some line on.
    """
    text = text_of(file)
    if file.suffix.lower() not in TABLES:
        yield from ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())
        return
    head = text.partition("\n")[0]
    table = csv.reader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=head.count), strict=True)
    lines = _lines(table, file)
    names = [name.strip().lower() for name in next(lines, (1, []))[1]]
    missing = [name for name in needed if name not in names]
    if missing:
        raise InputError(f"{file}: the column {' and '.join(missing)} is missing", f"name its columns {', '.join(columns)}")
    for number, cells in lines:
        rest = {None: cells[len(names) :]} if len(cells) > len(names) else {}
        yield number, {**dict(zip(names, cells, strict=False)), **rest}


def parsed(row: Row, example: str) -> Mapping[Any, Any]:
    """The row as a mapping. Raises ``InputError`` for a line that is no JSON object; ``example`` shows one that is."""
    if not isinstance(row, str):
        return row
    try:
        value = json.loads(row)
    except ValueError as error:
        raise InputError(f"not JSON ({error})", "write one object a line") from error
    if not isinstance(value, dict):
        raise InputError("no JSON object", f"write {example}")
    return value


def _lines(table: _Table, file: Path) -> Iterator[tuple[int, list[str]]]:
    """Lines that hold anything, each with the number on which it begins."""
    begins = 1
    try:
        for cells in table:
            if any(cells):
                yield begins, cells
            begins = table.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"{file}: line {begins} is no line of a table ({error})", "correct it; nothing after it was read"
        ) from error
