"""Who may sign in."""

from __future__ import annotations

import pytest

from domain.errors import Conflict, InputError, NotAllowed, NotFound
from domain.people import SYSTEM, Role
from registry import audit, people
from registry.database import Database
from registry.tables import PersonRecord
from tests.registry.hands import NOW

PASSWORD = "كلمة مرور طويلة"


def test_a_person_signs_in_with_the_right_password_alone(database: Database) -> None:
    with database.transaction() as session:
        people.add(session, "Sara", "سارة", PASSWORD, [Role.SPECIALIST, Role.DEPARTMENT], department="signs", now=NOW)
        found = people.authenticate(session, "sara", PASSWORD)
        assert found is not None
        assert (found.username, found.roles, found.department) == ("sara", frozenset({Role.SPECIALIST, Role.DEPARTMENT}), "signs")
        assert people.actor(session, "sara") == found
        assert people.authenticate(session, "sara", PASSWORD + "1") is None
        assert people.authenticate(session, "nobody", PASSWORD) is None
        row = session.get(PersonRecord, "sara")
    assert row is not None
    assert PASSWORD not in row.password


def test_a_disabled_person_does_nothing(database: Database) -> None:
    with database.transaction() as session:
        people.add(session, "sara", "", PASSWORD, [Role.REVIEWER], scripted=True)
        people.set_disabled(session, "sara", True)
        assert people.authenticate(session, "sara", PASSWORD) is None
        with pytest.raises(NotFound):
            people.actor(session, "sara")
        people.set_disabled(session, "sara", False)
        assert people.actor(session, "sara").scripted


def test_roles_and_passwords_change(database: Database) -> None:
    with database.transaction() as session:
        people.add(session, "sara", "سارة", PASSWORD, [Role.REVIEWER], now=NOW)
        people.set_password(session, "sara", PASSWORD[::-1])
        people.set_roles(session, "sara", [Role.DEPARTMENT], department="signs")
        assert people.authenticate(session, "sara", PASSWORD) is None
        assert people.authenticate(session, "sara", PASSWORD[::-1]) is not None
        (view,) = people.list(session)
    assert (view.roles, view.department, view.name, view.created_at) == (frozenset({Role.DEPARTMENT}), "signs", "سارة", NOW)


def test_what_is_refused(database: Database) -> None:
    with database.transaction() as session:
        people.add(session, "sara", "سارة", PASSWORD, [Role.REVIEWER])
        with pytest.raises(Conflict):
            people.add(session, "SARA", "سارة", PASSWORD, [Role.REVIEWER])
        for name in ("", "system", "a b", "a/b"):
            with pytest.raises(InputError):
                people.add(session, name, "", PASSWORD, [Role.REVIEWER])
        with pytest.raises(InputError, match="short"):
            people.add(session, "ali", "", "short", [Role.REVIEWER])
        with pytest.raises(InputError, match="no role"):
            people.set_roles(session, "sara", [])
        with pytest.raises(InputError, match="no department"):
            people.set_roles(session, "sara", [Role.DEPARTMENT])
        with pytest.raises(NotFound):
            people.set_password(session, "ali", PASSWORD)


def test_the_service_acts_under_its_own_name(database: Database) -> None:
    with database.reading() as session:
        assert people.actor(session, "system") is SYSTEM


def test_an_address_and_the_lead_of_a_department(database: Database) -> None:
    with database.transaction() as session:
        people.add(
            session, "sara", "سارة", PASSWORD, [Role.DEPARTMENT], department="signs", email=" Sara@Roads.Example ", now=NOW
        )
        people.set_head(session, "sara", True)
        people.set_name(session, "sara", " سارة   الحربي ")
        view = people.get(session, "sara")
        assert (view.email, view.head, view.name) == ("Sara@roads.example", True, "سارة الحربي")
        people.set_roles(session, "sara", [Role.SPECIALIST], department="care")
        assert not people.get(session, "sara").head, "the lead of one department is not the lead of the next"
        people.set_email(session, "sara", "")
        assert people.get(session, "sara").email == ""
        with pytest.raises(InputError):
            people.set_email(session, "sara", "sara")
        with pytest.raises(InputError):
            people.set_name(session, "sara", " ")
        with pytest.raises(InputError, match="leads no department"):
            people.set_roles(session, "sara", [Role.SPECIALIST], department="", head=True)


def test_a_new_password_or_a_shut_door_ends_the_sessions_before(database: Database) -> None:
    with database.transaction() as session:
        people.add(session, "sara", "سارة", PASSWORD, [Role.REVIEWER], now=NOW)
        first = people.session_round(session, "sara")
        assert people.visitor(session, "sara", first).username == "sara"
        people.set_password(session, "sara", PASSWORD[::-1])
        with pytest.raises(NotFound):
            people.visitor(session, "sara", first)
        second = people.session_round(session, "sara")
        assert people.visitor(session, "sara", second).username == "sara"
        people.set_disabled(session, "sara", True)
        people.set_disabled(session, "sara", False)
        with pytest.raises(NotFound):
            people.visitor(session, "sara", second)


def test_the_last_admin_cannot_lock_everybody_out(database: Database) -> None:
    with database.transaction() as session:
        people.add(session, "adam", "آدم", PASSWORD, [Role.ADMIN], now=NOW)
        people.add(session, "robot", "آلي", PASSWORD, [Role.ADMIN], scripted=True, now=NOW)
        for change in (
            lambda: people.set_disabled(session, "adam", True),
            lambda: people.set_roles(session, "adam", [Role.MANAGER]),
        ):
            with pytest.raises(NotAllowed, match="only admin"):
                change()
        people.add(session, "eve", "حواء", PASSWORD, [Role.ADMIN], now=NOW)
        people.set_disabled(session, "adam", True)
        people.set_roles(session, "adam", [Role.MANAGER])


def test_every_change_of_a_person_is_in_the_trail_and_no_password(database: Database) -> None:
    with database.transaction() as session:
        people.add(session, "adam", "آدم", PASSWORD, [Role.ADMIN], now=NOW)
        adam = people.actor(session, "adam")
        people.add(session, "sara", "سارة", PASSWORD, [Role.REVIEWER], by=adam, now=NOW)
        people.set_roles(session, "sara", [Role.REVIEWER, Role.SPECIALIST], by=adam, now=NOW)
        people.set_roles(session, "sara", [Role.REVIEWER, Role.SPECIALIST], by=adam, now=NOW)
        people.set_email(session, "sara", "sara@roads.example", by=adam, now=NOW)
        people.set_password(session, "sara", PASSWORD[::-1], by=adam, now=NOW)
        people.set_disabled(session, "sara", True, by=adam, now=NOW)
        found = audit.entries(session, subject="person:sara").items
    assert [each.action for each in reversed(found)] == [
        "person.added", "person.roles_changed", "person.email_set", "person.password_set", "person.disabled",
    ]  # fmt: skip
    assert found[3].details["roles"] == "reviewer > reviewer,specialist"
    assert {each.actor for each in found} == {"adam"}
    assert not any(secret in str(found) for secret in (PASSWORD, PASSWORD[::-1], "sara@roads"))
