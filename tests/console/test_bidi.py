"""What reads left to right inside Arabic is isolated, and everything is escaped."""

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from console.bidi import isolated


def test_addresses_handles_and_numbers_are_isolated() -> None:
    assert isolated("راجع https://example.com/a?b=1&c=2. ثم @mcit_care أو +966 11 452 2222 برقم MCIT-2026-000001") == (
        'راجع <bdi dir="ltr">https://example.com/a?b=1&amp;c=2</bdi>. ثم <bdi dir="ltr">@mcit_care</bdi> '
        'أو <bdi dir="ltr">+966 11 452 2222</bdi> برقم <bdi dir="ltr">MCIT-2026-000001</bdi>'
    )


def test_markup_in_a_text_is_shown_and_not_obeyed() -> None:
    assert isolated("<script>alert(1)</script> https://a.example/<b>") == (
        '&lt;script&gt;alert(1)&lt;/script&gt; <bdi dir="ltr">https://a.example/</bdi>&lt;b&gt;'
    )


@given(st.text())
def test_nothing_is_lost(text: str) -> None:
    shown = isolated(text)
    assert Markup(shown.replace('<bdi dir="ltr">', "").replace("</bdi>", "")) == Markup.escape(text)
