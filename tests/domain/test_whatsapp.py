"""Chats of WhatsApp: every message, nobody's name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.mention import Channel
from domain.whatsapp import Forward, forwards, mention_of

RIYADH = "Asia/Riyadh"
APPLE = (
    "\u200e[20/11/2026, 10:15:33] أهل الحي: \u200eالرسائل والمكالمات مشفرة\n"
    "[20/11/2026, 10:16:01] +966 55 123 4567: تمت إعادة توجيهها عدة مرات\n"
    "الإنترنت مقطوع في حي النرجس\nللتواصل 0551234567 @\u2068أبو فهد\u2069\n"
    "[٢٠‏/١١‏/٢٠٢٦، ١٠:١٧:٠٥ م] ~\u202fأبو فهد العتيبي: رسالة ثانية: وأبو فهد العتيبي يسأل\n"
    "\u200e[20/11/2026, 10:18:00] محمد: \u200e<تم استبعاد الوسائط>\n"
    "[20/11/2026, 10:19:00] محمد: <attached: 00000012-PHOTO.jpg>"
)
ANDROID = (
    "20/11/2026، 10:10 م - تم تشفير الرسائل تمامًا\n"
    "20/11/2026، 10:15 م - Abu Fahd: Forwarded many times\nطرود القرية لم تصل\n"
    "20/11/2026, 22:20 - Abu Fahd added +966 50 000 0000\n"
    "20/11/2026, 22:21 - +966 50 000 0000: طرود القرية لم تصل\n"
    "20/11/2026, 22:22 - Abu Fahd: IMG-20261120-WA0001.jpg (file attached)\nهذه صورة البريد"
)


def test_an_apple_chat() -> None:
    told = forwards(APPLE, RIYADH)
    assert [each.text for each in told[1:]] == ["الإنترنت مقطوع في حي النرجس\nللتواصل", "رسالة ثانية:  يسأل"]
    assert [each.often for each in told] == [False, True, False]
    assert told[1].at == datetime(2026, 11, 20, 7, 16, 1, tzinfo=UTC)
    assert told[2].at == datetime(2026, 11, 20, 19, 17, 5, tzinfo=UTC)


def test_an_android_chat_where_one_text_came_twice() -> None:
    assert forwards(ANDROID, RIYADH) == [
        Forward("طرود القرية لم تصل", datetime(2026, 11, 20, 19, 15, tzinfo=UTC), often=True),
        Forward("هذه صورة البريد", datetime(2026, 11, 20, 19, 22, tzinfo=UTC)),
    ]


@pytest.mark.parametrize("chat", [APPLE, ANDROID])
def test_nobody_who_passed_it_on_is_left(chat: str) -> None:
    left = "\n".join(each.text for each in forwards(chat, RIYADH))
    for gone in ("55 123", "0551234567", "أبو فهد", "محمد", "Abu Fahd", "50 000", "أهل الحي"):
        assert gone not in left


def test_a_chat_of_an_american_phone_and_a_hijri_one() -> None:
    american = forwards("11/20/26, 10:15\u202fPM - A B: one\n11/1/26, 9:00 AM - A B: two", RIYADH)
    assert [each.at for each in american] == [
        datetime(2026, 11, 20, 19, 15, tzinfo=UTC),
        datetime(2026, 11, 1, 6, 0, tzinfo=UTC),
    ]
    (hijri,) = forwards("[11/6/1448 هـ، 10:15:00 ص] جار: انقطعت الشبكة", RIYADH)
    assert hijri.at == datetime(2026, 11, 21, 7, 15, tzinfo=UTC)


def test_a_text_without_any_head_is_one_message() -> None:
    assert forwards("معاد توجيهها\nالساعة 5:30 انقطعت الشبكة: كلها", RIYADH) == [Forward("الساعة 5:30 انقطعت الشبكة: كلها")]


def test_the_mention_is_the_text_whoever_sends_it_and_whenever() -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    one = mention_of(Forward("انقطعت الشبكة  في القرية", now, often=True), now, "rana")
    other = mention_of(Forward("انقطعتْ الشبكة في القرية"), now)
    assert one.key == other.key
    assert (one.channel, one.outlet_id, one.author, one.forwarded_often) == (Channel.OTHER, "whatsapp", "", True)


_NAMES = st.from_regex(r"[A-Za-z]{4,9} [A-Za-z]{4,9}", fullmatch=True)
_NUMBERS = st.from_regex(r"\+9665\d{8}", fullmatch=True)


@given(st.lists(st.tuples(st.one_of(_NAMES, _NUMBERS), st.text(max_size=60)), min_size=1, max_size=6))
def test_no_sender_ever_stands_in_what_is_kept(messages: list[tuple[str, str]]) -> None:
    chat = "\n".join(f"[20/11/2026, 10:{place:02}:00] {sender}: {text}" for place, (sender, text) in enumerate(messages))
    kept = "\n".join(each.text for each in forwards(chat, RIYADH))
    assert [sender for sender, _ in messages if f"{sender}:" in kept or f"] {sender}" in kept] == []


@pytest.mark.parametrize(
    "written", ["0551234567", "+966 55 123 4567", "00966551234567", "٠٥٥ ١٢٣ ٤٥٦٧", "551234567", "(055) 123-4567"]
)
def test_the_number_of_a_sender_goes_however_it_is_written(written: str) -> None:
    chat = f"[20/11/2026, 10:16] +966 55 123 4567: اتصلوا {written} أو 0559999999 0551234567"
    (told,) = forwards(chat, RIYADH)
    assert told.text.split() == ["اتصلوا", "أو", "0559999999"]
