"""``rasd classify`` and ``rasd evaluate`` on hard and on bad input: a clear error or a defined answer, never a lost batch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from service.cli import app

GOOD = {"id": "good", "text": "@McitCare الشبكة مقطوعة في حينا من أسبوع ومحد رد", "channel": "social"}


def _run(lines: list[bytes]) -> tuple[list[dict[str, Any]], int]:
    """The answers to lines that stand between two good ones, and the exit status."""
    good = json.dumps(GOOD).encode()
    done = CliRunner().invoke(app, ["classify", "--profile", "mcit"], input=b"\n".join([good, *lines, good]) + b"\n")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers[0] == answers[-1], "what stands before and after is tagged as ever"
    assert answers[0]["kind"] == "complaint"
    return answers[1:-1], done.exit_code


def _line(**fields: object) -> bytes:
    return json.dumps({"id": "1", "text": "", **fields}).encode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\t",
        "😡😡😡🙃",
        "؟؟!!…",
        "\u202e\u200f\u2066\u2069",
        "\x00\x00",
        "1234 5678",
        "\ufeff",
        "ー",
        "@a @b https://x.example",
    ],
)
def test_what_says_nothing_is_neutral_with_confidence_zero(text: str) -> None:
    (answer,), status = _run([_line(text=text)])
    assert (answer["remit"], answer["kind"], answer["sentiment"], answer["topic"]) == ("none", "neutral", "neutral", "-")
    assert set(answer["confidence"].values()) == {0}
    assert (answer["lang"], answer["flags"], answer["evidence"], status) == ("und", [], [], 0)


@pytest.mark.parametrize(
    "text",
    [
        "मेरा नेटवर्क काम नहीं कर रहा है",
        "میرا ریفنڈ ابھی تک نہیں آیا اور کوئی جواب نہیں دے رہا ہے",
        "Le réseau ne marche pas depuis lundi dans notre quartier",
        "Wala pong signal dito sa amin, sana ayusin nyo na po",
    ],
)
def test_a_language_that_no_model_knows_is_said_and_numbers_are_found_by_form(text: str) -> None:
    (plain, numbered), status = _run([_line(text=text), _line(text=f"{text} +966 50 000 0012")])
    assert (plain["lang"], plain["kind"], plain["confidence"]["kind"], plain["flags"]) == ("und", "neutral", 0, [])
    assert (numbered["lang"], numbered["kind"], numbered["flags"], status) == ("und", "neutral", ["personal_data"], 0)
    (span,) = numbered["evidence"]
    assert f"{text} +966 50 000 0012"[span["start"] : span["end"]] == "+966 50 000 0012"
    assert span["rule"] == "phone"


def test_a_megabyte_of_text_is_tagged_by_what_is_read_of_it() -> None:
    lead = "أعلنت وزارة الاتصالات إطلاق برنامج للتدريب التقني في جدة. "
    (post, article), status = _run(
        [
            _line(text="الشبكة ضعيفة " * 80_000, channel="social"),
            _line(text=lead + "وتحدث الحاضرون عن السفر. " * 40_000, title="وزارة الاتصالات تطلق برنامجا", channel="press"),
        ]
    )
    assert (post["remit"], article["remit"], article["kind"], status) == ("ours", "ours", "neutral", 0)


def test_mixed_direction_marks_hide_nothing() -> None:
    plain = "@McitCare الشبكة مقطوعة من أسبوع"
    marked = "\u202b@McitCare\u202c \u2067الش\u200dبكة\u2069 مقط\u200fوعة\u200e من أسبوع"
    (one, other), _ = _run([_line(text=plain), _line(text=marked)])
    assert [one[axis] for axis in ("remit", "kind", "topic")] == [other[axis] for axis in ("remit", "kind", "topic")]
    assert all(0 <= each["start"] < each["end"] <= len(marked) for each in other["evidence"])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"id": "1", "text": "\xff\xfe"}', ["not UTF-8", "save the file as UTF-8"]),
        ("نص".encode("cp1256"), ["not UTF-8"]),
        (b"{", ["not JSON", "one object a line"]),
        (b"[1, 2]", ["no JSON object"]),
        (b'"text"', ["no JSON object"]),
        (b"[" * 100_000, ["nested too deeply"]),
        (b'{"text": "x"}', ["«id» is missing"]),
        (b'{"id": "1"}', ["«text» is missing"]),
        (b'{"id": "1", "text": null}', ["«text» is no text"]),
        (b'{"id": "1", "text": 5}', ["«text» is no text", "quotation marks"]),
        (b'{"id": "1", "text": "x", "title": ["y"]}', ["«title» is no text"]),
        (b'{"id": "1", "text": "x", "channel": "radio"}', ["«radio»", "press, social, report or other"]),
        (b'{"id": "1", "text": "x", "channel": [1]}', ["channel", "press, social, report or other"]),
        (b'{"id": "1", "text": "x", "channel": "\\ud800"}', ["\\ud800"]),
    ],
)
def test_a_bad_line_is_named_with_its_remedy_and_the_rest_is_tagged(line: bytes, says: list[str]) -> None:
    (answer,), status = _run([line])
    assert status == 1
    assert answer["line"] == 2
    assert "line 2" in answer["error"]
    for part in says:
        assert part in answer["error"]


def test_half_a_character_in_an_id_or_a_text_is_written_so_that_it_can_be_read() -> None:
    (answer,), status = _run([b'{"id": "\\ud83d", "text": "\\ud83d \\u0627\\u0644\\u0646\\u062a"}'])
    assert (answer["id"], status) == ("\\ud83d", 0)


def test_a_byte_order_mark_begins_no_bad_line() -> None:
    done = CliRunner().invoke(app, ["classify", "--profile", "mcit"], input=b"\xef\xbb\xbf" + json.dumps(GOOD).encode())
    assert done.exit_code == 0
    assert json.loads(done.stdout)["kind"] == "complaint"


def test_the_rules_behind_importance_and_complexity_are_named() -> None:
    text = "@McitCare عمود شبكة مكشوف خطر على الأطفال وما أحد رد علينا من شهور، وقدمنا شكوى في المحكمة"
    (answer,), _ = _run([_line(text=text, channel="social")])
    assert (answer["importance"], answer["complexity"]) == ("high", "critical")
    assert {"importance.severe", "complexity.harm"} <= set(answer["rules"])
    named = {each["rule"]: text[each["start"] : each["end"]] for each in answer["evidence"] if each["axis"] == "importance"}
    assert "خطر" in named["severe"]


# ------------------------------------------------------------------------------------------------------------------- evaluate

RECORD = {
    "id": "1", "profile": "mcit", "channel": "social", "outlet": None, "title": None, "text": "@McitCare النت مقطوع من أسبوع",
    "remit": "ours", "body": None, "kind": "complaint", "sentiment": "negative", "topic": "networks/outage", "note": None,
}  # fmt: skip


def _evaluate(folder: Path, rows: list[object], *options: str) -> Result:
    path = folder / "labelled.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    return CliRunner().invoke(app, ["evaluate", str(path), *options])


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({**RECORD, "kind": "rant"}, ["line 2", "'rant'", "complaint, report, inquiry"]),
        ({**RECORD, "topic": "networks/carrier-pigeons"}, ["line 2", "carrier-pigeons", "mcit", "networks/outage"]),
        ({**RECORD, "flags": ["odd"]}, ["line 2", "odd", "rumour"]),
        ({**RECORD, "profile": "moh"}, ["moh", "mcit, mof, momrah"]),
        ("{", ["line 2", "not JSON"]),
    ],
)
def test_an_unknown_label_is_told_and_the_rest_is_measured(tmp_path: Path, bad: object, says: list[str]) -> None:
    done = _evaluate(tmp_path, [RECORD, bad, {**RECORD, "kind": "inquiry", "sentiment": "neutral"}], "--json")
    assert done.exit_code == 1
    report = json.loads(done.stdout)
    assert report["records"] == 2
    (problem,) = report["problems"]
    assert problem["line"] == 2
    for part in says:
        assert part in problem["error"]
        assert part in done.stderr


def test_a_file_without_one_good_line_is_refused(tmp_path: Path) -> None:
    done = _evaluate(tmp_path, [{**RECORD, "kind": "rant"}])
    assert done.exit_code != 0
    assert "line 1" in str(done.exception) + done.stderr


def test_the_curve_is_drawn_and_given_whole(tmp_path: Path) -> None:
    rows: list[object] = [
        RECORD,
        {**RECORD, "text": "@McitCare كيف أنقل رقمي لشركة ثانية؟", "kind": "inquiry", "sentiment": "neutral"},
    ]
    page = _evaluate(tmp_path, rows, "--curve")
    assert page.exit_code == 0
    assert page.stdout.count("  threshold ") == 21
    assert "chosen threshold: mcit 0.3" in page.stdout
    assert "شكوى" in page.stdout
    whole = json.loads(_evaluate(tmp_path, rows, "--curve", "--json").stdout)["flagging"]
    assert whole["thresholds"] == {"mcit": 0.3}
    assert [point["threshold"] for point in whole["curve"]] == sorted(point["threshold"] for point in whole["curve"])
    assert {"precision", "recall", "flagged"} < set(whole["curve"][0])
