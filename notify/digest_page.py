"""What the weekly digest shows, worked out from the figures. Pure: no social author's name, handle or number gets in (L3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.delivery import DeliveryStatus
from domain.mention import Channel
from domain.messages import label, message
from domain.privacy import mask, mask_handles
from domain.profile import Profile
from domain.tags import Importance, Kind, Sentiment
from notify.counting import counted
from notify.dates import both, gregorian, hijri, local_day
from registry.recall_figures import Figure
from registry.views import CaseRow, Health, SourceView, Tally, WeekFigures

_STORIES = 5
_OVERDUE = 8
_BARS = 7
_TROUBLES = 8
_OUTLETS = 4


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure with its name, and how it stands beside the week before (empty: not compared)."""

    name: str
    value: str
    beside: str = ""
    alarming: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``width`` is its share of the longest one, ``share`` its share of all, both in whole percent."""

    code: str
    name: str
    value: str
    width: int
    share: int
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One case of the week, as a story that outlets told."""

    title: str
    number: str
    topic: str
    outlets: str
    mentions: str
    importance: str
    is_high: bool
    status: str
    overdue: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source that Rasd does not hear from as it should."""

    name: str
    health: str
    since: str
    reason: str


@dataclass(frozen=True, slots=True)
class DigestPage:
    """Everything that the two templates of the digest print, as text."""

    ministry: str
    week: str
    week_number: str
    period: str
    period_hijri: str
    lead: str
    tiles: tuple[Tile, ...]
    stories: tuple[Story, ...]
    topics: tuple[Bar, ...]
    outlets: tuple[Bar, ...]
    sentiments: tuple[Bar, ...]
    kinds: tuple[Bar, ...]
    channels: tuple[Bar, ...]
    overdue: tuple[Story, ...]
    overdue_more: str
    answers: tuple[Tile, ...]
    troubles: tuple[Trouble, ...]
    troubles_more: str
    sources: str
    recall: str
    """What was not missed, by the newest sample that was answered; empty where none was."""
    made: str
    contact: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a digest is made of. ``stories`` counts those that the week's mentions tell; ``outlets_of`` names, by case, who
    printed it; ``answers`` counts answers by where they stand; ``unanswered`` cases that are dealt with and not answered."""

    figures: WeekFigures
    stories: int
    outlets_of: Mapping[int, Sequence[str]]
    answers: Mapping[DeliveryStatus, int]
    unanswered: int
    sources: Sequence[SourceView]
    recall: Figure | None = None


def digest_page(profile: Profile, week: str, gathered: Gathered, now: datetime, base_url: str = "") -> DigestPage:
    """The digest of a week (REQUIREMENTS N3), in Arabic. ``base_url`` (the console's) makes links of the case numbers."""
    figures, zone = gathered.figures, profile.calendar.timezone
    tell = _story_teller(profile, gathered.outlets_of, now, base_url)
    read = [view for view in gathered.sources if view.health not in (Health.PAUSED, Health.REMOVED)]
    troubles = [view for view in read if view.health in (Health.FAILING, Health.QUIET, Health.CHANGED)]
    return DigestPage(
        ministry=profile.name_ar,
        week=week,
        week_number=str(int(week[-2:])),
        period=_period(figures, zone),
        period_hijri=_period_hijri(figures, zone),
        lead=_lead(figures, gathered.stories),
        tiles=_tiles(figures),
        stories=tuple(map(tell, figures.top_cases[:_STORIES])),
        topics=_bars(figures.by_topic, lambda code: _topic(profile, code)),
        outlets=_bars(figures.by_outlet, lambda code: figures.outlet_names.get(code, code)),
        sentiments=_bars(_in_order(figures.by_sentiment, Sentiment), lambda code: label(Sentiment(code))),
        kinds=_bars(_in_order(figures.by_kind, Kind), lambda code: label(Kind(code))),
        channels=_bars(_in_order(figures.by_channel, Channel), lambda code: label(Channel(code))),
        overdue=tuple(map(tell, figures.overdue_cases[:_OVERDUE])),
        overdue_more=_more(figures.overdue_now - min(len(figures.overdue_cases), _OVERDUE), "case"),
        answers=_answers(gathered),
        troubles=tuple(_trouble(view, zone) for view in troubles[:_TROUBLES]),
        troubles_more=_more(len(troubles) - _TROUBLES, "source"),
        sources=message("digest.sources_well", well=len(read) - len(troubles), all=len(read)),
        recall=_recall(gathered.recall),
        made=both(local_day(now, zone)),
        contact=profile.contact,
    )


def _period(figures: WeekFigures, zone: str) -> str:
    """``16 – 22 نوفمبر 2026م``: month and year are said once where they are the same."""
    first, last = _days(figures, zone)
    same = (first.year, first.month) == (last.year, last.month)
    return message("digest.period", start=str(first.day) if same else gregorian(first), end=gregorian(last))


def _period_hijri(figures: WeekFigures, zone: str) -> str:
    first, last = (hijri(day) for day in _days(figures, zone))
    if not first or not last:
        return ""
    same = first.split(" ", 1)[1] == last.split(" ", 1)[1]
    return message("digest.period", start=first.split(" ", 1)[0] if same else first, end=last)


def _days(figures: WeekFigures, zone: str) -> tuple[date, date]:
    return local_day(figures.start, zone), local_day(figures.end - timedelta(seconds=1), zone)


