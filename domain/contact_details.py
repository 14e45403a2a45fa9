"""E-mail addresses and telephone numbers as people type them: made even, and whether they can stand. Pure."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 200
"""Characters that an address may have."""

_EMAIL: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63})"
)
_PHONE: Final = re.compile(r"\+?[0-9()][0-9 ()./-]{5,24}")
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


def is_email(text: str) -> bool:
    """Whether this could be one e-mail address."""
    return bool(_EMAIL.fullmatch(text)) and ".." not in text and len(text) <= LONGEST


def is_phone(text: str) -> bool:
    """Whether this could be one number as people write it, with 5 to 15 digits (ITU-T E.164; short numbers included)."""
    digits = sum(character.isdigit() for character in text)
    return bool(_PHONE.fullmatch(text)) and 5 <= digits <= 15


def tidy_email(text: str) -> str:
    """Without spaces around it, its host in lower case."""
    local, at, host = text.strip().rpartition("@")
    return f"{local}{at}{host.lower()}"


def tidy_phone(text: str) -> str:
    """Without spaces around it, in Western digits."""
    return western_digits(text.strip())


def western_digits(text: str) -> str:
    """Arabic-Indic and Persian digits as Western ones."""
    return text.translate(_DIGITS)
