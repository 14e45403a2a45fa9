"""Which language a text is in, as far as Rasd's models know languages: Arabic (Arabizi too), English, or none of ours.

By script first, then by small words: a text is English or Arabic because it looks so, never because nothing else fits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

UNKNOWN: Final = "und"
"""ISO 639 code for a language that none of the models knows (said, never guessed)."""
ARABIC: Final = "ar"
ENGLISH: Final = "en"

_NOT_TEXT: Final = re.compile(r"(?:https?://|www\.)\S+|@\w+")
_ARABIC: Final = re.compile(r"[\u0621-\u064A\u0671-\u06D3\u06FA-\u06FC\uFB50-\uFDFB\uFE70-\uFEFC]")
_LATIN: Final = re.compile(r"[A-Za-z\u00C0-\u024F]")
_OTHER_SCRIPT: Final = re.compile(r"[\u0370-\u05FF\u0700-\u1DFF\u2D00-\u2DDF\u3040-\uD7AF\uF900-\uFAFF]")
_FOREIGN_LETTER: Final = re.compile(r"[پچژگکیٹڈڑڙںےۓڵۆێېۍړڼښټډځګہھۂەۇڭ]")
_DECISIVE_LETTER: Final = re.compile(r"[ٹڈڑںےۓڵۆێۍړڼښټډځہۂۇڭ]")
"""Letters that Arabic has no use for at all; چ, گ and پ write its loans, and ی and ک come with some keyboards."""
_FOREIGN_SHARE: Final = 0.06
_LEAST_SHARE: Final = 0.12
_SHORT: Final = 6
_ENOUGH: Final = 2


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ENGLISH: Final = _set(
    "the a an of to and in is are was for on with that this it not no my your our we i you have has had be at from by as will "
    "can please when how why what where still after they he she but or if so just been there their them than then there's it's "
    "don't doesn't didn't can't won't i'm i've any all more out up about who which would should could do does did get got need "
    "want again every since until because too very never always only also even now today yesterday tomorrow morning week month "
    "ministry service services thank thanks great good bad worst slow network internet signal bill refund money app website "
    "street lights road complaint fix fixed broken waiting customer support staff working speed help problem issue team well "
    "done love excellent terrible awful poor coverage payment fee fees platform address parcel delivery update license"
)
_OTHERS: Final[tuple[frozenset[str], ...]] = (
    _set("le la les des une un est et dans pour que qui pas sur avec nous vous ne plus je il elle cette depuis au aux du mais"),
    _set("el los las una es y en para que no por con del se su como pero más mi desde ayer muy hay está"),
    _set("ang ng sa mga na po ako ko ay hindi kayo namin wala lang pa naman yung ito nyo ninyo kasi bakit dito sana niyo"),
    _set("hai nahi nahin kya mera meri mere ka ki ke ko se aur bhi kar raha rahi hain mein yeh ye koi aap apna bhai tha paisa"),
    _set("yang dan di ke dari untuk dengan tidak ini itu saya kami sudah belum ada bisa pada tolong sangat"),
    _set("ve bir bu da de için ile çok ne var yok değil mi ben sen nasıl gibi ama daha merhaba bugun"),
    _set("der die das und ist nicht ein eine ich wir sie mit auf für von zu den dem auch seit"),
    _set("il lo gli di che non è per una sono con del della anche ma più da come"),
    _set("waa iyo oo ka ku ma la soo uu ay"),
)
_PERSIAN_OR_URDU: Final = _set(
    "است این که برای را می از های شود نیست شده اند باید کند هم یا اگر هست شما "
    "ہے میں کے کی کا نہیں اور سے کو پر ہیں تھا کر رہا ہم یہ وہ بھی "
    "براي هاي شود نيست كند ميشود اند بايد شده كه است"
)
_PERSIAN_HINTS: Final = ("است", "براي", "هاي", "شود")
_NOT_ARABIC_WORD: Final = re.compile(r"[\w\u200c]+")
_ARABIZI: Final = _set(
    "el al wallah wallahi w wa ya ana ma mafi mafe fe fi 3la ala min mn bas kol kl yom ay lesh leh shu wesh wsh kaif kef "
    "mta mata hal hatha hada inshallah insha mashallah haram salam shokran shukran tayeb law abi abgha ayyam shahar sana riyal "
    "flos floos jawal mdri yabon lma bokra kanat wain wen allah yaret lazem lazim "
    "alf beit bait shokr akheeran abooy abooi jadid mashi sar kan khidma khedma 3shan 3ashan lel fel bel "
    "mushkila moshkila mako shway kteer jedan jiddan"
)
_DIGIT_LETTER: Final = re.compile(r"\b(?:[a-z']*[23579][a-z']+|[a-z']+[23579][a-z']*)\b", re.IGNORECASE)
_WORD: Final = re.compile(r"[A-Za-z\u00C0-\u024F']+")


def language(text: str) -> str:
    """``ar``, ``en`` or ``und`` (none of ours, or nothing to go by). Mixed text takes the larger share; accounts and links say
    nothing."""
    said = _NOT_TEXT.sub(" ", text) if "@" in text or "/" in text or "www." in text else text
    arabic = len(_ARABIC.findall(said))
    latin = len(_LATIN.findall(said))
    if arabic + latin == 0 or (_OTHER_SCRIPT.search(said) and len(_OTHER_SCRIPT.findall(said)) > arabic + latin):
        return UNKNOWN
    if arabic >= latin:
        return UNKNOWN if _is_foreign(said, arabic) else ARABIC
    return _of_latin(said)


def _is_foreign(text: str, letters: int) -> bool:
    """Whether Arabic letters write another language: by its own letters, or by its small words."""
    foreign = len(_FOREIGN_LETTER.findall(text)) if _FOREIGN_LETTER.search(text) else 0
    if foreign > _FOREIGN_SHARE * letters and len(_DECISIVE_LETTER.findall(text)) >= _ENOUGH:
        return True
    if not foreign and not any(word in text for word in _PERSIAN_HINTS):
        return False
    words = _NOT_ARABIC_WORD.findall(text)
    small = sum(word in _PERSIAN_OR_URDU for word in words)
    if foreign > _FOREIGN_SHARE * letters:
        return small > 0 or foreign > 2 * _FOREIGN_SHARE * letters
    return small > _ENOUGH and small / len(words) >= _LEAST_SHARE  # Persian on an Arabic keyboard


def _of_latin(text: str) -> str:
    words = [word.lower() for word in _WORD.findall(text)]
    if not words:
        return UNKNOWN
    if _is_arabizi(text, words):
        return ARABIC
    english = _count(words, _ENGLISH)
    if english <= max(_count(words, others) for others in _OTHERS):
        return UNKNOWN
    share = english / len(words)
    return ENGLISH if share >= _LEAST_SHARE or len(words) <= _SHORT else UNKNOWN


def _count(words: Sequence[str], known: frozenset[str]) -> int:
    return sum(word in known for word in words)


def _is_arabizi(text: str, words: Sequence[str]) -> bool:
    """Whether Latin letters write Arabic, with digits for the letters that Latin lacks (3ndi, el7in)."""
    marks = _count(words, _ARABIZI) + len(_DIGIT_LETTER.findall(text))
    return marks >= 3 and marks / len(words) >= 0.2 and _count(words, _ENGLISH) < marks
