"""Which characters a body's bytes are, before anything parses it.

Arabic newspapers still publish windows-1256 without saying so, or say so wrongly; every feed parser then shows «ÇáÎÈÑ».
The order: a byte order mark; strict UTF-8 (no other text passes for it by chance); then what reads as the most Arabic among
the declared and the usual Arabic charsets; then the declaration; then windows-1252.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED: Final = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_HEADER: Final = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_HEAD_BYTES: Final = 4096
_SAMPLE_BYTES: Final = 200_000
_ARABIC_CHARSETS: Final = ("cp1256", "iso-8859-6")
_WORD: Final = re.compile(r"[\u0621-\u064A]{3,}")
_COMMON: Final = re.compile(r"(?<![\u0621-\u064A])(?:ال|وال|في|من|على|إلى|أن|عن|هذا|التي)")
_XML_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


def decode(body: bytes, content_type: str = "") -> str:
    """The body as text. Never raises: what cannot be read becomes the replacement character."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace")
    if b"<\x00" in body[:8] or b"\x00<" in body[:8]:
        return body.decode("utf-16-le" if body[:2].endswith(b"\x00") else "utf-16-be", "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_legacy(body, declared(body, content_type))


def declared(body: bytes, content_type: str = "") -> str:
    """The charset that the header, or else the document itself, names; in Python's spelling, ``""`` if none that exists."""
    in_header = _HEADER.search(content_type)
    names = [in_header.group(1)] if in_header else []
    names += [match.decode("ascii") for match in _DECLARED.findall(body[:_HEAD_BYTES])[:1]]
    for name in names:
        try:
            return codecs.lookup(name).name
        except LookupError:
            continue
    return ""


def without_declaration(text: str) -> str:
    """The text without its XML declaration: once decoded, what it says of the encoding is no longer true."""
    return _XML_DECLARATION.sub("", text, count=1)


def _decode_legacy(body: bytes, named: str) -> str:
    sample = body[:_SAMPLE_BYTES]
    if _is_nearly_utf8(sample):
        return body.decode("utf-8", "replace")
    arabic = max(_ARABIC_CHARSETS, key=lambda name: _arabic_score(sample, name))
    if _arabic_score(sample, arabic) > 0:
        return body.decode(arabic, "replace")
    name = named if named and not named.startswith("utf") and named != "ascii" else "cp1252"
    return body.decode(name, "replace")


def _is_nearly_utf8(sample: bytes) -> bool:
    """UTF-8 with a few broken bytes (a title cut in the middle of a letter) stays UTF-8."""
    decoded = sample.decode("utf-8", "replace")
    broken = decoded.count("\ufffd")
    foreign = sum(character > "\x7f" for character in decoded) - broken
    return foreign > 10 * broken


def _arabic_score(sample: bytes, name: str) -> int:
    """How Arabic the sample reads in a charset: its commonest words count, where most foreign letters stand in Arabic words."""
    decoded = sample.decode(name, "replace")
    foreign = sum(character > "\x7f" for character in decoded)
    in_words = sum(map(len, _WORD.findall(decoded)))
    return len(_COMMON.findall(decoded)) * 10 + in_words if in_words * 2 > foreign else 0
