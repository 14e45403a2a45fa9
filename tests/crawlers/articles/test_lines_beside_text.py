"""Lines, cards, forms and comments that stand between an article's paragraphs, and sentences that only look like them."""

from __future__ import annotations

import json

import lxml.html
import pytest

from crawlers.articles.body.opening_lines import article_alone, without_dateline
from crawlers.articles.body.side_lines import is_caption, is_player, is_side_line
from crawlers.articles.body.teaser_cards import cards_among, is_list
from crawlers.articles.facts.headline import without_section
from tests.crawlers.articles.test_article_body import HEAD, ONE, OTHER, THREE, TITLE, TWO, read

PARAGRAPHS = f"<p>{ONE}</p><p>{TWO}</p>"


@pytest.mark.parametrize(
    "line",
    [
        "تابعونا على قناة الصحيفة في واتساب ليصلكم كل جديد",
        "▶ شاهد أيضا: جولة في السوق القديم",
        "*** مساحة إعلانية ***",
        "// انتهى //",
        "=======ر.ح.",
        "17:10 ت م",
        "المصدر: صحيفة الميزان + وكالات + مواقع إلكترونية",
        "(إعداد د. فلان الفلاني للنشرة العربية - تحرير علان)",
        "عدد القراءات: 1873 تاريخ النشر: 12/11/2026",
        "البريد الإلكتروني:",
        "الأربعاء 18 نوفمبر 2026 | 14:25",
    ],
)
def test_lines_that_are_not_the_article_s(line: str) -> None:
    assert is_side_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "وتابع المدير أن هناك صراعا على المواعيد في العيادة.",
        "تابع الوزير تطبيق القرار في المدن الثلاث مع فريقه.",
        "سجل الفريق هدفين في الشوط الأول من المباراة.",
        "وقال: نشر الفريق تقريره أمس، وفيه: ثلاث توصيات.",
        "في 18 نوفمبر 2026 بدأ العمل",
        "انتهى العمل في الطريق قبل موعده بأسبوعين.",
    ],
)
def test_sentences_that_open_like_a_call_stay(line: str) -> None:
    assert not is_side_line(line)


def test_what_a_player_and_a_picture_say_is_known_by_its_place() -> None:
    body = f"{HEAD}<div class='t'><p>{ONE}</p><p>مدة الفيديو 02:41</p><p>نشرة المساء مع ضيوف الاستوديو</p><p>{TWO}</p>"
    credited = "سيارات تعبر الجسر صباح الثلاثاء بعد افتتاحه (رويترز)"
    picture = f"<div><img src='/a.jpg'></div><p>{credited}</p><p>{THREE}</p></div>"
    assert read(body + picture) == [ONE, TWO, THREE]
    assert is_player("استمع إلى المقال ٠٠:٠٠")
    assert is_caption(credited)
    assert not is_caption(ONE)


def test_lines_parted_by_breaks_are_judged_one_by_one() -> None:
    assert read(f"{HEAD}<div class='t'><p>{ONE}</p><p>{TWO}<br>// انتهى //<br>17:10 ت م<br>1569</p></div>") == [ONE, TWO]


CARD = (
    "<div class='c'><a href='/n/{0}'><h4>مئتا شتلة في متنزه الوادي رقم {0}</h4></a>"
    "<p>سطران يكتبهما المحرر عن خبر آخر في الصحيفة.</p></div>"
)


def test_a_row_of_cards_is_left_out_whatever_it_is_called() -> None:
    row = "".join(CARD.format(number) for number in range(3))
    assert read(f"{HEAD}<div class='t'>{PARAGRAPHS}{row}<p>{THREE}</p></div>") == [ONE, TWO, THREE]


def test_a_list_of_titles_with_summaries_is_left_out() -> None:
    pair = "<div><a href='/n/{0}'>افتتاح ممشى العين رقم {0}</a></div><div>{1}</div>"
    pairs = "".join(pair.format(number, OTHER) for number in range(3))
    block = lxml.html.fragment_fromstring(f"<div>{pairs}</div>")
    assert is_list(block)
    assert read(f"{HEAD}<div class='t'><p>{ONE}</p><p>{TWO}</p><div>{pairs}</div></div>") == [ONE, TWO]


