"""The name under which a process holds hosts, and which of these processes are gone.

Each holds a lock on a file of its own in the home folder; the lock dies with the process, so that what a killed one held is free
at once on the same machine. Other machines of a cluster wait until its leases end.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_FOLDER: Final = "holders"


@contextlib.contextmanager
def alive(home: Path) -> Iterator[str]:
    """A holder's name that no other process has, for as long as the block lasts."""
    folder = home / _FOLDER
    folder.mkdir(exist_ok=True)
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    path = folder / name
    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        try:
            yield name
        finally:
            path.unlink(missing_ok=True)


def dead(home: Path, names: Iterable[str]) -> set[str]:
    """Which of these holders are processes of this home that are gone. Their files are cleared away."""
    return {name for name in names if _is_dead(home / _FOLDER / Path(name).name)}


def _is_dead(path: Path) -> bool:
    try:
        with path.open("r+") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
            return True
    except OSError:  # locked by the living, or a holder on another machine
        return False
