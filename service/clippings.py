"""``rasd import mentions``: what no crawler reaches is entered from a file (REQUIREMENTS G1, W16)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from domain.arabic import normalise
from domain.attached_file import AttachedFile
from domain.clipping import SOURCE, Clipping, clipping_of
from domain.errors import InputError
from domain.mention import MentionForm
from domain.people import SYSTEM
from domain.whatsapp import OUTLET as WHATSAPP
from domain.whatsapp import forwards, mention_of
from registry import clippings, mention_files
from service import jobs, pipeline
from service.row_files import Row, parsed, rows_of, text_of
from service.wiring import Runtime

_WHATSAPP: Final = frozenset({WHATSAPP, "واتساب", "واتس"})


@dataclass
class _Read:
    """What the file holds, and a sentence for each line that cannot be used."""

    clippings: list[Clipping] = field(default_factory=list)
    files: dict[int, tuple[AttachedFile, bytes]] = field(default_factory=dict)
    """By the place of the clipping."""
    forwards: list[Clipping] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def import_file(runtime: Runtime, file: Path) -> tuple[int, list[str]]:
    """Enter a file's rows, classify and register them; returns how many went in, and a sentence for each bad row.

    ``.csv`` and JSON lines hold one item each; ``.txt`` is an exported WhatsApp chat. An item is kept whether or not a watch
    query matches, since a person chose it; of a chat only what matches one is kept (REQUIREMENTS L1).
    """
    now = runtime.clock()
    with runtime.database.reading() as session:
        known = clippings.outlet_finder(session)
    read = _read(runtime, file, now, known)
    watched = jobs.matches(runtime, (each.mention for each in read.forwards))
    entered = [*read.clippings, *(each for each in read.forwards if each.mention.key in watched)]
    with runtime.database.transaction() as session:
        result = clippings.enter(session, entered, SYSTEM, now, runtime.secret, watched)
        for place, (checked, content) in read.files.items():
            mention_files.keep(session, result.ids[place], checked, content, SYSTEM.username, now)
    pipeline.advance(runtime)
    return result.count, read.problems


def _read(runtime: Runtime, file: Path, now: datetime, known: Mapping[str, str]) -> _Read:
    read = _Read()
    zone = runtime.profile.calendar.timezone
    if file.suffix.lower() == ".txt":
        read.forwards = [Clipping(mention_of(each, now)) for each in forwards(text_of(file), zone)]
        return read
    for number, row in rows_of(file):
        where = f"line {number}"
        try:
            fields = _fields(row, where)
            if str(fields.get("channel") or "").strip().lower() in _WHATSAPP:
                said = forwards(str(fields.get("text") or ""), zone)
                read.forwards += [Clipping(mention_of(each, now)) for each in said]
                continue
            clipping = clipping_of(fields, runtime.profile, now, _outlet_of(known), where)
            kept = _file_of(file.parent, clipping, where) if clipping.file else None
        except InputError as error:
            read.problems.append(str(error))
            continue
        if kept:
            read.files[len(read.clippings)] = kept
        read.clippings.append(clipping)
    return read


def _outlet_of(known: Mapping[str, str]) -> Callable[[str], str]:
    """What is not in the directory is given a bare entry there, under the name that the file has."""
    return lambda named: known.get(normalise(named).strip(), named) if named else SOURCE


def _file_of(folder: Path, clipping: Clipping, where: str) -> tuple[AttachedFile, bytes]:
    """The file that a row names, beside the imported one. Raises ``InputError``."""
    path = (folder / clipping.file).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise InputError(f"{where}: file is «{clipping.file}»", "put it beside the imported file, or in a folder below it")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{where}: file «{clipping.file}» cannot be read ({error.strerror})", "check its name") from error
    form = clipping.mention.form
    try:
        return mention_files.checked(path.name, content, None if form is MentionForm.TEXT else form), content
    except InputError as error:
        raise InputError(f"{where}: {error.what}", error.remedy) from error


def _fields(row: Row, where: str) -> Mapping[str, Any]:
    """The row's cells by name; those without one are left out. Raises ``InputError``."""
    try:
        return {name: value for name, value in parsed(row, '{"title": "…", "text": "…"}').items() if name}
    except InputError as error:
        raise InputError(f"{where}: {error.what}", error.remedy) from error
