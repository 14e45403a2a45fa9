"""What the ministry promises for a case's service, as its page shows it: is the request late, or is it too early to complain?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from domain.errors import InputError
from domain.profile import Profile
from domain.service_promise import Judgement, ServicePromise, judge, promise_for


@dataclass(frozen=True, slots=True)
class PromiseShown:
    """A promise, and how a request of the day that was asked about stands (None: none was, or the day is no day)."""

    promise: ServicePromise
    judgement: Judgement | None = None


def promises_shown(profile: Profile, topic: str, applied: str, now: datetime) -> tuple[PromiseShown, ...]:
    """The promises of the topic. ``applied`` is a day as a form gives it; one that cannot be is passed over."""
    return tuple(PromiseShown(each, _judged(profile, each, applied, now)) for each in promise_for(profile, topic))


def _judged(profile: Profile, promise: ServicePromise, applied: str, now: datetime) -> Judgement | None:
    try:
        return judge(promise, profile.calendar, date.fromisoformat(applied), now)
    except (ValueError, InputError):
        return None
