"""Personal data inside a text: found by form and checksum, masked outside the case (REQUIREMENTS L1, L3, C1)."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit, urlunsplit


class PersonalDatum(StrEnum):
    """What kind of personal data was found."""

    IDENTITY = "identity"
    PHONE = "phone"
    IBAN = "iban"
    EMAIL = "email"
    PLATE = "plate"


@dataclass(frozen=True, slots=True)
class Found:
    """A half-open span of a text that holds personal data."""

    kind: PersonalDatum
    start: int
    end: int


_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_IBAN: Final = re.compile(r"\bSA\d{2}(?:[ ]?[0-9A-Z]{4}){5}\b", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63})+")
_PHONE: Final = re.compile(r"(?<![\d.])(?:(?:\+|00)?966[ -]?|0)5\d(?:[ -]?\d){7}(?![\d])")
_IDENTITY: Final = re.compile(r"(?<!\d)[12]\d{9}(?!\d)")
_CALLED_IDENTITY: Final = re.compile(
    r"(?:هوي[ةته]\w{0,3}|السجل المدني|سجلي المدني|إقام[ةت]\w{0,2}|اقام[ةت]\w{0,2}|حسابي?)\D{0,16}(?<!\d)(\d{10})(?!\d)"
)
"""Ten digits that the text itself calls an identity, a residence permit or an account: personal whatever their checksum."""
_PLATE_LETTER: Final = "[ابحدرسصطعقكلمنهوى]"
_PLATE: Final = re.compile(
    rf"(?:لوحة|لوحته|لوحتها|اللوحة|رقم السيارة)\D{{0,12}}({_PLATE_LETTER}\s?{_PLATE_LETTER}\s?{_PLATE_LETTER}\s?\d{{1,4}})"
)


def find_personal_data(text: str) -> list[Found]:
    """Identity numbers (Luhn), Saudi mobile numbers, IBANs (mod 97), e-mail addresses and number plates, in order of place."""
    plain = text.translate(_DIGITS)
    found = [Found(PersonalDatum.IBAN, *match.span()) for match in _IBAN.finditer(plain) if _is_iban(match.group())]
    found += [Found(PersonalDatum.EMAIL, *match.span()) for match in _EMAIL.finditer(plain)]
    found += [Found(PersonalDatum.PHONE, *match.span()) for match in _PHONE.finditer(plain)]
    found += [Found(PersonalDatum.IDENTITY, *match.span()) for match in _IDENTITY.finditer(plain) if _is_luhn(match.group())]
    known = {(item.start, item.end) for item in found}
    called = [match.span(1) for match in _CALLED_IDENTITY.finditer(plain)]
    found += [Found(PersonalDatum.IDENTITY, *span) for span in called if span not in known]
    found += [Found(PersonalDatum.PLATE, *match.span(1)) for match in _PLATE.finditer(plain)]
    return sorted(found, key=lambda item: item.start)


def mask(text: str) -> str:
    """The text with personal data and social handles replaced by bullets and ``@…`` (REQUIREMENTS L3)."""
    pieces: list[str] = []
    last = 0
    for item in find_personal_data(text):
        if item.start < last:
            continue
        pieces += [text[last : item.start], "•" * min(item.end - item.start, 10)]
        last = item.end
    pieces.append(text[last:])
    return "".join(pieces)


_HANDLE: Final = re.compile(r"(?<![\w@.])@(\w{1,30})")


def mask_handles(text: str, public: frozenset[str]) -> str:
    """The text with every handle that is not one of ``public`` (without @, lower case) replaced by ``@…``."""
    return _HANDLE.sub(lambda match: match.group() if match.group(1).lower() in public else "@…", text)


def private_handles(text: str, public: frozenset[str]) -> list[tuple[int, int]]:
    """Spans of the handles (with their @) that ``mask_handles`` would replace."""
    return [match.span() for match in _HANDLE.finditer(text) if match.group(1).lower() not in public]


def without_handle(url: str) -> str:
    """A post's address that names no author: ``https://x.com/i/status/17`` (REQUIREMENTS L3, DESIGN 5)."""
    parts = urlsplit(url)
    match = re.fullmatch(r"/[^/]+/status/(\d+).*", parts.path)
    return urlunsplit((parts.scheme, parts.netloc, f"/i/status/{match.group(1)}", "", "")) if match else url


def keyed_hash(value: str, secret: bytes) -> str:
    """HMAC-SHA-256 in hex: all that stays of a post that matched no watch query (REQUIREMENTS L1)."""
    return hmac.new(secret, value.encode(), hashlib.sha256).hexdigest()


def _is_luhn(number: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_iban(text: str) -> bool:
    compact = text.replace(" ", "").upper()
    rearranged = compact[4:] + compact[:4]
    return int("".join(str(int(character, 36)) for character in rearranged)) % 97 == 1
