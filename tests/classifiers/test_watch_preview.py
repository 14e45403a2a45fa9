"""A query while it is being written: the caret, the reason as a code, and what it would have found."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.watch import Span, parse
from classifiers.watch.preview import compile_one, marked, place_of, pointed, preview
from domain.errors import QueryError
from domain.messages import CATALOGUES
from domain.query_fault import QueryFault
from tests.classifiers.conftest import PROFILE

MARKS = ("[", "]")


@dataclass(frozen=True)
class Item:
    title: str
    text: str = ""
    language: str = ""
    outlet_id: str = "daily"
    author_handle: str = ""


def _error(query: str) -> QueryError:
    with pytest.raises(QueryError) as raised:
        compile_one(query, "", PROFILE)
    return raised.value


@pytest.mark.parametrize(
    ("query", "fault", "caret"),
    [
        ("", QueryFault.EMPTY, 0),
        ('إنارة AND "ضعف', QueryFault.UNCLOSED_QUOTE, 10),
        ("إنارة AND (عمود", QueryFault.UNCLOSED_BRACKET, 10),
        ("إنارة )", QueryFault.STRAY_BRACKET, 6),
        ("()", QueryFault.EMPTY_BRACKETS, 0),
        ("إنارة AND", QueryFault.ENDS_EARLY, 9),
        ("إنارة AND OR عمود", QueryFault.NO_WORD_HERE, 10),
        ("إنارة NEAR عمود", QueryFault.NEAR_DISTANCE, 6),
        ("إنارة NEAR/3 (عمود AND ظلام)", QueryFault.NEAR_SIDES, 6),
        ("أ NEAR/3 ب NEAR/3 ج", QueryFault.SECOND_NEAR, 11),
        ("(" * 60 + "إنارة" + ")" * 60, QueryFault.TOO_DEEP, 40),
        ('إنارة ""', QueryFault.EMPTY_PHRASE, 6),
        ("إنارة !!", QueryFault.NO_LETTER, 6),
        ("إنارة ع*", QueryFault.SHORT_PREFIX, 6),
        ("إنارة color:red", QueryFault.UNKNOWN_FIELD, 6),
        ("إنارة lang:", QueryFault.FIELD_VALUE, 6),
        ("إنارة lang:fr", QueryFault.LANGUAGE, 6),
        ("NOT إنارة", QueryFault.NO_DEMANDED_WORD, 0),
        ("إنارة from:someone", QueryFault.PRIVATE_ACCOUNT, 6),
        ("إنارة @someone", QueryFault.PRIVATE_ACCOUNT, 6),
        ("إنارة AND مظاهرات", QueryFault.REFUSED_WORD, 10),
        ("إنارة OR 0551234567", QueryFault.PERSONAL_DATA, 9),
    ],
)
def test_every_mistake_has_its_code_its_place_and_its_words(query: str, fault: QueryFault, caret: int) -> None:
    error = _error(query)
    assert (error.fault, error.position) == (fault, caret)
    assert error.remedy
    for catalogue in CATALOGUES.values():
        assert catalogue[f"query_fault.{fault}"].format(piece=error.piece)
        assert catalogue[f"query_fault.{fault}.remedy"]


def test_no_code_is_without_words() -> None:
    for fault in QueryFault:
        assert all(f"query_fault.{fault}{part}" in CATALOGUES[language] for language in CATALOGUES for part in ("", ".remedy"))


def test_the_caret_stands_under_the_place_and_names_the_piece() -> None:
    query = 'عمود AND "ضعف'
    assert pointed(query, _error(query)) == f'{query}\n{" " * 9}^ «"»'


def test_the_caret_skips_marks_that_take_no_column() -> None:
    query = "عَمُود )"
    line, caret = pointed(query, _error(query)).splitlines()
    assert line == query
    assert caret.index("^") == len("عمود ")


def test_a_long_query_of_several_lines_is_cut_to_the_place() -> None:
    query = "إنارة OR عمود\nOR " + "ظلام OR " * 30 + ") OR " + "لمبة OR " * 30 + "شارع"
    error = _error(query)
    place = place_of(query, error)
    assert (place.line, place.at) == (2, ")")
    line, caret = pointed(query, error).splitlines()
    assert len(line) < 120
    assert line[caret.index("^")] == ")"


@given(st.text(alphabet='ab"() شبكةANDORT*:@#\n', max_size=40))
def test_whatever_is_typed_is_read_or_pointed_at(query: str) -> None:
    wrong: list[QueryError] = []
    try:
        parse(query)
    except QueryError as error:
        wrong.append(error)
    for each in wrong:
        assert "^" in pointed(query, each)
        place = place_of(query, each)
        assert place.before + place.at + place.after in query


def test_the_preview_gives_matches_with_their_words_and_counts_by_outlet() -> None:
    items = [
        Item("ظلام في الشارع", "أعمدة الإنارة مطفأة منذ أسبوع"),
        Item("خبر آخر", "افتتح المعرض", outlet_id="other"),
        Item("", "وبالإنارة نهتم", outlet_id="other"),
        Item("الإنارة", outlet_id="other"),
    ]
    found = preview(compile_one("إنارة", "", PROFILE), items)
    assert found.tried == 4
    assert [match.item for match in found.matches] == [items[0], items[2], items[3]]
    assert found.by_outlet() == [("other", 2), ("daily", 1)]
    assert marked(items[0].text, found.matches[0].spans, "text", MARKS) == "أعمدة [الإنارة] مطفأة منذ أسبوع"
    assert marked(items[3].title, found.matches[2].spans, "title", MARKS) == "[الإنارة]"


def test_fields_of_an_item_are_asked() -> None:
    watcher = compile_one("إنارة AND outlet:daily", "", PROFILE)
    assert len(preview(watcher, [Item("الإنارة"), Item("الإنارة", outlet_id="other")]).matches) == 1


def test_distant_words_are_shown_in_passages_of_their_own() -> None:
    text = "إنارة أولى " + "كلام " * 60 + "إنارة ثانية"
    spans = (Span("text", 0, 5), Span("text", text.rindex("إنارة"), text.rindex("إنارة") + 5))
    shown = marked(text, spans, "text", MARKS, around=12)
    assert shown.count("[إنارة]") == 2
    assert " … " in shown
    assert len(shown) < 90


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), max_size=4))
def test_marks_only_add_to_a_text(text: str, places: list[tuple[int, int]]) -> None:
    spans, end = [], 0
    for start, length in sorted(places):
        first, last = max(start, end), min(start + length, len(text))
        if first < last:
            spans.append(Span("text", first, last))
            end = last
    shown = marked(text, spans, "text", ("\ue000", "\ue001"), around=200)
    plain = "".join(shown.replace("\ue000", "").replace("\ue001", "").split())
    assert plain == ("".join(text.split()).replace("\ue000", "").replace("\ue001", "") if spans else "")
