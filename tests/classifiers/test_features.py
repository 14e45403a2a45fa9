from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.features import QUESTION, canonical_words, featurise, words_with_spans
from domain.arabic import normalise

TEXTS = st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويىةء ؟!#@_.abz019😀ـًُ", max_size=60)


def _buckets(documents: list[list[str]], number: int) -> tuple[set[int], set[int]]:
    batch = featurise(documents)
    return (
        set(batch.words.bucket[batch.words.document == number].tolist()),
        set(batch.characters.bucket[batch.characters.document == number].tolist()),
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_a_text_has_the_same_features_alone_and_in_a_batch(texts: list[str]) -> None:
    documents = [canonical_words(text) for text in texts]
    for number, words in enumerate(documents):
        assert _buckets(documents, number) == _buckets([words], 0)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_every_word_lies_where_its_span_says(text: str) -> None:
    normalised = normalise(text)
    words, spans, tokens, places = words_with_spans(normalised)
    assert words == canonical_words(text)
    assert len(tokens) == len(places)
    for token, place in zip(tokens, places, strict=True):
        start, end = spans[place]
        assert normalised[start:end] == token


def test_live_text_and_masked_training_text_look_alike() -> None:
    assert canonical_words("@someone متى يفتح التقديم؟") == canonical_words("مستخدم متى يفتح التقديم استفهام")
    assert canonical_words("تكفون! https://t.co/x9 #نور") == ["تكفون", "تعجب", "رابط", "وسم", "نور"]


def test_numbers_are_one_word_so_that_none_is_remembered() -> None:
    assert canonical_words("رقم ٠٥٥١٢٣٤٥٦٧") == canonical_words("رقم 12")


def test_word_order_changes_word_features_only() -> None:
    one, other = _buckets([["شبكة", "ضعيفة"]], 0), _buckets([["ضعيفة", "شبكة"]], 0)
    assert one[0] != other[0]
    assert one[1] == other[1]


def test_each_ngram_counts_once_for_a_text() -> None:
    batch = featurise([["كم"] * 5])
    keys = list(zip(batch.words.document.tolist(), batch.words.bucket.tolist(), strict=True))
    assert len(keys) == len(set(keys))


def test_no_text_and_an_empty_text_have_no_features() -> None:
    assert featurise([]).size == 0
    batch = featurise([[], ["نعم"], []])
    assert batch.size == 3
    assert np.unique(batch.words.document).tolist() == [1]


def test_the_question_mark_is_a_word_of_its_own() -> None:
    assert canonical_words("وين؟؟") == ["وين", QUESTION, QUESTION]
