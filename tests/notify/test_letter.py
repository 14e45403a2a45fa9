"""The bytes of a mail: what a mail program reads from them is what was meant, whatever the subject holds."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.delivery import DeliveryChannel, DeliveryKind, Message
from domain.errors import DeliveryRefused, InputError
from notify.letter import as_bytes, as_mail, check_recipient, message_id, one_line, setting_address
from tests.notify.world import NOW, PROFILE

SENDER = setting_address("إدارة الإعلام بوزارة الطرق <rasd@roads.example>", "mail.sender")
LONG = (
    "إفادة بشأن ما نُشر بعنوان «حفرة عميقة أمام مدرسة حي النخيل تتلف مركبات الأهالي منذ شهرين STC 5G»"
    " – الرقم المرجعي ROADS-2026-000017"
)


def message(
    subject: str = LONG,
    text: str = "السلام عليكم\nGulf Herald نشرت الخبر",
    kind: DeliveryKind = DeliveryKind.ANSWER,
    recipient: str = "editor@sahel.example",
    message_id: str = "<rasd.1@roads.example>",
) -> Message:
    html = "<html dir='rtl'><body>السلام عليكم</body></html>"
    return Message("answer:1", kind, DeliveryChannel.EMAIL, recipient, subject, text, html, message_id)


def wire(of: Message) -> bytes:
    return as_bytes(as_mail(of, SENDER, None, NOW))


def read(raw: bytes) -> EmailMessage:
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_headers_are_encoded_and_read_back() -> None:
    raw = wire(message())
    head = raw.split(b"\r\n\r\n")[0]
    assert head.isascii()
    assert b"=?utf-8?" in head
    assert max(map(len, raw.split(b"\r\n"))) <= 76
    parsed = read(raw)
    assert parsed["Subject"] == LONG
    assert str(make_header(decode_header(message_from_bytes(raw)["From"]))).startswith("إدارة الإعلام بوزارة الطرق <")
    assert parsed["From"].addresses[0].addr_spec == "rasd@roads.example"
    assert parsed["To"] == "editor@sahel.example"
    assert parsed["Date"].datetime == NOW
    assert parsed["Content-Language"] == "ar"


def test_every_encoded_word_is_whole() -> None:
    """No letter is torn between two encoded words: each decodes by itself (zammad#5819)."""
    words = re.findall(rb"=\?utf-8\?[bq]\?[^?]+\?=", wire(message()).split(b"\r\n\r\n")[0])
    assert len(words) > 2
    for word in words:
        assert len(word) <= 75
        assert "\ufffd" not in read(b"Subject: " + word + b"\r\n\r\n")["Subject"]


def test_both_parts_say_the_same_in_their_own_way() -> None:
    parsed = read(wire(message()))
    assert parsed.get_content_type() == "multipart/alternative"
    plain, html = parsed.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert plain["Content-Transfer-Encoding"] == "base64"
    assert plain.get_content().splitlines() == ["السلام عليكم", "\u200fGulf Herald نشرت الخبر"]
    assert "dir='rtl'" in html.get_content()


def test_an_english_letter_is_left_alone() -> None:
    parsed = read(wire(message(text="The pothole was filled.\n- We thank you for the report.")))
    plain = parsed.get_body(("plain",))
    assert plain is not None
    assert "\u200f" not in plain.get_content()
    assert parsed["Content-Language"] == "en"


@pytest.mark.parametrize(
    ("kind", "automatic", "is_list"),
    [(DeliveryKind.ANSWER, False, False), (DeliveryKind.DIGEST, True, True), (DeliveryKind.ALERT, True, False)],
)
def test_what_no_person_wrote_says_so(kind: DeliveryKind, automatic: bool, is_list: bool) -> None:
    parsed = read(wire(message(kind=kind)))
    assert (parsed["Auto-Submitted"] == "auto-generated") is automatic
    assert ("List-Unsubscribe" in parsed) is is_list
    assert ("List-Id" in parsed) is is_list


def test_unsubscribing_goes_where_answers_go() -> None:
    reply_to = Address(addr_spec="care@roads.example")
    parsed = read(as_bytes(as_mail(message(kind=DeliveryKind.DIGEST), SENDER, reply_to, NOW)))
    assert parsed["Reply-To"] == "care@roads.example"
    assert parsed["List-Unsubscribe"] == "<mailto:care@roads.example?subject=unsubscribe>"


@pytest.mark.parametrize(
    "recipient",
    [
        "editor@sahel.example\r\nBcc: all@sahel.example",
        "editor@sahel.example, other@sahel.example",
        "Editor <editor@sahel.example>",
        "محرر@sahel.example",
        "editor",
        "",
    ],
)
def test_a_recipient_that_is_not_one_address_is_refused(recipient: str) -> None:
    with pytest.raises(DeliveryRefused) as caught:
        wire(message(recipient=recipient))
    assert "\n" not in str(caught.value)
    with pytest.raises(InputError):
        check_recipient(recipient)


@pytest.mark.parametrize("wrong", ["", "rasd.1@roads.example", "<a@b>\r\nBcc: <c@d>", "<a b@c>"])
def test_a_message_id_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(DeliveryRefused, match="Message-ID"):
        wire(message(message_id=wrong))


@given(st.text(max_size=300))
def test_no_subject_adds_a_header_or_is_lost(subject: str) -> None:
    raw = wire(message(subject=subject.encode("utf-8", "replace").decode()))
    parsed = read(raw)
    assert raw.split(b"\r\n\r\n")[0].isascii()
    assert sorted(parsed.keys()) == sorted(read(wire(message())).keys())
    assert parsed["Subject"] == one_line(subject.encode("utf-8", "replace").decode())


@given(st.text(alphabet="abc .\nحفرة\r", max_size=200))
def test_no_text_is_lost(text: str) -> None:
    plain = read(wire(message(text=text))).get_body(("plain",))
    assert plain is not None
    wanted = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    assert plain.get_content().replace("\u200f", "").replace("\r\n", "\n") == wanted


def test_a_message_id_is_one_for_its_key_and_moment() -> None:
    first = message_id("digest:1", NOW, PROFILE)
    assert first == message_id("digest:1", NOW, PROFILE)
    assert re.fullmatch(r"<rasd\.[0-9a-f]{32}@roads\.example>", first)
    others = {message_id("digest:2", NOW, PROFILE), message_id("digest:1", NOW + timedelta(seconds=1), PROFILE)}
    assert len(others | {first}) == 3
