"""The deciders behind an article's title, author and text, one at a time."""

from __future__ import annotations

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.articles.article import extract
from crawlers.articles.body.furniture import clear_away
from crawlers.articles.body.opening_lines import article_alone
from crawlers.articles.body.paragraphs import make_paragraphs
from crawlers.articles.facts.byline import author_on_page, plain_author
from crawlers.articles.facts.headline import headline, is_within, without_outlet

LONG = "شكا سكان الحي من انقطاع المياه منذ خمسة أيام، وقالوا إن بلاغاتهم المتكررة لم تجد ردا حتى الآن."


def page(body: str, head: str = "") -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(f"<html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>")


def cleared(body: str) -> str:
    root = page(body)
    clear_away(root)
    return " ".join(text.strip() for text in root.itertext() if text.strip())


@pytest.mark.parametrize(
    "block",
    [
        "<div class='comments-list'><p>X</p></div>",
        "<div id='respond'><p>X</p></div>",
        "<div class='k'><h3>التعليقات (١٢)</h3><p>X</p></div>",
        "<div class='k'><h4>أضف تعليقك</h4><p>X</p></div>",
        "<section><h2>3 comments</h2><p>X</p></section>",
        "<div><b>اقرأ أيضًا:</b> <a href='/2'>X</a></div>",
        "<p><strong>Read more:</strong> <a href='/2'>X</a></p>",
        "<ul aria-label='مشاركة'><li>X</li></ul>",
        "<div role='complementary'><p>X</p></div>",
        "<div class='google-ads'>X</div>",
        "<div>إعلان<br>X</div>",
        "<h2>أخبار ذات صلة</h2><p>X</p>",
    ],
)
def test_furniture_goes(block: str) -> None:
    assert cleared(f"<article><h1>عنوان</h1><p>{LONG}</p></article>{block}") == f"عنوان {LONG}"
    assert cleared(f"<div><h1>عنوان</h1><p>{LONG}</p>{block}</div>") == f"عنوان {LONG}"


@pytest.mark.parametrize(
    "kept",
    [
        "<div class='comments-open'><h1>ع</h1><p>X</p></div>",
        "<article class='ad-free related'><p>X</p></article>",
        "<div id='comments'><div itemprop='articleBody'><p>X</p></div></div>",
        "<div class='post-content no-comments'><p>X</p></div>",
        "<p>X <b>تعليقات</b></p>",
        "<p>إعلان الوزارة عن X في المدينة</p>",
        "<h2>ردود القراء على الاستبيان أظهرت ارتباكا واسعا</h2><p>X</p>",
        "<div class='roads leader shared-taxi'><p>X</p></div>",
        "<p>قصير</p><div class='with-sidebar has_related'><p>X</p></div><p>X</p><p>X</p><p>X</p>",
        "<div class='sharing'><p>X</p></div><p>قصير</p>",
    ],
)
def test_what_only_sounds_like_furniture_stays(kept: str) -> None:
    body = kept.replace("X", LONG)
    assert LONG in cleared(body)


def test_an_article_that_is_called_furniture_is_read_all_the_same() -> None:
    body = f"<html><head><meta charset='utf-8'></head><body><div class='comments'><p>{LONG}</p></div></body></html>"
    assert extract(body.encode(), "text/html", "http://paper.example/1").text == LONG


@given(st.text(alphabet="<>/abdivp='\" تعليقات\n", max_size=200))
def test_any_markup_can_be_cleared_and_parted(markup: str) -> None:
    root = page(f"<div><table><tr><td>{markup}<br>{markup}</td></tr></table></div>")
    clear_away(root)
    make_paragraphs(root)
    assert root.tag == "html"


def test_lines_between_breaks_become_paragraphs_and_lose_nothing() -> None:
    root = page(f"<div>{LONG}<br><br><b>قال</b> آخر<br><div>كتلة</div>ذيل {LONG}</div>")
    before = "".join(str(root.text_content()).split())
    make_paragraphs(root)
    assert "".join(str(root.text_content()).split()) == before
    assert [str(each.text_content()) for each in root.iter("p")] == [LONG, "قال آخر", f"ذيل {LONG}"]


