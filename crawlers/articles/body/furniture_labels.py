"""Words that head a page's furniture, in Arabic and English: comments, related news, share bars, tags, newsletters, adverts."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

from domain.arabic import normalise

MAX_LABEL: Final = 40
"""Characters of the longest label."""


class Label(Enum):
    """What a label heads."""

    COMMENTS = auto()
    """What follows is the readers', or the words of a recording, to the end of its block."""
    BOX = auto()
    """What follows are links, or a form; the article may go on behind them."""


_STORIES: Final = "(?:ال)?(?:اخبار|خبر|مواضيع|موضوع|موضوعات|مقالات|مقال|مواد|قصص|تقارير|روابط|صور|فيديوهات)"
_COMMENTS: Final = re.compile(
    r"(?:ال)?تعليقات?(?: ال(?:قراء|زوار))?|تعليقات (?:القراء|الزوار|فيسبوك)|(?:ال)?(?:اراء|ردود|مشاركات)(?: (?:القراء|الزوار"
    r"|المتابعين))?"
    r"|(?:اضف|اكتب|اترك|شاركنا|ضع) (?:تعليقك?|ردك?|تعليقا|رايك|ردا)|النقاش|شارك (?:برايك|بتعليقك)"
    r"|(?:ال)?نص (?:ال)?(?:كامل )?(?:لل|ال)(?:فيديو|مقطع|حلقه|تسجيل|بودكاست)|(?:ال)?تفريغ (?:ال)?نصي|transcript"
    r"|\d* ?comments?|leave a (?:comment|reply)|discussion|(?:readers ?)?replies|join the conversation"
)
_BOXES: Final = re.compile(
    rf"{_STORIES} (?:ذات (?:صله|علاقه)|اخري|مشابهه?|متعلقه?|مرتبطه|مقترحه|مختاره|مهمه|قد ت?همك|قد يهمك|ي?ت?همك|سابقه?|تاليه?)"
    r"(?: (?:من|في|علي|عن) (?:هذا |هذه |نفس )?\w+)?"
    r"|ذات صله|(?:و)?اقرا (?:ايضا|كذلك|المزيد|اكثر|في)|شاهد (?:ايضا|كذلك|المزيد)|طالع (?:ايضا|المزيد)|قد (?:يهمك"
    r"|يعجبك)(?: ايضا)?|للمزيد"
    r"|(?:ابرز|اهم) (?:ال)?(?:نقاط|محاور|ما جاء)|(?:ال)?نقاط (?:ال)?رئيسيه|(?:ال)?(?:ملخص|خلاصه)|key points|highlights|in brief"
    r"|(?:ال)?اكثر (?:قراءه|تداولا|مشاهده|تعليقا|زياره|شيوعا|رواجا|اهميه)|من (?:العدد|القسم|الباب) نفسه"
    r"|(?:موضوع|خبر) ي?ت?همك|من (?:نفس|ذات) (?:القسم|الكاتب|الباب)"
    r"|(?:ال)?مزيد (?:من|في|عن|حول) .{1,25}|(?:احدث|اخر|اهم|ابرز) (?:ال)?(?:اخبار|مواضيع|المقالات)|اخترنا لكم?|(?:اختيارات"
    r"|مختارات)(?:نا| المحررين?)?"
    r"|شارك(?:وا)?(?: (?:الخبر|المقال|الموضوع|الصفحه|هذا الخبر|هذا المقال|عبر|علي|مع اصدقائك))?|مشاركه(?: (?:الخبر|المقال"
    r"|عبر))?|انشر"
    r"|(?:ال)?وسوم|(?:ال)?كلمات (?:ال)?(?:مفتاحيه|دلاليه|بحث)|كلمات البحث|مواضيع|هاشتا[قغج]|(?:ال)?تصنيفات"
    r"|(?:ال)?(?:نشره|قائمه) (?:ال)?(?:بريديه|اخباريه|صباح|صباحيه|اسبوعيه)|(?:القائمه|النشره) البريديه|اشترك(?: معنا| الان)?"
    r"|تابعونا(?: علي)?|تابعنا(?: علي)?"
    r"|(?:نبذه )?عن الكاتب|مقالات الكاتب|حاله الطقس|اسعار العملات|استطلاع(?: الراي)?|تصويت|مواقيت الصلاه"
    r"|(?:اعلان|مساحه اعلانيه|محتوي مدعوم|ماده اعلانيه|اعلان مدفوع|advertisement|sponsored(?: content)?)"
    r"|related(?: \w+){0,2}|read (?:more|also|next)|see also|also read|more (?:from|on)(?: \w+){1,4}|you (?:may"
    r"|might) (?:also )?like|most (?:read|popular|viewed)"
    r"|share(?: (?:this|on|the)(?: \w+)?)?|tags?|topics|keywords|newsletter|sign up|follow us|about the author"
    r"|recommended(?: for you)?|trending(?: now)?|latest(?: news)?"
)
_HINT: Final = re.compile(
    "فيديو|حلقة|مقطع|تسجيل|نصي|نقاط|محاور|لخص|لاصة|عليق|راء|آراء|ردود|شارك|نقاش|ضف|كتب|ترك|رأي|صلة|صله|علاق|خرى|شابه|تعلق|رتبط|قترح|ختار|همك|قرأ|قرا|شاهد|طالع|عجبك|مزيد"
    "|كثر|عدد|نفس|ذات"
    "|حدث|خر |هم|برز|خترنا|نشر|وسوم|كلمات|واضيع|هاشتا|صنيف|نشرة|قائمة|شترك|ابعونا|ابعنا|كاتب|طقس|عملات|ستطلاع|صويت|صلاة|علان"
    "|مدعوم"
    "|[a-zA-Z]"
)
"""What every label holds before it is normalised: most pieces of text are none, and this is quickly seen."""
_COUNTED: Final = re.compile(r"\W*[\d٠-٩]+\W{1,2}تعليق(?:ات|اً|ا)?\W*$")
_WORDS: Final = re.compile(r"[^\w\s]+")
_COUNT: Final = re.compile(r"^\d+ (?=\D)|\(?\s*\d+\s*\)?$")


def label_of(text: str) -> Label | None:
    """What a short piece of text heads; None where it is no label, the text of an article for instance."""
    if not 2 < len(text) <= MAX_LABEL or _HINT.search(text) is None:
        return None
    plain = " ".join(_COUNT.sub("", _WORDS.sub(" ", normalise(text)).strip()).split())
    if _COMMENTS.fullmatch(plain) or _COUNTED.match(text):
        return Label.COMMENTS
    return Label.BOX if _BOXES.fullmatch(plain) else None
