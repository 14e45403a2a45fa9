"""Watches how sources do beside their habits, and keeps what is wrong as problems (REQUIREMENTS G2, DESIGN promise 5)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session

from domain.habit import (
    LEAST_SILENCE,
    REACH,
    Habit,
    Patience,
    floor_of,
    floor_window,
    holidays_thin,
    is_unusual,
    learn,
    recent,
)
from domain.profile import Profile
from registry import activity, problems, sources
from registry.activity import Tally
from registry.health import FORMERLY, RECENT, allowed_silence, template_change
from registry.mentions import list_mentions
from registry.problems import CHANGED, QUIET, matter_of
from registry.source_views import KnownCause, LastItem, SourceDetail, SourceUsage, SourceWarning, WarningKind
from registry.tables import HostRecord, ProblemRecord, SeenRecord, table_of
from registry.views import Health, NextAction, SourceView, Subject
from registry.warning_words import cause, heading, sentence

HOST = table_of(HostRecord)
PROBLEM = table_of(ProblemRecord)
SEEN = table_of(SeenRecord)

SHOWN_DAYS: Final = 14
LONG_AWAY: Final = timedelta(days=1)
"""A source with no good poll for so long is told of, whatever its habit."""
_SUMMED: Final = 7
_USUAL: Final = timedelta(days=28)
_SEEN_LATELY: Final = timedelta(days=3)
_STATUS: Final = re.compile(r"answered ([45]\d\d)\b")


@dataclass(frozen=True, slots=True)
class _Known:
    """What one examination knows: the rows of the sources and of what was found before."""

    now: datetime
    patience: Patience
    hosts: Mapping[str, Any]
    found: Mapping[str, Any]
    """Problem rows of sources, by ``subject_id``."""
    habits: Mapping[str, Habit]
    cells: Mapping[str, Mapping[Any, Any]]
    days: Mapping[str, Mapping[date, Tally]]


def examine(session: Session, profile: Profile, now: datetime) -> list[SourceWarning]:
    """Find what is wrong with sources now, keep it as problems, and end the problems that are over; gives what is wrong.

    To be called every few minutes: ``health`` and the alerts read what it wrote. May run again: what is known is not written
    twice.
    """
    warned = warnings(session, profile, now)
    zone = profile.calendar.timezone
    known = _problem_rows(session)
    kept = {each.problem for each in warned}
    fresh = [each for each in warned if each.problem not in known]
    problems.report(session, [_problem(each, zone) for each in fresh], now)
    over = [key for key in known if key.endswith((f"#{QUIET}", f"#{CHANGED}")) and key not in kept]
    problems.solve(session, Subject.SOURCE, over)
    return warned


def warnings(session: Session, profile: Profile, now: datetime) -> list[SourceWarning]:
    """What is wrong with sources now; nothing is written."""
    views = sources.all_sources(session, now)
    began = {view.source.id: view.last_item_at for view in views if _may_be_quiet(view)}
    known = _known(session, profile, now, began, _reach(views))
    return [each for view in views for each in _warnings(view, known)]


def usages(session: Session, now: datetime, source_ids: Collection[str] | None = None) -> dict[str, SourceUsage]:
    """What these sources (all, where none are named) bring and cost."""
    today = now.astimezone(UTC).date()
    found = activity.days(session, today - _USUAL, source_ids)
    firsts = activity.first_days(session, source_ids)
    return {source_id: _usage(days, firsts[source_id], today) for source_id, days in found.items()}


def detail(session: Session, profile: Profile, view: SourceView, now: datetime) -> SourceDetail:
    """Everything of one source beside its view."""
    source_id = view.source.id
    known = _known(session, profile, now, {source_id: view.last_item_at}, _reach([view]), only=source_id)
    host = _waits(view, known)
    return SourceDetail(
        usage=usages(session, now, [source_id]).get(source_id, SourceUsage()),
        habit=known.habits[source_id],
        warnings=tuple(_warnings(view, known)),
        problems=problems.open_problems(session, source_id=source_id, limit=20).items,
        host_waits_until=host.closed_until if host is not None else None,
        host_reason=host.reason if host is not None else "",
    )


def last_items(session: Session, source_id: str, now: datetime, limit: int = 12) -> list[LastItem]:
    """The newest items of a source, those of the last days that matched no query among them (press alone: of posts that matched
    nothing not even a title is kept, REQUIREMENTS L1). Personal data and handles are masked."""
    rows = list_mentions(session, source_id=source_id, limit=limit).items
    kept = [LastItem(row.title or row.excerpt, row.fetched_at, row.id) for row in rows]
    statement = (
        select(SEEN.c.title, SEEN.c.seen_at)
        .where(SEEN.c.source_id == source_id, SEEN.c.seen_at >= now - _SEEN_LATELY)
        .order_by(SEEN.c.seen_at.desc())
        .limit(limit)
    )
    seen = [LastItem(title, at) for title, at in session.connection().execute(statement)]
    return sorted([*kept, *seen], key=lambda each: each.at, reverse=True)[:limit]


def forget_old(session: Session, now: datetime) -> None:
    """Counters of days that nobody compares any more go."""
    activity.forget_old(session, now)


# ------------------------------------------------------------------------------------------------------------------ deciding


def _warnings(view: SourceView, known: _Known) -> Iterator[SourceWarning]:
    """What is wrong with one source: one reason why nothing comes, and beside it whether its pages changed. A paused source is
    not watched; that it is gone is said all the same, since that may be why it was paused."""
    gone = _gone(view, known)
    if view.health is Health.REMOVED or (view.source.paused and gone is None):
        return
    stopped = gone or _silent(view, known) or _below_floor(view, known) or _unreachable(view, known)
    if stopped:
        yield stopped
    changed = None if view.source.paused else _changed(view, known)
    if changed:
        yield changed


def _gone(view: SourceView, known: _Known) -> SourceWarning | None:
    row = known.found.get(view.source.id)
    if row is None or row.next_action is not NextAction.CHECK_SOURCE or not view.failures:
        return None
    return _warning(view, WarningKind.GONE, view.source.id, known, since=view.last_success_at)


def _silent(view: SourceView, known: _Known) -> SourceWarning | None:
    """Judged up to the last time that somebody asked: what Rasd did not look at is not silent."""
    asked = view.last_checked_at
    if asked is None:
        return None
    key = matter_of(view.source.id, QUIET)
    if view.last_item_at is None:
        first = min(known.days.get(view.source.id, {}), default=asked.date())
        never = asked.date() - first >= allowed_silence(None, view.source.floor_per_day)
        return _warning(view, WarningKind.SILENT, key, known) if never else None
    expected = _missed(view, view.last_item_at, min(asked, view.last_item_at + REACH), known)
    if expected is None:
        return None
    return _warning(view, WarningKind.SILENT, key, known, since=view.last_item_at, expected=expected)


def _missed(view: SourceView, since: datetime, until: datetime, known: _Known) -> float | None:
    """Items that usually come in a silence; None where it is nothing unusual."""
    habit = known.habits.get(view.source.id)
    if habit is not None and habit.is_learnt:
        return habit.expected(since, until, known.patience) if is_unusual(habit, since, until, known.patience) else None
    if until - since <= allowed_silence(view.habit, view.source.floor_per_day):
        return None
    return (until - since).total_seconds() / view.habit if view.habit else 0.0


def _below_floor(view: SourceView, known: _Known) -> SourceWarning | None:
    floor, asked = view.source.floor_per_day, view.last_checked_at
    habit = known.habits.get(view.source.id)
    if floor is None or asked is None or habit is None:
        return None
    window = floor_window(floor)
    first = min(known.days.get(view.source.id, {}), default=asked.date())
    if asked.date() - first <= window:
        return None
    since = asked - window
    due = floor_of(floor, habit, since, asked, known.patience)
    found = _found(view.source.id, since, asked, known)
    if found >= due:
        return None
    key = matter_of(view.source.id, QUIET)
    return _warning(view, WarningKind.BELOW_FLOOR, key, known, since=since, expected=due, found=found)


def _found(source_id: str, since: datetime, until: datetime, known: _Known) -> float:
    """Items of a span: by hours for a week, by days beyond (the hours of the week know their last week alone)."""
    if until - since <= timedelta(days=7):
        return recent(known.cells.get(source_id, {}), since, until)
    first = since.astimezone(UTC).date()
    return float(sum(tally.items for day, tally in known.days.get(source_id, {}).items() if day >= first))


def _unreachable(view: SourceView, known: _Known) -> SourceWarning | None:
    """No good poll for a day: failures alone, or a host that is left alone and so never asked."""
    row, asked = known.found.get(view.source.id), view.last_checked_at
    if row is not None and view.failures and asked is not None and asked - row.first_at >= LONG_AWAY:
        return _warning(view, WarningKind.UNREACHABLE, view.source.id, known, since=view.last_success_at)
    heard = view.last_success_at or asked
    if _waits(view, known) is None or heard is None or known.now - heard < max(LONG_AWAY, 2 * view.source.interval):
        return None
    return _warning(view, WarningKind.UNREACHABLE, matter_of(view.source.id, QUIET), known, since=view.last_success_at)


def _changed(view: SourceView, known: _Known) -> SourceWarning | None:
    key = matter_of(view.source.id, CHANGED)
    row = known.found.get(key)
    since = row.first_at.date() if row is not None else None
    change = template_change(known.days.get(view.source.id, {}), known.now.astimezone(UTC).date(), since)
    if change is None:
        return None
    return _warning(
        view,
        WarningKind.CHANGED,
        key,
        known,
        pages=change.now.pages,
        thin=change.now.thin,
        length=change.now.length,
        usual_length=change.before.length,
    )


def _warning(view: SourceView, kind: WarningKind, key: str, known: _Known, **figures: Any) -> SourceWarning:
    name = view.source.name or view.outlet_name
    return SourceWarning(view.source.id, name, kind, key, cause=_cause(view, known), **figures)


def _cause(view: SourceView, known: _Known) -> KnownCause:
    host = _waits(view, known)
    said = view.reason or (host.reason if host is not None else "")
    status = _STATUS.search(said)
    return KnownCause(
        status=int(status.group(1)) if status else None,
        said=said,
        failures=view.failures,
        waits_until=host.closed_until if host is not None else None,
        moved_to=view.state.moved_to,
    )


def _waits(view: SourceView, known: _Known) -> Any:
    """The row of the source's host while it is left alone."""
    host = known.hosts.get(view.source.host)
    return host if host is not None and host.closed_until > known.now else None


