"""The scripted staff works through the same doors as people, at a human pace, and leaves work to the visitor."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.case import CaseEventKind, CaseStatus
from domain.delivery import DeliveryStatus
from domain.mention import Channel, Mention
from domain.outlet import AnswerChannel, Outlet
from domain.profile import Profile
from domain.source import Discovery, Source, SourceKind, SourceState
from domain.tags import Axis, Importance, Kind, Remit, Sentiment, Tags
from notify import answers
from registry import cases, deliveries, inbox, people, sources, tagging
from registry.database import Database
from registry.views import DeliveryView
from service.demo import cast, texts
from service.demo.papers import paper
from service.demo.resolutions import resolution
from service.demo.staff import WAIT_SECONDS, Staff, Stage, last_stage
from service.profiles import SHIPPED, load_profile
from tests.service.demo.conftest import START

STEPS = 8
"""From a registered case to an approved answer, with some to spare."""


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile("mof")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, profile: Profile) -> Path:
    """A store with cases that opened by themselves, of the world's own articles, and posts that are proposed."""
    path = tmp_path_factory.mktemp("staff") / "rasd.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    _fill(database, profile)
    database.close()
    return path


@pytest.fixture
def store(tmp_path: Path, filled: Path) -> Iterator[Database]:
    """A copy of the store for each test."""
    shutil.copyfile(filled, tmp_path / "rasd.sqlite3")
    database = Database(f"sqlite:///{tmp_path / 'rasd.sqlite3'}")
    yield database
    database.close()


def _fill(database: Database, profile: Profile) -> None:
    source = Source("sada", SourceKind.FEED, "sada", "صدى المدينة", "https://sada.example/feed/")
    with database.transaction() as session:
        sources.save(session, source, paper("sada").outlet("https://sada.example/"))
        search = Source("x-search", SourceKind.X_SEARCH, "x", "إكس", query="المالية")
        sources.save(session, search, Outlet("x", "إكس", answer_channel=AnswerChannel.X_REPLY))
        Staff(profile).enrol(session, START)
    mentions = [press(article) for article in texts.articles("mof")] + [post(each) for each in texts.posts("mof")[:40]]
    with database.transaction() as session:
        for source_id in ("sada", "x-search"):
            own = tuple(mention for mention in mentions if mention.source_id == source_id)
            matched = {mention.key: ("services",) for mention in own}
            stored = inbox.store_discovery(session, Discovery(source_id, SourceState(), own), matched, START, b"s" * 32)
            tagging.store_tags(session, [(number, complaint()) for number in stored.new], 0.4, START)
    with database.transaction() as session:
        cases.register_flagged(session, profile, START)


def press(article: texts.Article) -> Mention:
    url = f"https://sada.example/{article.id}"
    body = "\n".join(article.paragraphs)
    return Mention(url, Channel.PRESS, "sada", "sada", url, article.title, body, START, canonical_url=url, published_at=START)


def post(each: texts.Post) -> Mention:
    number = 1000 + int(each.id.rsplit("p", 1)[1])
    url = f"https://x.com/{each.handle}/status/{number}"
    return Mention(
        f"x:{number}", Channel.SOCIAL, "x-search", "x", url, "", each.text, START, author=each.name, author_handle=each.handle,
        published_at=START,
    )  # fmt: skip


def complaint() -> Tags:
    """What a model might say of anything: the staff must read for itself."""
    return Tags(
        Remit.OURS, Kind.COMPLAINT, Sentiment.NEGATIVE, "refunds/payment-balance", Importance.MEDIUM, "ar",
        confidence={Axis.KIND: 0.9}, model="test 1",
    )  # fmt: skip


def all_deliveries(store: Database) -> tuple[DeliveryView, ...]:
    with store.reading() as session:
        return deliveries.list_deliveries(session, limit=500).items


def work(store: Database, profile: Profile) -> Staff:
    staff = Staff(profile, hurry=True)
    for step in range(STEPS):
        staff.step(store, profile, START + timedelta(minutes=step))
    return staff


