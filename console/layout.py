"""Pages from templates: the environment, the menu, and what every page is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from console import words
from console.access import Right, has
from console.addresses import readable
from console.bidi import isolated
from console.settings import ConsoleSettings, MenuLink
from console.times import Wall
from domain.mention import Channel
from domain.people import SYSTEM, Actor
from domain.privacy import mask_handles, without_handle
from domain.profile import Profile
from registry.crisis import CrisisState
from registry.views import Counts, MentionRow

TEMPLATES: Final = Path(__file__).parent / "templates"
_X: Final = "https://x.com"


class Place(StrEnum):
    """The pages of the menu; the value is the address."""

    REVIEW = "/review"
    ENTRY = "/entry"
    CASES = "/cases"
    OVERVIEW = "/overview"
    DELIVERIES = "/deliveries"
    DIGEST = "/digest"
    RECALL = "/recall"
    QUALITY = "/quality"
    WATCH = "/watch"
    SOURCES = "/sources"
    OUTLETS = "/outlets"
    PROBLEMS = "/problems"
    CONTACTS = "/contacts"
    HANDOVER = "/handover"
    CRISIS = "/crisis"
    IMPROVEMENTS = "/improvements"
    DEPARTMENTS = "/departments"
    PEOPLE = "/people"
    LIAISON = "/liaison"
    JOURNEYS = "/journeys"
    CALENDAR = "/calendar"
    AUDIT = "/audit"


_MENU: Final[Mapping[str, Mapping[Place, tuple[Right, str]]]] = {
    "العمل اليومي": {
        Place.REVIEW: (Right.SEE_REVIEW, "المراجعة"),
        Place.ENTRY: (Right.SEE_REVIEW, "إدخال مادة"),
        Place.CONTACTS: (Right.SEE_CONTACTS, "الاتصالات"),
        Place.HANDOVER: (Right.SEE_HANDOVER, "تسليم المناوبة"),
        Place.OVERVIEW: (Right.SEE_FIGURES, "نظرة عامة"),
        Place.DIGEST: (Right.SEE_DIGEST, "الموجز الأسبوعي"),
        Place.CRISIS: (Right.SEE_CRISIS, "وضع الأزمة"),
    },
    "الحالات": {
        Place.CASES: (Right.SEE_CASES, "الحالات"),
        Place.DELIVERIES: (Right.SEE_DELIVERIES, "الردود والصادر"),
        Place.IMPROVEMENTS: (Right.SEE_IMPROVEMENTS, "سجل التحسين"),
    },
    "الأدلة": {
        Place.DEPARTMENTS: (Right.SEE_DIRECTORIES, "الإدارات"),
        Place.PEOPLE: (Right.SEE_PEOPLE, "الأشخاص والأدوار"),
        Place.LIAISON: (Right.SEE_DIRECTORIES, "ضباط الاتصال"),
        Place.JOURNEYS: (Right.SEE_DIRECTORIES, "رحلات الخدمات"),
        Place.OUTLETS: (Right.SEE_OUTLETS, "دليل الوسائل"),
        Place.CALENDAR: (Right.SEE_CALENDAR, "تقويم الدوام"),
    },
    "الرصد والجودة": {
        Place.SOURCES: (Right.SEE_SOURCES, "المصادر"),
        Place.PROBLEMS: (Right.SEE_PROBLEMS, "المشكلات"),
        Place.RECALL: (Right.SEE_RECALL, "ما فات الرصد"),
        Place.QUALITY: (Right.SEE_QUALITY, "جودة التصنيف"),
        Place.WATCH: (Right.SEE_WATCH, "صيغ الرصد"),
        Place.AUDIT: (Right.SEE_AUDIT, "سجل التدقيق"),
    },
}
"""The menu's groups: each line with the right that it takes."""
_LINKS: Final = "التجربة"


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One line of the menu, with its badge (None: no badge)."""

    href: str
    label: str
    count: int | None = None
    look: str = ""


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """Lines of the menu that belong together."""

    label: str
    items: tuple[MenuItem, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """What every page of one request shares: the moment, who looks, their form token, the badges, and people's names."""

    wall: Wall
    actor: Actor | None = None
    token: str = ""
    counts: Counts | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    sees_authors: bool = False
    crisis: CrisisState = field(default_factory=CrisisState)


def menu(actor: Actor, counts: Counts | None, links: tuple[MenuLink, ...] = ()) -> list[MenuGroup]:
    """The menu that this person sees: groups without a line for them are left out."""
    groups = [
        MenuGroup(label, tuple(_item(place, name, counts) for place, (right, name) in lines.items() if has(actor, right)))
        for label, lines in _MENU.items()
    ]
    groups.append(MenuGroup(_LINKS, tuple(MenuItem(link.href, link.label) for link in links)))
    return [group for group in groups if group.items]


