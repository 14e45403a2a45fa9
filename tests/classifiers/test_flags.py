from __future__ import annotations

import pytest

from classifiers.flags import find_flags
from classifiers.reading import read
from classifiers.signs import profile_lexicon
from domain.mention import Channel
from domain.tags import Flag, Remit
from tests.classifiers.conftest import PROFILE

LEXICON = profile_lexicon(PROFILE)


def _flags(text: str, remit: Remit = Remit.OURS, channel: Channel = Channel.SOCIAL, title: str = "") -> set[Flag]:
    return {each.flag for each in find_flags(read(title, text, channel, LEXICON), title, text, remit)}


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
        for each in find_flags(read("", text, Channel.SOCIAL, LEXICON), "", text, Remit.OURS)
    }
    assert found == {Flag.SUGGESTION: "أقترح", Flag.PERSONAL_DATA: "٠٥٠١٢٣٤٥٦٧"}
