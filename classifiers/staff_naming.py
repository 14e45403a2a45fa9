"""Where a text names a member of staff (flag ``names_staff``, REQUIREMENTS C1): a title or role with a given name after it.

Officials who speak for their body are named by the press every day: they are no private persons and raise no flag.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from classifiers.flag_rules import Places, phrases
from classifiers.signs import staff_names
from domain.arabic import normalise
from domain.mention import Channel

_GAP: Final = 2
_NEAR: Final = 9
_CLOSE: Final = 6
_FATHERS: Final = frozenset(("ابو", "ابي", "ام"))
_ARTICLE: Final = "ال"
_MY: Final = ("اختي", "اخوي", "اخي", "امي", "ابوي")
_NAMING: Final = frozenset(("اسمه", "اسمها", "يدعي", "تدعي", "ويدعي", "وتدعي", "واسمه", "واسمها"))
_ANYBODYS: Final = _NAMING | {"العامل", "عامل", "الفني", "المندوب", "مندوب", "named"}
_TITLES: Final = ("titles", "more_titles", "roles", "professions", "honorifics")


def named_staff(words: Sequence[str], found: Places, channel: Channel) -> Iterator[tuple[int, int]]:
    """The half-open spans of words that name somebody of the staff.

    A title of staff («الموظف») or a role with a name after it. In a post an honorific too («المهندسة») and any profession that
    serves the public; in the press an honorific beside a word of staff alone, and nobody of whom it says that he declared
    something: the people whom a paper interviews are no staff.
    """
    social = channel is Channel.SOCIAL
    for group in ("titles", "more_titles", "roles", "honorifics", *(("professions",) if social else ())):
        for start, end in found.get(group, ()):
            name_end = _name_after(words, end, found)
            if name_end is None or _is_kin(words, start):
                continue
            if not _is_staff(words, found, group, start, social):
                continue
            if not social and not _is_naming(words[start]) and _speaks(start, found):
                continue
            yield start, name_end


def _name_after(words: Sequence[str], start: int, found: Places) -> int | None:
    """Where the name ends that begins at ``start`` or after what describes the title («موظف الشباك حمدان»)."""
    for place in range(start, min(start + _GAP + 1, len(words))):
        if words[place] in given_names():
            return place + 1
        if words[place] not in _FATHERS and not _describes(words[place], place, found):
            return None
    return None


def _describes(word: str, place: int, found: Places) -> bool:
    if word.startswith(_ARTICLE) or word in _describing():
        return True
    return any(start <= place < end for group in _TITLES for start, end in found.get(group, ()))


def _is_staff(words: Sequence[str], found: Places, group: str, start: int, social: bool) -> bool:
    """Whether the title is one of staff: in a post any but «أبو», which needs a place of work nearby as its proof.

    In the press honorifics, and titles that anybody may bear («العامل», «يدعى»), need another word of staff close by.
    """
    if social:
        return words[start] not in _FATHERS or _is_near(found, ("workplace",), start, _NEAR)
    if group == "honorifics" or words[start] in _ANYBODYS:
        return _is_near(found, ("staff_word", "roles"), start, _CLOSE)
    return True


def _is_near(found: Places, groups: Sequence[str], start: int, most: int) -> bool:
    return any(0 < abs(place - start) <= most for group in groups for place, _ in found.get(group, ()))


def _is_kin(words: Sequence[str], start: int) -> bool:
    """Whether one of the author's family or a street is meant: «عمي أبو فهد», «لأختي», «طريق أبو بكر»."""
    return words[start].endswith(_MY) or (start > 0 and words[start - 1] in _kin())


def _is_naming(word: str) -> bool:
    return word in _NAMING


def _speaks(start: int, found: Places) -> bool:
    return any(0 <= start - end <= 1 for _, end in found.get("declares", ()))


@cache
def given_names() -> frozenset[str]:
    """Given names in normal form."""
    return frozenset(map(normalise, (*staff_names()["given"], *phrases("given"))))


@cache
def _kin() -> frozenset[str]:
    kin = "عمي عمتي خالي خالتي جدي ابوي امي جاري جارنا زوجي صديقي ولد بنت عمنا طريق شارع حي حديقه مسجد مدرسه مستشفي"
    return frozenset(kin.split())


@cache
def _describing() -> frozenset[str]:
    describing = "استقبال دعم خدمه قسم فرع شباك شءون نظافه اسمه اسمها يدعي تدعي حسابات صيانه امن مكتب"
    return frozenset(describing.split())
