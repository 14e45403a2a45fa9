"""Personal data is found by form and checksum, and masked."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        ("وايت لوحته أ ح د 2318 يفرغ الردم", PersonalDatum.PLATE),
        ("شاحنة واقفة د ر س ٤٥٦ قدام البيت", PersonalDatum.PLATE),
        ("the plate was 1234 ABD yesterday", PersonalDatum.PLATE),
        ("my iqama 2233445566 is with him", PersonalDatum.IDENTITY),
        ("الهوية 1-000-000-008 تكفون", PersonalDatum.IDENTITY),
        ("جوالي ٠٥٠-٠٠٠-٠٠١٢ كلموني", PersonalDatum.PHONE),
        ("كلموني (050) 000 0012", PersonalDatum.PHONE),
        ("جوالي 500000012 كلموني", PersonalDatum.PHONE),
        ("هاتف المنزل 011 465 0012", PersonalDatum.PHONE),
        ("اتصل 00966112345678 بعد العصر", PersonalDatum.PHONE),
        ("call +1 (415) 555-2671 please", PersonalDatum.PHONE),
        ("call 00971501234567 please", PersonalDatum.PHONE),
        ("الآيبان GB82 WEST 1234 5698 7654 32 مرفوض", PersonalDatum.IBAN),
        ("الآيبان KW81CBKU0000000000001234560101 مرفوض", PersonalDatum.IBAN),
        ("جواز الوالد رقم A12345678 عندكم", PersonalDatum.PASSPORT),
        ("بطاقة 4111-1111-1111-1111 انسحب منها", PersonalDatum.CARD),
        ("عنواني المختصر RRNA4471 خطأ", PersonalDatum.ADDRESS),
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
    [
        "الرقم المرجعي 1234567890",
        "خصموا 2000 ريال",
        "رقم 19990 لا يرد",
        "SA0380000000608010167518",
        "تذكرة 20261121001",
        "اتصلت على 920000001 وعلى 8001234567",
        "رقم الطلب 0500000012 للحين معلق",
        "السجل التجاري 1010000006 منتهي",
        "الرقم الموحد: 1000000008",
        "order no. 1000000008 is late",
        "المبلغ 1000000008 ريال",
        "من 2026-11-21 إلى 2026-12-21",
        "بلغت 1,000,000,008 في الربع",
        "سيارته في سيل 2009",
        "حي د 3 قطعة 12",
        "flight ABD 1234",
        "الإحداثيات 24.7136, 46.6753",
        "A123456789012 رقم الموديل",
    ],
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


@given(st.text(alphabet="ابحدرس 0123456789٠١٢٣+-()@.AZSٯ/\u200f", max_size=80))
def test_what_is_found_lies_inside_and_apart_and_is_masked(text: str) -> None:
    found = find_personal_data(text)
    assert all(0 <= item.start < item.end <= len(text) for item in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert len(find_personal_data(mask(text))) <= len(found)
