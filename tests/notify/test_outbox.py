"""Claim, send, confirm: nothing twice in public, nothing lost, one failure stops no other (DESIGN promise 3)."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from domain.case import AnswerStatus, CaseEventKind
from domain.delivery import MAX_ATTEMPTS, DeliveryChannel, DeliveryKind, DeliveryStatus, Message
from domain.errors import DeliveryError, DeliveryRefused, DeliveryUncertain
from notify import answers
from notify.letter import message_id
from notify.mail import MailSender
from notify.outbox import DeliveryCounts, Senders, deliver_due
from registry import cases, deliveries
from registry.database import Database
from tests.fakes.mail_server import MailServer, Received
from tests.notify.world import APPROVER, NOW, PROFILE, SPECIALIST, article, case_of, found, post, solve

SenderFor = Callable[[int], MailSender]


def mail(key: str, recipient: str = "editor@sahel.example", kind: DeliveryKind = DeliveryKind.ALERT) -> Message:
    return Message(
        key=key,
        kind=kind,
        channel=DeliveryChannel.EMAIL,
        recipient=recipient,
        subject="تنبيه عاجل",
        text="حفرة أمام المدرسة",
        message_id=message_id(key, NOW, PROFILE),
    )


def queue(database: Database, *messages: Message) -> list[int]:
    with database.transaction() as session:
        return [deliveries.queue(session, each, now=NOW) for each in messages]


def status(database: Database, delivery_id: int) -> DeliveryStatus:
    with database.reading() as session:
        return deliveries.find(session, delivery_id).status


def answered_post(database: Database, number: int = 71) -> tuple[int, int]:
    """A solved case of a post with its approved reply: case and delivery."""
    with database.transaction() as session:
        case_id = case_of(session, post(number, "حفرة قدام المدرسة من شهرين يا @RoadsCare وش الحل؟"))
        solve(session, case_id)
        delivery = answers.draft(session, PROFILE, case_id, SPECIALIST, NOW)
        answers.approve(session, delivery, APPROVER, NOW)
    return case_id, delivery


def answer_status(database: Database, case_id: int) -> AnswerStatus:
    with database.reading() as session:
        return cases.case_view(session, case_id).state.answer


def test_what_is_due_is_sent_and_confirmed(world: Database, server: MailServer, sender_for: SenderFor) -> None:
    ids = queue(world, mail("alert:1"), mail("alert:2"))
    assert deliver_due(world, Senders(mail=sender_for(server.port)), NOW) == DeliveryCounts(sent=2)
    with world.reading() as session:
        rows = [deliveries.find(session, each) for each in ids]
    assert [row.status for row in rows] == [DeliveryStatus.SENT] * 2
    assert [row.remote_id for row in rows] == server.message_ids
    assert deliver_due(world, Senders(mail=sender_for(server.port)), NOW) == DeliveryCounts()


def test_an_answer_tells_its_case_that_it_was_sent(world: Database, server: MailServer, sender_for: SenderFor) -> None:
    with world.transaction() as session:
        case_id = case_of(session, article(1))
        solve(session, case_id)
        answers.approve(session, answers.draft(session, PROFILE, case_id, SPECIALIST, NOW), APPROVER, NOW)
    assert deliver_due(world, Senders(mail=sender_for(server.port)), NOW).sent == 1
    with world.reading() as session:
        view = cases.case_view(session, case_id)
    assert [event.kind for event in view.events][-3:] == [
        CaseEventKind.ANSWER_DRAFTED,
        CaseEventKind.ANSWER_APPROVED,
        CaseEventKind.ANSWER_SENT,
    ]
    assert view.state.answer is AnswerStatus.SENT


def test_a_draft_never_leaves(world: Database, server: MailServer, sender_for: SenderFor) -> None:
    with world.transaction() as session:
        case_id = case_of(session, article(1))
        solve(session, case_id)
        answers.draft(session, PROFILE, case_id, SPECIALIST, NOW)
    assert deliver_due(world, Senders(mail=sender_for(server.port)), NOW + timedelta(days=9)) == DeliveryCounts()
    assert server.received == []


def test_one_failure_stops_no_other(world: Database, server: MailServer, sender_for: SenderFor) -> None:
    server.refuse_recipient = {"gone@sahel.example": "550 no such user", "later@sahel.example": "451 try later"}
    gone, later, broken, good = queue(
        world,
        mail("alert:1", "gone@sahel.example"),
        mail("alert:2", "later@sahel.example"),
        mail("alert:3", "not an address"),
        mail("alert:4"),
    )
    counts = deliver_due(world, Senders(mail=sender_for(server.port)), NOW)
    assert counts == DeliveryCounts(sent=1, failed=2, retried=1)
    assert [status(world, each) for each in (gone, later, broken, good)] == [
        DeliveryStatus.FAILED,
        DeliveryStatus.QUEUED,
        DeliveryStatus.FAILED,
        DeliveryStatus.SENT,
    ]
    with world.reading() as session:
        assert "gone@sahel.example" in deliveries.find(session, gone).reason


def test_what_is_put_off_is_tried_again_with_one_message_id_until_it_is_a_persons_turn(
    world: Database, server: MailServer, sender_for: SenderFor
) -> None:
    server.hang_up = True
    (delivery,) = queue(world, mail("alert:1"))
    moment = NOW
    for attempt in range(1, MAX_ATTEMPTS + 1):
        counts = deliver_due(world, Senders(mail=sender_for(server.port)), moment)
        assert counts == (DeliveryCounts(failed=1) if attempt == MAX_ATTEMPTS else DeliveryCounts(retried=1))
        assert deliver_due(world, Senders(mail=sender_for(server.port)), moment) == DeliveryCounts()
        moment += timedelta(hours=7)
    assert len(server.received) == MAX_ATTEMPTS
    assert len(set(server.message_ids)) == 1
    assert status(world, delivery) is DeliveryStatus.FAILED


def test_without_a_sender_deliveries_wait_unclaimed(world: Database) -> None:
    (delivery,) = queue(world, mail("alert:1"))
    assert deliver_due(world, Senders(), NOW) == DeliveryCounts(waiting=1)
    assert status(world, delivery) is DeliveryStatus.QUEUED


def test_a_reply_is_posted_under_the_post(world: Database) -> None:
    case_id, delivery = answered_post(world, 71)
    posted: list[tuple[str, str]] = []

    def reply(post_id: str, text: str) -> str:
        posted.append((post_id, text))
        return "9001"

    assert deliver_due(world, Senders(x=reply), NOW) == DeliveryCounts(sent=1)
    with world.reading() as session:
        view = deliveries.find(session, delivery)
    assert (view.remote_id, posted) == ("9001", [("71", view.text)])
    assert answer_status(world, case_id) is AnswerStatus.SENT


@pytest.mark.parametrize(
    ("error", "row", "answer"),
    [
        (DeliveryUncertain("the connection was lost after sending"), DeliveryStatus.UNCERTAIN, AnswerStatus.UNCERTAIN),
        (DeliveryRefused("the post is gone"), DeliveryStatus.FAILED, AnswerStatus.FAILED),
        (DeliveryError("X asks to wait"), DeliveryStatus.QUEUED, AnswerStatus.APPROVED),
    ],
)
def test_a_reply_that_did_not_surely_go_out(
    sqlite_database: Database, error: DeliveryError, row: DeliveryStatus, answer: AnswerStatus
) -> None:
    with sqlite_database.transaction() as session:
        found(session)
    case_id, delivery = answered_post(sqlite_database)

    def reply(post_id: str, text: str) -> str:
        raise error

    deliver_due(sqlite_database, Senders(x=reply), NOW)
    assert status(sqlite_database, delivery) is row
    assert answer_status(sqlite_database, case_id) is answer


def test_an_uncertain_reply_waits_for_a_person(world: Database) -> None:
    case_id, delivery = answered_post(world)
    calls: list[str] = []

    def reply(post_id: str, text: str) -> str:
        calls.append(post_id)
        if len(calls) == 1:
            raise DeliveryUncertain("no answer came")
        return "9002"

    deliver_due(world, Senders(x=reply), NOW)
    assert deliver_due(world, Senders(x=reply), NOW + timedelta(days=30)) == DeliveryCounts()
    with world.transaction() as session:
        deliveries.resolve_uncertain(session, delivery, APPROVER, False, NOW)
    assert deliver_due(world, Senders(x=reply), NOW).sent == 1
    assert answer_status(world, case_id) is AnswerStatus.SENT


def test_two_workers_at_once_deliver_each_once(
    world: Database, server: MailServer, sender_for: SenderFor, request: pytest.FixtureRequest
) -> None:
    ids = queue(world, *(mail(f"alert:{number}") for number in range(24)))
    together = threading.Barrier(2)

    def work(_: int) -> DeliveryCounts:
        together.wait(timeout=30)
        return deliver_due(world, Senders(mail=sender_for(server.port)), NOW)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(work, range(2))
    assert first.sent + second.sent == len(ids)
    assert sorted(server.message_ids) == sorted({*server.message_ids})
    assert len(server.received) == len(ids)


def test_a_claim_that_was_swept_while_it_was_sent_is_left_to_the_next(
    world: Database, server: MailServer, sender_for: SenderFor
) -> None:
    queue(world, mail("alert:1"))

    def sweep(_: Received) -> None:
        with world.transaction() as session:
            deliveries.sweep_claimed(session, NOW)

    server.taken = sweep
    assert deliver_due(world, Senders(mail=sender_for(server.port)), NOW) == DeliveryCounts(taken=1)
    server.taken = lambda _: None
    assert deliver_due(world, Senders(mail=sender_for(server.port)), NOW).sent == 1
    assert len(set(server.message_ids)) == 1


CHILD = """
import os, signal, sys
from datetime import datetime
from notify.mail import MailSender, MailSettings
from notify.outbox import Senders, deliver_due
from registry.database import Database

