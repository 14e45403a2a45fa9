"""Groups of sources, and the lots by which the sample is drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.mention import Channel
from domain.outlet import Medium, Outlet, Tier
from domain.recall import SourceGroup, lot, lot_key, source_group

PAPER = Outlet("daily", "اليومية")


@pytest.mark.parametrize(
    ("channel", "outlet", "group"),
    [
        (Channel.PRESS, PAPER, SourceGroup.LOCAL_PRESS),
        (Channel.PRESS, None, SourceGroup.LOCAL_PRESS),
        (Channel.PRESS, replace(PAPER, tier=Tier.SPECIALIST), SourceGroup.LOCAL_PRESS),
        (Channel.PRESS, replace(PAPER, tier=Tier.PAN_ARAB), SourceGroup.FOREIGN_PRESS),
        (Channel.PRESS, replace(PAPER, tier=Tier.NATIONAL, country="EG"), SourceGroup.FOREIGN_PRESS),
        (Channel.PRESS, replace(PAPER, medium=Medium.AGENCY), SourceGroup.AGENCIES),
        (Channel.PRESS, replace(PAPER, medium=Medium.ORGANISATION, country="CH"), SourceGroup.ORGANISATIONS),
        (Channel.PRESS, replace(PAPER, medium=Medium.BROADCAST), SourceGroup.OTHER),
        (Channel.REPORT, PAPER, SourceGroup.ORGANISATIONS),
        (Channel.OTHER, PAPER, SourceGroup.OTHER),
        (Channel.SOCIAL, replace(PAPER, medium=Medium.SOCIAL), SourceGroup.SOCIAL),
        (Channel.SOCIAL, PAPER, SourceGroup.SOCIAL),
    ],
)
def test_an_item_belongs_to_the_group_of_its_channel_and_outlet(
    channel: Channel, outlet: Outlet | None, group: SourceGroup
) -> None:
    assert source_group(channel, outlet) is group


@given(st.text(), st.binary(min_size=1, max_size=40))
def test_a_lot_is_a_share_and_the_same_again(key: str, secret: bytes) -> None:
    number = lot(lot_key(key, "2026-W47", secret))
    assert 0 <= number < 1
    assert number == lot(lot_key(key, "2026-W47", secret))


def test_another_week_or_key_gives_another_lot() -> None:
    lots = {lot_key("a", week, secret) for week in ("2026-W46", "2026-W47") for secret in (b"one", b"two")}
    assert len(lots) == 4


def test_lots_are_spread_evenly() -> None:
    lots = [lot(lot_key(f"https://daily.example/{number}", "2026-W47", b"key")) for number in range(4000)]
    tenths = [sum(step / 10 <= each < (step + 1) / 10 for each in lots) for step in range(10)]
    assert all(320 < count < 480 for count in tenths)
