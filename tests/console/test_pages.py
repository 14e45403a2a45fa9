"""Every page, with real data, for everybody who may and who may not see it."""

import re
from collections.abc import Callable

import pytest

from console.layout import Layout
from console.settings import ConsoleSettings
from registry import mentions
from registry.tables import CaseRecord
from tests.console.conftest import Browser
from tests.console.world import STAFF, World

SignIn = Callable[[str], Browser]
PAGES = ["/overview", "/review", "/cases", "/deliveries", "/sources", "/problems", "/digest"]
SEES = {
    "rana": PAGES,
    "sami": PAGES,
    "amal": PAGES,
    "majed": PAGES,
    "adel": PAGES,
    "dana": ["/overview", "/cases"],
    "admin": ["/overview", "/deliveries", "/sources", "/problems"],
}


@pytest.mark.parametrize("username", STAFF)
def test_each_role_sees_its_own_pages_and_is_refused_the_others(as_: SignIn, username: str) -> None:
    browser = as_(username)
    for address in PAGES:
        page = browser.get(address)
        assert page.status_code == (200 if address in SEES[username] else 403), address
        assert 'lang="ar" dir="rtl"' in page.text
        in_menu = f'href="{address}"' in browser.look("/overview")
        assert in_menu == (address in SEES[username]), address


def test_the_review_list_shows_what_waits_the_most_important_first(as_: SignIn, world: World) -> None:
    page = as_("rana").look("/review")
    bills, question = (page.index(f'href="/mentions/{world.mentions[name]}"') for name in ("bills", "question"))
    assert bills < question
    assert f'href="/mentions/{world.mentions["outage"]}"' not in page
    assert "شكوى" in page
    assert "بيانات شخصية" in page


def test_a_filter_narrows_the_list(as_: SignIn, world: World) -> None:
    browser = as_("rana")
    page = browser.look("/review/list?kind=inquiry")
    assert f"/mentions/{world.mentions['question']}" in page
    assert f"/mentions/{world.mentions['bills']}" not in page
    assert "لا شيء ينتظر" in browser.look("/review/list?kind=inquiry&importance=high")
    assert f"/mentions/{world.mentions['outage']}" in browser.look("/review/list?show=cased&channel=press")


def test_a_fragment_of_somebody_signed_out_says_so_without_a_page(stranger: Browser) -> None:
    response = stranger.get("/review/list", headers={"X-Fragment": "1"}, follow_redirects=False)
    assert response.status_code == 401
    assert response.text == ""


def test_a_text_is_escaped_and_its_evidence_marked(as_: SignIn, world: World) -> None:
    page = as_("rana").look(f"/mentions/{world.mentions['rumour']}")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert '<mark class="ev-kind ev-topic"' in page
    outage = as_("rana").look(f"/mentions/{world.mentions['outage']}")
    assert "الإنترنت</mark>" in outage
    assert "compact 2026.11" in outage
    assert "services" in outage


def test_the_other_outlets_of_the_story_are_shown(as_: SignIn, world: World) -> None:
    page = as_("rana").look(f"/mentions/{world.mentions['outage']}")
    assert "نشرها أيضًا" in page
    assert f'href="/mentions/{world.mentions["again"]}"' in page
    assert "أخبار الوادي" in page


def test_a_telephone_number_is_hidden_outside_the_case(as_: SignIn, world: World) -> None:
    for address in ("/review", f"/mentions/{world.mentions['bills']}", "/overview"):
        page = as_("sami").look(address)
        assert "0551234567" not in page
        assert "••••" in page


@pytest.mark.parametrize(
    ("username", "sees"), [("rana", True), ("sami", True), ("amal", True), ("majed", False), ("adel", False)]
)
def test_a_social_author_is_shown_to_those_who_answer_alone(as_: SignIn, world: World, username: str, sees: bool) -> None:
    browser = as_(username)
    mention = browser.look(f"/mentions/{world.mentions['bills']}")
    for private in ("angry_person", "someone_9", "شخص ما"):
        assert (private in mention) is sees, private
    assert ("https://x.com/i/status/1001" in mention) is not sees
    answer = browser.get(f"/api/v1/mentions/{world.mentions['bills']}").text
    assert ("angry_person" in answer) is sees
    assert "0551234567" not in answer


