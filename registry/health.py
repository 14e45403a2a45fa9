"""How a source is doing: decided from its rows, never asked of the network (REQUIREMENTS G2). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from registry.views import Health

_PATIENCE_WITH_HABIT: Final = 5
_LEAST_SILENCE: Final = timedelta(days=1)
_UNKNOWN_HABIT: Final = timedelta(days=7)
_WEIGHT: Final = 0.2

FEW_PAGES: Final = 15
"""A template is never judged by fewer pages."""
RECENT: Final = timedelta(days=7)
"""How far back those pages may lie."""
USUAL_PAGES: Final = 30
USUAL_DAYS: Final = 3
"""What is usual is said by so many pages, of so many days."""
FORMERLY: Final = timedelta(days=28)
_MORE_THIN: Final = 0.4
"""A share of thin pages so much above the usual one says that the template changed..."""
_MOSTLY_THIN: Final = 0.5
"""...where it is half of them at least."""
_SHRUNK: Final = 0.3
"""As does a mean length below this share of the usual one."""
_NEVER_WHOLE: Final = 0.8
"""Of a source with no former days: nearly all pages thin, so that it was never read rightly."""
_WHOLE_AGAIN: Final = 0.75
"""A change counts as over when the difference is below this share of what raised it: it must not flicker."""


def health(
    *,
    paused: bool,
    removed: bool,
    failures: int,
    last_success_at: datetime | None,
    last_item_at: datetime | None,
    habit: float | None,
    now: datetime,
    floor: float | None = None,
    learnt: bool = False,
    quiet: bool = False,
    changed: bool = False,
) -> Health:
    """The first of these that holds: removed, paused, failing, new, quiet, changed, well.

    ``habit`` (seconds between items) judges a source, beside its declared ``floor`` (items a day), only until its hours of the
    week are ``learnt``; ``quiet`` and ``changed`` are what ``registry.habits`` found.
    """
    if removed or paused:
        return Health.REMOVED if removed else Health.PAUSED
    if failures:
        return Health.FAILING
    if last_success_at is None:
        return Health.NEW
    if quiet or (not learnt and last_item_at is not None and now - last_item_at > allowed_silence(habit, floor)):
        return Health.QUIET
    return Health.CHANGED if changed else Health.WELL


def allowed_silence(habit: float | None, floor: float | None = None) -> timedelta:
    """How long a source may bring nothing before it counts as quiet, while its hours of the week are not learnt yet: five times
    its mean gap, a day at least; a week while that is unknown; never less than its declared floor (items a day) allows."""
    declared = timedelta(days=1 / floor) if floor else timedelta()
    if habit is None:
        return max(_UNKNOWN_HABIT, declared)
    return max(_LEAST_SILENCE, declared, timedelta(seconds=habit * _PATIENCE_WITH_HABIT))


def next_habit(habit: float | None, last_item_at: datetime | None, now: datetime) -> float | None:
    """The usual silence (seconds) after one more item came: an exponential mean, the newest gap weighing a fifth."""
    if last_item_at is None:
        return habit
    gap = (now - last_item_at).total_seconds()
    return gap if habit is None else (1 - _WEIGHT) * habit + _WEIGHT * gap


class DayOfPages(Protocol):
    """A day's pages as ``registry.activity.Tally`` counts them."""

    @property
    def pages(self) -> int:
        """Article pages fetched."""

    @property
    def thin(self) -> int:
        """Those without a text, or with a tiny one."""

    @property
    def characters(self) -> int:
        """Of all their texts."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages of some days together."""

    pages: int = 0
    thin: int = 0
    characters: int = 0
    days: int = 0

    def with_day(self, day: DayOfPages) -> Pages:
        """These and a day's pages more."""
        return Pages(self.pages + day.pages, self.thin + day.thin, self.characters + day.characters, self.days + 1)

    @property
    def thin_share(self) -> float:
        """The share of thin ones (0-1)."""
        return self.thin / self.pages if self.pages else 0.0

    @property
    def length(self) -> float:
        """Characters of a page, in the mean."""
        return self.characters / self.pages if self.pages else 0.0


@dataclass(frozen=True, slots=True)
class TemplateChange:
    """That a source's pages give much less text than they did. ``before`` is empty where they never gave any."""

    now: Pages
    before: Pages


def template_change(days: Mapping[date, DayOfPages], today: date, since: date | None = None) -> TemplateChange | None:
    """Whether extraction suddenly yields empty or tiny texts: the newest pages beside those of the former days.

    ``since`` is the day on which a change was found that is not over: the days before it stay the measure, and less is needed to
    go on saying so than to say it first. Where a source never gave whole texts, thin pages are taken for its way after four
    weeks.
    """
    newest, first = _newest(days, today)
    if newest.pages < FEW_PAGES:
        return None
    before = _former(days, min(first, since) if since else first)
    strict = _WHOLE_AGAIN if since else 1.0
    was_thin = not before.pages or before.thin_share >= _NEVER_WHOLE * strict
    if before.pages < USUAL_PAGES or before.days < USUAL_DAYS or (since and was_thin):
        young = since is None or today - since <= FORMERLY
        enough = since is not None or newest.pages + before.pages >= USUAL_PAGES
        never = was_thin and newest.thin_share >= _NEVER_WHOLE * strict
        return TemplateChange(newest, Pages()) if young and enough and never else None
    more_thin = max(before.thin_share + _MORE_THIN * strict, _MOSTLY_THIN * strict)
    if newest.thin_share >= more_thin or newest.length < _SHRUNK / strict * before.length:
        return TemplateChange(newest, before)
    return None


def _newest(days: Mapping[date, DayOfPages], today: date) -> tuple[Pages, date]:
    """The last days' pages, as many days as give enough of them; and the first of those days."""
    found, first = Pages(), today
    for day in sorted((day for day in days if today - RECENT < day <= today), reverse=True):
        if found.pages >= FEW_PAGES:
            break
        if days[day].pages:
            found, first = found.with_day(days[day]), day
    return found, first


def _former(days: Mapping[date, DayOfPages], until: date) -> Pages:
    found = Pages()
    for day, pages in days.items():
        if until - FORMERLY <= day < until and pages.pages:
            found = found.with_day(pages)
    return found
