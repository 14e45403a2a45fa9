"""Which answers an outlet was given."""

from __future__ import annotations

from domain.delivery import DeliveryChannel, DeliveryKind, DeliveryStatus, Message
from notify.answered_outlets import answers_to
from registry import deliveries
from registry.database import Database
from tests.registry.hands import NOW


def _queue(database: Database, key: str, kind: DeliveryKind = DeliveryKind.ANSWER) -> None:
    status = DeliveryStatus.DRAFT if kind is DeliveryKind.ANSWER else DeliveryStatus.QUEUED
    message = Message(key, kind, DeliveryChannel.EMAIL, "desk@paper.example", "رد", "نص")
    with database.transaction() as session:
        deliveries.queue(session, message, status=status, now=NOW)


def test_answers_are_found_by_outlet_newest_first_and_no_other_is(database: Database) -> None:
    for key in (
        "answer:case:1:a_b:1",
        "answer:case:2:a_b:1",
        "answer:case:3:axb:1",
        "answer:case:4:x:99:1",
        "answer:case:5:100%:1",
    ):
        _queue(database, key)
    _queue(database, "digest:case:6:a_b:1", DeliveryKind.DIGEST)
    with database.reading() as session:
        found = {each: [answer.key for answer in answers_to(session, each)] for each in ("a_b", "x", "%", "100%", "case")}
        assert len(answers_to(session, "a_b", limit=1)) == 1
    assert found == {
        "a_b": ["answer:case:2:a_b:1", "answer:case:1:a_b:1"],
        "x": ["answer:case:4:x:99:1"],
        "%": [],
        "100%": ["answer:case:5:100%:1"],
        "case": [],
    }