def test_some_cases_are_answered_and_about_half_is_left(store: Database, profile: Profile) -> None:
    work(store, profile)
    with store.reading() as session:
        rows = cases.list_cases(session, limit=500).items
    stages = Counter(last_stage(row.id) for row in rows)
    assert stages[Stage.NOTHING] > 0.2 * len(rows)
    untouched = [row for row in rows if last_stage(row.id) is Stage.NOTHING]
    assert all(row.status in (CaseStatus.REGISTERED, CaseStatus.ACCEPTED) for row in untouched)
    answered = [each for each in all_deliveries(store) if each.status is DeliveryStatus.QUEUED]
    waiting = [each for each in all_deliveries(store) if each.status is DeliveryStatus.DRAFT]
    assert answered
    assert waiting, "no answer waits for the visitor"
    assert 0.15 * len(rows) < len(answered) < 0.6 * len(rows)


def test_nobody_approves_what_they_drafted(store: Database, profile: Profile) -> None:
    work(store, profile)
    approved = [each for each in all_deliveries(store) if each.approved_by]
    assert approved
    assert all(each.drafted_by != each.approved_by for each in approved)


def test_every_move_was_made_by_somebody_with_the_role_and_marked_as_scripted(store: Database, profile: Profile) -> None:
    work(store, profile)
    with store.reading() as session:
        known = {person.username: person for person in people.list(session)}
        rows = cases.list_cases(session, limit=500).items
        events = [event for row in rows for event in cases.read_history(session, row.id)]
    made_by_people = [event for event in events if event.actor in known]
    assert {event.kind for event in made_by_people} >= {
        CaseEventKind.ACCEPTED, CaseEventKind.REJECTED, CaseEventKind.ASSIGNED, CaseEventKind.SOLVED,
        CaseEventKind.PROPOSALS_PREPARED, CaseEventKind.CLOSED, CaseEventKind.ANSWER_DRAFTED, CaseEventKind.ANSWER_APPROVED,
    }  # fmt: skip
    for event in made_by_people:
        assert known[event.actor].scripted
        assert "عرض آلي" in known[event.actor].name


def test_what_is_no_complaint_of_ours_is_rejected_with_a_reason(store: Database, profile: Profile) -> None:
    work(store, profile)
    labels = {article.title: article.label for article in texts.articles("mof")}
    with store.reading() as session:
        rows = [row for row in cases.list_cases(session, limit=500).items if row.title in labels]
        decided = [row for row in rows if row.status is CaseStatus.REJECTED]
        taken = [row for row in rows if row.status in (CaseStatus.CLOSED, CaseStatus.ASSIGNED, CaseStatus.SOLVED)]
    assert decided
    assert taken
    asks = (Kind.COMPLAINT, Kind.REPORT, Kind.INQUIRY)
    assert all(labels[row.title].remit is not Remit.OURS or labels[row.title].kind not in asks for row in decided)
    assert all(labels[row.title].remit is Remit.OURS and labels[row.title].kind in asks for row in taken)


def test_the_review_list_is_worked_and_part_of_it_left(store: Database, profile: Profile) -> None:
    with store.reading() as session:
        before = cases.review_list(session).total
    work(store, profile)
    with store.reading() as session:
        after = cases.review_list(session).total
    assert 0 < after < before


def test_at_a_human_pace_nothing_happens_at_once_and_each_does_one_thing_at_a_time(store: Database, profile: Profile) -> None:
    staff = Staff(profile)
    assert staff.step(store, profile, START) == []
    later = START + timedelta(seconds=WAIT_SECONDS[1])
    done = staff.step(store, profile, later)
    assert done
    names = [line.partition(":")[0] for line in done]
    assert len(names) == len(set(names))


def test_what_was_there_before_the_visitor_is_worked_at_once(store: Database, profile: Profile) -> None:
    staff = Staff(profile, started=START)
    for step in range(STEPS):
        staff.step(store, profile, START + timedelta(seconds=step))
    assert any(each.approved_by for each in all_deliveries(store))
    assert Staff(profile, started=START - timedelta(hours=1)).step(store, profile, START + timedelta(seconds=STEPS)) == []


