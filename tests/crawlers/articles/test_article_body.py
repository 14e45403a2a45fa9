"""Where an article's text stands on its page, one decision at a time."""

from __future__ import annotations

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.articles.article import extract
from crawlers.articles.body.body_block import find_body
from crawlers.articles.body.body_lines import lines_of
from crawlers.articles.body.furniture_labels import Label, label_of
from crawlers.articles.body.inserted_boxes import boxes_in
from crawlers.articles.body.paragraphs import make_paragraphs, name_blocks
from crawlers.articles.facts.headline import heading_of
from crawlers.text.page_tree import tree_of

ONE = "شكا سكان الحي من انقطاع المياه منذ خمسة أيام، وقالوا إن بلاغاتهم المتكررة لم تجد ردا حتى الآن."
TWO = "وأوضحت الشركة أن العطل في المضخة الرئيسة، وأن القطعة البديلة تصل من الميناء خلال يومين على الأكثر."
THREE = "ويعتمد الأهالي منذ بدء العطل على الصهاريج، وقد تضاعف سعرها ثلاث مرات في أسبوع واحد بحسب قولهم."
OTHER = "تجمع هواة الفلك ليلة الخميس لرصد مذنب يقترب من الشمس، وقالوا إن ذيله بدا واضحا من غير منظار."
TITLE = "حي كامل بلا ماء منذ خمسة أيام"
HEAD = f"<h1>{TITLE}</h1>"


def read(body: str, head: str = "") -> list[str]:
    html = f"<html><head><meta charset='utf-8'><title>{TITLE}</title>{head}</head><body>{body}</body></html>"
    return extract(html.encode(), "text/html; charset=utf-8", "https://paper.example/n/1").text.split("\n")


