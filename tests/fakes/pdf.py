"""Small real PDF files with Arabic text, written by hand: a font without outlines and its map back to Unicode."""

from __future__ import annotations


def pdf(*pages: str, title: str = "") -> bytes:
    """A PDF with one text line on each page, its letters drawn from left to right as programs draw Arabic.

    An empty string makes a page without text.
    """
    numbers = [5 + 2 * place for place in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    cmap = _cmap("".join(pages))
    objects = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        3: "<< /Type /Font /Subtype /Type0 /BaseFont /None /Encoding /Identity-H /ToUnicode 4 0 R /DescendantFonts "
        "[<< /Type /Font /Subtype /CIDFontType2 /BaseFont /None /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
        "/Supplement 0 >> /DW 500 >>] >>",
        4: f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    }
    for number, text in zip(numbers, pages, strict=True):
        drawn = f"BT /F1 12 Tf 50 700 Td <{text[::-1].encode('utf-16-be').hex()}> Tj ET" if text else ""
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects[number + 1] = f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream"
    info = max(objects) + 1
    objects[info] = f"<< /Title <{('﻿' + title).encode('utf-16-be').hex()}> /CreationDate (D:20261102090000+03'00') >>"
    return _assembled(objects, info)


def _cmap(text: str) -> str:
    letters = sorted(set(text))
    rows = "\n".join(f"<{ord(letter):04x}> <{ord(letter):04x}>" for letter in letters)
    return (
        "/CIDInit /ProcSet findresource begin\nbegincmap\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
        f"{len(letters)} beginbfchar\n{rows}\nendbfchar\nendcmap\nend"
    )


def _assembled(objects: dict[int, str], info: int) -> bytes:
    body, places = b"%PDF-1.4\n", {}
    for number, text in sorted(objects.items()):
        places[number] = len(body)
        body += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    rows = "".join(f"{places[number]:010d} 00000 n \n" for number in sorted(objects))
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info {info} 0 R >>\n"
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}{trailer}"
    return body + table.encode() + f"startxref\n{len(body)}\n%%EOF\n".encode()
