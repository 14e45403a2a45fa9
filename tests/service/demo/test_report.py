"""The organisation's report: set without any font of the system, readable in the right order, listed on a page."""

from __future__ import annotations

import io

import httpx
import pytest
from pypdf import PdfReader

from domain.errors import ConfigurationError
from service.demo.hosting import DemoWorld
from service.demo.report_pdf import report, report_pdf
from service.profiles import SHIPPED, load_profile
from tests.service.demo.conftest import source_url


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize("system_fonts", [True, False])
@pytest.mark.parametrize("code", SHIPPED)
def test_every_paragraph_is_read_back_as_it_was_written(code: str, system_fonts: bool) -> None:
    written = report(code).pages
    read = pages(report_pdf(code, system_fonts=system_fonts))
    assert 4 <= len(read) == len(written) <= 6
    for page, text in zip(written, read, strict=True):
        for paragraph in page.text:
            assert " ".join(paragraph.split()) in text


@pytest.mark.parametrize("code", SHIPPED)
def test_only_some_pages_speak_of_the_ministry(code: str) -> None:
    names = load_profile(code).names[0].split()[-1].removeprefix("ال")
    speaking = [any(names in paragraph for paragraph in page.text) for page in report(code).pages]
    assert any(speaking)
    assert not all(speaking)


async def test_the_listing_leads_to_the_file(world: DemoWorld, web: httpx.AsyncClient) -> None:
    listing = await web.get(source_url(world, "marsad"))
    link = next(part for part in listing.text.split('"') if part.endswith(".pdf"))
    file = await web.get(source_url(world, "marsad").removesuffix("/reports/") + link)
    assert file.headers["content-type"] == "application/pdf"
    assert file.content.startswith(b"%PDF")
    assert PdfReader(io.BytesIO(file.content)).metadata.title == report("mof").title  # type: ignore[union-attr]
    again = await web.get(str(file.url), headers={"If-None-Match": file.headers["etag"]})
    assert again.status_code == 304


def test_an_unknown_profile_has_no_report() -> None:
    with pytest.raises(ConfigurationError, match="no report"):
        report("moh")
