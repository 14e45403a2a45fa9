"""Files of outlets: TOML and CSV, read and written. What is wrong is told with file, entry, key and remedy."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from domain.errors import InputError
from domain.outlet import EditorialContact, Outlet
from domain.outlet_fields import as_text, read_fields
from domain.outlet_rules import FACTS, MARK, Flaw, FlawCode, OutletFlawed, contact_flaws, tidy_contact

COLUMNS: Final = ("id", *FACTS, *MARK)
_CONTACT: Final = ("role", "name", "email", "phone")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_DELIMITERS: Final = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class GivenOutlet:
    """What one entry of a file says: ``values`` holds only the fields that it fills in. ``where`` names file and entry."""

    where: str
    id: str
    values: Mapping[str, Any]
    contacts: tuple[EditorialContact, ...] = ()


def read_file(file: Path) -> tuple[list[GivenOutlet], list[str]]:
    """The entries of a file, and a sentence for each that cannot be read. Raises ``InputError`` where none can be."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror})", "give the path of a .toml or .csv file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: is not UTF-8 (byte {error.start})", "save it as «CSV UTF-8» or as a TOML text") from error
    match file.suffix.lower():
        case ".toml":
            return read_toml(text, str(file))
        case ".csv":
            return _read_all(_csv_rows(text, str(file)))
        case suffix:
            raise InputError(f"{file}: files ending in «{suffix}» are not read", "give .toml or .csv")


def read_toml(text: str, where: str) -> tuple[list[GivenOutlet], list[str]]:
    """The same of TOML text: ``[[outlet]]`` tables with ``[[outlet.contact]]`` in them."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{where}: not valid TOML ({error})", "correct the line that it names") from error
    unknown = set(table) - {"outlet"}
    entries = table.get("outlet", [])
    if unknown or not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise InputError(f"{where}: {min(unknown, default='outlet')} is no table of outlets", "write each one under [[outlet]]")
    return _read_all((f"{where}: [[outlet]] number {number}", entry) for number, entry in enumerate(entries, 1))


def write_file(file: Path, outlets: Iterable[Outlet]) -> int:
    """Write outlets to a file that ``read_file`` reads back; returns how many. Raises ``InputError``."""
    found = list(outlets)
    match file.suffix.lower():
        case ".toml":
            text = "\n".join(map(_toml_table, found))
        case ".csv":
            text = "\ufeff" + _csv_text(found)
        case suffix:
            raise InputError(f"{file}: files ending in «{suffix}» are not written", "name it .toml or .csv")
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(f"{file}: cannot be written ({error.strerror})", "choose another file") from error
    return len(found)


def _read_all(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[list[GivenOutlet], list[str]]:
    good: list[GivenOutlet] = []
    problems: list[str] = []
    for where, row in rows:
        try:
            good.append(_given(where, row))
        except InputError as error:
            problems.append(str(error))
    return good, problems


def _given(where: str, row: Mapping[str, Any]) -> GivenOutlet:
    outlet_id = row.get("id")
    if not isinstance(outlet_id, str) or not outlet_id.strip():
        raise OutletFlawed(where, (Flaw("id", FlawCode.EMPTY),))
    named = f"{where} «{outlet_id.strip()}»"
    filled = {name: value for name, value in row.items() if name not in ("id", "contact") and value not in ("", None)}
    values, flaws = read_fields(filled)
    if flaws:
        raise OutletFlawed(named, flaws)
    return GivenOutlet(named, outlet_id.strip(), values, _contacts(named, row.get("contact", [])))


def _contacts(where: str, tables: object) -> tuple[EditorialContact, ...]:
    if not isinstance(tables, list):
        raise OutletFlawed(where, (Flaw("contact", FlawCode.KIND, str(tables)),))
    found = []
    for number, table in enumerate(tables, 1):
        named = f"{where}, contact {number}"
        if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
            raise OutletFlawed(named, (Flaw("contact", FlawCode.KIND, str(table)),))
        unknown = set(table) - set(_CONTACT)
        if unknown:
            raise OutletFlawed(named, (Flaw(min(unknown), FlawCode.UNKNOWN_KEY, table[min(unknown)], ", ".join(_CONTACT)),))
        contact = tidy_contact(**{"role": "", **table})
        flaws = contact_flaws(contact)
        if flaws:
            raise OutletFlawed(named, flaws)
        found.append(contact)
    return tuple(found)


def _csv_rows(text: str, where: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        if "id" not in (reader.fieldnames or ()):
            raise InputError(f"{where}: the first line names no column «id»", f"the columns are: {', '.join(COLUMNS)}, contacts")
        for row in reader:
            yield f"{where}: line {reader.line_num}", _csv_row(row)
    except csv.Error as error:
        raise InputError(f"{where}: line {reader.line_num} is no line of CSV ({error})", "correct its quotes") from error


def _csv_row(row: dict[str | None, Any]) -> Mapping[str, Any]:
    if None in row:
        return {"id": row.get("id"), "columns": ", ".join(map(str, row[None]))}
    cells = {str(name).strip(): _uncell(value or "") for name, value in row.items()}
    given = cells.pop("contacts", "").strip()
    if not given:
        return cells
    try:
        return {**cells, "contact": json.loads(given)}
    except json.JSONDecodeError:
        return {**cells, "contact": given}


def _toml_table(outlet: Outlet) -> str:
    lines = ["[[outlet]]", *(f"{name} = {value}" for name, value in _toml_values(outlet))]
    for contact in outlet.contacts:
        filled = {name: value for name, value in asdict(contact).items() if value}
        lines += ["[[outlet.contact]]", *(f"{name} = {_toml_text(value)}" for name, value in filled.items())]
    return "\n".join(lines) + "\n"


def _toml_values(outlet: Outlet) -> Iterator[tuple[str, str]]:
    for name in COLUMNS:
        text = as_text(outlet, name)
        if name in ("reach", "verified") and text:
            yield name, text
        elif text:
            yield name, _toml_text(text)


def _toml_text(text: str) -> str:
    """A basic string of TOML: JSON's escapes are among its own, once DEL is escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _csv_text(outlets: list[Outlet]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, fieldnames=[*COLUMNS, "contacts"])
    writer.writeheader()
    for outlet in outlets:
        contacts = json.dumps([asdict(each) for each in outlet.contacts], ensure_ascii=False) if outlet.contacts else ""
        writer.writerow({**{name: _cell(as_text(outlet, name)) for name in COLUMNS}, "contacts": contacts})
    return stream.getvalue()


def _cell(text: str) -> str:
    """A cell that no spreadsheet runs as a formula; ``_uncell`` undoes it."""
    return f"'{text}" if text.startswith((*_FORMULA, "'")) else text


def _uncell(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith((*_FORMULA, "'")) else text
