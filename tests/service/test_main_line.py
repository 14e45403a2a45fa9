"""From a newspaper's feed to a registered case; a failing source names itself and never costs the others theirs."""

from __future__ import annotations

import asyncio
import gzip
from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import text as sql

from classifiers.tagger import TagInput
from domain.source import Source, SourceKind
from domain.tags import Tags
from registry import figures, problems, sources
from service.one_pass import run_once
from service.wiring import Runtime
from tests.fakes.newspaper import Answer, Newspaper
from tests.service.conftest import MakeRuntime

COMPLAINT = (
    "اشتكى أهالي قرية الغيل من ضعف شبكة الجوال وانقطاع الإنترنت منذ أشهر، وقالوا إن شركة الاتصالات لم تستجب لبلاغاتهم المتكررة، "
    "وطالبوا وزارة الاتصالات بإلزامها بتركيب برج جديد يخدم مدارس القرية ومركزها الصحي."
)
FOOTBALL = (
    "فاز فريق الوادي على ضيفه بهدفين في مباراة شهدت حضورا كبيرا من الجماهير التي شكت من حكم اللقاء. "
    "وسجل الهدفين قائد الفريق بعد أداء متقن، ورفع الفريق رصيده إلى عشرين نقطة في المركز الثالث. "
    "ويلتقي في الجولة القادمة متصدر الترتيب على أرضه وبين جمهوره مساء الجمعة المقبل."
)


def feed(*items: tuple[str, str, str], encoding: str = "utf-8") -> bytes:
    rows = "".join(
        f"<item><title>{title}</title><link>{link}</link><content:encoded><![CDATA[<p>{body}</p>]]></content:encoded></item>"
        for title, link, body in items
    )
    head = (
        f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    )
    return f"{head}<channel><title>صحيفة</title>{rows}</channel></rss>".encode()


ITEMS = (
    ("أهالي الغيل يشكون ضعف شبكة الجوال", "https://paper.example/1", COMPLAINT),
    ("الوادي يكسب بهدفين", "https://paper.example/2", FOOTBALL),
)


def source(identifier: str, url: str) -> Source:
    return Source(identifier, SourceKind.FEED, identifier, identifier, url=url)


def one_pass(runtime: Runtime) -> dict[str, str]:
    """One pass; the reasons of the sources that failed."""
    summary = asyncio.run(run_once(runtime))
    assert summary.errors == len(summary.failures)
    return {failure.source_id: failure.reason for failure in summary.failures}


def test_a_complaint_becomes_a_case_and_football_leaves_its_title_alone(make: MakeRuntime) -> None:
    with Newspaper({"/rss": Answer(feed(*ITEMS), content_type="application/rss+xml")}) as paper:
        runtime = make(source("paper", paper.url("/rss")))
        assert one_pass(runtime) == {}
    with runtime.database.reading() as session:
        counts = figures.summary(session)
    assert (counts.mentions, counts.flagged, counts.cases) == (1, 1, 1)
    # The sample of what was left out keeps texts apart, and briefly (C9).
    kept = str({table: rows for table, rows in _rows(runtime).items() if not table.startswith("recall")})
    assert "أهالي قرية الغيل" in kept
    assert "الوادي يكسب بهدفين" in kept
    assert "الجماهير" not in kept


def test_a_pass_over_unchanged_sources_adds_nothing(make: MakeRuntime) -> None:
    with Newspaper({"/rss": Answer(feed(*ITEMS), content_type="application/rss+xml")}) as paper:
        runtime = make(source("paper", paper.url("/rss")))
        one_pass(runtime)
        before = _rows(runtime)
        one_pass(runtime)
        one_pass(runtime)
    after = _rows(runtime)
    (day,), (day_after,) = before.pop("source_day"), after.pop("source_day")
    counted = {name for name, value in day_after.items() if value != day[name]}
    assert {"polls", "unchanged"} <= counted <= {"polls", "unchanged", "requests", "bytes", "seconds"}
    checked = {"last_checked_at", "last_success_at", "next_poll_at"}
    changed = {
        (table, column)
        for table in before
        for old, new in zip(before[table], after[table], strict=True)
        for column in old
        if old[column] != new[column]
    }
    assert changed <= {("source", column) for column in checked}
    assert changed


def _rows(runtime: Runtime) -> dict[str, list[dict[str, object]]]:
    from sqlmodel import SQLModel

    with runtime.database.reading() as session:
        return {
            name: [dict(row) for row in session.connection().execute(sql(f'SELECT * FROM "{name}" ORDER BY 1')).mappings()]
            for name in SQLModel.metadata.tables
        }


