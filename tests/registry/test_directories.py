"""The directories in the store: liaison contacts, journeys, departments; every change in the trail, nothing deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.case import CaseEventKind
from domain.entry_flaws import EntryFault, EntryFlawed
from domain.errors import Conflict, InputError, NotFound
from domain.journey import Journey, Stage, usual_stages
from domain.liaison import LiaisonContact, fingerprint, tidy
from domain.people import Actor, Role
from domain.profile import Body, Profile
from registry import audit, cases, improvements, people
from registry.database import Database
from registry.directories import departments, journeys, liaison
from registry.directories.liaison_lists import read_list, write_list
from tests.registry.hands import NOW, Hands

HIND = tidy("amana", "هند العتيبي", "ضابط اتصال", "hind@city.example", "", ["roads/holes"])


@pytest.fixture
def ministry(profile: Profile) -> Profile:
    """The ministry of roads with two other bodies and deputyships."""
    bodies = (Body("amana", "أمانة المدينة", "City", ("الأمانة",)), Body("traffic", "المرور", "Traffic"))
    own = tuple(replace(each, deputyship="وكالة التشغيل") for each in profile.departments)
    return replace(profile, bodies=bodies, departments=own)


def _actions(database: Database) -> list[str]:
    with database.reading() as session:
        assert audit.verify(session) is None
        return [each.action for each in reversed(audit.entries(session, limit=500).items)]


# --------------------------------------------------------------------------------------------------------------- liaison


def test_a_contact_is_entered_changed_and_taken_out_of_use(
    database: Database, ministry: Profile, team: dict[str, Actor], now: datetime
) -> None:
    with database.transaction() as session:
        first = liaison.add(session, ministry, HIND, team["specialist"], now)
        liaison.add(session, ministry, tidy("amana", "سعد", phone="0115550100"), team["specialist"], now)
    with database.transaction() as session:
        seen = liaison.get(session, first)
        after = replace(HIND, email="hind@new.example")
        liaison.change(session, ministry, first, after, team["manager"], now, expected=seen.fingerprint)
        liaison.set_active(session, first, False, team["manager"], now)
        liaison.set_active(session, first, False, team["manager"], now)
    with database.reading() as session:
        assert [each.contact.name for each in liaison.list_contacts(session).items] == ["سعد"]
        assert [each.contact for each in liaison.list_contacts(session, active=False).items] == [after]
        assert liaison.get(session, first).updated_by == "manager"
    assert _actions(database) == ["liaison.added", "liaison.added", "liaison.changed", "liaison.retired"]


def test_the_trail_says_which_fields_changed_and_nothing_personal(
    database: Database, ministry: Profile, team: dict[str, Actor], now: datetime
) -> None:
    with database.transaction() as session:
        first = liaison.add(session, ministry, HIND, team["specialist"], now)
        liaison.change(session, ministry, first, replace(HIND, phone="0115550100", role="مدير"), team["specialist"], now)
        entries = audit.entries(session).items
    assert entries[0].details == {"body": "amana", "fields": "role,phone"}
    assert not any(word in str(entries) for word in ("هند", "hind", "0115550100"))


def test_a_person_is_entered_once_for_a_body(
    database: Database, ministry: Profile, team: dict[str, Actor], now: datetime
) -> None:
    with database.transaction() as session:
        liaison.add(session, ministry, HIND, team["specialist"], now)
        liaison.add(session, ministry, replace(HIND, body="traffic"), team["specialist"], now)
        with pytest.raises(Conflict):
            liaison.add(session, ministry, replace(HIND, name="هند العتيبى", email="", phone="0115550100"), team["manager"], now)


def test_what_cannot_stand_or_is_not_there_is_refused(
    database: Database, ministry: Profile, team: dict[str, Actor], now: datetime
) -> None:
    with database.transaction() as session:
        first = liaison.add(session, ministry, HIND, team["specialist"], now)
        with pytest.raises(EntryFlawed):
            liaison.change(session, ministry, first, replace(HIND, email=""), team["specialist"], now)
        stale = fingerprint(replace(HIND, role="وكيل"), active=True)
        with pytest.raises(Conflict, match="meanwhile"):
            liaison.change(session, ministry, first, HIND, team["specialist"], now, expected=stale)
        with pytest.raises(NotFound):
            liaison.set_active(session, 99, True, team["specialist"], now)
        assert liaison.get(session, first).contact == HIND


def test_who_deals_with_the_topic_comes_first(
    database: Database, ministry: Profile, team: dict[str, Actor], now: datetime
) -> None:
    everything = tidy("amana", "أحمد", phone="0115550101")
    signs = tidy("amana", "بدر", phone="0115550102", topics=["roads/signs"])
    with database.transaction() as session:
        for each in (everything, signs, HIND):
            liaison.add(session, ministry, each, team["specialist"], now)
        found = [each.contact.name for each in liaison.of_body(session, "amana", "roads/holes")]
        assert found == [HIND.name, "أحمد", "بدر"]
        assert [each.contact.name for each in liaison.list_contacts(session, text="ضابط هند").items] == [HIND.name]
        assert liaison.list_contacts(session, text="HIND@city").total == 1


def test_a_list_is_read_in_and_read_in_again(
    database: Database, ministry: Profile, team: dict[str, Actor], now: datetime
) -> None:
    text = (
        "\ufeffالجهة;الاسم;الصفة;البريد;الهاتف;الموضوعات\n"
        "الأمانة;هند العتيبي;ضابط اتصال;hind@city.example;;الحفر\n"
        "traffic;ماجد;;;٠١١٥٥٥٠١٠٠;\n"
        ";;;;;\n"
        "جهة مجهولة;سعد;;saad@body.example;;\n"
        "المرور;فهد;;fahd@;;\n"
    )
    read = read_list(text.encode(), ministry)
    assert read.contacts == (HIND, LiaisonContact("traffic", "ماجد", phone="0115550100"))
    assert [each.split("،")[0] for each in read.problems] == ["السطر 5", "السطر 6"]
    assert "«جهة مجهولة»" in read.problems[0]
    with database.transaction() as session:
        assert liaison.import_contacts(session, ministry, read.contacts, team["manager"], now) == liaison.Imported(2)
        again = [replace(HIND, role="مدير"), read.contacts[1]]
        assert liaison.import_contacts(session, ministry, again, team["manager"], now) == liaison.Imported(0, 1, 1)
        assert liaison.list_contacts(session).total == 2


def test_what_is_exported_reads_back_and_runs_in_no_spreadsheet(ministry: Profile) -> None:
    contacts = (HIND, tidy("traffic", "=HYPERLINK(1)", phone="+966115550100"))
    text = write_list(contacts)
    assert ",=" not in text
    assert ",+" not in text
    assert read_list(text.encode(), ministry).contacts == contacts
    assert read_list(text.encode("cp1256"), ministry).contacts == contacts


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b'body,name\n"amana', b"x" * 1_000_001])
def test_a_file_that_is_no_such_list_is_refused(ministry: Profile, content: bytes) -> None:
    with pytest.raises(InputError):
        read_list(content, ministry)


# -------------------------------------------------------------------------------------------------------------- journeys


def _journey(**values: object) -> Journey:
    made = Journey("licence", "ترخيص حفر", "", "roads/holes", "وكالة التشغيل", usual_stages())
    return replace(made, **values)  # type: ignore[arg-type]


def test_a_journey_is_entered_changed_and_taken_out_of_use(
    database: Database, ministry: Profile, team: dict[str, Actor], now: datetime
) -> None:
    with database.transaction() as session:
        journeys.add(session, ministry, _journey(), team["manager"], now)
        with pytest.raises(EntryFlawed) as caught:
            journeys.add(session, ministry, _journey(), team["manager"], now)
        assert caught.value.flaws[0].code is EntryFault.TAKEN
        stages = (*usual_stages(), Stage(5, "التقييم", "Rating"))
        after = _journey(name_en="Digging licence", stages=stages)
        journeys.change(session, ministry, after, team["manager"], now)
        assert journeys.get(session, "licence") == after
        assert journeys.of_topic(session, "roads/holes") == after
        assert journeys.of_topic(session, "") is None
        journeys.set_active(session, "licence", False, team["manager"], now)
        assert journeys.list_journeys(session) == ()
        assert journeys.list_journeys(session, active=None) == (replace(after, active=False),)
    assert _actions(database) == ["journey.added", "journey.changed", "journey.retired"]


def test_a_stage_that_a_recommendation_names_stays(
    database: Database, ministry: Profile, team: dict[str, Actor], now: datetime
) -> None:
    with database.transaction() as session:
        journeys.add(session, ministry, _journey(), team["manager"], now)
        said = improvements.Recommendation("ثغرة", journey="licence", stage=3)
        improvements.add(session, ministry, said, team["specialist"], now)
        with pytest.raises(EntryFlawed) as caught:
            journeys.change(session, ministry, _journey(stages=usual_stages()[:2]), team["manager"], now)
        assert (caught.value.flaws[0].code, caught.value.flaws[0].hint) == (EntryFault.IN_USE, "3")
        renamed = (*usual_stages()[:2], Stage(3, "متابعة الطلب"))
        journeys.change(session, ministry, _journey(stages=renamed), team["manager"], now)
        (view,) = improvements.list_improvements(session, improvements.ImprovementFilter()).items
    assert view.stage_name == "متابعة الطلب"


# ----------------------------------------------------------------------------------------------------------- departments


def test_a_department_has_its_people_its_head_and_its_open_cases(
    database: Database, ministry: Profile, team: dict[str, Actor], hands: Hands, article: object
) -> None:
    with database.transaction() as session:
        long = "كلمة مرور طويلة"
        for username, head in (("noura", True), ("ali", False), ("gone", False)):
            people.add(session, username, username, long, [Role.DEPARTMENT], department="maintenance", head=head, scripted=True)
        people.set_disabled(session, "gone", True)
    hands.store(article(1), article(2))  # type: ignore[operator]
    hands.tag()
    with database.transaction() as session:
        cases.register_flagged(session, ministry, NOW)
        one = cases.list_cases(session).items[0].id
        cases.act(session, one, CaseEventKind.ACCEPTED, team["specialist"], {}, NOW)
        cases.act(session, one, CaseEventKind.ASSIGNED, team["specialist"], {"department": "signs"}, NOW)
    with database.reading() as session:
        own, signs, care = departments.overview(session, ministry, NOW + timedelta(days=400))
        assert departments.get(session, ministry, "signs", NOW).overdue == 0
        with pytest.raises(NotFound):
            departments.get(session, ministry, "nowhere", NOW)
    assert ([each.username for each in own.heads], {each.username for each in own.people}) == (["noura"], {"noura", "ali"})
    assert (own.open_cases, own.overdue, own.topics) == (1, 1, ("roads/holes",))
    assert (signs.open_cases, signs.overdue, signs.people) == (1, 1, ())
    assert (care.open_cases, care.overdue) == (0, 0)
