from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.lexicon import Lexicon, forms
from domain.arabic import normalise, tokens


def _found(phrase: str, text: str, *, loose: bool = False) -> list[str]:
    words = tokens(normalise(text))
    return [" ".join(words[hit.start : hit.end]) for hit in Lexicon([(phrase, 1)], loose_article=loose).find(words)]


@pytest.mark.parametrize(
    "text",
    [
        "فاتورة",
        "الفاتورة",
        "والفاتورة",
        "بالفاتورة",
        "للفاتورة",
        "وبفاتورتي",
        "فاتورتكم",
        "كفاتورته",
        "هالفاتورة",
        "فَاتُورَة",
        "فاتووورة",
    ],
)
def test_a_word_is_found_under_its_clitics(text: str) -> None:
    assert len(_found("فاتورة", text)) == 1


@pytest.mark.parametrize("text", ["فواتير", "فات", "تورة", "مفاتورة"])
def test_other_words_are_not_taken_for_it(text: str) -> None:
    assert _found("فاتورة", text) == []


def test_a_word_with_the_article_asks_for_it_unless_loose() -> None:
    assert _found("الاتصالات", "قطاع اتصالات") == []
    assert len(_found("الاتصالات", "قطاع اتصالات", loose=True)) == 1
    assert len(_found("الاتصالات", "وللاتصالات دور")) == 1


def test_phrases_stand_together_and_in_order() -> None:
    assert _found("وزارة المالية", "شكرا لوزارة المالية") == ["لوزاره الماليه"]
    assert _found("وزارة المالية", "المالية وزارة") == []
    assert _found("وزارة المالية", "وزارة الشؤون المالية") == []


def test_a_prefix_stands_for_all_that_begin_so() -> None:
    assert _found("انقط*", "وانقطعت الكهرباء وبانقطاعها تعبنا") == ["وانقطعت", "وبانقطاعها"]


def test_overlapping_phrases_are_all_found() -> None:
    lexicon = Lexicon([("سرعة الإنترنت", "speed"), ("الإنترنت", "net"), ("سرعة الإنترنت ضعيفة", "slow")])
    assert {hit.key for hit in lexicon.find(tokens(normalise("سرعة الإنترنت ضعيفة")))} == {"speed", "net", "slow"}


@given(st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهوي", min_size=1, max_size=12))
def test_every_word_is_a_form_of_itself_and_stems_are_not_too_short(word: str) -> None:
    found = forms(word)
    assert word in found
    assert all(len(form) >= min(len(word), 2) for form in found)
