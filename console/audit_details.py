"""What the audit trail says of a change, in the reader's words: its codes become names. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from domain.messages import CATALOGUES
from domain.profile import Profile

_OF_CATALOGUE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "roles": "role",
        "status": "improvement_status",
        "kind": "kind",
        "channel": "intake_channel",
        "head": "yes_no",
        "hours": "day_hours",
    }
)
_OF_PROFILE: Final[Mapping[str, Callable[[Profile], Mapping[str, str]]]] = MappingProxyType(
    {
        "department": lambda profile: {each.code: each.name_ar for each in profile.departments},
        "body": lambda profile: {each.code: each.name_ar for each in profile.bodies},
        "topic": lambda profile: {each.code: each.name_ar for each in profile.topics},
    }
)
_CHANGES: Final = " > "


def detail_name(key: str) -> str:
    """What people read for a detail's key; the key where the catalogue has none."""
    return CATALOGUES["ar"].get(f"audit_detail.{key}", key)


def detail_text(key: str, said: str, profile: Profile) -> str:
    """``reviewer > reviewer,approver`` as ``مراجع إعلامي ← مراجع إعلامي، معتمد``; what is no code stays as it is."""
    if key in _OF_PROFILE:
        names = _OF_PROFILE[key](profile)
    elif key == "fields":
        names = {code: detail_name(code) for code in said.split(",")}
    elif key in _OF_CATALOGUE:
        prefix = _OF_CATALOGUE[key]
        names = {
            name.removeprefix(f"{prefix}."): text for name, text in CATALOGUES["ar"].items() if name.startswith(f"{prefix}.")
        }
    else:
        return said
    sides = ["، ".join(names.get(code, code) for code in side.split(",")) for side in said.split(_CHANGES)]
    return " ← ".join(side or "لا شيء" for side in sides)
