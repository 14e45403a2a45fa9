"""What two texts are compared by: the words of headline and body as numbers, without dateline, furniture and marks. Pure.

A word's number is its hash with its class in the two lowest bits, so that a figure, a weekday or a place is known for what it is
without the text.
"""

from __future__ import annotations

import re
import zlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import Final

import numpy as np

from domain.arabic import normalise, tokens
from registry.text_words import stem, word_hash

PLAIN: Final = 0
NUMBER: Final = 1
"""A figure, a number in words, a weekday or a month: what one announcement says instead of another's."""
PLACE: Final = 2
STOP: Final = 3
"""Says nothing by itself."""

_MOST_WORDS: Final = 400
"""Of a body: a story is known by its first pages, whatever hangs below them."""
_MOST_TITLE: Final = 40
_LINE: Final = 5
"""Words of a line that can be known again."""
_BYLINE: Final = 6
"""A first line of fewer words is a dateline, or says who wrote it."""
_DATELINE: Final = re.compile(r"\s*[(\[]?(?:[^\s\-–—:|/]+\s+){0,3}[^\s\-–—:|/]+\s*[\-–—:|/)\]]+\s*")
_REPOST: Final = re.compile(r"^\s*RT @\w+:?\s*")
_CUT_OFF: Final = re.compile(r"\w+(?:\.\.\.|…)")
"""The last word of a headline that was cut off is no word."""
_TRAILING_TAGS: Final = re.compile(r"(?:\s*(?:[#@]\w+|https?://\S+|[^\w\s]+))+\s*$")
_IN_NUMBER: Final = re.compile(r"(?<=\d)[,.٫٬](?=\d)")
_NUMBERED: Final = re.compile(r"^[وفبلك]?(\d+)$")
_SENTENCE: Final = re.compile(r"\n+|(?<=[.!؟?])\s+")


_STOPS: Final = (
    "من في على الى إلى عن أن إن انه انها أنه أنها التي الذي الذين هذا هذه ذلك تلك مع كان كانت قد لا ما لم لن كل بعض بعد "
    "قبل حتى حيث كما أو ثم أي غير بين عند منذ خلال له لها لهم به بها فيه فيها منه منها عليه عليها هو هي هم يتم تم وفق ضمن "
    "نحو عبر لدى كذلك أيضا إذ إذا لكن بل فقط عقب أمام تحت فوق دون the a an of in on at to for and or is was are were by "
    "with from that this it its has have had be as not"
)
_NUMBERS: Final = (
    "واحد واحدة اثنان اثنين اثنتين ثلاث ثلاثة أربع أربعة خمس خمسة ست ستة سبع سبعة ثمان ثمانية ثماني تسع تسعة عشر عشرة "
    "عشرين عشرون ثلاثين ثلاثون أربعين أربعون خمسين خمسون ستين ستون سبعين سبعون ثمانين ثمانون تسعين تسعون مئة مائة مئتان "
    "مئتين مائتين ثلاثمئة أربعمئة خمسمئة ستمئة سبعمئة ثمانمئة تسعمئة ألفين ألفان الأول الأولى الثاني الثانية الثالث "
    "الثالثة الرابع الرابعة الخامس الخامسة السادس السادسة السابع السابعة الثامن الثامنة التاسع التاسعة العاشر العاشرة "
    "السبت الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة يناير فبراير مارس أبريل إبريل مايو يونيو يوليو أغسطس "
    "سبتمبر أكتوبر نوفمبر ديسمبر محرم صفر رجب شعبان رمضان شوال جمادى monday tuesday wednesday thursday friday saturday "
    "sunday january february march april june july august september october november december"
)
_PLACES: Final = (
    "الرياض جدة مكة الدمام الظهران الأحساء الهفوف المبرز القطيف الجبيل ينبع الطائف تبوك حائل بريدة عنيزة القصيم أبها عسير "
    "خميس مشيط بيشة النماص محايل نجران جازان جيزان صبيا صامطة العارضة الباحة بلجرشي المخواة سكاكا الجوف القريات دومة عرعر "
    "رفحاء طريف الخرج الدوادمي المجمعة الزلفي شقراء الأفلاج حوطة عفيف القويعية الرس البكيرية المذنب البدائع حفر الباطن "
    "الخفجي النعيرية بقيق تيماء ضباء أملج العلا خيبر الحناكية رابغ الليث القنفذة خليص الجموم تربة رنية الخرمة شرورة بقعاء "
    "الغزالة ثادق حريملاء الدرعية ضرما المزاحمية رماح تنومة سراة ألمع فيفاء أبوعريش بيش الشرقية الشمالية riyadh jeddah "
    "makkah madinah dammam khobar taif tabuk hail buraidah abha najran jazan yanbu jubail"
)
"""Names of places that are also common words (الوجه، بدر، وادي) are left out."""

