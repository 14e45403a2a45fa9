"""A case as a form, a file or the API gives it: named texts that become an ``Intake`` (REQUIREMENTS G4).

The names are the same everywhere: ``path kind channel title account topic importance complexity deadline accepted remote_id`` and
``party_kind party_name party_contact party_channel party_reference``. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from domain.case import BeneficiaryKind, CasePath, IntakeChannel
from domain.errors import InputError
from domain.profile import Profile
from domain.tags import OTHER_TOPIC, Complexity, Importance, Kind
from registry.casework.intake import Intake, Party

E = TypeVar("E", bound=StrEnum)

_PARTY: Final = ("party_name", "party_contact", "party_reference")
NAMES: Final = (
    "path", "kind", "channel", "title", "account", "topic", "importance", "complexity", "deadline", "accepted", "remote_id",
    "party_kind", "party_channel", *_PARTY,
)  # fmt: skip
"""Every field; all but ``path``, ``channel`` and ``title`` may be left out."""
_KIND_OF_PATH: Final = {
    CasePath.GENERAL: Kind.COMPLAINT,
    CasePath.INQUIRY: Kind.INQUIRY,
    CasePath.RUMOUR: Kind.REPORT,
    CasePath.PRESS_QUESTION: Kind.INQUIRY,
}
_NO: Final = frozenset({"no", "false", "0", "لا"})


def intake_of(fields: Mapping[str, str], profile: Profile) -> Intake:
    """What the fields say. A deadline without a zone is in the profile's; a topic is a code or its Arabic name.

    Raises ``InputError`` for a field that is no field of a case, a code that is none, or a moment that cannot be read; what makes
    sense together is ``open_many``'s to say.
    """
    given = {name: value.strip() for name, value in fields.items() if value and value.strip()}
    _known(given)
    path = _code(given, "path", CasePath, None)
    channel = _code(given, "channel", IntakeChannel, None)
    return Intake(
        path=path,
        kind=_code(given, "kind", Kind, _KIND_OF_PATH.get(path, Kind.COMPLAINT)),
        channel=channel,
        title=given.get("title", ""),
        account=given.get("account", ""),
        topic=topic_of(given.get("topic", ""), profile) or OTHER_TOPIC,
        importance=_code(given, "importance", Importance, Importance.MEDIUM),
        complexity=_code(given, "complexity", Complexity, Complexity.ROUTINE),
        party=_party(given, channel),
        deadline=_moment(given.get("deadline", ""), profile.calendar.timezone),
        accepted=given.get("accepted", "yes").lower() not in _NO,
        remote_id=given.get("remote_id", ""),
    )


def topic_of(text: str, profile: Profile) -> str:
    """The code of a topic that is named by its code or its Arabic name; another text as it is, for the check to refuse."""
    return next((topic.code for topic in profile.topics if text in (topic.code, topic.name_ar)), text)


def _known(given: Mapping[str, str]) -> None:
    unknown = sorted(set(given) - set(NAMES))
    if unknown:
        wrong = InputError(f"a case has no field «{unknown[0]}»", f"the fields are: {', '.join(NAMES)}")
        raise wrong.saying("no_field", given=unknown[0])


def _party(given: Mapping[str, str], channel: IntakeChannel) -> Party | None:
    if not any(given.get(name) for name in _PARTY):
        return None
    usual = channel if channel.is_direct else IntakeChannel.PHONE
    return Party(
        name=given.get("party_name", ""),
        contact=given.get("party_contact", ""),
        channel=_code(given, "party_channel", IntakeChannel, usual),
        kind=_code(given, "party_kind", BeneficiaryKind, BeneficiaryKind.INDIVIDUAL),
        reference=given.get("party_reference", ""),
    )


def _code(given: Mapping[str, str], name: str, codes: type[E], usual: E | None) -> E:
    value = given.get(name, "")
    if not value and usual is not None:
        return usual
    if value in [code.value for code in codes]:
        return codes(value)
    wrong = InputError(f"«{value}» is no {name}", f"choose one of: {', '.join(codes)}")
    raise wrong.saying("no_code", field=name, given=value, choices=tuple(codes))


def _moment(text: str, zone: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        wrong = InputError(f"deadline «{text}» is no date and time", "write it as 2026-11-30T09:00+03:00")
        raise wrong.saying("no_moment", field="deadline", given=text) from error
