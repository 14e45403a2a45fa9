"""PDF reports: what they are called, and a passage for each page."""

from __future__ import annotations

import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from crawlers.reports.passage_title import passage_titles
from crawlers.reports.report import parse_report
from crawlers.text.plain_text import MAX_TITLE
from domain.errors import SourceUnreadable
from domain.mention import Channel, Entry
from tests.fakes.pdf import pdf

URL = "https://observatory.example/files/report-2026.pdf"


def entry(hint: str) -> Entry:
    return Entry(key=URL, source_id="marsad", outlet_id="marsad", url=URL, channel=Channel.REPORT, hint_title=hint)


@pytest.mark.parametrize(
    ("hint", "inside", "expected"),
    [
        ("حال الاتصالات في القرى", "نسخة الطباعة", "حال الاتصالات في القرى"),
        ("تحميل التقرير PDF (6 صفحات)", "الاتصال حيث يعيش الناس", "الاتصال حيث يعيش الناس"),
        ("Download the report", "Services in the countryside", "Services in the countryside"),
        ("Download", "untitled", "report 2026"),
    ],
)
def test_a_link_that_invites_does_not_name_the_report(hint: str, inside: str, expected: str) -> None:
    (passage,) = parse_report(pdf("شبكة الجوال ضعيفة في القرى", title=inside), entry(hint), url=URL)
    assert passage.title.partition(" (")[0] == expected


def test_each_page_with_text_is_a_passage_with_its_number() -> None:
    passages = parse_report(pdf("الصفحة الأولى", "", "الصفحة الثالثة", title="تقرير"), entry(""), url=URL)
    assert [(each.page, each.key) for each in passages] == [(1, f"{URL}#page=1"), (3, f"{URL}#page=3")]


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        (["واقع الاتصال في القرى\nيشكو سكان القرى من ضعف الشبكة منذ سنوات طويلة."], "التقرير - واقع الاتصال في القرى"),
        (["شبكة الجوال ضعيفة في القرى"], "التقرير (ص 1)"),
        (["قال رئيس المركز إن الأبراج توقفت.\nوأضاف أن الخلاف على الإيجار لم يُحل بعد، وأن محطة ستصل."], "التقرير (ص 1)"),
        (["12\n2026\nملخص تنفيذي\nيعرض هذا الملخص أهم ما جاء في التقرير من أرقام ونتائج."], "التقرير - ملخص تنفيذي"),
    ],
)
def test_a_passage_is_called_by_its_heading_or_its_number(pages: list[str], expected: str) -> None:
    assert passage_titles("التقرير", pages) == (expected,)


def test_a_running_title_is_no_heading() -> None:
    pages = [
        f"مرصد الخدمات\nالفصل رقم {name}\nنص طويل عن الخدمات في هذا الفصل من التقرير السنوي للمرصد."
        for name in ("أول", "ثان", "ثالث")
    ]
    assert [title.split(" - ")[1] for title in passage_titles("تقرير", pages)] == [
        "الفصل رقم أول",
        "الفصل رقم ثان",
        "الفصل رقم ثالث",
    ]


def test_an_english_passage_has_an_english_number() -> None:
    assert passage_titles("Services report", ["They waited for the answer of the ministry for a year."]) == (
        "Services report (p. 1)",
    )


@given(st.text(max_size=600), st.lists(st.text(max_size=200), max_size=6))
def test_every_page_has_a_title_that_fits(report: str, pages: list[str]) -> None:
    titles = passage_titles(report, pages)
    assert len(titles) == len(pages)
    assert all(len(title) <= MAX_TITLE for title in titles)


def test_one_bad_page_never_costs_the_others() -> None:
    body = pdf("شبكة الجوال ضعيفة", "نص سيئ", "الفصل الثالث", title="تقرير")
    damaged = body.replace("نص سيئ"[::-1].encode("utf-16-be").hex().encode(), b"((((")
    assert {each.page for each in parse_report(damaged, entry("تقرير"), url=URL)} >= {1, 3}


def bomb(size: int) -> bytes:
    """A report whose second page grows to ``size`` bytes when it is unpacked."""
    stream = zlib.compress(b"BT " * (size // 3), 9)
    body = pdf("شبكة الجوال ضعيفة", "صفحة", title="تقرير")
    head, _, rest = body.partition(b"8 0 obj\n")
    _, _, tail = rest.partition(b"endobj\n")
    packed = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\n" % (len(stream), stream)
    return head + b"8 0 obj\n" + packed + b"endobj\n" + tail


def test_a_page_that_unpacks_without_end_is_left_and_the_others_are_read() -> None:
    passages = parse_report(bomb(200_000_000), entry("تقرير"), url=URL)
    assert [each.page for each in passages] == [1]


def test_a_locked_report_says_so() -> None:
    writer = PdfWriter(clone_from=BytesIO(pdf("نص")))
    writer.encrypt("secret", algorithm="RC4-128")
    locked = BytesIO()
    writer.write(locked)
    with pytest.raises(SourceUnreadable, match="password"):
        parse_report(locked.getvalue(), entry(""), url=URL)


@pytest.mark.parametrize("body", [b"%PDF-1.7\n", b"%PDF-1.4\n" + bytes(range(256)) * 40, pdf("نص")[:400]])
def test_a_damaged_report_says_so(body: bytes) -> None:
    with pytest.raises(SourceUnreadable, match=r"damaged|no text"):
        parse_report(body, entry(""), url=URL)


def test_a_report_longer_than_the_limit_is_read_up_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawlers.reports.report.MAX_PAGES", 3)
    passages = parse_report(pdf(*(f"صفحة من التقرير {number}" for number in range(5))), entry("تقرير"), url=URL)
    assert [each.page for each in passages] == [1, 2, 3]
