"""The organisation's report as a PDF, set by Typst.

No font is shipped: a good Arabic font of the system is taken where there is one, else the one that Typst brings along. Typst
names the font again before every word; readers that go by runs of text (pypdf) would then see the words of a right-to-left line
in the wrong order, so the repetitions are taken out of the pages.
"""

from __future__ import annotations

import io
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from domain.errors import ConfigurationError

ORGANISATION: Final = "مرصد الخدمات الدولي"
FONTS: Final = ("Noto Naskh Arabic", "Amiri", "Geeza Pro", "Traditional Arabic", "Arial", "Noto Sans Arabic")
BUNDLED_FONT: Final = "DejaVu Sans Mono"
"""Comes with Typst and has Arabic letters."""
_FONT_OR_BLOCK: Final = re.compile(rb"\bBT\b|/\S+ [\d.]+ Tf")
_SPECIAL: Final = re.compile(r"([\\#$*_`<>@~\[\]])")


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One page: its heading and its paragraphs."""

    heading: str
    text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The report of one profile's demonstration."""

    title: str
    subtitle: str
    pages: tuple[ReportPage, ...]


@cache
def report(profile_code: str) -> Report:
    """The report's text. Raises ``ConfigurationError`` where the profile has none."""
    path = resources.files("service.demo") / "reports" / f"{profile_code}.toml"
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigurationError(
            f"the demonstration has no report for the profile «{profile_code}»", "choose mcit, mof or momrah"
        ) from error
    pages = tuple(ReportPage(page["heading"], tuple(page["text"])) for page in table["page"])
    return Report(table["title"], table["subtitle"], pages)


def report_pdf(profile_code: str, *, system_fonts: bool = True) -> bytes:
    """The report as a PDF file. Takes some tenths of a second."""
    import typst

    known = set(typst.Fonts(include_system_fonts=system_fonts).families())
    font = next((name for name in FONTS if name in known), BUNDLED_FONT)
    source = _typst(report(profile_code), font)
    pdf = typst.compile(source.encode(), ignore_system_fonts=not system_fonts, pdf_tags=False)
    return _one_font_per_run(bytes(pdf))


def _typst(content: Report, font: str) -> str:
    pages = "\n#pagebreak()\n".join(f"= {_plain(page.heading)}\n" + "\n\n".join(map(_plain, page.text)) for page in content.pages)
    return f"""
#set document(title: "{content.title}", author: "{ORGANISATION}")
#set text(lang: "ar", dir: rtl, font: ("{font}", "{BUNDLED_FONT}"), size: 15pt)
#set par(leading: 1.1em, spacing: 1.7em)
#set page(paper: "a4", margin: 2.6cm, numbering: "1",
  header: align(center, text(size: 10pt, fill: rgb("#4a6572"))[{ORGANISATION}]))
#show heading: it => block(above: 0pt, below: 1.6em, stroke: (bottom: 2pt + rgb("#1f6f78")), inset: (bottom: 8pt),
  text(size: 21pt, fill: rgb("#12394a"), it.body))
#align(center)[#text(size: 14pt, fill: rgb("#4a6572"))[{_plain(content.subtitle)}]]
#v(1em)
{pages}
"""


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _one_font_per_run(pdf: bytes) -> bytes:
    from pypdf import PdfWriter
    from pypdf.generic import NameObject, StreamObject

    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    for page in writer.pages:
        contents = page.get_contents()
        if contents is None:
            continue
        stream = StreamObject()
        stream.set_data(_without_repetitions(contents.get_data()))
        page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _without_repetitions(operators: bytes) -> bytes:
    """A page's operators without a font that is set already in the same block of text."""
    kept: list[bytes] = []
    current, end = b"", 0
    for found in _FONT_OR_BLOCK.finditer(operators):
        if found[0] == b"BT":
            current = b""
        elif found[0] == current:
            kept.append(operators[end : found.start()])
            end = found.end()
        else:
            current = found[0]
    return b"".join([*kept, operators[end:]])
