from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.lexicon import Lexicon
from classifiers.reading import form_of, read
from classifiers.signs import Sign, profile_lexicon, service_lexicon
from classifiers.transformer.network import load_tokenizer
from classifiers.transformer.pieces import Cutter, Words, words_of
from domain.mention import Channel
from tests.classifiers.conftest import PROFILE

LEXICON: Lexicon[Sign] = profile_lexicon(PROFILE)
ABOUT_US = service_lexicon(PROFILE)


def _words(text: str, title: str = "", channel: Channel = Channel.SOCIAL) -> Words:
    return words_of(title, text, read(title, text, channel, LEXICON, ABOUT_US))


@pytest.fixture(scope="module")
def cutter(checkpoint: Path) -> Cutter:
    return Cutter(load_tokenizer(checkpoint), 40)


def test_words_keep_their_own_spelling() -> None:
    assert _words("أعمدةُ الإنارة مطفـــية إلى متى").text == ("أعمدة", "الإنارة", "مطفية", "إلى", "متى")


def test_private_accounts_links_and_long_numbers_are_not_read() -> None:
    text = "يا @some_person و @LampsSA و @WaterCo رقمي 0501234567 والبلاغ 12 https://t.example/x"
    assert _words(text).text == ("يا", "@", "و", "@LampsSA", "و", "@WaterCo", "رقمي", "0", "والبلاغ", "12", "رابط")


def test_title_and_text_are_two_parts_of_one_row(cutter: Cutter) -> None:
    words = _words("أعمدة الإنارة مطفية", "ظلام في الحي", Channel.PRESS)
    (pieces,) = cutter.cut([words])
    assert words.title == ("ظلام", "في", "الحي")
    assert set(pieces.parts.tolist()) == {0, 1}
    assert set(pieces.words.tolist()) == {-1, *range(len(words))}


def test_rows_are_padded_to_the_longest(cutter: Cutter) -> None:
    pieces = cutter.cut([_words("شكرا"), _words("شكرا وزارة الإنارة على سرعة التجاوب")])
    table = cutter.pad(pieces)
    assert table.ids.shape[1] == max(len(each.ids) for each in pieces)
    assert table.mask.sum(axis=1).tolist() == [len(each.ids) for each in pieces]
    assert (table.words[table.mask == 0] == -1).all()


def test_long_texts_are_cut(cutter: Cutter) -> None:
    (pieces,) = cutter.cut([_words("أعمدة الإنارة " * 80)])
    assert len(pieces.ids) == 40


@settings(max_examples=60, deadline=None)
@given(title=st.text(max_size=30), text=st.text(max_size=120), channel=st.sampled_from(Channel))
def test_any_text_gives_pieces_of_the_words_that_were_read(cutter: Cutter, title: str, text: str, channel: Channel) -> None:
    form = form_of(title, text, channel)
    reading = read(title, text, form, LEXICON, ABOUT_US)
    words = words_of(title, text, reading)
    (pieces,) = cutter.cut([words])
    assert len(words) == len(reading.words)
    assert pieces.words.max() < max(1, len(words))
    assert 0 < len(pieces.ids) <= 40