BODIES = {
    "paragraphs": f"<div class='a'>{HEAD}<div><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p></div></div>",
    "a block each": f"{HEAD}<main><div class='l'><p>{ONE}</p></div><div class='l'><p>{TWO}</p></div>"
    f"<div class='l'><p>{THREE}</p></div></main>",
    "bare blocks": f"{HEAD}<div class='t'><div>{ONE}</div><div>{TWO}</div><div><span>{THREE}</span></div></div>",
    "breaks in a span": f"{HEAD}<table><tr><td><span id='b'>{ONE}<br><br>{TWO}<br>{THREE}</span></td></tr></table>",
    "bare text around an advert": f"{HEAD}<div class='t'>{ONE}<div class='x'></div>{TWO}<br>{THREE}</div>",
    "columns": f"{HEAD}<div><div class='col c1'><p>{ONE}</p><p>{TWO}</p></div><div class='col c2'><p>{THREE}</p></div></div>",
    "counted parts": f"{HEAD}<div><div class='part-1'><p>{ONE}</p><p>{TWO}</p></div>"
    f"<div class='part-2'><p>{THREE}</p></div></div>",
    "low headings": f"{HEAD}<div><h4>{ONE}</h4><h4>{TWO}</h4><h4>{THREE}</h4></div>",
    "list items": f"{HEAD}<ol class='t'><li>{ONE}</li><li>{TWO}</li><li>{THREE}</li></ol>",
    "elements of its own": f"<x-title>{HEAD}</x-title><x-text><x-line>{ONE}</x-line><x-line>{TWO}</x-line>"
    f"<x-line>{THREE}</x-line></x-text>",
    "a lead apart": f"{HEAD}<div class='intro'><strong>{ONE}</strong></div><div class='body'><p>{TWO}</p><p>{THREE}</p></div>",
    "marked": f"<p>{OTHER}</p><p>{OTHER} كثيرا.</p><div itemprop='articleBody'><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p></div>",
    "no headline": f"<div class='story-text'><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p></div><p>{OTHER}</p>",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_the_text_is_found_in_its_order(body: str) -> None:
    assert read(body) == [ONE, TWO, THREE]


WHOLE = f"<p>{ONE}</p><p>{TWO}</p><p>{THREE}</p>"
NOISE = {
    "the next story": f"{WHOLE}</div><div class='s'><h2>خبر آخر</h2><p>{OTHER}</p><p>{OTHER} جدا.</p>",
    "a box set in": f"<p>{ONE}</p><div class='news-box'><p>لا يفوتك</p><p>{OTHER}</p></div><p>{TWO}</p><p>{THREE}</p>",
    "a card set in": f"<p>{ONE}</p><div class='c'><a href='/2'>خبر آخر عن الفلك</a></div><p>{TWO}</p><p>{THREE}</p>",
    "a quotation drawn out": f"<p>{ONE}</p><blockquote>وأن القطعة البديلة تصل من الميناء</blockquote><p>{TWO}</p><p>{THREE}</p>",
    "an agency's end": f"{WHOLE}<p>// انتهى //</p><p>14:05 ت م 0071</p>",
    "a call to follow": f"{WHOLE}<p>تابعوا قناتنا على <a href='#'>واتساب</a> ليصلكم الجديد</p>",
    "a caption": f"<figure><img src='/a.jpg'><figcaption>المضخة</figcaption></figure><p>تصوير: سعد</p>{WHOLE}",
    "labels and links": f"<p>{ONE}</p><h3>اقرأ أيضًا</h3><ul><li><a href='/2'>خبر آخر عن الفلك والنجوم</a></li></ul><p>{TWO}</p>"
    f"<p>{THREE}</p>",
    "an address": f"<p>{ONE}</p><p>https://paper.example/n/1?x=2</p><p>{TWO}</p><p>{THREE}</p>",
    "a card that is a link": f"{WHOLE}<a href='/2'><div>{OTHER}</div></a>",
}


@pytest.mark.parametrize("body", NOISE.values(), ids=NOISE)
def test_what_is_set_around_and_into_it_is_left_out(body: str) -> None:
    assert read(f"<div class='wrap'><div class='s'>{HEAD}{body}</div></div>") == [ONE, TWO, THREE]


def test_the_text_behind_the_headline_is_the_article_though_another_column_is_longer() -> None:
    column = "".join(f"<p>{OTHER} {number}</p>" for number in range(3))
    assert read(f"<div><div class='m'>{HEAD}<p>{ONE}</p><p>{TWO}</p></div><div class='n'>{column}</div></div>") == [ONE, TWO]


def test_what_the_page_states_for_machines_corrects_what_is_seen() -> None:
    stated = f'<script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{ONE} {TWO} {THREE}"}}</script>'
    seen = f"<div class='t'>{HEAD}{WHOLE}<p>{OTHER}</p></div>"
    assert read(seen) == [ONE, TWO, THREE, OTHER]
    assert read(seen, stated) == [ONE, TWO, THREE]


def test_a_stated_text_that_breaks_off_takes_nothing_away() -> None:
    stated = f'<script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{ONE} {TWO} ويعتمد الأها"}}</script>'
    assert read(f"<div class='t'>{HEAD}{WHOLE}</div>", stated) == [ONE, TWO, THREE]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("التعليقات (٣)", Label.COMMENTS),
        ("آراء القراء", Label.COMMENTS),
        ("اقرأ أيضًا:", Label.BOX),
        ("أخبار مشابهة", Label.BOX),
        ("الأكثر تداولًا", Label.BOX),
        ("المزيد من الأخبار", Label.BOX),
        ("Related stories", Label.BOX),
        ("إعلان", Label.BOX),
        ("إعلان النتائج غدًا", None),
        ("تعليقات الوزير تثير الجدل", None),
        ("أخبار سارة لسكان الحي", None),
        ("قال", None),
    ],
)
def test_what_a_label_is_and_what_only_sounds_like_one(text: str, label: Label | None) -> None:
    assert label_of(text) is label


def test_bare_divisions_of_a_text_are_no_boxes() -> None:
    root = lxml.html.fragment_fromstring(f"<div><p>{ONE}</p><div><p>{TWO}</p></div><p>{THREE}</p></div>")
    assert boxes_in(root) == frozenset()


@given(st.text(alphabet="<>/abdivphl1='\" نصوص\n", max_size=300))
def test_any_markup_gives_lines_that_stand_on_the_page(markup: str) -> None:
    root = tree_of(f"<html><body><div><h1>عنوان</h1>{markup}<p>{ONE}</p></div></body></html>", "https://daily.example/1")
    name_blocks(root)
    make_paragraphs(root)
    heading = heading_of(root, "عنوان")
    whole = " ".join(str(root.text_content()).split())
    body = find_body(root, heading)
    assert 0.0 <= body.share <= 1.0
    for line in lines_of(body.pieces, heading):
        assert line in whole
