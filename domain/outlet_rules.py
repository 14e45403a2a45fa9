"""What an entry of the outlets directory must look like, and what it still lacks. Pure.

Rules look at form alone: nothing here asks whether an outlet is real, or whether its address answers.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from domain.contact_details import is_email, is_phone, tidy_email, tidy_phone
from domain.errors import InputError
from domain.iso_codes import COUNTRIES, LANGUAGES
from domain.messages import message
from domain.outlet import AnswerChannel, EditorialContact, Medium, Outlet

LONGEST: Final = 200
"""Characters that one field of an entry may have."""
MOST_CONTACTS: Final = 50
MARK: Final = ("verified", "verified_by", "verified_at")
"""The fields that say whether, and by whom, an entry was confirmed."""
FACTS: Final = tuple(each.name for each in fields(Outlet) if each.name not in ("id", "contacts", *MARK))
"""What an entry says of its outlet, contacts apart."""

_ID: Final = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]{0,78}[^\s\x00-\x1f\x7f])?")
_ARABIC: Final = re.compile(r"[ء-ي]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_HOST: Final = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})")
_HANDLE: Final = re.compile(r"[A-Za-z0-9_]{1,15}")
_SHARED_PREFIX: Final = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=.+\.)")


class FlawCode(StrEnum):
    """What is wrong with one field; the catalogue has the remedy under ``outlet_flaw``."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL = "control"
    ID = "id"
    NOT_ARABIC = "not_arabic"
    COUNTRY = "country"
    LANGUAGE = "language"
    HOME_URL = "home_url"
    HANDLE = "handle"
    EMAIL = "email"
    PHONE = "phone"
    REACH = "reach"
    UNREACHABLE = "unreachable"
    HOME_TAKEN = "home_taken"
    CHOICE = "choice"
    ID_TWICE = "id_twice"
    UNKNOWN_KEY = "unknown_key"
    KIND = "kind"


@dataclass(frozen=True, slots=True)
class Flaw:
    """One field that cannot stand as given. ``given`` is its value; ``hint`` what the remedy names (the choices, say)."""

    field: str
    code: FlawCode
    given: str = ""
    hint: str = ""


class OutletFlawed(InputError):
    """An entry, or a contact of it, cannot stand as given; ``flaws`` are its fields, ``where`` names file and entry."""

    def __init__(self, where: str, flaws: tuple[Flaw, ...]) -> None:
        self.flaws = flaws
        super().__init__(f"{where}: {flaws[0].field} is «{flaws[0].given}»", remedy(flaws[0], "en"))


def remedy(flaw: Flaw, language: str = "ar") -> str:
    """What to write instead."""
    return message(f"outlet_flaw.{flaw.code.value}", language, hint=flaw.hint)


class Gap(StrEnum):
    """What an entry lacks before an answer can reach its outlet (REQUIREMENTS N1)."""

    NO_EDITOR_EMAIL = "no_editor_email"
    """Answers are to go by e-mail, and no editor's address is known."""
    NO_HANDLE = "no_handle"
    """Answers are to go to its posts on X, and its account is not known."""
    NO_CHANNEL = "no_channel"
    """An editor's address is known, and no channel for answers is chosen."""


def home_host(url: str) -> str:
    """Host (and port, where one is named) of a home page in lower case, without ``www.`` and the like; empty where it has none.

    Takes a bare host as well: ``www.paper.example`` gives ``paper.example``.
    """
    text = url.strip()
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
        port = parts.port
    except ValueError:
        return ""
    host = _SHARED_PREFIX.sub("", (parts.hostname or "").rstrip("."))
    return f"{host}:{port}" if host and port not in (None, 80, 443) else host


def is_bare(outlet: Outlet) -> bool:
    """Whether nobody has said anything of it yet: the entry that something gathered made by itself."""
    return outlet == Outlet(outlet.id, outlet.id)


