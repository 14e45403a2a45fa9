"""When a source is polled next, and why. Pure: time and chance are arguments."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from domain.source import PollFailure, PollPlan, Source, SourceState

MAX_BACKOFF: Final = timedelta(hours=6)
"""A failing source is tried at least this often: never dropped silently (DESIGN promise 5)."""
GONE: Final = timedelta(days=1)
"""The next turn of a source that answered 410, where a person resumes it without saying when."""
MAX_RETRY_AFTER: Final = timedelta(days=1)
"""A longer Retry-After is cut: a mistyped header must not silence a source for a year."""
LEAST_PACE: Final = timedelta(seconds=30)
"""However fast a source moves, it is not polled more often."""
AT_ONCE: Final = 2
"""Sources of one host that are polled together when many are due at the same moment (a start, an import)."""
STAGGER: Final = timedelta(seconds=5)
"""Between the turns of the others."""
_REOPENING: Final = timedelta(minutes=5)
_SPREAD: Final = 0.1
_MAX_DOUBLINGS: Final = 16


def phase(source_id: str) -> float:
    """A source's own place in its interval, from 0 to 1 (1 excluded): always the same, and different from its neighbours'."""
    return int.from_bytes(hashlib.blake2b(source_id.encode(), digest_size=6).digest()) / 2**48


def period_of(source: Source, state: SourceState) -> timedelta:
    """Time between two polls: the interval, or what was learnt of a source that moves faster (``SourceState.pace``)."""
    learnt = timedelta(seconds=state.pace)
    return min(source.interval, max(learnt, LEAST_PACE)) if state.pace > 0 else source.interval


def after_success(source: Source, now: datetime, *, state: SourceState | None = None, yielded: int = 0) -> PollPlan:
    """The source's next place in its period, half a period from now at least.

    The places are fixed in time by the source's id, so that the sources of one host stay spread over their interval and never
    drift together, whatever a slow poll or a restart does.
    """
    state = state or SourceState()
    reason = f"{yielded} new" if yielded else "nothing new"
    return PollPlan(_place(source, period_of(source, state), now), failures=0, reason=reason, pace=state.pace)


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


def after_postponed(source: Source, failure: PollFailure, failures: int, now: datetime) -> PollPlan:
    """Once the host may be asked again, each of its sources at its own place in the minutes after the opening, never all at once.

    ``failures`` stays as it was: nothing was asked.
    """
    opening = min(MAX_RETRY_AFTER, timedelta(seconds=max(failure.retry_after or 0.0, 1.0)))
    wait = opening + phase(source.id) * min(source.interval, _REOPENING)
    return PollPlan(now + wait, failures=max(failures, 0), reason=_sentence(failure, wait))


def staggered(due: Sequence[tuple[Source, SourceState]], now: datetime) -> dict[str, datetime]:
    """New turns for those of one host's due sources that are not polled in this round; the first ``AT_ONCE`` are.

    Five seconds apart, or closer where all of them would not find room in their shortest interval.
    """
    waiting = due[AT_ONCE:]
    if not waiting:
        return {}
    shortest = min(period_of(source, state) for source, state in waiting)
    gap = min(STAGGER, shortest / len(waiting))
    return {source.id: now + gap * place for place, (source, _) in enumerate(waiting, 1)}


def _place(source: Source, period: timedelta, now: datetime) -> datetime:
    length = period.total_seconds()
    earliest = now.timestamp() + length / 2
    turns = -((phase(source.id) * length - earliest) // length)
    return datetime.fromtimestamp(turns * length + phase(source.id) * length, UTC)


def _spread(wait: timedelta, jitter: float) -> timedelta:
    return wait * (1 - _SPREAD + 2 * _SPREAD * min(max(jitter, 0.0), 1.0))


def _sentence(failure: PollFailure, wait: timedelta) -> str:
    remedy = f"; {failure.remedy}" if failure.remedy else ""
    return f"{failure.reason}{remedy} (next try in {_spoken(wait)})"


def _spoken(wait: timedelta) -> str:
    minutes = max(1, round(wait.total_seconds() / 60))
    return f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"
