"""Bytes to characters, whatever the declaration says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.text.charset import declared, decode

ARABIC = "شكا عدد من المواطنين من تأخر الرد على بلاغاتهم في المدينة، وقال أحدهم إن الخدمة متوقفة على مدار أسبوع"
FRENCH = "La ministre a déclaré que les délais étaient dépassés à cause d'une panne générale"
GERMAN = "Die Übertragung der größten Städte läuft über das öffentliche Netz für Bürger"


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "cp1256", "iso-8859-6"])
@pytest.mark.parametrize("said", ["", "utf-8", "iso-8859-1", "windows-1252", "windows-1256", "nonsense", "us-ascii"])
def test_arabic_is_read_whatever_is_said(name: str, said: str) -> None:
    text = ARABIC.replace("،", " ") if name == "iso-8859-6" else ARABIC
    page = f'<html><meta charset="{said}">{text}</html>'.encode(name)
    assert text in decode(page, f"text/html; charset={said}" if said else "text/html")


@pytest.mark.parametrize("text", [FRENCH, GERMAN])
def test_western_text_is_not_taken_for_arabic(text: str) -> None:
    assert decode(text.encode("cp1252"), "text/html") == text
    assert decode(text.encode("latin-1"), "text/html; charset=iso-8859-1") == text


def test_utf8_with_a_cut_letter_stays_utf8() -> None:
    cut = ARABIC.encode()[:-1] + b"<p>" + ARABIC.encode()
    assert ARABIC[:-1] in decode(cut)


def test_utf8_with_bytes_of_none_stays_utf8() -> None:
    assert decode(ARABIC.encode().replace("عدد".encode(), b"\xff\xfe\x80")).replace("\ufffd", "") == ARABIC.replace("عدد", "")


def test_charsets_that_hide_in_ascii_are_believed_where_they_are_named() -> None:
    named = b"<?xml version='1.0' encoding='utf-7'?>"
    assert decode(named + ARABIC.encode("utf-7")).endswith(ARABIC)
    assert decode(b"<p>1+AGE-1</p>") == "<p>1+AGE-1</p>"


def test_arabic_that_was_encoded_twice_is_led_back() -> None:
    doubled = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in ARABIC.encode())
    assert decode(f"<p>{doubled}</p> é".encode()) == f"<p>{ARABIC}</p> é"
    explained = f"{ARABIC}: {doubled}"
    assert decode(explained.encode()) == explained


@given(st.binary(max_size=400))
def test_it_never_raises(body: bytes) -> None:
    assert isinstance(decode(body), str)


@given(
    st.text(st.characters(codec="utf-8"), max_size=200).filter(lambda text: "\x00" not in text and not text.startswith("\ufeff"))
)
def test_utf8_comes_back_as_it_was(text: str) -> None:
    assert decode(text.encode()) == text


def test_the_header_is_before_the_document() -> None:
    assert declared(b'<?xml version="1.0" encoding="utf-8"?>', "text/xml; charset=windows-1256") == "cp1256"
    assert declared(b'<?xml version="1.0" encoding="windows-1256"?>', "text/xml") == "cp1256"
