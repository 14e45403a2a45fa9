"""How much of an article could be read: walls, shells that scripts fill, and what their data hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawlers.articles.article import Article, read_page
from crawlers.articles.entry_reading import read_first
from crawlers.pages import Page
from domain.mention import Access, Entry
from domain.source import Fetched, FetchFailure

TEASER = "أعلنت الهيئة اليوم عن تعديل في رسوم الخدمة البريدية للأفراد، وقالت إن التعديل يبدأ مطلع الشهر المقبل في المدن كلها."
BODY = (
    "يشكو سكان القرى الجبلية من ضعف تغطية شبكة الجوال، ويقول كثير منهم إن المكالمة تنقطع عند أول منعطف.",
    "وذكر رئيس المركز أن ثلاثة أبراج توقفت منذ الصيف بعد خلاف على إيجار الأرض بين المالك والمشغّل.",
    "ووعد المشغّل بتشغيل محطة متنقلة إلى أن يُحل الخلاف، ولم يحدد لذلك موعدًا.",
)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
URL = "https://paper.example/news/410"


def read(body: str, head: str = "") -> Article:
    page = f"<!DOCTYPE html><html lang='ar'><head><meta charset='utf-8'><title>ضعف الجوال في القرى</title>{head}</head>{body}"
    return read_page(page.encode(), "text/html; charset=utf-8", URL, now=NOW)


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


@pytest.mark.parametrize(
    "wall",
    [
        "<div class='paywall'><h3>هذا المحتوى للمشتركين</h3><p>اشترك الآن بعشرة ريالات في الشهر</p></div>",
        "<div class='k'>لإكمال القراءة اشترك في الباقة الرقمية</div>",
        "<section><p>المقال متاح للمشتركين فقط</p></section>",
        "<div id='subscription-wall'><p>Subscribe to continue reading</p></div>",
        "<p><strong>Already a subscriber?</strong> <a href='/login'>Log in</a></p>",
        "<div class='gate'><span>سجل الدخول لمتابعة القراءة</span></div>",
    ],
)
def test_a_teaser_before_a_wall_is_marked_and_the_wall_is_no_text(wall: str) -> None:
    article = read(f"<body><article><h1>ضعف الجوال في القرى</h1>{paragraphs(TEASER)}{wall}</article></body>")
    assert article.access is Access.PAYWALLED
    assert article.text == TEASER


@pytest.mark.parametrize(
    "sentence",
    [
        "وقال المشغّل إن العرض متاح للمشتركين الجدد في الباقات المفوترة والمسبقة الدفع حتى نهاية العام.",
        "وأوضحت الشركة أن من سجل في المنصة قبل الصيف لا يحتاج إلى تسجيل جديد، وأن الرسوم مدفوعة.",
    ],
)
def test_an_article_about_subscribers_is_no_wall(sentence: str) -> None:
    article = read(f"<body><article><h1>ضعف الجوال في القرى</h1>{paragraphs(*BODY, sentence)}</article></body>")
    assert article.access is Access.FULL
    assert sentence in article.text


def test_a_long_article_beside_an_offer_to_subscribe_is_whole() -> None:
    many = [f"{text} وهذا ما تكرر للمرة رقم {number}." for number in range(6) for text in BODY]
    article = read(f"<body><article><h1>ضعف</h1>{paragraphs(*many)}<div class='k'>مشترك بالفعل؟ ادخل</div></article></body>")
    assert article.access is Access.FULL


@pytest.mark.parametrize("free", ["false", '"False"', '"http://schema.org/False"'])
def test_what_the_publisher_states_is_not_free_is_left_unread(free: str) -> None:
    paid = '{"@type":"WebPageElement","isAccessibleForFree":false,"cssSelector":".sold"}'
    head = f'<script type="application/ld+json">{{"@type":"NewsArticle","isAccessibleForFree":{free},"hasPart":{paid}}}</script>'
    sold = f"<div class='sold'>{paragraphs(*BODY)}</div>"
    article = read(f"<body><article><h1>ضعف الجوال في القرى</h1>{paragraphs(TEASER)}{sold}</article></body>", head)
    assert (article.access, article.text) == (Access.PAYWALLED, TEASER)


def test_a_free_article_says_so() -> None:
    head = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":true}</script>'
    assert read(f"<body><article>{paragraphs(*BODY)}</article></body>", head).access is Access.FULL


SHELLS = {
    "empty root": "<body><div id='__next'></div><script src='/app.js'></script></body>",
    "noscript": "<body><noscript>يجب تفعيل جافاسكربت لعرض الموقع</noscript><div></div><script src='/app.js'></script></body>",
    "angular": "<body><app-root></app-root><script src='/main.js'></script></body>",
    "english": "<body><noscript>You need to enable JavaScript.</noscript><div id='root'></div><script></script></body>",
}


@pytest.mark.parametrize("shell", SHELLS.values(), ids=SHELLS)
def test_a_shell_is_marked(shell: str) -> None:
    assert read(shell).access is Access.SCRIPT_BUILT


def test_an_article_that_also_asks_for_scripts_is_an_article() -> None:
    noscript = "<noscript>Please enable JavaScript for comments</noscript><script src='/c.js'></script>"
    article = read(f"<body>{noscript}<article><h1>ضعف</h1>{paragraphs(*BODY)}</article></body>")
    assert article.access is Access.FULL


HTML = paragraphs(*BODY)
NUXT = [{"data": 1}, {"story": 2}, {"title": 3, "body": 4, "author": 5}, "ضعف الجوال في القرى", HTML, {"name": 6}, "ليلى السالم"]
STORY = "ضعف الجوال في القرى"
WRITER = "ليلى السالم"
PIECES = [{"type": "paragraph", "data": {"text": text}} for text in BODY] + [{"type": "ad", "text": "إعلان عن شيء"}]


def script(value: object, attributes: str = 'type="application/json"', before: str = "", after: str = "") -> str:
    return f"<script {attributes}>{before}{json.dumps(value)}{after}</script>"


DATA = {
    "next": script(
        {"props": {"article": {"title": STORY, "bodyHtml": HTML, "author": {"name": WRITER}}}},
        'id="__NEXT_DATA__" type="application/json"',
    ),
    "window state": script(
        {"a": {"headline": STORY, "content": HTML, "authorName": WRITER}}, "", "window.__STATE__ = ", ";window.b = 1;"
    ),
    "quoted state": script(
        json.dumps({"title": STORY, "body": HTML, "byline": WRITER}), "", "window.__DATA__ = JSON.parse(", ");"
    ),
    "blocks": script({"title": STORY, "writer": WRITER, "blocks": PIECES}),
    "nuxt": script(NUXT, 'id="__NUXT_DATA__" type="application/json"'),
    "json-ld": script(
        {"@type": "NewsArticle", "headline": STORY, "articleBody": HTML, "author": {"name": WRITER}}, 'type="application/ld+json"'
    ),
}


@pytest.mark.parametrize("data", DATA.values(), ids=DATA)
def test_the_whole_article_is_read_from_a_shell_s_data(data: str) -> None:
    noise = script({"related": [{"title": "خبر آخر", "body": "نص قصير آخر " * 20}]})
    article = read(f"<body><div id='__next'></div>{noise}{data}<script src='/app.js'></script></body>")
    assert (article.access, article.author) == (Access.FULL, "ليلى السالم")
    assert article.text.split("\n") == list(BODY)


def test_style_sheets_and_broken_data_are_no_article() -> None:
    css = json.dumps({"content": ".a{color:red;margin:0}" * 40, "body": "x" * 900})
    broken = f'<script type="application/json">{css}</script><script>window.A = {{"body": "{"ن" * 300}</script>'
    article = read(f"<body><div id='root'></div>{broken}</body>")
    assert (article.access, article.text) == (Access.SCRIPT_BUILT, "")


def entry(**changes: str) -> Entry:
    return Entry(URL, "s", "paper", URL, **changes)  # type: ignore[arg-type]


def page(body: str, head: str = "") -> Page:
    html = f"<html><head><meta charset='utf-8'>{head}</head>{body}</html>"
    return Page(URL, 200, html.encode(), {"content-type": "text/html; charset=utf-8"})


def test_a_shell_is_known_by_what_its_source_said() -> None:
    result = read_first(page(SHELLS["empty root"]), entry(hint_title="عنوان الخبر", hint_summary=TEASER), None, NOW).result
    assert isinstance(result, Fetched)
    (mention,) = result.mentions
    assert (mention.access, mention.title, mention.text) == (Access.SCRIPT_BUILT, "عنوان الخبر", TEASER)


def test_a_shell_without_a_summary_is_known_by_its_title() -> None:
    result = read_first(page(SHELLS["empty root"]), entry(hint_title="تعطل منصة الدفع"), None, NOW).result
    assert isinstance(result, Fetched)
    assert (result.mentions[0].text, result.mentions[0].access) == ("تعطل منصة الدفع", Access.SCRIPT_BUILT)


def test_the_longer_of_teaser_and_summary_is_kept() -> None:
    wall = f"<body><h1>ضعف</h1><p>{TEASER[:90]}</p><div class='paywall'>للمشتركين فقط</div></body>"
    result = read_first(page(wall), entry(hint_title="ضعف", hint_summary=TEASER), None, NOW).result
    assert isinstance(result, Fetched)
    assert (result.mentions[0].text, result.mentions[0].access) == (TEASER, Access.PAYWALLED)


def test_a_page_that_gives_its_description_alone_is_a_summary() -> None:
    head = f"<title>ضعف</title><meta property='og:description' content='{TEASER}'>"
    result = read_first(page("<body><img src='/x.jpg'></body>", head), entry(), None, NOW).result
    assert isinstance(result, Fetched)
    assert (result.mentions[0].text, result.mentions[0].access) == (TEASER, Access.SUMMARY)


def test_a_page_without_anything_is_a_failure_that_says_what_to_do() -> None:
    result = read_first(page("<body><img src='/x.jpg'></body>"), entry(hint_title="عنوان"), None, NOW).result
    assert isinstance(result, FetchFailure)
    assert "CSS selector" in result.reason
