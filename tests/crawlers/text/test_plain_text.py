"""Markup to text that is fit to be stored and shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.text.plain_text import MAX_TEXT, MAX_TITLE, plain_text, tidy, title_text

_PARTS = (
    "<p>",
    "</p>",
    "<br/>",
    "<a href='x'>",
    "</a>",
    "<b>",
    "</b>",
    "نص",
    " ",
    "\n",
    "&amp;",
    "&lt;b&gt;",
    "1 < 2",
    "<!-- x -->",
    "\u200b",
)


@given(st.text(max_size=300))
def test_it_never_raises_and_nothing_harmful_is_left(markup: str) -> None:
    found = plain_text(markup)
    assert not set(found) & {"\x00", "\u202e", "\u200b", "\ufffe", "\r", "\x9f"}
    assert tidy(found) == found


@given(st.lists(st.sampled_from(_PARTS), max_size=20).map("".join))
def test_no_tag_is_left_and_no_word_is_lost(markup: str) -> None:
    found = plain_text(markup)
    assert "<p>" not in found
    assert found.count("نص") == markup.count("نص")
    assert found.count("<b>") == markup.count("&lt;b&gt;")


def test_blocks_are_lines_and_what_is_not_read_goes() -> None:
    markup = "<div>أول<br>ثان<p>ثالث &amp; رابع</p><script>x()</script><style>p{}</style><!-- no -->\n  خامس</div>"
    assert plain_text(markup) == "أول\nثان\nثالث & رابع\nخامس"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>أول</p><p>ثان <b>ثالث</b>،\n رابع</p>", "أول\nثان ثالث، رابع"),
        ("<p class='a' id=b hidden>أول<br />ثان</p>", "أول\nثان"),
        ('<a title="1 > 0" href="x">أول</a> ثان', "أول ثان"),
        ("سعر < 5 و > 3 <b>ريال</b>", "سعر < 5 و > 3 ريال"),
        ("<table><tr><td>أول</td></tr><tr><td>ثان</td></tr></table>", "أول\nثان"),
        ("&lt;p&gt; &nbsp; &#x202e;أول&#0;", "<p> أول\ufffd"),
        ("👩\u200d🔧 فنية \u200dأ", "👩\u200d🔧 فنية أ"),
        ("a\u2028b\u0085c\td", "a b c d"),
    ],
)
def test_markup_simple_and_intricate(markup: str, text: str) -> None:
    assert plain_text(markup) == text


def test_bounds() -> None:
    assert len(title_text("ع " * 1_000_000)) == MAX_TITLE - 1
    assert len(plain_text("ع" * 1_000_000)) == MAX_TEXT
    assert title_text("أول<br>ثان\nثالث") == "أول ثان ثالث"
