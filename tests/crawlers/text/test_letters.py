"""Texts stripped for comparing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawlers.text.letters import letters_of, words_of


def test_signs_spaces_and_spelling_are_no_difference() -> None:
    assert letters_of("«الأمانة»: سفلتةُ 3 طرق!") == letters_of("الامانه سفلته   ٣ طرق")
    assert words_of("«الأمانة»: سفلتةُ الطريق!") == words_of("الامانه - سفلته الطريق")


@given(st.text(max_size=60))
def test_letters_are_the_words_without_spaces(text: str) -> None:
    assert letters_of(words_of(text)) == letters_of(text)
    assert all(character.isalnum() for character in letters_of(text))
