"""Fills the templates of this package. HTML is escaped; plain texts (``.txt``) are not, and have their lines tidied."""

from __future__ import annotations

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from domain.messages import label, message
from notify.direction import isolated


def html(template: str, /, **values: object) -> str:
    """An HTML page from ``templates/<template>.html``."""
    return _environment().get_template(f"{template}.html").render(**values)


def plain(template: str, /, **values: object) -> str:
    """A plain text from ``templates/<template>.txt``: no trailing blanks, never two empty lines."""
    text = _environment().get_template(f"{template}.txt").render(**values)
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("notify", "templates"),
        autoescape=select_autoescape(("html",), default=False, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["isolated"] = isolated
    environment.filters["label"] = label
    environment.globals["message"] = message
    return environment
