"""What a database's refusal means, and what to do about it."""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import DBAPIError

from domain.errors import Conflict, NotFound, StoreError

_LOCKED: Final = (
    "another process holds the database: wait a moment and try again; if it lasts, stop the other «rasd» that uses it"
)
_FULL: Final = "free disk space (nothing was written by this step), then run it again"
_TWICE: Final = "somebody else was first: look at it again and repeat what is still needed"
_UNREACHABLE: Final = "check that the database server runs and that the address and the password are right"
_UNMIGRATED: Final = "run «rasd init» on this home folder: it makes the tables and loses nothing"
_DAMAGED: Final = "stop Rasd and put the last backup of the database in its place"
_RULE: Final = "this is a rule of the store: nothing was written; report it with the command that led here"

_SQLITE: Final = (
    ("SQLITE_BUSY", "is locked", _LOCKED),
    ("SQLITE_LOCKED", "is locked", _LOCKED),
    ("SQLITE_FULL", "is full", _FULL),
    ("SQLITE_IOERR", "could not be read or written", f"the disk may be full or failing: {_FULL}"),
    ("SQLITE_READONLY", "is read-only", "give the user that runs Rasd the right to write to the file and its folder"),
    ("SQLITE_CANTOPEN", "cannot be opened", "check the path, and the rights to its folder"),
    ("SQLITE_CORRUPT", "is damaged", _DAMAGED),
    ("SQLITE_NOTADB", "is not a database", _DAMAGED),
)
_POSTGRES: Final = (
    ("53100", "is full", _FULL),
    ("55P03", "is locked", _LOCKED),
    ("25006", "is read-only", "point Rasd at the primary server"),
    ("42P01", "has no tables yet", _UNMIGRATED),
    ("42703", "has tables of another version", _UNMIGRATED),
    ("08", "cannot be reached", _UNREACHABLE),
    ("57P", "is shutting down", _UNREACHABLE),
    ("28", "refused the sign-in", _UNREACHABLE),
    ("3D", "does not exist", "make the database first, then run «rasd init»"),
    ("53", "has no resources left", "wait a moment and try again; if it lasts, raise the server's limits"),
)
_OUT_OF_RANGE: Final = "22003"


def refusal(error: DBAPIError, where: str) -> StoreError:
    """The error of ours for a driver's error: ``Conflict`` where somebody else was first, else ``StoreError``."""
    name = str(getattr(error.orig, "sqlite_errorname", "") or "")
    state = str(getattr(error.orig, "sqlstate", "") or "")
    if _is_conflict(name, state):
        return Conflict(f"the database {where} holds it already, or it changed meanwhile ({_short(error)})", _TWICE)
    if state == _OUT_OF_RANGE:
        return too_large()
    for start, what, remedy in _SQLITE:
        if name.startswith(start):
            return StoreError(f"the database {where} {what}", remedy)
    for start, what, remedy in _POSTGRES:
        if state.startswith(start):
            return StoreError(f"the database {where} {what} ({_short(error)})", remedy)
    if "no such table" in str(error.orig) or "no such column" in str(error.orig):
        return StoreError(f"the database {where} has no tables yet, or those of another version", _UNMIGRATED)
    if error.connection_invalidated or (not name and not state):
        return StoreError(f"the database {where} cannot be reached ({_short(error)})", _UNREACHABLE)
    return StoreError(f"the database {where} refused ({_short(error)})", _RULE)


def too_large() -> NotFound:
    """For a number in an address that no row can have."""
    return NotFound("nothing has a number that large", "check the number")


def _is_conflict(name: str, state: str) -> bool:
    return name in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY") or state in ("23505", "40001", "40P01")


def _short(error: DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines()
    return lines[0] if lines else type(error.orig).__name__
