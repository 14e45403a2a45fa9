from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.watch import WatchHit, compile_queries, parse
from domain.errors import QueryError
from domain.profile import Profile, WatchQuery
from service.profiles import load_profile
from tests.classifiers.conftest import PROFILE

TEXT = "أعمدة الإنارة بشارعنا مطفية، ووزارة الإنارة @LampsSA ما ردت! #ظلام_الحي"


def _match(query: str, text: str = TEXT, title: str = "", **given: str) -> tuple[WatchHit, ...]:
    return compile_queries([WatchQuery("q", "street/lamps", query)], PROFILE, outlet_handles=["paper"]).match(
        title, text, **given
    )


@pytest.mark.parametrize(
    "query",
    [
        "شارع",
        "إناره",
        "أعمدة AND وزارة",
        "أعمدة وزارة",
        "مياه OR أعمدة",
        '"وزارة الإنارة"',
        "«وزارة الإنارة»",
        "@lampssa",
        "مطف*",
        "#ظلام_الحي",
        "أعمدة NOT مياه",
        "أعمدة AND NOT (مياه OR كهرباء)",
        "أعمدة NEAR/3 مطفية",
        "مطفية NEAR/3 أعمدة",
        "(أعمدة OR لمبات) NEAR/4 (مطفية OR خربانة)",
        "lang:ar أعمدة",
        "مياه OR (أعمدة ردت)",
    ],
)
def test_queries_that_match(query: str) -> None:
    assert len(_match(query)) == 1


@pytest.mark.parametrize(
    "query",
    [
        "مياه",
        "أعمدة AND مياه",
        '"الإنارة وزارة"',
        "@waterco",
        "#أعمدة",
        "أعمدة NOT وزارة",
        "أعمدة NEAR/2 ردت",
        "lang:en أعمدة",
        "outlet:daily أعمدة",
        "from:paper",
    ],
)
def test_queries_that_do_not_match(query: str) -> None:
    assert _match(query) == ()


def test_fields_are_matched_with_what_is_known_of_the_mention() -> None:
    assert _match("outlet:daily أعمدة", outlet="Daily")
    assert _match("from:@Paper", author_handle="paper")
    assert _match("lang:en lamp", "the lamp is broken", language="en")


def test_spans_lie_in_the_original_text() -> None:
    title, text = "وللإنارة قصة", "قالوا إنّ الإنــارة جيدة"
    (hit,) = _match("إنارة", text, title)
    assert [(span.field, {"title": title, "text": text}[span.field][span.start : span.end]) for span in hit.spans] == [
        ("title", "وللإنارة"),
        ("text", "الإنــارة"),
    ]


def test_what_is_excluded_is_not_shown() -> None:
    (hit,) = _match("أعمدة NOT كهرباء")
    assert [TEXT[span.start : span.end] for span in hit.spans] == ["أعمدة"]


def test_neither_phrase_nor_near_runs_from_title_into_text() -> None:
    assert _match('"وزارة الإنارة"', "الإنارة", "وزارة") == ()
    assert _match("وزارة NEAR/5 إنارة", "إنارة", "وزارة") == ()
    assert _match("وزارة AND إنارة", "إنارة", "وزارة")


def test_and_binds_tighter_than_or_and_not_tightest() -> None:
    assert _match("مياه كهرباء OR أعمدة")
    assert not _match("مياه (كهرباء OR أعمدة)")
    assert _match("NOT مياه أعمدة")


