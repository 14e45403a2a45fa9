"""Some hundred contacts of the last weeks, about the ministry's topics; most were answered on the spot (REQUIREMENTS W3, M4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Final, TypeVar

from sqlmodel import Session

from domain.case import IntakeChannel
from domain.people import Actor
from domain.profile import Profile
from domain.tags import Kind
from registry import contacts
from registry.contacts import Contact
from service.demo import cast
from service.demo.past.working_days import WorkingDays

T = TypeVar("T")

DAYS: Final = 22
"""Working days that are remembered: about a month."""
_OF_A_DAY: Final = range(13, 27)
_CHANNELS: Final[Mapping[IntakeChannel, int]] = {
    IntakeChannel.PHONE: 44,
    IntakeChannel.X: 14,
    IntakeChannel.EMAIL: 11,
    IntakeChannel.LIVE_CHAT: 10,
    IntakeChannel.CONTACT_FORM: 8,
    IntakeChannel.WHATSAPP: 7,
    IntakeChannel.VISIT: 6,
}
_KINDS: Final[Mapping[Kind, int]] = {Kind.INQUIRY: 68, Kind.COMPLAINT: 20, Kind.REPORT: 6, Kind.PRAISE: 6}
_ANSWERED: Final[Mapping[Kind, int]] = {Kind.INQUIRY: 88, Kind.COMPLAINT: 54, Kind.REPORT: 46, Kind.PRAISE: 100}
"""Of a hundred."""
_SLOW: Final = frozenset({IntakeChannel.EMAIL, IntakeChannel.X, IntakeChannel.CONTACT_FORM})


def write(session: Session, profile: Profile, days: WorkingDays) -> int:
    """Write them; says how many there are. They follow from the profile and the days alone."""
    weights = {topic.code: max(2, 24 - 3 * place) for place, topic in enumerate(profile.topics)}
    hands = (cast.SPECIALIST.actor, cast.REVIEWER.actor, *(each.actor for each in cast.department_staff(profile).values()))
    drawn = list(_drawn(profile.code, weights, days, hands))
    for actor in hands:
        own = [each for each, taker in drawn if taker is actor]
        contacts.add_many(session, profile, own, actor, days.ahead(0))
    return len(drawn)


def _drawn(code: str, topics: Mapping[str, int], days: WorkingDays, hands: Sequence[Actor]) -> Iterator[tuple[Contact, Actor]]:
    for back in range(1, DAYS + 1):
        count = _OF_A_DAY[_draw(code, back) % len(_OF_A_DAY)]
        for number in range(count):
            channel = _pick(_CHANNELS, _draw(code, back, number, "channel"))
            kind = _pick(_KINDS, _draw(code, back, number, "kind"))
            contact = Contact(
                at=days.at(back, (number + 0.5) / count),
                channel=channel,
                kind=kind,
                topic=_pick(topics, _draw(code, back, number, "topic")),
                answered=_draw(code, back, number, "answered") % 100 < _ANSWERED[kind],
                seconds=None if channel in _SLOW else 60 + _draw(code, back, number, "seconds") % 420,
            )
            yield contact, hands[_draw(code, back, number, "hand") % len(hands)]


def _pick(weights: Mapping[T, int], drawn: int) -> T:
    left = drawn % sum(weights.values())
    for each, weight in weights.items():
        left -= weight
        if left < 0:
            return each
    raise AssertionError("the weights are positive")


def _draw(*parts: object) -> int:
    """A number that these parts always give."""
    return int.from_bytes(sha256("/".join(map(str, parts)).encode()).digest()[:6], "big")
