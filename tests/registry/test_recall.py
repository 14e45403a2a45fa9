"""The weekly sample: counted and drawn by lot as items arrive, kept apart and briefly, answered blind, and computed from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from domain.errors import Conflict, InputError, NotAllowed, NotFound
from domain.mention import Channel, Mention
from domain.outlet import Outlet, Tier
from domain.people import Actor
from domain.recall import RecallAnswer, Sampling, SourceGroup, Stratum
from domain.source import Discovery, SourceState
from domain.tags import Flag, Kind, Remit, Tags, is_flagged
from registry import cases, erasure, inbox, mentions, outlets, recall, recall_figures, recall_review, tagging
from registry.database import Database
from registry.recall_week import MENTION, Week, judged
from registry.views import Review
from tests.registry.hands import SECRET, Hands

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""The day after the week of ``NOW`` (2026-W47) ended."""
WEEK = Week("2026-W47", 0.5)
SMALL = Sampling(size=5)


def _table(database: Database, name: str) -> list[dict[str, Any]]:
    with database.reading() as session:
        return [dict(row._mapping) for row in session.execute(text(f"SELECT * FROM {name} ORDER BY 1, 2"))]


def _arrive(database: Database, items: list[Mention], now: datetime, sampling: Sampling = SMALL) -> None:
    with database.transaction() as session:
        found = Discovery(items[0].source_id, SourceState(), mentions=tuple(items))
        inbox.store_discovery(session, found, {}, now, SECRET, sampling=sampling)


def _draw(database: Database, sampling: Sampling = SMALL, now: datetime = MONDAY) -> recall.Draw:
    with database.transaction() as session:
        return recall.draw_unflagged(session, WEEK, now, SECRET, sampling)


def _answer(database: Database, actor: Actor, said: RecallAnswer, now: datetime = MONDAY) -> recall_review.SampledItem:
    with database.transaction() as session:
        found = recall_review.next_item(session)
        assert found is not None
        recall_review.answer(session, found.id, said, actor, now)
    return found


def _figures(database: Database) -> dict[SourceGroup | None, recall_figures.Figure]:
    with database.reading() as session:
        return {each.group: each for each in recall_figures.of_week(session, WEEK.code)}


# ------------------------------------------------------------------------------------------------------ what matched nothing


