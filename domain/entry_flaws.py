"""What is wrong with an entry that somebody typed into a directory, field by field, with the remedy in the reader's words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.contact_details import is_email, is_phone
from domain.errors import InputError
from domain.messages import message

LONGEST: Final = 200
"""Characters that a name or the like may have."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_ARABIC: Final = re.compile(r"[ء-ي]")


class EntryFault(StrEnum):
    """What is wrong with one field; the catalogue has the remedy under ``entry_flaw``."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL = "control"
    NOT_ARABIC = "not_arabic"
    CODE = "code"
    TAKEN = "taken"
    EMAIL = "email"
    PHONE = "phone"
    UNREACHABLE = "unreachable"
    CHOICE = "choice"
    IN_USE = "in_use"
    PASSWORD = "password"  # noqa: S105 - the name of a field's fault
    NUMBER = "number"
    CONFIRM = "confirm"
    DAY = "day"
    HOURS = "hours"
    MINUTE = "minute"
    MOMENT = "moment"
    FUTURE = "future"
    CALENDARS = "calendars"
    ADDRESS = "address"
    OUTLET = "outlet"
    FILE = "file"
    FILE_FORM = "file_form"
    FORM_MINUTE = "form_minute"
    NO_TEXT = "no_text"


@dataclass(frozen=True, slots=True)
class EntryFlaw:
    """One field that cannot stand as given. ``given`` is its value; ``hint`` what the remedy names."""

    field: str
    code: EntryFault
    given: str = ""
    hint: str = ""


class EntryFlawed(InputError):
    """An entry cannot stand as given; ``flaws`` are its fields, ``where`` names the directory and the entry."""

    def __init__(self, where: str, flaws: tuple[EntryFlaw, ...]) -> None:
        self.flaws = flaws
        super().__init__(f"{where}: {flaws[0].field} is «{flaws[0].given}»", remedy(flaws[0], "en"))


def remedy(flaw: EntryFlaw, language: str = "ar") -> str:
    """What to write instead."""
    return message(f"entry_flaw.{flaw.code.value}", language, hint=flaw.hint)


def demand(where: str, found: Iterable[EntryFlaw | None]) -> None:
    """Raises ``EntryFlawed`` with the first flaw of each field, where there is any."""
    first: dict[str, EntryFlaw] = {}
    for flaw in found:
        if flaw is not None:
            first.setdefault(flaw.field, flaw)
    if first:
        raise EntryFlawed(where, tuple(first.values()))


def text_flaw(name: str, text: str, *, needed: bool = False, longest: int = LONGEST) -> EntryFlaw | None:
    """The flaw of one line of text."""
    if needed and not text:
        return EntryFlaw(name, EntryFault.EMPTY)
    if _CONTROL.search(text):
        return EntryFlaw(name, EntryFault.CONTROL, _CONTROL.sub("␤", text)[:40])
    return EntryFlaw(name, EntryFault.TOO_LONG, text[:40], str(longest)) if len(text) > longest else None


def prose_flaw(name: str, text: str, *, needed: bool = False, longest: int = 4000) -> EntryFlaw | None:
    """The flaw of a text of several lines."""
    if needed and not text:
        return EntryFlaw(name, EntryFault.EMPTY)
    return EntryFlaw(name, EntryFault.TOO_LONG, text[:40], str(longest)) if len(text) > longest else None


def arabic_flaw(name: str, text: str) -> EntryFlaw | None:
    """The flaw of a name that people read in Arabic."""
    return text_flaw(name, text, needed=True) or (None if _ARABIC.search(text) else EntryFlaw(name, EntryFault.NOT_ARABIC, text))


def choice_flaw(name: str, code: str, choices: Iterable[str], *, needed: bool = True) -> EntryFlaw | None:
    """The flaw of a code that is none of the choices."""
    if not code and not needed:
        return None
    return None if code in choices else EntryFlaw(name, EntryFault.CHOICE, code)


def email_flaw(name: str, text: str) -> EntryFlaw | None:
    """The flaw of an e-mail address; none given is fine."""
    return EntryFlaw(name, EntryFault.EMAIL, text[:80]) if text and not is_email(text) else None


def phone_flaw(name: str, text: str) -> EntryFlaw | None:
    """The flaw of a telephone number; none given is fine."""
    return EntryFlaw(name, EntryFault.PHONE, text[:40]) if text and not is_phone(text) else None
