"""Whatever people try, at once and with crashes between: no illegal state, no lost event, the row equals its replay, and the
reference numbers have no gap and no double (DESIGN promises 1, 6, 7)."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.case import CaseEventKind
from domain.errors import Conflict
from domain.mention import Mention
from domain.people import Actor
from domain.profile import Profile
from registry import cases, doctor
from registry.database import Database
from tests.registry.enrolled import enrol
from tests.registry.hands import NOW, Hands
from tests.registry.random_work import (
    ACTORS,
    KINDS,
    PEOPLE,
    Crash,
    Ending,
    Try,
    Work,
    assert_sound,
    events_of,
    open_cases,
    random_turns,
    serials,
)

ROOT = Path(__file__).parents[2]
WORKER = Path(__file__).parent / "killed_worker.py"
TRIES = st.builds(Try, st.integers(0, 4), st.sampled_from(KINDS), st.sampled_from(ACTORS), st.integers(0, 999))
TURNS = st.lists(st.tuples(st.lists(TRIES, min_size=1, max_size=8), st.sampled_from(Ending)), min_size=1, max_size=10)


@pytest.fixture
def numbers() -> Callable[[], int]:
    """A number that no other example of the test has."""
    counter = count(1)
    return lambda: next(counter)


@settings(
    max_examples=30,
    deadline=None,
    # Nothing is shrunk: every example leaves its cases in the store, and a failure is to be told within seconds.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(turns=TURNS)
def test_any_work_with_any_crashes_leaves_what_was_acknowledged(
    database: Database,
    hands: Hands,
    profile: Profile,
    article: Callable[..., Mention],
    numbers: Callable[[], int],
    turns: list[tuple[list[Try], Ending]],
) -> None:
    number = numbers()
    if number == 1:
        enrol(database, *PEOPLE)
    media = hands.case(article(number))
    with database.transaction() as session:
        work = Work(database, [media, *open_cases(session, profile, accepted=number % 2 == 0)])
        opened = events_of(session, work.ids)
    for tries, ending in turns:
        work.turn(tries, ending)
    with database.transaction() as session:
        assert events_of(session, work.ids) == work.done + opened
        assert_sound(session, work.ids)
        assert doctor.examine(session) == []


def _together(*jobs: Callable[[], None]) -> None:
    """Run jobs in threads that begin at one moment; whatever one of them raises fails the test."""
    failed: list[BaseException] = []
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], None]) -> None:
        try:
            start.wait()
            job()
        except BaseException as error:  # noqa: BLE001 - the main thread raises it
            failed.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_several_people_at_once_lose_nothing(database: Database, profile: Profile, seed: int) -> None:
    """Three work the same cases, each in a thread of their own; some of their transactions end badly."""
    enrol(database, *PEOPLE)
    with database.transaction() as session:
        ids = open_cases(session, profile)
        opened = events_of(session, ids)
    workers = [Work(database, ids) for _ in range(3)]

    def works(place: int) -> Callable[[], None]:
        return lambda: [workers[place].turn(*turn) for turn in random_turns(seed * 10 + place, 20)] and None

    _together(*map(works, range(3)))
    done = sum((worker.done for worker in workers), Counter())
    assert done.total() > 40, "hardly anything was done: the test no longer tests it"
    with database.transaction() as session:
        assert events_of(session, ids) == done + opened
        assert_sound(session, ids)
        assert doctor.examine(session) == []


def test_of_two_who_saw_the_same_case_one_is_first(database: Database, profile: Profile) -> None:
    """Two take one case at once: one has it, the other is told."""
    enrol(database, *PEOPLE)
    with database.transaction() as session:
        ids = open_cases(session, profile)
        for case_id in ids:
            cases.act(session, case_id, CaseEventKind.ASSIGNED, PEOPLE[0], {"department": "maintenance"}, NOW)
    told: list[tuple[int, str]] = []

    def claims(actor: Actor) -> Callable[[], None]:
        def claim() -> None:
            for case_id in ids:
                with suppress(Conflict), database.transaction() as session:
                    cases.act(session, case_id, CaseEventKind.CLAIMED, actor, {}, NOW, expected=2)
                    told.append((case_id, actor.username))

        return claim

    _together(claims(PEOPLE[4]), claims(PEOPLE[5]))
    with database.reading() as session:
        kept = [(case_id, cases.case_view(session, case_id).row.assignee) for case_id in ids]
        assert doctor.examine(session) == []
    assert sorted(told) == sorted(kept)


def test_numbers_under_every_way_in_at_once(
    database: Database, hands: Hands, profile: Profile, post: Callable[..., Mention], article: Callable[..., Mention]
) -> None:
    """Direct cases, accepted proposals and the registration take numbers at the same time, also over New Year's Eve; some of the
    transactions fail after they took theirs."""
    waiting = hands.through(*(post(each) for each in range(6))).proposed
    hands.store(*(article(100 + each) for each in range(8)))
    hands.tag()
    new_year = NOW + timedelta(days=60)

    def intake() -> None:
        for turn in range(8):
            with suppress(Crash), database.transaction() as session:
                open_cases(session, profile, new_year if turn % 2 else NOW)
                if turn % 3 == 2:
                    raise Crash

    def accepting() -> None:
        for mention_id in waiting:
            with database.transaction() as session:
                cases.accept_mention(session, mention_id, PEOPLE[1], profile, NOW)
            with suppress(Crash), database.transaction() as session:
                open_cases(session, profile)
                raise Crash

    def registering() -> None:
        left = True
        while left:
            with database.transaction() as session:
                left = bool(cases.register_flagged(session, profile, NOW, limit=2).examined)

    _together(intake, accepting, registering)
    with database.reading() as session:
        assert doctor.examine(session) == []
        found = serials(session)
    old = 6 + 8 + 4 * 3
    assert found == [(2026, each) for each in range(1, old + 1)] + [(2027, each) for each in range(1, 4 * 3 + 1)]


@pytest.mark.parametrize("store", ["sqlite_url", "postgres_url"])
def test_kill_9_while_people_work_loses_nothing_acknowledged(
    store: str, profile: Profile, request: pytest.FixtureRequest
) -> None:
    """A process works and is killed, again and again, wherever it is; what it had said to be done is there."""
    url = request.getfixturevalue(store)
    database = Database(url)
    enrol(database, *PEOPLE)
    with database.transaction() as session:
        ids = open_cases(session, profile)
        said = events_of(session, ids)
    for seed, lines in enumerate((5, 23, 12)):
        said += _killed_after(lines, url, seed, ids)
    with database.transaction() as session:
        there = events_of(session, ids)
        assert_sound(session, ids)
        assert doctor.examine(session) == []
    database.close()
    assert said <= there, "acknowledged and lost"
    assert (there - said).total() <= 3 * 8, "at most one transaction was committed and not yet said, each time"


def _killed_after(lines: int, url: str, seed: int, ids: list[int]) -> Counter[tuple[int, CaseEventKind, str]]:
    """What a worker said to be done before it was killed."""
    command = [sys.executable, str(WORKER), url, str(seed), *map(str, ids)]
    said: Counter[tuple[int, CaseEventKind, str]] = Counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    ) as worker:
        assert worker.stdout is not None
        for _ in range(lines):
            said.update([_said(worker.stdout.readline())])
        worker.kill()
        said.update(_said(line) for line in worker.stdout if line.endswith("\n"))
    assert worker.returncode == -9
    return said


def _said(line: str) -> tuple[int, CaseEventKind, str]:
    case_id, kind, actor = line.split()
    return int(case_id), CaseEventKind(kind), actor
