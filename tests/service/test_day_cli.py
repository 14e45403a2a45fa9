"""``rasd contacts`` and ``rasd crisis`` as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.service.test_cli import home, rasd

__all__ = ["home"]


def test_contacts_and_crisis_mode(home: Path, tmp_path: Path) -> None:
    at_home = ("--home", str(home))
    rasd("users", "add", "nora", "--role", "manager", "--password-stdin", *at_home, given="a long password\n")
    rasd("users", "add", "sami", "--role", "specialist", "--password-stdin", *at_home, given="a long password\n")
    file = tmp_path / "contacts.csv"
    file.write_text("at,channel\n2026-10-01T09:00,phone\n2026-10-01T09:01,smoke\n", "utf-8")
    done = rasd("contacts", "import", str(file), "--as", "sami", *at_home, status=1)
    assert done.stdout == "1 contacts entered, 0 were known\n"
    assert "line 3: the channel «smoke» is not known" in done.stderr
    turn = ("--as", "nora", "--reason", "إشاعة")
    refused = rasd("crisis", "on", "--as", "sami", "--reason", "x", "--line", "نتحقق", *at_home, status=1)
    assert "it takes a manager" in refused.stderr
    rasd("crisis", "on", *turn, "--line", "نتحقق مما يُتداول", "--deputy", "sami", *at_home)
    told = json.loads(rasd("crisis", "status", "--json", *at_home).stdout)
    assert (told["active"], told["line"], told["deputies"], told["actor"], told["held"]) == (
        True,
        "نتحقق مما يُتداول",
        ["sami"],
        "nora",
        0,
    )
    rasd("crisis", "off", *turn, *at_home)
    assert rasd("crisis", "status", *at_home).stdout == "crisis mode is off\n"