def test_without_sampling_nothing_more_is_kept(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    hands.store(article(1), matched=[])
    assert _table(database, "recall_item") == _table(database, "recall_count") == []


def test_every_unmatched_page_is_counted_and_the_smallest_lots_are_kept(
    database: Database, now: datetime, article: Callable[..., Mention]
) -> None:
    items = [article(number) for number in range(40)]
    for start in range(0, 40, 8):
        _arrive(database, items[start : start + 8], now)
    (count,) = _table(database, "recall_count")
    assert (count["week"], count["source_group"], count["stratum"], count["items"]) == (
        "2026-W47",
        "local_press",
        "unmatched",
        40,
    )
    kept = {row["key"] for row in _table(database, "recall_item")}
    assert kept == set(
        sorted((item.key for item in items), key=lambda key: recall.lot(recall.lot_key(key, "2026-W47", SECRET)))[:5]
    )


def test_the_sample_does_not_depend_on_how_the_items_arrived(
    sqlite_database: Database, now: datetime, article: Callable[..., Mention]
) -> None:
    items = [article(number) for number in range(30)]
    _arrive(sqlite_database, items[::-1], now)
    together = {row["lot_key"] for row in _table(sqlite_database, "recall_item")}
    with sqlite_database.transaction() as session:
        for name in ("recall_item", "recall_count", "seen", "known_key"):
            session.execute(text(f"DELETE FROM {name}"))
    for each in items:
        _arrive(sqlite_database, [each], now)
    assert {row["lot_key"] for row in _table(sqlite_database, "recall_item")} == together


def test_storing_again_counts_nothing_twice(database: Database, now: datetime, article: Callable[..., Mention]) -> None:
    items = [article(1), article(2)]
    _arrive(database, items, now)
    before = _table(database, "recall_count"), _table(database, "recall_item")
    _arrive(database, items, now)
    with database.transaction() as session:
        recall.note_unmatched(session, items, now, SECRET, SMALL)
    assert (_table(database, "recall_count"), _table(database, "recall_item")) == before


def test_of_a_post_that_matches_nothing_only_the_hash_stays(
    database: Database, now: datetime, post: Callable[..., Mention]
) -> None:
    _arrive(database, [post(1), post(2)], now)
    assert _table(database, "recall_item") == _table(database, "recall_count") == []
    assert len(_table(database, "seen_hash")) == 2


def test_groups_are_drawn_apart(database: Database, now: datetime, article: Callable[..., Mention]) -> None:
    with database.transaction() as session:
        outlets.save(session, Outlet("orient", "المشرق", tier=Tier.PAN_ARAB))
    local = [article(number) for number in range(8)]
    foreign = [article(number, outlet_id="orient") for number in range(100, 107)]
    report = [article(200, channel=Channel.REPORT, page=3)]
    _arrive(database, [*local, *foreign, *report], now)
    counts = {row["source_group"]: row["items"] for row in _table(database, "recall_count")}
    assert counts == {"local_press": 8, "foreign_press": 7, "organisations": 1}
    groups = [row["source_group"] for row in _table(database, "recall_item")]
    assert (groups.count("local_press"), groups.count("foreign_press"), groups.count("organisations")) == (5, 5, 1)


def test_the_sampled_text_is_masked_and_short(database: Database, now: datetime, article: Callable[..., Mention]) -> None:
    said = "اتصلوا على 0551234567 أو راسلوا @someone_9 في أي وقت. "
    _arrive(database, [article(1, title="رقم 0551234567", text=said + "س" * 9000 + "\x00")], now)
    (row,) = _table(database, "recall_item")
    assert "0551234567" not in row["title"] + row["text"]
    assert "someone_9" not in row["text"]
    assert len(row["text"]) <= 6000


def test_weeks_are_those_of_the_time_zone(database: Database, article: Callable[..., Mention]) -> None:
    sunday_night = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
    _arrive(database, [article(1)], sunday_night)
    _arrive(database, [article(2)], sunday_night, Sampling(timezone="UTC"))
    assert [row["week"] for row in _table(database, "recall_count")] == ["2026-W47", "2026-W48"]


# --------------------------------------------------------------------------------------------------------- what was not flagged


def test_the_unflagged_are_drawn_once_the_week_is_over(
    database: Database, hands: Hands, now: datetime, article: Callable[..., Mention], tags: Callable[..., Tags]
) -> None:
    for number in range(12):
        hands.store(article(number))
    hands.tag(tags(kind=Kind.NEUTRAL))
    hands.store(article(50), article(51))
    hands.tag(tags())
    with pytest.raises(InputError, match="not over"):
        _draw(database, now=now)
    assert _draw(database) == recall.Draw(sampled=5)
    assert _draw(database) == recall.Draw()
    rows = _table(database, "recall_item")
    assert len(rows) == 5
    assert all(row["text"] == row["title"] == row["url"] == row["key"] == "" and row["mention_id"] for row in rows)
    figure = _figures(database)[SourceGroup.LOCAL_PRESS]
    assert (figure.flagged.flagged, figure.left.population, figure.left.sampled) == (2, 12, 5)


def test_nothing_is_drawn_while_the_classifier_is_behind(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags]
) -> None:
    hands.store(article(1), article(2))
    assert _draw(database) == recall.Draw(waiting=2)
    assert _figures(database) == {}
    hands.tag(tags(kind=Kind.NEUTRAL))
    assert _draw(database).sampled == 2


def test_of_a_week_in_which_nothing_came_there_are_no_figures(
    database: Database, hands: Hands, article: Callable[..., Mention]
) -> None:
    assert _draw(database) == recall.Draw()
    assert _figures(database) == {}
    hands.case(article(1))
    assert _draw(database) == recall.Draw()
    figure = _figures(database)[None]
    assert figure.recall is not None
    assert (figure.flagged.confirmed, figure.left.population, figure.recall.low) == (1, 0, 1)


