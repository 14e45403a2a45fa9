"""Files of sources: what feed readers and spreadsheets write is read, what is written is read again, and errors name the line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from domain.errors import InputError
from domain.outlet import Outlet
from domain.source import Source, SourceKind
from registry import outlets, sources
from registry.database import Database
from service.source_book import export_file, import_file
from service.source_files import read_file, write_file
from service.source_rows import FIELDS, to_source, to_values

TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn"), exclude_characters="\ufeff"), max_size=30).map(
    str.strip
)
WEB = [SourceKind.FEED, SourceKind.SITEMAP, SourceKind.LISTING, SourceKind.PDF_REPORT]


@st.composite
def any_source(draw: st.DrawFn) -> Source:
    kind = draw(st.sampled_from(list(SourceKind)))
    address = draw(
        st.sampled_from(["https://paper.example/", "http://www.b.example:8080/خلاصات?x=1&y=،", "https://c.example/a;b,c"])
    )
    query = (
        draw(st.from_regex(r"[A-Za-z0-9_]{1,15}", fullmatch=True)) if kind is SourceKind.X_MENTIONS else draw(TEXT.filter(bool))
    )
    return Source(
        id=draw(TEXT.filter(bool)),
        kind=kind,
        outlet_id=draw(TEXT.filter(bool)),
        name=draw(TEXT.filter(bool)),
        url="" if kind.is_social else address,
        query=query if kind.is_social else "",
        interval=timedelta(seconds=draw(st.integers(6, 7 * 86400))),
        paused=draw(st.booleans()),
        article_links=draw(TEXT),
        body=draw(TEXT),
        timezone=draw(st.sampled_from(["Asia/Riyadh", "UTC", "Africa/Cairo"])),
        floor_per_day=draw(st.none() | st.floats(0.001, 10_000, allow_nan=False)),
    )


@pytest.mark.parametrize("suffix", ["opml", "toml", "csv"])
@given(given_sources=st.lists(any_source(), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_what_is_written_is_read_again(suffix: str, given_sources: list[Source], tmp_path: Path) -> None:
    file = tmp_path / f"sources.{suffix}"
    write_file(file, [to_values(source) for source in given_sources])
    if suffix == "csv" and not given_sources:
        assert file.read_bytes().startswith(b"\xef\xbb\xbfid,kind")
    assert [to_source(row) for row in read_file(file).rows] == given_sources


def rows(tmp_path: Path, name: str, content: bytes | str) -> list[Source]:
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return [to_source(row) for row in read_file(file).rows]


OPML = """<?xml version="1.0" encoding="{encoding}"?>
<!DOCTYPE opml [ <!ENTITY x SYSTEM "file:///etc/hostname"> ]>
<opml version="1.0"><head><title>اشتراكاتي</title></head><body>
  <outline text="صحف" title="صحف">
    <outline text="محلية">
      <outline type="rss" text="المنارة" xmlUrl="https://feeds.example/manara" htmlUrl="https://manara.example/"/>
      <OUTLINE TYPE="rss" TEXT="الضفة &x;" XMLURL=" feed:https://daffa.example/rss "/>
    </outline>
  </outline>
  <outline type="include" url="https://other.example/list.opml" text="غيرها"/>
  <outline type="link" url="https://blog.example/" text="مدونة"/>
