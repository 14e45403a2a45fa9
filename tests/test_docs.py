"""The documentation is true: settings, commands and links in it exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from service.cli import app
from service.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def _settings() -> set[str]:
    keys = {"profile"}
    for name, field in Settings.model_fields.items():
        keys |= {f"{name}.{key}" for key in getattr(field.annotation, "model_fields", {})}
    return keys


def test_the_configuration_page_names_every_setting_and_no_other() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([a-z_.]+)` \|", text, re.MULTILINE)) == _settings()


def test_the_configuration_page_says_what_the_code_says() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    for field in Settings.model_fields.values():
        for key, inner in getattr(field.annotation, "model_fields", {}).items():
            assert f"| {inner.description} |" in text, key


def test_settings_named_elsewhere_exist() -> None:
    tables = {key.split(".")[0] for key in _settings() if "." in key}
    named = {
        (page.name, key)
        for page in PAGES
        for key in re.findall(r"`((?:" + "|".join(tables) + r")\.[a-z_]+)(?:`| =)", page.read_text("utf-8"))
    }
    assert {(page, key) for page, key in named if key not in _settings()} == set()


def _commands() -> set[str]:
    found = set()
    for name, command in get_command(app).commands.items():
        found.add(name)
        found |= {f"{name} {inner}" for inner in getattr(command, "commands", {})}
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_shown_exists(page: Path) -> None:
    known = _commands()
    shown = re.findall(r"(?:^|`|\s)rasd ([a-z]+)(?: ([a-z]+))?", page.read_text("utf-8"), re.MULTILINE)
    for first, second in shown:
        groups = {name.split()[0] for name in known if " " in name}
        command = f"{first} {second}" if first in groups and second else first
        assert command in known, f"{page.name} shows «rasd {first} {second}»"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_files_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_toml_examples_parse(page: Path) -> None:
    for block in re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        assert tomllib.loads(re.sub(r"^ {3}", "", block, flags=re.MULTILINE))
