"""Forms that come back: what was typed, what is wrong with it, and the page's status then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from domain.entry_flaws import EntryFlawed, remedy


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that comes back: what was typed, and what is wrong with it, by field. ``chosen`` are the fields of many values."""

    texts: Mapping[str, str]
    wrong: Mapping[str, str] = field(default_factory=dict)
    """Remedies, as people read them."""
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)


async def form_texts(request: Request) -> dict[str, str]:
    """The text fields of a form as they were typed."""
    form: FormData = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def form_choices(request: Request) -> dict[str, list[str]]:
    """The fields of a form that may be there several times (boxes that are ticked), each with its values."""
    form: FormData = await request.form()
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    return found


FormTexts = Annotated[dict[str, str], Depends(form_texts)]
FormChoices = Annotated[dict[str, list[str]], Depends(form_choices)]


def remedies(error: EntryFlawed) -> dict[str, str]:
    """What to write instead, by field, in the reader's words."""
    return {flaw.field: remedy(flaw) for flaw in reversed(error.flaws)}


def with_status(response: Response, status: int) -> Response:
    """The page, with another status than 200 where it says what is wrong."""
    if isinstance(response, HTMLResponse):
        response.status_code = status
    return response
