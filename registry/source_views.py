"""What the registry shows of how sources do, beside ``registry.views``: frozen values, never rows (REQUIREMENTS G2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.habit import Habit
from registry.views import ProblemView


class WarningKind(StrEnum):
    """What people are told of a source at once."""

    GONE = "gone"
    """It said that it ended (410)."""
    SILENT = "silent"
    """Nothing came for longer than its habit allows."""
    BELOW_FLOOR = "below_floor"
    """It brought less than it is declared to bring."""
    UNREACHABLE = "unreachable"
    """No poll went well for a day."""
    CHANGED = "changed"
    """Its pages give much less text than they did."""


@dataclass(frozen=True, slots=True)
class KnownCause:
    """What is known of why a source brings nothing; all empty: nothing is known.

    ``status`` is the HTTP status of the last failure and ``said`` what was noted of it; ``waits_until`` is until when its host is
    left alone; ``moved_to`` the address that it named as its new one.
    """

    status: int | None = None
    said: str = ""
    failures: int = 0
    waits_until: datetime | None = None
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class SourceWarning:
    """Something about a source that people are told. ``problem`` is the ``subject_id`` of its row among the problems.

    ``since`` is the last item (silent), the last good poll (gone, unreachable), or the start of what is compared (below its
    floor). ``expected`` are the items usual since then, or asked by the floor; ``found`` those that came. Of changed pages:
    ``pages`` newest ones, ``thin`` of them without a text or with a tiny one, ``length`` and ``usual_length`` characters of a
    page (0: never any).
    """

    source_id: str
    name: str
    kind: WarningKind
    problem: str
    since: datetime | None = None
    expected: float = 0.0
    found: float = 0.0
    pages: int = 0
    thin: int = 0
    length: float = 0.0
    usual_length: float = 0.0
    cause: KnownCause = KnownCause()


@dataclass(frozen=True, slots=True)
class SourceUsage:
    """What a source brings and costs. ``by_day`` are items of the last days, this one (UTC) last; the other figures are of the
    last seven of them. ``usual`` is items a day as learnt, None before anything is known."""

    by_day: tuple[int, ...] = ()
    items: int = 0
    usual: float | None = None
    polls: int = 0
    unchanged: int = 0
    failed: int = 0
    pages: int = 0
    thin: int = 0
    requests_per_day: float = 0.0
    bytes_per_day: float = 0.0


@dataclass(frozen=True, slots=True)
class LastItem:
    """One of a source's last items. ``mention_id`` is None where it matched no watch query (its title alone is kept, L1)."""

    title: str
    at: datetime
    mention_id: int | None = None


@dataclass(frozen=True, slots=True)
class SourceDetail:
    """Everything of one source beside its ``SourceView``: usage, habit, what is wrong, its last items."""

    usage: SourceUsage
    habit: Habit
    warnings: tuple[SourceWarning, ...]
    problems: tuple[ProblemView, ...]
    host_waits_until: datetime | None = None
    host_reason: str = ""
