"""Which characters a body's bytes are, before anything parses it.

Arabic newspapers still publish windows-1256 without saying so, or say so wrongly; every feed parser then shows «ÇáÎÈÑ».
The order: a byte order mark; strict UTF-8 (no other text passes for it by chance; Arabic encoded in it twice is led back);
then what reads as the most Arabic among the declared and the usual Arabic charsets; then the declaration; then windows-1252.
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
_EBCDIC: Final = "<?xm".encode("cp037")
_DECLARED: Final = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_HEADER: Final = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_HEAD_BYTES: Final = 4096
_SAMPLE_BYTES: Final = 200_000
_ARABIC_CHARSETS: Final = ("cp1256", "iso-8859-6")
_WORD: Final = re.compile(r"[\u0621-\u064A]{3,}")
_SPECIALS: Final = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_BYTES: Final = {character: character.encode("cp1252") for character in _SPECIALS}
_RUN: Final = re.compile(f"[\x80-\xff{_SPECIALS}]{{2,}}")
_DOUBLED: Final = re.compile(f"[ØÙ][\x80-\xbf{_SPECIALS}]")
_SURELY_DOUBLED: Final = 10
"""Letters that look encoded twice before a text is taken for it."""
_XML_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_COMMON: Final = re.compile(r"(?<![\u0621-\u064A])(?:ال|وال|في|من|على|إلى|أن|عن|هذا|التي)")


def decode(body: bytes, content_type: str = "") -> str:
    """The body as text. Never raises: what cannot be read becomes the replacement character."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace")
    if body.startswith(_EBCDIC):
        return body.decode("cp037", "replace")
    if body.startswith((b"<\x00\x00\x00", b"\x00\x00\x00<")):
        return body.decode("utf-32-le" if body[0] else "utf-32-be", "replace")
    if b"<" in body[:8] and len(body) >= 8 and not (any(body[1:8:2]) and any(body[0:8:2])):
        return body.decode("utf-16-be" if any(body[1:8:2]) else "utf-16-le", "replace")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_legacy(body, declared(body, content_type))
    return _undoubled(text) if "Ø" in text and "Ù" in text else _of_seven_bits(text, body, content_type)


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


def as_feedparser_would(body: bytes) -> str:
    """The body as feedparser reads it: for a feed that gives it more entries than our own guess of the charset does."""
    from feedparser.encodings import convert_to_utf8

    return str(convert_to_utf8({}, body, {}).decode("utf-8", "replace"))


def _of_seven_bits(text: str, body: bytes, content_type: str) -> str:
    """Charsets that hide their letters in ASCII are believed where they are named and fit (UTF-7, ISO 2022)."""
    if not text.isascii():
        return text
    name = declared(body, content_type)
    try:
        return body.decode(name) if name.startswith(("utf-7", "iso2022", "hz")) else text
    except UnicodeDecodeError:
        return text


def _undoubled(text: str) -> str:
    """Arabic that was taken for windows-1252 and encoded once more («Ø§Ù„» for «ال»), led back run by run."""
    if len(_DOUBLED.findall(text)) < _SURELY_DOUBLED or _WORD.search(text):
        return text
    return _RUN.sub(lambda run: _led_back(run.group()), text)


def _led_back(run: str) -> str:
    try:
        return b"".join(_BYTES.get(character) or character.encode("latin-1") for character in run).decode("utf-8")
    except UnicodeError:
        return run


def _decode_legacy(body: bytes, named: str) -> str:
    sample = body[:_SAMPLE_BYTES]
    if _is_nearly_utf8(sample):
        return body.decode("utf-8", "replace")
    score, arabic = max((_arabic_score(sample, name), name) for name in _ARABIC_CHARSETS)
    if score > 0:
        return body.decode(arabic, "replace")
    name = named if named and not named.startswith("utf") and named != "ascii" else "cp1252"
    return body.decode(name, "replace")


def _is_nearly_utf8(sample: bytes) -> bool:
    """UTF-8 with broken bytes (a title cut in the middle of a letter) stays UTF-8: of other charsets hardly a letter passes."""
    decoded = sample.decode("utf-8", "replace")
    broken = decoded.count("\ufffd")
    foreign = _foreign(decoded) - broken
    return foreign > 2 * broken


def _arabic_score(sample: bytes, name: str) -> int:
    """How Arabic the sample reads in a charset: its commonest words count, where most foreign letters stand in Arabic words."""
    decoded = sample.decode(name, "replace")
    in_words = sum(map(len, _WORD.findall(decoded)))
    return len(_COMMON.findall(decoded)) * 10 + in_words if in_words * 2 > _foreign(decoded) else 0


def _foreign(text: str) -> int:
    """How many characters are not of ASCII."""
    return len(text) - len(text.encode("ascii", "ignore"))
