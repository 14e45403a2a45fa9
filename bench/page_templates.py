"""Known articles set into page templates: ``templates/tuned/`` and ``templates/blind/`` (written last, never looked at by whoever
changes the extraction), each ``NAME.html`` a Jinja2 template of one newspaper's whole page. Templates that were blind once are
opened, and tuned for, when others take their place (``tuned/opened/``). ``texts.json`` beside a template, or else in the nearest
folder above, holds the articles. A first line ``{# charset: windows-1256 #}`` names another encoding than UTF-8.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import jinja2

TEMPLATES: Final = Path(__file__).parent / "templates"
_CHARSET: Final = re.compile(r"^\s*\{#\s*charset:\s*([\w-]+)\s*#\}")
_MONTHS: Final = "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر".split()
_SITE: Final = "صحيفة الميزان"


@dataclass(frozen=True)
class TemplatePage:
    """One article in one template, with what its author wrote."""

    template: str
    url: str
    body: bytes
    content_type: str
    text: str
    title: str
    author: str
    image_url: str
    published: datetime


def templates(group: str) -> list[Path]:
    """The templates of a group, those of its folders too, by name; empty where the group has none."""
    return sorted((TEMPLATES / group).rglob("*.html"), key=lambda path: path.stem)


def pages(group: str) -> Iterator[TemplatePage]:
    """Every known article in every template of a group."""
    for path in templates(group):
        articles = json.loads(_texts_of(path).read_text("utf-8"))
        source = path.read_text("utf-8")
        charset = named[1] if (named := _CHARSET.match(source)) else "utf-8"
        template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(source)
        for article in articles:
            yield _page(path.stem, template, charset, article)


def _texts_of(template: Path) -> Path:
    """The articles beside a template, or in the nearest folder above."""
    return next(texts for folder in template.parents if (texts := folder / "texts.json").is_file())


def _page(name: str, template: jinja2.Template, charset: str, article: dict[str, Any]) -> TemplatePage:
    published = datetime.fromisoformat(article["published"])
    url = f"https://www.paper.example/news/{article['id']}/"
    lead = re.split(r"(?<=[.؟!])\s", article["paragraphs"][0])[0]
    written = f"{published.day} {_MONTHS[published.month - 1]} {published.year} - {published:%H:%M}"
    values = article | {"url": url, "published": published, "published_ar": written, "site": _SITE, "lead": lead}
    return TemplatePage(
        template=name,
        url=url,
        body=template.render(values).encode(charset, "xmlcharrefreplace"),
        content_type=f"text/html; charset={charset}",
        text="\n".join(article["paragraphs"]),
        title=article["title"],
        author=article["author"],
        image_url=article["image_url"],
        published=published,
    )
