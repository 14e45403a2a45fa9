"""PDF reports: what they are called, and a passage for each page."""

from __future__ import annotations

import pytest

from crawlers.report import parse_report
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
    assert passage.title == expected


def test_each_page_with_text_is_a_passage_with_its_number() -> None:
    passages = parse_report(pdf("الصفحة الأولى", "", "الصفحة الثالثة", title="تقرير"), entry(""), url=URL)
    assert [(each.page, each.key) for each in passages] == [(1, f"{URL}#page=1"), (3, f"{URL}#page=3")]
