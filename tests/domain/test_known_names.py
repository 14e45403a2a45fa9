"""The names of whoever raised a case are hidden wherever staff wrote them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.known_names import HIDDEN, hide, holds

NAME = "أحمد بن عبدالله الغامدي"


@pytest.mark.parametrize(
    "text",
    [
        "تواصلنا مع أحمد بن عبدالله الغامدي",
        "تواصلنا مع احمد  بن عبد الله الغامدى",
        "اتصل الغامدي مرتين",
        "قيل لأحمد إن الطلب انتهى",
        "سُلّم الخطاب للغامدي",
        "وعبد الله ينتظر",
        "أَحْمَد",
    ],
)
def test_a_person_is_hidden_however_written(text: str) -> None:
    found = hide(text, [NAME])
    assert HIDDEN in found
    assert not any(part in found for part in ("حمد", "الغامد", "عبد", "للغامدي"))


def test_what_is_no_name_stays() -> None:
    text = "السلام عليكم ورحمة الله، وأحمدية الأسواق بن"
    assert hide(text, [NAME]) == text
    assert hide("كتبنا له", ["", " ", "له"]) == "كتبنا له"


def test_of_a_company_only_the_whole_name_counts() -> None:
    assert hide("قالت شركة الأفق الجديد إن الشركة في الأفق", ["شركة الأفق الجديد"], parts=False) == (
        f"قالت {HIDDEN} إن الشركة في الأفق"
    )


def test_numbers_and_addresses_are_hidden_as_they_stand() -> None:
    assert hide("الرقم 7001-44 والبريد Sami@Example.org", ["7001-44", "sami@example.org"], parts=False) == (
        f"الرقم {HIDDEN} والبريد {HIDDEN}"
    )


@given(st.text(max_size=60), st.lists(st.text(max_size=12), max_size=3))
def test_nothing_hidden_can_still_be_found(text: str, names: list[str]) -> None:
    assert not holds(hide(text, names), [name for name in names if "•" not in name])
