"""The journey of a service with its stages, and the deputyship (وكالة) in charge (REQUIREMENTS W8, M3). Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from domain.entry_flaws import EntryFault, EntryFlaw, arabic_flaw, choice_flaw, text_flaw
from domain.messages import message
from domain.profile import Profile

STAGES: Final = ("finding", "applying", "following_up", "receiving")
"""The stages that a journey has where the ministry names none of its own (REQUIREMENTS M3)."""
MOST_STAGES: Final = 12
_CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage; its place in the journey is its identity (1 is the first): scores and recommendations point at it."""

    place: int
    name_ar: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Journey:
    """The way of a beneficiary through one service. ``topic`` is its class of cases, ``deputyship`` who is in charge."""

    code: str
    name_ar: str
    name_en: str = ""
    topic: str = ""
    deputyship: str = ""
    stages: tuple[Stage, ...] = ()
    active: bool = True

    def stage(self, place: int | None) -> Stage | None:
        """The stage at this place, if there is one."""
        return next((each for each in self.stages if each.place == place), None)


def usual_stages() -> tuple[Stage, ...]:
    """Finding, applying, following up, receiving."""
    return tuple(
        Stage(place, message(f"journey_stage.{code}"), message(f"journey_stage.{code}", "en"))
        for place, code in enumerate(STAGES, start=1)
    )


def flaws(journey: Journey, profile: Profile) -> tuple[EntryFlaw, ...]:
    """What cannot stand in a journey."""
    found = [
        None if _CODE.fullmatch(journey.code) else EntryFlaw("code", EntryFault.CODE, journey.code[:40]),
        arabic_flaw("name_ar", journey.name_ar),
        text_flaw("name_en", journey.name_en),
        choice_flaw("topic", journey.topic, (topic.code for topic in profile.topics), needed=False),
        choice_flaw("deputyship", journey.deputyship, deputyships(profile), needed=bool(deputyships(profile))),
        *(arabic_flaw("stages", stage.name_ar) for stage in journey.stages),
        *(text_flaw("stages", stage.name_en) for stage in journey.stages),
    ]
    if not journey.stages:
        found.append(EntryFlaw("stages", EntryFault.EMPTY))
    if len(journey.stages) > MOST_STAGES:
        found.append(EntryFlaw("stages", EntryFault.TOO_LONG, str(len(journey.stages)), str(MOST_STAGES)))
    return tuple(each for each in found if each is not None)


def read_stages(text: str) -> tuple[Stage, ...]:
    """Stages as people type them: one a line, an English name behind a vertical bar (``البحث عن الخدمة | Finding``)."""
    lines = [line for line in (each.strip() for each in text.splitlines()) if line]
    pairs = [line.partition("|") for line in lines]
    return tuple(Stage(place, arabic.strip(), english.strip()) for place, (arabic, _, english) in enumerate(pairs, start=1))


def stages_text(stages: tuple[Stage, ...]) -> str:
    """The stages as ``read_stages`` reads them back."""
    return "\n".join(f"{each.name_ar} | {each.name_en}" if each.name_en else each.name_ar for each in stages)


def deputyships(profile: Profile) -> tuple[str, ...]:
    """The profile's deputyships, in the order of its departments."""
    return tuple(dict.fromkeys(each.deputyship for each in profile.departments if each.deputyship))


def fingerprint(journey: Journey) -> str:
    """A short digest of everything that an entry says: two people who edit it at a time are told apart by it."""
    return hashlib.sha256(repr(journey).encode()).hexdigest()[:16]