def test_a_table_of_figures_stays_a_table() -> None:
    root = page(f"<table><tr><td>الدولار</td><td>3.75</td></tr></table><p>{LONG}</p>")
    make_paragraphs(root)
    assert len(list(root.iter("td"))) == 2


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("صحيفة القنطرة - عودة المياه إلى الحي", "عودة المياه إلى الحي"),
        ("عودة المياه إلى الحي » القنطرة", "عودة المياه إلى الحي"),
        ("عودة المياه إلى الحي | صحيفة القنطرة", "عودة المياه إلى الحي"),
        ("المياه: عودة إلى الحي بعد انقطاع", "المياه: عودة إلى الحي بعد انقطاع"),
        ("عودة المياه إلى الحي", "عودة المياه إلى الحي"),
    ],
)
def test_the_outlet_s_name_is_no_part_of_the_title(title: str, expected: str) -> None:
    assert without_outlet(title) == expected


def test_a_known_name_goes_from_either_end_and_nothing_else_does() -> None:
    assert without_outlet("القنطرة :: الماء والحي", {"القنطره"}) == "الماء والحي"
    assert without_outlet("الماء والحي في صور - الجزء الأول", {"القنطره"}) == "الماء والحي في صور - الجزء الأول"


@pytest.mark.parametrize("title", ["القنطرة :: عودة المياه إلى الحي", "عودة المياه إلى الحي · القنطرة"])
def test_a_heading_that_the_page_s_title_confirms_is_the_title(title: str) -> None:
    root = page("<h2>أخبار اليوم كلها</h2><h2>عودة المياه إلى الحي</h2>", f"<title>{title}</title>")
    assert headline(root, "", ()) == "عودة المياه إلى الحي"


def test_a_heading_that_is_the_outlet_s_name_is_not() -> None:
    root = page("<h1>القنطرة نيوز</h1>", "<title>عودة المياه إلى الحي</title>")
    assert headline(root, "", ["القنطرة نيوز"]) == "عودة المياه إلى الحي"


def test_part_of_a_word_is_not_the_title() -> None:
    assert not is_within("المياه إلى الحي", "عودة المياه إلى الحي")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("كتب - سعيد الناصر", "سعيد الناصر"),
        ("كتبت: ريم الحسن", "ريم الحسن"),
        ("بقلم ريم الحسن", "ريم الحسن"),
        ("سعيد الناصر - الرياض", "سعيد الناصر"),
        ("By Sami Noor | Jeddah", "Sami Noor"),
        ("سعيد الناصر", "سعيد الناصر"),
        ("عبد الرحمن آل الشيخ", "عبد الرحمن آل الشيخ"),
        ("Al-Noor Sami", "Al-Noor Sami"),
    ],
)
def test_a_byline_gives_the_name(written: str, name: str) -> None:
    assert plain_author(written) == name


@pytest.mark.parametrize("place", ["reporter", "news-writer", "الكاتب", "info_author_name", "byline"])
def test_a_place_called_by_an_author_s_word(place: str) -> None:
    assert author_on_page(page(f"<div class='{place}'>سعيد الناصر - أبها</div><p>{LONG}</p>")) == "سعيد الناصر"


def test_a_long_text_is_no_author() -> None:
    assert author_on_page(page(f"<div class='writer'>{LONG}</div>"), ("كتب الوزير في حسابه",)) == ""


def test_the_opening_lines_that_repeat_go() -> None:
    text = f"محليات\nعودة المياه إلى الحيّ!\nبقلم: سعيد الناصر\nنشر في 18 نوفمبر 2026\n{LONG}\n18 نوفمبر 2026"
    assert article_alone(text, "عودة المياه إلى الحي", "محليات") == f"{LONG}\n18 نوفمبر 2026"


@pytest.mark.parametrize("first", [f"{LONG}", "عادت المياه. وفرح الناس في 18 نوفمبر 2026.", "قال الأهالي إنهم ينتظرون"])
def test_an_article_s_own_first_line_stays(first: str) -> None:
    assert article_alone(f"{first}\n{LONG}", "عودة المياه إلى الحي", "محليات").startswith(first)


@given(st.lists(st.text(alphabet="ابت \n.18نوفمبر2026", max_size=30), max_size=6), st.text(max_size=20))
def test_opening_lines_never_leave_nothing_and_never_add(lines: list[str], title: str) -> None:
    text = "\n".join(lines)
    left = article_alone(text, title)
    assert text.endswith(left)
    assert bool(left) == bool(text)
