"""Cases that come through a direct channel: entered by hand, imported, or through the API (REQUIREMENTS G4, W2, W3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlmodel import Session

from domain.case import BeneficiaryKind, CasePath, IntakeChannel
from domain.errors import InputError, NotAllowed
from domain.people import Actor, Role
from domain.privacy import mask
from domain.profile import Profile
from domain.tags import CASE_KINDS, OTHER_TOPIC, Complexity, Importance, Kind
from registry.batches import insert_rows, select_in
from registry.casework.deadlines import keep_promise, read_promise
from registry.casework.new_case import NewCase, write_new_cases
from registry.casework.related import telling_words, topic_words
from registry.locks import Work, alone
from registry.tables import CaseIntakeRecord, CasePartyRecord, table_of

INTAKE = table_of(CaseIntakeRecord)
PARTY = table_of(CasePartyRecord)

_TAKES: Final = frozenset({Role.REVIEWER, Role.SPECIALIST})
_TITLE: Final = 200
_ACCOUNT: Final = 20_000
_REMOTE: Final = 200
FARTHEST: Final = timedelta(days=3 * 366)
"""How far ahead a journalist's deadline may lie: what lies farther is a slip, and days of the year 9999 have no local time."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who raised the case, and the channel that they prefer (REQUIREMENTS W5)."""

    name: str = ""
    contact: str = ""
    channel: IntakeChannel = IntakeChannel.PHONE
    kind: BeneficiaryKind = BeneficiaryKind.INDIVIDUAL
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Intake:
    """What is known of a case when it comes in. ``account`` is what they said, in their words or the clerk's."""

    path: CasePath
    kind: Kind
    channel: IntakeChannel
    title: str
    account: str = ""
    topic: str = OTHER_TOPIC
    importance: Importance = Importance.MEDIUM
    complexity: Complexity = Complexity.ROUTINE
    party: Party | None = None
    deadline: datetime | None = None
    """A journalist's."""
    accepted: bool = True
    """Accepted at once, as whoever takes it down may decide; otherwise somebody accepts or rejects it later (W4)."""
    remote_id: str = ""
    """What it is known under where it comes from: the same one is never registered twice."""


def open_direct(session: Session, profile: Profile, given: Intake, actor: Actor, now: datetime) -> int:
    """Register a case that came through a direct channel; gives its id. Raises ``NotAllowed``, ``InputError``."""
    return open_many(session, profile, [given], actor, now)[0]


def open_many(session: Session, profile: Profile, given: list[Intake], actor: Actor, now: datetime) -> list[int]:
    """Register several, all or none, in their order; gives their ids, that of the case it became before for one that is known by
    its ``remote_id``. Raises as ``open_direct``."""
    if not actor.roles & _TAKES:
        refused = NotAllowed(f"{actor.username} may not register a case", "it takes a reviewer or a specialist")
        raise refused.saying("may_not_register", roles=tuple(sorted(_TAKES)))
    for each in given:
        check_intake(each, profile, now)
    if not given:
        return []
    keep_promise(session, profile)
    alone(session, Work.CASES)
    known = known_cases(session, [each.remote_id for each in given])
    fresh = _first_of_each(given, known)
    ids = _open(session, profile, fresh, actor, now)
    known |= {each.remote_id: case_id for each, case_id in zip(fresh, ids, strict=True) if each.remote_id}
    rest = iter([case_id for each, case_id in zip(fresh, ids, strict=True) if not each.remote_id])
    return [known[each.remote_id] if each.remote_id else next(rest) for each in given]


def known_cases(session: Session, remote_ids: Iterable[str]) -> dict[str, int]:
    """The cases that were handed over before, by the id that they are known under elsewhere."""
    wanted = sorted({each for each in remote_ids if each})
    return {row.remote_id: row.case_id for row in select_in(session, select(INTAKE), INTAKE.c.remote_id, wanted)}


def _first_of_each(given: Sequence[Intake], known: Mapping[str, int]) -> list[Intake]:
    """Those that are to be registered: none that is known, and one of several that are the same."""
    met = set(known)
    fresh = []
    for each in given:
        if not each.remote_id or each.remote_id not in met:
            fresh.append(each)
            met.add(each.remote_id)
    return fresh


