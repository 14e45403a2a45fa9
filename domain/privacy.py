"""Personal data inside a text: found by form and checksum, masked outside the case (REQUIREMENTS L1, L3, C1)."""

from __future__ import annotations

import hashlib
import hmac
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
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
    PASSPORT = "passport"
    CARD = "card"
    ADDRESS = "address"
    """A short national address: four letters and four digits that lead to one door."""


@dataclass(frozen=True, slots=True)
class Found:
    """A half-open span of a text that holds personal data."""

    kind: PersonalDatum
    start: int
    end: int


_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫", "01234567890123456789.")
_DIGIT: Final = re.compile(r"\d")
_LONG: Final = re.compile(r"\d(?:[ \u00a0.\-()\u2010-\u2015]{0,2}\d){6}")
_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63})+")
_SEPARATOR: Final = r"[ \u00a0.\-()\u2010-\u2015]{0,2}"
_PHONE: Final = re.compile(
    r"(?<![\d.,#/])(?:"
    rf"(?:(?:\+|00){_SEPARATOR})?966{_SEPARATOR}(?:0{_SEPARATOR})?(?:5\d|1[1-7])(?:{_SEPARATOR}\d){{7}}"  # Saudi, with its code
    rf"|0{_SEPARATOR}5\d(?:{_SEPARATOR}\d){{7}}"  # a mobile number
    rf"|0{_SEPARATOR}1[1-7](?:{_SEPARATOR}\d){{7}}"  # a line in a house
    rf"|\+{_SEPARATOR}(?!966)[1-9]\d{{0,2}}(?:{_SEPARATOR}\d){{7,12}}"  # any other country's
    rf"|00(?!966)[1-9]\d{{0,2}}(?:{_SEPARATOR}\d){{7,12}}"
    r")(?!\d|[.,/]\d)"
)
"""Mobile, house and foreign numbers. What begins with 9200 or 800 is an institution's line, and nobody's own."""
_CALLED_PHONE: Final = re.compile(
    rf"(?:جوال|جوّال|رقمي|موبايل|هاتف|تلفون|تليفون|واتس|واتساب|mobile|phone|call|whatsapp)\D{{0,12}}(?<!\d)"
    rf"(5\d(?:{_SEPARATOR}\d){{7}})(?!\d)",
    re.IGNORECASE,
)
"""A mobile number without its zero, which only the word before it tells from an amount."""
_IDENTITY: Final = re.compile(
    r"(?<![\d.,+#/-])(?:[12]\d{9}|[12][ -]\d{3}[ -]\d{3}[ -]\d{3}|[12]\d{3}[ -]\d{3}[ -]\d{3})(?![\d]|[.,/]\d)"
)
_CALLED_IDENTITY: Final = re.compile(
    r"(?:هوي[ةته]\w{0,3}|السجل المدني|سجلي المدني|سجل مدني|إقام[ةت]\w{0,2}|اقام[ةت]\w{0,2}|حسابي?|iqama|national id|id number)"
    r"\D{0,16}(?<!\d)(\d{10})(?!\d)",
    re.IGNORECASE,
)
"""Ten digits that the text itself calls an identity, a residence permit or an account: personal whatever their checksum."""
_TELLS: Final = r"(?:[ ]?(?:رقم\w{0,2}|no|number|id|برقم|هو|is)){0,2}[.:\s#-]{0,4}$"
_ORDER: Final = re.compile(
    r"(?<!\w)(?:الطلب|طلب|طلبي|طلبنا|التذكرة|تذكرة|البلاغ|بلاغ|بلاغي|الشكوى|شكوى|شكواي|المعاملة|معاملة|معاملتي|المرجعي|مرجعي|الشحنة|"
    rf"شحنة|شحنتي|بوليصة|order|ticket|reference|ref|request|tracking|shipment|case){_TELLS}",
    re.IGNORECASE,
)
"""What makes the number after it a matter's and nobody's own: an order, a ticket, a parcel."""
_REGISTER: Final = re.compile(
    r"(?<!\w)(?:الفاتورة|فاتورة|العداد|عداد|الحساب الموحد|الرقم الموحد|السجل التجاري|سجل تجاري|سجلنا التجاري|سجله التجاري|س\.ت|"
    r"الصك|صك|رخصة|الرخصة|العقد|عقد|المنافسة|منافسة|أمر الدفع|المنشأة|invoice|cr|commercial registration|licence|license|unified)"
    rf"{_TELLS}",
    re.IGNORECASE,
)
"""The like for what has ten digits as an identity has: a bill, a deed, a commercial register."""
_LOOKS_BACK: Final = 40
_AMOUNT: Final = re.compile(r"\s?(?:ريال|ر\.س|هللة|دولار|SAR|SR|USD|riyals?|مليون|ألف|الف|متر|كم)(?!\w)", re.IGNORECASE)
_LETTER: Final = "[أابحدرسصطعقكلمنهوىي]"
_SPACED: Final = rf"{_LETTER}(?:هـ)?ـ?[ -]{_LETTER}ـ?[ -]{_LETTER}ـ?"
_PLATE: Final = re.compile(rf"(?<!\w)(?:{_SPACED}[ -]{{0,2}}\d{{1,4}}|\d{{1,4}}[ -]{{1,2}}{_SPACED})(?!\w)(?![ -]\d)")
_SPEAKS_OF_PLATE: Final = re.compile(r"لوح|سيار|plate|car number|licence|license", re.IGNORECASE)
_PLATE_WORD: Final = r"(?:لوح[ةته]\w{0,2}|اللوح[ةه]|لوحات|رقم سيار[ةته]\w{0,3}|رقم السيار[ةه]|plate|car number|licence|license)"
_CALLED_PLATE: Final = re.compile(
    rf"{_PLATE_WORD}[^\d\n]{{0,14}}?(?<!\w)("
    rf"(?!رقم){_LETTER}[ ]?{_LETTER}[ ]?{_LETTER}[ -]?\d{{1,4}}|\d{{1,4}}[ -]?{_LETTER}[ ]?{_LETTER}[ ]?{_LETTER}"
    r"|[ABDEGHJKLNRSTUVXZ][ ]?[ABDEGHJKLNRSTUVXZ][ ]?[ABDEGHJKLNRSTUVXZ][ -]?\d{1,4}"
    r"|\d{1,4}[ -]?[ABDEGHJKLNRSTUVXZ][ ]?[ABDEGHJKLNRSTUVXZ][ ]?[ABDEGHJKLNRSTUVXZ])(?!\w)",
)
"""Three letters of the alphabet of Saudi plates and up to four digits: as they stand where the letters are apart («ا ب ح 1234»),
else where the text speaks of a plate or a car."""
_PASSPORT: Final = re.compile(r"(?:جواز\w{0,3}|passport)[^\d\n]{0,20}?(?<!\w)([A-Z]{1,2}[ ]?\d{7,8})(?!\w)", re.IGNORECASE)
_CARD: Final = re.compile(r"(?<![\d.,-])[3-6]\d{3}([ -]?)\d{4}\1\d{4}\1\d{4}(?![\d])")
_ADDRESS: Final = re.compile(
    r"(?:عنوان\w{0,3}|العنوان|المختصر|national address|short address)[^\d\n]{0,24}?(?<!\w)([A-Z]{4}[ ]?\d{4})(?!\w)",
    re.IGNORECASE,
)
_ADDRESS_FORM: Final = re.compile(r"[A-Za-z]{4} ?\d{4}")
_IBAN: Final = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{2}\d{2}(?:[ -]?[0-9A-Za-z]){11,30}")
_IBAN_LENGTHS: Final = {
    "SA": 24, "AE": 23, "BH": 22, "KW": 30, "OM": 23, "QA": 29, "JO": 30, "EG": 29, "LB": 28, "PS": 29, "IQ": 23, "TN": 24,
    "YE": 30, "LY": 25, "MR": 27, "SD": 18, "TR": 26, "PK": 24, "GB": 22, "DE": 22, "FR": 27, "ES": 24, "IT": 27, "NL": 18,
    "CH": 21, "AT": 20, "BE": 16, "SE": 24, "NO": 15, "DK": 18, "FI": 18, "IE": 22, "PT": 25, "GR": 27, "PL": 28, "RO": 24,
    "CY": 28, "LU": 20, "BA": 20, "AZ": 28, "KZ": 20,
}  # fmt: skip
"""Characters of an IBAN by country, as the registry of IBANs gives them."""


