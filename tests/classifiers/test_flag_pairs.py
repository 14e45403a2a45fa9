"""Hard pairs for every flag: the words are alike, and only in the first does the flag hold."""

from __future__ import annotations

from collections import Counter

import pytest

from classifiers.flags import Flagged, find_flags
from classifiers.reading import read
from classifiers.signs import profile_lexicon, service_lexicon
from domain.mention import Channel
from domain.tags import Flag, Remit
from tests.classifiers.conftest import PROFILE
from tests.classifiers.flag_pairs import PAIRS

LEXICON = profile_lexicon(PROFILE)
LATER = service_lexicon(PROFILE)


def _found(text: str, channel: Channel, remit: Remit = Remit.OURS) -> list[Flagged]:
    return find_flags(read("", text, channel, LEXICON, LATER), "", text, remit, channel)


def test_there_are_enough_pairs_of_each() -> None:
    held = Counter(flag for flag, *_ in PAIRS)
    assert set(held) == set(Flag)
    assert min(held.values()) >= 10
    assert len({text for _, _, *texts in PAIRS for text in texts}) == 2 * len(PAIRS)


@pytest.mark.parametrize(("flag", "channel", "holds", "nearly"), PAIRS)
def test_the_flag_holds_in_the_first_alone(flag: Flag, channel: Channel, holds: str, nearly: str) -> None:
    found = [each for each in _found(holds, channel) if each.flag is flag]
    assert found, holds
    assert all(each.rule and 0 <= each.start < each.end <= len(holds) for each in found)
    assert flag not in {each.flag for each in _found(nearly, channel)}, nearly


@pytest.mark.parametrize(("flag", "channel", "holds", "nearly"), PAIRS)
def test_clitics_and_spelling_hide_nothing(flag: Flag, channel: Channel, holds: str, nearly: str) -> None:
    spelt = holds.replace("أ", "ا").replace("إ", "ا").replace("ة ", "ه ").replace("ى ", "ي ")
    assert flag in {each.flag for each in _found(spelt, channel)}


def test_of_another_bodys_matter_only_the_journalist_and_the_data_are_flagged() -> None:
    seen = {each.flag for flag, channel, holds, _ in PAIRS for each in _found(holds, channel, Remit.OTHER)}
    assert seen == {Flag.PRESS_QUESTION, Flag.NAMES_STAFF, Flag.PERSONAL_DATA}
    assert not [each for _, channel, holds, _ in PAIRS for each in _found(holds, channel, Remit.NONE)]