def _item(place: Place, label: str, counts: Counts | None) -> MenuItem:
    return MenuItem(place.value, label, *_badge(place, counts))


def _badge(place: Place, counts: Counts | None) -> tuple[int | None, str]:
    if counts is None:
        return None, ""
    if place is Place.REVIEW:
        return counts.review, ""
    if place is Place.CASES:
        return counts.open_cases, "is-warn" if counts.overdue else ""
    if place is Place.PROBLEMS:
        return counts.problems, "is-bad" if counts.problems else ""
    return None, ""


class Layout:
    """Makes pages: autoescaped, strict about names, with the words of the catalogue and of the profile."""

    def __init__(self, profile: Profile, settings: ConsoleSettings, version: str) -> None:
        self.profile = profile
        self.public_handles = public_handles(profile)
        self._links = settings.links
        self._x_pages = settings.x_pages.rstrip("/")
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._environment.filters.update(
            word=words.word,
            flag_word=words.flag_word,
            axis_word=words.axis_word,
            move_word=words.move_word,
            detail_word=words.detail_word,
            next_step=lambda delivery, held=False: words.next_step(delivery.status, held=held),
            percent=words.percent,
            country=words.country,
            outlet_word=words.outlet_word,
            tongue=words.tongue,
            topic=self.topic,
            department=self._department,
            body_name=self._body,
            holder=_holder,
            audit_word=words.audit_word,
            file_size=words.file_size,
            within_words=words.within,
            isolated=isolated,
            readable=readable,
            shown=self._shown,
            address=self._address,
            person_name=_person_name,
        )
        self._environment.globals.update(profile=profile, settings=settings, version=version, look=words.look)

    def page(self, template: str, setting: Setting, *, here: str = "", notice: str = "", **context: object) -> str:
        """One page, or one fragment. ``here`` is the menu's line that is lit; ``notice`` says what was just done."""
        items = menu(setting.actor, setting.counts, self._links) if setting.actor else []
        return self._environment.get_template(template).render(
            context,
            setting=setting,
            wall=setting.wall,
            actor=setting.actor,
            token=setting.token,
            menu=items,
            here=here,
            notice=notice,
        )

    def original(self, row: MentionRow, *, sees_authors: bool) -> str:
        """Where a page's link to the original leads: its ``address``, or a post's on the demonstration's own X."""
        found = address(row, sees_authors=sees_authors)
        return found.replace(_X, self._x_pages, 1) if self._x_pages and found.startswith(f"{_X}/") else found

    def topic(self, code: str | None) -> str:
        """A topic's Arabic name; empty for a code that is no topic."""
        topic = self.profile.topic(code or "")
        return topic.name_ar if topic else ""

    def _department(self, code: str) -> str:
        return next((each.name_ar for each in self.profile.departments if each.code == code), code)

    def _body(self, code: str) -> str:
        body = self.profile.body(code)
        return body.name_ar if body else code

    @property
    def _shown(self) -> object:
        @pass_context
        def shown(context: Context, text: str) -> str:
            """A title or excerpt as this person may see it (REQUIREMENTS L3)."""
            return text if context["setting"].sees_authors else mask_handles(text, self.public_handles)

        return shown

    @property
    def _address(self) -> object:
        @pass_context
        def of(context: Context, row: MentionRow) -> str:
            """Where the original is, as this person may see it (REQUIREMENTS L3)."""
            return self.original(row, sees_authors=context["setting"].sees_authors)

        return of


@pass_context
def _person_name(context: Context, username: str) -> str:
    """A person's name for their username."""
    names: Mapping[str, str] = context["setting"].names
    return SYSTEM.name if username == SYSTEM.username else names.get(username, username)


@pass_context
def _holder(context: Context, code: str) -> str:
    """Who has a case: a person's name for a username, else the other body's."""
    found = _person_name(context, code)
    body = context["profile"].body(code)
    return body.name_ar if found == code and body else found


def address(row: MentionRow, *, sees_authors: bool) -> str:
    """The original's address; a post's without its author's handle where that is not to be shown. Empty unless it is http(s)."""
    if not row.url.startswith(("https://", "http://")):
        return ""
    return without_handle(row.url) if row.channel is Channel.SOCIAL and not sees_authors else row.url


def public_handles(profile: Profile) -> frozenset[str]:
    """Handles that are nobody's private ones: the ministry's and the bodies', in lower case (REQUIREMENTS L2)."""
    bodies = (handle for body in profile.bodies for handle in body.handles)
    return frozenset(handle.lstrip("@").lower() for handle in (*profile.handles, *bodies))