def _open(session: Session, profile: Profile, given: Sequence[Intake], actor: Actor, now: datetime) -> list[int]:
    """Write cases that are checked and new; gives their ids."""
    if not given:
        return []
    ignored = topic_words(profile)
    ids = write_new_cases(session, profile, read_promise(session), [_new_case(each, ignored) for each in given], actor, now)
    _keep_parties(session, ids, given)
    told = [(each.remote_id, case_id) for each, case_id in zip(given, ids, strict=True) if each.remote_id]
    insert_rows(session, INTAKE, [{"remote_id": remote_id, "case_id": case_id} for remote_id, case_id in told])
    return ids


def _new_case(given: Intake, ignored: frozenset[str]) -> NewCase:
    return NewCase(
        given.path,
        given.kind,
        given.topic,
        given.importance,
        given.complexity,
        given.channel,
        mask(" ".join(given.title.split()))[:_TITLE],
        telling_words(given.title, given.account, ignored).tobytes(),
        account=given.account.strip().replace("\x00", ""),
        deadline=given.deadline,
        accepted=given.accepted,
    )


def _keep_parties(session: Session, ids: Sequence[int], given: Sequence[Intake]) -> None:
    insert_rows(
        session,
        PARTY,
        [
            {
                "case_id": case_id,
                "kind": each.party.kind,
                "name": each.party.name.strip(),
                "contact": each.party.contact.strip(),
                "channel": each.party.channel,
                "reference": each.party.reference.strip(),
                "erased_at": None,
            }
            for case_id, each in zip(ids, given, strict=True)
            if each.party is not None
        ],
    )


def check_intake(given: Intake, profile: Profile, now: datetime) -> None:
    """Raises ``InputError`` for what cannot be registered."""
    if not given.title.strip():
        raise InputError("a case needs a title", "say in a few words what it is about").saying("no_title")
    if len(given.remote_id) > _REMOTE:
        long = InputError(f"the remote_id has {len(given.remote_id)} characters", f"{_REMOTE} at most")
        raise long.saying("text_too_long", field="remote_id", length=len(given.remote_id), most=_REMOTE)
    if len(given.account) > _ACCOUNT:
        long = InputError(f"the account has {len(given.account)} characters", f"{_ACCOUNT} at most: attach the rest as a file")
        raise long.saying("account_too_long", length=len(given.account), most=_ACCOUNT)
    if given.path is CasePath.MEDIA:
        media = InputError("a media-coverage complaint starts with what was published", "enter the mention and accept it")
        raise media.saying("media_by_mention")
    if given.kind not in CASE_KINDS:
        raise InputError(f"«{given.kind}» opens no case", "choose complaint, report or inquiry").saying(
            "kind_of_no_case", kind=given.kind
        )
    if (given.path is CasePath.INQUIRY) != (given.kind is Kind.INQUIRY) and given.path.has_beneficiary:
        wrong = InputError(
            f"the kind «{given.kind}» does not go the path «{given.path}»", "an inquiry goes the path of inquiries"
        )
        raise wrong.saying("kind_off_path", kind=given.kind, path=given.path)
    if profile.topic(given.topic) is None:
        unknown = InputError(
            f"there is no topic «{given.topic}»", "choose one of the profile's codes, other/other where none fits"
        )
        raise unknown.saying("no_topic", given=given.topic)
    if not given.channel.is_direct and given.path.has_beneficiary:
        passive = InputError(f"«{given.channel}» is not a direct channel", "choose phone, e-mail, visit or the like")
        raise passive.saying("not_direct", channel=given.channel)
    check_deadline(given.path, given.deadline, now)


def check_deadline(path: CasePath, deadline: datetime | None, now: datetime) -> None:
    """A journalist's question has a deadline, and nothing else has: other cases get the same time, whoever asks (REQUIREMENTS
    C4, W15). Raises ``InputError``."""
    if path is not CasePath.PRESS_QUESTION:
        if deadline is not None:
            strange = InputError("only a journalist's question has a deadline of its own", "leave the deadline out")
            raise strange.saying("deadline_of_nobody")
        return
    if deadline is None:
        undated = InputError("a journalist's question needs its deadline", "say until when they wait for the answer")
        raise undated.saying("press_without_deadline")
    if deadline.tzinfo is None or deadline <= now:
        raise InputError("the deadline is past or names no zone", "give a later moment with its zone").saying("deadline_past")
    if deadline > now + FARTHEST:
        raise InputError("the deadline lies years ahead", "give the day that the journalist named").saying("deadline_far")
