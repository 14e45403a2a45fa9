"""Lines that stand between an article's paragraphs and are none of it: calls to follow and subscribe, players, captions, sources,
agencies' closing signs."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from crawlers.articles.body.furniture_labels import label_of
from crawlers.text.date_words import gregorian_month, hijri_month
from domain.arabic import normalise

LONGEST: Final = 220
"""Characters from which only the opening of a line is looked at."""
_OPENING: Final = 80
"""Characters by which a line is known."""
_CAPTION_LENGTH: Final = 60
_BEHIND_PICTURE: Final = 120
_ENDS: Final = (".", "؟", "!", "?", "»", "…", ":")
"""How a sentence ends: captions seldom do."""
_CALL: Final = re.compile(
    r"و?(?:تابعو(?:ا|نا)|تابعنا|اشتركوا?|انضموا?|للاشتراك|للانضمام|لتحميل|للتسجيل|للمتابعه|لمتابعه|للمزيد|لمزيد"
    r"|يمكنكم? (?:متابعه|الاشتراك|قراءه|تحميل))(?:\W|$)"
)
"""How a call to follow the paper elsewhere opens; it is one where it also names the place."""
_VERB: Final = re.compile(r"(?:تابع|حملوا?|نزلوا?|سجلوا?|شاركوا?)(?:\W|$)")
"""Calls that are written as what somebody did («تابع», he went on): only the paper's own place makes calls of them."""
_OWN_PLACE: Final = (
    r"(?:قنا|صفح|حسابا|نشر|مجموع|مجموعا|صفحا)تنا|حسابنا|تطبيقنا|موقعنا|الاخبار عبر|(?:ال)?رابط (?:التالي|ادناه)|\bهنا\b"
    r"|(?:علي|عبر|في) (?:ال)?(?:واتس\s?اب|تليغرام|تلغرام|تيليجرام|غوغل|جوجل|تويتر|فيسبوك|منصه اكس)"
)
_OURS: Final = re.compile(_OWN_PLACE)
_PLACE: Final = re.compile(
    rf"{_OWN_PLACE}|قناه|النشره|واتساب|تليغرام|تلغرام|تيليجرام|غوغل|جوجل|تويتر|فيسبوك|منصه اكس|القروب|\bال?رابط\b"
    r"|تطبيق (?:ال)?(?:صحيفه|جريده|قناه|موقع|هاتف|جوال|واتساب)|التطبيق\b"
)
_ALWAYS: Final = re.compile(
    r"(?:اضغط(?:وا)? هنا|انقر(?:وا)? هنا|لقراءه المزيد|لقراءه الموضوع|(?:و)?اقرا(?:وا)? (?:ايضا|كذلك|المزيد)"
    r"|شاهد(?:وا)? (?:ايضا|المزيد)|طالع ايضا"
    r"|للاطلاع علي المزيد|مساحه اعلانيه|بالتسجيل (?:فانك|فانت|توافق)|باشتراكك (?:فانك|فانت|توافق)|اعد هذا الملخص"
    r"|اذا وجدت خطا|وجدت خطا|الصوره من|مصدر الصوره|صدر الصوره|التعليق علي الصوره|حقوق (?:النشر|الصوره)"
    r"|المعلومات الوارده (?:لا|ليست)|جميع الحقوق محفوظه|لن يتم نشر|(?:ال)?(?:اراء|تعليقات|مقالات|مشاركات) (?:الوارده|المنشوره"
    r"|التي تنشر)|ترحب (?:شبكه|صحيفه"
    r"|جريده)"
    r"|(?:تعليقات|اراء) (?:القراء|الزوار|الكتاب)? ?لا تعبر|هذا (?:المقال|الخبر) لا يعبر"
    r"|follow us|follow .{1,30} on (?:x|twitter|facebook|instagram|whatsapp|telegram|google)|subscribe (?:to|now|today)"
    r"|sign up (?:for|to)|download (?:the|our) app"
    r"|read (?:more|also)|also read|click here|join our|image (?:source|credit|caption)|photo(?:s)? (?:by|credit)|share this"
    r"|all rights reserved)(?:\W|$)"
)
"""How a line opens that is never the article's."""
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+|©.*")
_SIGN: Final = re.compile(r"[^\w]*(?:انتهي|يتبع|ends?|\d{1,2} ?: ?\d{2} ?(?:ت ?م|جمت|gmt)|[\W\d]*)[^\w]*(?:\d{2,5})?[^\w]*")
_RULE: Final = re.compile(r"[^\w\s]{3,} ?[\w. ]{0,12}\W*")
"""A drawn line, with the initials of whoever wrote the report behind it."""
_CAPTION: Final = re.compile(
    r"(?:المصدر|تصوير|الصوره|عدسه|photo|source|credit)\s*[:：\-(].{0,40}|صوره (?:تعبيريه|ارشيفيه|من الارشيف|توضيحيه)\W.{0,30}"
    r"|صوره (?:تعبيريه|ارشيفيه)"
    r"|(?:غيتي|رويترز|اف ب|اسوشيتد برس|getty(?: images)?|afp|reuters|shutterstock|شترستوك)"
)
_WORD: Final = re.compile(r"\w+")
_DATE_WORDS: Final = frozenset(
    "يوم الاحد الاثنين الثلاثاء الاربعاء الخميس الجمعه السبت م ص ه الساعه في نشر صباحا مساء بتوقيت مكه".split()
)
"""Words of a date beside its month."""
_PLAYER: Final = re.compile(
    r"(?:مده (?:الفيديو|المقطع|الحلقه|التسجيل|القراءه)|(?:فيديو|صوت|بودكاست|استماع)\s*[-–—:|]|تشغيل (?:الفيديو|الصوت|الحلقه)"
    r"|استمع (?:الي|ل) ?(?:ال)?(?:مقال|خبر|تقرير|بودكاست|ماده|نص)|(?:وقت|زمن) القراءه|listen to (?:this|the)|(?:video )?duration"
    r"|\d+ min(?:ute)?s? read)(?=[\W\d]|$)"
)
"""What a player says of what it plays, or the page of the time to read it."""
_PICTURED: Final = re.compile(
    r"(?:(?:ال)?صوره?|(?:ال)?لقطه|جانبا? من|مشهد|منظر|من (?:ال)?(?:ارشيف|فعاليات)|تصوير|عدسه|رسم|خريطه|photo|image|a view"
    r"|file photo)(?:\W|$)"
)
"""How a line opens that says what a picture shows."""
_SOURCE: Final = re.compile(r"(?:ال)?(?:مصدر|مصادر)\s*[::].{2,90}")
_MADE: Final = re.compile(r"\(?(?:اعداد|ترجمه|تحرير|تغطيه|كتابه|اعده|reporting by|editing by) [^؟!()]{3,90}\)")
"""Who made a report, in brackets below it."""
_FIELD: Final = re.compile(
    r"(?:الاسم|البريد|البريد الالكتروني|التعليق|الموضوع|عنوان التعليق|رمز التحقق|كود التحقق|رقم الجوال|الجوال"
    r"|ابلاغ عن .{3,25})\s*[:*]*"
)
"""What stands beside the fields of a form, and below a reader's comment."""
_FACT: Final = re.compile(
    "(?:كتب بواسطه|بواسطه|المجموعه|نشر|نشر في|نشر بتاريخ|تاريخ النشر|اخر تحديث|الزيارات|القراءات|المشاهدات|عدد القراءات"
    "|عدد المشاهدات"
    "|القسم|التصنيف|الكاتب|المحرر|مده القراءه|العدد|published|updated|views|author|category)"
    r"\s*[::]"
)
"""What a page tells of its article, where it tells it to people: two of these on a line are no sentence."""
_CREDITED: Final = re.compile(r"\([^()]{2,40}\)\s*$")
"""How a caption ends: with whose picture it is."""
_OPENING_SIGNS: Final = re.compile(r"^[^\w«\"(]+")


