"""``rasd watch``: what is listened for, whether it is written right, and what a query would have found."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from domain.errors import ProfileError
from domain.mention import Channel, Mention
from domain.source import Discovery, Source, SourceKind, SourceState
from registry import inbox, sources
from service.cli import app
from service.home import make_home
from service.settings import read_settings
from service.watching import check_text
from service.wiring import open_database, utc_now

MCIT = (resources.files("profiles") / "mcit.toml").read_text("utf-8")
GOOD = '\n[[watch]]\nname = "أبراج"\nservice = "networks/outage"\nquery = "برج"\nproposed_by = "رنا"\napproved_by = "سامي"\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one article, one post, and one press item that matched nothing."""
    folder = make_home(tmp_path / "home", "mcit").parent
    database = open_database(folder, read_settings(folder))
    now = utc_now()
    items = {
        "a": Mention("a", Channel.PRESS, "daily", "daily", "https://daily.example/a", "برج جديد", "اتصل على 0551234567", now),
        "x:1": Mention("x:1", Channel.SOCIAL, "daily", "x", "https://x.com/u/status/1", "", "يا @someone_9 البرج معطل", now,
                       author_handle="u"),
        "b": Mention("b", Channel.PRESS, "daily", "daily", "https://daily.example/b", "برج المدينة القديم", "نص لا يُحفظ", now),
    }  # fmt: skip
    with database.transaction() as session:
        sources.save(session, Source("daily", SourceKind.FEED, "daily", "اليومية", "https://daily.example/rss"))
        matched = {"a": ("الشبكات والتغطية",), "x:1": ("الشبكات والتغطية",)}
        inbox.store_discovery(session, Discovery("daily", SourceState(), tuple(items.values())), matched, now, b"k" * 32)
    database.close()
    return folder


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["watch", *arguments])


def test_the_list_names_service_people_and_hits(home: Path) -> None:
    shown = _run("list", "--home", str(home))
    line = next(line for line in shown.stdout.splitlines() if line.startswith("الشبكات والتغطية\t"))
    assert "networks/mobile-coverage" in line
    assert "approved by" in line
    assert "2 in 7 days, 2 in 30" in line
    rows = json.loads(_run("list", "--json", "--home", str(home)).stdout)
    assert {row["name"]: row["hits_30_days"] for row in rows}["الشبكات والتغطية"] == 2


def test_the_preview_marks_words_masks_people_and_counts_by_outlet(home: Path) -> None:
    shown = _run("preview", "برج OR اتصل", "--home", str(home))
    assert shown.exit_code == 0, shown.output
    assert "2 of the last 2 stored mentions match" in shown.stdout
    assert "⟦برج⟧ جديد" in shown.stdout
    assert "⟦البرج⟧ معطل" in shown.stdout
    assert "1 of the last 1 press items that matched no query match by their title" in shown.stdout
    assert "title alone" in shown.stdout
    for hidden in ("0551234567", "someone_9", "نص لا يُحفظ"):
        assert hidden not in shown.stdout
    found = json.loads(_run("preview", "برج", "--json", "--last", "1", "--home", str(home)).stdout)
    assert (found["mentions"]["tried"], found["mentions"]["by_outlet"]) == (1, {"x": 1})


def test_a_wrong_query_is_shown_with_a_caret(home: Path) -> None:
    shown = _run("preview", 'برج AND "ضعف', "--home", str(home))
    assert shown.exit_code == 2
    assert "never closed" in shown.stderr
    assert f"  {' ' * 8}^" in shown.stderr
    assert CliRunner().invoke(app, ["watch", "preview", "برج", "--service", "no/such", "--home", str(home)]).exit_code != 0


def test_shipped_profiles_are_right(home: Path) -> None:
    for code in ("mcit", "mof", "momrah"):
        assert check_text((resources.files("profiles") / f"{code}.toml").read_text("utf-8"), code)[1] == []
    shown = _run("check", "--home", str(home))
    assert (shown.exit_code, "nothing wrong was found" in shown.stdout) == (0, True)


@pytest.mark.parametrize(
    ("wrong", "line", "says"),
    [
        (('query = "برج"', 'query = "برج AND (شبكة"'), 4, "is never closed"),
        (('query = "برج"', "query = '\"برج'"), 4, "never closed"),
        (('query = "برج"', 'query = """\nبرج\nOR (شبكة"""'), 6, "never closed"),
        (('query = "برج"', 'query = "برج OR مظاهرات"'), 4, "listed word"),
        (('query = "برج"\n', ""), 1, "«query» is missing"),
        (('approved_by = "سامي"', 'approved_by = "رنا"'), 6, "second person"),
        (('approved_by = "سامي"\n', ""), 1, "second person"),
        (('"networks/outage"', '"no/such"'), 3, "no topic"),
        (("proposed_by", "proposer"), 5, "«proposer» is not known"),
    ],
)
def test_every_mistake_of_a_file_is_named_with_its_line(wrong: tuple[str, str], line: int, says: str) -> None:
    start = len(MCIT.splitlines()) + 1
    queries, flaws = check_text(MCIT + GOOD + GOOD.replace("أبراج", "ثانية").replace(*wrong), "own.toml")
    assert queries == 11
    offset = start + len(GOOD.strip().splitlines()) + 1
    first = next(flaw for flaw in flaws if flaw.name != "أبراج")
    assert first.line - offset == line
    assert says in first.what or says in first.remedy


def test_a_name_that_stands_twice_is_named(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(MCIT + GOOD + GOOD.replace('query = "برج"', 'query = "برج ("'), "utf-8")
    shown = _run("check", str(path))
    assert shown.exit_code == 1, shown.output
    assert "stands twice" in shown.stdout
    assert "^" in shown.stdout
    assert "11 queries, 2 mistakes" in shown.stdout


def test_a_file_that_is_no_profile_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="cannot be read"):
        CliRunner().invoke(app, ["watch", "check", str(tmp_path / "none.toml")], catch_exceptions=False)
    with pytest.raises(ProfileError, match="TOML"):
        check_text('code = "a', "own.toml")
