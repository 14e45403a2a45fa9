"""A wrong or missing setting is one sentence that names file, key and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from service.settings import Settings, find_home, read_settings


def _home(folder: Path, text: str) -> Path:
    (folder / "rasd.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ["profile", "missing", "RASD_PROFILE"]),
        ('profile = "mof"\n[mail]\nport = "x"', ["mail.port", "'x'", "RASD_MAIL__PORT"]),
        ('profile = "mof"\n[mial]\nport = 25', ["mial", "not known"]),
        ('profile = "mof"\n[crawl]\ndelay = -1', ["crawl.delay", "greater than"]),
        ("profile = \n", ["line 1"]),
        ('profile = "mof"\n[mail]\nhost = "smtp.example"', ["mail.sender", "empty"]),
        (
            'profile = "mof"\n[mail]\nhost = "smtp.example"\nsender = "a@b.example"\nsecurity = "plain"',
            ["mail.security", "starttls"],
        ),
        ('profile = "mof"\n[digest]\ntime = "25:00"', ["digest.time", "RASD_DIGEST__TIME"]),
    ],
)
def test_the_sentence_names_file_key_and_remedy(tmp_path: Path, text: str, names: list[str]) -> None:
    with pytest.raises(ConfigurationError) as wrong:
        read_settings(_home(tmp_path, text))
    assert str(tmp_path / "rasd.toml") in str(wrong.value)
    assert wrong.value.remedy
    assert "\n" not in str(wrong.value)
    for name in names:
        assert name in str(wrong.value)


def test_the_environment_wins_and_secrets_are_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = _home(tmp_path, 'profile = "mof"\n[mail]\nport = 25\n[x]\nplan = "enterprise"')
    monkeypatch.setenv("RASD_MAIL__PORT", "2525")
    monkeypatch.setenv("RASD_X__BEARER_TOKEN", "very-secret")
    settings = read_settings(home)
    assert settings.mail.port == 2525
    assert settings.x.bearer_token.get_secret_value() == "very-secret"
    assert "very-secret" not in repr(settings)


def test_a_token_needs_the_name_of_its_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RASD_X__BEARER_TOKEN", "very-secret")
    with pytest.raises(ConfigurationError, match=r"x\.plan.*Enterprise") as wrong:
        read_settings(_home(tmp_path, 'profile = "mof"'))
    assert "very-secret" not in str(wrong.value)


def test_a_home_is_found_by_option_then_variable_then_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        _home(folder, 'profile = "mof"')
    monkeypatch.setenv("RASD_HOME", str(two))
    assert find_home(one) == one
    assert find_home(None) == two
    monkeypatch.delenv("RASD_HOME")
    monkeypatch.chdir(one)
    assert find_home(None) == one
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match="rasd init"):
        find_home(None)


def test_every_setting_is_described() -> None:
    for name, field in Settings.model_fields.items():
        table = field.annotation
        for key, inner in getattr(table, "model_fields", {}).items():
            assert inner.description, f"{name}.{key}"
