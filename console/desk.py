"""The console's working parts, made once in ``create_app`` and found again by every page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Annotated, Final

from fastapi import Depends, Request

from console.attempts import Attempts
from console.layout import Layout
from console.sessions import Sessions, Visit
from console.settings import ConsoleSettings
from domain.profile import Profile
from registry.database import Database

STATIC: Final = Path(__file__).parent / "static"


class SignedOut:
    """Sessions that were ended before their time, until they would have ended by themselves. In memory, per process."""

    def __init__(self) -> None:
        self._ended: dict[str, datetime] = {}
        self._lock = Lock()

    def add(self, visit: Visit, lifetime: timedelta, now: datetime) -> None:
        """End this session."""
        with self._lock:
            self._ended = {id_: until for id_, until in self._ended.items() if until > now}
            self._ended[visit.id] = visit.began_at + lifetime

    def holds(self, visit: Visit) -> bool:
        """Whether this session was ended."""
        return visit.id in self._ended


@dataclass(frozen=True, slots=True)
class Desk:
    """What every page works with."""

    database: Database
    profile: Profile
    settings: ConsoleSettings
    clock: Callable[[], datetime]
    sessions: Sessions
    layout: Layout
    attempts: Attempts = field(default_factory=Attempts)
    signed_out: SignedOut = field(default_factory=SignedOut)

    @property
    def now(self) -> datetime:
        """The moment, aware."""
        return self.clock()


def desk_of(request: Request) -> Desk:
    """The desk of the application that serves this request."""
    desk: Desk = request.app.state.desk
    return desk


DeskOf = Annotated[Desk, Depends(desk_of)]


def static_version() -> str:
    """A short digest of the sheet and the script: in their addresses, so that browsers keep them until they change."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]
