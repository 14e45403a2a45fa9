from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.kind import words
from bench.kind.sets import FURTHER_KINDS
from bench.kind.words import acts, meaning_of, meanings, pairs_of_stems, phrase_acts, places, stem, word_meanings, word_signs
from classifiers.examples import read_kinds
from classifiers.features import QUESTION
from classifiers.signals import CHATTER
from domain.arabic import normalise
from domain.errors import InputError
from domain.tags import Kind


def _words(text: str) -> list[str]:
    return normalise(text).split()


@pytest.mark.parametrize(
    ("one", "other"), [("والمشكلة", "المشكلة"), ("موظفكم", "الموظفين"), ("للشركات", "شركة"), ("يرسلون", "ارسلوا")]
)
def test_forms_of_one_word_have_one_stem(one: str, other: str) -> None:
    assert stem(normalise(one)) == stem(normalise(other))


@pytest.mark.parametrize("word", ["من", "ا", "0", "😡", "rt", "الا"])
def test_a_short_word_keeps_a_stem(word: str) -> None:
    assert stem(word)


def test_pairs_do_not_depend_on_order_and_places_do() -> None:
    there, back = _words("تأخر الطلب كثيرا"), _words("كثيرا الطلب تأخر")
    assert pairs_of_stems(there) == pairs_of_stems(back) != []
    assert set(places(there)) == set(places(back))
    long = ["كلام"] * 10
    assert set(places([*there, *long])) != set(places([*long, *there]))


def test_a_very_long_text_has_bounded_pairs() -> None:
    assert len(pairs_of_stems([f"كلمه{number}" for number in range(3000)])) == 400


def test_a_word_is_known_through_what_hangs_on_it() -> None:
    bill = normalise("فاتورة")
    assert meaning_of(bill) is not None
    assert meaning_of(f"وال{bill}") == meaning_of(bill)
    assert meaning_of("ظظظظظ") is None


def test_meanings_tell_who_speaks() -> None:
    signs = meanings(_words("شكرا لكم")) + meanings(_words("ظظظظظ 55"))
    assert len(signs) == len(set(meanings(_words("شكرا لكم")))) + len(set(meanings(_words("ظظظظظ 55"))))
    assert "f th" in signs
    assert "who 010" in signs
    assert "who 000" in signs
    assert "who 100" in meanings(_words("قدمت طلب"))
    assert "w 000" in signs
    assert "w nnu" in signs


def test_acts_follow_one_another_and_a_question_mark_counts() -> None:
    thanks = next(phrase for phrase, act in phrase_acts().items() if act == "th")
    blame = next(phrase for phrase, act in phrase_acts().items() if act == "pn")
    signs = acts([*thanks.split(), *blame.split(), QUESTION])
    assert {"act th", "act pn", "both pn th", "first th", "last pn", "count 2 True"} <= set(signs)
    assert "none" in acts(["ظظظظظ"])


@pytest.mark.parametrize("signs", [words.stems_and_neighbours, pairs_of_stems, places, meanings, acts])
def test_nothing_is_made_of_nothing_without_a_fault(signs: object) -> None:
    assert callable(signs)
    assert isinstance(signs([]), list)


def test_signs_of_texts_are_rows_and_what_hardly_any_has_is_left_out() -> None:
    rows = word_signs([_words("متى تصل الشحنة")] * 4 + [_words("ما رد علي أحد")] * 4 + [_words("غير هذا تماما")])
    assert rows.shape[0] == 9
    assert np.allclose(rows[0].toarray(), rows[3].toarray())
    assert not np.allclose(rows[0].toarray(), rows[4].toarray())
    assert rows[8].nnz < rows[0].nnz


def test_the_dictionaries_hold_words_and_short_phrases_and_no_text() -> None:
    assert len(word_meanings()) > 11_000
    assert all(len(word.split()) == 1 for word in word_meanings())
    assert all(2 <= len(phrase.split()) <= 3 for phrase in phrase_acts())


def test_further_kinds_hold_digests_and_kinds_and_no_text() -> None:
    kinds = read_kinds(FURTHER_KINDS)
    assert len(kinds) == len(FURTHER_KINDS.read_text("utf-8").splitlines()) == 9004
    assert set(kinds.values()) == {*map(str, Kind), CHATTER}
    anew = {digest for digest, kind in read_kinds().items() if kinds.get(digest, kind) != kind}
    assert len(anew) == len(kinds.keys() & read_kinds().keys()) == 204


def test_a_wrong_line_is_said_with_its_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "phrase_acts.tsv").write_text("# head\nالف شكر\tth\nالف شكر th\n", "utf-8")
    monkeypatch.setattr(words, "__file__", str(tmp_path / "words.py"))
    phrase_acts.cache_clear()
    try:
        with pytest.raises(InputError, match="line 3"):
            phrase_acts()
    finally:
        phrase_acts.cache_clear()