def find_personal_data(text: str) -> list[Found]:
    """Personal data by form and checksum, in order of place; spans do not overlap.

    Identity and residence numbers (Luhn), mobile, house and foreign telephone numbers, IBANs (mod 97), payment cards (Luhn),
    e-mail addresses, number plates, passports and short national addresses; digits of any script, blanks and dashes between. An
    amount, a date, an institution's 9200 or 800 line, and what the text calls an order, a bill or a commercial register are not.
    """
    found = [Found(PersonalDatum.EMAIL, *match.span()) for match in _EMAIL.finditer(text)] if "@" in text else []
    if _DIGIT.search(text):
        plain = text.translate(_DIGITS)
        if _LONG.search(plain):
            found += _long_numbers(plain)
        found += _plates(plain)
    return _apart(found)


def _long_numbers(plain: str) -> Iterator[Found]:
    """What is written in seven digits and more, the surest first."""
    for match in _IBAN.finditer(plain):
        end = _end_of_iban(match.group())
        if end:
            yield Found(PersonalDatum.IBAN, match.start(), match.start() + end)
    for pattern, group, kind in _NUMBERS:
        for match in pattern.finditer(plain):
            span = match.span(group)
            if not _is_of_a_matter(plain, *span) and _holds(kind, group, plain, *span):
                yield Found(kind, *span)