</body></opml>"""


@pytest.mark.parametrize(
    ("encoding", "codec"), [("UTF-8", "utf-8"), ("utf-8", "utf-8-sig"), ("windows-1256", "cp1256"), ("utf-16", "utf-16")]
)
def test_opml_of_real_readers(tmp_path: Path, encoding: str, codec: str) -> None:
    first, second = rows(tmp_path, "subscriptions.opml", OPML.format(encoding=encoding).encode(codec))
    assert (first.name, first.url, first.outlet_id) == ("المنارة", "https://feeds.example/manara", "manara-example")
    assert (second.name, second.url) == ("الضفة", "https://daffa.example/rss")


def test_what_other_readers_see_in_our_opml(tmp_path: Path) -> None:
    file = tmp_path / "out.opml"
    write_file(
        file,
        [
            to_values(Source("a", SourceKind.FEED, "o", "ا", "https://a.example/rss")),
            to_values(Source("b", SourceKind.LISTING, "o", "ب", "https://b.example/")),
        ],
    )
    first, second = etree.parse(str(file)).iter("outline")
    assert (first.get("type"), first.get("xmlUrl"), first.get("text"), first.get("title")) == (
        "rss",
        "https://a.example/rss",
        "ا",
        "ا",
    )
    assert (second.get("type"), second.get("url"), second.get("xmlUrl")) == ("link", "https://b.example/", None)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_spreadsheets_in_arabic(tmp_path: Path, codec: str, separator: str) -> None:
    head = separator.join(("الاسم", "الرابط", "النوع", "الدقائق", "الحد الأدنى يوميًا", "موقوف", "ملاحظات"))
    fifteen, floor = ("15", "2,50" if separator != "," else "2.5") if codec == "cp1256" else ("١٥", "٢٫٥")
    line = separator.join(("صحيفة المنارة", "https://manara.example/", "خريطة الموقع", fifteen, floor, "نعم", "من المعارف"))
    (found,) = rows(tmp_path, "s.csv", f"\r\n{head}\r\n{line}\r\n\r\n".encode(codec))
    assert (found.name, found.kind, found.url) == ("صحيفة المنارة", SourceKind.SITEMAP, "https://manara.example/")
    assert (found.interval, found.floor_per_day, found.paused) == (timedelta(minutes=15), 2.5, True)
    assert read_file(tmp_path / "s.csv").notes == ("column «ملاحظات» is not known and was passed over",)


def test_a_column_called_address_and_quoted_cells(tmp_path: Path) -> None:
    content = '"العنوان","الاسم"\n"https://a.example/","سطر\nثان، وفاصلة"\n'
    (found,) = rows(tmp_path, "s.csv", content)
    assert (found.url, found.name) == ("https://a.example/", "سطر\nثان، وفاصلة")


def test_no_cell_becomes_a_formula(tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    source = Source("x", SourceKind.FEED, "o", "=HYPERLINK(1)", "https://a.example/")
    write_file(file, [to_values(source)])
    assert "'=HYPERLINK" in file.read_text("utf-8")
    assert [to_source(row) for row in read_file(file).rows] == [source]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("rss,,10,,", "no address"),
        ("rss,mailto:a@b.example,10,,", "no web address"),
        ("blog,https://a.example/,10,,", "the kind «blog»"),
        ("rss,https://a.example/,often,,", "interval_minutes is «often»"),
        ("rss,https://a.example/,0,,", "0.1 to 10080"),
        ("rss,https://a.example/,10,-1,", "floor_per_day"),
        ("rss,https://a.example/,10,,Mars/Base", "time zone"),
        ("x_mentions,,10,,", "needs a query"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_go_in(line: str, reason: str, sqlite_database: Database, tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    file.write_text(f"kind,url,minutes,floor,timezone\nrss,https://good.example/,10,,\n{line}\n", encoding="utf-8")
    report = import_file(sqlite_database, file)
    assert report.added == 1
    (problem,) = report.problems
    assert problem.startswith("line 3: ")
    assert reason in problem


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", "one,two\n1,2\n", "line 1: no column is named url"),
        ("a.toml", "[[source]]\nurl = \n", "line 2"),
        ("a.toml", "source = 3\n", "list of tables"),
        ("a.opml", "<html></html>", "is not OPML"),
        ("a.opml", "", "cannot be read"),
        ("a.docx", "x", "files ending in"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name: str, content: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=reason):
        rows(tmp_path, name, content)


def test_toml_names_the_line_and_a_mistyped_key(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text(
        '# mine\n[[source]]\nurl = "https://a.example/"\ninterval_minutes = 5\npaused = true\n\n[[source]]\nulr = "x"\n',
        encoding="utf-8",
    )
    read = read_file(file)
    assert [row.where for row in read.rows] == ["line 2", "line 7"]
    assert read.notes == ("line 7: the key «ulr» is not known and was passed over",)
    first = to_source(read.rows[0])
    assert (first.interval, first.paused) == (timedelta(minutes=5), True)


def test_duplicates_are_told_and_taken_once(sqlite_database: Database, tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    file.write_text("url,name,floor\nhttps://a.example/rss,ا,3\nhttp://www.a.example/rss/?utm_source=x,ب,\n", encoding="utf-8")
    report = import_file(sqlite_database, file)
    assert (report.added, report.updated) == (1, 0)
    assert report.notes == ["line 3: the same as line 2, taken once"]
    file.write_text("url,name,id\nhttp://a.example/rss,اسم جديد,other\n", encoding="utf-8")
    again = import_file(sqlite_database, file)
    assert (again.added, again.updated) == (0, 1)
    assert "watched already as «a-example-rss»" in again.notes[0]
    with sqlite_database.reading() as session:
        (view,) = sources.all_sources(session)
    assert (view.source.name, view.source.floor_per_day) == ("اسم جديد", 3.0)


def test_two_feeds_of_one_script_are_two_sources(sqlite_database: Database, tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    file.write_text("url\nhttps://a.example/rss.php?c=1\nhttps://a.example/rss.php?c=2\n", encoding="utf-8")
    assert import_file(sqlite_database, file).added == 2


def test_the_directory_s_entry_is_never_overwritten(sqlite_database: Database, tmp_path: Path) -> None:
    with sqlite_database.transaction() as session:
        outlets.save(session, Outlet("manara", "صحيفة المنارة", reach=4, home_url="https://www.manara.example/", verified=True))
    file = tmp_path / "s.csv"
    file.write_text("url,name\nhttps://rss.manara.example/all,خلاصة\n", encoding="utf-8")
    import_file(sqlite_database, file)
    with sqlite_database.reading() as session:
        (view,) = sources.all_sources(session)
        outlet = outlets.find(session, "manara")
    assert view.source.outlet_id == "manara"
    assert outlet is not None
    assert (outlet.name_ar, outlet.reach, outlet.verified) == ("صحيفة المنارة", 4, True)


@pytest.mark.parametrize("suffix", ["opml", "toml", "csv"])
def test_out_of_one_home_and_into_another_nothing_is_lost(suffix: str, database: Database, tmp_path: Path) -> None:
    made = [
        Source(
            f"s{place}",
            kind,
            "paper",
            f"مصدر {place}",
            f"https://paper.example/{place}",
            interval=timedelta(minutes=place + 1),
            floor_per_day=2.0,
        )
        for place, kind in enumerate(WEB)
    ]
    made += [Source("x", SourceKind.X_SEARCH, "x", "X", query="وزارة المالية", paused=True)]
    with database.transaction() as session:
        for source in made:
            sources.save(session, source)
    file = tmp_path / f"out.{suffix}"
    assert export_file(database, file) == len(made)
    with database.transaction() as session:
        for source in made:
            sources.save(session, Source(source.id, source.kind, source.outlet_id, "غيره", source.url, source.query))
    report = import_file(database, file)
    assert (report.added, report.updated, report.problems) == (0, len(made), [])
    with database.reading() as session:
        assert {view.source.id: view.source for view in sources.all_sources(session)} == {source.id: source for source in made}


def test_every_field_has_its_column() -> None:
    assert tuple(to_values(Source("a", SourceKind.FEED, "o", "n"))) == FIELDS
