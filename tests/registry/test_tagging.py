"""Tags and corrections: the model's word is kept beside the person's, and the person's holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from domain.errors import NotAllowed, NotFound
from domain.mention import Mention, MentionState
from domain.people import Actor
from domain.tags import Axis, Complexity, Evidence, Flag, Importance, Kind, Remit, Tags
from registry import cases, mentions, problems, story_growth, tagging
from registry.database import Database
from registry.views import Review, Subject
from tests.registry.hands import NOW, Hands


def _state(database: Database, mention_id: int) -> MentionState:
    with database.reading() as session:
        return mentions.mention_view(session, mention_id).row.state


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({}, MentionState.FLAGGED),
        ({"confidence": 0.4}, MentionState.TAGGED),
        ({"kind": Kind.PRAISE}, MentionState.TAGGED),
        ({"remit": Remit.OTHER}, MentionState.TAGGED),
        ({"remit": Remit.NONE, "kind": Kind.NEUTRAL, "flags": frozenset({Flag.RUMOUR})}, MentionState.FLAGGED),
    ],
)
def test_what_is_flagged(
    database: Database,
    hands: Hands,
    article: Callable[..., Mention],
    tags: Callable[..., Tags],
    said: dict[str, object],
    state: MentionState,
) -> None:
    hands.store(article(1))
    (mention_id,) = hands.tag(tags(**said))
    assert _state(database, mention_id) is state
    with database.reading() as session:
        assert tagging.untagged(session, 10) == []


def test_tags_come_back_as_they_were_said(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags]
) -> None:
    said = replace(
        tags(flags=frozenset({Flag.RUMOUR, Flag.NAMES_STAFF})),
        complexity=Complexity.COMPLEX,
        rules=("importance.reach", "complexity.third_party"),
        evidence=(Evidence(Axis.FLAGS, "title", 0, 3, "staff_named"), Evidence(Axis.KIND, "text", 2, 9)),
    )
    hands.store(article(1))
    (mention_id,) = hands.tag(said)
    with database.reading() as session:
        view = mentions.mention_view(session, mention_id)
    assert view.model_tags == view.tags == said
    assert view.row.flags == ("names_staff", "rumour")
    assert view.row.confidence == 0.9
    assert view.watch == ("الطرق",)


def test_storing_tags_twice_gives_the_same_rows(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    hands.store(article(1))
    (mention_id,) = hands.tag()
    with database.transaction() as session:
        tagging.store_tags(session, [(mention_id, hands.make_tags())], 0.5, datetime.fromisoformat("2026-12-01T00:00:00+00:00"))
        assert session.execute(text("SELECT count(*) FROM tagging")).scalar() == 1


def test_a_correction_holds_and_the_models_word_stays(
    database: Database,
    hands: Hands,
    article: Callable[..., Mention],
    tags: Callable[..., Tags],
    team: dict[str, Actor],
    now: datetime,
) -> None:
    hands.store(article(1))
    (mention_id,) = hands.tag(tags(kind=Kind.NEUTRAL, remit=Remit.OTHER))
    for _ in range(2):
        with database.transaction() as session:
            tagging.correct(session, mention_id, actor=team["reviewer"], now=now, kind=Kind.REPORT, remit=Remit.OURS)
    with database.reading() as session:
        view = mentions.mention_view(session, mention_id)
    assert view.tags is not None
    assert view.model_tags is not None
    assert (view.tags.kind, view.model_tags.kind) == (Kind.REPORT, Kind.NEUTRAL)
    assert view.tags.confidence[Axis.KIND] == 1.0
    assert [(each.axis, each.was, each.value) for each in view.corrections] == [
        (Axis.REMIT, "other", "ours"),
        (Axis.KIND, "neutral", "report"),
    ]
    assert view.row.state is MentionState.FLAGGED
    hands.register()
    assert _state(database, mention_id) is MentionState.CASED


def test_a_correction_can_be_taken_back(
    database: Database, hands: Hands, article: Callable[..., Mention], team: dict[str, Actor], now: datetime
) -> None:
    hands.store(article(1))
    (mention_id,) = hands.tag()
    with database.transaction() as session:
        tagging.correct(session, mention_id, actor=team["reviewer"], now=now, kind=Kind.NEUTRAL, flags=frozenset())
    assert _state(database, mention_id) is MentionState.TAGGED
    with database.transaction() as session:
        assert tagging.correct(session, mention_id, actor=team["reviewer"], now=now, kind=Kind.COMPLAINT) == (Axis.KIND,)
        (row,) = tagging.corrections(session)
    assert (row.axis, row.was, row.value) == (Axis.KIND, "complaint", "complaint")
    assert _state(database, mention_id) is MentionState.FLAGGED


def test_a_correction_outlives_a_new_model(
    database: Database,
    hands: Hands,
    article: Callable[..., Mention],
    tags: Callable[..., Tags],
    team: dict[str, Actor],
    now: datetime,
) -> None:
    hands.store(article(1))
    (mention_id,) = hands.tag()
    with database.transaction() as session:
        tagging.correct(session, mention_id, actor=team["specialist"], now=now, importance=Importance.HIGH)
        tagging.store_tags(session, [(mention_id, tags(importance=Importance.LOW, model="compact 2"))], 0.5, now)
        view = mentions.mention_view(session, mention_id)
    assert view.row.importance is Importance.HIGH
    assert view.model_tags is not None
    assert view.model_tags.model == "compact 2"


def test_training_rows_name_nobody(
    database: Database, hands: Hands, post: Callable[..., Mention], team: dict[str, Actor], now: datetime
) -> None:
    hands.store(post(1, "يا @sami_writes رقمي 0551234567 والحفرة ما زالت أمام البيت"))
    (mention_id,) = hands.tag()
    with database.transaction() as session:
        tagging.correct(session, mention_id, actor=team["reviewer"], now=now, kind=Kind.REPORT)
    with database.reading() as session:
        (row,) = tagging.corrections(session)
    assert "0551234567" not in row.text
    assert "sami" not in row.text
    assert "الحفرة ما زالت" in row.text


def test_who_may_not_correct(
    database: Database, hands: Hands, article: Callable[..., Mention], team: dict[str, Actor], now: datetime
) -> None:
    hands.store(article(1))
    (mention_id,) = hands.tag()
    for role in ("department", "auditor", "approver", "manager", "admin"):
        with pytest.raises(NotAllowed), database.transaction() as session:
            tagging.correct(session, mention_id, actor=team[role], now=now, kind=Kind.REPORT)
    with pytest.raises(NotFound), database.transaction() as session:
        tagging.correct(session, 999, actor=team["reviewer"], now=now, kind=Kind.REPORT)


def test_a_waiting_mention_keeps_its_place_when_tagged_again(
    database: Database, hands: Hands, post: Callable[..., Mention], tags: Callable[..., Tags], now: datetime
) -> None:
    (mention_id,) = hands.through(post(1)).proposed
    with database.transaction() as session:
        tagging.store_tags(session, [(mention_id, tags(kind=Kind.NEUTRAL, model="compact 2"))], 0.5, now)
        row = mentions.mention_view(session, mention_id).row
    assert (row.state, row.review, row.kind) == (MentionState.FLAGGED, Review.PROPOSED, Kind.NEUTRAL)


def test_tags_of_an_older_revision_are_passed_over(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], now: datetime
) -> None:
    (mention_id,) = hands.store(article(1)).new
    hands.store(article(1, text="نص تغير بينما كان المصنف يقرأ ما قبله"))
    with database.transaction() as session:
        tagging.store_tags(session, [(mention_id, tags())], 0.5, now, revisions={mention_id: 1})
        assert [each.revision for each in tagging.untagged(session, 10)] == [2]


def test_what_no_model_can_tag_is_shown(database: Database, hands: Hands, article: Callable[..., Mention], now: datetime) -> None:
    (mention_id,) = hands.store(article(1)).new
    with database.transaction() as session:
        tagging.mark_failed(session, mention_id, "the text is empty", now)
        assert tagging.untagged(session, 10) == []
        (problem,) = problems.open_problems(session).items
        assert (problem.subject, problem.subject_id, problem.reason) == (Subject.MENTION, str(mention_id), "the text is empty")
    assert _state(database, mention_id) is MentionState.FAILED
    with database.transaction() as session:
        assert tagging.tag_again(session, [mention_id]) == 1
        assert problems.open_problems(session).total == 0
    assert hands.tag() == [mention_id]


def test_a_new_model_sees_everything_and_undoes_no_decision(
    database: Database, hands: Hands, article: Callable[..., Mention], post: Callable[..., Mention], tags: Callable[..., Tags],
    team: dict[str, Actor], now: datetime,
) -> None:  # fmt: skip
    result = hands.through(article(1), post(2), post(3))
    with database.transaction() as session:
        cases.reject_mention(session, result.proposed[0], team["reviewer"], "ليس للوزارة", now)
        assert tagging.tag_again(session) == 3
    assert len(hands.tag(tags(kind=Kind.NEUTRAL, model="compact 2"))) == 3
    states = [_state(database, mention_id) for mention_id in (1, 2, 3)]
    assert states == [MentionState.CASED, MentionState.DISMISSED, MentionState.FLAGGED]


@pytest.mark.parametrize("importance", list(Importance))
def test_reach_never_moves_a_deadline(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], importance: Importance
) -> None:
    """Reach raises importance; the case's time follows from what its text says alone (REQUIREMENTS C4, C5)."""
    due = {}
    for number, complexity in enumerate(Complexity, 1):
        said = replace(tags(importance=importance), complexity=complexity)
        (case_id,) = hands.through(article(number), said=said).opened
        with database.reading() as session:
            row = cases.case_view(session, case_id, now=NOW).row
        assert (row.importance, row.complexity) == (importance, complexity)
        due[complexity] = row.due_at - NOW
    resolve = hands.profile.resolve
    starts = {each: hands.profile.calendar.due(NOW, resolve[each]) - NOW for each in Complexity}
    assert due == starts


def test_a_story_grows_by_what_came_within_a_day(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags]
) -> None:
    text_of_all = " ".join(f"كلمة{place}" for place in range(60))
    hands.store(article(1, text=text_of_all, fetched_at=NOW - timedelta(hours=25)))
    hands.store(*(article(number, text=text_of_all, fetched_at=NOW - timedelta(hours=number)) for number in (2, 3)))
    hands.store(article(4))
    hands.tag(tags())
    with database.reading() as session:
        story = {each: mentions.mention_view(session, each).row.story_id for each in (1, 2, 3, 4)}
        gained = story_growth.growth(session, {each for each in story.values() if each}, NOW)
    assert story[1] == story[2] == story[3] != story[4]
    assert gained == {story[1]: 2, story[4]: 1}
