"""``rasd sources add`` and ``check`` on newspapers that each have another way in, through the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from service.cli import app
from service.home import make_home
from tests.fakes.newspaper import Answer, Newspaper
from tests.service.zoo import NOW, ZOO, R, Site, alternate, front, rss, stories


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    settings = make_home(folder, "mof")
    text = settings.read_text("utf-8").replace("delay = 1.0", 'delay = 0.0\ntimeout = 5.0\nallow_networks = ["127.0.0.0/8"]')
    settings.write_text(text, encoding="utf-8")
    return folder


def rasd(home: Path, *arguments: str, given: str = "") -> Result:
    result = CliRunner().invoke(app, ["sources", *arguments, "--home", str(home)], input=given)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def listed(home: Path) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(rasd(home, "list", "--json").stdout)
    return rows


@pytest.mark.parametrize("site", ZOO, ids=lambda site: site.name)
def test_each_newspaper_is_found(site: Site, home: Path) -> None:
    with Newspaper() as paper:
        paper.pages |= site.build(paper)
        start = paper.host if site.start == "bare" else paper.url(site.start)
        done = json.loads(rasd(home, "add", start, "--json").stdout)
        taken = [row for row in done["found"] if row["taken"]]
        assert {row["url"] for row in taken} == {paper.url(path) for path in site.taken}
        assert {row["kind"] for row in taken} == {site.kind}
        left = {row["url"]: row["reason"] for row in done["found"] if not row["taken"]}
        for path, word in site.left.items():
            assert word in left[paper.url(path)]
        assert {row["id"] for row in listed(home)} == set(done["saved"])
        items = [item for row in taken for item in row["items"]]
        assert len(items) == 5
        assert all("الحي رقم" in item["title"] and item["characters"] > 200 for item in items)
        asked = sum(each.path != "/robots.txt" for each in paper.asked) - len(items)
        assert done["requests"] == asked + 1, "robots.txt is asked once more, for the sitemaps that it names"


def test_the_preview_is_shown_before_and_the_saved_sources_last(home: Path) -> None:
    with Newspaper() as paper:
        paper.pages |= {**stories(R), "/": front(R, alternate("/rss")), "/rss": rss(R, title="صحيفة الاختبار")}
        lines = rasd(home, "add", paper.url("/"), "--name", "صحيفة أخرى", "--minutes", "7").stdout.splitlines()
    assert lines[0].startswith("صحيفة الاختبار: 2 found, 1 taken, ")
    assert any(line.startswith(f"+ feed | {paper.url('/rss')} | declared by the page | 10 items") for line in lines)
    assert any("سلمى الحربي" in line and "with image" in line and "full" in line for line in lines)
    assert lines[-1].split("\t")[1:] == ["feed", paper.url("/rss")]
    (row,) = listed(home)
    assert (row["name"], row["interval_seconds"]) == ("صحيفة أخرى", 420.0)


def test_check_saves_nothing_and_all_takes_what_is_not_needed(home: Path) -> None:
    site = ZOO[0]
    with Newspaper() as paper:
        paper.pages |= site.build(paper)
        seen = json.loads(rasd(home, "check", paper.url("/"), "--json").stdout)
        assert len(seen[0]["items"]) >= 2
        assert listed(home) == []
        done = json.loads(rasd(home, "add", paper.url("/"), "--all", "--json").stdout)
    urls = {row["url"] for row in listed(home)}
    assert urls == {row["url"] for row in done["found"] if row["taken"]}
    assert urls >= {paper.url(path) for path in ("/rss/all", "/rss/sport", "/rss/regions", "/podcast.xml")}
    assert not urls & {paper.url(path) for path in ("/comments/feed/", "/rss/none", "/rss/gone")}


def test_what_is_watched_already_keeps_its_settings(home: Path, tmp_path: Path) -> None:
    with Newspaper() as paper:
        paper.pages |= {**stories(R), "/": front(R, alternate("/rss")), "/rss": rss(R)}
        given = tmp_path / "own.csv"
        given.write_text(f"url;interval_minutes;id;floor_per_day\n{paper.url('/rss/')};3;mine;٤\n", encoding="utf-8")
        assert rasd(home, "import", str(given)).exit_code == 0
        again = rasd(home, "add", paper.url("/"))
        assert again.stdout.splitlines()[-1].startswith("mine\tfeed\t")
        assert "watched already" in again.stdout
        rasd(home, "add", paper.url("/"), "--minutes", "9")
    (row,) = listed(home)
    assert (row["id"], row["interval_seconds"]) == ("mine", 540.0)


def test_a_terminal_is_asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.cli.gathering.is_at_a_terminal", lambda: True)
    with Newspaper() as paper:
        paper.pages |= {**stories(R), "/": front(R, alternate("/rss")), "/rss": rss(R)}
        refused = rasd(home, "add", paper.url("/"), given="n\n")
        assert "nothing was saved" in refused.stderr
        assert listed(home) == []
        rasd(home, "add", paper.url("/"), "--yes")
        assert len(listed(home)) == 1


def test_nothing_is_saved_where_nothing_serves(home: Path) -> None:
    from domain.errors import SourceUnreadable

    with Newspaper() as paper:
        head = alternate("/comments/feed") + alternate("/none")
        paper.pages |= {"/": Answer(f"<html><head>{head}</head><body>{NOW}</body></html>".encode()), "/none": rss([])}
        with pytest.raises(SourceUnreadable, match="comments"):
            rasd(home, "add", paper.url("/"))
    assert listed(home) == []
