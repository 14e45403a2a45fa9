"""Filters in addresses: forgiving, and the same again when written."""

from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from console.pages.signing_in import own_address
from console.queries import CaseShow, ReviewQuery, ReviewShow, case_query, review_query
from domain.mention import Channel
from domain.tags import Importance, Kind


def test_unknown_values_are_left_out() -> None:
    query = review_query({"kind": "nonsense", "start": "-4", "channel": "press"})
    assert query == ReviewQuery(channel=Channel.PRESS)


@given(
    st.builds(
        ReviewQuery,
        start=st.integers(0, 10**6),
        show=st.sampled_from(ReviewShow),
        kind=st.none() | st.sampled_from(Kind),
        topic=st.none() | st.text(min_size=1, max_size=8),
        importance=st.none() | st.sampled_from(Importance),
    )
)
def test_a_query_survives_its_address(query: ReviewQuery) -> None:
    assert review_query(dict(parse_qsl(query.as_text))) == query


def test_paging_alone_is_no_filter() -> None:
    assert not case_query({"start": "40"}).is_narrow
    assert case_query({"show": "overdue"}).show is CaseShow.OVERDUE


@given(st.text(max_size=30))
def test_nobody_is_led_away_after_signing_in(wanted: str) -> None:
    led = own_address(wanted)
    assert led.startswith("/")
    assert not led.startswith(("//", "/\\"))


def test_foreign_addresses_lead_to_the_first_page() -> None:
    for wanted in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nSet-Cookie: x"):
        assert own_address(wanted) == "/"
    assert own_address("/cases/3?x=1") == "/cases/3?x=1"
