"""Random work on cases: several people, several cases, and transactions that end well or badly."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import text
from sqlmodel import Session

from domain.case import MOVES, CaseEvent, CaseEventKind, CasePath, CaseState, IntakeChannel, LadderStep, replay
from domain.errors import Conflict, IllegalMove, InputError, NotAllowed, StoreError
from domain.people import SYSTEM, Actor, Role
from domain.profile import Profile
from domain.tags import Kind
from registry import cases
from registry.casework.case_row import state_of
from registry.casework.history import lock_case, read_events
from registry.database import Database
from registry.locks import Work as Lock
from registry.locks import alone
from tests.domain.worked_case import is_sound
from tests.registry.hands import NOW

E = CaseEventKind


def _person(username: str, role: Role, department: str = "") -> Actor:
    return Actor(username, username, frozenset({role}), department)


PEOPLE: Final = (
    _person("specialist", Role.SPECIALIST),
    _person("reviewer", Role.REVIEWER),
    _person("manager", Role.MANAGER),
    _person("deputy", Role.MANAGER),
    _person("dana", Role.DEPARTMENT, "maintenance"),
    _person("nasser", Role.DEPARTMENT, "maintenance"),
    _person("eman", Role.DEPARTMENT, "signs"),
)
ACTORS: Final = (*PEOPLE, SYSTEM)
KINDS: Final = tuple(sorted(MOVES))
_OF_TWO: Final = (E.LINKED, E.MERGED)
_LINKS: Final = 0.15
"""The share of turns in which somebody links or merges two cases."""
REFUSALS: Final = (IllegalMove, NotAllowed, InputError)


class Ending(StrEnum):
    """How a transaction ends."""

    COMMITTED = "committed"
    RAISED = "raised"
    ROLLED_BACK = "rolled back"
    CUT = "cut"
    """Its connection is closed under it."""


class Crash(Exception):
    """Something that nobody foresaw."""


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody tries a move on one of the cases; ``choice`` decides about its details."""

    place: int
    kind: CaseEventKind
    actor: Actor
    choice: int


def open_cases(session: Session, profile: Profile, now: datetime = NOW, *, accepted: bool = True) -> list[int]:
    """One case of each path that comes through a direct channel."""
    given = cases.Intake(CasePath.GENERAL, Kind.COMPLAINT, IntakeChannel.PHONE, "حفرة", topic="roads/holes", accepted=accepted)
    several = [
        given,
        replace(given, path=CasePath.INQUIRY, kind=Kind.INQUIRY, title="متى يفتح الطريق؟"),
        replace(given, path=CasePath.RUMOUR, kind=Kind.REPORT, title="يقال إن الجسر سيغلق"),
        replace(given, path=CasePath.PRESS_QUESTION, kind=Kind.INQUIRY, title="سؤال", deadline=now + timedelta(hours=9)),
    ]
    return cases.open_many(session, profile, several, PEOPLE[0], now)


def details_of(kind: CaseEventKind, state: CaseState, choice: int) -> dict[str, str]:
    """Details that are mostly right for the case as it is."""
    pick = random.Random(choice)
    steps = list(LadderStep)
    following = 0 if state.ladder is None else min(steps.index(state.ladder) + 1, len(steps) - 1)
    values = {
        "department": pick.choice(["maintenance", "maintenance", "signs"]),
        "assignee": pick.choice(["", *(each.username for each in PEOPLE)] if not state.round else [p.username for p in PEOPLE]),
        "outcome": pick.choice(["reached", "no_answer", "no_answer", "wrong_contact"]),
        "satisfied": pick.choice(["yes", "no"]),
        "verdict": pick.choice(["denied", "confirmed", "unclear"]),
        "channel": pick.choice(["phone", "sms", "email"]),
        "step": pick.choice(["reminder", "head", "management"]) if kind is E.ESCALATED else steps[following].value,
        "kind": pick.choice(["complaint", "report", "inquiry"]),
        "complexity": pick.choice(["routine", "critical", "complex"]),
        "person": pick.choice([PEOPLE[choice % len(PEOPLE)].username, *["somebody-else"] * 4]),
        "promised_at": "2026-12-10T09:00+03:00",
        "until": "2027-12-10T09:00+03:00",
        "body": pick.choice(["carrier", "post"]),
        "importance": pick.choice(["high", "medium", "low"]),
        "reason": "سبب مكتوب",
    }
    wanted = [*MOVES[kind].needs, *(name for name in MOVES[kind].offers if name in values and pick.random() < 0.7)]
    return {name: values.get(name, "نص") for name in wanted}


