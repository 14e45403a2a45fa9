"""Messages of an exported or pasted WhatsApp chat, without whoever passed them on (REQUIREMENTS W16, L3). Pure.

Both ways in which phones export a chat are read: ``[20/11/2026, 10:15:33] name: text`` and ``20/11/2026, 10:15 - name: text``,
with Arabic digits, ``ص`` and ``م``, Hijri dates, and the marks of direction that phones put in between. Names and numbers of the
senders are dropped here, before anything is stored; a number of theirs inside a text goes too.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from domain.arabic import normalise, without_marks
from domain.clipping import SOURCE
from domain.language import language
from domain.mention import Channel, Mention
from domain.typed_dates import day_of, plain, read_clock

OUTLET: Final = "whatsapp"
MOST: Final = 2_000_000
"""Characters of a chat that are taken at once."""

_DATE: Final = r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})\s*(?:هـ|ه|م)?"
_TIME: Final = r"(\d{1,2}:\d{2}(?::\d{2})?(?:\s*(?:ص|م|[AaPp]\.?[Mm]\.?))?)"
_HEADER: Final = re.compile(rf"^\[?{_DATE}[,،]?\s+{_TIME}(?:\]|\s+[-–])\s*(.*)$", re.DOTALL)
_SENDER: Final = re.compile(r"^([^:\n]{1,80}?):(?:\s|$)(.*)$", re.DOTALL)
_PASSED_ON: Final = r"(?:forwarded|(?:تمت?\s+)?إعادة\s+(?:ال)?توجيه\w*|أ?عيدت?\s+توجيه\w*|مُ?عاد\s+توجيهها)"
_OFTEN: Final = re.compile(rf"^[↪⏩»>\s]*{_PASSED_ON}\s+(?:many times|عدة\s+مرات|مرات\s+\w+)\s*$", re.IGNORECASE)
_ONCE: Final = re.compile(rf"^[↪⏩»>\s]*{_PASSED_ON}\s*$", re.IGNORECASE)
_WITHOUT_WORDS: Final = re.compile(
    r"^(?:<[^<>]{3,60}>|(?:image|video|audio|sticker|gif|document|contact card) omitted|null|"
    r"(?:تم استبعاد|استُ?بعدت?)\s\S.{0,40}|\S{1,12}\s(?:مستبعدة?|محذوفة?|غير مدرجة?)|"
    r"(?:this message was deleted|you deleted this message|تم حذف هذه الرسالة|حذفت هذه الرسالة)\.?|"
    r"(?:missed (?:voice|video) call|مكالمة \S+ فائتة).{0,40})$",
    re.IGNORECASE,
)
_ATTACHED: Final = re.compile(
    r"^<?(?:attached|مرفق|مُرفق)?:?\s*\S+\.(?:jpe?g|png|webp|mp4|opus|m4a|mp3|pdf|vcf|docx?)>?"
    r"(?:\s*\((?:file attached|الملف مرفق|ملف مرفق)\))?$",
    re.IGNORECASE,
)
_EDITED: Final = re.compile(r"\s*<(?:This message was edited|تم تعديل هذه الرسالة|تم تعديل هذه الرسالة\.)>\s*$", re.IGNORECASE)
_NAMED: Final = re.compile(r"@\u2068[^\u2069\n]{1,80}\u2069|@\+?\d[\d \-()]{6,20}\d")
_FRONT: Final = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff \u202f\u00a0"
_DIGITS: Final = re.compile(r"\d(?:[\s\-()]{0,3}\d){6,}")
_WORD: Final = re.compile(r"\w+")
_CLITICS: Final = "وفبكل"
_SIZES: Final = (9, 8, 7)
"""Digits by which a number is known, from its end."""
_CODES: Final = ("00966", "966", "0")


@dataclass(frozen=True, slots=True)
class Forward:
    """One message: its words, when it was sent (None: unknown), and whether it had been passed on many times. Who sent it is
    nowhere."""

    text: str
    at: datetime | None = None
    often: bool = False


def forwards(chat: str, timezone: str) -> list[Forward]:
    """The messages of a chat that have words, oldest first; the same text twice is one. What has no head is one message."""
    found = list(_messages(chat, timezone))
    senders = _senders(sender for sender, _ in found if sender)
    kept: dict[str, Forward] = {}
    for _, message in found:
        clean = _clean(message, senders)
        if clean is not None:
            known = kept.setdefault(normalise(clean.text), clean)
            if clean.often and not known.often:
                kept[normalise(clean.text)] = replace(known, often=True)
    return list(kept.values())


def mention_of(forward: Forward, now: datetime, entered_by: str = "") -> Mention:
    """The message as a mention: whoever passes the same text on, it is the same mention."""
    digest = hashlib.sha256(" ".join(normalise(forward.text).split()).encode()).hexdigest()
    return Mention(
        key=f"{OUTLET}:{digest}",
        channel=Channel.OTHER,
        source_id=SOURCE,
        outlet_id=OUTLET,
        url="",
        title="",
        text=forward.text,
        published_at=forward.at if forward.at is None or forward.at <= now else None,
        fetched_at=now,
        language=language(forward.text),
        entered_by=entered_by,
        forwarded_often=forward.often,
    )


def _messages(chat: str, timezone: str) -> Iterator[tuple[str, Forward]]:
    """Each message with its sender: lines of the chat itself (who joined, that it is encrypted) have none and are passed over."""
    lines = chat[:MOST].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    heads = [_HEADER.match(plain(line)) for line in lines]
    if not any(heads):
        yield "", Forward(chat[:MOST])
        return
    month_first = _is_month_first(head.groups() for head in heads if head)
    starts = [place for place, head in enumerate(heads) if head]
    for place, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        head = heads[place]
        assert head is not None
        said = _SENDER.match(_after_head(lines[place]))
        if said is not None:
            text = "\n".join([said[2], *lines[place + 1 : end]])
            yield said[1].strip(), Forward(text, _moment(head.groups(), month_first=month_first, timezone=timezone))


def _after_head(line: str) -> str:
    """The line as it was written, after its head: the head was found in a plain form of it."""
    rest = re.sub(r"^[^\]]{0,60}\]\s*" if line.lstrip(_FRONT).startswith("[") else r"^.{0,60}?\s[-–]\s", "", line, count=1)
    return rest.lstrip(_FRONT)


def _is_month_first(dates: Iterable[Sequence[str | None]]) -> bool:
    """The American order, where some date can be nothing else and none must be the other."""
    pairs = [(int(each[0] or 0), int(each[1] or 0)) for each in dates]
    return any(second > 12 for _, second in pairs) and not any(12 < first < 32 for first, _ in pairs)


def _moment(head: Sequence[str | None], *, month_first: bool, timezone: str) -> datetime | None:
    day = day_of(tuple(head[:3]), month_first=month_first)
    at = read_clock((head[3] or "").replace(".", ""))
    return datetime.combine(day, at, ZoneInfo(timezone)).astimezone(UTC) if day and at else None


@dataclass(frozen=True, slots=True)
class _Senders:
    """What is known of the senders: the last digits of their numbers, and their whole names of two words and more by the first
    word. A first name alone is a common word."""

    numbers: frozenset[str]
    names: Mapping[str, tuple[str, ...]]

    def hidden(self, text: str) -> str:
        """The text without them."""
        spans = [*self._numbers_in(text), *self._names_in(text)]
        for start, end in sorted(spans, reverse=True):
            text = text[:start] + text[end:]
        return text

    def _numbers_in(self, text: str) -> Iterator[tuple[int, int]]:
        for run in _DIGITS.finditer(text) if self.numbers else ():
            places = [place for place in range(run.start(), run.end()) if text[place].isdecimal()]
            digits = "".join(str(int(text[place])) for place in places)
            end = 0
            for first in range(len(digits)):
                last = next((first + size for size in _SIZES if digits[first : first + size] in self.numbers), 0)
                if last and first >= end:
                    code = next((len(each) for each in _CODES if digits[end:first].endswith(each)), 0)
                    begin = places[first - code]
                    yield begin - (begin > 0 and text[begin - 1] in "+("), places[last - 1] + 1
                    end = last

    def _names_in(self, text: str) -> Iterator[tuple[int, int]]:
        end = 0
        for word in _WORD.finditer(text) if self.names else ():
            for cut in (0, 1) if word[0][0] in _CLITICS else (0,):
                begin = word.start() + cut
                name = next((each for each in self.names.get(word[0][cut:], ()) if _stands(text, each, begin)), "")
                if name and word.start() >= end:
                    end = begin + len(name)
                    yield word.start(), end


def _stands(text: str, name: str, place: int) -> bool:
    """Whether a name stands in a text at this place, as words of its own."""
    after = text[place + len(name) : place + len(name) + 1]
    return text.startswith(name, place) and not (after.isalnum() or after == "_")


def _senders(given: Iterable[str]) -> _Senders:
    numbers, names = set(), defaultdict[str, list[str]](list)
    for sender in dict.fromkeys(without_marks(each).strip("~ \u202f\u00a0") for each in given):
        digits = "".join(each for each in plain(sender) if each.isdigit())
        first = _WORD.search(sender)
        if len(digits) >= min(_SIZES):
            numbers.add(digits[-max(_SIZES) :])
        elif first is not None and len(sender.split()) > 1:
            names[first[0]].append(sender[first.start() :])
    return _Senders(frozenset(numbers), {first: tuple(sorted(each, key=len, reverse=True)) for first, each in names.items()})


def _clean(message: Forward, senders: _Senders) -> Forward | None:
    """The message's own words; None where it has none."""
    text = without_marks(_EDITED.sub("", _NAMED.sub("", message.text)))
    lines = [line.strip() for line in text.strip().split("\n")]
    often = bool(lines) and bool(_OFTEN.match(lines[0]))
    if often or (lines and _ONCE.match(lines[0])):
        lines = lines[1:]
    lines = [line for line in lines if not (_WITHOUT_WORDS.match(line) or _ATTACHED.match(line))]
    said = senders.hidden("\n".join(lines)).strip()
    return Forward(said, message.at, often) if said else None