url, port, record, now = sys.argv[1:]

def reply(post_id, text):
    with open(record, "a") as file:
        file.write(post_id + "\\n")
        file.flush()
        os.fsync(file.fileno())
    os.kill(os.getpid(), signal.SIGKILL)

mail = MailSender(MailSettings("127.0.0.1", int(port), "rasd@roads.example", security="plain")) if port != "0" else None
print(os.getpid(), flush=True)
sys.stdin.readline()
deliver_due(Database(url), Senders(mail=mail, x=reply), datetime.fromisoformat(now))
"""


def start_child(database_url: str, port: int, record: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, database_url, str(port), str(record), NOW.isoformat()],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh store of each kind."""
    address = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    assert isinstance(address, str)
    return address


def run_and_kill(url: str, port: int, record: Path, server: MailServer | None = None) -> None:
    """Run a worker that dies by SIGKILL between its claim and its confirmation."""
    child = start_child(url, port, record)
    if server:
        server.taken = lambda _: child.kill()
    child.communicate("go\n", timeout=60)
    assert child.returncode == -9


def test_a_mail_whose_worker_was_killed_leaves_again_under_the_same_message_id(
    url: str, server: MailServer, sender_for: SenderFor, tmp_path: Path
) -> None:
    database = Database(url)
    (delivery,) = queue(database, mail("digest:2026-W47", kind=DeliveryKind.DIGEST))
    run_and_kill(url, server.port, tmp_path / "record", server)
    server.taken = lambda _: None
    assert status(database, delivery) is DeliveryStatus.CLAIMED
    assert deliver_due(database, Senders(mail=sender_for(server.port)), NOW) == DeliveryCounts()
    with database.transaction() as session:
        deliveries.sweep_claimed(session, NOW)
    assert deliver_due(database, Senders(mail=sender_for(server.port)), NOW).sent == 1
    assert len(server.received) == 2
    assert len(set(server.message_ids)) == 1
    assert status(database, delivery) is DeliveryStatus.SENT
    database.close()


def test_a_reply_whose_worker_was_killed_is_uncertain_and_never_sent_again(url: str, tmp_path: Path) -> None:
    database, record = Database(url), tmp_path / "record"
    with database.transaction() as session:
        found(session)
    case_id, delivery = answered_post(database)
    run_and_kill(url, 0, record)
    with database.transaction() as session:
        deliveries.sweep_claimed(session, NOW)
    calls: list[str] = []

    def reply(post_id: str, text: str) -> str:
        calls.append(post_id)
        return "1"

    assert deliver_due(database, Senders(x=reply), NOW + timedelta(days=30)) == DeliveryCounts()
    assert (record.read_text().split(), calls) == (["71"], [])
    assert status(database, delivery) is DeliveryStatus.UNCERTAIN
    assert answer_status(database, case_id) is AnswerStatus.UNCERTAIN
    database.close()