def _lead(figures: WeekFigures, stories: int) -> str:
    """The week in two sentences."""
    if not figures.mentions.count:
        return message("digest.lead_nothing")
    said = message(
        "digest.lead",
        mentions=counted("mention", figures.mentions.count),
        stories=counted("story", stories),
        flagged=counted("of_them", figures.flagged.count) if figures.flagged.count else message("digest.none_of_them"),
        opened=counted("case", figures.cases_opened.count) if figures.cases_opened.count else message("digest.no_case"),
        closed=counted("case", figures.cases_closed.count) if figures.cases_closed.count else message("digest.no_case"),
    )
    late = figures.overdue_now
    return f"{said} {message('digest.lead_overdue', cases=counted('case', late)) if late else message('digest.lead_in_time')}"


def _tiles(figures: WeekFigures) -> tuple[Tile, ...]:
    compared = (
        ("mentions", figures.mentions),
        ("flagged", figures.flagged),
        ("opened", figures.cases_opened),
        ("closed", figures.cases_closed),
    )
    return (
        *(Tile(message(f"digest.tile.{name}"), _number(tally.count), _beside(tally)) for name, tally in compared),
        Tile(message("digest.tile.open_now"), _number(figures.open_now), message("digest.now")),
        Tile(
            message("digest.tile.overdue_now"),
            _number(figures.overdue_now),
            message("digest.now"),
            alarming=figures.overdue_now > 0,
        ),
    )


def _answers(gathered: Gathered) -> tuple[Tile, ...]:
    """Answers sent in the week, and those that are still awaited."""
    waiting = {
        "drafted": gathered.answers.get(DeliveryStatus.DRAFT, 0),
        "queued": gathered.answers.get(DeliveryStatus.QUEUED, 0) + gathered.answers.get(DeliveryStatus.CLAIMED, 0),
        "trouble": gathered.answers.get(DeliveryStatus.UNCERTAIN, 0) + gathered.answers.get(DeliveryStatus.FAILED, 0),
    }
    return (
        Tile(
            message("digest.answers.sent"), _number(gathered.figures.answers_sent.count), _beside(gathered.figures.answers_sent)
        ),
        Tile(message("digest.answers.none"), _number(gathered.unanswered)),
        *(
            Tile(message(f"digest.answers.{name}"), _number(count), alarming=name == "trouble" and count > 0)
            for name, count in waiting.items()
        ),
    )


def _bars(tallies: Sequence[Tally], name_of: Callable[[str], str]) -> tuple[Bar, ...]:
    shown = [tally for tally in tallies if tally.count][:_BARS]
    longest = max((tally.count for tally in shown), default=1)
    everything = sum(tally.count for tally in tallies) or 1
    return tuple(
        Bar(
            code=tally.code,
            name=name_of(tally.code),
            value=_number(tally.count),
            width=max(2, round(100 * tally.count / longest)),
            share=round(100 * tally.count / everything),
            beside=_beside(tally),
        )
        for tally in shown
    )


def _in_order(tallies: Sequence[Tally], codes: type[Kind | Sentiment | Channel]) -> list[Tally]:
    """The tallies in the order of the enum, whatever order they came in."""
    found = {tally.code: tally for tally in tallies}
    return [found[code.value] for code in codes if code.value in found]


def _story_teller(
    profile: Profile, outlets_of: Mapping[int, Sequence[str]], now: datetime, base_url: str
) -> Callable[[CaseRow], Story]:
    public = frozenset(handle.lower() for handle in profile.handles)

    def tell(row: CaseRow) -> Story:
        return Story(
            title=mask_handles(mask(row.title), public),
            number=row.number,
            topic=_topic(profile, row.topic),
            outlets=_outlets(outlets_of.get(row.id, (row.outlet_name,) if row.outlet_name else ())),
            mentions=counted("mention", row.mentions),
            importance=message("digest.importance", importance=label(row.importance)),
            is_high=row.importance is Importance.HIGH,
            status=label(row.status),
            overdue=_overdue(row, now),
            link=f"{base_url.rstrip('/')}/cases/{row.id}" if base_url else "",
        )

    return tell


def _overdue(row: CaseRow, now: datetime) -> str:
    """How long ago the case was due; empty where it is not late."""
    if not row.overdue:
        return ""
    days = (now - row.due_at) // timedelta(days=1)
    return message("digest.late_by", span=counted("late_day", days)) if days else message("digest.late_today")


def _outlets(names: Sequence[str]) -> str:
    shown = list(dict.fromkeys(name for name in names if name))
    said = message("digest.comma").join(shown[:_OUTLETS])
    left = len(shown) - _OUTLETS
    return message("digest.and_others", names=said, others=counted("outlet", left)) if left > 0 else said


def _trouble(view: SourceView, zone: str) -> Trouble:
    heard = view.last_item_at if view.health is Health.QUIET else view.last_success_at
    return Trouble(
        name=view.source.name or view.source.id,
        health=message(f"digest.health.{view.health.value}"),
        since=message("digest.since", day=gregorian(local_day(heard, zone))) if heard else "",
        reason=mask(view.reason),
    )


def _recall(figure: Figure | None) -> str:
    """The newest measured recall in a sentence (REQUIREMENTS C9)."""
    if figure is None or figure.recall is None:
        return ""
    shares = {name: f"{getattr(figure.recall, name):.0%}" for name in ("low", "high")}
    return message("digest.recall", number=int(figure.weeks[-1][-2:]), share=f"{figure.recall.value:.0%}", **shares)


def _topic(profile: Profile, code: str) -> str:
    topic = profile.topic(code)
    return topic.name_ar if topic else code


def _beside(tally: Tally) -> str:
    """How a figure stands beside that of the week before."""
    change = tally.count - tally.before
    if not change:
        return message("digest.same")
    return message("digest.more" if change > 0 else "digest.fewer", change=_number(abs(change)))


def _more(left: int, thing: str) -> str:
    return message("digest.and_more", things=counted(thing, left)) if left > 0 else ""


def _number(value: int) -> str:
    return f"{value:,}"
