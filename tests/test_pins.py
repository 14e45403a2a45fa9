"""The pinned versions can be installed together: two of them that exclude each other end `make run` on a fresh machine."""

from __future__ import annotations

from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PINNED = Path(__file__).parent.parent / "constraints.txt"


def _pins() -> dict[str, str]:
    lines = [line.strip() for line in PINNED.read_text(encoding="utf-8").splitlines() if "==" in line and line[0] != "#"]
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}


def _broken(distribution: Distribution, pins: dict[str, str]) -> list[str]:
    """What this distribution asks for and the pins refuse, where it is installed in the version that is pinned."""
    if pins.get(canonicalize_name(distribution.name)) != distribution.version:
        return []
    asked = [Requirement(line) for line in distribution.requires or ()]
    return [
        f"{distribution.name} asks for {each}, pinned is {pins[canonicalize_name(each.name)]}"
        for each in asked
        if canonicalize_name(each.name) in pins
        and (each.marker is None or each.marker.evaluate({"extra": ""}))
        and not each.specifier.contains(pins[canonicalize_name(each.name)], prereleases=True)
    ]


def test_no_pin_excludes_another() -> None:
    pins = _pins()
    assert len(pins) > 100
    assert [line for distribution in distributions() for line in _broken(distribution, pins)] == []
