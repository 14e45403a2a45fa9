"""``rasd contacts import``: another system's list of contacts, from a CSV file or JSON lines (REQUIREMENTS W3).

Columns: ``at`` and ``channel``, and if known ``kind``, ``topic``, ``answered``, ``seconds``, ``case`` (a reference number) and
``remote_id``, the other system's own id. A line without one is known again by what it says and by how often it was said before in
the file, so that the same file, or a longer one, never counts a contact twice.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session

from domain.case import IntakeChannel
from domain.errors import InputError, NotFound
from domain.people import Actor
from domain.profile import Profile
from domain.tags import OTHER_TOPIC, Kind
from registry import cases, contacts
from registry.batches import chunks
from registry.contacts import Contact
from registry.database import Database
from service.row_files import Row, parsed, rows_of

_AT_ONCE: Final = 5000
_COLUMNS: Final = ("at", "channel", "kind", "topic", "answered", "seconds", "case", "remote_id")
_WORDS: Final = {"yes": True, "true": True, "1": True, "نعم": True, "no": False, "false": False, "0": False, "لا": False}
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_Code = TypeVar("_Code", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class ContactsImported:
    """What an import did: contacts written, those known before, and a sentence for each line that could not be used."""

    new: int
    known: int
    problems: tuple[str, ...]


def import_file(database: Database, profile: Profile, file: Path, actor: Actor, now: datetime) -> ContactsImported:
    """Enter a file's contacts, some thousands in a transaction; a bad line is named and the rest goes on.

    Raises ``InputError`` where the file cannot be read at all.
    """
    problems: list[str] = []
    new = known = 0
    topics = frozenset(topic.code for topic in profile.topics)
    for batch in chunks(list(_identified(rows_of(file, needed=("at", "channel"), columns=_COLUMNS))), _AT_ONCE):
        with database.transaction() as session:
            good = []
            for number, given, line_id in batch:
                try:
                    row = parsed(given, '{"at": "…", "channel": "phone"}')
                    own = _text(row, "remote_id")
                    contact = replace(_contact(row, profile), remote_id=own or line_id, case_id=_case(session, row))
                    contacts.check(contact, topics, now)
                except (InputError, NotFound) as error:
                    problems.append(f"line {number}: {error}")
                else:
                    good.append(contact)
            added = contacts.add_many(session, profile, good, actor, now)
        new, known = new + added.new, known + added.known
    return ContactsImported(new, known, tuple(problems))


def _identified(rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row, str]]:
    """Each line with what it is known by where it names no id of its own."""
    seen: Counter[str] = Counter()
    for number, row in rows:
        said = row if isinstance(row, str) else json.dumps(row, ensure_ascii=False, sort_keys=True, default=str)
        seen[said] += 1
        yield number, row, "line:" + hashlib.sha256(f"{said}\n{seen[said]}".encode()).hexdigest()[:40]


def _contact(row: Mapping[str, Any], profile: Profile) -> Contact:
    seconds = _text(row, "seconds").translate(_DIGITS)
    if seconds and not (seconds.isascii() and seconds.isdigit()):
        raise InputError(f"seconds is «{seconds}»", "write a whole number, or leave it out")
    case = _text(row, "case")
    return Contact(
        at=_moment(row, profile.calendar.timezone),
        channel=_code(row, "channel", IntakeChannel, None),
        kind=_code(row, "kind", Kind, Kind.INQUIRY),
        topic=_text(row, "topic") or OTHER_TOPIC,
        answered=_answered(row, default=not case),
        seconds=int(seconds) if seconds else None,
    )


def _case(session: Session, row: Mapping[str, Any]) -> int | None:
    number = _text(row, "case")
    return cases.find_case(session, number) if number else None


def _answered(row: Mapping[str, Any], *, default: bool) -> bool:
    said = _text(row, "answered").lower()
    if said and said not in _WORDS:
        raise InputError(f"answered is «{said}»", "write yes or no")
    return _WORDS[said] if said else default


def _code(row: Mapping[str, Any], name: str, codes: type[_Code], default: _Code | None) -> _Code:
    said = _text(row, name).lower()
    if not said and default is not None:
        return default
    if said not in list(codes):
        known = ", ".join(each for each in codes if not isinstance(each, IntakeChannel) or each.is_direct)
        raise InputError(f"the {name} «{said}» is not known", f"use one of: {known}")
    return codes(said)


def _moment(row: Mapping[str, Any], timezone: str) -> datetime:
    said = _text(row, "at").translate(_DIGITS)
    try:
        moment = datetime.fromisoformat(said)
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputError(f"at is «{said}»", "write it as 2026-11-21T07:30; without a zone it is the ministry's") from error


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value).strip()
