"""Everything that Rasd raises on purpose, as one tree.

RasdError
├── ConfigurationError      a setting, profile, template or source file is wrong   (exit status 2)
│   └── ProfileError        a profile file is wrong
├── InputError              what a person or a file gave cannot be used            (exit status 2)
│   └── QueryError          a watch query is wrong, with the place
├── SourceError             a source did not give what it should
│   ├── SourceUnreachable   no answer, or an answer that asks to come again later
│   ├── SourceGone          410, or a host that no longer exists: polling it again is of no use
│   └── SourceUnreadable    an answer that is not what the source is said to be
├── ModelError              a classifier model is missing, damaged or of another version
├── StoreError              the database refused or cannot be reached
│   ├── NotFound            no such row
│   └── Conflict            somebody else was first
├── NotAllowed              a move, approval or view that the rules refuse
│   └── IllegalMove         the case's status does not allow the move
└── DeliveryError           a message was not sent
    ├── DeliveryRefused     the other side refused for good: a person must look
    └── DeliveryUncertain   it is unknown whether a public message went out
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Self

from domain.query_fault import QueryFault


class RasdError(Exception):
    """Base of all errors of Rasd.

    ``what`` says in one clause what failed and for which source, case or file;
    ``remedy`` says what to do next. ``str()`` gives both as one line. Both are for logs and for those who script against Rasd;
    an error that people meet at their work names a sentence of the catalogue too (``saying``).
    """

    key: str = ""
    values: Mapping[str, object] = MappingProxyType({})

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(f"{what}; {remedy}" if remedy else what)

    def saying(self, key: str, **values: object) -> Self:
        """The same error, which people are told in their own language: ``refusal.<key>`` and ``refusal.<key>.remedy`` of
        ``domain.messages``, with the values that these name: codes and names, for which whoever shows them puts words."""
        self.key = key
        self.values = values
        return self


class ConfigurationError(RasdError):
    """A setting, template or source file is wrong; names file, key and remedy."""


class ProfileError(ConfigurationError):
    """A profile file is wrong; names file, key and remedy."""


class InputError(RasdError):
    """What a person or a file gave cannot be used."""


class QueryError(InputError):
    """A watch query is wrong at ``position`` (character offset in the query's text), in the way that ``fault`` says; ``piece`` is
    the word that is meant."""

    def __init__(
        self, what: str, remedy: str = "", *, position: int = 0, fault: QueryFault = QueryFault.OTHER, piece: str = ""
    ) -> None:
        super().__init__(what, remedy)
        self.position = position
        self.fault = fault
        self.piece = piece


class SourceError(RasdError):
    """A source did not give what it should. ``retry_after`` is in seconds, where the source named one."""

    def __init__(self, what: str, remedy: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(what, remedy)
        self.retry_after = retry_after


class SourceUnreachable(SourceError):
    """No answer, or an answer that asks to come again later (time-out, 5xx, 429)."""


class SourceGone(SourceError):
    """The source ended (410)."""


class SourceUnreadable(SourceError):
    """The answer is not what the source is said to be (garbage, HTML instead of a feed, too large)."""


class ModelError(RasdError):
    """A classifier model is missing, damaged or of another version."""


class StoreError(RasdError):
    """The database refused or cannot be reached."""


class NotFound(StoreError):
    """No such row."""


class Conflict(StoreError):
    """Somebody else was first, or the row exists already."""


class NotAllowed(RasdError):
    """The rules refuse this move, approval or view to this person."""


class IllegalMove(NotAllowed):
    """The case's status does not allow the move; ``allowed`` names the moves that are."""

    def __init__(self, what: str, remedy: str = "", *, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(what, remedy)
        self.allowed = allowed


class DeliveryError(RasdError):
    """A message was not sent; it may be tried again."""


class DeliveryRefused(DeliveryError):
    """The other side refused for good."""


class DeliveryUncertain(DeliveryError):
    """It is unknown whether a public message went out: never sent again by itself (DESIGN promise 3)."""
