"""``rasd outlets``: the starter list, and files of outlets, into the directory and out of it (REQUIREMENTS G1)."""

from __future__ import annotations

from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Final

from domain.errors import ConfigurationError
from registry import outlets
from registry.database import Database
from service.outlet_files import GivenOutlet, read_file, read_toml, write_file
from service.outlet_merge import MergeMode, MergePlan, plan

STARTER: Final = "outlets.toml"


def starter_list() -> list[GivenOutlet]:
    """The outlets that ship with Rasd. Raises ``ConfigurationError`` where the shipped file is damaged."""
    text = (resources.files("service") / "starter" / STARTER).read_text("utf-8")
    given, problems = read_toml(text, STARTER)
    if problems:
        raise ConfigurationError(problems[0], "install Rasd again: its own list of outlets is damaged")
    return given


def add_starter(database: Database, now: datetime) -> MergePlan:
    """Enter the starter list; what is there already is only completed."""
    return _merge(database, starter_list(), MergeMode.FILL, now)


def import_file(database: Database, file: Path, now: datetime, *, overwrite: bool = False) -> MergePlan:
    """Merge a file into the directory, by id. Raises ``InputError`` where it cannot be read at all."""
    given, problems = read_file(file)
    made = _merge(database, given, MergeMode.OVERWRITE if overwrite else MergeMode.UPDATE, now)
    made.problems[:0] = problems
    return made


def export_file(database: Database, file: Path) -> int:
    """Write the whole directory; returns how many outlets. Raises ``InputError``."""
    with database.reading() as session:
        found = outlets.all_outlets(session)
    return write_file(file, found)


def _merge(database: Database, given: list[GivenOutlet], mode: MergeMode, now: datetime) -> MergePlan:
    with database.transaction() as session:
        made = plan(given, outlets.all_outlets(session), mode, now)
        for outlet in (*made.added, *made.changed):
            outlets.save(session, outlet)
    return made
