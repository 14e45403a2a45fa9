"""What no crawler reached: two printed pages that became cases, a television item and a screenshot that wait for their text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from domain.case import CaseEventKind, LadderStep
from domain.clipping import clipping_of
from domain.mention import Channel, MentionForm
from domain.outlet import Medium, Outlet
from domain.profile import Profile
from domain.tags import Complexity, Kind
from registry import cases, clippings, mention_files, outlets
from service.demo import cast
from service.demo.past.deeds import Deed
from service.demo.past.script import SCREENSHOT, screenshot_of
from service.demo.past.working_days import WorkingDays

MAGAZINE: Final = Outlet("saha", "مجلة الساحة", "Al-Saha Weekly", Medium.NEWSPAPER, editor_email="editor@saha.example", reach=3)
STATION: Final = Outlet("madar", "قناة المدار", "Al-Madar TV", Medium.BROADCAST, reach=4)
FORWARDED: Final = Outlet("groups", "مجموعات التواصل", "Messaging groups", Medium.SOCIAL, reach=2)
_LETTER: Final = "ص/117"
_EARLIER: Final = timedelta(minutes=75)
"""So long before somebody entered them the items were seen or heard."""


@dataclass
class Cuttings:
    """The past of one ministry's items that were entered by hand."""

    profile: Profile
    script: Mapping[str, Any]
    days: WorkingDays
    secret: bytes
    _mentions: dict[str, int] = field(default_factory=dict)
    _cases: dict[str, int] = field(default_factory=dict)

    def deeds(self) -> Iterator[Deed]:
        """Entered, joined, parted again, and the magazine asked to correct; two items wait for their text."""
        pages = self.script["print"]
        yield Deed(self.days.at(6, 0.1), self._outlets)
        yield Deed(self.days.at(6, 0.2), self._page("first"))
        yield Deed(self.days.at(6, 0.3), self._page("second"))
        yield Deed(self.days.at(6, 0.4), self._merge)
        yield Deed(self.days.at(6, 0.6), self._transcribe)
        yield Deed(self.days.at(5, 0.3), self._step(LadderStep.EDITOR, MAGAZINE.editor_email, pages["first"]["editor"]))
        yield Deed(self.days.at(4, 0.4), self._split)
        yield Deed(self.days.at(2, 0.5), self._step(LadderStep.LETTER, _LETTER, pages["first"]["letter"]))
        yield Deed(self.days.at(1, 0.9), self._broadcast)
        yield Deed(self.days.at(1, 0.95), self._screenshot)

    def _outlets(self, session: Session, _: datetime) -> None:
        for outlet in (MAGAZINE, STATION, FORWARDED):
            outlets.save(session, outlet)

    def _page(self, which: str) -> Callable[[Session, datetime], None]:
        said = self.script["print"][which]
        row = {"form": MentionForm.PICTURE, "kind": Kind.COMPLAINT, "topic": said["topic"], "title": said["title"]}

        def entered(session: Session, at: datetime) -> None:
            mention = self._enter(session, {**row, "outlet": MAGAZINE.id}, at)
            self._mentions[which] = mention
            self._cases[which] = cases.accept_mention(session, mention, cast.REVIEWER.actor, self.profile, at)
            self._assign(session, self._cases[which], said["topic"], at)

        return entered

    def _assign(self, session: Session, case_id: int, topic: str, at: datetime) -> None:
        """It takes several bodies' word: complex, and then the department's."""
        specialist = cast.SPECIALIST.actor
        cases.act(session, case_id, CaseEventKind.CLASSIFIED, specialist, {"complexity": Complexity.COMPLEX}, at)
        details = {"department": self.profile.department_of(topic)}
        cases.act(session, case_id, CaseEventKind.ASSIGNED, specialist, details, at)

    def _merge(self, session: Session, at: datetime) -> None:
        reason = self.script["print"]["second"]["merged"]
        cases.merge(session, self._cases["second"], self._cases["first"], cast.SPECIALIST.actor, at, reason)

    def _transcribe(self, session: Session, at: datetime) -> None:
        for which, mention in self._mentions.items():
            clippings.transcribe(session, mention, self.script["print"][which]["text"], cast.REVIEWER.actor, at)

    def _split(self, session: Session, at: datetime) -> None:
        """They were two matters after all: the second page gets a case of its own."""
        said = self.script["print"]["second"]
        own = (self._mentions["second"],)
        parted = cases.split(session, self._cases["first"], own, cast.SPECIALIST.actor, at, said["split"], self.profile)
        self._assign(session, parted, said["topic"], at)

    def _step(self, step: LadderStep, reference: str, note: str) -> Callable[[Session, datetime], None]:
        """The magazine is asked to correct what its first page said."""

        def stepped(session: Session, at: datetime) -> None:
            details = {"step": str(step), "note": note, "reference": reference}
            cases.act(session, self._cases["first"], CaseEventKind.LADDER_STEPPED, cast.SPECIALIST.actor, details, at)

        return stepped

    def _broadcast(self, session: Session, at: datetime) -> None:
        said = self.script["broadcast"]
        row = {"form": MentionForm.VIDEO, "minute": "12:40", "programme": said["programme"], "title": said["title"]}
        self._enter(session, {**row, "outlet": STATION.id}, at)

    def _screenshot(self, session: Session, at: datetime) -> None:
        row = {"form": MentionForm.PICTURE, "channel": Channel.SOCIAL, "title": self.script["screenshot"]["title"]}
        mention = self._enter(session, {**row, "outlet": FORWARDED.id}, at)
        picture = screenshot_of(self.profile.code)
        file = mention_files.checked(SCREENSHOT, picture, MentionForm.PICTURE)
        mention_files.keep(session, mention, file, picture, cast.REVIEWER.username, at)

    def _enter(self, session: Session, row: Mapping[str, object], at: datetime) -> int:
        seen = (at - _EARLIER).astimezone(self.days.zone)
        given = clipping_of({**row, "published_at": f"{seen:%Y-%m-%d %H:%M}"}, self.profile, at, lambda named: named)
        return clippings.enter(session, [given], cast.REVIEWER.actor, at, self.secret).ids[0]
