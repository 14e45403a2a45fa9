"""What may be kept with a case: the bytes decide, the name must agree, nothing is unpacked."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.attached_file import EXTENSIONS, MOST_BYTES, checked_file, clean_name
from domain.errors import InputError
from tests.fakes.files import EXAMPLES, JPEG, MAIL, PDF, PNG, office


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_type_is_taken_for_what_it_is(name: str) -> None:
    found = checked_file(name, EXAMPLES[name])
    assert found.name == name
    assert "/" in found.media_type


def test_every_ending_has_an_example() -> None:
    assert {name.rsplit(".", 1)[-1].lower() for name in EXAMPLES} == set(EXTENSIONS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_content_passes_under_another_types_name(name: str) -> None:
    content, own = EXAMPLES[name], checked_file(name, EXAMPLES[name]).media_type
    for extension in EXTENSIONS:
        try:
            taken = checked_file(f"x.{extension}", content)
        except InputError:
            continue
        texts = {"text/plain", "text/csv", "message/rfc822"}
        films = {"audio/mp4", "video/mp4"}
        assert taken.media_type == own or {taken.media_type, own} <= texts or {taken.media_type, own} <= films


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.pdf", b"", "is empty"),
        ("big.png", PNG + b"\x00" * MOST_BYTES, "15.0 MiB"),
        ("setup.exe", b"MZ\x90\x00", "type that is not taken"),
        ("drawing.svg", b"<svg/>", "type that is not taken"),
        ("page.html", b"<html>", "type that is not taken"),
        ("old.doc", b"\xd0\xcf\x11\xe0", "type that is not taken"),
        ("macro.docm", office("word/document.xml", "word/vbaProject.bin"), "type that is not taken"),
        ("nameless", PNG, "type that is not taken"),
        ("png", PNG, "type that is not taken"),
        ("photo.png", JPEG, "of another type"),
        ("photo.png", b"MZ\x90\x00", "of another type"),
        ("report.pdf", b"<html>%PDF", "of another type"),
        ("report.pdf", PDF + b"<< /S /JavaScript /JS (app.alert(1)) >>", "script"),
        ("report.pdf", PDF + b"<< /S /Launch /F (cmd.exe) >>", "script"),
        ("letter.docx", office("xl/workbook.xml"), "of another type"),
        ("letter.docx", office("word/document.xml", "word/vbaProject.bin"), "macros"),
        ("sheet.xlsx", office("xl/workbook.xml", "xl/macrosheets/sheet1.xml"), "macros"),
        ("letter.docx", office("word/document.xml", "word/embeddings/oleObject1.bin"), "program"),
        ("letter.docx", office("word/document.xml", size=3_000_000), "far more than its size"),
        ("letter.docx", b"PK\x03\x04 and no more", "damaged"),
        ("letter.docx", PNG, "of another type"),
        ("note.txt", b"\x00\x01\x02binary", "no text"),
        ("note.txt", b" \n<!DOCTYPE html><script>", "a page or a script"),
        ("note.txt", b"\xef\xbb\xbf<svg onload=alert(1)>", "a page or a script"),
        ("note.txt", b"#!/bin/sh\nrm", "a page or a script"),
        ("mail.eml", b"no headers here", "of another type"),
        ("mail.eml", MAIL + b'Content-Disposition: attachment; filename="bill.pdf.exe"', "program or macros"),
        ("sound.wav", b"RIFF\x24\x00\x00\x00AVI LIST", "of another type"),
        ("film.mp4", b"\x00\x00\x00\x20ftypqt  ", "of another type"),
    ],
)
def test_what_is_not_taken(name: str, content: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        checked_file(name, content)


def test_a_bomb_that_lies_about_its_parts_is_never_unpacked() -> None:
    """The list says 5 GiB; nothing is read beyond it."""
    honest = bytearray(office())
    place = honest.rindex(b"PK\x01\x02")
    honest[place + 24 : place + 28] = struct.pack("<I", 0xFFFFFFF0)
    with pytest.raises(InputError, match="far more than its size"):
        checked_file("letter.docx", bytes(honest))


def test_a_locked_office_file_is_refused() -> None:
    locked = bytearray(office())
    place = locked.index(b"PK\x01\x02")
    locked[place + 8] |= 1
    with pytest.raises(InputError, match="password"):
        checked_file("letter.docx", bytes(locked))


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\Users\\sami\\photo.png", "photo.png"),
        ("bill\u202efdp.exe", "billfdp.exe"),
        ("a\r\nb.png", "ab.png"),
        (" صورة .png", "صورة .png"),
        ("x" * 300 + ".png", "x" * 146 + ".png"),
    ],
)
def test_a_name_is_a_name_alone(given_name: str, shown: str) -> None:
    assert clean_name(given_name) == shown


@given(st.text(max_size=400))
def test_any_name_is_cleaned_or_refused(given_name: str) -> None:
    try:
        shown = clean_name(given_name)
    except InputError:
        return
    assert 0 < len(shown) <= 150
    assert not set(shown) & set("/\\\r\n\x00\u202e")


@given(st.sampled_from(EXTENSIONS), st.binary(min_size=1, max_size=300))
def test_any_content_is_taken_or_refused(extension: str, content: bytes) -> None:
    try:
        taken = checked_file(f"x.{extension}", content)
    except InputError:
        return
    assert taken.media_type == checked_file(f"y.{extension}", content).media_type
