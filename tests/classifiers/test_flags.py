from __future__ import annotations

import pytest

from classifiers.flags import find_flags
from classifiers.reading import read
from classifiers.signs import profile_lexicon, service_lexicon
from domain.mention import Channel
from domain.tags import Flag, Remit
from tests.classifiers.conftest import PROFILE

LEXICON = profile_lexicon(PROFILE)
LATER = service_lexicon(PROFILE)


def _flags(text: str, remit: Remit = Remit.OURS, channel: Channel = Channel.SOCIAL, title: str = "") -> set[Flag]:
    return {each.flag for each in find_flags(read(title, text, channel, LEXICON, LATER), title, text, remit, channel)}


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("يقولون إن وزارة الإنارة بترفع الرسوم، هل صحيح؟", Flag.RUMOUR),
        ("تواصلت الصحيفة مع وزارة الإنارة ولم تتلق أي رد حتى إعداد هذا الخبر", Flag.PRESS_QUESTION),
        ("الموظف سعد العتيبي في وزارة الإنارة صرخ علينا", Flag.NAMES_STAFF),
        ("أقترح على وزارة الإنارة إضافة حساسات للأعمدة", Flag.SUGGESTION),
        ("حسابي SA0380000000608010167519 ولم يصلني شيء من وزارة الإنارة", Flag.PERSONAL_DATA),
        ("راسلوني على saad@example.com عن الأعمدة", Flag.PERSONAL_DATA),
    ],
)
def test_flags_by_their_cues(text: str, flag: Flag) -> None:
    assert flag in _flags(text)


@pytest.mark.parametrize(
    "text",
    [
        "أعمدة الإنارة مطفية في شارعنا من أسبوع",
        "الموظف كان محترم والخدمة سريعة",
        "للتواصل care@lamps.gov.sa أو زيارة الفرع",
        "رقم الطلب 7001234567 ولا رد",
    ],
)
def test_ordinary_texts_have_none(text: str) -> None:
    assert _flags(text) == set()


def test_what_is_no_service_is_not_flagged() -> None:
    assert _flags("للطلب 0501234567 أقترح عليكم عطورنا", Remit.NONE) == set()


def test_claims_about_another_body_are_not_ours_to_check() -> None:
    assert _flags("يقولون إن شركة المياه بترفع الأسعار وكلموني 0501234567", Remit.OTHER) == {Flag.PERSONAL_DATA}


def test_each_flag_says_where() -> None:
    text = "يا وزارة الإنارة أقترح توحيد الرقم، جوالي ٠٥٠١٢٣٤٥٦٧"
    found = {
        each.flag: text[each.start : each.end]
        for each in find_flags(read("", text, Channel.SOCIAL, LEXICON), "", text, Remit.OURS, Channel.SOCIAL)
    }
    assert found == {Flag.SUGGESTION: "أقترح", Flag.PERSONAL_DATA: "٠٥٠١٢٣٤٥٦٧"}


def test_word_of_a_fraud_that_goes_round_is_no_rumour() -> None:
    assert Flag.RUMOUR not in _flags("متداول إن رابط احتيالي مزيف باسم وزارة الإنارة يسرق البطاقات")


def test_that_no_answer_came_is_found_at_an_articles_end() -> None:
    filler = "تحدث السكان عن أحوال الحي وعن مدارسه وأسواقه ومساجده كثيرا. " * 30
    text = f"أعمدة الإنارة في الحي مطفية كما قال السكان. {filler}\nوتواصلت الصحيفة مع وزارة الإنارة ولم تتلق أي رد."
    assert Flag.PRESS_QUESTION in _flags(text, channel=Channel.PRESS, title="ظلام في الحي")
    found = find_flags(read("", text, Channel.PRESS, LEXICON, LATER), "", text, Remit.OURS, Channel.PRESS)
    assert any("لم تتلق" in text[each.start : each.end] for each in found if each.flag is Flag.PRESS_QUESTION)


def test_the_press_names_officials_without_a_flag() -> None:
    text = "أوضح المهندس سعد العتيبي أن أعمدة الإنارة ستعود قريبا"
    assert Flag.NAMES_STAFF in _flags(text)
    assert Flag.NAMES_STAFF not in _flags(text, channel=Channel.PRESS)
