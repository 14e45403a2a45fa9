"""A list of liaison contacts as a CSV file, read line by line: a line that cannot stand is named, and the others go in. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.arabic import normalise
from domain.entry_flaws import EntryFlaw, remedy
from domain.errors import InputError
from domain.liaison import LiaisonContact, body_code, flaws, tidy, topic_code
from domain.messages import message
from domain.profile import Profile

COLUMNS: Final = ("body", "name", "role", "email", "phone", "topics")
LARGEST: Final = 1_000_000
"""Bytes of a file."""
MOST_LINES: Final = 5000
_ARABIC: Final[Mapping[str, str]] = MappingProxyType(
    {
        normalise(heading): column
        for column, headings in {
            "body": ("الجهة", "جهة"),
            "name": ("الاسم", "اسم"),
            "role": ("الصفة", "المنصب", "الوظيفة"),
            "email": ("البريد", "البريد الإلكتروني"),
            "phone": ("الهاتف", "الجوال", "رقم الهاتف"),
            "topics": ("الموضوعات", "المواضيع"),
        }.items()
        for heading in headings
    }
)


@dataclass(frozen=True, slots=True)
class ReadList:
    """What a file gave: contacts that can stand, and one sentence for each line that cannot."""

    contacts: tuple[LiaisonContact, ...]
    problems: tuple[str, ...]


def read_list(content: bytes, profile: Profile, language: str = "ar") -> ReadList:
    """Read a CSV file (comma, semicolon or tab; UTF-8 or Windows-1256, as Excel writes it). Headings in Arabic or English; bodies
    and topics by their code or their name, several topics are parted by ``;`` or ``،``.

    Raises ``InputError`` for a file that is no such list at all.
    """
    rows = _rows(content)
    columns = [_column(heading) for heading in rows[0]]
    if not {"body", "name"} <= set(columns):
        raise InputError("the file names no columns «body» and «name»", f"its first line is to be: {','.join(COLUMNS)}")
    contacts: list[LiaisonContact] = []
    problems: list[str] = []
    for number, row in enumerate(rows[1:], start=2):
        texts = {column: cell for column, cell in zip(columns, row, strict=False) if column}
        if not any(text.strip() for text in texts.values()):
            continue
        contact = _contact(texts, profile)
        wrong = flaws(contact, profile)
        if wrong:
            problems.append(_sentence(number, wrong[0], texts, language))
        else:
            contacts.append(contact)
    return ReadList(tuple(contacts), tuple(problems))


def write_list(contacts: Sequence[LiaisonContact]) -> str:
    """The file that ``read_list`` reads back. A cell that a spreadsheet would run is quoted with an apostrophe."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(COLUMNS)
    for each in contacts:
        cells = (each.body, each.name, each.role, each.email, each.phone, ";".join(each.topics))
        writer.writerow([_inert(cell) for cell in cells])
    return target.getvalue()


def _rows(content: bytes) -> list[list[str]]:
    if len(content) > LARGEST:
        raise InputError(f"the file has more than {LARGEST:,} bytes", "split it")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1256", "replace")
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise InputError(f"the file is no CSV ({error})", "save it as CSV in UTF-8") from error
    if not rows or len(rows) > MOST_LINES:
        raise InputError("the file is empty" if not rows else f"the file has more than {MOST_LINES:,} lines", "split it")
    return rows


def _column(heading: str) -> str:
    text = heading.strip()
    return text.lower() if text.lower() in COLUMNS else _ARABIC.get(normalise(text), "")


def _contact(texts: Mapping[str, str], profile: Profile) -> LiaisonContact:
    said = {name: texts.get(name, "").removeprefix("'") for name in COLUMNS}
    topics = said["topics"].replace("،", ";").replace(",", ";").split(";")
    return tidy(
        body_code(said["body"], profile),
        said["name"],
        said["role"],
        said["email"],
        said["phone"],
        [topic_code(each, profile) for each in topics if each.strip()],
    )


def _sentence(number: int, flaw: EntryFlaw, texts: Mapping[str, str], language: str) -> str:
    """``السطر 3، الجهة «بلدية»: اختر واحدًا من القائمة``."""
    return message(
        "liaison.bad_line",
        language,
        line=number,
        field=message(f"liaison.{flaw.field}", language),
        given=(texts.get(flaw.field, "") or flaw.given).strip()[:80],
        remedy=remedy(flaw, language),
    )


def _inert(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell
