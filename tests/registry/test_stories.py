"""Stories: one text that many print is one; texts that only share a paragraph, or a form of words, are not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text as sql

from domain.arabic import normalise, tokens
from domain.mention import Mention
from registry import inbox, mentions, stories, tagging
from registry.database import Database
from registry.story_likeness import Text, likeness
from registry.story_text import buckets
from registry.story_words import pack, unpack, worded
from registry.text_words import words
from registry.views import StoryJoin
from tests.registry.hands import NOW, SECRET, Hands

AGENCY = (
    "اشتكى عدد من أهالي حي الروابي شرق المدينة من كثرة الحفر في شارع الأمير خالد، وقالوا إن سياراتهم تتعرض للتلف كل يوم، "
    "وأوضح المواطن سالم الدوسري أن البلاغات المتكررة لم تجد استجابة منذ ثلاثة أشهر، مشيراً إلى أن المقاول غادر الموقع قبل إكمال "
    "السفلتة وترك الأتربة على جانبي الطريق.\n\nوطالب السكان بسرعة معالجة الوضع قبل موسم الأمطار الذي تتحول فيه الحفر إلى برك "
    "تعيق وصول الطلاب إلى مدارسهم وتتسبب في حوادث متكررة بين المركبات عند التقاطع الرئيسي المؤدي إلى المستوصف.\n\nوقال صاحب ورشة "
    "قريبة إنه يستقبل خمس سيارات في اليوم تكسرت مساعداتها، وإن إصلاح الواحدة يكلف تسعمئة ريال."
)
HEADLINE = "حفر شارع الأمير خالد تتلف سيارات حي الروابي"
BOILERPLATE = "جميع الحقوق محفوظة لصحيفة اليومية ولا يجوز نقل المحتوى أو إعادة نشره إلا بإذن مكتوب من إدارة التحرير في الصحيفة."
OTHER = (
    "أعلنت أمانة المنطقة بدء مشروع لتجديد لوحات الإرشاد على المداخل الشمالية، وبينت أن العمل يستمر شهرين بإشراف مكتب هندسي، وأن "
    "اللوحات الجديدة عاكسة للضوء ومكتوبة بلغتين، وسيعاد توزيعها بما يراعي المسافات بين المخارج وملاحظات السائقين التي "
    "وردت عبر التطبيق."
)
PARAGRAPHS = AGENCY.split("\n\n")
WEEKLY = (
    "تغلق إدارة المرور شارع {street} في {city} ابتداء من مساء {day} ولمدة {days} أيام لتنفيذ أعمال السفلتة، وتدعو السائقين إلى "
    "استخدام الطرق البديلة.\n\nوأوضحت الأمانة أن الأعمال تشمل كشط {length} متراً من الطبقة القديمة وإعادة رصفها."
)


def _join(database: Database, hands: Hands, *mentions: Mention, now: datetime = NOW) -> list[StoryJoin]:
    new = hands.store(*mentions, now=now).new
    with database.transaction() as session:
        return stories.join_stories(session, tagging.stored(session, new), now)


def _text(body: str, title: str = "", *, social: bool = False, day: float = 0) -> Text:
    return Text(worded(title, body, social=social), "daily", NOW + timedelta(days=day))


def test_a_story_printed_by_many_is_one(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    first, second, third = _join(
        database,
        hands,
        article(1, AGENCY, "أهالي الروابي يشتكون الحفر"),
        article(2, f"{AGENCY} من جهتها وعدت البلدية بالمتابعة.", "حفر الروابي تتلف المركبات"),
        article(3, AGENCY.replace("سالم الدوسري", "س. الدوسري"), "الحفر تؤرق سكان حي الروابي"),
    )
    assert {first.story_id} == {second.story_id, third.story_id}
    assert {first.size, second.size, third.size} == {3}


@pytest.mark.parametrize(
    "printed",
    [
        pytest.param("الرياض - واس:\n\n" + AGENCY, id="dateline"),
        pytest.param(PARAGRAPHS[0], id="shortened"),
        pytest.param("\n\n".join([PARAGRAPHS[0], PARAGRAPHS[2], PARAGRAPHS[1]]), id="another order"),
        pytest.param(AGENCY.replace("أ", "ا").replace("ة ", "ه ").replace("شر", "شـر"), id="house spelling"),
        pytest.param(f"{AGENCY}\n\nتابعونا على منصات التواصل ليصلكم الجديد.\n\n{BOILERPLATE}", id="furniture"),
        pytest.param(AGENCY.replace("تسعمئة", "سبعمئة"), id="a corrected figure"),
        pytest.param(f"تلقت الصحيفة رسائل من قراء يسألون عن حال الشوارع في أحياء المدينة.\n\n{AGENCY}", id="a paragraph before"),
    ],
)
def test_one_story_in_many_printings(printed: str) -> None:
    assert likeness(_text(AGENCY, HEADLINE), _text(printed, "عنوان من الصحيفة نفسها", day=0.2)) > 0


@pytest.mark.parametrize(
    ("post", "together"),
    [
        (f"🔴 {HEADLINE} .. التفاصيل https://t.co/a1b2 #الروابي", True),
        ("حفر شارع الأمير خالد تتلف سيارات حي النسيم", False),
        ("والله تعبنا من حفر الشوارع يا أمانة", False),
    ],
)
def test_a_post_that_quotes_the_headline_belongs_to_the_story(post: str, together: bool) -> None:
    assert (likeness(_text(AGENCY, HEADLINE), _text(post, social=True)) > 0) is together


def test_a_recurring_announcement_is_another_story() -> None:
    said = {"street": "الملك فهد", "city": "حائل", "day": "الأحد", "days": "ثلاثة", "length": "800"}
    this = _text(WEEKLY.format(**said), "إغلاق شارع لأعمال السفلتة")
    for changed, day in (({"city": "نجران"}, 0.1), ({"day": "الخميس", "length": "350", "days": "خمسة"}, 7)):
        other = _text(WEEKLY.format(**said | changed), "إغلاق شارع لأعمال السفلتة", day=day)
        assert likeness(this, other) == 0


def test_a_follow_up_with_yesterdays_background_is_another_story() -> None:
    new = (
        "باشرت الأمانة فجر اليوم ردم الحفر بعد تعيين مقاول جديد، وقال مدير التشغيل إن عشر معدات تعمل على ثلاث فترات حتى يكتمل "
        "الرصف قبل نهاية الأسبوع، وإن غرامة وقعت على المقاول السابق."
    )
    assert likeness(_text(AGENCY, HEADLINE), _text(f"{new}\n\nوكان {PARAGRAPHS[0]}", "ردم الحفر", day=1)) == 0


def test_shared_boilerplate_makes_no_story(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    joins = _join(database, hands, article(1, AGENCY + BOILERPLATE), article(2, OTHER + BOILERPLATE))
    assert len({join.story_id for join in joins}) == 2


def test_a_line_that_many_stories_have_is_learnt(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    """Short items above a long standing paragraph: once it was met in three stories it counts no more, wherever it is met."""
    standing = "ترحب هذه الزاوية بصور القراء وملاحظاتهم عن أحيائهم كل أسبوع، وتنشرها كما تصل بعد حذف الأسماء وأرقام الهواتف منها."
    short = {
        "ممر جديد للمشاة": "افتتح ممر للمشاة بجانب المدرسة الثانوية في الحي الغربي",
        "صيانة الحديقة": "أغلقت الحديقة الكبرى أبوابها للصيانة يومين بطلب من سكانها",
        "سوق التمور": "بدأ سوق التمور في الميدان القديم بمشاركة عشرات المزارعين",
        "محطة أخرى": "نقلت محطة الحافلات غرباً فصار الوصول إليها مشياً متعباً للكبار",
    }
    items = [
        article(number, f"{said}.\n{standing}", title, outlet_id="daily" if number < 3 else "elsewhere")
        for number, (title, said) in enumerate(short.items())
    ]
    assert len({join.story_id for join in _join(database, hands, *items[:3])}) == 3
    assert _join(database, hands, items[3])[0].size == 1
    assert likeness(*(_text(f"{said}.\n{standing}", title) for title, said in list(short.items())[2:])) == 0
    unlearnt = Text(worded("محطة", f"{short['محطة أخرى']}.\n{standing}", social=False), "elsewhere", NOW)
    assert likeness(unlearnt, _text(f"{short['سوق التمور']}.\n{standing}", "سوق")) > 0


def test_a_later_mention_joins_and_a_restart_forgets_nothing(
    database: Database, hands: Hands, article: Callable[..., Mention]
) -> None:
    (first,) = _join(database, hands, article(1, AGENCY))
    database.close()
    (second,) = _join(database, hands, article(2, AGENCY + " انتهى."))
    assert second == StoryJoin(second.mention_id, first.story_id, 2)


def test_the_window_closes(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    (first,) = _join(database, hands, article(1, AGENCY))
    late = NOW + stories.WINDOW + timedelta(seconds=1)
    (second,) = _join(database, hands, article(2, AGENCY), now=late)
    assert first.story_id != second.story_id
    with database.transaction() as session:
        assert stories.forget_old(session, late) == 1
        assert stories.forget_old(session, late) == 0


def test_a_bucket_never_grows_without_end(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    joins = _join(database, hands, *(article(n, AGENCY, f"{HEADLINE} كما روتها {n}") for n in range(40)))
    assert {join.size for join in joins} == {40}
    with database.reading() as session:
        fullest = session.execute(sql("SELECT max(n) FROM (SELECT count(*) AS n FROM story_band GROUP BY bucket) AS counted"))
        assert fullest.scalar_one() <= 12


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("الحفر كثيرة في شارعنا اليوم", "الحفر كثيرة في شارعنا أمس", False),
        ("الحفر كثيرة في شارعنا اليوم", "الحُفَر كثيرةٌ في شارعنا اليوم!", True),
        ("RT @someone: الحفر كثيرة في شارعنا", "الحفر كثيرة في شارعنا https://t.co/a1b2", True),
        ("!!!", "؟؟؟", False),
        (
            "@MorCare للمرة الثالثة أرفع بلاغ عن الحفرة ولا رد #حفر",
            "@MorCare للمرة الثالثة أرفع بلاغ عن الإنارة ولا رد #حفر",
            False,
        ),
    ],
)
def test_short_posts_join_only_where_they_say_the_same(
    database: Database, hands: Hands, post: Callable[..., Mention], one: str, other: str, together: bool
) -> None:
    first, second = _join(database, hands, post(1, one), post(2, other))
    assert (first.story_id == second.story_id) is together


def test_joining_twice_changes_nothing(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    new = hands.store(article(1, AGENCY), article(2, AGENCY), article(3, OTHER)).new
    told = []
    for _ in range(2):
        with database.transaction() as session:
            told.append(stories.join_stories(session, tagging.stored(session, new), NOW))
    assert told[0] == told[1]
    assert [join.size for join in told[0]] == [2, 2, 1]


def test_a_changed_text_keeps_its_story_and_is_found_by_its_new_words(
    database: Database, hands: Hands, article: Callable[..., Mention]
) -> None:
    (first,) = _join(database, hands, article(1, OTHER))
    revised = hands.store(article(1, AGENCY)).revised
    with database.transaction() as session:
        (again,) = stories.join_stories(session, tagging.stored(session, revised), NOW)
    assert again == first
    assert _join(database, hands, article(2, AGENCY))[0].story_id == first.story_id
    assert _join(database, hands, article(3, OTHER))[0].story_id != first.story_id


def test_an_erased_text_is_compared_with_nothing(database: Database, hands: Hands, post: Callable[..., Mention]) -> None:
    _join(database, hands, post(1, HEADLINE))
    with database.transaction() as session:
        inbox.erase(session, ["x:1"], NOW, SECRET)
    (second,) = _join(database, hands, post(2, HEADLINE))
    assert second.size == 1
    with database.reading() as session:
        assert mentions.list_mentions(session).total == 1


@given(st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآًٌَُِّـ ،.!؟#@_aB0٣\n", max_size=80))
def test_words_are_those_of_the_normaliser(raw: str) -> None:
    assert words(raw) == tokens(normalise(raw))


@given(st.text(alphabet="ابتقةأ ،.-:!؟#@_aB0٣\n", max_size=200), st.text(max_size=40), st.booleans())
def test_what_is_kept_is_what_was_compared(body: str, title: str, social: bool) -> None:
    said = worded(title, body, social=social)
    kept = unpack(pack(said))
    assert (kept.title, kept.body, kept.social) == (said.title, said.body, said.social)
    assert all(0 <= start < end <= len(said.body) for start, end in said.spans)


@given(st.lists(st.sampled_from(["طريق", "حفرة", "شارع", "حي", "سيارة", "مطر", "لوحة", "جدة", "٣", "الأحد"]), max_size=60))
def test_likeness_is_symmetrical_and_sure_of_itself(text: list[str]) -> None:
    one, other = _text(" ".join(text)), _text(" ".join([*text, "نهاية", "الخبر"]))
    assert likeness(one, other) == pytest.approx(likeness(other, one))
    assert likeness(one, _text(" ".join(text))) == (1.0 if text else 0.0)


def test_alike_texts_share_a_bucket() -> None:
    said = [worded("", AGENCY, social=False), worded(HEADLINE, AGENCY + " وأضاف أن الوعود لم تنفذ بعد.", social=False)]
    said += [worded("", PARAGRAPHS[0], social=False), worded("", HEADLINE, social=True), worded("", OTHER, social=False)]
    found = buckets(said)
    whole, longer, short, post, other = (set(each.asked) for each in found)
    kept = [set(each.kept) for each in found]
    assert kept[0] & longer
    assert kept[0] & short
    assert kept[1] & post
    assert not kept[0] & other
    assert not kept[4] & whole
    assert buckets(said) == found
