"""The plan of the world: what is published where, and when. Pure: the same seed and start give the same world.

About three items in five lie in the eight days before the start, so that a weekly digest has something to say; the others
appear one by one afterwards. Agency stories are printed by several papers within minutes or hours; some reach their last
paper only while the world runs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from service.demo import texts
from service.demo.papers import paper
from service.demo.texts import Article, Post, Printing

PAST: Final = timedelta(days=8)
POSTS_PAST: Final = timedelta(days=6.5)
"""X's recent search reaches seven days back."""
PAST_SHARE: Final = 0.6
GAP_SECONDS: Final = (8.0, 20.0)
"""Between two new items at pace 1."""
AGENCY_MINUTES: Final = (4.0, 80.0)
"""Between two papers' printings of one agency story."""
_SHORTEST_AGE: Final = timedelta(minutes=2)
_AWAKE: Final = range(3, 21)
"""Hours of the day, in UTC, in which people post and papers print (06:00-24:00 in Riyadh)."""
_X_EPOCH_MS: Final = 1_288_834_974_657


@dataclass(frozen=True, slots=True)
class PrintedArticle:
    """An article as one paper printed it. ``number`` is the paper's own."""

    at: datetime
    outlet: str
    number: int
    title: str
    paragraphs: tuple[str, ...]
    author: str
    section: str
    language: str
    article_id: str

    @property
    def key(self) -> str:
        """Its name in the world, for counting."""
        return f"{self.article_id}@{self.outlet}"


@dataclass(frozen=True, slots=True)
class PublishedPost:
    """A post with the id that X would give it: ids grow with time."""

    at: datetime
    id: int
    post: Post

    @property
    def key(self) -> str:
        """Its name in the world, for counting."""
        return self.post.id


@dataclass(frozen=True, slots=True)
class PublishedReport:
    """The organisation's report."""

    at: datetime

    @property
    def key(self) -> str:
        """Its name in the world, for counting."""
        return "report"


Item = PrintedArticle | PublishedPost | PublishedReport


def snowflake(at: datetime, sequence: int = 0) -> int:
    """An id as X makes them: milliseconds since its epoch above 22 bits, so that ids sort by time."""
    return (int(at.timestamp() * 1000) - _X_EPOCH_MS) << 22 | (sequence & 0x3FFFFF)


class World:
    """Everything that the world will ever publish, in the order of publication.

    ``pace`` 1.0 brings a new item every 8 to 20 seconds after ``start``, 2.0 twice as many. With ``live`` false everything
    lies in the past. ``seed`` and ``start`` decide the whole plan.
    """

    def __init__(self, profile_code: str, *, start: datetime, seed: int = 7, pace: float = 1.0, live: bool = True) -> None:
        self.profile_code = profile_code
        self.start = start.astimezone(UTC).replace(microsecond=0)
        plan = _Plan(Random(f"{seed}/{profile_code}"), self.start, pace, live)  # noqa: S311 - a plan, not a secret
        self.items: tuple[Item, ...] = plan.make(texts.articles(profile_code), texts.posts(profile_code))
        self._moments = [item.at for item in self.items]

    def published(self, now: datetime) -> tuple[Item, ...]:
        """What is out by now, oldest first."""
        return self.items[: bisect_right(self._moments, now)]

    def printed(self, outlet: str, now: datetime) -> tuple[PrintedArticle, ...]:
        """What one paper has printed by now, newest first."""
        found = (item for item in self.published(now) if isinstance(item, PrintedArticle) and item.outlet == outlet)
        return tuple(found)[::-1]

    def posts(self, now: datetime) -> tuple[PublishedPost, ...]:
        """The posts that are out by now, newest first."""
        return tuple(item for item in self.published(now) if isinstance(item, PublishedPost))[::-1]

    def report(self, now: datetime) -> PublishedReport | None:
        """The organisation's report, once it is out."""
        return next((item for item in self.published(now) if isinstance(item, PublishedReport)), None)

    @property
    def ends(self) -> datetime:
        """When the last item appears."""
        return self._moments[-1]


@dataclass(slots=True)
class _Slot:
    """One printing or post and its moment."""

    at: datetime
    what: tuple[Article, Printing] | Post


