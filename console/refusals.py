"""Why something was refused, as one Arabic sentence, and what to do about it: from the key and values that an error carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.case import CaseEventKind
from domain.errors import RasdError
from domain.messages import CATALOGUES, label, message
from domain.profile import Profile


@dataclass(frozen=True, slots=True)
class Refusal:
    """What people read: ``what`` was refused and why, ``remedy`` what they can do."""

    what: str = ""
    remedy: str = ""
    arabic: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """Puts words for the codes in an error's values: names of the profile and of people."""

    profile: Profile
    names: Mapping[str, str] = field(default_factory=dict)
    """People's names by username."""

    def refusal(self, error: Exception) -> Refusal:
        """The sentence that an error names; its own words, which are English, where it names none."""
        if not isinstance(error, RasdError):
            return Refusal()
        if f"refusal.{error.key}" not in CATALOGUES["ar"]:
            return Refusal(error.what, error.remedy)
        values = {name: self._word(name, value) for name, value in error.values.items()}
        return Refusal(
            message(f"refusal.{error.key}", **values),
            message(f"refusal.{error.key}.remedy", **values),
            arabic=True,
        )

    def _word(self, name: str, value: object) -> str:
        if isinstance(value, tuple):
            return "، ".join(self._word(_SINGULAR.get(name, name), each) for each in value) or message("refusal.nothing")
        if isinstance(value, CaseEventKind):
            return message(f"case_move.{value.value}") if f"case_move.{value.value}" in CATALOGUES["ar"] else label(value)
        if isinstance(value, StrEnum):
            return label(value)
        named = self._naming.get(name)
        return named(str(value)) if named else str(value)

    @property
    def _naming(self) -> Mapping[str, Callable[[str], str]]:
        return {
            "department": self._department,
            "body": self._body,
            "person": lambda username: self.names.get(username, username),
            "field": _detail,
        }

    def _department(self, code: str) -> str:
        return next((each.name_ar for each in self.profile.departments if each.code == code), code)

    def _body(self, code: str) -> str:
        body = self.profile.body(code)
        return body.name_ar if body else code


_SINGULAR = {"fields": "field", "people": "person"}


def _detail(name: str) -> str:
    key = f"detail.{name}"
    return message(key) if key in CATALOGUES["ar"] else name