def test_one_linked_title_is_no_row_and_links_within_the_page_lead_nowhere() -> None:
    assert not cards_among(lxml.html.fragment_fromstring(f"<div>{CARD.format(1)}<p>{ONE}</p></div>"), None)
    inner = "<div><h3><a href='#e1'>تحديث من مكان الحدث الآن</a></h3><p>نص.</p></div>"
    assert not cards_among(lxml.html.fragment_fromstring(f"<div>{inner}{inner}</div>"), None)


def test_a_newsletter_s_box_goes_and_the_half_of_the_article_around_it_stays() -> None:
    form = "<div class='n'><h4>رسالة الصباح</h4><p>تصل إلى بريدك كل صباح.</p><form><input></form></div>"
    assert read(
        f"{HEAD}<article><div class='b'><p>{ONE}</p></div><div class='b'><p>{TWO}</p>{form}<p>{THREE}</p></div></article>"
    ) == [
        ONE,
        TWO,
        THREE,
    ]


def test_comments_longer_than_a_short_article_go_by_their_heading() -> None:
    said = "".join(f"<tr><td><b>قارئ {number}</b></td><td>{OTHER} {OTHER}</td></tr>" for number in range(5))
    table = f"<table><tr><td><b>تعليقات القراء</b> - تعبر عن أصحابها</td></tr>{said}</table>"
    assert read(f"<div>{HEAD}<p>{ONE}</p><p>{TWO}</p>{table}</div>") == [ONE, TWO]


def test_a_recording_s_words_are_not_the_article_s() -> None:
    words = "".join(f"<p>00:{second} {OTHER}</p>" for second in (10, 20, 30))
    recording = f"<section class='s'><details><summary>نص الفيديو</summary><div>{words}</div></details></section>"
    assert read(
        f"{HEAD}<div><section class='s'><p>{ONE}</p></section>{recording}<section class='s'><p>{TWO}</p></section></div>"
    ) == [
        ONE,
        TWO,
    ]


def test_a_paragraph_in_many_boxes_counts_for_the_block_that_holds_them_all() -> None:
    boxed = "".join(f"<div class='m'><div><div>{text}</div></div></div>" for text in (ONE, TWO, THREE))
    other = f"<div class='o'><p>{OTHER}</p><p>{OTHER} مرة أخرى.</p></div>"
    assert read(f"{HEAD}<div class='x'><div><div>{boxed}</div></div></div>{other}") == [ONE, TWO, THREE]


def test_an_excerpt_that_is_stated_as_the_text_takes_nothing_away() -> None:
    stated = json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": f"{ONE} {TWO} {THREE}"[:260] + "..."})
    head = f"<script type='application/ld+json'>{stated}</script>"
    assert read(f"{HEAD}<div class='t'><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p><p>{OTHER}</p></div>", head) == [
        ONE,
        TWO,
        THREE,
        OTHER,
    ]


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("المدينة في 18 نوفمبر / وكالة / أعلنت الهيئة خطتها للعام المقبل", "أعلنت الهيئة خطتها للعام المقبل"),
        ("القاهرة 18 نوفمبر/ تشرين الثاني (رويترز) - قال الوزير إن العجز انخفض", "قال الوزير إن العجز انخفض"),
        ("الرياض 25 جمادى الأولى 1447 هـ الموافق 16 نوفمبر 2025 م واس رأس المحافظ الجلسة", "رأس المحافظ الجلسة"),
    ],
)
def test_a_date_line_goes_from_its_paragraph(line: str, left: str) -> None:
    assert without_dateline(f"{left} {ONE}") == f"{left} {ONE}"
    assert without_dateline(f"{line} {ONE}") == f"{left} {ONE}"


@pytest.mark.parametrize(
    "line", ["بعد أحداث 11 سبتمبر (أيلول) تغير كل شيء", "شهدت المدينة في 18 نوفمبر / تشرين الثاني / هطول الأمطار"]
)
def test_a_sentence_with_a_date_is_no_date_line(line: str) -> None:
    assert without_dateline(f"{line} {ONE}") == f"{line} {ONE}"


def test_credits_and_the_section_before_a_headline_go() -> None:
    assert without_section(f"عام / {TITLE}") == TITLE
    assert without_section("كلمة / رد") == "كلمة / رد"
    assert article_alone(f"محليات / {TITLE}\nصحيفة الميزان – د. فلان\n{ONE}", TITLE) == ONE
