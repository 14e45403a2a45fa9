"""What a ministry's people said and decided in the past: its file, read and given names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final

from domain.errors import ConfigurationError

SCREENSHOT: Final = "screenshot.png"


@cache
def script_of(profile_code: str) -> Mapping[str, Any]:
    """The ministry's file. Raises ``ConfigurationError`` where there is none."""
    path = _folder() / f"{profile_code}.toml"
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigurationError(
            f"the demonstration has no past for the profile «{profile_code}»", "choose mcit, mof or momrah"
        ) from error


def screenshot_of(profile_code: str) -> bytes:
    """The picture of the post that waits for its text."""
    return (_folder() / f"{profile_code}.png").read_bytes()


def _folder() -> Traversable:
    return resources.files("service.demo") / "past"
