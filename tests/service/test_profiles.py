"""The shipped profiles are whole, and a wrong one is named with file, key and remedy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from domain.errors import ProfileError
from domain.profile import Opening
from service.profiles import SHIPPED, load_profile, parse_profile

PROFILES = Path(__file__).parents[2] / "profiles"
RULE_BOOK = Path(__file__).parents[2] / "docs" / "rule_book.md"


@pytest.mark.parametrize("code", SHIPPED)
def test_a_shipped_profile_has_what_the_service_needs(code: str) -> None:
    profile = load_profile(code)
    assert profile.code == code
    assert profile.handles
    assert profile.signature_ar
    assert profile.opening["press"] is Opening.OPEN
    assert profile.opening["social"] is Opening.PROPOSE
    for topic in profile.topics[:-1]:
        assert topic.words, topic.code
        assert topic.examples, topic.code
    assert profile.topics[-1].code == "other/other"


@pytest.mark.parametrize("code", SHIPPED)
def test_its_topics_are_those_of_the_rule_book(code: str) -> None:
    section = RULE_BOOK.read_text("utf-8").split(f"### {code}\n")[1].split("###")[0]
    codes = re.findall(r"^\| `?([a-z-]+/[a-z-]+)`? \|", section, re.MULTILINE)
    assert sorted([*codes, "other/other"]) == sorted(topic.code for topic in load_profile(code).topics)


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('code = "mof"', "", ["code", "missing"]),
        ('press = "open"', 'press = "maybe"', ["opening.press", "maybe"]),
        ("routine = 36", 'routine = "long"', ["resolve_hours.routine", "number"]),
        ('code = "refunds/visa-fees"', 'code = "refunds/payment-balance"', ["stands twice"]),
        ('code = "refunds/visa-fees"', 'code = "visa"', ["general/special"]),
        ('department = "refunds"', 'department = "none"', ["department", "none"]),
        ('approved_by = "مدير التواصل"', 'approved_by = "فريق الرصد"', ["second person", "L2"]),
        ('service = "refunds/visa-fees"', 'service = "somewhere/else"', ["service", "somewhere/else"]),
        ("[opening]", "[opening", ["TOML"]),
        ('name_ar = "إدارة نزع الملكيات"', 'nam_ar = "x"', ["nam_ar", "known"]),
        ('days = ["sun"', 'days = ["son"', ["calendar.days", "son"]),
        ("[importance]", "[importance]\ngrowth_hihg = 3", ["[importance]", "growth_hihg", "known", "growth_high"]),
        ("[importance]", "[importance]\ngrowth_high = 1.5", ["importance.growth_high", "whole number"]),
        ("[complexity]\nwords = [", "[complexity]\nwords = [3, ", ["complexity.words", "list of texts"]),
    ],
)
def test_a_wrong_profile_is_named(old: str, new: str, names: list[str]) -> None:
    text = (PROFILES / "mof.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(ProfileError) as wrong:
        parse_profile(text.replace(old, new, 1), "mine.toml")
    assert str(wrong.value).startswith("mine.toml")
    for name in names:
        assert name in str(wrong.value)


def test_an_unknown_code_names_those_that_ship() -> None:
    with pytest.raises(ProfileError, match="mcit, mof, momrah"):
        load_profile("moh")
