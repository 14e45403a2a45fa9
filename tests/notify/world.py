"""A small ministry with its outlets and staff, and the way from a printed text to a solved case, for the tests of notify."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from sqlmodel import Session

from domain.case import CaseEventKind
from domain.mention import Channel, Mention
from domain.outlet import AnswerChannel, Medium, Outlet
from domain.people import Actor, Role
from domain.profile import Department, Profile, Topic
from domain.source import Discovery, Source, SourceKind, SourceState
from domain.tags import OTHER_TOPIC, Axis, Complexity, Importance, Kind, Remit, Sentiment, Tags
from registry import cases, inbox, sources, stories, tagging

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
"""A Wednesday of the week 2026-W47."""
TAGS = Tags(
    remit=Remit.OURS,
    kind=Kind.COMPLAINT,
    sentiment=Sentiment.NEGATIVE,
    topic="roads/potholes",
    importance=Importance.MEDIUM,
    lang="ar",
    confidence=MappingProxyType({Axis.KIND: 0.93}),
    model="test 1",
)
PROFILE = Profile(
    code="roads",
    name_ar="وزارة الطرق",
    name_en="Ministry of Roads",
    names=("وزارة الطرق",),
    handles=("RoadsCare",),
    officials=(),
    topics=(
        Topic("roads/potholes", "الحفر والأرصفة", "Potholes", "works"),
        Topic("roads/lighting", "إنارة الطرق", "Street lighting", "works"),
        Topic(OTHER_TOPIC, "أخرى", "Other", "works"),
    ),
    bodies=(),
    departments=(Department("works", "إدارة الصيانة", "Maintenance"),),
    watch=(),
    resolve=MappingProxyType(dict.fromkeys(Complexity, timedelta(hours=24))),
    signature_ar="إدارة الإعلام\nوزارة الطرق",
    signature_en="Media Department\nMinistry of Roads",
    contact="care@roads.example",
)
SAHEL = Outlet("sahel", "صحيفة الساحل", "Sahel", editor_email="editor@sahel.example", reach=4, answer_channel=AnswerChannel.EMAIL)
HERALD = Outlet(
    "herald",
    "جلف هيرالد",
    "Gulf Herald",
    language="en",
    editor_email="desk@herald.example",
    answer_channel=AnswerChannel.EMAIL,
)
DEAF = Outlet("deaf", "نشرة بلا عنوان")
X = Outlet("x", "منصة إكس", "X", medium=Medium.SOCIAL, answer_channel=AnswerChannel.X_REPLY)
OUTLETS = (SAHEL, HERALD, DEAF, X)

SPECIALIST = Actor("huda", "هدى", frozenset({Role.SPECIALIST}))
APPROVER = Actor("salem", "سالم", frozenset({Role.APPROVER}))
BOTH = Actor("nora", "نورة", frozenset({Role.SPECIALIST, Role.APPROVER}))

POTHOLE = "حفرة عميقة أمام مدرسة حي النخيل تتلف مركبات الأهالي منذ شهرين ولا مجيب"
TEXT = (
    "قال عدد من سكان حي النخيل إن حفرة اتسعت أمام بوابة المدرسة بعد الأمطار الأخيرة وألحقت الضرر بمركباتهم، "
    "وأضافوا أنهم أبلغوا الجهة المعنية مرات عدة فلم تصل فرق الصيانة، وطالبوا بردمها قبل عودة الطلاب من الإجازة."
)


def article(number: int, outlet: Outlet = SAHEL, title: str = POTHOLE, text: str = TEXT, at: datetime = NOW) -> Mention:
    """An article of an outlet."""
    url = f"https://{outlet.id}.example/news/{number}"
    return Mention(
        key=url,
        channel=Channel.PRESS,
        source_id=f"{outlet.id}-feed",
        outlet_id=outlet.id,
        url=url,
        canonical_url=url,
        title=title,
        text=text,
        fetched_at=at,
        published_at=at - timedelta(hours=1),
    )


def post(number: int, text: str, handle: str = "some_citizen", at: datetime = NOW) -> Mention:
    """A post on X that addresses the ministry."""
    return Mention(
        key=f"x:{number}",
        channel=Channel.SOCIAL,
        source_id="x-mentions",
        outlet_id=X.id,
        url=f"https://x.com/{handle}/status/{number}",
        title="",
        text=text,
        fetched_at=at,
        published_at=at,
        author="مواطن ما",
        author_handle=handle,
        addressed=True,
    )


def found(session: Session) -> None:
    """Write the sources and outlets."""
    for outlet in (SAHEL, HERALD, DEAF):
        source = Source(f"{outlet.id}-feed", SourceKind.FEED, outlet.id, outlet.name_ar, url=f"https://{outlet.id}.example/rss")
        sources.save(session, source, outlet)
    sources.save(session, Source("x-mentions", SourceKind.X_MENTIONS, X.id, "إشارات إكس", query="RoadsCare"), X)


def publish(session: Session, mentions: Sequence[Mention], tags: Tags = TAGS, now: datetime = NOW) -> list[int]:
    """Store, tag and register mentions as the pipeline does; gives their ids."""
    stored: list[int] = []
    for mention in mentions:
        discovery = Discovery(mention.source_id, SourceState(), mentions=(mention,))
        stored += inbox.store_discovery(session, discovery, {mention.key: ("roads",)}, now, b"secret").new
    waiting = tagging.untagged(session, 100)
    tagging.store_tags(session, [(each.id, tags) for each in waiting], PROFILE.threshold, now)
    stories.join_stories(session, waiting, now)
    cases.register_flagged(session, PROFILE, now, 100)
    return stored


def case_of(session: Session, mention: Mention, tags: Tags = TAGS, now: datetime = NOW) -> int:
    """The case that one published mention opens."""
    publish(session, [mention], tags, now)
    return cases.list_cases(session, limit=1).items[0].id


def solve(session: Session, case_id: int, resolution: str = "رُدمت الحفرة وأُعيدت سفلتة الموقع.", *, now: datetime = NOW) -> None:
    """Work the case to its solution."""
    _work(session, case_id, now)
    cases.act(session, case_id, CaseEventKind.SOLVED, SPECIALIST, {"resolution": resolution}, now)


def prepare_proposals(session: Session, case_id: int, proposals: str, *, now: datetime = NOW) -> None:
    """Work the case to its proposals."""
    _work(session, case_id, now)
    cases.act(session, case_id, CaseEventKind.PROPOSALS_PREPARED, SPECIALIST, {"proposals": proposals}, now)


def important(tags: Tags = TAGS) -> Tags:
    """The same tags, of high importance."""
    return replace(tags, importance=Importance.HIGH)


def _work(session: Session, case_id: int, now: datetime) -> None:
    cases.act(session, case_id, CaseEventKind.ACCEPTED, SPECIALIST, {}, now)
    cases.act(session, case_id, CaseEventKind.ASSIGNED, SPECIALIST, {"department": "works"}, now)
