"""Pages made to break a reader: each ends as a clean article or a clear error, in a process that lives on and stays small."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from crawlers.articles.article import MAX_ELEMENTS, extract
from domain.errors import SourceUnreadable

ROOT = Path(__file__).parent.parent.parent.parent
LINE = "شكا سكان الحي من انقطاع خدمة الإنترنت الثابت منذ خمسة أيام، وقالوا إن بلاغاتهم المتكررة لم تجد ردا حتى الآن."
MORE = "وما زال الأهالي ينتظرون فني الصيانة الذي وُعدوا به يوم الأحد الماضي، ولم يأت ولم يعتذر أحد عن تأخره عنهم."
ARTICLE = f"<article><h1>عنوان الخبر</h1><p>{LINE}</p><p>{MORE}</p></article>"
READER = """
import json, sys
from crawlers.articles.article import extract
from domain.errors import SourceUnreadable
found = {}
for name, body in json.load(sys.stdin).items():
    try:
        found[name] = len(extract(body.encode("utf-8", "surrogatepass"), "text/html; charset=utf-8", "https://paper.example/1").text)
    except SourceUnreadable as error:
        found[name] = str(error)
# Of this program alone: getrusage counts the process that it was forked from, too.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({"found": found, "mebibytes": int(peak.split()[1]) // 1024}))
"""
PAGES = {
    **{f"50,000 nested {tag}": f"<{tag}>" * 50_000 + ARTICLE for tag in ("div", "b", "font", "span")},
    "nested and closed": "<div>" * 50_000 + ARTICLE + "</div>" * 50_000,
    "nested behind": ARTICLE + "<div>" * 12_000,
    "nested tables": "<table><tr><td>" * 20_000 + ARTICLE,
    "nested lists": "<ul><li>" * 30_000 + ARTICLE,
    "ten megabytes": ARTICLE + "<div class='x'>" + "كلمة " * 1_000_000 + "</div>",
    "many paragraphs": "<h1>عنوان</h1>" + "".join(f"<p>{LINE} {number}</p>" for number in range(20_000)),
    "many breaks": "<div>" + "سطر<br>" * 24_000 + "</div>",
    "many comments": ARTICLE + "<div class='comment'><p>x</p></div>" * 8_000,
    "many labels": ARTICLE + "<div>اقرأ أيضا</div>" * 20_000,
    "deep json": '<script type="application/ld+json">' + "[" * 200_000 + "</script>" + ARTICLE,
    "deep state": "<div id='root'></div><script>window.a = " + '{"x":' * 100_000 + "</script>",
    "a string without end": '<div id="root"></div><script>self.__next_f.push([1,"' + "a" * 3_000_000 + "</script>",
    "a title of a megabyte": f"<title>{'ع' * 1_000_000}</title>{ARTICLE}",
    "attributes of a megabyte": f"<div class='{'comment ' * 150_000}'>{ARTICLE}</div>",
}


def test_a_process_that_reads_them_all_lives_on_and_stays_small() -> None:
    done = subprocess.run(
        [sys.executable, "-c", READER], input=json.dumps(PAGES), capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["mebibytes"] < 400
    for name, found in told["found"].items():
        assert found if isinstance(found, int) else ";" in found, name
    assert told["found"]["nested behind"] >= len(LINE) + len(MORE)
    assert told["found"]["a title of a megabyte"] >= len(LINE) + len(MORE)


def read(body: bytes) -> tuple[str, str]:
    article = extract(body, "text/html; charset=utf-8", "https://paper.example/1")
    return article.title, article.text


def test_nul_bytes_and_bytes_that_are_no_utf_8_cost_nothing_else() -> None:
    head = "<html><meta charset='utf-8'><title>عن\0وان الخبر</title><body><h1>عن\0وان الخبر</h1>"
    page = f"{head}<p>{LINE}\0</p><p>§وما زال الأهالي ينتظرون فني الصيانة الذي وُعدوا به يوم الأحد الماضي ولم يأت.</p></body>"
    title, text = read(page.encode().replace("§".encode(), b"\xff\xfe"))
    assert title == "عنوان الخبر"
    assert text.startswith(LINE)
    assert "\0" not in text


def test_overrides_and_zero_width_characters_never_reach_a_row() -> None:
    title = "\u202eعنوان\u2066 \u200bالخبر\u200f\ufeff"
    page = f"<html><meta charset='utf-8'><title>{title}</title><h1>{title}</h1><p>\u202e{LINE}\u202c</p><p>\u2067{LINE} ثم</p>"
    title, text = read(page.encode())
    assert title == "عنوان الخبر"
    assert not set(text + title) & set("\u202e\u202c\u2066\u2067\u200b\u200f\ufeff")


def test_a_page_of_too_many_elements_is_a_clear_error() -> None:
    with pytest.raises(SourceUnreadable, match=str(MAX_ELEMENTS)):
        read((ARTICLE + "<i></i>" * MAX_ELEMENTS).encode())
