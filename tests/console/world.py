"""A small world in a real store: people of every role, sources, mentions with tags, made through the registry's own doors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from domain.mention import Channel, Mention
from domain.outlet import AnswerChannel, Medium, Outlet
from domain.people import Role
from domain.profile import Profile
from domain.source import Discovery, PollFailure, PollPlan, Source, SourceKind, SourceState
from domain.tags import Axis, Evidence, Flag, Importance, Kind, Remit, Sentiment, Tags
from registry import cases, inbox, people, sources, stories, tagging
from registry.database import Database
from service.profiles import load_profile

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PASSWORD = "a-long-test-password"
SECRET = b"s" * 32
STAFF = {
    "rana": ("رنا المراجعة", Role.REVIEWER, ""),
    "sami": ("سامي الأخصائي", Role.SPECIALIST, ""),
    "dana": ("دانة من الشبكات", Role.DEPARTMENT, "networks"),
    "amal": ("أمل المعتمدة", Role.APPROVER, ""),
    "majed": ("ماجد المدير", Role.MANAGER, ""),
    "adel": ("عادل المدقق", Role.AUDITOR, ""),
    "admin": ("مشرف النظام", Role.ADMIN, ""),
}
OUTAGE = "الإنترنت مقطوع في حي النرجس منذ ثلاثة أيام ولم ترد الشركة على بلاغات السكان"


@dataclass(frozen=True)
class World:
    """The store, its profile, and the ids of what is in it, by a short name."""

    database: Database
    profile: Profile
    mentions: dict[str, int]


def build(database: Database) -> World:
    """Fill the store; nothing but the registry's public functions is used."""
    profile = load_profile("mcit")
    with database.transaction() as session:
        for username, (name, role, department) in STAFF.items():
            code = profile.departments[0].code if department else ""
            people.add(session, username, name, PASSWORD, [role], department=code, now=NOW)
        for source, outlet in _sources():
            sources.save(session, source, outlet)
    ids = {}
    for name, (mention, tags) in _mentions(profile).items():
        ids[name] = _store(database, mention, tags)
    with database.transaction() as session:
        stories.join_stories(session, tagging.stored(session, list(ids.values())), NOW)
    with database.transaction() as session:
        cases.register_flagged(session, profile, NOW)
    with database.transaction() as session:
        failure = PollFailure("wadi", "the server answered 500", "wait, or ask the outlet")
        sources.record_failure(session, failure, PollPlan(NOW + timedelta(minutes=20), 3), NOW)
    return World(database, profile, ids)


def _store(database: Database, mention: Mention, tags: Tags) -> int:
    with database.transaction() as session:
        discovery = Discovery(mention.source_id, SourceState(), mentions=(mention,))
        result = inbox.store_discovery(session, discovery, {mention.key: ("services",)}, NOW, SECRET)
        tagging.store_tags(session, [(result.new[0], tags)], 0.5, NOW)
    return result.new[0]


def _sources() -> list[tuple[Source, Outlet]]:
    return [
        (
            Source("afaq", SourceKind.FEED, "afaq", "آفاق", "https://afaq.example/rss"),
            Outlet("afaq", "صحيفة آفاق", reach=4, editor_email="desk@afaq.example", answer_channel=AnswerChannel.EMAIL),
        ),
        (
            Source("wadi", SourceKind.LISTING, "wadi", "أخبار الوادي", "https://wadi.example/news"),
            Outlet("wadi", "أخبار الوادي", reach=2, editor_email="desk@wadi.example", answer_channel=AnswerChannel.EMAIL),
        ),
        (
            Source("x-search", SourceKind.X_SEARCH, "x", "بحث إكس", query="نفاذ"),
            Outlet("x", "منصة إكس", medium=Medium.SOCIAL, answer_channel=AnswerChannel.X_REPLY),
        ),
    ]


def _press(key: str, outlet: str, title: str, text: str, hours: int) -> Mention:
    url = f"https://{outlet}.example/{key}"
    at = NOW - timedelta(hours=hours)
    return Mention(
        url, Channel.PRESS, outlet, outlet, url, title, text, at, canonical_url=url, published_at=at, author="محرر الشؤون المحلية"
    )


def _post(key: str, text: str, handle: str, hours: int, *, addressed: bool) -> Mention:
    at = NOW - timedelta(hours=hours)
    return Mention(
        f"x:{key}", Channel.SOCIAL, "x-search", "x", f"https://x.com/{handle}/status/{key}", "", text, at,
        published_at=at, author="شخص ما", author_handle=handle, addressed=addressed, language="ar",
    )  # fmt: skip


def _tags(kind: Kind, topic: str, importance: Importance, text: str, *flags: Flag) -> Tags:
    return Tags(
        remit=Remit.OURS,
        kind=kind,
        sentiment=Sentiment.NEGATIVE if kind is Kind.COMPLAINT else Sentiment.NEUTRAL,
        topic=topic,
        importance=importance,
        lang="ar",
        flags=frozenset(flags),
        confidence={Axis.REMIT: 0.97, Axis.KIND: 0.91, Axis.SENTIMENT: 0.88, Axis.TOPIC: 0.79, Axis.IMPORTANCE: 0.66},
        evidence=(
            Evidence(Axis.TOPIC, "text", 0, 8),
            Evidence(Axis.KIND, "text", 0, 14),
            Evidence(Axis.SENTIMENT, "text", 9, min(18, len(text))),
        ),
        model="compact 2026.11",
    )


def _mentions(profile: Profile) -> dict[str, tuple[Mention, Tags]]:
    outage = _press("outage", "afaq", "سكان حي النرجس يشكون انقطاع الإنترنت", OUTAGE + ". وقال أحدهم إن أعماله توقفت.", 5)
    again = _press("again", "wadi", "سكان حي النرجس يشكون انقطاع الإنترنت", OUTAGE + ". وقال أحدهم إن أعماله توقفت تمامًا.", 3)
    bills = "وش سالفة الفواتير اللي تجي مرتين؟ كلمتهم على 0551234567 وما رد أحد @someone_9"
    question = "كيف أوثق رقمي في نفاذ إذا ضاع جوالي القديم؟"
    rumour = "يقال إن الوزارة ستلغي الباقات القديمة كلها نهاية الشهر <script>alert(1)</script> https://x.com/a/b"
    networks = profile.topics[0].code
    return {
        "outage": (outage, _tags(Kind.COMPLAINT, "networks/outage", Importance.HIGH, outage.text)),
        "again": (again, _tags(Kind.COMPLAINT, "networks/outage", Importance.HIGH, again.text)),
        "bills": (
            _post("1001", bills, "angry_person", 2, addressed=False),
            _tags(Kind.COMPLAINT, "billing/bills", Importance.MEDIUM, bills, Flag.PERSONAL_DATA),
        ),
        "question": (
            _post("1002", question, "curious_person", 1, addressed=False),
            _tags(Kind.INQUIRY, "egov/digital-identity", Importance.LOW, question),
        ),
        "rumour": (
            _post("1003", rumour, "loud_person", 1, addressed=False),
            replace(_tags(Kind.NEUTRAL, networks, Importance.MEDIUM, rumour, Flag.RUMOUR), sentiment=Sentiment.NEUTRAL),
        ),
    }
