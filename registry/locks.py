"""Work that only one transaction may do at a time, in a cluster too."""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import text
from sqlmodel import Session


class Work(IntEnum):
    """What must not be done twice at once. A transaction that needs several takes them in this order."""

    INBOX = 7_214_101
    STORIES = 7_214_102
    CASES = 7_214_103
    AUDIT = 7_214_199
    """Last of all: every change may end with an entry in the trail."""


def alone(session: Session, work: Work) -> None:
    """Wait until no other transaction does this work; free again at the end of the transaction.

    On SQLite every writing transaction is alone already. Without this, two workers could each give one text a story of its own.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("SELECT pg_advisory_xact_lock(:work)"), {"work": int(work)})
