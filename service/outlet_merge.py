"""What a file of outlets does to the directory: decided here, written by ``service.outlet_book``. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from domain.outlet import AnswerChannel, Outlet
from domain.outlet_rules import FACTS, Flaw, FlawCode, OutletFlawed, flaws, home_host, is_bare
from service.outlet_files import GivenOutlet

_ALWAYS_FILLED: Final = ("medium", "country", "language")
"""Fields that have a value from the start: only in a bare entry do they say nothing."""


class MergeMode(StrEnum):
    """Which fields of an entry that is there already a file may write."""

    FILL = "fill"
    """Empty ones alone: the starter list."""
    UPDATE = "update"
    """Those of an unverified entry; of a verified one the empty ones."""
    OVERWRITE = "overwrite"
    """All."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A field that the file gives otherwise than the directory has it, and that was left as it is."""

    outlet_id: str
    name: str
    here: str
    given: str


@dataclass
class MergePlan:
    """What is to be written, and what is to be told. ``same`` counts entries that say nothing new."""

    added: list[Outlet] = field(default_factory=list)
    changed: list[Outlet] = field(default_factory=list)
    same: int = 0
    kept: list[Kept] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def plan(given: Iterable[GivenOutlet], directory: Iterable[Outlet], mode: MergeMode, now: datetime) -> MergePlan:
    """What to write for each entry. An entry that cannot stand is a problem, and the others go on.

    The starter list (``FILL``) completes an entry that has its home under another id; a file may not claim another's home.
    """
    known = {each.id: each for each in directory}
    homes = {home_host(each.home_url): each.id for each in known.values() if each.home_url}
    made = MergePlan()
    met: set[str] = set()
    for each in given:
        host = home_host(each.values.get("home_url", ""))
        outlet_id = homes.get(host, each.id) if mode is MergeMode.FILL and each.id not in known else each.id
        if each.id in met:
            made.problems.append(str(OutletFlawed(each.where, (Flaw("id", FlawCode.ID_TWICE, each.id),))))
            continue
        met.add(each.id)
        try:
            _plan_one(made, each, known.get(outlet_id), mode, now, homes)
        except OutletFlawed as error:
            made.problems.append(str(error))
            continue
        for outlet in (*made.added[-1:], *made.changed[-1:]):
            if outlet.home_url:
                homes.setdefault(home_host(outlet.home_url), outlet.id)
    return made


def _plan_one(
    made: MergePlan, given: GivenOutlet, before: Outlet | None, mode: MergeMode, now: datetime, homes: Mapping[str, str]
) -> None:
    after, kept = merged(given, before, mode, now)
    wrong = flaws(after, before)
    owner = homes.get(home_host(after.home_url), after.id) if after.home_url else after.id
    if owner != after.id and (before is None or before.home_url != after.home_url):
        wrong = (*wrong, Flaw("home_url", FlawCode.HOME_TAKEN, after.home_url, owner))
    if wrong:
        raise OutletFlawed(given.where, wrong)
    made.kept += kept
    if before is None:
        made.added.append(after)
    elif after != before:
        made.changed.append(after)
    else:
        made.same += 1


def merged(given: GivenOutlet, before: Outlet | None, mode: MergeMode, now: datetime) -> tuple[Outlet, list[Kept]]:
    """The entry with what the file says of it, and the fields in which the two differ and the directory's stands.

    Contacts are added to those that are there; ``OVERWRITE`` puts them in their place. The mark «verified» comes from the file
    where the file has it, stays where no fact changes, and goes where one does.
    """
    start = before or Outlet(given.id, "")
    values: dict[str, Any] = {}
    kept: list[Kept] = []
    for name in FACTS:
        if name not in given.values or given.values[name] == getattr(start, name):
            continue
        if _may_write(start, name, mode, new=before is None):
            values[name] = given.values[name]
        elif mode is not MergeMode.FILL:
            kept.append(Kept(start.id, name, str(getattr(start, name)), str(given.values[name])))
    after = replace(start, **values, contacts=_contacts(start, given, mode))
    if given.values.get("verified") and not (start.verified and not values):
        by, at = given.values.get("verified_by", ""), given.values.get("verified_at") or now
        return replace(after, verified=True, verified_by=by, verified_at=at), kept
    return (after if not values else _after_change(after, start, values)), kept


def _after_change(after: Outlet, start: Outlet, values: Mapping[str, Any]) -> Outlet:
    """A fact that took another's place was not what a person confirmed; one that filled a gap leaves the mark."""
    replaced = any(not _is_empty(start, name) for name in values)
    return replace(after, verified=False, verified_by="", verified_at=None) if replaced else after


def _contacts(start: Outlet, given: GivenOutlet, mode: MergeMode) -> tuple[Any, ...]:
    if mode is MergeMode.OVERWRITE and given.contacts:
        return given.contacts
    return (*start.contacts, *(each for each in given.contacts if each not in start.contacts))


def _may_write(outlet: Outlet, name: str, mode: MergeMode, *, new: bool) -> bool:
    if new or mode is MergeMode.OVERWRITE or _is_empty(outlet, name):
        return True
    return mode is MergeMode.UPDATE and not outlet.verified


def _is_empty(outlet: Outlet, name: str) -> bool:
    if is_bare(outlet):
        return True
    return name not in _ALWAYS_FILLED and getattr(outlet, name) in ("", None, AnswerChannel.NONE)
