"""The import contract is complete: a new top-level package cannot slip past it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def _packages() -> set[str]:
    return {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}


def _pyproject() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]


def test_the_contract_names_every_top_level_package() -> None:
    contract = _pyproject()["importlinter"]
    assert set(contract["root_packages"]) == _packages()
    layers = {name.strip() for layer in contract["contracts"][0]["layers"] for name in layer.split("|")}
    assert layers == _packages() - {"profiles"}


def test_the_wheel_and_the_type_check_carry_every_package() -> None:
    tool = _pyproject()
    assert set(tool["hatch"]["build"]["targets"]["wheel"]["packages"]) == _packages()
    assert set(tool["mypy"]["packages"]) == _packages()


def test_the_domain_does_no_input_or_output() -> None:
    forbidden = (r"\bimport os\b", r"\bopen\(", "sqlmodel", "pathlib", r"urllib\.request", r"\bimport socket\b")
    found = [
        f"{path.name}: {word}"
        for path in (ROOT / "domain").rglob("*.py")
        for word in forbidden
        if re.search(word, path.read_text("utf-8"))
    ]
    assert found == []