def _problem(warning: SourceWarning, zone: str) -> problems.Problem:
    reason = " ".join(filter(None, (f"{heading(warning.kind)}:", sentence(warning, zone), cause(warning.cause, zone))))
    return problems.Problem(Subject.SOURCE, warning.problem, warning.source_id, reason, NextAction.CHECK_SOURCE)


# ------------------------------------------------------------------------------------------------------------------- reading


def _known(
    session: Session,
    profile: Profile,
    now: datetime,
    began: Mapping[str, datetime | None],
    reach: timedelta,
    only: str | None = None,
) -> _Known:
    """What is to be known of the sources (of one alone: ``only``). Habits are read of those named in ``began``, as of their last
    item: the others brought something just now. ``reach`` is how far back days are needed."""
    asked = list(began)
    today = now.astimezone(UTC).date()
    cells = activity.hours(session, asked)
    good = activity.good_days(session, today - REACH, asked)
    return _Known(
        now=now,
        patience=_patience(profile),
        hosts=_host_rows(session),
        found=_problem_rows(session),
        habits={each: learn(cells.get(each, {}), good.get(each, {}), began.get(each) or now) for each in asked},
        cells=cells,
        days=activity.days(session, _first_day(session, today, reach), [only] if only else None),
    )


def _may_be_quiet(view: SourceView) -> bool:
    """Whether the source may be silent or below its floor: the others need no habit."""
    if view.source.floor_per_day is not None:
        return True
    asked = view.last_checked_at
    return view.last_item_at is not None and asked is not None and asked - view.last_item_at >= LEAST_SILENCE


