"""Signing in and out, form tokens, headers, and what a stranger gets."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from console.attempts import PER_PERSON, WINDOW
from console.sessions import COOKIE
from registry import people
from tests.console.conftest import Browser, Hands
from tests.console.world import PASSWORD, World

SignIn = Callable[[str], Browser]


def test_a_stranger_is_led_to_the_sign_in_page_and_back(stranger: Browser) -> None:
    response = stranger.get("/cases?show=all", follow_redirects=False)
    assert response.status_code == 303
    assert response.headers["location"] == "/signin?next=/cases%3Fshow%3Dall"

    page = stranger.look(response.headers["location"])
    token = re.search(r'name="csrf" value="(\w+)"', page)
    assert token
    fields = {"csrf": token.group(1), "next": "/cases?show=all", "username": "rana", "password": PASSWORD}
    assert stranger.post("/signin", data=fields).url.path == "/cases"


def test_nobody_is_led_to_another_site_after_signing_in(stranger: Browser) -> None:
    response = stranger.fill("/signin", "/signin", username="rana", password=PASSWORD, next="https://evil.example/")
    assert response.url.host == "testserver"


def test_a_wrong_password_and_a_wrong_name_are_answered_alike(stranger: Browser) -> None:
    answers = [stranger.fill("/signin", "/signin", username=name, password="wrong") for name in ("rana", "nobody")]
    texts = [re.sub(r'value="(rana|nobody)"', "", answer.text) for answer in answers]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert texts[0] == texts[1]
    assert "غير صحيحة" in texts[0]


def test_guessing_is_braked_even_for_the_right_password(stranger: Browser, clock: Hands) -> None:
    for _ in range(PER_PERSON):
        stranger.fill("/signin", "/signin", username="rana", password="wrong")
    assert stranger.fill("/signin", "/signin", username="rana", password=PASSWORD).status_code == 429
    clock.turn(WINDOW)
    assert stranger.fill("/signin", "/signin", username="rana", password=PASSWORD).url.path == "/review"


def test_the_demonstration_offers_its_accounts(stranger: Browser) -> None:
    page = stranger.look("/signin")
    assert "مراجعة إعلامية" in page
    assert f'name="password" value="{PASSWORD}"' in page


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(stranger: Browser) -> None:
    cookie = stranger.get("/signin").headers["set-cookie"].lower()
    assert cookie.startswith(COOKIE)
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_signing_in_begins_a_new_session(stranger: Browser) -> None:
    stranger.get("/signin")
    before = stranger.cookies[COOKIE]
    stranger.fill("/signin", "/signin", username="rana", password=PASSWORD)
    assert stranger.cookies[COOKIE] != before


def test_a_copied_cookie_is_of_no_use_after_signing_out(as_: SignIn) -> None:
    browser = as_("rana")
    copied = browser.cookies[COOKIE]
    assert browser.fill("/review", "/signout").url.path == "/signin"
    browser.cookies.set(COOKIE, copied, domain="testserver.local", path="/")
    assert browser.get("/review", follow_redirects=False).status_code == 303


def test_a_session_ends_after_its_hours(as_: SignIn, clock: Hands) -> None:
    browser = as_("rana")
    clock.turn(timedelta(hours=12, minutes=2))
    assert browser.get("/review", follow_redirects=False).status_code == 303


def test_somebody_who_was_disabled_is_out_at_once(as_: SignIn, world: World) -> None:
    browser = as_("rana")
    with world.database.transaction() as session:
        people.set_disabled(session, "rana", True)
    assert browser.get("/review", follow_redirects=False).status_code == 303


@pytest.mark.parametrize("token", ["", "0" * 64])
def test_a_form_without_its_sessions_token_changes_nothing(as_: SignIn, world: World, token: str) -> None:
    browser = as_("rana")
    address = f"/mentions/{world.mentions['bills']}"
    response = browser.post(f"{address}/accept", data={"csrf": token} if token else {})
    assert response.status_code == 403
    assert "انتهت صلاحية الصفحة" in response.text
    assert "قبول وفتح حالة" in browser.look(address)


def test_another_sessions_token_is_refused(as_: SignIn, world: World) -> None:
    rana, sami = as_("rana"), as_("sami")
    response = rana.post(f"/mentions/{world.mentions['bills']}/accept", data={"csrf": sami.token("/review")})
    assert response.status_code == 403


def test_every_answer_carries_the_headers_that_keep_a_browser_in_check(stranger: Browser) -> None:
    for address in ("/signin", "/static/console.css", "/nowhere", "/api/v1/health"):
        headers = stranger.get(address).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_the_frameworks_own_pages_are_not_served(stranger: Browser) -> None:
    assert stranger.get("/docs").status_code == 404
    assert stranger.get("/redoc").status_code == 404
