"""What the registry shows of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.people import Role


@dataclass(frozen=True, slots=True)
class PersonView:
    """Someone who may sign in."""

    username: str
    name: str
    roles: frozenset[Role]
    department: str
    scripted: bool
    disabled: bool
    created_at: datetime
    email: str = ""
    head: bool = False
    """Leads the department."""
