"""The command line as a user meets it: each command in a home of its own, errors in one sentence, exit statuses."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

RASD = [sys.executable, "-m", "service.cli"]


def rasd(*arguments: str, given: str = "", status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*RASD, *arguments], input=given, capture_output=True, text=True, check=False)
    assert done.returncode == status, f"{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def home(tmp_path: Path) -> Path:
    rasd("init", str(tmp_path / "home"), "--profile", "mof")
    return tmp_path / "home"


def test_help_costs_no_heavy_import() -> None:
    code = (
        "import sys\nfrom typer.main import get_command\nfrom service.cli import app\nget_command(app)\n"
        "heavy = {'scrapy', 'sqlmodel', 'sqlalchemy', 'torch', 'transformers', 'fastapi', 'numpy', 'sklearn', 'tweepy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_init_makes_a_home_and_never_overwrites(home: Path) -> None:
    assert (home / "rasd.toml").exists()
    assert (home / "secret.key").stat().st_mode & 0o077 == 0
    again = rasd("init", str(home), status=2)
    assert "exists already" in again.stderr


def test_without_a_home_the_remedy_is_named(tmp_path: Path) -> None:
    for command in (["doctor"], ["run", "--once"], ["sources", "list"], ["export", "cases"]):
        done = rasd(*command, "--home", str(tmp_path), status=2)
        assert "rasd init" in done.stderr


def test_the_doctor_names_a_profile_that_is_none(home: Path) -> None:
    (home / "rasd.toml").write_text('profile = "mod"\n', encoding="utf-8")
    assert "mod" in rasd("doctor", "--home", str(home), status=2).stderr


def test_a_demonstration_is_refused_in_a_home_of_another_ministry_or_of_none(home: Path, tmp_path: Path) -> None:
    other = rasd("demo", "--once", "--profile", "mcit", "--home", str(home), status=2)
    assert "give --profile mof" in other.stderr
    (tmp_path / "file").write_text("", encoding="utf-8")
    nowhere = rasd("demo", "--once", "--home", str(tmp_path / "file" / "home"), status=2)
    assert "cannot be made a home" in nowhere.stderr


def test_sources_from_a_file_and_back(home: Path, tmp_path: Path) -> None:
    given = tmp_path / "sources.csv"
    given.write_text(
        "url,kind,name,interval_minutes\nhttps://paper.example/rss,feed,صحيفة,5\nnot-an-address,feed,x,5\n"
        "https://b.example/,listing,ب,soon\n",
        encoding="utf-8",
    )
    done = rasd("sources", "import", str(given), "--home", str(home), status=1)
    assert "1 sources" in done.stdout
    assert "line 3" in done.stderr
    assert "line 4" in done.stderr
    for suffix in ("toml", "csv", "opml"):
        out = tmp_path / f"out.{suffix}"
        rasd("sources", "export", "-o", str(out), "--home", str(home))
        assert "1 sources" in rasd("sources", "import", str(out), "--home", str(home)).stdout
    (listed,) = json.loads(rasd("sources", "list", "--json", "--home", str(home)).stdout)
    assert (listed["url"], listed["name"]) == ("https://paper.example/rss", "صحيفة")
    rasd("sources", "pause", listed["id"], "--home", str(home))
    head, line = rasd("sources", "list", "--home", str(home)).stdout.splitlines()
    assert line.split()[:3] == [listed["id"], "feed", "paused"]
    assert head.index("LAST SUCCESS") == line.index("never", head.index("LAST SUCCESS"))
    assert line.endswith("https://paper.example/rss")
    assert "nothing" in rasd("sources", "pause", "nothing", "--home", str(home), status=1).stderr


def test_x_is_added_by_handle_and_by_search(home: Path) -> None:
    rasd("sources", "add", "@MofCare", "--home", str(home))
    rasd("sources", "add", "x:وزارة المالية lang:ar", "--home", str(home))
    kinds = {row["kind"]: row["query"] for row in json.loads(rasd("sources", "list", "--json", "--home", str(home)).stdout)}
    assert kinds == {"x_mentions": "MofCare", "x_search": "وزارة المالية lang:ar"}


def test_users(home: Path) -> None:
    rasd("users", "add", "noura", "--role", "reviewer", "--password-stdin", "--home", str(home), given="short\n", status=2)
    rasd(
        "users", "add", "noura", "--name", "نورة", "--role", "reviewer", "--role", "approver", "--password-stdin",
        "--home", str(home), given="a long password\n",
    )  # fmt: skip
    rasd("users", "roles", "noura", "--role", "specialist", "--home", str(home))
    rasd("users", "password", "noura", "--password-stdin", "--home", str(home), given="another password\n")
    (listed,) = json.loads(rasd("users", "list", "--json", "--home", str(home)).stdout)
    assert listed == {
        "username": "noura", "name": "نورة", "roles": ["specialist"], "department": "", "email": "", "head": False,
        "disabled": False,
    }  # fmt: skip
    unknown = rasd("users", "password", "nobody", "--home", str(home), status=1)
    assert "nobody" in unknown.stderr
    assert "password:" not in unknown.stdout, "a password was asked for somebody who is not there"


def test_a_head_of_department_with_an_address_is_shut_out_and_let_in(home: Path) -> None:
    rasd(
        "users", "add", "huda", "--role", "department", "--department", "care", "--email", "huda@mof.example", "--head",
        "--password-stdin", "--home", str(home), given="a long password\n",
    )  # fmt: skip
    rasd("users", "set", "huda", "--email", "h.ali@mof.example", "--name", "هدى علي", "--home", str(home))
    rasd("users", "disable", "huda", "--home", str(home))
    (listed,) = json.loads(rasd("users", "list", "--json", "--home", str(home)).stdout)
    assert (listed["email"], listed["head"], listed["name"], listed["disabled"]) == ("h.ali@mof.example", True, "هدى علي", True)
    rasd("users", "enable", "huda", "--home", str(home))
    shown = rasd("users", "list", "--home", str(home)).stdout
    assert "department (care, head)\th.ali@mof.example" in shown
    assert "disabled" not in shown
    assert "--email" in rasd("users", "set", "huda", "--home", str(home), status=2).stderr
    rasd("users", "set", "huda", "--email", "huda", "--home", str(home), status=2)


def test_classify_answers_every_line_in_order() -> None:
    given = "\n".join(
        [
            json.dumps({"id": "a", "text": "@MofCare متى تنزل رسوم التأشيرة الملغاة؟", "channel": "social"}),
            "not json",
            json.dumps({"id": "b"}),
            json.dumps({"id": "c", "text": "", "channel": "press"}),
            json.dumps({"id": "d", "text": "نص", "channel": "telepathy"}),
        ]
    )
    lines = [json.loads(line) for line in rasd("classify", "--profile", "mof", given=given, status=1).stdout.splitlines()]
    assert [line.get("id") or line["line"] for line in lines] == ["a", 2, 3, "c", 5]
    assert {"remit", "kind", "sentiment", "topic", "importance", "lang", "flags", "confidence", "evidence"} <= set(lines[0])
    assert lines[0]["remit"] == "ours"
    assert lines[3]["kind"] == "neutral"
    assert lines[3]["confidence"]["kind"] == 0
    assert "text" in lines[2]["error"]
    assert "telepathy" in lines[4]["error"]


def test_clippings_become_mentions_and_exports_hold_them(home: Path, tmp_path: Path) -> None:
    given = tmp_path / "clippings.jsonl"
    rows = [
        {
            "title": "مقاولون: مستحقاتنا متأخرة",
            "text": "شكا مقاولون من تأخر وزارة المالية في صرف مستحقاتهم منذ سنة.",
            "outlet": "إذاعة",
        },
        {"title": "بلا نص"},
        {"title": "تاريخ", "text": "نص عن وزارة المالية", "published_at": "yesterday"},
        {
            "title": "=HYPERLINK(1)",
            "text": "خبر عن وزارة المالية والميزانية",
            "url": "https://paper.example/1",
            "published_at": "2026-11-20",
        },
    ]
    given.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    done = rasd("import", "mentions", str(given), "--home", str(home), status=1)
    assert "2 mentions" in done.stdout
    assert "line 2" in done.stderr
    assert "line 3" in done.stderr
    again = rasd("import", "mentions", str(given), "--home", str(home), status=1)
    assert "0 mentions" in again.stdout
    exported = [json.loads(line) for line in rasd("export", "mentions", "--home", str(home)).stdout.splitlines()]
    assert len(exported) == 2
    fields = "id url canonical_url title text author published_at fetched_at outlet source story_id state remit kind"
    assert {*fields.split(), "sentiment", "topic", "importance"} <= set(exported[0])
    rasd("export", "mentions", "--format", "xlsx", "-o", str(tmp_path / "m.xlsx"), "--home", str(home))
    sheet = load_workbook(tmp_path / "m.xlsx").active
    assert sheet.max_row == 3
    rasd("export", "mentions", "--format", "csv", "-o", str(tmp_path / "m.csv"), "--home", str(home))
    with (tmp_path / "m.csv").open(encoding="utf-8-sig") as stream:
        titles = [row["title"] for row in csv.DictReader(stream)]
    assert "'=HYPERLINK(1)" in titles
    assert rasd("doctor", "--home", str(home)).stdout.strip() == "nothing wrong was found"
    for what in ("cases", "events", "deliveries", "sources"):
        rasd("export", what, "--home", str(home))


def test_digest_of_a_week(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "digest.html"
    rasd("digest", "--week", "2026-W47", "--html", str(out), "--home", str(home))
    assert 'dir="rtl"' in out.read_text("utf-8")
    assert "2026-W99" in rasd("digest", "--week", "2026-W99", "--home", str(home), status=2).stderr
    assert "digest.recipients" in rasd("digest", "--week", "2026-W47", "--send", "--home", str(home), status=2).stderr


def test_run_makes_one_pass_alone(home: Path) -> None:
    assert "rasd up" in rasd("run", "--home", str(home), status=2).stderr
    summary = json.loads(rasd("run", "--once", "--json", "--home", str(home)).stdout)
    assert summary["sources"] == 0
    assert summary["errors"] == 0


def test_a_wrong_setting_ends_with_status_2(home: Path) -> None:
    (home / "rasd.toml").write_text('profile = "mof"\n[crawl]\ndelay = "slow"\n', encoding="utf-8")
    done = rasd("run", "--once", "--home", str(home), status=2)
    assert "crawl.delay" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_evaluate_measures_labelled_records_and_names_a_bad_one(tmp_path: Path) -> None:
    record = {
        "id": "1", "profile": "mcit", "channel": "social", "outlet": None, "title": None, "text": "@McitCare النت مقطوع من أسبوع",
        "remit": "ours", "body": None, "kind": "complaint", "sentiment": "negative", "topic": "networks/outage", "note": None,
    }  # fmt: skip
    labelled = tmp_path / "labelled.jsonl"
    labelled.write_text("\n".join(json.dumps({**record, "id": str(number)}) for number in range(5)), encoding="utf-8")
    report = json.loads(rasd("evaluate", str(labelled), "--json").stdout)
    assert report["records"] == 5
    assert "kind" in report["axes"]
    labelled.write_text(json.dumps({**record, "kind": "rant"}), encoding="utf-8")
    assert "line 1" in rasd("evaluate", str(labelled), status=2).stderr


def test_train_without_corrections_says_so_and_from_scratch_needs_its_sets(home: Path) -> None:
    assert "no corrections" in rasd("train", "--home", str(home)).stdout
    assert "--data" in rasd("train", "--from-scratch", status=2).stderr