@pytest.mark.parametrize("confidence", [0.49, 0.5, 0.51])
@pytest.mark.parametrize("kind", [Kind.COMPLAINT, Kind.NEUTRAL])
@pytest.mark.parametrize("remit", [Remit.OURS, Remit.OTHER])
@pytest.mark.parametrize("flags", [frozenset(), frozenset({Flag.RUMOUR})])
def test_the_statement_flags_what_the_rule_flags(
    sqlite_database: Database,
    profile: Any,
    article: Callable[..., Mention],
    tags: Callable[..., Tags],
    kind: Kind,
    remit: Remit,
    confidence: float,
    flags: frozenset[Flag],
) -> None:
    said = tags(kind=kind, remit=remit, confidence=confidence, flags=flags)
    hands = Hands(sqlite_database, profile, tags)
    hands.store(article(1))
    hands.tag(said)
    with sqlite_database.reading() as session:
        found = session.execute(judged(WEEK, MONDAY, flagged=True, columns=(MENTION.c.id,))).all()
    assert bool(found) == is_flagged(said, WEEK.threshold)


def test_what_people_or_a_new_model_say_after_the_draw_does_not_make_recall_look_better(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], team: dict[str, Actor]
) -> None:
    hands.store(article(1), article(2))
    ids = hands.tag(tags(kind=Kind.NEUTRAL))
    _draw(database)
    with database.transaction() as session:
        tagging.correct(session, ids[0], actor=team["reviewer"], now=MONDAY, kind=Kind.COMPLAINT)
        tagging.store_tags(session, [(ids[1], tags(model="compact 2"))], 0.5, MONDAY + timedelta(hours=1))
        recall_figures.refresh(session, WEEK, MONDAY + timedelta(hours=2))
    figure = _figures(database)[None]
    assert (figure.flagged.flagged, figure.left.population) == (0, 2)


# --------------------------------------------------------------------------------------------------------------- answers


def _week_with_a_sample(database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags]) -> None:
    """Three flagged mentions in cases, two that were not flagged, and two pages that matched nothing."""
    hands.store(article(1), article(2), article(3))
    hands.tag(tags())
    hands.register()
    hands.store(article(11), article(12))
    hands.tag(tags(kind=Kind.NEUTRAL, remit=Remit.NONE, topic="-"))
    _arrive(database, [article(21), article(22)], hands_now())
    _draw(database)


def hands_now() -> datetime:
    return datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def test_answers_make_the_figures(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], team: dict[str, Actor]
) -> None:
    _week_with_a_sample(database, hands, article, tags)
    assert _figures(database)[None].recall is None
    for said in (RecallAnswer.MISSED, *[RecallAnswer.RIGHTLY_LEFT] * 3):
        _answer(database, team["reviewer"], said)
    with database.reading() as session:
        assert recall_review.next_item(session) is None
        assert recall_review.progress(session) == recall_review.Progress(0, 0)
        together = recall_figures.together(session)
        series = recall_figures.over_weeks(session)
        latest = recall_figures.latest(session, "2026-W50")
    figure = _figures(database)[SourceGroup.LOCAL_PRESS]
    assert figure.recall is not None
    assert figure.recall.value == figure.recall.low == figure.recall.high == 0.75
    assert (figure.flagged.confirmed, figure.left.answered, figure.left.missed, figure.missed) == (3, 4, 1, 1)
    assert [each.recall for each in together] == [figure.recall] * 2
    assert series == [latest]
    assert series[0].weeks == ("2026-W47",)


def test_who_is_unsure_is_taken_for_not_asked(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], team: dict[str, Actor]
) -> None:
    _week_with_a_sample(database, hands, article, tags)
    for _ in range(4):
        _answer(database, team["reviewer"], RecallAnswer.UNSURE)
    figure = _figures(database)[None]
    assert (figure.left.unsure, figure.left.answered, figure.recall) == (4, 0, None)


def test_a_flagged_item_that_a_person_turned_down_is_not_confirmed(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], team: dict[str, Actor]
) -> None:
    hands.store(article(1), article(2), article(3))
    ids = hands.tag(tags(kind=Kind.NEUTRAL, flags=frozenset({Flag.RUMOUR})))
    hands.register()
    with database.transaction() as session:
        cases.reject_mention(session, ids[0], team["reviewer"], "لا يخصنا", MONDAY)
    _draw(database)
    flagged = _figures(database)[None].flagged
    assert (flagged.flagged, flagged.decided, flagged.confirmed) == (3, 1, 0)


