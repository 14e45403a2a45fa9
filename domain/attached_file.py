"""Whether a file may be kept with a case, by its name and its first bytes (REQUIREMENTS W5). Pure; nothing is ever unpacked.

The type is what the bytes say, and the name must agree. Pages, drawings with scripts, programs and macros are refused.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from domain.arabic import without_marks
from domain.errors import InputError

MOST_BYTES: Final = 15 * 1024 * 1024
"""Largest file."""
_NAME: Final = 150
_ENTRIES: Final = 5_000
_UNPACKED: Final = 300 * 1024 * 1024
_RATIO: Final = 200
"""How many times smaller than its content an office file may say that it is: drawings and sheets reach some fifty."""
_ACTIVE: Final = re.compile(
    r"(?:vbaproject|vbadata|macrosheets/|activex/|oleobject\d*\.bin|\.exe$|\.dll$|\.js$|\.vbs$)", re.IGNORECASE
)
_ACTIVE_PDF: Final = re.compile(rb"/(?:JavaScript|Launch)\b")
_HEADER: Final = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2,}")
_MAIL: Final = re.compile(rb"^(?:from|to|subject|date|received|message-id|mime-version):", re.IGNORECASE | re.MULTILINE)
_PROGRAM_IN_MAIL: Final = re.compile(
    rb"name\*?\d*\*?=[^\r\n]{0,200}\.(?:exe|scr|com|bat|cmd|ps1|js|jse|vbs|vbe|wsf|hta|msi|jar|lnk|iso|docm|xlsm|pptm)\b",
    re.IGNORECASE,
)
_MARKUP: Final = re.compile(r"\s*(?:<(?:!doctype|html|head|body|svg|script|\?xml|iframe|!--)|#!|%PDF-|\{\\rtf)", re.IGNORECASE)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that may be kept: its name without folders and marks, and its type."""

    name: str
    media_type: str


def checked_file(name: str, content: bytes) -> AttachedFile:
    """The file as it may be kept. Raises ``InputError``: too large, empty, of a type that is not taken, or not what its name
    says."""
    shown = clean_name(name)
    _, dot, ending = shown.rpartition(".")
    extension = ending.lower() if dot else ""
    if not content:
        raise InputError(f"«{shown}» is empty", "choose the file again").saying("file_empty", name=shown)
    if len(content) > MOST_BYTES:
        raise InputError(
            f"«{shown}» has {len(content) / 1024 / 1024:.1f} MiB",
            f"attach {MOST_BYTES // 1024 // 1024} MiB at most: make it smaller",
        ).saying("file_too_large", most=MOST_BYTES // 1024 // 1024)
    if extension not in _TYPES:
        strange = InputError(f"«{shown}» is of a type that is not taken", f"attach one of: {', '.join(_TYPES)}")
        raise strange.saying("file_type", name=shown, types=", ".join(_TYPES))
    media_type, holds = _TYPES[extension]
    refusal = holds(content)
    if refusal:
        false = InputError(f"«{shown}» is not taken: {refusal}", "save it anew as what its name says, without scripts or macros")
        raise false.saying("file_not_what_it_says", name=shown)
    return AttachedFile(shown, media_type)


def clean_name(name: str) -> str:
    """The name without folders, control characters and direction marks (which make ``exe`` look like ``pdf``)."""
    last = without_marks(_CONTROL.sub("", name)).replace("\\", "/").rsplit("/", 1)[-1].strip(" .")
    stem, dot, extension = last.rpartition(".")
    if not last:
        raise InputError("the file has no name", "give it one, with its ending").saying("file_nameless")
    return f"{stem[: _NAME - len(extension) - 1]}{dot}{extension}" if len(last) > _NAME and len(extension) < 10 else last[:_NAME]


def _begins(*starts: bytes) -> Callable[[bytes], str]:
    return lambda content: "" if content.startswith(starts) else "its content is of another type"


def _riff(kind: bytes) -> Callable[[bytes], str]:
    return lambda content: "" if content[:4] == b"RIFF" and content[8:12] == kind else "its content is of another type"


def _brand(*brands: bytes) -> Callable[[bytes], str]:
    return lambda content: "" if content[4:8] == b"ftyp" and content[8:12] in brands else "its content is of another type"


def _pdf(content: bytes) -> str:
    if b"%PDF-" not in content[:1024]:
        return "its content is of another type"
    return "it holds a script or starts a program" if _ACTIVE_PDF.search(content) else ""


def _mp3(content: bytes) -> str:
    frame = len(content) > 2 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0 and content[1] & 0x06 == 0x02
    return "" if content.startswith(b"ID3") or frame else "its content is of another type"


def _office(part: str) -> Callable[[bytes], str]:
    """An office file that has this part. Only the list at its end is read: nothing is unpacked."""

    def check(content: bytes) -> str:
        if not content.startswith(b"PK\x03\x04"):
            return "its content is of another type"
        try:
            entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
            return f"it is damaged ({error})"
        names = {entry.filename for entry in entries}
        if part not in names or "[Content_Types].xml" not in names:
            return "its content is of another type"
        if any(_ACTIVE.search(name) for name in names):
            return "it holds macros or a program"
        unpacked = sum(entry.file_size for entry in entries)
        if len(entries) > _ENTRIES or unpacked > _UNPACKED or unpacked > _RATIO * len(content):
            return "it says that it unpacks to far more than its size"
        return "it is locked with a password" if any(entry.flag_bits & 1 for entry in entries) else ""

    return check


def _text(content: bytes) -> str:
    try:
        text = _decoded(content)
    except UnicodeDecodeError:
        return "it is no text"
    if _UNPRINTABLE.search(text):
        return "it is no text"
    return "it is a document, a page or a script" if _MARKUP.match(text) else ""


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("windows-1256")


def _mail(content: bytes) -> str:
    headers = _HEADER.match(content.removeprefix(b"\xef\xbb\xbf"))
    if headers is None or not _MAIL.search(headers.group()):
        return "its content is of another type"
    return "a program or macros are attached to it" if _PROGRAM_IN_MAIL.search(content) else ""


_SOUND: Final = (b"M4A ", b"M4B ", b"mp42", b"isom", b"iso2")
_FILM: Final = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"dash")
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_TYPES: Final[Mapping[str, tuple[str, Callable[[bytes], str]]]] = {
    "pdf": ("application/pdf", _pdf),
    "png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    "jpeg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    "webp": ("image/webp", _riff(b"WEBP")),
    "gif": ("image/gif", _begins(b"GIF87a", b"GIF89a")),
    "docx": (f"{_OFFICE}.wordprocessingml.document", _office("word/document.xml")),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", _office("xl/workbook.xml")),
    "pptx": (f"{_OFFICE}.presentationml.presentation", _office("ppt/presentation.xml")),
    "txt": ("text/plain", _text),
    "csv": ("text/csv", _text),
    "eml": ("message/rfc822", _mail),
    "mp3": ("audio/mpeg", _mp3),
    "m4a": ("audio/mp4", _brand(*_SOUND)),
    "wav": ("audio/wav", _riff(b"WAVE")),
    "mp4": ("video/mp4", _brand(*_FILM)),
}
"""What is taken, by the ending of its name: its type, and what is wrong with a content (empty: nothing)."""
EXTENSIONS: Final = tuple(_TYPES)
"""Endings of names that are taken."""
