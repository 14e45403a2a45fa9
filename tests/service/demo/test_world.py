"""The plan of the world: the same for the same seed, most of it in the past, agency stories close together."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import ConfigurationError
from service.demo import texts
from service.demo.papers import PAPERS
from service.demo.world import PrintedArticle, PublishedPost, PublishedReport, World, snowflake
from service.profiles import SHIPPED

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OUTLETS = {paper.id for paper in PAPERS}


def test_the_three_profiles_hold_enough_texts() -> None:
    articles = [article for code in SHIPPED for article in texts.articles(code)]
    posts = [post for code in SHIPPED for post in texts.posts(code)]
    assert len(articles) >= 120
    assert len(posts) >= 300
    assert len({article.id for article in articles}) == len(articles)
    assert {printing.outlet for article in articles for printing in article.printings} == OUTLETS


@pytest.mark.parametrize("code", SHIPPED)
def test_a_plan_follows_from_seed_and_start(code: str) -> None:
    plan = World(code, start=START)
    assert plan.items == World(code, start=START).items
    assert plan.items != World(code, start=START, seed=8).items
    assert len({item.key for item in plan.items}) == len(plan.items)


@pytest.mark.parametrize("code", SHIPPED)
def test_most_lies_in_the_last_eight_days_and_the_rest_comes_one_by_one(code: str) -> None:
    plan = World(code, start=START)
    past = plan.published(START)
    assert 0.5 < len(past) / len(plan.items) < 0.65
    assert past[0].at >= START - timedelta(days=8)
    assert {(START - item.at).days for item in past} >= {0, 1, 2, 3, 4, 5, 6}
    later = [item.at for item in plan.items if item.at > START]
    gaps = [after - before for before, after in zip([START, *later], later, strict=False)]
    assert timedelta(seconds=8) <= min(gaps)
    assert max(gaps) <= timedelta(seconds=20)


def test_a_faster_pace_shortens_the_wait() -> None:
    assert World("mof", start=START, pace=4).ends - START < (World("mof", start=START).ends - START) / 3


def test_without_live_items_everything_is_out_at_the_start() -> None:
    plan = World("mof", start=START, live=False)
    assert plan.published(START) == plan.items


@given(st.integers(min_value=-9 * 24 * 3600, max_value=7200))
@settings(max_examples=30, deadline=None)
def test_what_is_out_only_grows_and_is_never_early(seconds: int) -> None:
    plan = World("momrah", start=START)
    now = START + timedelta(seconds=seconds)
    out = plan.published(now)
    assert all(item.at <= now for item in out)
    assert plan.published(now + timedelta(minutes=1))[: len(out)] == out


@pytest.mark.parametrize("code", SHIPPED)
def test_an_agency_story_is_printed_by_several_papers_within_hours(code: str) -> None:
    plan = World(code, start=START)
    stories: dict[str, list[PrintedArticle]] = defaultdict(list)
    for item in plan.items:
        if isinstance(item, PrintedArticle):
            stories[item.article_id].append(item)
    printed = [story for story in stories.values() if len(story) >= 3]
    assert len(printed) >= 6
    for story in printed:
        assert story[-1].at - story[0].at < timedelta(hours=7)
        assert len({each.outlet for each in story}) == len(story)
        assert len({each.title for each in story}) > 1
    straddling = [story for story in printed if story[0].at < START < story[-1].at]
    assert straddling, "no story is joined before the visitor's eyes"


def test_ids_of_posts_grow_with_time_and_papers_count_up() -> None:
    plan = World("mcit", start=START)
    ids = [item.id for item in plan.items if isinstance(item, PublishedPost)]
    assert ids == sorted(set(ids))
    assert ids[-1] < snowflake(plan.ends + timedelta(seconds=1))
    for outlet in OUTLETS:
        numbers = [item.number for item in plan.items if isinstance(item, PrintedArticle) and item.outlet == outlet]
        assert numbers == sorted(set(numbers))


def test_the_report_is_out_before_the_start() -> None:
    plan = World("mof", start=START)
    assert plan.report(START) is not None
    assert plan.report(START - timedelta(days=7)) is None
    assert sum(isinstance(item, PublishedReport) for item in plan.items) == 1


def test_a_prefix_opens_and_a_cut_ends_a_printing() -> None:
    plan = World("mof", start=START)
    originals = {article.id: article for article in texts.articles("mof")}
    seen = 0
    for item in plan.items:
        if isinstance(item, PrintedArticle):
            original = originals[item.article_id]
            printing = next(each for each in original.printings if each.outlet == item.outlet)
            assert len(item.paragraphs) == len(original.paragraphs) - printing.drop_last
            if printing.prefix:
                seen += 1
                assert item.paragraphs[0].startswith(printing.prefix)
                assert item.paragraphs[0].endswith(original.paragraphs[0])
    assert seen


def test_an_unknown_profile_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"«moh».*choose"):
        World("moh", start=START)
