"""The whole past, lived once: all of it in one transaction, in the order of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Final

from sqlmodel import Session

from domain.profile import Profile
from domain.working_hours import Hours
from registry import calendars, cases, handover
from registry.casework.deadlines import keep_promise
from registry.database import Database
from service.demo import cast
from service.demo.past import desk_contacts, directories
from service.demo.past.casework import Casework, remote_id
from service.demo.past.cuttings import Cuttings
from service.demo.past.deeds import Deed
from service.demo.past.flows import FLOWS
from service.demo.past.script import script_of
from service.demo.past.working_days import WorkingDays

BEGAN: Final = 15
"""The working day on which people were entered and the ministry began to work with Rasd."""
_SPECIAL: Final = 4
_OPEN_FOR: Final = timedelta(hours=4)


def live(database: Database, profile: Profile, secret: bytes, start: datetime) -> bool:
    """Live through the weeks before ``start``; says whether there was anything to live: a home that has its past is left alone.

    All or nothing: whoever is killed meanwhile finds an empty store. Raises ``StoreError``.
    """
    with database.transaction() as session:
        if cases.known_cases(session, [remote_id(FLOWS[0].key)]):
            return False
        days = WorkingDays(profile.calendar, start)
        cast.enrol(session, profile, days.at(BEGAN, 0.0))
        keep_promise(session, profile)
        for deed in sorted(_deeds(profile, secret, days), key=attrgetter("at")):
            deed.do(session, deed.at)
        desk_contacts.write(session, profile, days)
    return True


def _deeds(profile: Profile, secret: bytes, days: WorkingDays) -> Iterator[Deed]:
    script = script_of(profile.code)
    yield from directories.deeds(profile, script, days)
    yield from Casework(profile, script["case"], days).deeds()
    yield from Cuttings(profile, script, days, secret).deeds()
    yield Deed(days.at(_SPECIAL - 1, 0.02), lambda session, at: _announce(session, profile, days, script["day"]["special"], at))
    yield from _shifts(days, script["day"])


def _announce(session: Session, profile: Profile, days: WorkingDays, name: str, at: datetime) -> None:
    """The building was left early, and everybody was told so the day after."""
    day = days.day(_SPECIAL)
    opens = profile.calendar.day(day).hours[0].opens
    closes = (datetime.combine(day, opens) + _OPEN_FOR).time()
    calendars.set_special_day(session, day, name, cast.MANAGER.actor, at, hours=Hours(opens, closes))


def _shifts(days: WorkingDays, said: Mapping[str, str]) -> Iterator[Deed]:
    """The last shift but one was taken over; what the last one gave waits for the visitor."""

    def give(note: str) -> Callable[[Session, datetime], None]:
        def given(session: Session, at: datetime) -> None:
            handover.give(session, cast.SPECIALIST.actor, said[note], at)

        return given

    def take(session: Session, at: datetime) -> None:
        given = handover.history(session, limit=1).items[0]
        handover.take(session, given.id, cast.REVIEWER.actor, at)

    yield Deed(days.at(2, 0.97), give("handover_before"))
    yield Deed(days.at(1, 0.02), take)
    yield Deed(days.at(1, 0.98), give("handover"))
