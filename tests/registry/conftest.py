"""A small ministry, its outlets, and hands that put mentions through the stages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from types import MappingProxyType

import pytest

from domain.mention import Channel, Mention
from domain.outlet import AnswerChannel, Outlet
from domain.people import Actor, Role
from domain.profile import Department, Opening, Profile, Topic
from domain.service_calendar import ServiceCalendar
from domain.source import Source, SourceKind
from domain.tags import Axis, Complexity, Evidence, Flag, Importance, Kind, Remit, Sentiment, Tags
from registry import sources
from registry.database import Database
from tests.registry.hands import NOW, Hands


@pytest.fixture
def now() -> datetime:
    """Sunday 22 November 2026, 09:00 in Riyadh."""
    return NOW


@pytest.fixture
def profile() -> Profile:
    """A ministry of roads, with two topics and a short calendar."""
    return Profile(
        code="mor",
        name_ar="وزارة الطرق",
        name_en="Ministry of Roads",
        names=("وزارة الطرق",),
        handles=("MorCare",),
        officials=(),
        topics=(
            Topic("roads/holes", "الحفر", "Holes", "maintenance", words=("حفر", "حفرة")),
            Topic("roads/signs", "اللوحات", "Signs", "signs"),
            Topic("other/other", "أخرى", "Other", "care"),
        ),
        bodies=(),
        departments=(Department("maintenance", "الصيانة"), Department("signs", "اللوحات"), Department("care", "العناية")),
        watch=(),
        threshold=0.5,
        opening=MappingProxyType(
            {
                "press": Opening.OPEN,
                "report": Opening.PROPOSE,
                "other": Opening.LEAVE,
                "social_addressed": Opening.OPEN,
                "social": Opening.PROPOSE,
            }
        ),
        resolve=MappingProxyType(
            {
                Complexity.ROUTINE: timedelta(hours=24),
                Complexity.CRITICAL: timedelta(hours=6),
                Complexity.COMPLEX: timedelta(hours=60),
            }
        ),
        inquiry_time=timedelta(hours=12),
        calendar=ServiceCalendar(opens=time(8), closes=time(20)),
    )


@pytest.fixture
def team() -> dict[str, Actor]:
    """One person for each role, by the role's name; ``second`` is another department worker."""
    people = {role.value: Actor(role.value, role.value, frozenset({role}), "maintenance") for role in Role}
    return people | {"second": Actor("second", "second", frozenset({Role.DEPARTMENT}), "maintenance")}


@pytest.fixture
def article() -> Callable[..., Mention]:
    """Makes an article of the newspaper ``daily``."""

    def make(number: int, text: str = "", title: str = "", **values: object) -> Mention:
        url = f"https://daily.example/news/{number}"
        made = {
            "key": url,
            "channel": Channel.PRESS,
            "source_id": "daily-feed",
            "outlet_id": "daily",
            "url": url,
            "title": title or f"خبر رقم {number}",
            "text": text or _distinct(number),
            "fetched_at": NOW,
            "canonical_url": url,
            "aliases": (f"guid-{number}",),
            **values,
        }
        return Mention(**made)  # type: ignore[arg-type]

    return make


@pytest.fixture
def post() -> Callable[..., Mention]:
    """Makes a post on X."""

    def make(number: int, text: str = "", **values: object) -> Mention:
        made = {
            "key": f"x:{number}",
            "channel": Channel.SOCIAL,
            "source_id": "x-search",
            "outlet_id": "x",
            "url": f"https://x.com/sami_writes/status/{number}",
            "title": "",
            "text": text or _distinct(number),
            "fetched_at": NOW,
            "author": "سامي",
            "author_handle": "sami_writes",
            **values,
        }
        return Mention(**made)  # type: ignore[arg-type]

    return make


def _distinct(number: int) -> str:
    """Thirty words that no other number has."""
    return " ".join(f"كلمة{number}س{place}" for place in range(30))


@pytest.fixture
def tags() -> Callable[..., Tags]:
    """Makes tags: a sure complaint of ours, where nothing else is said."""

    def make(
        kind: Kind = Kind.COMPLAINT,
        remit: Remit = Remit.OURS,
        importance: Importance = Importance.MEDIUM,
        topic: str = "roads/holes",
        confidence: float = 0.9,
        flags: frozenset[Flag] = frozenset(),
        model: str = "compact 1",
        complexity: Complexity = Complexity.ROUTINE,
    ) -> Tags:
        return Tags(
            remit=remit,
            kind=kind,
            sentiment=Sentiment.NEGATIVE,
            topic=topic,
            importance=importance,
            lang="ar",
            flags=flags,
            confidence=MappingProxyType({Axis.KIND: confidence, Axis.REMIT: 0.8}),
            evidence=(Evidence(Axis.KIND, "text", 0, 4),),
            model=model,
            complexity=complexity,
        )

    return make


@pytest.fixture
def hands(database: Database, profile: Profile, tags: Callable[..., Tags]) -> Hands:
    """Hands over a store that knows two sources."""
    with database.transaction() as session:
        daily = Outlet("daily", "صحيفة اليومية", reach=4, editor_email="editor@daily.example", answer_channel=AnswerChannel.EMAIL)
        sources.save(session, Source("daily-feed", SourceKind.FEED, "daily", "اليومية", url="https://daily.example/feed"), daily)
        sources.save(session, Source("x-search", SourceKind.X_SEARCH, "x", "بحث", query="وزارة الطرق"))
    return Hands(database, profile, tags)
