"""What may stand in the directories: contact details, liaison contacts, journeys, and the moves of a recommendation."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contact_details import is_email, is_phone, tidy_email, tidy_phone
from domain.entry_flaws import EntryFault, EntryFlaw, EntryFlawed, demand, remedy
from domain.errors import IllegalMove
from domain.improvement import NEXT, ImprovementStatus, check
from domain.journey import Journey, Stage, flaws, read_stages, stages_text, usual_stages
from domain.liaison import body_code, same_person, tidy, topic_code
from domain.liaison import flaws as liaison_flaws
from domain.messages import CATALOGUES
from domain.profile import Body, Department, Profile, Topic

PROFILE = Profile(
    code="mor",
    name_ar="وزارة الطرق",
    name_en="Ministry of Roads",
    names=(),
    handles=(),
    officials=(),
    topics=(Topic("roads/holes", "الحفر", "Holes", "care"), Topic("other/other", "أخرى", "Other", "care")),
    bodies=(Body("amana", "أمانة المدينة", "City", ("الأمانة", "بلدية المدينة")),),
    departments=(Department("care", "العناية", deputyship="وكالة الخدمات"),),
    watch=(),
)
PERSON = tidy("amana", "  هند   العتيبي ", "ضابط اتصال", "Hind@City.Example", "٠١١ ٥٥٥ ٠١٠٠", ["roads/holes", ""])


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("name@example.org", True), ("a.b+c@mail.gov.sa", True), ("a@b", False), ("a b@c.org", False), ("a..b@c.org", False),
        ("", False), ("a@b.org\nBcc: c@d.org", False), ("هند@example.org", False),
    ],
)  # fmt: skip
def test_an_email_address_is_one_address(text: str, good: bool) -> None:
    assert is_email(text) is good


@pytest.mark.parametrize(
    ("text", "good"), [("+966 11 555 0100", True), ("920001234", True), ("19996", False), ("1999", False), ("call me", False)]
)
def test_a_number_has_its_digits(text: str, good: bool) -> None:
    assert is_phone(text) is good


@given(st.text(max_size=40))
def test_making_even_twice_changes_nothing(text: str) -> None:
    assert tidy_email(tidy_email(text)) == tidy_email(text)
    assert tidy_phone(tidy_phone(text)) == tidy_phone(text)


def test_a_liaison_contact_is_made_even() -> None:
    assert (PERSON.name, PERSON.email, PERSON.phone) == ("هند العتيبي", "Hind@city.example", "011 555 0100")
    assert PERSON.topics == ("roads/holes",)
    assert liaison_flaws(PERSON, PROFILE) == ()
    assert PERSON.deals_with("roads/holes")
    assert not PERSON.deals_with("other/other")


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"body": "nobody"}, "body", EntryFault.CHOICE),
        ({"name": ""}, "name", EntryFault.EMPTY),
        ({"name": "x" * 201}, "name", EntryFault.TOO_LONG),
        ({"email": "hind"}, "email", EntryFault.EMAIL),
        ({"email": "", "phone": ""}, "email", EntryFault.UNREACHABLE),
        ({"phone": "قريبًا"}, "phone", EntryFault.PHONE),
        ({"topics": ("roads",)}, "topics", EntryFault.CHOICE),
        ({"role": "a\x00b"}, "role", EntryFault.CONTROL),
    ],
)
def test_what_cannot_stand_is_named_by_field(values: dict[str, object], field: str, code: EntryFault) -> None:
    assert [(flaw.field, flaw.code) for flaw in liaison_flaws(replace(PERSON, **values), PROFILE)] == [(field, code)]  # type: ignore[arg-type]


def test_bodies_and_topics_are_found_by_what_people_call_them() -> None:
    assert {body_code(text, PROFILE) for text in ("amana", "أمانة المدينة", "الامانة", " City ", "بلدية المدينة")} == {"amana"}
    assert body_code("المرور", PROFILE) == body_code("", PROFILE) == ""
    assert topic_code("الحفر", PROFILE) == topic_code("roads/holes", PROFILE) == "roads/holes"
    assert topic_code("شيء آخر", PROFILE) == "شيء آخر"


def test_one_person_is_known_by_name_or_address_in_one_body() -> None:
    assert same_person(PERSON, replace(PERSON, name="هند العتيبى", email="other@city.example"))
    assert same_person(PERSON, replace(PERSON, name="هند", email="hind@CITY.example"))
    assert not same_person(PERSON, replace(PERSON, body="traffic"))
    assert not same_person(replace(PERSON, email=""), replace(PERSON, name="سعد", email=""))


def test_a_journey_has_the_four_stages_where_none_are_named() -> None:
    assert [(stage.place, stage.name_en) for stage in usual_stages()] == [
        (1, "Finding"), (2, "Applying"), (3, "Following up"), (4, "Receiving"),
    ]  # fmt: skip


_NAMES = st.text(st.characters(whitelist_categories=["Lo", "Nd"]), min_size=1, max_size=20)


@given(st.lists(st.tuples(_NAMES, _NAMES | st.just("")), max_size=6))
def test_stages_come_back_as_they_were_written(names: list[tuple[str, str]]) -> None:
    stages = tuple(Stage(place, *pair) for place, pair in enumerate(names, start=1))
    assert read_stages(stages_text(stages)) == stages


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"code": "Two Words"}, "code", EntryFault.CODE),
        ({"name_ar": "Licences"}, "name_ar", EntryFault.NOT_ARABIC),
        ({"topic": "roads/none"}, "topic", EntryFault.CHOICE),
        ({"deputyship": ""}, "deputyship", EntryFault.CHOICE),
        ({"stages": ()}, "stages", EntryFault.EMPTY),
        ({"stages": tuple(Stage(place, "مرحلة") for place in range(1, 14))}, "stages", EntryFault.TOO_LONG),
        ({"stages": (Stage(1, "Finding"),)}, "stages", EntryFault.NOT_ARABIC),
    ],
)
def test_what_cannot_stand_in_a_journey(values: dict[str, object], field: str, code: EntryFault) -> None:
    good = Journey("licence", "ترخيص حفر", "", "roads/holes", "وكالة الخدمات", usual_stages())
    assert flaws(good, PROFILE) == ()
    assert [(flaw.field, flaw.code) for flaw in flaws(replace(good, **values), PROFILE)] == [(field, code)]  # type: ignore[arg-type]


def test_every_fault_has_its_remedy_in_both_languages() -> None:
    for code, language in product(EntryFault, CATALOGUES):
        assert remedy(EntryFlaw("field", code, hint="5"), language)


def test_the_first_flaw_of_each_field_is_raised() -> None:
    with pytest.raises(EntryFlawed, match="name is «»") as caught:
        demand("person", [None, EntryFlaw("name", EntryFault.EMPTY), EntryFlaw("name", EntryFault.CODE)])
    assert [flaw.code for flaw in caught.value.flaws] == [EntryFault.EMPTY]
    demand("person", [None])


@pytest.mark.parametrize(("status", "to"), list(product(ImprovementStatus, ImprovementStatus)))
def test_a_recommendation_moves_as_its_table_says(status: ImprovementStatus, to: ImprovementStatus) -> None:
    if to in NEXT[status]:
        check(status, to)
        return
    with pytest.raises(IllegalMove) as caught:
        check(status, to)
    assert caught.value.allowed == tuple(each.value for each in NEXT[status])
