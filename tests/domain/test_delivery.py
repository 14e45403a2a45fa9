"""Retries grow and end; every status has a way on or is an end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from domain.delivery import DELIVERY_MOVES, MAX_ATTEMPTS, DeliveryChannel, DeliveryStatus, retry_after, retry_at

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_waits_grow_to_a_bound_and_then_a_person_is_asked() -> None:
    waits = [retry_after(attempt) for attempt in range(1, 20)]
    assert waits[0] == timedelta(minutes=1)
    assert all(later >= earlier for earlier, later in pairwise(waits))
    assert max(waits) == timedelta(hours=6)
    assert retry_at(MAX_ATTEMPTS - 1, NOW) is not None
    assert retry_at(MAX_ATTEMPTS, NOW) is None


def test_the_table_names_every_status_and_sent_is_an_end() -> None:
    assert set(DELIVERY_MOVES) == set(DeliveryStatus)
    assert DELIVERY_MOVES[DeliveryStatus.SENT] == frozenset()
    assert DeliveryStatus.CLAIMED not in DELIVERY_MOVES[DeliveryStatus.UNCERTAIN]


def test_only_mail_is_not_public() -> None:
    assert [channel for channel in DeliveryChannel if not channel.is_public] == [DeliveryChannel.EMAIL]