def test_an_answer_may_be_thought_over_by_the_same_person_alone(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], team: dict[str, Actor]
) -> None:
    _week_with_a_sample(database, hands, article, tags)
    found = _answer(database, team["reviewer"], RecallAnswer.UNSURE)
    with database.transaction() as session:
        assert recall_review.last_answered(session, "reviewer") == found.id
        assert recall_review.progress(session) == recall_review.Progress(3, 1)
        recall_review.answer(session, found.id, RecallAnswer.MISSED, team["reviewer"], MONDAY)
        assert recall_review.item(session, found.id).answer is RecallAnswer.MISSED
        with pytest.raises(Conflict):
            recall_review.answer(session, found.id, RecallAnswer.RIGHTLY_LEFT, team["specialist"], MONDAY)
        with pytest.raises(NotAllowed):
            recall_review.answer(session, found.id, RecallAnswer.RIGHTLY_LEFT, team["auditor"], MONDAY)


def test_the_sample_of_a_week_that_goes_on_is_not_shown(
    database: Database, now: datetime, article: Callable[..., Mention]
) -> None:
    _arrive(database, [article(1)], now)
    (row,) = _table(database, "recall_item")
    with database.reading() as session:
        assert recall_review.next_item(session) is None
        with pytest.raises(NotFound):
            recall_review.item(session, row["id"])


def test_a_posts_author_is_not_shown(
    database: Database, hands: Hands, post: Callable[..., Mention], tags: Callable[..., Tags]
) -> None:
    hands.store(post(7, text="يا @MorCare ويا @someone_9 رقمي 0551234567"))
    hands.tag(tags(kind=Kind.NEUTRAL))
    _draw(database)
    with database.reading() as session:
        found = recall_review.next_item(session, frozenset({"morcare"}))
    assert found is not None
    assert (found.group, found.stratum) == (SourceGroup.SOCIAL, Stratum.UNFLAGGED)
    assert "sami_writes" not in repr(found)
    assert "someone_9" not in found.text
    assert "0551234567" not in found.text
    assert "@MorCare" in found.text


def test_a_missed_mention_goes_to_the_review_list(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], team: dict[str, Actor]
) -> None:
    hands.store(article(1), article(2))
    hands.tag(tags(kind=Kind.NEUTRAL, remit=Remit.NONE, topic="-"))
    _draw(database)
    other = _answer(database, team["reviewer"], RecallAnswer.RIGHTLY_LEFT)
    found = _answer(database, team["reviewer"], RecallAnswer.MISSED)
    with database.transaction() as session:
        with pytest.raises(Conflict, match="not said to be missed"):
            recall_review.flag(session, other.id, Kind.COMPLAINT, team["reviewer"], MONDAY)
        with pytest.raises(InputError):
            recall_review.flag(session, found.id, Kind.PRAISE, team["reviewer"], MONDAY)
        assert recall_review.flag(session, found.id, Kind.COMPLAINT, team["reviewer"], MONDAY) == found.mention_id
        (waiting,) = cases.review_list(session).items
        assert (waiting.id, waiting.review, waiting.kind) == (found.mention_id, Review.PROPOSED, Kind.COMPLAINT)
        assert waiting.topic == "other/other"
        assert recall_review.item(session, found.id).is_flagged
        assert {each.axis.value for each in tagging.corrections_of(session, waiting.id)} == {"remit", "kind", "topic"}
        recall_figures.refresh(session, WEEK, MONDAY)
    assert _figures(database)[None].flagged.flagged == 0


def test_a_mention_that_the_model_doubted_is_flagged_by_a_persons_word(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], team: dict[str, Actor]
) -> None:
    hands.store(article(1))
    hands.tag(tags(confidence=0.3))
    _draw(database)
    found = _answer(database, team["reviewer"], RecallAnswer.MISSED)
    with database.transaction() as session:
        recall_review.flag(session, found.id, Kind.COMPLAINT, team["reviewer"], MONDAY)
        assert cases.review_list(session).total == 1


