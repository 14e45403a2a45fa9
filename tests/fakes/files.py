"""Small honest files of each type that may be attached, and some that may not."""

from __future__ import annotations

import io
import zipfile

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 40
PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n"
MAIL = "From: sami@example.org\r\nTo: care@roads.example\r\nSubject: pothole\r\n\r\nحفرة أمام المدرسة\r\n".encode()


def office(part: str = "word/document.xml", *others: str, size: int = 100) -> bytes:
    """An office file of which only the list of parts is true. ``size`` is that of each part, in bytes."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as file:
        for name in ("[Content_Types].xml", part, *others):
            file.writestr(name, b"0" * size)
    return kept.getvalue()


EXAMPLES = {
    "صورة الحفرة.png": PNG,
    "IMG_0042.JPG": JPEG,
    "photo.jpeg": JPEG,
    "map.webp": b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 20,
    "loop.gif": b"GIF89a" + b"\x00" * 20,
    "خطاب.pdf": PDF,
    "letter.docx": office(),
    "table.xlsx": office("xl/workbook.xml"),
    "slides.pptx": office("ppt/presentation.xml"),
    "note.txt": "ملاحظة قصيرة\n".encode(),
    "old.txt": "شكوى".encode("windows-1256"),
    "list.csv": "رقم,موضوع\n1,حفرة\n".encode("utf-16"),
    "mail.eml": MAIL,
    "call.mp3": b"ID3\x04" + b"\x00" * 20,
    "bare.mp3": b"\xff\xfb\x90\x64" + b"\x00" * 20,
    "voice.m4a": b"\x00\x00\x00\x20ftypM4A " + b"\x00" * 20,
    "call.wav": b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\x00" * 20,
    "clip.mp4": b"\x00\x00\x00\x20ftypisom" + b"\x00" * 20,
}
"""A name and a content for each type that is taken."""
