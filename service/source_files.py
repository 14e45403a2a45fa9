"""Files of sources: OPML as feed readers write it, TOML for hands, CSV for spreadsheets. Nothing that is written is lost."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lxml import etree

from domain.errors import InputError
from domain.source import SourceKind
from service.source_rows import FIELDS, Row, field_of

NAMESPACE: Final = "urn:rasd:sources"
"""Of the attributes in OPML that only Rasd reads; feed readers pass them over."""
MAX_BYTES: Final = 20 * 1024 * 1024
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "'")
_FORMATS: Final = ".opml, .toml or .csv"
_DOCTYPE: Final = re.compile(r"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_DECLARATION: Final = re.compile(r"<\?xml[^>]{0,200}\?>")
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TABLE: Final = re.compile(r"^\s*\[\[\s*source\s*\]\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The rows of a file, and what was passed over in it, one sentence each."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def read_file(file: Path) -> ReadFile:
    """The rows of a file of sources. Raises ``InputError`` where the whole file cannot be read, with the line if one is known."""
    try:
        if file.stat().st_size > MAX_BYTES:
            raise InputError(f"{file}: larger than {MAX_BYTES >> 20} MiB", "split it")
        data = file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror})", "correct the path") from error
    match file.suffix.lower():
        case ".csv":
            return _read_csv(_text(data), file)
        case ".toml":
            return _read_toml(data, file)
        case ".opml" | ".xml":
            return _read_opml(_text(data), file)
        case suffix:
            raise InputError(f"{file}: files ending in «{suffix}» are not read", f"give {_FORMATS}")


def write_file(file: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Write rows (``source_rows.to_values``) to a file that ``read_file`` reads. Raises ``InputError`` for another ending."""
    match file.suffix.lower():
        case ".csv":
            data = _csv(rows).encode("utf-8-sig")
        case ".toml":
            data = _toml(rows).encode()
        case ".opml" | ".xml":
            data = _opml(rows)
        case suffix:
            raise InputError(f"{file}: files ending in «{suffix}» are not written", f"name it {_FORMATS}")
    try:
        file.write_bytes(data)
    except OSError as error:
        raise InputError(f"{file}: cannot be written ({error.strerror})", "choose another place") from error


def _text(data: bytes) -> str:
    """A file as text, whatever wrote it: byte order marks, UTF-16 and windows-1256 included."""
    from crawlers.text.charset import decode

    return decode(data).lstrip("\ufeff").replace("\x00", "")


def _read_csv(text: str, file: Path) -> ReadFile:
    """Columns by their names, in any order; separated by commas, semicolons or tabs."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        header = next((row for row in reader if any(map(str.strip, row))), [])
        fields = [field_of(name) for name in header]
        if not {"url", "query", "name"} & set(fields):
            raise InputError(
                f"{file}, line {reader.line_num}: no column is named url (الرابط) or query",
                f"name the columns: {', '.join(FIELDS)}",
            )
        notes = tuple(
            f"column «{name}» is not known and was passed over"
            for name, field in zip(header, fields, strict=True)
            if name.strip() and not field
        )
        return ReadFile(tuple(_csv_rows(reader, fields)), notes)
    except csv.Error as error:
        raise InputError(f"{file}, line {reader.line_num}: {error}", "correct the line") from error


def _csv_rows(reader: Any, fields: Sequence[str]) -> Iterator[Row]:
    has_url = "url" in fields
    for cells in reader:
        values: dict[str, str] = {}
        for field, cell in zip(fields, cells, strict=False):
            if field and cell.strip():
                # «العنوان» is a title in one file and an address in another.
                is_address = field == "name" and not has_url and cell.strip().startswith(("http://", "https://"))
                values["url" if is_address else field] = _unguarded(cell)
        if values:
            yield Row(f"line {reader.line_num}", values)


def _csv(rows: Sequence[Mapping[str, str]]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, fieldnames=FIELDS)
    writer.writeheader()
    writer.writerows({name: _guarded(value) for name, value in row.items()} for row in rows)
    return stream.getvalue()


def _guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _read_toml(data: bytes, file: Path) -> ReadFile:
    try:
        text = data.decode("utf-8-sig")
        tables = tomllib.loads(text).get("source", [])
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{file}: cannot be read ({error})", "correct the file") from error
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise InputError(f"{file}: «source» is not a list of tables", "begin each source with [[source]]")
    lines = [text.count("\n", 0, match.end()) + 1 for match in _TABLE.finditer(text)]
    rows, notes = [], []
    for number, table in enumerate(tables):
        where = f"line {lines[number]}" if len(lines) == len(tables) else f"[[source]] number {number + 1}"
        rows.append(Row(where, {field: _toml_text(value) for name, value in table.items() if (field := field_of(name))}))
        notes += [f"{where}: the key «{name}» is not known and was passed over" for name in table if not field_of(name)]
    return ReadFile(tuple(rows), tuple(notes))


def _toml_text(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _toml(rows: Sequence[Mapping[str, str]]) -> str:
    tables = ("[[source]]\n" + "".join(f"{key} = {_quoted(value)}\n" for key, value in row.items() if value) for row in rows)
    return "\n".join(tables)


def _quoted(text: str) -> str:
    """A basic string of TOML: no control character stands in it as it is."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'


