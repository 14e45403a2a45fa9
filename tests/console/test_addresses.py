"""An address is written out where that is safe, and stays the same address."""

from urllib.parse import quote, unquote

from hypothesis import given
from hypothesis import strategies as st

from console.addresses import readable


def test_arabic_is_written_out() -> None:
    assert readable(f"https://a.example/{quote('حفرة-في-الحي')}.html") == "https://a.example/حفرة-في-الحي.html"


def test_what_could_deceive_stays_encoded() -> None:
    for hidden in ("\u202e", "\u200f", "\u00a0", " ", "/", "?", "%"):
        encoded = quote(f"ح{hidden}ب", safe="")
        assert readable(f"https://a.example/{encoded}") == f"https://a.example/ح{quote(hidden, safe='')}ب"


def test_other_encodings_stay() -> None:
    assert readable("https://a.example/%C7%E1%CD") == "https://a.example/%C7%E1%CD"


@given(st.text())
def test_it_stands_for_the_same_address(text: str) -> None:
    encoded = quote(text, safe="", errors="replace")
    assert unquote(readable(encoded)) == unquote(encoded)
