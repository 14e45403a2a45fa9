"""When a source is polled next, and why. Pure: time and chance are arguments."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from domain.source import PollFailure, PollPlan, Source

MAX_BACKOFF: Final = timedelta(hours=6)
"""A failing source is tried at least this often: never dropped silently (DESIGN promise 5)."""
GONE: Final = timedelta(days=1)
"""A source that answered 410 is looked at once a day, until a person removes it."""
MAX_RETRY_AFTER: Final = timedelta(days=1)
"""A longer Retry-After is cut: a mistyped header must not silence a source for a year."""
_SPREAD: Final = 0.1
_MAX_DOUBLINGS: Final = 16


def after_success(source: Source, now: datetime, *, yielded: int = 0, jitter: float = 0.5) -> PollPlan:
    """One interval later, 10% sooner or later, so that sources do not march in step. ``jitter`` is from 0 to 1."""
    reason = f"{yielded} new" if yielded else "nothing new"
    return PollPlan(now + _spread(source.interval, jitter), failures=0, reason=reason)


def after_failure(source: Source, failure: PollFailure, failures: int, now: datetime, jitter: float = 0.5) -> PollPlan:
    """Ever rarer: the interval doubled with each failure, six hours at most (or the source's own interval, where that is
    longer), never sooner than the source asked for.

    ``failures`` counts those before this one. A source that is gone waits a day.
    """
    longest = max(GONE if failure.gone else MAX_BACKOFF, source.interval)
    wait = longest if failure.gone else min(longest, source.interval * 2 ** min(max(failures, 0), _MAX_DOUBLINGS))
    wait = min(longest, _spread(wait, jitter))
    if failure.retry_after is not None:
        wait = max(wait, min(MAX_RETRY_AFTER, timedelta(seconds=failure.retry_after)))
    return PollPlan(now + wait, failures=max(failures, 0) + 1, reason=_sentence(failure, wait))


def _spread(wait: timedelta, jitter: float) -> timedelta:
    return wait * (1 - _SPREAD + 2 * _SPREAD * min(max(jitter, 0.0), 1.0))


def _sentence(failure: PollFailure, wait: timedelta) -> str:
    remedy = f"; {failure.remedy}" if failure.remedy else ""
    return f"{failure.reason}{remedy} (next try in {_spoken(wait)})"


def _spoken(wait: timedelta) -> str:
    minutes = max(1, round(wait.total_seconds() / 60))
    return f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"
