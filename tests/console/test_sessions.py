"""Session cookies, form tokens and the brake on guessing."""

from datetime import UTC, datetime, timedelta

import pytest

from console.attempts import PER_ADDRESS, PER_PERSON, WINDOW, Attempts
from console.sessions import Sessions
from console.settings import ConsoleSettings
from domain.errors import ConfigurationError

NOW = datetime(2026, 11, 21, 11, 5, tzinfo=UTC)
SESSIONS = Sessions("k" * 32, timedelta(hours=12))


def test_a_sealed_session_opens_again() -> None:
    visit = SESSIONS.begin(NOW, "huda")
    assert SESSIONS.open(SESSIONS.seal(visit), NOW + timedelta(hours=11)) == visit


def test_a_session_ends_after_its_hours() -> None:
    cookie = SESSIONS.seal(SESSIONS.begin(NOW, "huda"))
    assert SESSIONS.open(cookie, NOW + timedelta(hours=12, minutes=2)) is None


def test_a_changed_cookie_does_not_open() -> None:
    cookie = SESSIONS.seal(SESSIONS.begin(NOW, "huda"))
    other = "a" if cookie[-10] != "a" else "b"
    for changed in (cookie[:-10] + other + cookie[-9:], f"x{cookie}", "", "a.b", cookie.rsplit(".", 1)[0]):
        assert SESSIONS.open(changed, NOW) is None


def test_a_cookie_of_another_key_does_not_open() -> None:
    other = Sessions("j" * 32, timedelta(hours=12))
    assert SESSIONS.open(other.seal(other.begin(NOW, "huda")), NOW) is None


def test_a_token_fits_its_own_session_alone() -> None:
    one, two = SESSIONS.begin(NOW, "huda"), SESSIONS.begin(NOW, "huda")
    assert SESSIONS.is_token_of(one, SESSIONS.token(one))
    assert not SESSIONS.is_token_of(one, SESSIONS.token(two))
    assert not SESSIONS.is_token_of(one, "")
    assert not SESSIONS.is_token_of(one, "رمز")


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="secret_key"):
        ConsoleSettings(secret_key="short")


def test_settings_do_not_print_their_key() -> None:
    assert "kkkk" not in repr(ConsoleSettings(secret_key="k" * 32))


def test_guessing_is_braked_by_name_and_address() -> None:
    attempts = Attempts()
    for _ in range(PER_PERSON):
        assert not attempts.wait("huda", "192.0.2.1", NOW)
        attempts.failed("Huda", "192.0.2.1", NOW)
    assert attempts.wait("huda", "192.0.2.1", NOW) == WINDOW
    assert not attempts.wait("sami", "192.0.2.1", NOW)
    assert not attempts.wait("huda", "192.0.2.2", NOW)
    assert not attempts.wait("huda", "192.0.2.1", NOW + WINDOW)


def test_one_address_cannot_try_every_name() -> None:
    attempts = Attempts()
    for number in range(PER_ADDRESS):
        attempts.failed(f"name{number}", "192.0.2.1", NOW)
    assert attempts.wait("another", "192.0.2.1", NOW) == WINDOW


def test_signing_in_clears_the_failures() -> None:
    attempts = Attempts()
    for _ in range(PER_PERSON):
        attempts.failed("huda", "192.0.2.1", NOW)
    attempts.succeeded("huda", "192.0.2.1")
    assert not attempts.wait("huda", "192.0.2.1", NOW)
