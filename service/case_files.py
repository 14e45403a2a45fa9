"""``rasd import cases``: cases of direct channels from a CSV file or JSON lines (REQUIREMENTS G4).

The columns are the fields of ``registry.cases.INTAKE_NAMES``; ``path``, ``channel`` and ``title`` are needed. A line without a
``remote_id`` of its own is known again by what it says, so that the same file never registers a case twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
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
from service.row_files import Row, parsed, rows_of

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
    for number, row in rows_of(file, needed=_NEEDED, columns=INTAKE_NAMES):
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


def _intake(row: Row, profile: Profile) -> Intake:
    fields = _fields(parsed(row, '{"path": "inquiry", "channel": "phone", "title": "…"}'))
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