def test_a_failing_source_is_shown_with_its_reason_and_next_try(as_: SignIn) -> None:
    page = as_("admin").look("/sources")
    assert "the server answered 500; wait, or ask the outlet" in page
    assert "متعثر" in page
    assert "بعد 20 دقيقة" in page
    problems = as_("admin").look("/problems")
    assert "the server answered 500" in problems
    assert "تُعاد المحاولة تلقائيًا" in problems


def test_an_admin_pauses_and_resumes_a_source_and_nobody_else_does(as_: SignIn) -> None:
    admin = as_("admin")
    assert "موقوف" in admin.fill("/sources", "/sources/afaq/pause").text
    assert "موقوف" not in admin.fill("/sources", "/sources/afaq/resume").text
    assert as_("sami").fill("/sources", "/sources/afaq/pause").status_code == 403


def test_what_is_not_there_is_said_in_arabic_without_a_trace(as_: SignIn) -> None:
    browser = as_("rana")
    for address in ("/mentions/999999", "/cases/999999", "/nowhere"):
        page = browser.look(address, status=404)
        assert "لم نجد ما طلبته" in page
        assert "Traceback" not in page
    assert re.search(
        r'<details class="fold">.*<p lang="en"[^>]*>there is no case 999999', browser.look("/cases/999999", 404), re.DOTALL
    )


def test_the_digest_is_shown_in_a_frame_that_may_only_style_itself(as_: SignIn) -> None:
    browser = as_("majed")
    page = browser.look("/digest?week=2026-W47")
    assert '<iframe class="letter"' in page
    letter = browser.get("/digest/2026-W47/letter")
    assert 'dir="rtl"' in letter.text
    assert "sandbox" in letter.headers["content-security-policy"]
    assert "script-src" not in letter.headers["content-security-policy"]
    assert browser.get("/digest?week=2026-W99").status_code == 422


def test_a_choice_that_must_be_made_offers_no_blank(as_: SignIn, world: World) -> None:
    browser = as_("rana")
    for address, names in (
        (f"/mentions/{world.mentions['bills']}", ("remit", "kind", "sentiment", "importance")),
        ("/review", ("show",)),
        ("/cases", ("show",)),
    ):
        page = browser.look(address)
        for name in names:
            options = re.findall(rf'<select name="{name}">(.*?)</select>', page, re.DOTALL)
            assert options, name
            assert all('value=""' not in each for each in options), name


def test_the_handle_at_a_titles_start_does_not_turn_it_round(as_: SignIn, world: World) -> None:
    """A case opens with a post that begins with the ministry's handle: the title still reads from the right."""
    handle = world.profile.handles[0]
    with world.database.transaction() as session:
        mention = session.get_one(CaseRecord, 1)
        mention.title = f"@{handle} لا إنترنت في الحي"
    for address in ("/cases", "/cases/1"):
        assert f'<bdi dir="ltr">@{handle}</bdi> لا إنترنت' in as_("rana").look(address)


def test_in_the_demonstration_a_posts_original_is_on_its_own_x(world: World) -> None:
    settings = ConsoleSettings(secret_key="a key of the tests, long enough", x_pages="http://127.0.0.1:9/")
    with world.database.reading() as session:
        post, article = (mentions.mention_view(session, world.mentions[name]).row for name in ("bills", "outage"))
    layout = Layout(world.profile, settings, "1")
    assert layout.original(post, sees_authors=True) == "http://127.0.0.1:9/angry_person/status/1001"
    assert layout.original(post, sees_authors=False) == "http://127.0.0.1:9/i/status/1001"
    assert layout.original(article, sees_authors=True) == "https://afaq.example/outage"
