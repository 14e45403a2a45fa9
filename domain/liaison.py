"""A person at another body, so that a case is passed to a person and not to a switchboard (REQUIREMENTS W10). Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from domain.arabic import normalise
from domain.contact_details import tidy_email, tidy_phone
from domain.entry_flaws import EntryFault, EntryFlaw, choice_flaw, email_flaw, phone_flaw, text_flaw
from domain.profile import Profile


@dataclass(frozen=True, slots=True)
class LiaisonContact:
    """What is known of the person. ``body`` is the profile's code; ``topics`` are codes, none: everything."""

    body: str
    name: str
    role: str = ""
    email: str = ""
    phone: str = ""
    topics: tuple[str, ...] = ()

    def deals_with(self, topic: str) -> bool:
        """Whether a matter of this topic is for them."""
        return not self.topics or topic in self.topics


def tidy(body: str, name: str, role: str = "", email: str = "", phone: str = "", topics: Iterable[str] = ()) -> LiaisonContact:
    """A contact as people type it, made even."""
    chosen = tuple(sorted({each.strip() for each in topics} - {""}))
    return LiaisonContact(
        body.strip(), " ".join(name.split()), " ".join(role.split()), tidy_email(email), tidy_phone(phone), chosen
    )


def flaws(contact: LiaisonContact, profile: Profile) -> tuple[EntryFlaw, ...]:
    """What cannot stand: a body of the profile, a name, and a way to reach the person are the least."""
    found = [
        choice_flaw("body", contact.body, (body.code for body in profile.bodies)),
        text_flaw("name", contact.name, needed=True),
        text_flaw("role", contact.role),
        email_flaw("email", contact.email),
        phone_flaw("phone", contact.phone),
        *(choice_flaw("topics", each, (topic.code for topic in profile.topics)) for each in contact.topics),
    ]
    if not contact.email and not contact.phone:
        found.append(EntryFlaw("email", EntryFault.UNREACHABLE))
    return tuple(each for each in found if each is not None)


def body_code(text: str, profile: Profile) -> str:
    """The code of the body that a text names: by its code, its names in both languages or a synonym. Empty: none of them."""
    asked = normalise(text.strip()).lower()
    for body in profile.bodies:
        if asked and asked in {normalise(each).lower() for each in (body.code, body.name_ar, body.name_en, *body.names)}:
            return body.code
    return ""


def topic_code(text: str, profile: Profile) -> str:
    """The code of the topic that a text names, by its code or its name; the text itself where there is none."""
    asked = normalise(text.strip()).lower()
    for topic in profile.topics:
        if asked in {normalise(each).lower() for each in (topic.code, topic.name_ar, topic.name_en)}:
            return topic.code
    return text.strip()


def same_person(one: LiaisonContact, other: LiaisonContact) -> bool:
    """Whether two entries are of one person: of one body, and of one name or one e-mail address."""
    named = normalise(one.name) == normalise(other.name)
    return one.body == other.body and (named or bool(one.email and one.email.lower() == other.email.lower()))


def fingerprint(contact: LiaisonContact, *, active: bool) -> str:
    """A short digest of everything that an entry says: two people who edit it at a time are told apart by it."""
    return hashlib.sha256(repr((contact, active)).encode()).hexdigest()[:16]