@pytest.mark.parametrize(
    ("query", "position", "says"),
    [
        ("", 0, "empty"),
        ("(أعمدة", 0, "never closed"),
        ("أعمدة)", 5, "closes nothing"),
        ('أعمدة "وزارة', 6, "never closed"),
        ("أعمدة OR", 8, "ends"),
        ("أعمدة OR AND شارع", 9, "AND"),
        ("()", 0, "empty"),
        ("NOT أعمدة", 0, "none of its words"),
        ("أعمدة OR NOT شارع", 0, "none of its words"),
        ("lang:ar", 0, "none of its words"),
        ("أعمدة NEAR شارع", 6, "no distance"),
        ("أعمدة NEAR/x شارع", 6, "no distance"),
        ("أعمدة NEAR/3 (شارع NOT حي)", 6, "else than words"),
        ("أ NEAR/2 ب NEAR/3 ج", 11, "second NEAR"),
        ("site:x أعمدة", 0, "no field"),
        ("lang:xx أعمدة", 0, "language"),
        ("from: أعمدة", 0, "no value"),
        ("أعمدة ؟؟", 6, "no letter"),
        ("ا*", 0, "too short"),
        ('"؟"', 0, "no word"),
    ],
)
def test_a_wrong_query_says_where_and_why(query: str, position: int, says: str) -> None:
    with pytest.raises(QueryError, match=says) as raised:
        _match(query)
    assert raised.value.position == position
    assert raised.value.remedy
    assert "«q»" in raised.value.what


@pytest.mark.parametrize(
    "query", ["@someone أعمدة", "from:someone", "from:@private أعمدة", "أعمدة OR مظاهرات", "(أعمدة NOT شيعة)"]
)
def test_people_and_their_convictions_cannot_be_watched(query: str) -> None:
    with pytest.raises(QueryError, match="L2"):
        _match(query)


def test_accounts_of_the_directories_can_be_named() -> None:
    for query in ("@LampsSA", "@WaterCo أعمدة", "from:paper أعمدة", "from:@BulbsCo"):
        compile_queries([WatchQuery("q", "street/lamps", query)], PROFILE, outlet_handles=["@Paper"])


def test_many_queries_answer_in_their_order_with_their_service(profile: Profile) -> None:
    queries = [
        WatchQuery("one", "bills/fees", "رسوم"),
        WatchQuery("two", "street/lamps", "إنارة"),
        WatchQuery("three", "x/y", "شارع"),
    ]
    hits = compile_queries(queries, profile).match("", TEXT)
    assert [(hit.name, hit.service) for hit in hits] == [("two", "street/lamps"), ("three", "x/y")]


def test_an_empty_mention_matches_nothing(profile: Profile) -> None:
    watcher = compile_queries(
        [WatchQuery("q", "street/lamps", "إنارة"), WatchQuery("f", "street/lamps", "outlet:daily")], profile
    )
    assert watcher.match("", "") == ()
    assert [hit.name for hit in watcher.match("", "", outlet="daily")] == ["f"]


WORDS = ["عمود", "شارع", "رسوم", "مياه"]
TREES = st.recursive(
    st.sampled_from(WORDS),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda sides: f"({sides[0]} AND {sides[1]})"),
        st.tuples(inner, inner).map(lambda sides: f"({sides[0]} OR {sides[1]})"),
        st.tuples(inner, inner).map(lambda sides: f"({sides[0]} NOT {sides[1]})"),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(TREES, st.lists(st.sampled_from(WORDS), max_size=4))
def test_a_query_means_what_its_booleans_mean(query: str, words: list[str]) -> None:
    expression = query.replace("AND", "and").replace("OR", "or").replace(" NOT ", " and not ")
    for word in WORDS:
        expression = expression.replace(word, str(word in words))
    assert bool(_match(query, " ".join(words))) == eval(expression)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='عمود ()"«»*#@:/ANDORTE3', max_size=25))
def test_the_parser_answers_or_says_where(query: str) -> None:
    try:
        parse(query)
        position = 0
    except QueryError as error:
        position = error.position
    assert 0 <= position <= len(query)


@pytest.mark.parametrize("code", ["mcit", "mof", "momrah"])
def test_names_are_those_of_match_and_the_shipped_queries_compile(code: str) -> None:
    profile = load_profile(code)
    watcher = compile_queries(profile.watch, profile)
    for topic in profile.topics:
        for text in (*topic.examples, *topic.words):
            assert watcher.names("", text) == tuple(hit.name for hit in watcher.match("", text))
