"""A slip with a contact is taken back by whoever made it, while it is fresh."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.case import IntakeChannel
from domain.errors import NotAllowed, NotFound
from domain.people import Actor
from domain.profile import Profile
from domain.tags import Kind
from registry import audit, contact_entry, contacts
from registry.contacts import Contact
from registry.database import Database
from tests.registry.hands import NOW

LATE = NOW + contact_entry.UNDONE_WITHIN + timedelta(seconds=1)


def test_what_was_just_entered_is_taken_back_with_its_trail(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    specialist = team["specialist"]
    with database.transaction() as session:
        kept, slip = (
            contacts.add(session, profile, Contact(NOW, channel, Kind.INQUIRY, "roads/holes"), specialist, NOW)
            for channel in (IntakeChannel.PHONE, IntakeChannel.VISIT)
        )
        contacts.add(session, profile, Contact(NOW, IntakeChannel.PHONE), team["reviewer"], NOW)
        was = contact_entry.undo(session, slip, specialist, NOW + timedelta(minutes=2))
        assert was.channel is IntakeChannel.VISIT
        assert [each.id for each in contact_entry.latest(session, specialist, 5, NOW)] == [kept]
        assert contact_entry.latest(session, specialist, 5, NOW + contact_entry.LATELY) == ()
        entry = audit.entries(session, action="contact").items[0]
        assert entry.details == {"channel": "visit", "kind": "inquiry", "topic": "roads/holes"}
        with pytest.raises(NotFound):
            contact_entry.undo(session, slip, specialist, NOW)


def test_nobody_takes_back_another_ones_or_an_old_one(database: Database, profile: Profile, team: dict[str, Actor]) -> None:
    with database.transaction() as session:
        entered = contacts.add(session, profile, Contact(NOW, IntakeChannel.PHONE), team["specialist"], NOW)
        for actor, when in ((team["reviewer"], NOW), (team["specialist"], LATE)):
            with pytest.raises(NotAllowed):
                contact_entry.undo(session, entered, actor, when)
        assert contacts.list_contacts(session).total == 1