def is_side_line(text: str) -> bool:
    """Whether a line, of one paragraph and without the links that fill others, is none of the article's."""
    if len(text) > LONGEST:
        return _ALWAYS.match(_plain(text[:_OPENING])) is not None or _ADDRESS.fullmatch(text) is not None
    return _is_side_line(text)


@lru_cache(maxsize=128)
def _is_side_line(text: str) -> bool:
    """The same for a line that is no long one; asked twice of a page's: when the text is looked for, and when it is read."""
    if len(text) <= _CAPTION_LENGTH and _is_short_sign(text):
        return True
    opening = _plain(text[:_OPENING])
    if _ALWAYS.match(opening) or (_CALL.match(opening) and _PLACE.search(normalise(text))):
        return True
    if _VERB.match(opening) and _OURS.search(normalise(text)):
        return True
    if _ADDRESS.fullmatch(text) or (text.startswith("(") and _MADE.fullmatch(_plain(text))):
        return True
    return ":" in text and _states_facts(_plain(text), text)


def _is_short_sign(text: str) -> bool:
    """Whether a short line is a label, an agency's closing sign, a form's field, or a caption's usual words."""
    plain = normalise(text)
    if label_of(text) is not None or any(pattern.fullmatch(plain) for pattern in (_SIGN, _RULE, _FIELD)):
        return True
    if any(map(str.isdigit, plain)) and _is_date(plain):
        return True
    return _CAPTION.fullmatch(_OPENING_SIGNS.sub("", plain)) is not None and not text.endswith((".", "؟", "!"))


def _is_date(plain: str) -> bool:
    """Whether a line holds a day, its month and year, perhaps the time, and nothing else."""
    words = _WORD.findall(plain)
    months = [gregorian_month(word) or hijri_month(word) for word in words]
    if not any(months) or not any(len(word) == 4 and word.isdigit() for word in words):
        return False
    return all(month or word.isdigit() or word in _DATE_WORDS for word, month in zip(words, months, strict=True))


def _states_facts(plain: str, text: str) -> bool:
    return len(_FACT.findall(plain)) > 1 or (_SOURCE.fullmatch(plain) is not None and is_unfinished(text))


def _plain(text: str) -> str:
    return _OPENING_SIGNS.sub("", normalise(text))


def is_player(text: str) -> bool:
    """Whether a line is a player's: what it plays, and how long."""
    return len(text) <= LONGEST and _PLAYER.match(_plain(text)) is not None


def is_caption(text: str) -> bool:
    """Whether a line that stands right behind a picture says what it shows."""
    if len(text) <= 2 * _BEHIND_PICTURE and _CREDITED.search(text) is not None:
        return True
    is_sentence = len(text) > _BEHIND_PICTURE or text.rstrip().endswith(_ENDS)
    return not is_sentence and _PICTURED.match(_plain(text)) is not None


def is_unfinished(text: str) -> bool:
    """Whether a line is short and no sentence: right behind a player it names what is played."""
    return len(text) <= _BEHIND_PICTURE and not text.rstrip().endswith(_ENDS)
