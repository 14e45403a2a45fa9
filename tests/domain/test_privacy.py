"""Personal data is found by form and checksum, and masked."""

from __future__ import annotations

import pytest

from domain.privacy import PersonalDatum, find_personal_data, keyed_hash, mask, mask_handles, without_handle


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("رقم هويتي 1000000008 والمعاملة معلقة", PersonalDatum.IDENTITY),
        ("الوالدة هويتها 1000000001 وما أحد رد", PersonalDatum.IDENTITY),
        ("حسابي بالشركة 4400000000 باسم غيري", PersonalDatum.IDENTITY),
        ("جوالي ٠٥٠٠٠٠٠٠١٢ كلموني", PersonalDatum.PHONE),
        ("call +966 50 000 0012 please", PersonalDatum.PHONE),
        ("الآيبان SA03 8000 0000 6080 1016 7519", PersonalDatum.IBAN),
        ("راسلوني a.b@mail.example.sa", PersonalDatum.EMAIL),
        ("رقم اللوحة ا ب ح 1234", PersonalDatum.PLATE),
    ],
)
def test_found_and_masked(text: str, kind: PersonalDatum) -> None:
    found = find_personal_data(text)
    assert [item.kind for item in found] == [kind]
    secret = text[found[0].start : found[0].end]
    assert secret not in mask(text)
    assert mask(text).startswith(text[: found[0].start])


@pytest.mark.parametrize(
    "text",
    ["الرقم المرجعي 1234567890", "خصموا 2000 ريال", "رقم 19990 لا يرد", "SA0380000000608010167518", "تذكرة 20261121001"],
)
def test_numbers_that_are_nobodys_stay(text: str) -> None:
    assert find_personal_data(text) == []
    assert mask(text) == text


def test_only_public_handles_are_shown() -> None:
    public = frozenset({"mofcare"})
    assert mask_handles("يا @MofCare رد علي @abu_turki", public) == "يا @MofCare رد علي @…"
    assert mask_handles("a@b.example", public) == "a@b.example"


def test_a_posts_address_without_its_author() -> None:
    assert without_handle("https://x.com/abu_turki/status/17?s=20") == "https://x.com/i/status/17"
    assert without_handle("https://paper.example/status/17") == "https://paper.example/status/17"


def test_the_hash_depends_on_the_key() -> None:
    assert keyed_hash("x:17", b"one") != keyed_hash("x:17", b"two")
    assert keyed_hash("x:17", b"one") == keyed_hash("x:17", b"one")
