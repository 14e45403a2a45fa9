"""Stories: one text that many print is one; texts that only share a paragraph are not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.arabic import normalise, tokens
from domain.mention import Mention
from registry import stories, tagging
from registry.database import Database
from registry.story_text import ALIKE, buckets, likeness, signatures, sketch, story_words
from registry.text_words import words
from registry.views import StoryJoin
from tests.registry.hands import NOW, Hands

AGENCY = (
    "اشتكى عدد من أهالي حي الروابي شرق المدينة من كثرة الحفر في شارع الأمير خالد، وقالوا إن سياراتهم تتعرض للتلف كل يوم، "
    "وأوضح المواطن سالم الدوسري أن البلاغات المتكررة لم تجد استجابة منذ ثلاثة أشهر، مشيراً إلى أن المقاول غادر الموقع قبل إكمال "
    "السفلتة وترك الأتربة على جانبي الطريق، فيما طالب السكان بسرعة معالجة الوضع قبل موسم الأمطار الذي تتحول فيه الحفر إلى برك "
    "تعيق وصول الطلاب إلى مدارسهم وتتسبب في حوادث متكررة بين المركبات عند التقاطع الرئيسي المؤدي إلى المستوصف."
)
BOILERPLATE = "جميع الحقوق محفوظة لصحيفة اليومية ولا يجوز نقل المحتوى أو إعادة نشره إلا بإذن مكتوب من إدارة التحرير في الصحيفة."
OTHER = (
    "أعلنت أمانة المنطقة بدء مشروع لتجديد لوحات الإرشاد على المداخل الشمالية، وبينت أن العمل يستمر شهرين بإشراف مكتب هندسي، وأن "
    "اللوحات الجديدة عاكسة للضوء ومكتوبة بلغتين، وسيعاد توزيعها بما يراعي المسافات بين المخارج وملاحظات السائقين التي "
    "وردت عبر التطبيق."
)


def _join(database: Database, hands: Hands, *mentions: Mention, now: datetime = NOW) -> list[StoryJoin]:
    new = hands.store(*mentions, now=now).new
    with database.transaction() as session:
        return stories.join_stories(session, tagging.stored(session, new), now)


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


def test_a_later_mention_joins_and_a_restart_forgets_nothing(
    database: Database, hands: Hands, article: Callable[..., Mention]
) -> None:
    (first,) = _join(database, hands, article(1, AGENCY))
    database.close()
    (second,) = _join(database, hands, article(2, AGENCY + " انتهى."))
    assert second == StoryJoin(second.mention_id, first.story_id, 2)


def test_shared_boilerplate_makes_no_story(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    joins = _join(database, hands, article(1, AGENCY + BOILERPLATE), article(2, OTHER + BOILERPLATE))
    assert len({join.story_id for join in joins}) == 2


def test_the_window_closes(database: Database, hands: Hands, article: Callable[..., Mention]) -> None:
    (first,) = _join(database, hands, article(1, AGENCY))
    late = NOW + stories.WINDOW + timedelta(seconds=1)
    (second,) = _join(database, hands, article(2, AGENCY), now=late)
    assert first.story_id != second.story_id
    with database.transaction() as session:
        assert stories.forget_old(session, late) == 1
        assert stories.forget_old(session, late) == 0


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("الحفر كثيرة في شارعنا اليوم", "الحفر كثيرة في شارعنا أمس", False),
        ("الحفر كثيرة في شارعنا اليوم", "الحُفَر كثيرةٌ في شارعنا اليوم!", True),
        ("RT @someone: الحفر كثيرة في شارعنا", "الحفر كثيرة في شارعنا https://t.co/a1b2", True),
        ("!!!", "؟؟؟", False),
    ],
)
def test_short_posts_join_only_where_they_are_equal(
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


@given(st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآًٌَُِّـ ،.!؟#@_aB0٣\n", max_size=80))
def test_words_are_those_of_the_normaliser(raw: str) -> None:
    assert words(raw) == tokens(normalise(raw))


@given(st.lists(st.sampled_from(["طريق", "حفرة", "شارع", "حي", "سيارة", "مطر", "لوحة"]), min_size=10, max_size=60))
def test_likeness_estimates_what_is_shared(text: list[str]) -> None:
    changed = [*text, "نهاية", "الخبر"]
    marks = signatures(sketch([text, changed]))
    one, other = ({tuple(each[place : place + 3]) for place in range(len(each) - 2)} for each in (text, changed))
    true = len(one & other) / len(one | other)
    assert abs(likeness(marks[0], marks[1:])[0] - true) < 0.25


def test_alike_texts_share_a_bucket() -> None:
    texts = [story_words("", AGENCY), story_words("عنوان آخر", AGENCY + " وأضاف أن الوعود لم تنفذ بعد."), story_words("", OTHER)]
    sketches = sketch(texts)
    found = [set(row) for row in buckets(sketches).tolist()]
    marks = signatures(sketches)
    assert found[0] & found[1]
    assert not found[0] & found[2]
    assert likeness(marks[0], marks[1:2])[0] >= ALIKE
    assert np.array_equal(buckets(sketch(texts)), buckets(sketches))
