"""Which language; said to be unknown, never guessed."""

from __future__ import annotations

import pytest

from domain.language import language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("الشبكة ضعيفة في حينا", "ar"),
        ("الـ WiFi ضعيف جدا في البيت", "ar"),
        ("The network is down in our village since Monday", "en"),
        ("La red no funciona desde ayer por la noche", "und"),
        ("شبکه پهلوی گفت چگونه", "und"),
        ("😡😡😡", "und"),
        ("", "und"),
        ("سيئ", "ar"),
        ("3ndi mushkila m3 el net w ma7ad yrod 3laya", "ar"),
        ("merhaba nasilsin bugun hava cok guzel", "und"),
    ],
)
def test_language(text: str, code: str) -> None:
    assert language(text) == code
