from __future__ import annotations

import pytest

from bench.kind.clues import CLUES, PRAISES_BY, REPORTS_BY, Clue, clue_block, clue_counts, clue_lexicon, clue_phrases
from classifiers.lexicon import Lexicon
from classifiers.reading import Reading, read
from domain.arabic import normalise, tokens
from domain.mention import Channel

LEXICON = clue_lexicon()
PURE_PRAISE, PRAISE_SPOILT, WARNS_FOR_OTHERS = len(CLUES), len(CLUES) + 3, len(CLUES) + 6


def _read(text: str) -> Reading:
    return read("", text, Channel.SOCIAL, Lexicon())


def _met(text: str) -> set[Clue]:
    return {hit.key for hit in LEXICON.find(tokens(normalise(text)))}


def _block(text: str) -> list[float]:
    return [float(value) for value in clue_block([_read(text)])[0]]


@pytest.mark.parametrize(
    ("text", "clue"),
    [
        ("حبيت أبلغكم عن محل في حارتنا", Clue.TO_TELL),
        ("ديروا بالكم من هالرقم", Clue.WARNS_PEOPLE),
        ("واحد يقول إنه موظف ويدعي أنه من البنك", Clue.IMPERSONATION),
        ("يطلب رمز التحقق من أمي", Clue.BAIT),
        ("منهول مكشوف قدام المدرسة", Clue.HAZARD),
        ("عمالة تشتغل بدون ترخيص", Clue.OFFENCE),
        ("النت مقطوع عن حي النسيم كامل", Clue.OUTAGE_NEWS),
        ("وين طلبي رقم الشحنة عندكم", Clue.OWN_MATTER),
        ("بيض الله وجيهكم على هالشغل", Clue.PRAYER),
        ("انحلت المشكلة بنفس اليوم", Clue.SERVED),
        ("شكراً على سوء الخدمة", Clue.MOCK_THANKS),
        ("والله كفو عليكم", Clue.ADMIRED),
    ],
)
def test_a_phrase_is_found_with_its_clitics(text: str, clue: Clue) -> None:
    assert clue in _met(text)


def test_every_clue_has_phrases_and_none_stands_in_a_group_twice() -> None:
    phrases = clue_phrases()
    assert {clue for _, clue in phrases} == set(Clue)
    assert len(phrases) == len(set(phrases))


def test_thanks_with_a_but_are_no_pure_praise() -> None:
    pure, spoilt = _block("شكرا لكم رجع النت بنفس اليوم"), _block("شكرا لكم بس للحين المشكلة ما انحلت")
    assert (pure[PURE_PRAISE], pure[PRAISE_SPOILT]) == (1, 0)
    assert (spoilt[PURE_PRAISE], spoilt[PRAISE_SPOILT]) == (0, 1)


def test_a_question_spoils_thanks() -> None:
    assert _block("كفو عليكم")[PURE_PRAISE] == 1
    assert _block("كفو عليكم كيف أجدد؟")[PURE_PRAISE] == 0


def test_a_warning_with_a_matter_of_ones_own_does_not_count_as_one_for_others() -> None:
    assert _block("احذروا موقع وهمي ينتحل صفة البريد")[WARNS_FOR_OTHERS] == 1
    assert _block("موقع وهمي خصم من حسابي")[WARNS_FOR_OTHERS] == 0


def test_a_long_text_counts_no_more_than_a_short_one() -> None:
    once = clue_counts([Clue.HAZARD], asks=False, words=5)
    often = clue_counts([Clue.HAZARD] * 9, asks=False, words=90)
    place = CLUES.index(Clue.HAZARD)
    assert (once[place], often[place]) == (1, 3)
    assert len(once) == len(often) > len(CLUES)


def test_no_clue_speaks_for_a_report_and_for_praise() -> None:
    assert not REPORTS_BY & PRAISES_BY
