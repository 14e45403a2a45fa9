"""The query language of the X stand-in."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import QueryError
from service.demo.searches import x_searches
from service.demo.x_query import MAX_QUERY, Searchable, parse_query
from service.profiles import SHIPPED, load_profile

POST = Searchable.of("والله المستخلص عالق في منصة اعتماد من رمضان @MofCare #مقاولات", "badr_demo", "ar")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("اعتماد", True),
        ("مستخلص", True),
        ("تخلص", False),
        ("اعتماد عالق", True),
        ("اعتماد تأشيرة", False),
        ("تأشيرة OR اعتماد", True),
        ("تأشيرة OR راتب", False),
        ('"منصة اعتماد"', True),
        ('"اعتماد منصة"', False),
        ("(تأشيرة OR مستخلص) اعتماد", True),
        ("(تأشيرة OR مستخلص) راتب", False),
        ("راتب OR اعتماد عالق", True),
        ("راتب OR اعتماد تأشيرة", False),
        ("اعتماد -is:retweet", True),
        ("اعتماد -عالق", False),
        ("اعتماد -(راتب OR تأشيرة)", True),
        ('اعتماد -"منصة اعتماد"', False),
        ("اعتماد lang:ar", True),
        ("اعتماد lang:en", False),
        ("@mofcare", True),
        ("@MOFKSA", False),
        ("#مقاولات", True),
        ("#اعتماد", False),
        ("from:badr_demo", True),
        ("اعتماد -from:badr_demo", False),
        ("اعتماد is:reply", False),
    ],
)
def test_a_query_finds_what_it_says(query: str, found: bool) -> None:
    if query == "from:badr_demo":
        with pytest.raises(QueryError, match="cannot stand alone"):
            parse_query(query)
        query = "من from:badr_demo"
    assert parse_query(query)(POST) is found


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("(اعتماد", "left open"),
        ("اعتماد)", "not opened"),
        ('"اعتماد', "quotation mark"),
        ("اعتماد OR", "a word is missing"),
        ("()", "a word is missing"),
        ("-is:retweet lang:ar", "cannot stand alone"),
        ("اعتماد near:riyadh", "is not understood"),
        ("كلمة " * 110, "characters"),
    ],
)
def test_a_broken_query_is_refused_with_its_reason(query: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        parse_query(query)


@given(st.text(alphabet='()"- ORab:@#اعتم', max_size=40))
def test_any_text_is_a_query_or_a_query_error(text: str) -> None:
    with contextlib.suppress(QueryError):
        assert parse_query(text)(POST) in (True, False)


@pytest.mark.parametrize("code", SHIPPED)
def test_the_searches_of_a_profile_fit_and_parse(code: str) -> None:
    searches = x_searches(load_profile(code))
    assert len(searches) <= 3
    for query in searches:
        assert len(query) <= MAX_QUERY
        parse_query(query)