def test_each_fault_is_a_row_with_its_reason_and_the_others_go_on(make: MakeRuntime) -> None:
    html = "<!doctype html><html><head><title>صحيفة</title></head><body><p>أهلا بكم</p></body></html>".encode()
    pages = {
        "/good": Answer(feed(*ITEMS), content_type="application/rss+xml"),
        "/error": Answer(b"boom", 500),
        "/missing": Answer(b"", 404),
        "/gone": Answer(b"", 410),
        "/garbage": Answer(bytes(range(256)) * 40, content_type="application/rss+xml"),
        "/html": Answer(html),
        "/empty": Answer(b"", content_type="application/rss+xml"),
        "/hang": Answer(feed(*ITEMS), content_type="application/rss+xml", hang_after=20),
        "/bomb": Answer(
            gzip.compress(b"<rss>" + b" " * 60_000_000, 1),
            content_type="application/rss+xml",
            headers={"Content-Encoding": "gzip"},
        ),
    }
    # A host that asks to wait is left alone with all its pages: it gets a paper of its own.
    busy = {"/later": Answer(b"", 429, headers={"Retry-After": "120"})}
    with Newspaper(pages) as paper, Newspaper(busy) as other:
        works = [source(path.strip("/"), paper.url(path)) for path in pages]
        runtime = make(*works, source("later", other.url("/later")), timeout=2)
        failed = one_pass(runtime)
    assert set(failed) == {path.strip("/") for path in (*pages, *busy)} - {"good"}
    expected = {"error": "500", "missing": "404", "gone": "410", "later": "429"}
    for name, status in expected.items():
        assert status in failed[name]
    with runtime.database.reading() as session:
        assert figures.summary(session).cases == 1
        views = {view.source.id: view for view in sources.all_sources(session)}
        listed = {problem.subject_id: problem for problem in problems.open_problems(session).items}
    for name in failed:
        assert views[name].failures == 1
        assert views[name].reason
        assert views[name].next_poll_at > datetime.now(UTC)
        assert listed[name].reason.startswith(failed[name])
    waits = (views["later"].next_poll_at - datetime.now(UTC)).total_seconds()
    assert waits > 60


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1"])
def test_another_encoding_than_it_says(make: MakeRuntime, declared: str) -> None:
    body = feed(*ITEMS, encoding=declared).decode().encode("windows-1256")
    with Newspaper({"/rss": Answer(body, content_type=f"application/rss+xml; charset={declared}")}) as paper:
        runtime = make(source("paper", paper.url("/rss")))
        assert one_pass(runtime) == {}
    with runtime.database.reading() as session:
        titles = [row[0] for row in session.connection().execute(sql("SELECT title FROM mention"))]
    assert titles == [ITEMS[0][0]]


def test_a_text_that_changes_is_a_revision_and_not_a_second_mention(make: MakeRuntime) -> None:
    pages = {"/rss": Answer(feed(ITEMS[0]), content_type="application/rss+xml")}
    with Newspaper(pages) as paper:
        runtime = make(source("paper", paper.url("/rss")))
        one_pass(runtime)
        changed = (ITEMS[0][0], ITEMS[0][1], COMPLAINT + " وأضافوا أن الطلاب يقطعون عشرة كيلومترات لأداء اختباراتهم.")
        paper.pages["/rss"] = Answer(feed(changed), content_type="application/rss+xml")
        one_pass(runtime)
    with runtime.database.reading() as session:
        counts = figures.summary(session)
        revisions = session.connection().execute(sql("SELECT revision FROM mention")).scalars().all()
    assert (counts.mentions, counts.cases) == (1, 1)
    assert revisions == [2]


def test_a_text_that_breaks_the_classifier_is_a_row_and_the_others_go_on(
    make: MakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = (
        "أهالي الوسيعة بلا إنترنت",
        "https://paper.example/3",
        COMPLAINT.replace("الغيل", "الوسيعة").replace("أشهر", "أسابيع"),
    )
    with Newspaper({"/rss": Answer(feed(ITEMS[0], other), content_type="application/rss+xml")}) as paper:
        runtime = make(source("paper", paper.url("/rss")))
        sound = runtime.tagger.tag_many

        def breaks(items: list[TagInput]) -> list[Tags]:
            if any("الغيل" in item.title for item in items):
                raise ValueError("matmul")
            return sound(items)

        monkeypatch.setattr(runtime.tagger, "tag_many", breaks)
        one_pass(runtime)
    with runtime.database.reading() as session:
        states = Counter(session.connection().execute(sql("SELECT state FROM mention")).scalars())
        reasons = [problem.reason for problem in problems.open_problems(session).items]
    assert states == {"failed": 1, "cased": 1}
    assert any("ValueError: matmul" in reason for reason in reasons)
