"""The mail sink as pages of the console: what the demonstration's editors and managers would have received."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from console.bidi import isolated
from console.desk import Desk, DeskOf
from console.headers import LETTER_POLICY
from console.pages.showing import setting_of, show
from console.person import Person, PersonOf
from console.settings import MenuLink
from domain.errors import NotFound
from service.demo.mail_sink import MailSink, SunkMail
from service.demo.newspaper import templates

PATH: Final = "/demo/mail"
MENU_LINK: Final = MenuLink(PATH, "بريد العرض")
_MAIN_HEADERS: Final = ("From", "To", "Subject", "Date", "Message-ID", "Reply-To", "Content-Type")


def router(sink: MailSink) -> APIRouter:
    """Pages for ``create_app(extra_routers=[...])``: the list, one mail, and its HTML for a frame. Signed-in people only."""
    pages = APIRouter(prefix=PATH)

    @pages.get("")
    def mails(request: Request, desk: DeskOf, person: PersonOf) -> Response:
        """Every mail, the latest first."""
        return _shown(request, desk, person, "mail_list.html", "بريد العرض", mails=sink.mails())

    @pages.get("/{mail_id}")
    def mail(mail_id: str, request: Request, desk: DeskOf, person: PersonOf) -> Response:
        """One mail: headers, HTML in a frame, plain text."""
        found = _found(sink, mail_id)
        headers = [(name, value) for name, value in found.headers if name in _MAIN_HEADERS]
        return _shown(request, desk, person, "mail.html", found.subject or "بلا عنوان", mail=found, headers=headers)

    @pages.get("/{mail_id}/html")
    def html(mail_id: str, _person: PersonOf) -> Response:
        """The mail's own HTML: it may style itself and nothing else."""
        found = _found(sink, mail_id)
        return HTMLResponse(found.html, headers={"content-security-policy": LETTER_POLICY, "x-frame-options": "SAMEORIGIN"})

    return pages


def _found(sink: MailSink, mail_id: str) -> SunkMail:
    found = sink.mail(mail_id)
    if found is None:
        raise NotFound(f"there is no mail «{mail_id}» in the demonstration's sink", f"look at the list: {PATH}")
    return found


def _shown(request: Request, desk: Desk, person: Person, template: str, title: str, **values: object) -> Response:
    with desk.database.reading() as session:
        setting = setting_of(desk, session, person)
    body = templates().get_template(template).render(values, wall=setting.wall, path=PATH, isolated=isolated)
    # The body comes out of an autoescaping template: nothing of the mail reaches the page unescaped.
    return show(desk, setting, "extra.html", request, here=PATH, title=title, body=Markup(body))  # noqa: S704
