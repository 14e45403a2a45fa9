"""The classifier's figures, its rules in words, and the list for those who teach it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from console.importance_words import importance_table
from console.quality_charts import HEIGHT, MOST_LABELS, WIDTH, axis_chart
from console.weeks import WeekChoice
from domain.drift import Stability, stability
from domain.mention import Channel, Mention
from domain.people import Actor, Role
from domain.source import Discovery, SourceState
from domain.tags import Axis, Evidence, Importance, Kind, Remit, Sentiment, Tags
from domain.teaching import in_lot
from registry import drift, inbox, problems, tagging, teaching
from registry.drift import WeekLabels
from registry.views import NextAction, Subject
from tests.console.conftest import Browser, Hands
from tests.console.world import NOW, SECRET, World

SignIn = Callable[[str], Browser]
RANA = Actor("rana", "رنا", frozenset({Role.REVIEWER}))
UNSURE = Tags(
    Remit.OURS, Kind.COMPLAINT, Sentiment.NEGATIVE, "networks/outage", Importance.LOW, "ar",
    confidence={Axis.REMIT: 0.6, Axis.KIND: 0.45, Axis.SENTIMENT: 0.5, Axis.TOPIC: 0.4},
    evidence=(Evidence(Axis.KIND, "text", 0, 6),), model="compact@7",
)  # fmt: skip
SUBJECTS = (
    "القهوة",
    "المكتبة",
    "الملعب",
    "الحديقة",
    "المطار",
    "السوق",
    "المدرسة",
    "الشاطئ",
    "الجامعة",
    "المتحف",
    "الفندق",
    "النادي",
)


@pytest.fixture
def unsure(world: World) -> list[int]:
    """Forty items that were not flagged, two of them by lot."""
    posts = tuple(
        Mention(f"x:{9000 + number}", Channel.SOCIAL, "x-search", "x", f"https://x.com/u{number}/status/{9000 + number}", "",
                f"تعطلت شبكة {SUBJECTS[number % 12]} {number}، كلموني على 0551234567 يا @someone_9", NOW,
                author_handle=f"u{number}")
        for number in range(40)
    )  # fmt: skip
    with world.database.transaction() as session:
        found = Discovery("x-search", SourceState(), mentions=posts)
        ids = inbox.store_discovery(session, found, {each.key: ("الشبكات",) for each in posts}, NOW, SECRET).new
        tagging.store_tags(session, [(each, UNSURE) for each in ids], 0.5, NOW)
    return list(ids)


def _cards(page: str) -> list[int]:
    return [int(each) for each in re.findall(r'id="t(\d+)"', page)]


# ----------------------------------------------------------------------------------------------------------------------- teaching


def test_the_list_holds_hard_items_and_some_by_lot_asked_blind(as_: SignIn, unsure: list[int]) -> None:
    page = as_("rana").look("/quality/teach")
    cards = _cards(page)
    assert len(cards) == 8
    assert set(cards) <= set(unsure)
    blind = [each for each in cards if in_lot(each)]
    assert blind
    for each in blind:
        card = page[page.index(f'id="t{each}"') :].partition("</section>")[0]
        assert "فتصنيفها محجوب عنك" in card
        assert 'class="chip' not in card
        assert "<mark" not in card
        assert f"/mentions/{each}" not in card
    assert page.count("صحيح كما هو") == len(cards) - len(blind)
    assert "النوع غير مؤكد" in page


def test_nobody_is_named_on_the_list(as_: SignIn, unsure: list[int]) -> None:
    page = as_("rana").look("/quality/teach")
    assert unsure
    for hidden in ("0551234567", "someone_9", "u3/"):
        assert hidden not in page


def test_an_item_is_confirmed_in_one_click(as_: SignIn, world: World, unsure: list[int]) -> None:
    browser = as_("rana")
    first = next(each for each in _cards(browser.look("/quality/teach")) if not in_lot(each))
    answered = browser.fill("/quality/teach", f"/quality/teach/{first}/confirm")
    assert "سُجّلت إجابتك، وسيتعلّم منها المصنِّف." in answered.text
    assert first not in _cards(answered.text)
    with world.database.reading() as session:
        assert {(str(row.axis), row.value) for row in tagging.corrections_of(session, first)} == {
            ("remit", "ours"), ("kind", "complaint"), ("sentiment", "negative"), ("topic", "networks/outage"),
        }  # fmt: skip
    assert len(unsure) == 40


def test_an_item_is_corrected_and_the_remit_may_be_enough(as_: SignIn, world: World, unsure: list[int]) -> None:
    browser = as_("sami")
    one, other = unsure[0], unsure[1]
    said = {"remit": "ours", "kind": "inquiry", "sentiment": "neutral", "topic": "networks/outage"}
    browser.fill("/quality/teach", f"/quality/teach/{one}/answer", **said)
    browser.fill("/quality/teach", f"/quality/teach/{other}/answer", remit="none", kind="", sentiment="", topic="")
    with world.database.reading() as session:
        assert {str(each.axis): each.value for each in tagging.corrections_of(session, one)}["kind"] == "inquiry"
        tags, _ = tagging.tags_of(session, other)
    assert tags is not None
    assert (tags.remit, tags.kind, tags.topic) == (Remit.NONE, Kind.NEUTRAL, "-")
    half = browser.fill("/quality/teach", f"/quality/teach/{unsure[2]}/answer", remit="ours", kind="", sentiment="")
    assert half.status_code == 422


def test_a_colleague_was_first(as_: SignIn, world: World, unsure: list[int]) -> None:
    with world.database.transaction() as session:
        teaching.confirm(session, unsure[0], actor=RANA, now=NOW)
    late = as_("sami").fill("/quality/teach", f"/quality/teach/{unsure[0]}/confirm")
    assert late.status_code == 409


@pytest.mark.parametrize("username", ["majed", "adel", "amal", "admin", "dana"])
def test_only_the_team_teaches(as_: SignIn, unsure: list[int], username: str) -> None:
    browser = as_(username)
    assert browser.get("/quality/teach").status_code == 403
    token = {"csrf": browser.token("/overview")}
    assert browser.post(f"/quality/teach/{unsure[0]}/confirm", data=token).status_code == 403


def test_with_nothing_to_ask_it_says_so(as_: SignIn) -> None:
    assert "لا مواد تنتظر إجابتك" in as_("rana").look("/quality/teach")


# ------------------------------------------------------------------------------------------------------------ the review list


def test_the_review_list_can_be_ordered(as_: SignIn, world: World) -> None:
    browser = as_("rana")
    urgent, newest, most = (
        re.findall(r'id="m(\d+)"', browser.look(f"/review{order}")) for order in ("", "?order=newest", "?order=teaching")
    )
    assert sorted(urgent) == sorted(newest) == sorted(most)
    assert newest == sorted(newest, key=int, reverse=True)
    assert urgent != newest
    assert "مرتبة بما تعلّمه إجابتك" in browser.look("/review?order=teaching")
    fragment = browser.look("/review/list?order=teaching")
    assert re.findall(r'id="m(\d+)"', fragment) == most
    assert "كلام لم تشمله إجابة" in fragment
    assert 'name="order"' not in browser.look("/review?show=dismissed")
    assert world.mentions["rumour"] in map(int, most)


def test_the_order_is_narrowed_like_the_list(as_: SignIn) -> None:
    page = as_("rana").look("/review?order=teaching&kind=inquiry")
    assert len(re.findall(r'id="m\d+"', page)) == 1


# ------------------------------------------------------------------------------------------------------------------------ figures


def test_agreement_confusion_and_models_are_shown(as_: SignIn, world: World, unsure: list[int]) -> None:
    with world.database.transaction() as session:
        for each in unsure[:6]:
            teaching.confirm(session, each, actor=RANA, now=NOW)
        for each in unsure[6:9]:
            teaching.answer(session, each, actor=RANA, now=NOW, remit=Remit.OURS, kind=Kind.INQUIRY, chosen=True)
    page = as_("majed").look("/quality")
    assert "وافقوا في <bdi>6</bdi> من <bdi>9</bdi>" in page
    assert '<svg class="interval"' in page
    assert "compact@7" in page
    assert "استفسار <bdi" in page
    assert '<table class="matrix">' in page
    only = as_("majed").look("/quality?origin=decision")
    assert "وافقوا في <bdi>0</bdi> من <bdi>0</bdi>" in only
    assert as_("majed").get("/quality?origin=nonsense").status_code == 200


def test_a_shift_is_shown_and_leads_there_from_the_problems(as_: SignIn, world: World) -> None:
    with world.database.transaction() as session:
        found = problems.Problem(Subject.CLASSIFIER, "kind", "", "the labels have shifted", NextAction.CHECK_CLASSIFIER)
        problems.report(session, [found], NOW)
    page = as_("rana").look("/problems")
    assert '<a href="/quality">النوع</a>' in page
    assert "درّب المصنِّف إن أخطأ" in page


def test_an_empty_installation_has_no_figures_yet(as_: SignIn, world: World, clock: Hands) -> None:
    clock.turn(timedelta(days=400))
    page = as_("rana").look("/quality")
    assert "لا إجابات بعد" in page
    assert "لم تُصنَّف مواد بعد" in page
    with world.database.reading() as session:
        assert drift.weekly(session, clock.now, "Asia/Riyadh") == []


@pytest.mark.parametrize("address", ["/quality", "/quality/rules"])
def test_departments_do_not_see_it(as_: SignIn, address: str) -> None:
    assert as_("dana").get(address).status_code == 403
    assert as_("admin").get(address).status_code == 200


def test_the_rules_are_in_words_with_the_profiles_own_numbers(as_: SignIn, world: World) -> None:
    page = as_("rana").look("/quality/rules")
    rules = world.profile.importance
    for word in (*rules.severe[:3], *rules.serious[:3], "شكوى من اختصاص جهة أخرى"):
        assert word in page
    assert f"انتشارها {rules.reach_high} فأكثر" in page
    assert f"نشرتها {rules.spread_high} مواد" in page


def test_the_table_of_rules_is_what_the_classifier_does(world: World) -> None:
    table = importance_table(world.profile)
    rows = dict(table.rows)
    assert all(len(levels) == len(table.columns) for levels in rows.values())
    severe = table.columns.index("مع كلمة خطورة")
    assert rows["شكوى"][0] is Importance.MEDIUM
    assert rows["شكوى"][severe] is Importance.HIGH
    assert rows["خبر محايد"][0] is Importance.LOW
    assert rows["شكوى من اختصاص جهة أخرى"][severe] is Importance.MEDIUM


def _labels(week: str, counts: dict[str, int]) -> tuple[WeekChoice, WeekLabels]:
    judged = dict.fromkeys(Axis, stability({}, {}))
    return WeekChoice(week, week, week), WeekLabels(week, sum(counts.values()), {Axis.TOPIC: counts}, {}, judged)


def test_a_chart_fills_its_columns_newest_at_the_left() -> None:
    weeks = [_labels("old", {"a": 3, "b": 1}), _labels("new", {"a": 1, "b": 1})]
    chart = axis_chart(Axis.TOPIC, weeks, ["a", "b"], str.upper)
    left = [each for each in chart.slices if each.x < WIDTH / 2]
    assert [each.words for each in left] == ["new: A 50%", "new: B 50%"]
    assert sum(each.height for each in left) == pytest.approx(HEIGHT, abs=0.2)
    assert chart.legend == (("a", "A", 0.5), ("b", "B", 0.5))
    assert [line.week.code for line in chart.lines] == ["new", "old"]
    assert isinstance(chart.newest, Stability)


def test_rare_labels_are_drawn_together() -> None:
    counts = {f"t{number}": 20 - number for number in range(12)}
    chart = axis_chart(Axis.TOPIC, [_labels("w", counts)], sorted(counts), str)
    assert len(chart.legend) == MOST_LABELS
    assert sum(share for *_, share in chart.legend) == pytest.approx(1)
    assert replace(chart).legend[-1][0] == "…"
