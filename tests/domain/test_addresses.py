"""One article, one address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.addresses import canonical_url


@pytest.mark.parametrize(
    "spelling",
    [
        "https://paper.example/news/17",
        "HTTPS://Paper.Example:443/news/17/",
        "https://paper.example/news/17?utm_source=x&fbclid=abc#comments",
        "https://m.paper.example/news/17",
        "https://paper.example/news/17/amp",
        "https://paper.example/amp/news/17",
        "  https://paper.example/news/17?amp=1 ",
        "https://paper.example/news/17?gclid=1&at_medium=RSS&ref=home&xtor=RSS-1&mc_cid=2&ns_mchannel=rss&WT.mc_id=3",
        "https://paper.example/news/17?source=rss&from=Twitter&feed=rss",
        "https://paper.example/news/17;jsessionid=5A?PHPSESSID=6",
    ],
)
def test_spellings_of_one_article(spelling: str) -> None:
    assert canonical_url(spelling) == "https://paper.example/news/17"


def test_what_tells_articles_apart_stays() -> None:
    assert canonical_url("https://p.example/a?id=2&b=1") == "https://p.example/a?b=1&id=2"
    assert canonical_url("https://p.example/a?source=spa&from=2026&page=2") == "https://p.example/a?from=2026&page=2&source=spa"
    assert canonical_url("http://p.example:8081/") == "http://p.example:8081/"
    assert canonical_url("https://p.example/خبر/١") == canonical_url("https://p.example/%D8%AE%D8%A8%D8%B1/%D9%A1")


@pytest.mark.parametrize("bad", ["", "javascript:alert(1)", "ftp://x/y", "https://", "http://[::1", "http://a:port/"])
def test_what_is_no_address_gives_nothing(bad: str) -> None:
    assert canonical_url(bad) == ""


@given(st.text(max_size=60), st.text(max_size=20))
def test_canonical_is_stable(path: str, query: str) -> None:
    once = canonical_url(f"https://p.example/{path}?{query}")
    assert canonical_url(once) == once
