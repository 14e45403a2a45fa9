"""Links made absolute, and addresses compared."""

from __future__ import annotations

import pytest

from crawlers.text.links import MAX_ADDRESS, absolute, bare_address, same_site

BASE = "https://paper.example/news/list"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/news/7", "https://paper.example/news/7"),
        (" 7?x=1 ", "https://paper.example/news/7?x=1"),
        ("//www.paper.example/7", "https://www.paper.example/7"),
        ("http://other.example/خبر", "http://other.example/خبر"),
        ("https://other.example/a\r\n\tb", "https://other.example/ab"),
        ("", ""),
        ("mailto:editor@paper.example", ""),
        ("javascript:void(0)", ""),
        ("http://", ""),
        ("http://[broken", ""),
        ("//[broken", ""),
        ("/" + "a" * MAX_ADDRESS, ""),
    ],
)
def test_the_address_that_a_link_names(link: str, expected: str) -> None:
    assert absolute(link, BASE) == expected


@pytest.mark.parametrize(
    "spelling",
    ["http://paper.example/rss", "HTTPS://www.paper.example/rss", "https://paper.example/rss/", "https://paper.example/rss#top"],
)
def test_one_place_has_one_bare_address(spelling: str) -> None:
    assert bare_address(spelling) == "paper.example/rss"


def test_a_key_that_is_no_address_keeps_its_sign() -> None:
    assert bare_address("paper:guid:7#1") != bare_address("paper:guid:7#2")


def test_a_site_is_the_same_under_its_other_names() -> None:
    assert same_site("www.paper.example", "paper.example")
    assert same_site("sport.paper.example", "m.paper.example")
    assert not same_site("otherpaper.example", "paper.example")
