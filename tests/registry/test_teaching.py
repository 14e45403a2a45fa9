"""What may be asked about, and what is kept of an answer: a correction, or that the model was right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import BigInteger, literal, select, text

from domain.errors import Conflict, NotAllowed, NotFound
from domain.mention import Mention, MentionState
from domain.people import Actor
from domain.tags import NO_TOPIC, Axis, Importance, Kind, Remit, Sentiment, Tags
from domain.teaching import LOT_BELOW, AnswerOrigin, in_lot, lot_number
from registry import cases, mentions, tagging, teaching
from registry.database import Database
from tests.registry.hands import Hands

SECOND = Actor("second_reviewer", "منى", frozenset())


def _rows(database: Database) -> list[tuple[str, str, str, str]]:
    with database.reading() as session:
        found = session.execute(text("SELECT axis, was, value, origin FROM correction ORDER BY id"))
        return [(row.axis, row.was, row.value, row.origin) for row in found]


def _unflagged(hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], count: int = 1) -> list[int]:
    hands.store(*(article(number) for number in range(1, count + 1)))
    return hands.tag(tags(confidence=0.4))


def test_what_is_flagged_waits_or_was_answered_is_not_asked_about(
    database: Database, hands: Hands, article: Callable[..., Mention], post: Callable[..., Mention], tags: Callable[..., Tags],
    team: dict[str, Actor], now: datetime,
) -> None:  # fmt: skip
    hands.through(post(90))
    first, second, third = _unflagged(hands, article, tags, 3)
    with database.transaction() as session:
        teaching.confirm(session, first, actor=team["reviewer"], now=now)
    with database.reading() as session:
        asked = {each.mention_id for each in [*teaching.unflagged(session, now), *teaching.lot(session, now, 9)]}
        assert asked == {second, third}
        assert teaching.remaining(session, now) == 2
        assert teaching.remaining(session, now + teaching.LATELY + timedelta(days=1)) == 0


def test_the_least_sure_come_first_and_the_lot_stays_out(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], now: datetime
) -> None:
    hands.store(*(article(number) for number in range(1, 61)))
    with database.transaction() as session:
        waiting = tagging.untagged(session, 100)
        said = [(each.id, tags(kind=Kind.NEUTRAL, confidence=0.3 + each.id / 100)) for each in waiting]
        tagging.store_tags(session, said, 0.5, now)
    drawn = {each.id for each in waiting if in_lot(each.id)}
    assert drawn
    with database.reading() as session:
        hard = [each.mention_id for each in teaching.unflagged(session, now)]
        assert hard == sorted(set(range(1, 61)) - drawn)
        assert {each.mention_id for each in teaching.lot(session, now, 60)} == drawn


@pytest.mark.parametrize("number", [1, 53_022, 65_537, 2_000_000_011])
def test_the_lot_is_the_same_in_sql_even_for_large_numbers(database: Database, number: int) -> None:
    with database.reading() as session:
        found = session.execute(select(teaching.lot_in_sql(literal(number, BigInteger)))).scalar_one()
    assert found == lot_number(number)
    assert (found < LOT_BELOW) is in_lot(number)


def test_a_confirmation_is_a_row_of_every_axis_and_a_training_row(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], team: dict[str, Actor],
    now: datetime,
) -> None:  # fmt: skip
    (mention_id,) = _unflagged(hands, article, tags)
    with database.transaction() as session:
        teaching.confirm(session, mention_id, actor=team["reviewer"], now=now)
    origin = str(AnswerOrigin.LOT if in_lot(mention_id) else AnswerOrigin.CHOSEN)
    expected = [("remit", "ours"), ("kind", "complaint"), ("sentiment", "negative"), ("topic", "roads/holes")]
    assert _rows(database) == [(axis, value, value, origin) for axis, value in expected]
    with database.reading() as session:
        assert [(str(row.axis), row.was, row.value) for row in tagging.corrections(session)] == [(a, v, v) for a, v in expected]
        view = mentions.mention_view(session, mention_id)
        assert view.row.state is MentionState.TAGGED
        assert teaching.taught(session) == [f"{view.title}\n{view.text}"]


def test_of_what_is_nobodys_matter_only_that_is_confirmed(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], team: dict[str, Actor],
    now: datetime,
) -> None:  # fmt: skip
    hands.store(article(1), article(2))
    with database.transaction() as session:
        nobodys = replace(tags(Kind.NEUTRAL, Remit.NONE), topic=NO_TOPIC)
        others = replace(tags(Kind.COMPLAINT, Remit.OTHER), topic=NO_TOPIC)
        tagging.store_tags(session, [(1, nobodys), (2, others)], 0.5, now)
    with database.transaction() as session:
        teaching.confirm(session, 1, actor=team["reviewer"], now=now)
        teaching.confirm(session, 2, actor=team["reviewer"], now=now)
    assert [row[0] for row in _rows(database)] == ["remit", "remit", "kind", "sentiment"]


def test_an_answer_corrects_what_changed_and_confirms_the_rest(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], team: dict[str, Actor],
    now: datetime,
) -> None:  # fmt: skip
    (mention_id,) = _unflagged(hands, article, tags)
    said: dict[str, Any] = {
        "remit": Remit.OURS,
        "kind": Kind.REPORT,
        "sentiment": Sentiment.NEGATIVE,
        "topic": "roads/holes",
        "importance": Importance.HIGH,
    }
    for _ in range(2):
        with database.transaction() as session:
            changed = teaching.answer(session, mention_id, actor=team["reviewer"], now=now, **said)
    assert changed == ()
    rows = {axis: (was, value, origin) for axis, was, value, origin in _rows(database)}
    assert len(_rows(database)) == len(rows) == 5
    assert rows["kind"] == ("complaint", "report", "decision")
    assert rows["remit"] == ("ours", "ours", "decision")
    with database.reading() as session:
        assert mentions.mention_view(session, mention_id).row.state is MentionState.FLAGGED


def test_a_colleagues_answer_for_an_item_to_teach_stands(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], team: dict[str, Actor],
    now: datetime,
) -> None:  # fmt: skip
    (mention_id,) = _unflagged(hands, article, tags)
    with database.transaction() as session:
        teaching.confirm(session, mention_id, actor=team["reviewer"], now=now)
    late = replace(SECOND, roles=team["reviewer"].roles)
    with pytest.raises(Conflict, match="reviewer"), database.transaction() as session:
        teaching.answer(session, mention_id, actor=late, now=now, remit=Remit.NONE, chosen=True)
    with database.transaction() as session:
        assert teaching.answer(session, mention_id, actor=late, now=now, kind=Kind.REPORT) == (Axis.KIND,)


def test_who_may_not_teach(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], team: dict[str, Actor],
    now: datetime,
) -> None:  # fmt: skip
    (mention_id,) = _unflagged(hands, article, tags)
    with pytest.raises(NotAllowed), database.transaction() as session:
        teaching.confirm(session, mention_id, actor=team["manager"], now=now)
    with pytest.raises(NotFound), database.transaction() as session:
        teaching.confirm(session, 999, actor=team["reviewer"], now=now)
    assert _rows(database) == []


def test_the_review_list_can_be_asked_by_age_and_for_what_may_be_ranked(
    database: Database, hands: Hands, post: Callable[..., Mention], tags: Callable[..., Tags], now: datetime
) -> None:
    hands.through(post(1), said=tags(importance=Importance.HIGH), now=now)
    hands.through(post(2), said=tags(importance=Importance.LOW, topic="roads/signs"), now=now)
    with database.reading() as session:
        assert [row.id for row in cases.review_list(session).items] == [1, 2]
        assert [row.id for row in cases.review_list(session, newest=True).items] == [2, 1]
        assert [each.mention_id for each in teaching.waiting(session)] == [2, 1]
        assert [each.mention_id for each in teaching.waiting(session, topic="roads/signs")] == [2]
        assert [row.id for row in teaching.rows(session, [1, 2, 999])] == [1, 2]
        counts = teaching.counts(session, now)
        assert (counts.kinds, counts.topics) == ({"complaint": 2}, {"roads/holes": 1, "roads/signs": 1})