def _reach(views: Iterable[SourceView]) -> timedelta:
    """How far back the days of these sources are needed: for their pages, and for a floor that is asked over longer."""
    floors = [floor_window(view.source.floor_per_day) for view in views if view.source.floor_per_day]
    return max([RECENT + FORMERLY, *(each + timedelta(days=2) for each in floors)])


def _first_day(session: Session, today: date, reach: timedelta) -> date:
    """The first day that is needed: earlier where a change of pages that was found is not over."""
    statement = select(PROBLEM.c.first_at).where(PROBLEM.c.subject == Subject.SOURCE, PROBLEM.c.subject_id.like(f"%#{CHANGED}"))
    found: list[date] = [row.first_at.date() for row in session.connection().execute(statement)]
    return min([today - reach, *(day - FORMERLY for day in found)])


def _patience(profile: Profile) -> Patience:
    zone = ZoneInfo(profile.calendar.timezone)
    return holidays_thin(lambda at: profile.calendar.holiday(at.astimezone(zone).date()) is not None)


def _host_rows(session: Session) -> dict[str, Any]:
    columns = (HOST.c.host, HOST.c.closed_until, HOST.c.reason)
    return {row.host: row for row in session.connection().execute(select(*columns).where(HOST.c.closed_until.is_not(None)))}


def _problem_rows(session: Session) -> dict[str, Any]:
    columns = (PROBLEM.c.subject_id, PROBLEM.c.next_action, PROBLEM.c.first_at)
    return {
        row.subject_id: row for row in session.connection().execute(select(*columns).where(PROBLEM.c.subject == Subject.SOURCE))
    }


def _usage(days: Mapping[date, Tally], first: date, today: date) -> SourceUsage:
    shown = [days.get(today - timedelta(days=back), Tally()) for back in reversed(range(SHOWN_DAYS))]
    lately = sum(shown[-_SUMMED:], Tally())
    seen = min(_SUMMED, (today - first).days + 1)
    return SourceUsage(
        by_day=tuple(each.items for each in shown),
        items=lately.items,
        usual=_usual(days, first, today),
        polls=lately.polls,
        unchanged=lately.unchanged,
        failed=lately.failures,
        pages=lately.pages,
        thin=lately.thin,
        requests_per_day=lately.requests / seen,
        bytes_per_day=lately.bytes / seen,
    )


def _usual(days: Mapping[date, Tally], first: date, today: date) -> float | None:
    """Items a day in the last four weeks: without the first day, which brought what lay there, and without this one."""
    start = max(first + timedelta(days=1), today - _USUAL)
    length = (today - start).days
    return sum(tally.items for day, tally in days.items() if start <= day < today) / length if length > 0 else None