@dataclass
class Work:
    """What people do, and what was acknowledged to them."""

    database: Database
    ids: Sequence[int]
    done: Counter[tuple[int, CaseEventKind, str]] = field(default_factory=Counter)
    """Events that were committed: case, kind, who."""
    now: datetime = NOW

    def turn(self, tries: Sequence[Try], ending: Ending) -> int:
        """One transaction; gives how many moves were made and acknowledged: none where it failed, or somebody else was first."""
        made: list[tuple[int, CaseEventKind, str]] = []
        self.now += timedelta(minutes=20)
        with suppress(Conflict, StoreError if ending is Ending.CUT else Crash):
            with self.database.transaction() as session:
                for each in tries:
                    made += self._try(session, each)
                if ending is Ending.CUT:
                    session.connection().connection.driver_connection.close()
                elif ending is Ending.RAISED:
                    raise Crash
                elif ending is Ending.ROLLED_BACK:
                    session.rollback()
            if ending is Ending.COMMITTED:
                self.done.update(made)
                return len(made)
            assert ending is Ending.ROLLED_BACK, "a cut connection was not noticed"
        return 0

    def _try(self, session: Session, each: Try) -> list[tuple[int, CaseEventKind, str]]:
        case_id = self.ids[each.place % len(self.ids)]
        try:
            if each.kind in _OF_TWO:
                return self._two(session, case_id, each)
            state = state_of(lock_case(session, case_id))
            kind = _kind(each, state)
            after = cases.act(session, case_id, kind, each.actor, details_of(kind, state, each.choice), self.now)
        except REFUSALS:
            return []
        assert after.events == state.events + 1
        return [(case_id, kind, each.actor.username)]

    def _two(self, session: Session, case_id: int, each: Try) -> list[tuple[int, CaseEventKind, str]]:
        other = self.ids[each.choice % len(self.ids)]
        for work in (Lock.STORIES, Lock.CASES):
            alone(session, work)
        both = sorted({case_id, other})
        for one in both:
            lock_case(session, one)
        before = events_of(session, both)
        if each.kind is E.LINKED:
            cases.link(session, case_id, other, each.actor, self.now)
        else:
            cases.merge(session, case_id, other, each.actor, self.now, "حالة واحدة")
        return list((events_of(session, both) - before).elements())


def _kind(each: Try, state: CaseState) -> CaseEventKind:
    """One in four tries is the move itself, most often an illegal one; the others are moves that are offered."""
    offered = cases.moves_for(state, each.actor)
    onward = [kind for kind in offered if MOVES[kind].target]
    found = {0: [], 1: offered}.get(each.choice % 4, onward or offered)
    return found[each.choice % len(found)] if found else each.kind


def random_turns(seed: int, turns: int) -> list[tuple[list[Try], Ending]]:
    """Turns of a worker: some of them end badly."""
    pick = random.Random(seed)
    endings = [Ending.COMMITTED] * 4 + [Ending.RAISED, Ending.ROLLED_BACK]

    def turn() -> list[Try]:
        # As in the console, one transaction is about one case: two would be taken in any order, and stand in each other's way.
        place, kinds = pick.randrange(99), [kind for kind in KINDS if kind not in _OF_TWO]
        if pick.random() < _LINKS:
            return [Try(place, pick.choice((E.LINKED, E.LINKED, E.MERGED)), pick.choice(ACTORS), pick.randrange(999))]
        return [Try(place, pick.choice(kinds), pick.choice(ACTORS), pick.randrange(999)) for _ in range(pick.randrange(1, 9))]

    return [(turn(), pick.choice(endings)) for _ in range(turns)]


def events_of(session: Session, ids: Sequence[int]) -> Counter[tuple[int, CaseEventKind, str]]:
    """What the store says happened to these cases: case, kind, who."""
    return Counter(
        (case_id, event.kind, event.actor) for case_id, events in read_events(session, ids).items() for event in events
    )


def assert_sound(session: Session, ids: Sequence[int]) -> None:
    """Each case is in a state that it may be in, its row is what its history gives, and its proposals are in the register."""
    for case_id, events in read_events(session, ids).items():
        row = lock_case(session, case_id)
        state = replay([CaseEvent(event.kind, event.at, event.actor, event.details) for event in events])
        is_sound(state)
        assert state == state_of(row)
        prepared = sum(event.kind is E.PROPOSALS_PREPARED for event in events)
        asked = text("SELECT count(*) FROM improvement WHERE case_id = :case")
        assert session.execute(asked, {"case": case_id}).scalar_one() == prepared


def serials(session: Session) -> list[tuple[int, int]]:
    """Year and serial of every case, in order."""
    return [tuple(row) for row in session.execute(text("SELECT year, serial FROM case_record ORDER BY year, serial"))]
