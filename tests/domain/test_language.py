"""Which language; said to be unknown, never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.language import language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("الشبكة ضعيفة في حينا", "ar"),
        ("الـ WiFi ضعيف جدا في البيت", "ar"),
        ("سيئ", "ar"),
        ("گلت لهم الچيكات ناقصة وما ردوا علينا للحين", "ar"),
        ("الخدمه سیئه جدا والتطبیق ما یفتح", "ar"),  # a keyboard that writes ی for ي
        ("3ndi mushkila m3 el net w ma7ad yrod 3laya", "ar"),
        ("wallah el khidma zay el zeft w ma7ad yrod", "ar"),
        ("The network is down in our village since Monday", "en"),
        ("Network down again!", "en"),
        ("@McitGovSa terrible coverage", "en"),
        ("تطبيق ABSHER the app keeps crashing and nobody answers my emails", "en"),
        ("La red no funciona desde ayer por la noche", "und"),
        ("Le service ne marche pas depuis lundi dans notre quartier", "und"),
        ("Wala pong signal dito sa amin, sana ayusin nyo na", "und"),
        ("Bhai mera paisa wapas nahi aaya, koi response nahi hai", "und"),
        ("merhaba nasilsin bugun hava cok guzel", "und"),
        ("Die Straße ist seit Wochen nicht beleuchtet", "und"),
        ("شبکه پهلوی گفت چگونه", "und"),
        ("این سایت برای پرداخت کار نمی کند و کسی جواب نمی دهد", "und"),
        ("اين سايت براي ما باز نيست و بايد درست شود كه مردم راحت شوند", "und"),
        ("میرا ریفنڈ ابھی تک نہیں آیا اور کوئی جواب نہیں دے رہا ہے", "und"),
        ("मेरा पैसा वापस नहीं आया @MofCare", "und"),
        ("আমার টাকা ফেরত দিন https://example.com/pay/now", "und"),
        ("Привет, как дела, друзья", "und"),
        ("这是一个测试", "und"),
        ("😡😡😡", "und"),
        ("@McitGovSa https://example.com/a/b", "und"),
        ("12345 !!", "und"),
        ("", "und"),
    ],
)
def test_language(text: str, code: str) -> None:
    assert language(text) == code


@given(st.text(max_size=300))
def test_any_text_has_an_answer(text: str) -> None:
    assert language(text) in {"ar", "en", "und"}


@given(st.sampled_from(["الشبكة ضعيفة في حينا", "The network is down in our village", "La red no funciona desde ayer"]))
def test_accounts_and_links_change_nothing(text: str) -> None:
    assert language(f"@McitGovSa {text} https://example.com/some/english/words") == language(text)
