"""What monitoring missed, in the console: who may answer, blind, what becomes of a missed item, and the figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.mention import Channel, Mention
from domain.recall import RecallAnswer, Sampling
from domain.source import Discovery, SourceState
from domain.tags import Axis, Importance, Kind, Remit, Sentiment, Tags
from registry import cases, inbox, recall, recall_review, tagging
from registry.recall_review import SampledItem
from registry.recall_week import Week
from tests.console.conftest import Browser, Hands
from tests.console.world import NOW, SECRET, World

SignIn = Callable[[str], Browser]
MONDAY = NOW + timedelta(days=2)
LEFT = "انقطع النفاذ عن سكان القرية أسبوعًا، واتصلوا بالرقم 0551234567 ولم يجبهم @someone_9"
PAGE = "قرية بلا شبكة منذ شهر"


@pytest.fixture
def sampled(world: World, clock: Hands) -> World:
    """The world a week later: a mention that was not flagged and a page that matched nothing are the sample."""
    left, page = _article("left", "خبر من القرية", LEFT), _article("page", PAGE, "يقول أهلها إن الأبراج بعيدة.")
    neutral = Tags(Remit.NONE, Kind.NEUTRAL, Sentiment.NEUTRAL, "-", Importance.LOW, "ar", confidence={Axis.KIND: 0.9}, model="m")
    with world.database.transaction() as session:
        found = Discovery("afaq", SourceState(), mentions=(left, page))
        result = inbox.store_discovery(session, found, {left.key: ("services",)}, NOW, SECRET, sampling=Sampling())
        tagging.store_tags(session, [(result.new[0], neutral)], 0.5, NOW)
    clock.now = MONDAY
    with world.database.transaction() as session:
        recall.draw_unflagged(session, Week("2026-W47", world.profile.threshold), MONDAY, SECRET, Sampling())
    return world


def _article(key: str, title: str, text: str) -> Mention:
    url = f"https://afaq.example/{key}"
    return Mention(url, Channel.PRESS, "afaq", "afaq", url, title, text, NOW, canonical_url=url)


def _waiting(world: World) -> SampledItem:
    with world.database.reading() as session:
        found = recall_review.next_item(session)
    assert found is not None
    return found


def _answer(browser: Browser, world: World, said: RecallAnswer) -> str:
    item = _waiting(world)
    response = browser.fill("/recall", f"/recall/items/{item.id}/answer", said=said.value)
    assert response.status_code == 200, response.text
    return response.text


@pytest.mark.parametrize("username", ["rana", "sami"])
def test_reviewers_and_specialists_answer_one_item_after_another(as_: SignIn, sampled: World, username: str) -> None:
    browser = as_(username)
    assert "بقي منها <bdi>2</bdi>" in browser.look("/recall")
    assert "سُجّلت إجابتك." in _answer(browser, sampled, RecallAnswer.RIGHTLY_LEFT)
    page = browser.look("/recall")
    assert "بقي منها <bdi>1</bdi>" in page
    assert "إجابتك السابقة" in page
    _answer(browser, sampled, RecallAnswer.UNSURE)
    assert "لا مواد تنتظر إجابتك" in browser.look("/recall")


@pytest.mark.parametrize("username", ["majed", "adel", "amal"])
def test_those_who_only_look_see_the_figures(as_: SignIn, sampled: World, username: str) -> None:
    browser = as_(username)
    page = browser.look("/recall")
    assert "نسبة ما لم يفت الرصد" in page
    assert "هل كان يجب أن يرى الفريق" not in page
    item = _waiting(sampled)
    assert browser.get(f"/recall/items/{item.id}").status_code == 403
    token = {"csrf": browser.token("/overview"), "said": "missed"}
    assert browser.post(f"/recall/items/{item.id}/answer", data=token).status_code == 403


@pytest.mark.parametrize("username", ["dana", "admin"])
def test_others_are_refused(as_: SignIn, sampled: World, username: str) -> None:
    for address in ("/recall", "/recall/figures"):
        assert as_(username).get(address).status_code == 403


def test_the_question_is_asked_blind_and_the_text_masked(as_: SignIn, sampled: World) -> None:
    browser = as_("rana")
    first = browser.look("/recall")
    _answer(browser, sampled, RecallAnswer.UNSURE)
    both = first + browser.look("/recall")
    assert "انقطع النفاذ" in both
    assert PAGE in both
    for hidden in ("0551234567", "someone_9", 'class="chip', "خبر محايد", "/mentions/"):
        assert hidden not in both, hidden


def test_a_missed_mention_is_put_on_the_review_list_in_one_click(as_: SignIn, sampled: World) -> None:
    browser = as_("rana")
    page = ""
    while "ولم يرَ المصنِّف" not in page:
        item = _waiting(sampled)
        page = _answer(browser, sampled, RecallAnswer.MISSED)
    browser.fill(f"/recall/items/{item.id}", f"/recall/items/{item.id}/flag", kind="complaint")
    assert "هي الآن أمام الفريق" in browser.look(f"/recall/items/{item.id}")
    with sampled.database.reading() as session:
        assert item.mention_id in {row.id for row in cases.review_list(session).items}


def test_a_missed_page_shows_the_queries_and_can_be_entered(as_: SignIn, sampled: World) -> None:
    browser = as_("rana")
    page = ""
    while "لم تطابقها أي صيغة رصد" not in page:
        item = _waiting(sampled)
        page = _answer(browser, sampled, RecallAnswer.MISSED)
    assert "https://afaq.example/page" in page
    assert sampled.profile.watch[0].name in page
    browser.fill(f"/recall/items/{item.id}", f"/recall/items/{item.id}/enter")
    assert "تنتظر التصنيف" in browser.look(f"/recall/items/{item.id}")
    with sampled.database.reading() as session:
        assert PAGE in {each.title for each in tagging.untagged(session, 10)}


def test_a_colleagues_answer_stands(as_: SignIn, sampled: World) -> None:
    item = _waiting(sampled)
    _answer(as_("rana"), sampled, RecallAnswer.RIGHTLY_LEFT)
    sami = as_("sami")
    late = sami.fill("/overview", f"/recall/items/{item.id}/answer", said="missed")
    assert late.status_code == 409
    assert "رنا المراجعة" in sami.look(f"/recall/items/{item.id}")


def test_the_figures_tell_the_share_with_its_interval(as_: SignIn, sampled: World) -> None:
    browser = as_("rana")
    assert "لا تكفي الإجابات بعد" in browser.look("/recall/figures")
    for said in (RecallAnswer.MISSED, RecallAnswer.RIGHTLY_LEFT):
        _answer(browser, sampled, said)
    page = browser.look("/recall/figures?week=2026-W47")
    assert "الصحافة المحلية" in page
    assert '<svg class="interval"' in page
    assert '<bdi dir="ltr">67%</bdi>' in page
    assert "الصحافة المحلية" in browser.look("/recall/figures?week=together")
    assert "2026-W47" in browser.look("/recall/figures?week=nonsense")


def test_before_the_first_sample_the_pages_say_so(as_: SignIn) -> None:
    assert "لا مواد تنتظر إجابتك" in as_("rana").look("/recall")
    assert "لم تُسحب عيّنة بعد" in as_("majed").look("/recall")
