"""The normaliser: what must come out alike does, offsets lead back, and nothing breaks it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.arabic import normalise, normalise_with_offsets, token_spans, tokens, without_marks

ARABIC = st.text(alphabet=st.sampled_from("ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءآأإؤئ ًٌٍَُِّْـ٠١٢٣ـ_#@a1‏‎​\n"), max_size=80)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("الشَّبَكَةُ", "الشبكه"),
        ("إنترنت أنترنت ٱنترنت", "انترنت انترنت انترنت"),
        ("مستشفى", "مستشفي"),
        ("حسبنااااا", "حسبنا"),
        ("شـــكـــرا", "شكرا"),
        ("٢٠٢٦ ۱۲", "2026 12"),
        ("ﻻﺑﺄس", "لاباس"),
        ("STC", "stc"),
        ("100000 ريال", "100000 ريال"),
        ("شؤون شئون", "شءون شءون"),
        ("گروب", "قروب"),
        ("a\u0000b\u202ec", "abc"),
    ],
)
def test_variants_become_one(written: str, plain: str) -> None:
    assert normalise(written) == plain


@given(st.one_of(ARABIC, st.text(max_size=60)))
def test_both_ways_agree_and_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise_with_offsets(text).text == once
    assert normalise(once) == once


@given(st.one_of(ARABIC, st.text(max_size=60)))
def test_offsets_rise_and_stay_inside(text: str) -> None:
    normalised = normalise_with_offsets(text)
    assert len(normalised.offsets) == len(normalised.text)
    assert list(normalised.offsets) == sorted(normalised.offsets)
    assert all(0 <= offset < len(text) for offset in normalised.offsets)


@given(ARABIC)
def test_a_words_span_normalises_to_the_word(text: str) -> None:
    normalised = normalise_with_offsets(text)
    for word, start, end in token_spans(normalised.text):
        first, last = normalised.span(start, end)
        assert word in normalise(text[first:last]) or normalise(text[first:last]) in word


def test_hashtags_fall_into_words_and_handles_stay() -> None:
    assert tokens(normalise("#انقطاع_النت يا @Mof_Care!")) == ["انقطاع", "النت", "يا", "@mof_care"]


def test_marks_go_and_letters_and_emoji_stay() -> None:
    assert without_marks("مر\u200fحبا\u202e 👨\u200d👩\u200d👧 \u0000") == "مرحبا 👨\u200d👩\u200d👧 "
    assert without_marks("الشَّبكة") == "الشَّبكة"
