"""Reads a profile's TOML file and checks it, naming file, key and remedy."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import timedelta
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from domain.errors import ProfileError
from domain.profile import Body, ComplexityRules, Department, ImportanceRules, Opening, Profile, Topic, WatchQuery
from domain.tags import OTHER_TOPIC, Complexity
from service.profile_clocks import PromiseRow, escalation_shares, service_calendar, service_promises

SHIPPED: Final = ("mcit", "mof", "momrah")
T = TypeVar("T")


def load_profile(code: str) -> Profile:
    """A profile that ships with Rasd. Raises ``ProfileError`` for a code that does not."""
    if code not in SHIPPED:
        raise ProfileError(f"there is no profile «{code}»", f"choose one of: {', '.join(SHIPPED)}")
    return parse_profile((resources.files("profiles") / f"{code}.toml").read_text("utf-8"), f"{code}.toml")


def read_profile(path: Path) -> Profile:
    """A profile from a file of the user's own."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: the profile cannot be read ({error})", "give the path of a UTF-8 TOML file") from error
    return parse_profile(text, str(path))


def parse_profile(text: str, where: str) -> Profile:
    """A profile from TOML. ``where`` names the file in errors. Raises ``ProfileError``."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{where}: not valid TOML ({error})", "correct the line that it names") from error
    reader = _Reader(table, where)
    profile = Profile(
        code=reader.text("code"),
        name_ar=reader.text("name_ar"),
        name_en=reader.text("name_en"),
        names=reader.texts("names"),
        handles=tuple(handle.lstrip("@") for handle in reader.texts("handles")),
        officials=reader.texts("officials", ()),
        topics=reader.rows("topic", Topic),
        bodies=reader.rows("body", Body),
        departments=reader.rows("department", Department),
        watch=reader.rows("watch", WatchQuery),
        threshold=reader.number("threshold", 0.5),
        opening=MappingProxyType({key: reader.choice(f"opening.{key}", Opening) for key in reader.table("opening")}),
        importance=reader.rules("importance", ImportanceRules),
        complexity=reader.rules("complexity", ComplexityRules),
        resolve=MappingProxyType({each: timedelta(hours=reader.number(f"resolve_hours.{each}")) for each in Complexity}),
        inquiry_time=timedelta(hours=reader.number("resolve_hours.inquiry", 42)),
        outside_time=timedelta(hours=reader.number("resolve_hours.outside", 60)),
        waiting_time=timedelta(hours=reader.number("resolve_hours.waiting", 24)),
        escalation=escalation_shares(reader.table("escalation"), where),
        calendar=service_calendar(reader.table("calendar"), where),
        promises=service_promises(reader.rows("promise", PromiseRow), where),
        signature_ar=reader.text("signature_ar", ""),
        signature_en=reader.text("signature_en", ""),
        contact=reader.text("contact", ""),
    )
    _check(profile, where)
    return profile


def _check(profile: Profile, where: str) -> None:
    departments = {department.code for department in profile.departments}
    for name, codes in (
        ("topic", [topic.code for topic in profile.topics]),
        ("body", [body.code for body in profile.bodies]),
        ("department", [department.code for department in profile.departments]),
        ("watch", [query.name for query in profile.watch]),
    ):
        twice = {code for code in codes if codes.count(code) > 1}
        if twice:
            raise ProfileError(f"{where}: {name} «{twice.pop()}» stands twice", "give each its own code")
    for topic in profile.topics:
        if topic.code.count("/") != 1:
            raise ProfileError(f"{where}: topic «{topic.code}» is not general/special", "write it as networks/outage, say")
        if topic.department not in departments:
            raise ProfileError(
                f"{where}: topic «{topic.code}» names the department «{topic.department}», which is not in the file",
                "add a [[department]] with that code",
            )
    if profile.topic(OTHER_TOPIC) is None:
        raise ProfileError(f"{where}: the topic «{OTHER_TOPIC}» is missing", "every profile ends in it (REQUIREMENTS C2)")
    _check_promises(profile, where)
    _check_watch(profile, where)


def _check_promises(profile: Profile, where: str) -> None:
    for promise in profile.promises:
        if profile.topic(promise.topic) is None:
            what = f"{where}: a [[promise]] names «{promise.topic}», which is no topic"
            raise ProfileError(what, "name one of the file's topics")


def _check_watch(profile: Profile, where: str) -> None:
    for query in profile.watch:
        if profile.topic(query.service) is None:
            raise ProfileError(
                f"{where}: watch query «{query.name}» names the service «{query.service}», which is no topic",
                "every watch query declares the service it is for (REQUIREMENTS L2)",
            )
        if not query.approved_by or query.approved_by == query.proposed_by:
            raise ProfileError(
                f"{where}: watch query «{query.name}» is not approved by a second person",
                "fill in proposed_by and approved_by with two people (REQUIREMENTS L2)",
            )


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


class _Reader:
    """Reads values out of the file's table, with errors that name the key."""

    def __init__(self, table: dict[str, Any], where: str) -> None:
        self._table = table
        self.where = where

    def text(self, key: str, default: str | None = None) -> str:
        return self._value(key, str, default)

    def number(self, key: str, default: float | None = None) -> float:
        value = self._find(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(key, value, "a number")
        return float(value)

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        value = self._find(key, default)
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, value, "a list of texts")
        return tuple(value)

    def table(self, key: str) -> dict[str, Any]:
        return self._value(key, dict, {})

    def choice(self, key: str, choices: Callable[[str], T]) -> T:
        value = self.text(key)
        try:
            return choices(value)
        except ValueError as error:
            raise ProfileError(f"{self.where}: {key} is «{value}»", str(error)) from error

    def rows(self, key: str, make: Callable[..., T]) -> tuple[T, ...]:
        """Rows of ``[[key]]`` as value objects; an unknown or missing key is an error."""
        known = {field.name for field in fields(make)}  # type: ignore[arg-type]
        made = []
        for number, row in enumerate(self._value(key, list, []), 1):
            unknown = set(row) - known
            if unknown:
                raise ProfileError(
                    f"{self.where}: [[{key}]] number {number} has the unknown key «{min(unknown)}»",
                    f"known: {', '.join(sorted(known))}",
                )
            try:
                made.append(make(**_tuples(row)))
            except TypeError as error:
                raise ProfileError(f"{self.where}: [[{key}]] number {number}: {error}", "fill in what is missing") from error
        return tuple(made)

    def rules(self, key: str, make: Callable[..., T]) -> T:
        """The table ``[key]`` as a value object of lists of texts and whole numbers; a wrong or unknown key is an error."""
        table = self.table(key)
        defaults = {field.name: field.default for field in fields(make)}  # type: ignore[arg-type]
        for name, value in table.items():
            if name not in defaults:
                raise ProfileError(f"{self.where}: [{key}] has the unknown key «{name}»", f"known: {', '.join(sorted(defaults))}")
            if isinstance(defaults[name], tuple):
                self.texts(f"{key}.{name}")
            elif isinstance(value, bool) or not isinstance(value, int):
                raise self._wrong(f"{key}.{name}", value, "a whole number")
        return make(**_tuples(table))

    def _find(self, key: str, default: object) -> Any:
        value: Any = self._table
        for part in key.split("."):
            if not isinstance(value, dict) or part not in value:
                if default is None:
                    raise ProfileError(f"{self.where}: the key «{key}» is missing", "add it")
                return default
            value = value[part]
        return value

    def _value(self, key: str, kind: type[T], default: T | None) -> T:
        value = self._find(key, default)
        if not isinstance(value, kind):
            raise self._wrong(key, value, f"of type {kind.__name__}")
        return value

    def _wrong(self, key: str, value: object, expected: str) -> ProfileError:
        return ProfileError(f"{self.where}: {key} is {value!r}", f"it must be {expected}")
