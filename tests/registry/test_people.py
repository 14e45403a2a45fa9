"""Who may sign in."""

from __future__ import annotations

import pytest

from domain.errors import Conflict, InputError, NotFound
from domain.people import SYSTEM, Role
from registry import people
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
