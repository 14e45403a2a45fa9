"""The form of the outlets directory: what may stand in an entry, whose home a host is, and texts there and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.messages import CATALOGUES
from domain.outlet import AnswerChannel, EditorialContact, Medium, Outlet, Tier
from domain.outlet_fields import as_text, read_fields
from domain.outlet_rules import (
    FACTS,
    MARK,
    Flaw,
    FlawCode,
    Gap,
    OutletFlawed,
    contact_flaws,
    fingerprint,
    flaws,
    gaps,
    home_host,
    is_bare,
    remedy,
    tidy_contact,
)

WADI = Outlet(
    "wadi",
    "صحيفة الوادي",
    "Al Wadi",
    home_url="https://www.wadi.example/",
    handle="wadi_news",
    editor_email="desk@wadi.example",
    reach=3,
    answer_channel=AnswerChannel.EMAIL,
    tier=Tier.REGIONAL,
    contacts=(EditorialContact("المحليات", "نوف", "nouf@wadi.example", "+966 11 555 0100"),),
    source="بطاقة الصحيفة",
)


def test_a_good_entry_and_a_sparse_one_have_no_flaw() -> None:
    assert flaws(WADI) == ()
    assert flaws(Outlet("sparse", "الشحيحة")) == ()


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"id": " wadi"}, "id", FlawCode.ID),
        ({"id": "w" * 81}, "id", FlawCode.ID),
        ({"name_ar": "Al Wadi"}, "name_ar", FlawCode.NOT_ARABIC),
        ({"name_ar": "و" * 201}, "name_ar", FlawCode.TOO_LONG),
        ({"name_en": "Al\nWadi"}, "name_en", FlawCode.CONTROL),
        ({"country": "ZZ"}, "country", FlawCode.COUNTRY),
        ({"country": "sa"}, "country", FlawCode.COUNTRY),
        ({"language": "arabic"}, "language", FlawCode.LANGUAGE),
        ({"home_url": "http://wadi.example/"}, "home_url", FlawCode.HOME_URL),
        ({"home_url": "https://wadi/"}, "home_url", FlawCode.HOME_URL),
        ({"home_url": "https://me:secret@wadi.example/"}, "home_url", FlawCode.HOME_URL),
        ({"home_url": "https://wadi.example:99999/"}, "home_url", FlawCode.HOME_URL),
        ({"home_url": "https://10.0.0.1/"}, "home_url", FlawCode.HOME_URL),
        ({"home_url": "https://wadi.example/?utm_source=a"}, "home_url", FlawCode.HOME_URL),
        ({"home_url": "javascript:alert(1)"}, "home_url", FlawCode.HOME_URL),
        ({"handle": "not a handle"}, "handle", FlawCode.HANDLE),
        ({"editor_email": "desk@wadi"}, "editor_email", FlawCode.EMAIL),
        ({"editor_email": "desk@wadi.example\nBcc: all@x.example"}, "editor_email", FlawCode.EMAIL),
        ({"reach": 6}, "reach", FlawCode.REACH),
        ({"contacts": (EditorialContact("", email="a@b.example"),)}, "role", FlawCode.EMPTY),
    ],
)
def test_what_cannot_stand_is_named_by_its_field(changed: dict[str, object], field: str, code: FlawCode) -> None:
    wrong = flaws(replace(WADI, **changed))  # type: ignore[arg-type]
    assert [(each.field, each.code) for each in wrong] == [(field, code)]


def test_what_stood_so_before_is_let_be() -> None:
    old = Outlet("clippings", "Clippings", home_url="http://127.0.0.1:8081/")
    assert flaws(replace(old, name_en="Clippings"), before=old) == ()
    assert {each.field for each in flaws(replace(old, name_ar="Cuttings"), before=old)} == {"name_ar"}


@pytest.mark.parametrize(
    ("contact", "codes"),
    [
        (EditorialContact("التحرير", phone="920001234"), []),
        (EditorialContact("التحرير", phone="+966 (11) 555-0100"), []),
        (EditorialContact("التحرير", phone="اتصل بنا"), [FlawCode.PHONE]),
        (EditorialContact("التحرير", phone="+1234567890123456"), [FlawCode.PHONE]),
        (EditorialContact("التحرير", email="a..b@paper.example"), [FlawCode.EMAIL]),
        (EditorialContact("التحرير"), [FlawCode.UNREACHABLE]),
    ],
)
def test_a_contact_has_a_role_and_a_way_to_reach_it(contact: EditorialContact, codes: list[FlawCode]) -> None:
    assert [each.code for each in contact_flaws(contact)] == codes


def test_a_contact_is_made_even_as_people_type_it() -> None:
    assert tidy_contact(" المحليات ", "نوف ", "Nouf@Paper.EXAMPLE ", "٠١١ ٥٥٥ ٠١٠٠") == EditorialContact(
        "المحليات", "نوف", "Nouf@paper.example", "011 555 0100"
    )


@pytest.mark.parametrize(
    ("given", "host"),
    [
        ("https://www.wadi.example/", "wadi.example"),
        ("https://M.Wadi.Example/a?b", "wadi.example"),
        ("http://wadi.example:80/", "wadi.example"),
        ("WWW.wadi.example", "wadi.example"),
        ("http://127.0.0.1:8081/", "127.0.0.1:8081"),
        ("https://www.example", "www.example"),
        ("https://[bad", ""),
        ("https://wadi.example:x/", ""),
        ("", ""),
    ],
)
def test_the_home_host_of_an_address(given: str, host: str) -> None:
    assert home_host(given) == host


def test_what_an_answer_lacks_is_told() -> None:
    assert gaps(WADI) == ()
    assert gaps(replace(WADI, editor_email="")) == (Gap.NO_EDITOR_EMAIL,)
    assert gaps(replace(WADI, answer_channel=AnswerChannel.NONE)) == (Gap.NO_CHANNEL,)
    on_x = replace(WADI, answer_channel=AnswerChannel.X_REPLY, handle="")
    assert gaps(on_x) == (Gap.NO_HANDLE,)
    assert gaps(replace(on_x, medium=Medium.SOCIAL)) == ()


def test_a_bare_entry_is_told_from_one_that_says_something() -> None:
    assert is_bare(Outlet("w", "w"))
    assert not is_bare(Outlet("w", "w", country="AE"))


def test_every_flaw_and_every_gap_has_words() -> None:
    for catalogue in CATALOGUES.values():
        assert {f"outlet_flaw.{each}" for each in FlawCode} <= set(catalogue)
        assert {f"outlet_gap.{each}" for each in Gap} <= set(catalogue)
        assert {f"outlet.{each}" for each in (*FACTS, "id", "role", "name", "email", "phone")} <= set(catalogue)
    assert "SA" in remedy(Flaw("country", FlawCode.COUNTRY, "ZZ"))


def test_the_error_names_entry_field_value_and_remedy() -> None:
    error = OutletFlawed("outlets.toml: [[outlet]] number 3 «wadi»", (Flaw("country", FlawCode.COUNTRY, "ZZ"),))
    assert str(error) == (
        "outlets.toml: [[outlet]] number 3 «wadi»: country is «ZZ»; write the country's two letters, as SA (ISO 3166)"
    )


def test_texts_are_read_as_people_write_them() -> None:
    values, wrong = read_fields(
        {
            "handle": "@wadi_news",
            "country": "sa",
            "home_url": "https://WADI.example",
            "reach": "٤",
            "tier": "",
            "medium": "Broadcast",
            "language": "",
            "verified": True,
            "editor_email": "Desk@WADI.Example",
        }
    )
    assert wrong == ()
    assert values == {
        "handle": "wadi_news",
        "country": "SA",
        "home_url": "https://wadi.example/",
        "reach": 4,
        "tier": None,
        "medium": Medium.BROADCAST,
        "verified": True,
        "editor_email": "Desk@wadi.example",
    }


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("medium", "blog", FlawCode.CHOICE),
        ("reach", "many", FlawCode.REACH),
        ("verified", "perhaps", FlawCode.CHOICE),
        ("verified_at", "2026-11-21T09:00:00", FlawCode.CHOICE),
        ("owner", "x", FlawCode.UNKNOWN_KEY),
        ("name_ar", ["a"], FlawCode.KIND),
    ],
)
def test_what_no_value_can_be_read_from_is_named(name: str, given: object, code: FlawCode) -> None:
    values, wrong = read_fields({name: given})
    assert (values, [(each.field, each.code) for each in wrong]) == ({}, [(name, code)])


_WORDS = st.text(st.sampled_from("ابتثجحخدذرزسش abcXYZ09'\"،؛=+-@"), max_size=30).map(str.strip)
OUTLETS = st.builds(
    Outlet,
    id=st.from_regex(r"[a-z0-9][a-z0-9.-]{0,20}", fullmatch=True),
    name_ar=_WORDS.map(lambda words: f"صحيفة {words}".strip()),
    name_en=_WORDS,
    medium=st.sampled_from(Medium),
    country=st.sampled_from(["SA", "AE", "GB"]),
    language=st.sampled_from(["ar", "en"]),
    handle=st.from_regex(r"[A-Za-z0-9_]{0,15}", fullmatch=True),
    editor_email=st.sampled_from(["", "desk@paper.example"]),
    reach=st.none() | st.integers(1, 5),
    answer_channel=st.sampled_from(AnswerChannel),
    tier=st.none() | st.sampled_from(Tier),
    source=_WORDS,
)


@given(OUTLETS, st.booleans())
def test_every_field_comes_back_from_its_text(outlet: Outlet, verified: bool) -> None:
    if verified:
        outlet = replace(outlet, verified=True, verified_by="amal", verified_at=datetime(2026, 11, 21, 9, tzinfo=UTC))
    values, wrong = read_fields({name: as_text(outlet, name) for name in (*FACTS, *MARK)})
    assert wrong == ()
    assert replace(Outlet(outlet.id, ""), **values) == outlet


@given(OUTLETS, OUTLETS)
def test_two_entries_have_one_fingerprint_only_where_they_are_equal(one: Outlet, other: Outlet) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (one == other)