_NUMBERS: Final = (
    (_CALLED_IDENTITY, 1, PersonalDatum.IDENTITY),
    (_CALLED_PHONE, 1, PersonalDatum.PHONE),
    (_PASSPORT, 1, PersonalDatum.PASSPORT),
    (_CARD, 0, PersonalDatum.CARD),
    (_PHONE, 0, PersonalDatum.PHONE),
    (_IDENTITY, 0, PersonalDatum.IDENTITY),
)
"""The patterns, the group that is the number (1: the words before it say what it is, 0: its form alone does), and its kind."""


def _holds(kind: PersonalDatum, group: int, plain: str, start: int, end: int) -> bool:
    """Whether checksum and neighbourhood agree with what the form alone suggests."""
    if group or kind is PersonalDatum.PHONE:
        return True
    registered = kind is PersonalDatum.IDENTITY and _REGISTER.search(plain, max(0, start - _LOOKS_BACK), start)
    return _is_luhn(_bare(plain[start:end])) and not registered


def _plates(plain: str) -> Iterator[Found]:
    """Plates and short national addresses: a few digits beside letters."""
    yield from (Found(PersonalDatum.PLATE, *match.span()) for match in _PLATE.finditer(plain))
    if _SPEAKS_OF_PLATE.search(plain):
        yield from (Found(PersonalDatum.PLATE, *match.span(1)) for match in _CALLED_PLATE.finditer(plain))
    if _ADDRESS_FORM.search(plain):
        yield from (Found(PersonalDatum.ADDRESS, *match.span(1)) for match in _ADDRESS.finditer(plain))


def _is_of_a_matter(plain: str, start: int, end: int) -> bool:
    """Whether a number is an amount, or the words before it call it an order's or a ticket's."""
    return bool(_ORDER.search(plain, max(0, start - _LOOKS_BACK), start) or _AMOUNT.match(plain, end))


def _apart(found: Sequence[Found]) -> list[Found]:
    """In order of place; where two overlap, the one that was found first stays."""
    kept: list[Found] = []
    taken: list[tuple[int, int]] = []
    for item in found:
        place = bisect_left(taken, (item.start, item.end))
        clear_before = place == 0 or taken[place - 1][1] <= item.start
        if clear_before and (place == len(taken) or item.end <= taken[place][0]):
            taken.insert(place, (item.start, item.end))
            kept.append(item)
    return sorted(kept, key=lambda item: item.start)


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


def _bare(number: str) -> str:
    return number.replace(" ", "").replace("-", "")


def _end_of_iban(text: str) -> int:
    """Where the IBAN that ``text`` begins with ends (length of its country, mod 97), or 0 where it is none."""
    length = _IBAN_LENGTHS.get(text[:2].upper())
    if length is None:
        return 0
    places = [place for place, character in enumerate(text) if character.isalnum()]
    if len(places) < length or (len(places) > length and places[length] == places[length - 1] + 1):
        return 0
    compact = "".join(text[place] for place in places[:length]).upper()
    rearranged = compact[4:] + compact[:4]
    return places[length - 1] + 1 if int("".join(str(int(each, 36)) for each in rearranged)) % 97 == 1 else 0
