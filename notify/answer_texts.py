"""The words of an answer: from a template, checked before they are kept. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.delivery import DeliveryChannel
from domain.errors import InputError
from domain.messages import message
from domain.outlet import Medium, Outlet
from domain.privacy import PersonalDatum, find_personal_data, mask, mask_handles
from domain.profile import Profile
from domain.tags import NO_TOPIC, OTHER_TOPIC
from notify import rendering
from notify.dates import both
from notify.letter import one_line
from notify.x_length import LIMIT, shortened, weighted_length

_TITLE_IN_SUBJECT = 70
_GREETED_BY_NAME = ("صحيفة", "جريدة", "وكالة", "مجلة", "قناة", "إذاعة", "منظمة", "موقع")


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is answered: whose publication, and what became of the case. ``solved`` is False where only steps were taken.

    ``title`` is empty for posts, whose author is never named (REQUIREMENTS L3); ``outcome`` is what the department wrote.
    """

    outlet: Outlet
    channel: DeliveryChannel
    language: str
    title: str
    published: date
    number: str
    topic: str
    department: str
    outcome: str
    solved: bool


@dataclass(frozen=True, slots=True)
class Wording:
    """Subject (of a mail) and text of an answer."""

    subject: str
    text: str


def wording(profile: Profile, occasion: Occasion, text: str | None = None) -> Wording:
    """The answer to this occasion; ``text`` takes the place of the template's.

    Raises ``InputError`` where there is nothing to tell, the text is too long for X, or it holds personal data.
    """
    if text is None and not occasion.outcome.strip():
        nothing = InputError(
            f"the case {occasion.number} holds no solution and no steps to tell", "write the text of the answer yourself"
        )
        raise nothing.saying("nothing_to_tell", number=occasion.number)
    if occasion.channel is DeliveryChannel.X_REPLY:
        found = Wording("", text.strip() if text is not None else _reply(profile, occasion))
        _check_length(found.text, occasion)
    else:
        found = Wording(_subject(profile, occasion), text.strip() if text is not None else _mail(profile, occasion))
    _check(profile, found.text, occasion)
    return found


def letter_html(language: str, text: str, heading: str, signed_by: str) -> str:
    """The HTML part of a letter: its paragraphs as written, right to left for Arabic."""
    paragraphs = [paragraph.split("\n") for paragraph in text.strip().split("\n\n") if paragraph.strip()]
    return rendering.html(
        "letter", language=language, rtl=language != "en", paragraphs=paragraphs, heading=heading, ministry=signed_by
    )


def topic_name(profile: Profile, code: str, language: str) -> str:
    """A topic as people read it; empty for «other» and for none, which name nothing."""
    topic = profile.topic(code)
    if topic is None or code in (OTHER_TOPIC, NO_TOPIC):
        return ""
    return topic.name_en or topic.name_ar if language == "en" else topic.name_ar


def department_name(profile: Profile, code: str, language: str) -> str:
    """A department as people read it; empty where the profile does not know it."""
    found = next((each for each in profile.departments if each.code == code), None)
    if found is None:
        return ""
    return found.name_en or found.name_ar if language == "en" else found.name_ar


def _subject(profile: Profile, occasion: Occasion) -> str:
    title = one_line(_public(profile, occasion, occasion.title))
    if len(title) > _TITLE_IN_SUBJECT:
        title = title[:_TITLE_IN_SUBJECT].rsplit(" ", 1)[0] + "…"
    if not title:
        return message("answer.subject_untitled", occasion.language, number=occasion.number)
    return message("answer.subject", occasion.language, title=title, number=occasion.number)


def _mail(profile: Profile, occasion: Occasion) -> str:
    english = occasion.language == "en"
    name = occasion.outlet.name_en or occasion.outlet.name_ar if english else occasion.outlet.name_ar
    return rendering.plain(
        f"answer_{occasion.language}",
        outlet=name,
        to_editors=occasion.outlet.medium in (Medium.NEWSPAPER, Medium.AGENCY),
        prefix="" if name.startswith(_GREETED_BY_NAME) else _prefix(occasion.outlet.medium),
        title=one_line(_public(profile, occasion, occasion.title)),
        published=both(occasion.published, occasion.language),
        ministry=profile.name_en if english else profile.name_ar,
        number=occasion.number,
        topic=topic_name(profile, occasion.topic, occasion.language),
        department=department_name(profile, occasion.department, occasion.language),
        solved=occasion.solved,
        outcome=_public(profile, occasion, occasion.outcome).strip(),
        signature=profile.signature_en if english else profile.signature_ar,
        contact=profile.contact,
    ).strip()


def _reply(profile: Profile, occasion: Occasion) -> str:
    """The template with as much of the outcome as X leaves room for."""
    topic = topic_name(profile, occasion.topic, occasion.language) or message("answer.x_matter", occasion.language)
    key = "answer.x_outlet" if occasion.title else "answer.x_person"
    outcome = " ".join(_public(profile, occasion, occasion.outcome).split()).rstrip(" .،؛")

    def filled(said: str) -> str:
        return message(key, occasion.language, topic=topic, outcome=said, number=occasion.number)

    room = LIMIT - weighted_length(filled(""))
    return filled(shortened(f"{outcome}.", room))


def _prefix(medium: Medium) -> str:
    return message(f"answer.medium.{medium.value}") if medium in (Medium.NEWSPAPER, Medium.AGENCY) else ""


def _public(profile: Profile, occasion: Occasion, text: str) -> str:
    """A text with people's numbers and handles masked; the ministry's and the outlet's own handles stay (REQUIREMENTS L3)."""
    handles = {handle.lower() for handle in profile.handles} | {occasion.outlet.handle.lstrip("@").lower()}
    return mask_handles(mask(text), frozenset(handles))


def _check_length(text: str, occasion: Occasion) -> None:
    length = weighted_length(text)
    if length > LIMIT:
        long = InputError(f"the reply for {occasion.number} counts {length} characters on X", f"shorten it to {LIMIT}")
        raise long.saying("reply_too_long", length=length, most=LIMIT)


def _check(profile: Profile, text: str, occasion: Occasion) -> None:
    if not text:
        raise InputError(f"the answer for {occasion.number} is empty", "write its text").saying("answer_empty")
    own = f"{profile.contact}\n{profile.signature_ar}\n{profile.signature_en}"
    for found in find_personal_data(text):
        shown = text[found.start : found.end]
        in_a_mail = found.kind is PersonalDatum.EMAIL and occasion.channel is DeliveryChannel.EMAIL
        if shown not in own and not in_a_mail:
            private = InputError(
                f"the answer for {occasion.number} holds personal data ({found.kind})",
                "take it out: an answer names no private person's numbers",
            )
            raise private.saying("answer_personal")
