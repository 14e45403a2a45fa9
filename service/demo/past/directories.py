"""The directories that were filled before the visitor came: liaison contacts, journeys, the improvement register."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from domain.improvement import ImprovementStatus
from domain.journey import Journey, Stage, usual_stages
from domain.liaison import tidy
from domain.profile import Profile
from registry import improvements
from registry.directories import journeys, liaison
from registry.improvements import Recommendation
from service.demo import cast
from service.demo.past.deeds import Deed
from service.demo.past.working_days import WorkingDays

_FILLED: Final = 14
"""The working day on which the directories were filled."""
_HOUR: Final = timedelta(hours=1)


def deeds(profile: Profile, script: Mapping[str, Any], days: WorkingDays) -> Iterator[Deed]:
    """Who entered what, and what management decided."""
    yield Deed(days.at(_FILLED, 0.1), lambda session, at: _fill(session, profile, script, at))
    for number, entry in enumerate(script["improvement"]):
        yield Deed(days.at(13 - number, 0.7), _entering(profile, entry))


def _fill(session: Session, profile: Profile, script: Mapping[str, Any], at: datetime) -> None:
    for entry in script["liaison"]:
        liaison.add(session, profile, tidy(**entry), cast.SPECIALIST.actor, at)
    for entry in script["journey"]:
        journeys.add(session, profile, _journey(profile, entry), cast.MANAGER.actor, at)


def _journey(profile: Profile, entry: Mapping[str, Any]) -> Journey:
    department = profile.department_of(entry["topic"])
    own = tuple(Stage(place, name) for place, name in enumerate(entry.get("stages", ()), start=1))
    return Journey(
        code=entry["code"],
        name_ar=entry["name_ar"],
        name_en=entry["name_en"],
        topic=entry["topic"],
        deputyship=next(each.deputyship for each in profile.departments if each.code == department),
        stages=own or usual_stages(),
    )


def _entering(profile: Profile, entry: Mapping[str, Any]) -> Callable[[Session, datetime], None]:
    """Proposed by the specialist, decided on by management, done by the department."""

    def entered(session: Session, at: datetime) -> None:
        journey = journeys.get(session, entry["journey"])
        said = Recommendation(entry["gap"], entry["recommendation"], journey=journey.code, stage=entry["stage"])
        number = improvements.add(session, profile, said, cast.SPECIALIST.actor, at)
        status = ImprovementStatus(entry["status"])
        if status is ImprovementStatus.PROPOSED:
            return
        decided = ImprovementStatus.DECLINED if status is ImprovementStatus.DECLINED else ImprovementStatus.ACCEPTED
        improvements.decide(session, number, decided, entry["decision"], cast.MANAGER.actor, at + _HOUR)
        if status is ImprovementStatus.IMPLEMENTED:
            head = cast.department_heads(profile)[profile.department_of(journey.topic)]
            improvements.implement(session, number, head.actor, at + 2 * _HOUR)

    return entered
