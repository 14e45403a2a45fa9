"""Fields of the outlets directory as texts (a form, a cell, a command) and as values, there and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from domain.outlet import AnswerChannel, Medium, Outlet, Tier
from domain.outlet_rules import FACTS, MARK, Flaw, FlawCode

_CHOICES: Final[Mapping[str, type[StrEnum]]] = {"medium": Medium, "tier": Tier, "answer_channel": AnswerChannel}
_MAY_BE_EMPTY: Final = ("tier", "reach")
_BLANK: Final = Outlet("", "")
_YES: Final = ("true", "yes", "1", "نعم")
_NO: Final = ("false", "no", "0", "لا", "")
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


def read_fields(texts: Mapping[str, object]) -> tuple[dict[str, Any], tuple[Flaw, ...]]:
    """The values that texts give, and what none can be read from. Keys are fields of ``Outlet`` but ``id`` and ``contacts``.

    An empty text empties the field; where a field cannot be empty (country, say) it says nothing. Numbers and truth values
    of TOML and JSON are taken as they are.
    """
    values: dict[str, Any] = {}
    flaws: list[Flaw] = []
    for name, given in texts.items():
        if name not in FACTS and name not in MARK:
            flaws.append(Flaw(name, FlawCode.UNKNOWN_KEY, _plain(given), ", ".join((*FACTS, *MARK))))
            continue
        if not isinstance(given, str | int | datetime) and given is not None:
            flaws.append(Flaw(name, FlawCode.KIND, _plain(given)))
            continue
        text = _plain(given)
        try:
            if text or name in _MAY_BE_EMPTY or getattr(_BLANK, name) in ("", False):
                values[name] = _value(name, text)
        except ValueError:
            code = FlawCode.REACH if name == "reach" else FlawCode.CHOICE
            flaws.append(Flaw(name, code, text, _allowed(name)))
    return values, tuple(flaws)


def as_text(outlet: Outlet, name: str) -> str:
    """A field as the text that ``read_fields`` reads back."""
    value = getattr(outlet, name)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return "" if value is None else str(value)


def _plain(given: object) -> str:
    if given is None:
        return ""
    if isinstance(given, bool):
        return "true" if given else "false"
    return given.isoformat() if isinstance(given, datetime) else str(given).strip()


def _value(name: str, text: str) -> object:
    if name in _CHOICES:
        return _CHOICES[name](text.lower()) if text else None
    match name:
        case "reach":
            return int(text.translate(_DIGITS)) if text else None
        case "verified":
            return _truth(text)
        case "verified_at":
            return _moment(text)
        case "country":
            return text.upper()
        case "language":
            return text.lower()
        case "handle":
            return text.lstrip("@")
        case "home_url":
            return _home(text)
        case "editor_email":
            local, at, host = text.rpartition("@")
            return f"{local}{at}{host.lower()}"
    return text


def _truth(text: str) -> bool:
    if text.lower() not in (*_YES, *_NO):
        raise ValueError(text)
    return text.lower() in _YES


def _moment(text: str) -> datetime | None:
    moment = datetime.fromisoformat(text) if text else None
    if moment is not None and moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _home(text: str) -> str:
    """A home page's address in one spelling: a host in lower case, and a path."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return text
    return urlunsplit(parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/")) if parts.netloc else text


def _allowed(name: str) -> str:
    if name in _CHOICES:
        return ", ".join(_CHOICES[name])
    return "true, false" if name == "verified" else "2026-11-21T09:00:00+00:00"
