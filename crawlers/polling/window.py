"""A source's window: what one poll sees of it, and what the next poll learns from how much of it is still there.

A feed of twenty items that is replaced faster than it is polled loses items without a trace (REQUIREMENTS G2). So each poll
leaves the fingerprints of what it saw; the next one counts how many are seen again, and the time between polls follows from that.
Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

WINDOW: Final = 60
"""Fingerprints that are kept of a poll: a window of news is seldom longer, and the newest say most."""
FLOOR: Final = 30.0
"""Seconds between polls that are never undercut (unless the configured interval itself is shorter)."""
FEWEST: Final = 3
"""A window of fewer items says nothing: a source that shows its latest item alone replaces it each time."""
_TOO_FAST: Final = 0.5
_SLOW: Final = 0.8
_RELAX: Final = 1.2


def fingerprints(keys: Iterable[str]) -> tuple[str, ...]:
    """A short hash of each key, each once, in order."""
    return tuple(
        dict.fromkeys(hashlib.blake2s(key.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest() for key in keys if key)
    )


def digest_window(keys: Iterable[str]) -> tuple[str, ...]:
    """What is kept of a poll: the fingerprints of the first ``WINDOW`` keys, newest first as the source gave them."""
    first: dict[str, None] = {}
    for key in keys:
        if key:
            first[key] = None
            if len(first) == WINDOW:
                break
    return fingerprints(first)


def overlap(before: Sequence[str], after: Sequence[str]) -> float | None:
    """The share of the last window that is seen again, from 0 to 1; None where there is nothing to compare.

    ``after`` are fingerprints of everything that the poll saw, or its window. Where it is the shorter one (a listing whose older
    pages were read the first time alone), only as many of the newest are compared: older ones cannot be expected.
    """
    compared = before[: len(after)]
    if not compared:
        return None
    seen = frozenset(after)
    return sum(each in seen for each in compared) / len(compared)


def missed(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether a whole window was replaced between two polls: what came and went in between was not seen."""
    return min(len(before), len(after)) >= FEWEST and overlap(before, after) == 0.0


def next_pace(interval: float, pace: float, before: Sequence[str], after: Sequence[str]) -> float:
    """Seconds between polls from now on; 0 for the configured ``interval`` (seconds). ``pace`` is what it was (0: the interval).

    Halved where less than half of the window is seen again, down to ``FLOOR``; lengthened by a fifth where nearly all of it is,
    up to the interval. In between it fits.
    """
    seen = overlap(before, after) if min(len(before), len(after)) >= FEWEST else None
    if seen is None or _TOO_FAST <= seen < _SLOW:
        return pace if pace < interval else 0.0
    if seen >= _SLOW:
        return relaxed(interval, pace)
    current = pace if 0 < pace < interval else interval
    halved = max(current / 2, min(FLOOR, interval))
    return halved if halved < interval else 0.0


def relaxed(interval: float, pace: float) -> float:
    """The pace after a poll that found the window unmoved: a fifth longer, 0 once the configured interval is reached."""
    longer = pace * _RELAX
    return longer if longer < interval else 0.0
