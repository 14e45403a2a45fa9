"""One thing that was done in the past."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done, and when. ``do`` is told the moment."""

    at: datetime
    do: Callable[[Session, datetime], None]