class _Plan:
    """Gives every printing and post its moment."""

    def __init__(self, chance: Random, start: datetime, pace: float, live: bool) -> None:
        self._chance = chance
        self._start = start
        self._pace = pace
        self._live = live

    def make(self, articles: Sequence[Article], posts: Sequence[Post]) -> tuple[Item, ...]:
        """The whole plan, oldest first."""
        units: list[Article | Post] = [*articles, *posts]
        self._chance.shuffle(units)
        cut = round(len(units) * PAST_SHARE) if self._live else len(units)
        slots = [slot for unit in units[:cut] for slot in self._past(unit)]
        late = self._take_late_printings(slots) if self._live else []
        slots += self._after_start(units[cut:], late)
        slots.sort(key=lambda slot: slot.at)
        report = PublishedReport(self._start - timedelta(days=2, hours=3))
        return tuple(sorted([*_numbered(slots), report], key=lambda item: item.at))

    def _past(self, unit: Article | Post) -> list[_Slot]:
        if isinstance(unit, Post):
            return [_Slot(self._moment_before_start(POSTS_PAST), unit)]
        at = self._moment_before_start(PAST)
        slots = []
        for printing in unit.printings:
            slots.append(_Slot(at, (unit, printing)))
            at += timedelta(seconds=round(60 * self._chance.uniform(*AGENCY_MINUTES)))
        overlap = max(timedelta(0), slots[-1].at - (self._start - _SHORTEST_AGE))
        return [_Slot(slot.at - overlap, slot.what) for slot in slots]

    def _moment_before_start(self, oldest: timedelta) -> datetime:
        """Some waking moment of the last days; the seconds are uneven, so that no two papers print on the minute."""
        while True:
            age = self._chance.uniform(_SHORTEST_AGE.total_seconds(), oldest.total_seconds())
            at = self._start - timedelta(seconds=int(age), milliseconds=self._chance.randrange(1000))
            if at.hour in _AWAKE or age < 6 * 3600:
                return at

    def _take_late_printings(self, slots: list[_Slot]) -> list[tuple[Article, Printing]]:
        """Take the last printing of two agency stories out of the past: they join their story before the visitor's eyes."""
        stories: dict[str, list[_Slot]] = {}
        for slot in slots:
            if not isinstance(slot.what, Post) and len(slot.what[0].printings) >= 3:
                stories.setdefault(slot.what[0].id, []).append(slot)
        late: list[tuple[Article, Printing]] = []
        for story in list(stories.values())[:2]:
            last = story.pop()
            slots.remove(last)
            assert not isinstance(last.what, Post)
            late.append(last.what)
            minutes = self._chance.uniform(5, 40)
            shift = self._start - timedelta(seconds=round(60 * minutes)) - story[-1].at
            for slot in story:
                slot.at += shift
        return late

    def _after_start(self, units: Sequence[Article | Post], late: Sequence[tuple[Article, Printing]]) -> list[_Slot]:
        queue: list[tuple[Article, Printing] | Post] = [
            unit if isinstance(unit, Post) else (unit, unit.printings[0]) for unit in units
        ]
        for unit in units:
            if isinstance(unit, Article):
                place = queue.index((unit, unit.printings[0]))
                for printing in unit.printings[1:]:
                    place += self._chance.randint(2, 5)
                    queue.insert(place, (unit, printing))
        for number, printing_of in enumerate(late, 1):
            queue.insert(4 * number, printing_of)
        at = self._start
        slots = []
        for what in queue:
            at += timedelta(milliseconds=round(1000 * self._chance.uniform(*GAP_SECONDS) / self._pace))
            slots.append(_Slot(at, what))
        return slots


def _numbered(slots: Sequence[_Slot]) -> list[Item]:
    """The items of slots that are in order of time: papers and X give their numbers."""
    items: list[Item] = []
    counts: dict[str, int] = {}
    for order, slot in enumerate(slots):
        if isinstance(slot.what, Post):
            items.append(PublishedPost(slot.at, snowflake(slot.at, order), slot.what))
            continue
        article, printing = slot.what
        counts[printing.outlet] = counts.get(printing.outlet, 0) + 1
        items.append(_printed(slot.at, article, printing, counts[printing.outlet]))
    return items


def _printed(at: datetime, article: Article, printing: Printing, count: int) -> PrintedArticle:
    kept = article.paragraphs[: len(article.paragraphs) - printing.drop_last]
    if printing.prefix:
        kept = (f"{printing.prefix.rstrip(' :')}: {kept[0]}", *kept[1:])
    return PrintedArticle(
        at=at,
        outlet=printing.outlet,
        number=paper(printing.outlet).first_number + 3 * count,
        title=printing.title or article.title,
        paragraphs=kept,
        author=article.author,
        section=article.section,
        language=article.language,
        article_id=article.id,
    )
