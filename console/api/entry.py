"""Items entered by hand over the API: the same rules as their page, as JSON (REQUIREMENTS G1, W16)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from console.access import Right, demand
from console.desk import DeskOf
from console.pages.entry import MOST_PASTED, FileOf, add_file, enter_chat, enter_item, small_enough
from console.person import PersonOf, genuine
from console.queries import PER_PAGE
from domain.clipping import LONGEST_TEXT
from domain.typed_dates import shown_minute
from registry import clippings
from registry.clipping_match import find_article, likely_articles, match
from registry.clippings import Untranscribed

router = APIRouter(prefix="/api/v1/entries", dependencies=[Depends(small_enough), Depends(genuine)])
Text = Annotated[str, Field(max_length=2000)]


class Item(BaseModel):
    """An item: the fields of ``domain.clipping.FIELDS``, all but the outlet optional. What has no text needs a form, a title and
    a day."""

    model_config = ConfigDict(extra="forbid")

    outlet: Text
    form: Text = ""
    title: Text = ""
    text: str = Field(default="", max_length=LONGEST_TEXT)
    programme: Text = ""
    minute: Text = ""
    published_at: Text = ""
    hijri: Text = ""
    url: Text = ""
    author: Text = ""
    channel: Text = ""
    kind: Text = ""
    topic: Text = ""


class Chat(BaseModel):
    """An exported or pasted WhatsApp chat."""

    chat: str = Field(max_length=MOST_PASTED)


class Transcript(BaseModel):
    """What an item says."""

    text: str = Field(max_length=LONGEST_TEXT)
    title: str = Field(default="", max_length=300)


class Original(BaseModel):
    """The article that an item shows: its number or its address."""

    article: Text


@router.get("")
def waiting(request: Request, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """What waits for its text, the newest first (``start``)."""
    demand(person.actor, Right.SEE_REVIEW)
    given = request.query_params.get("start", "")
    start = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
    with desk.database.reading() as session:
        page = clippings.untranscribed(session, PER_PAGE, start)
    following = start + PER_PAGE
    return {
        "items": [shape(each) for each in page.items],
        "total": page.total,
        "next": following if following < page.total else None,
    }


@router.post("")
def enter(given: Item, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Enter an item; the same again is the same one."""
    demand(person.actor, Right.ENTER)
    with desk.database.transaction() as session:
        entered = enter_item(session, desk, person, given.model_dump(), None)
    return {"id": entered.id, "new": entered.is_new, "untranscribed": entered.waits}


@router.post("/whatsapp")
def paste(given: Chat, desk: DeskOf, person: PersonOf) -> dict[str, int]:
    """Keep the messages that match a watch query, without whoever passed them on."""
    demand(person.actor, Right.ENTER)
    with desk.database.transaction() as session:
        new, messages = enter_chat(session, desk, person, given.chat)
    return {"entered": new, "messages": messages}


@router.post("/{mention_id}/transcript")
def transcribe(mention_id: int, given: Transcript, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Write down what it says."""
    demand(person.actor, Right.ENTER)
    with desk.database.transaction() as session:
        clippings.transcribe(session, mention_id, given.text, person.actor, desk.now, title=given.title)
    return {"id": mention_id, "untranscribed": False}


@router.get("/{mention_id}/originals")
def originals(mention_id: int, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """Articles that it may show, the likeliest first."""
    demand(person.actor, Right.SEE_REVIEW)
    with desk.database.reading() as session:
        found = likely_articles(session, mention_id)
    return {"items": [{"id": each.id, "title": each.title, "outlet": each.outlet_name, "url": each.url} for each in found]}


@router.post("/{mention_id}/original")
def match_article(mention_id: int, given: Original, desk: DeskOf, person: PersonOf) -> dict[str, Any]:
    """It shows this article: one story, and the article's text."""
    demand(person.actor, Right.ENTER)
    with desk.database.transaction() as session:
        article = find_article(session, given.article)
        match(session, mention_id, article, person.actor, desk.now, desk.profile)
    return {"id": mention_id, "article": article, "untranscribed": False}


@router.post("/{mention_id}/files")
def keep_file(mention_id: int, desk: DeskOf, person: PersonOf, file: FileOf) -> dict[str, int]:
    """Keep a file with it: the form's field ``file``."""
    demand(person.actor, Right.ENTER)
    with desk.database.transaction() as session:
        return {"file": add_file(session, desk, person, mention_id, file)}


def shape(row: Untranscribed) -> dict[str, Any]:
    """One item as the API answers it."""
    return {
        "id": row.id,
        "title": row.title,
        "outlet": row.outlet_id,
        "form": row.form,
        "programme": row.programme,
        "minute": None if row.minute is None else shown_minute(row.minute),
        "published_at": row.published_at.isoformat() if row.published_at else None,
        "entered_by": row.entered_by,
        "entered_at": row.entered_at.isoformat(),
        "kind": row.kind,
        "topic": row.topic,
        "files": row.files,
        "case": row.case_number or None,
    }
