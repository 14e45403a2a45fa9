"""``rasd import cases``: cases of direct channels from a CSV file or JSON lines (REQUIREMENTS G4).

The columns are the fields of ``registry.cases.INTAKE_NAMES``; ``path``, ``channel`` and ``title`` are needed. A line without a
``remote_id`` of its own is known again by what it says, so that the same file never registers a case twice.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from domain.errors import InputError
from domain.people import Actor
from domain.profile import Profile
from notify import acknowledgements
from registry import cases
from registry.batches import chunks
from registry.cases import INTAKE_NAMES, Intake
from registry.database import Database

_AT_ONCE: Final = 500
_NEEDED: Final = ("path", "channel", "title")


@dataclass(frozen=True, slots=True)
class CasesImported:
    """What an import did: cases registered, those known before, and a sentence for each line that could not be used."""

    new: int
    known: int
    problems: tuple[str, ...]


def import_file(
    database: Database, profile: Profile, file: Path, actor: Actor, now: datetime, *, acknowledge: bool = False
) -> CasesImported:
    """Register a file's cases, some hundreds in a transaction; a bad line is named and the rest goes on. ``acknowledge`` writes
    to those who left an e-mail address.

    Raises ``InputError`` where the file cannot be read at all, ``NotAllowed`` where the actor may not register cases.
    """
    good: list[Intake] = []
    problems: list[str] = []
    for number, row in _rows(file):
        try:
            intake = _intake(row, profile)
            cases.check_intake(intake, profile, now)
        except InputError as error:
            problems.append(f"line {number}: {error}")
        else:
            good.append(intake)
    new = 0
    for batch in chunks(good, _AT_ONCE):
        with database.transaction() as session:
            named = {each.remote_id for each in batch}
            new += len(named - set(cases.known_cases(session, named)))
            ids = cases.open_many(session, profile, batch, actor, now)
            for case_id in ids if acknowledge else ():
                acknowledgements.queue(session, profile, case_id, now)
    return CasesImported(new, len(good) - new, tuple(problems))


def _intake(row: Mapping[str, Any] | str, profile: Profile) -> Intake:
    fields = _fields(_parsed(row) if isinstance(row, str) else row)
    given = cases.intake_of(fields, profile)
    return given if given.remote_id else replace(given, remote_id=_known_by(fields))


def _known_by(fields: Mapping[str, str]) -> str:
    said = json.dumps(fields, ensure_ascii=False, sort_keys=True)
    return f"line:{hashlib.sha256(said.encode()).hexdigest()[:40]}"


def _fields(row: Mapping[str, Any]) -> dict[str, str]:
    """Texts by name. A ``party`` of JSON is an object of its own; the extra cells of a CSV line have no name."""
    if None in row:
        raise InputError("the line has more cells than the header", "put texts with commas between quotation marks")
    party = row.get("party")
    flat = {name: value for name, value in row.items() if name != "party"}
    if isinstance(party, Mapping):
        flat |= {f"party_{name}": value for name, value in party.items()}
    return {str(name).strip().lower(): _text(value) for name, value in flat.items() if value is not None}


def _text(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value).strip()


def _rows(file: Path) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Lines with their numbers: of a CSV file as mappings, else lines of JSON still to be parsed."""
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read ({error})", "give the path of a UTF-8 file") from error
    if file.suffix.lower() != ".csv":
        yield from ((number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip())
        return
    header = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count), strict=True)
    columns = [name.strip().lower() for name in reader.fieldnames or ()]
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        raise InputError(f"{file}: the column {' and '.join(missing)} is missing", f"name its columns {', '.join(INTAKE_NAMES)}")
    reader.fieldnames = columns
    try:
        yield from ((reader.line_num, row) for row in reader if any(row.values()))
    except csv.Error as error:
        raise InputError(
            f"{file}: line {reader.line_num} is no line of a table ({error})", "correct it; nothing was registered"
        ) from error


def _parsed(line: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InputError(f"not JSON ({error})", "write one object a line") from error
    if not isinstance(row, dict):
        raise InputError("no JSON object", 'write {"path": "inquiry", "channel": "phone", "title": "…"}')
    return row
