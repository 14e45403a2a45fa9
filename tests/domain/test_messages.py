"""The catalogue: both languages have the same keys and placeholders, and every member that people see has a label."""

from __future__ import annotations

import inspect
import re
from enum import StrEnum
from string import Formatter

import pytest

from domain import case, delivery, improvement, mention, outlet, people, profile, source, tags
from domain.errors import ConfigurationError
from domain.messages import CATALOGUES, PREFIXES, label, message
from domain.tags import Kind


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_catalogues_have_the_same_keys_and_placeholders() -> None:
    arabic, english = CATALOGUES["ar"], CATALOGUES["en"]
    assert set(arabic) == set(english)
    unequal = [key for key in arabic if _placeholders(arabic[key]) != _placeholders(english[key])]
    assert unequal == []


@pytest.mark.parametrize("language", ["ar", "en"])
def test_no_text_is_empty_or_unfinished(language: str) -> None:
    assert [key for key, text in CATALOGUES[language].items() if not text.strip() or "TODO" in text] == []


def test_arabic_texts_are_arabic_and_english_ones_are_not() -> None:
    prose = {key: re.sub(r"\{\w+\}", "", text) for key, text in CATALOGUES["ar"].items()}
    latin_only = [key for key, text in prose.items() if re.search("[A-Za-z]", text) and not re.search("[ء-ي]", text)]
    arabic_in_english = [key for key, text in CATALOGUES["en"].items() if re.search("[ء-ي]", text)]
    assert (latin_only, arabic_in_english) == ([], [])


@pytest.mark.parametrize("enum", sorted(PREFIXES, key=lambda enum: enum.__name__))
@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_member_has_its_own_label(enum: type[StrEnum], language: str) -> None:
    labels = [label(member, language) for member in enum]
    assert len(set(labels)) == len(labels)


def test_every_enum_of_the_domain_has_labels() -> None:
    enums = {
        value
        for module in (case, delivery, improvement, mention, outlet, people, profile, source, tags)
        for _, value in inspect.getmembers(module, inspect.isclass)
        if issubclass(value, StrEnum) and value is not StrEnum
    }
    assert enums == set(PREFIXES)


def test_a_message_is_filled_in() -> None:
    assert message("date.hijri", "en", day=1, month="Rajab", year=1448) == "1 Rajab 1448 AH"
    assert label(Kind.COMPLAINT) == "شكوى"


@pytest.mark.parametrize(
    ("key", "language", "said"),
    [("kind.poem", "ar", "kind.poem"), ("kind.complaint", "fr", "fr"), ("date.hijri", "en", "day")],
)
def test_what_is_missing_is_named(key: str, language: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        message(key, language)
