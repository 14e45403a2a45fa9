"""Who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A role of a signed-in person; one person may hold several (REQUIREMENTS W14)."""

    REVIEWER = "reviewer"
    """The media team: reviews flagged items."""
    SPECIALIST = "specialist"
    """Registers, passes on and closes cases; drafts answers."""
    DEPARTMENT = "department"
    """Works the cases of one department."""
    APPROVER = "approver"
    """Approves what goes out."""
    MANAGER = "manager"
    """Reads digests and reports; takes cases that nobody else may."""
    AUDITOR = "auditor"
    """Reads the history."""
    ADMIN = "admin"
    """Sources, settings, people."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a signed-in person, or the system itself (``SYSTEM``).

    ``scripted`` marks the demonstration's staff. ``department`` is the code of the department that the person works in.
    """

    username: str
    name: str
    roles: frozenset[Role] = frozenset()
    department: str = ""
    scripted: bool = False

    @property
    def is_person(self) -> bool:
        """False for the system itself."""
        return self.username != "system"


SYSTEM = Actor(username="system", name="رصد")
