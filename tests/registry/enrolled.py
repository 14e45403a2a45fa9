"""People who are in the store, so that cases may be given to them by name."""

from __future__ import annotations

from collections.abc import Iterable

from domain.people import Actor
from registry.database import Database
from registry.tables import PersonRecord
from tests.registry.hands import NOW


def enrol(database: Database, *people: Actor, disabled: Iterable[str] = ()) -> None:
    """Add them as they are; those whose names stand in ``disabled`` may not sign in any more."""
    with database.transaction() as session:
        for each in people:
            session.add(
                PersonRecord(
                    username=each.username,
                    name=each.name,
                    password="$argon2id$of-nobody",
                    roles=sorted(each.roles),
                    department=each.department,
                    disabled=each.username in disabled,
                    created_at=NOW,
                )
            )
