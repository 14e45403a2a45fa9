"""Known articles in page templates as newspapers have them: what was reached once is never lost (bench.extraction)."""

from __future__ import annotations

from collections import defaultdict
from statistics import mean

import pytest

from bench.extraction import f1
from bench.page_templates import TemplatePage, pages, templates
from crawlers.articles.article import extract

FLOORS = {"utility_daily": 0.98}
"""Where half a short article cannot be told from a box that is set into it."""
PAGES: dict[str, list[TemplatePage]] = defaultdict(list)
for _page in pages("tuned"):
    PAGES[_page.template].append(_page)


@pytest.mark.parametrize("template", sorted(PAGES))
def test_the_text_is_read_from_every_template(template: str) -> None:
    scores = [f1(extract(page.body, page.content_type, page.url).text, page.text) for page in PAGES[template]]
    assert mean(scores) >= FLOORS.get(template, 0.99)


def test_there_are_enough_templates_and_articles() -> None:
    assert len(templates("tuned")) >= 24
    assert {len(articles) for articles in PAGES.values()} == {12}
