"""How often somebody may try to sign in: a brake on guessing, kept in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock

WINDOW = timedelta(minutes=15)
PER_PERSON = 5
"""Failed attempts for one name from one address within the window."""
PER_ADDRESS = 40
"""Failed attempts from one address, whatever the name (an office shares one address)."""
_KEPT = 10_000


class Attempts:
    """Failed attempts of the last window, by name and address and by address alone."""

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, ...], list[datetime]] = OrderedDict()
        self._lock = Lock()

    def wait(self, username: str, address: str, now: datetime) -> timedelta:
        """How long this person at this address must wait before the next attempt (zero: none)."""
        with self._lock:
            return max(
                self._wait(self._recent((username.casefold(), address), now), PER_PERSON, now),
                self._wait(self._recent((address,), now), PER_ADDRESS, now),
            )

    def failed(self, username: str, address: str, now: datetime) -> None:
        """Remember a failed attempt."""
        with self._lock:
            for key in ((username.casefold(), address), (address,)):
                self._failures[key] = [*self._recent(key, now), now]
                self._failures.move_to_end(key)
            while len(self._failures) > _KEPT:
                self._failures.popitem(last=False)

    def succeeded(self, username: str, address: str) -> None:
        """Forget this person's failures at this address."""
        with self._lock:
            self._failures.pop((username.casefold(), address), None)

    def _recent(self, key: tuple[str, ...], now: datetime) -> list[datetime]:
        return [at for at in self._failures.get(key, ()) if now - at < WINDOW]

    @staticmethod
    def _wait(recent: Sequence[datetime], limit: int, now: datetime) -> timedelta:
        return max(timedelta(), recent[-limit] + WINDOW - now) if len(recent) >= limit else timedelta()