def test_a_missed_page_is_entered_and_tagged_as_any_other(
    database: Database, hands: Hands, now: datetime, article: Callable[..., Mention], tags: Callable[..., Tags],
    team: dict[str, Actor],
) -> None:  # fmt: skip
    page = article(1, text="حفرة في الطريق منذ شهر")
    _arrive(database, [page], now)
    _draw(database)
    found = _answer(database, team["reviewer"], RecallAnswer.MISSED)
    with database.transaction() as session:
        with pytest.raises(Conflict, match="enter it first"):
            recall_review.flag(session, found.id, Kind.COMPLAINT, team["reviewer"], MONDAY)
        mention_id = recall_review.enter(session, found.id, team["reviewer"], MONDAY)
        assert recall_review.enter(session, found.id, team["reviewer"], MONDAY) == mention_id
        assert mentions.mention_view(session, mention_id).key == page.key
    (row,) = _table(database, "recall_item")
    assert (row["text"], row["mention_id"]) == ("", mention_id)
    hands.tag(tags())
    with database.transaction() as session:
        recall_figures.refresh(session, WEEK, MONDAY)
        assert recall_review.item(session, found.id).is_tagged
        later = Week("2026-W48", 0.5)
        recall.draw_unflagged(session, later, MONDAY + timedelta(days=7), SECRET, SMALL)
        assert not recall_figures.is_drawn(session, later.code), "what came in through the sample is nobody's find"


# ---------------------------------------------------------------------------------------------------------------- erasure


def test_texts_go_when_they_were_used_or_the_time_is_over(
    database: Database, now: datetime, article: Callable[..., Mention], team: dict[str, Actor]
) -> None:
    _arrive(database, [article(number) for number in range(3)], now)
    _draw(database)
    _answer(database, team["reviewer"], RecallAnswer.RIGHTLY_LEFT)
    missed = _answer(database, team["reviewer"], RecallAnswer.MISSED)
    steps = []
    for days in (0.5, 2, 14, 15):
        with database.transaction() as session:
            steps.append(recall.forget(session, now + timedelta(days=1 + days)))
    assert steps == [0, 1, 2, 0]
    assert all(not row["text"] + row["title"] + row["url"] + row["key"] for row in _table(database, "recall_item"))
    with database.transaction() as session:
        assert recall_review.next_item(session) is None
        assert recall_review.last_answered(session, "reviewer") is None
        with pytest.raises(InputError, match="erased"):
            recall_review.answer(session, missed.id, RecallAnswer.UNSURE, team["reviewer"], MONDAY)
        with pytest.raises(InputError, match="rasd import"):
            recall_review.enter(session, missed.id, team["reviewer"], MONDAY)
    assert _figures(database)[None].left.answered == 2


def test_a_deleted_post_goes_from_the_sample_too(
    database: Database, hands: Hands, post: Callable[..., Mention], tags: Callable[..., Tags], now: datetime
) -> None:
    hands.store(post(7))
    hands.tag(tags(kind=Kind.NEUTRAL))
    _draw(database)
    with database.transaction() as session:
        erasure.erase(session, ["x:7"], MONDAY, SECRET)
    (row,) = _table(database, "recall_item")
    assert row["mention_id"] is None
    assert "x:7" not in str(row)
    with database.reading() as session:
        assert recall_review.next_item(session) is None


def test_a_week_without_a_sample_has_no_figures_to_compute(database: Database) -> None:
    with pytest.raises(NotFound, match="not drawn"), database.transaction() as session:
        recall_figures.recompute(session, "2026-W47", MONDAY)


def test_weeks_that_could_be_measured_are_taken_together(
    database: Database, hands: Hands, article: Callable[..., Mention], tags: Callable[..., Tags], team: dict[str, Actor]
) -> None:
    for back in range(3):
        now = MONDAY - timedelta(days=4 + 7 * back)
        hands.store(replace(article(back * 10), fetched_at=now), replace(article(back * 10 + 1), fetched_at=now), now=now)
        hands.tag(tags(), now)
        hands.register(now)
        hands.store(*(replace(article(back * 10 + each), fetched_at=now) for each in range(2, 7)), now=now)
        hands.tag(tags(kind=Kind.NEUTRAL), now)
        with database.transaction() as session:
            recall.draw_unflagged(session, Week(f"2026-W{47 - back}", 0.5), MONDAY, SECRET, Sampling(size=2))
    for said in [RecallAnswer.MISSED, *[RecallAnswer.RIGHTLY_LEFT] * 3]:
        _answer(database, team["reviewer"], said)
    with database.reading() as session:
        whole = recall_figures.together(session)[0]
    assert whole.weeks == ("2026-W45", "2026-W46")
    assert (whole.flagged.flagged, whole.left.population, whole.left.answered) == (4, 10, 4)
    assert whole.recall is not None
    assert whole.recall.value == pytest.approx(4 / (4 + 10 / 4))