def test_a_second_time_the_same_store_gives_the_same_work(store: Database, profile: Profile) -> None:
    later = START + timedelta(minutes=5)
    staff = Staff(profile)
    with store.reading() as session:
        first = [(turn.member, turn.subject) for turn in staff._turns(session, profile, later)]
        second = [(turn.member, turn.subject) for turn in Staff(profile)._turns(session, profile, later)]
    assert first == second


def test_a_visitor_who_is_faster_stops_nobody(store: Database, profile: Profile) -> None:
    """What the rules refuse is left to people; the others' work goes on."""
    work(store, profile)
    assert Staff(profile, hurry=True).step(store, profile, START + timedelta(hours=1)) == []


def test_what_a_visitor_began_is_left_to_the_visitor(store: Database, profile: Profile) -> None:
    specialist = next(member for member in cast.VISITORS if member.username == "specialist").actor
    with store.transaction() as session:
        rows = [row for row in cases.list_cases(session, limit=500).items if last_stage(row.id) is Stage.APPROVED]
        begun = rows[0]
        cases.act(session, begun.id, CaseEventKind.ACCEPTED, specialist, {}, START)
    work(store, profile)
    with store.reading() as session:
        assert cases.case_view(session, begun.id).row.status is CaseStatus.ACCEPTED
        others = [cases.case_view(session, row.id).row.status for row in rows[1:]]
    assert CaseStatus.CLOSED in others


def test_an_answer_that_a_visitor_drafted_waits_for_the_visitors_approver(store: Database, profile: Profile) -> None:
    specialist = next(member for member in cast.VISITORS if member.username == "specialist").actor
    steps = (
        (CaseEventKind.ACCEPTED, {}),
        (CaseEventKind.ASSIGNED, {"department": profile.departments[0].code}),
        (CaseEventKind.SOLVED, {"resolution": "صُرف المستحق كاملا."}),
        (CaseEventKind.CLOSED, {}),
    )
    with store.transaction() as session:
        mine = next(row for row in cases.list_cases(session, limit=500).items if last_stage(row.id) is Stage.APPROVED)
        for kind, details in steps:
            cases.act(session, mine.id, kind, specialist, details, START)
        drafted = answers.draft(session, profile, mine.id, specialist, START)
    work(store, profile)
    assert next(each for each in all_deliveries(store) if each.id == drafted).status is DeliveryStatus.DRAFT


def test_enrolling_twice_adds_nobody_twice(store: Database, profile: Profile) -> None:
    with store.transaction() as session:
        Staff(profile).enrol(session, START)
        names = [person.username for person in people.list(session)]
    assert len(names) == len(set(names))
    assert {account.username for account in Staff(profile).accounts} <= set(names)


def test_a_visitor_signs_in_with_the_password_that_is_shown(store: Database, profile: Profile) -> None:
    shown = Staff(profile).accounts[0]
    with store.reading() as session:
        actor = people.authenticate(session, shown.username, shown.password)
        stolen = people.authenticate(session, cast.REVIEWER.username, shown.password)
    assert actor is not None
    assert not actor.scripted
    assert stolen is None, "a visitor signed in as one of the staff"


@pytest.mark.parametrize("code", SHIPPED)
def test_every_topic_has_an_answer_in_both_languages(code: str) -> None:
    for topic in load_profile(code).topics:
        for kind in (Kind.COMPLAINT, Kind.INQUIRY):
            for solved in (True, False):
                arabic = resolution(code, topic.code, kind, "شكوى من الخدمة", 3, solved=solved)
                english = resolution(code, topic.code, kind, "Residents complain of the service", 3, solved=solved)
                assert arabic
                assert arabic != english
                assert english.isascii()


@pytest.mark.parametrize("code", SHIPPED)
def test_every_department_has_its_own_person_and_head(code: str) -> None:
    staff = cast.department_staff(load_profile(code))
    assert set(staff) == {department.code for department in load_profile(code).departments}
    heads = cast.department_heads(load_profile(code))
    assert set(heads) == set(staff)
    assert len({member.username for member in (*staff.values(), *heads.values())}) == 2 * len(staff)