def flaws(outlet: Outlet, before: Outlet | None = None) -> tuple[Flaw, ...]:
    """What cannot stand, by field. What stood so ``before`` is let be: an old entry can be completed step by step."""
    found = [_text_flaw(name, getattr(outlet, name)) for name in ("name_ar", "name_en", "source")]
    found += [
        Flaw("id", FlawCode.ID, outlet.id) if not _ID.fullmatch(outlet.id) else None,
        Flaw("name_ar", FlawCode.NOT_ARABIC, outlet.name_ar) if not _ARABIC.search(outlet.name_ar) else None,
        Flaw("country", FlawCode.COUNTRY, outlet.country) if outlet.country not in COUNTRIES else None,
        Flaw("language", FlawCode.LANGUAGE, outlet.language) if outlet.language not in LANGUAGES else None,
        Flaw("home_url", FlawCode.HOME_URL, outlet.home_url) if not _is_home(outlet.home_url) else None,
        Flaw("handle", FlawCode.HANDLE, outlet.handle) if outlet.handle and not _HANDLE.fullmatch(outlet.handle) else None,
        Flaw("editor_email", FlawCode.EMAIL, outlet.editor_email)
        if outlet.editor_email and not is_email(outlet.editor_email)
        else None,
        Flaw("reach", FlawCode.REACH, str(outlet.reach)) if outlet.reach is not None and not 1 <= outlet.reach <= 5 else None,
    ]
    stood = {name for name in FACTS if before is not None and getattr(outlet, name) == getattr(before, name)}
    known = before.contacts if before else ()
    contacts = [flaw for each in outlet.contacts if each not in known for flaw in contact_flaws(each)]
    first: dict[str, Flaw] = {}
    for flaw in [*(each for each in found if each), *contacts]:
        if flaw.field not in stood:
            first.setdefault(flaw.field, flaw)
    return tuple(first.values())


def contact_flaws(contact: EditorialContact) -> tuple[Flaw, ...]:
    """What cannot stand in one contact: a role, and a way to reach it, are the least (REQUIREMENTS W10)."""
    texts = [_text_flaw(name, getattr(contact, name)) for name in ("role", "name", "email", "phone")]
    found = [each for each in texts if each]
    if not contact.role:
        found.append(Flaw("role", FlawCode.EMPTY))
    if contact.email and not is_email(contact.email):
        found.append(Flaw("email", FlawCode.EMAIL, contact.email))
    if contact.phone and not is_phone(contact.phone):
        found.append(Flaw("phone", FlawCode.PHONE, contact.phone))
    if not contact.email and not contact.phone:
        found.append(Flaw("email", FlawCode.UNREACHABLE))
    return tuple(found)


def tidy_contact(role: str, name: str = "", email: str = "", phone: str = "") -> EditorialContact:
    """A contact as people type it, made even: no spaces around, Western digits, a host in lower case."""
    return EditorialContact(role.strip(), name.strip(), tidy_email(email), tidy_phone(phone))


def gaps(outlet: Outlet) -> tuple[Gap, ...]:
    """What keeps an answer from reaching it."""
    found = []
    if outlet.answer_channel is AnswerChannel.EMAIL and not outlet.editor_email:
        found.append(Gap.NO_EDITOR_EMAIL)
    if outlet.answer_channel is AnswerChannel.X_REPLY and not outlet.handle and outlet.medium is not Medium.SOCIAL:
        found.append(Gap.NO_HANDLE)
    if outlet.answer_channel is AnswerChannel.NONE and outlet.editor_email:
        found.append(Gap.NO_CHANNEL)
    return tuple(found)


def fingerprint(outlet: Outlet) -> str:
    """A short digest of everything that an entry says: two people who edit it at a time are told apart by it."""
    return hashlib.sha256(repr(outlet).encode()).hexdigest()[:16]


def _text_flaw(name: str, value: str) -> Flaw | None:
    if _CONTROL.search(value):
        return Flaw(name, FlawCode.CONTROL, _CONTROL.sub("␤", value))
    return Flaw(name, FlawCode.TOO_LONG, value[:40], str(LONGEST)) if len(value) > LONGEST else None


def _is_home(url: str) -> bool:
    """Whether it is the https address of a public site, without credentials, query or fragment. None given is fine."""
    if not url:
        return True
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = parts.scheme == "https" and parts.username is None and port is None and not parts.query and not parts.fragment
    return plain and len(url) <= LONGEST and not re.search(r"\s", url) and bool(_HOST.fullmatch(parts.netloc))
