"""One clock for each host (name and port): who may ask it now, and what its robots.txt said.

Every request passes here right before it leaves (``crawlers.fetching.download``), whatever crawl, redirect or robots.txt it
belongs to: so spacing, concurrency and rest hold for the host and not for the crawl. What is learnt goes to the store and comes
back from it (``HostMemory``), so that a restart forgets nothing (DESIGN 3).
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from protego import Protego

from crawlers.politeness.waiting_line import Urgency, WaitingLine
from domain.addresses import host_of
from domain.source import CrawlSettings, HostMemory

__all__ = ["HostBook", "HostClock", "HostClosed", "Timing", "host_of", "rest_after"]

ROBOTS_LIFETIME: Final = 3600.0
"""Seconds that a robots.txt is believed before it is asked for again."""
MAX_CRAWL_DELAY: Final = 30.0
"""Seconds: a Crawl-delay beyond it is cut, or a poll would never end."""
TOLERATED: Final = 2
"""Failures in a row that cost a host nothing: one broken page must not close the others of its host."""
MAX_REST: Final = 3600.0
"""Seconds: a host that keeps failing is asked once an hour at least, so that its return is not missed for long."""
MAX_ASKED: Final = 86400.0
"""Seconds: a longer Retry-After is cut, since a mistyped header must not silence a host for a year."""
_FIRST_REST: Final = 30.0
_MAX_DOUBLINGS: Final = 10
_SPACING_JITTER: Final = 0.2
_REST_JITTER: Final = 0.25
_DRAGGING: Final = 3.0
"""Seconds after which a request counts no longer against those to all hosts together: it waits, and costs a connection."""
_LONGEST_SPACING: Final = 3600.0


def rest_after(failures: int, asked: float | None, chance: float) -> float:
    """Seconds that a host is left alone after ``failures`` failures in a row, the last of which asked for ``asked`` seconds.

    Without being asked: nothing for the first two, then half a minute, doubled each time, an hour at most, up to a quarter longer
    by ``chance`` (0 to 1), so that hosts that fell together are not asked together. Never less than was asked for.
    """
    doublings = min(max(failures - TOLERATED - 1, 0), _MAX_DOUBLINGS)
    own = min(_FIRST_REST * 2**doublings, MAX_REST) if failures > TOLERATED else 0.0
    wanted = min(max(asked or 0.0, 0.0), MAX_ASKED)
    if own <= wanted:
        return wanted
    return own * (1 + _REST_JITTER * min(max(chance, 0.0), 1.0))


@dataclass(frozen=True, slots=True)
class Timing:
    """What time it is, how to wait, and chance: arguments, so that a test of an hour takes no time.

    ``elapsed`` gives seconds that never jump, ``now`` the time of day that survives a restart, ``chance`` a number from 0 to 1.
    """

    elapsed: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random


@dataclass(slots=True)
class HostClock:
    """What is remembered of one host. Times are ``Timing.elapsed`` seconds."""

    places: WaitingLine
    free_at: float = 0.0
    """When the next request may leave."""
    closed_until: float = 0.0
    """Until when the host is left alone: it asked for it, or it keeps failing."""
    failures: int = 0
    """How many times in a row it gave no answer, 429 or 5xx."""
    reason: str = ""
    leaving: asyncio.Lock = field(default_factory=asyncio.Lock)
    probing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """A host that kept failing is asked by one request at a time, until it answers."""
    crawl_delay: float = 0.0
    robots: str | None = None
    robots_read_at: datetime | None = None
    rules: Protego | None = None
    """``robots``, parsed when it is first needed."""
    robots_reading: asyncio.Lock = field(default_factory=asyncio.Lock)


class HostClosed(Exception):
    """The host is left alone for ``seconds`` more: nothing was asked."""

    def __init__(self, host: str, seconds: float, reason: str) -> None:
        super().__init__(f"{host} is left alone for {seconds:.0f} s more")
        self.seconds = seconds
        self.reason = reason


class HostBook:
    """The clocks of all hosts met so far, and the places for requests to all of them together."""

    def __init__(self, settings: CrawlSettings | None = None, timing: Timing | None = None) -> None:
        self._settings = settings or CrawlSettings()
        self.timing = timing or Timing()
        self._clocks: dict[str, HostClock] = {}
        self._asked: set[str] = set()
        self._places = asyncio.Semaphore(max(self._settings.total_concurrency, self._settings.per_host_concurrency))

    def clock(self, host: str) -> HostClock:
        """The clock of a host."""
        found = self._clocks.get(host)
        if found is None:
            found = self._clocks[host] = HostClock(WaitingLine(self._settings.per_host_concurrency))
        return found

    @asynccontextmanager
    async def turn(self, host: str, urgency: Urgency = Urgency.POLL) -> AsyncIterator[None]:
        """Wait for a request's turn and hold its places while it is under way. Raises ``HostClosed``."""
        clock = self.clock(host)
        self._refuse_closed(host)
        async with clock.places.place(urgency), clock.probing if clock.failures > TOLERATED else nullcontext():
            await self._leave(host, clock)
            with self._place_that_ends():
                yield

    @contextmanager
    def _place_that_ends(self) -> Iterator[None]:
        """Gives the place for all hosts back at the end, or once the request drags: hosts that hang must not hold up the rest."""
        held = True

        def give_back() -> None:
            nonlocal held
            if held:
                held = False
                self._places.release()

        dragging = asyncio.get_running_loop().call_later(_DRAGGING, give_back)
        try:
            yield
        finally:
            dragging.cancel()
            give_back()

    async def _leave(self, host: str, clock: HostClock) -> None:
        """Requests of a host leave one by one, spaced from the moment when the one before really left; with a place for all
        hosts taken. Raises ``HostClosed`` where the host was closed meanwhile."""
        async with clock.leaving:
            while (wait := clock.free_at - self.timing.elapsed()) > 0:
                await self.timing.sleep(wait)
            await self._places.acquire()
            try:
                self._refuse_closed(host)
            except HostClosed:
                self._places.release()
                raise
            spacing = self._settings.delay * (1 + _SPACING_JITTER * self.timing.chance())
            clock.free_at = self.timing.elapsed() + max(spacing, clock.crawl_delay)
            self._asked.add(host)

    def _refuse_closed(self, host: str) -> None:
        seconds = self.closed_for(host)
        if seconds > 0:
            raise HostClosed(host, seconds, self.clock(host).reason)

    def asked(self) -> set[str]:
        """The hosts that were asked since the last call: redirects lead to more than those that were meant."""
        hosts, self._asked = self._asked, set()
        return hosts

    def answered(self, host: str) -> None:
        """The host gave an answer that is no refusal: what went wrong before is forgotten."""
        clock = self.clock(host)
        clock.failures, clock.reason = 0, ""

    def failed(self, host: str, reason: str, asked: float | None = None) -> None:
        """The host gave no answer, 429 or 5xx; ``asked`` are the seconds that it asked for, where it did."""
        clock = self.clock(host)
        clock.failures += 1
        clock.reason = reason
        self.close(host, rest_after(clock.failures, asked, self.timing.chance()))

    def close(self, host: str, seconds: float) -> None:
        """Leave a host alone for this long."""
        clock = self.clock(host)
        clock.closed_until = max(clock.closed_until, self.timing.elapsed() + min(seconds, MAX_ASKED))

    def closed_for(self, host: str) -> float:
        """Seconds that a host is still to be left alone."""
        return max(0.0, self.clock(host).closed_until - self.timing.elapsed())

    def rules(self, host: str, lifetime: float = ROBOTS_LIFETIME) -> Protego | None:
        """The host's robots.txt where it is known and not older than ``lifetime`` seconds."""
        clock = self.clock(host)
        if clock.robots is None or clock.robots_read_at is None:
            return None
        if not 0 <= (self.timing.now() - clock.robots_read_at).total_seconds() <= lifetime:
            return None
        if clock.rules is None:
            clock.rules = Protego.parse(clock.robots)
        return clock.rules

    def keep_rules(self, host: str, text: str, agent: str) -> Protego:
        """Remember a robots.txt that was read just now. Its Crawl-delay for ``agent`` holds from the next request on."""
        clock = self.clock(host)
        clock.robots, clock.rules, clock.robots_read_at = text, Protego.parse(text), self.timing.now()
        stated = float(clock.rules.crawl_delay(agent) or 0)
        clock.crawl_delay = min(stated, MAX_CRAWL_DELAY) if stated > 0 else 0.0
        clock.free_at = max(clock.free_at, self.timing.elapsed() + clock.crawl_delay)
        return clock.rules

    def restore(self, memory: HostMemory) -> None:
        """Take what the store remembers. Where this process knows of a later time, that stays."""
        clock = self.clock(memory.host)
        clock.free_at = max(clock.free_at, self._to_elapsed(memory.free_at, _LONGEST_SPACING))
        clock.closed_until = max(clock.closed_until, self._to_elapsed(memory.closed_until, MAX_ASKED))
        clock.failures, clock.reason, clock.crawl_delay = memory.failures, memory.reason, memory.crawl_delay
        known = clock.robots_read_at
        if memory.robots_read_at is not None and (known is None or memory.robots_read_at > known):
            clock.robots, clock.rules, clock.robots_read_at = memory.robots, None, memory.robots_read_at

    def memory(self, host: str) -> HostMemory:
        """What is to be remembered of a host."""
        clock = self.clock(host)
        return HostMemory(
            host,
            free_at=self._to_moment(clock.free_at),
            closed_until=self._to_moment(clock.closed_until),
            failures=clock.failures,
            reason=clock.reason,
            crawl_delay=clock.crawl_delay,
            robots=clock.robots,
            robots_read_at=clock.robots_read_at,
        )

    def _to_elapsed(self, moment: datetime | None, longest: float) -> float:
        """A time of day as elapsed seconds, not more than ``longest`` ahead: a clock that was set back must not close a host."""
        if moment is None:
            return float("-inf")
        return self.timing.elapsed() + min((moment - self.timing.now()).total_seconds(), longest)

    def _to_moment(self, elapsed: float) -> datetime | None:
        """Elapsed seconds as a time of day; None for what is over."""
        ahead = elapsed - self.timing.elapsed()
        return self.timing.now() + timedelta(seconds=ahead) if ahead > 0 else None
