"""``rasd export``: rows to JSON lines, CSV or a spreadsheet (DESIGN 5, REQUIREMENTS L3)."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Any, Final

from domain.errors import InputError
from domain.profile import Profile
from registry import export
from registry.database import Database

Row = Mapping[str, Any]
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def write(database: Database, profile: Profile, what: str, format: str, output: Path | None) -> int:
    """Write the rows; returns how many. Raises ``InputError`` where the file cannot be written."""
    public = frozenset(handle.lower() for handle in profile.handles)
    with database.reading() as session:
        rows = export.rows(session, what, public_handles=public)
        if format == "xlsx":
            if output is None:
                raise InputError("a spreadsheet is not written to standard output", "name a file with -o FILE")
            return _write_xlsx(rows, output)
        writer: Callable[[Iterable[Row], IO[str]], int] = _write_csv if format == "csv" else _write_jsonl
        if output is None:
            return writer(rows, sys.stdout)
        try:
            with output.open("w", encoding="utf-8-sig" if format == "csv" else "utf-8", newline="") as stream:
                return writer(rows, stream)
        except OSError as error:
            raise InputError(f"{output}: cannot be written ({error.strerror})", "choose another file") from error


def _write_jsonl(rows: Iterable[Row], stream: IO[str]) -> int:
    count = 0
    for row in rows:
        stream.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
        count += 1
    return count


def _write_csv(rows: Iterable[Row], stream: IO[str]) -> int:
    """With a byte-order mark in files, so that spreadsheets show Arabic."""
    writer, count = None, 0
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(stream, fieldnames=list(row))
            writer.writeheader()
        writer.writerow({key: _cell(value) for key, value in row.items()})
        count += 1
    return count


def _write_xlsx(rows: Iterable[Row], output: Path) -> int:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("rasd")
    sheet.sheet_view.rightToLeft = True
    count = 0
    for row in rows:
        if count == 0:
            sheet.append(list(row))
        cells = []
        for value in row.values():
            cell = WriteOnlyCell(sheet, value=_cell(value))
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a text that starts with = stays a text
            cells.append(cell)
        sheet.append(cells)
        count += 1
    try:
        book.save(output)
    except OSError as error:
        raise InputError(f"{output}: cannot be written ({error.strerror})", "choose another file") from error
    return count


def _cell(value: object) -> str | int | float | None:
    """A value fit for a cell: lists joined, mappings as JSON, no control characters, and no text that a spreadsheet would run."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = _as_text(value)
    text = "".join(character for character in text if character >= " " or character in "\n\t")[:32_000]
    return f"'{text}" if text.startswith(_FORMULA) else text


def _as_text(value: object) -> str:
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=str) if value else ""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