def _read_opml(text: str, file: Path) -> ReadFile:
    """Outlines with an address, however deep in folders, their attributes' names in any case. No entity is expanded."""
    text = _DOCTYPE.sub(_as_lines, _DECLARATION.sub(_as_lines, text, count=1), count=1)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False, encoding="utf-8")
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(f"{file}: cannot be read ({error})", "correct the file") from error
    if root is None or not isinstance(root.tag, str) or root.tag.lower() != "opml":
        raise InputError(f"{file}: is not OPML", "export it from the feed reader again")
    outlines = [element for element in root.iter() if isinstance(element.tag, str) and element.tag.lower() == "outline"]
    rows = tuple(row for outline in outlines if (row := _outline_row(outline)) is not None)
    return ReadFile(rows, () if rows else ("there is no outline with an address in it",))


def _as_lines(found: re.Match[str]) -> str:
    """What is cut leaves its line breaks, so that later lines keep their numbers."""
    return "\n" * found[0].count("\n")


def _outline_row(outline: etree._Element) -> Row | None:
    """One outline. Attributes of Rasd's namespace win; a folder, which has no address, is none."""
    own = {str(name).removeprefix(f"{{{NAMESPACE}}}"): value for name, value in outline.attrib.items() if NAMESPACE in str(name)}
    plain = {str(name).lower(): str(value) for name, value in outline.attrib.items() if not str(name).startswith("{")}
    address = plain.get("xmlurl") or ("" if plain.get("type", "").lower() == "include" else plain.get("url", "") if own else "")
    if not address.strip() and not own.get("query"):
        return None
    values = {"url": address.strip(), "name": plain.get("title") or plain.get("text") or "", **own}
    return Row(
        f"line {outline.sourceline}", {name: str(value) for name, value in values.items()}, plain.get("htmlurl", "").strip()
    )


def _opml(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Feeds as every reader knows them; other sources as links; what only Rasd knows in attributes of its own."""
    root = etree.Element("opml", version="2.0", nsmap={"rasd": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Rasd"
    body = etree.SubElement(root, "body")
    for row in rows:
        legal = {name: _NOT_XML.sub("", value) for name, value in row.items()}
        is_feed = legal["kind"] == SourceKind.FEED
        place = {"xmlUrl": legal["url"]} if is_feed else {"url": legal["url"]} if legal["url"] else {}
        outline = etree.SubElement(
            body, "outline", type="rss" if is_feed else "link", text=legal["name"], title=legal["name"], **place
        )
        for name, value in legal.items():
            if value and name not in ("url", "name"):
                outline.set(f"{{{NAMESPACE}}}{name}", value)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))