_FURNITURE: Final = (
    "اقرأ أيضا", "إقرأ", "اقرأ", "اقرئي", "اشترك", "للاشتراك", "تابعونا", "تابعنا", "تابعوا", "لمتابعة", "شاركونا", "شارك",
    "شاركوا", "جميع الحقوق", "حقوق النشر", "للتواصل", "تواصل معنا", "للمزيد", "المزيد", "المصدر", "ملاحظة المحرر", "تنويه",
    "حمل تطبيق", "حملوا", "انضم", "مواضيع ذات", "أخبار ذات", "موضوعات ذات", "كلمات مفتاحية", "الكلمات الدلالية", "وسوم",
    "نبذة عن", "حول الوزارة", "أرسل لنا", "أرسلوا", "هل لديك", "read also", "subscribe", "follow us", "share this",
)  # fmt: skip
"""How lines begin that belong to the page and not to the story."""


@dataclass(frozen=True, slots=True)
class Worded:
    """A text as it is compared. ``lines`` are the hashes of its first and last lines, ``spans`` where those stand in ``body``."""

    title: tuple[int, ...]
    body: tuple[int, ...]
    social: bool
    lines: tuple[int, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to compare."""
        return not self.body and not self.title


def worded(title: str, text: str, *, social: bool) -> Worded:
    """A text as it is compared."""
    if social:
        whole = _CUT_OFF.sub(" ", _REPOST.sub("", f"{title}\n{text}" if title else text))
        own = _TRAILING_TAGS.sub("", whole)
        return Worded((), tuple(_codes(own if own.strip() else text))[:_MOST_WORDS], True)
    lines = [line for line in map(str.strip, _SENTENCE.split(text[:6000])) if line]
    body: list[int] = []
    kept: list[tuple[int, int, int]] = []
    for place, line in enumerate(lines):
        codes = list(_codes(_without_dateline(line) if place == 0 else line))
        if place == 0 and len(codes) < _BYLINE and len(lines) > 1:
            continue
        if len(codes) >= _LINE:
            kept.append((_hash_line(codes), len(body), len(body) + len(codes)))
        if not _is_furniture(line):
            body += codes
        elif kept and len(codes) >= _LINE:
            kept.pop()
        if len(body) >= _MOST_WORDS:
            break
    edges = kept[:1] + kept[1:][-2:]
    return Worded(
        tuple(_codes(title))[:_MOST_TITLE],
        tuple(body[:_MOST_WORDS]),
        False,
        tuple(each[0] for each in edges),
        tuple((start, end) for _, start, end in edges),
    )


def pack(text: Worded) -> bytes:
    """As it is kept."""
    head = (len(text.title) << 1) | text.social
    return np.array([head, *text.title, *text.body], dtype=np.uint32).tobytes()


def unpack(kept: bytes) -> Worded:
    """As it was packed, without its lines."""
    numbers = np.frombuffer(kept, dtype=np.uint32).tolist()
    titled = numbers[0] >> 1
    return Worded(tuple(numbers[1 : 1 + titled]), tuple(numbers[1 + titled :]), bool(numbers[0] & 1))


def content(codes: Iterable[int]) -> list[int]:
    """The words that say something."""
    return [code for code in codes if code & 3 != STOP]


def _codes(text: str) -> Iterable[int]:
    return chain.from_iterable(map(_piece, text.split()))


@lru_cache(maxsize=65_536)
def _piece(piece: str) -> tuple[int, ...]:
    if piece.startswith(("http://", "https://", "www.")):
        return ()
    found = tokens(normalise(_IN_NUMBER.sub("", piece)))
    return tuple(_code(word) for word in found if not word.startswith("@"))


def _code(word: str) -> int:
    numbered = _NUMBERED.match(word)
    base = numbered.group(1) if numbered else stem(word)
    kind = NUMBER if numbered else _classes().get(base, PLAIN)
    if kind == PLAIN and base[0] in "بلو" and _classes().get(short := stem(base[1:])) == PLACE:
        base, kind = short, PLACE
    return (word_hash(base) & 0xFFFFFFFC) | kind


@cache
def _classes() -> dict[str, int]:
    return {
        stem(word): kind
        for kind, listed in ((PLACE, _PLACES), (NUMBER, _NUMBERS), (STOP, _STOPS))
        for word in tokens(normalise(listed))
    }


def _is_furniture(line: str) -> bool:
    first = line.split(None, 1)[0]
    return _opens_furniture(first) and _furniture().match(normalise(line[:40])) is not None


@lru_cache(maxsize=65_536)
def _opens_furniture(word: str) -> bool:
    found = tokens(normalise(word))
    return bool(found) and found[0] in _furniture_starts()


@cache
def _furniture_starts() -> frozenset[str]:
    return frozenset(tokens(normalise(start))[0] for start in _FURNITURE)


@cache
def _furniture() -> re.Pattern[str]:
    return re.compile("^(?:" + "|".join(map(normalise, _FURNITURE)) + r")\b")


def _without_dateline(line: str) -> str:
    """The first line without «الرياض - واس» and the like before it."""
    for _ in range(2):
        head = _DATELINE.match(line[:60])
        if head is None:
            break
        line = line[head.end() :]
    return line


def _hash_line(codes: list[int]) -> int:
    return zlib.crc32(array("I", codes).tobytes())
