"""``rasd import mentions``: files of every form, line by line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.errors import InputError
from registry import clippings, mentions
from service.clippings import import_file
from service.wiring import Runtime
from tests.service.conftest import MakeRuntime

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
SHEET = """\ufeffoutlet;Form;title;text;programme;minute;published_at;kind;file
إذاعة الوادي;صوت;متصل يشكو انقطاع الإنترنت;;صباح الخير;12:34;11/6/1448;شكوى;
إذاعة الوادي;video;مقابلة;;;99x;2026-11-20;;
جريدة;picture;عنوان عن الإنترنت;;;;2026-11-20;;shot.png
جريدة;picture;عنوان ثانٍ;;;;2026-11-20;;missing.png
جريدة;picture;عنوان ثالث;;;;2026-11-20;;../outside.png
جريدة;;خبر من الورق;"سطر أول عن انقطاع الإنترنت
وسطر ثانٍ";;;2026-11-20;;
جريدة;;بلا نص;;;;2026-11-20;;
"""
CHAT = """[20/11/2026, 10:16:01] +966 55 123 4567: تمت إعادة توجيهها عدة مرات
الإنترنت مقطوع في حيّنا من ثلاثة أيام ووزارة الاتصالات وتقنية المعلومات لا ترد
[20/11/2026, 10:17:00] أبو فهد: صباح الخير يا جماعة
"""


@pytest.fixture
def runtime(make: MakeRuntime) -> Runtime:
    return make()


def _count(runtime: Runtime) -> int:
    with runtime.database.reading() as session:
        return mentions.list_mentions(session).total


def test_a_sheet_with_bad_lines_beside_good_ones(runtime: Runtime, tmp_path: Path) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "shot.png").write_bytes(PNG)
    (tmp_path / "outside.png").write_bytes(PNG)
    (folder / "sheet.csv").write_text(SHEET, "utf-8")
    count, problems = import_file(runtime, folder / "sheet.csv")
    assert count == 3
    assert [problem.split(":")[0] for problem in problems] == ["line 3", "line 5", "line 6", "line 9"]
    assert "12:34" in problems[0]
    assert import_file(runtime, folder / "sheet.csv") == (0, problems)
    with runtime.database.reading() as session:
        picture, sound = clippings.untranscribed(session).items
        assert (picture.files, sound.files, sound.minute, sound.kind, sound.entered_by) == (1, 0, 754, "complaint", "system")
        assert sound.published_at == datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
    assert _count(runtime) == 3


def test_a_chat_keeps_what_a_watch_query_matches_and_nobodys_name(runtime: Runtime, tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    chat.write_text(CHAT, "utf-8")
    assert import_file(runtime, chat) == (1, [])
    assert import_file(runtime, chat) == (0, [])
    with runtime.database.reading() as session:
        (row,) = mentions.list_mentions(session).items
        view = mentions.mention_view(session, row.id)
        stored = json.dumps([dict(each._mapping) for each in session.execute(clippings.MENTION.select())], default=str)
    assert (row.outlet_id, row.channel, row.forwarded_often, view.author) == ("whatsapp", "other", True, "")
    assert "clippings" not in view.watch
    assert view.watch
    for gone in ("55 123", "551234567", "أبو فهد", "صباح الخير"):
        assert gone not in stored + view.text


def test_forwards_may_stand_among_other_lines(runtime: Runtime, tmp_path: Path) -> None:
    given = tmp_path / "mixed.jsonl"
    rows = [
        {"channel": "واتساب", "text": "وزارة الاتصالات وتقنية المعلومات لا ترد على البلاغات"},
        {"channel": "whatsapp", "text": "صباح الخير"},
        {"outlet": "x", "text": "خبر لا يخص أحدًا"},
    ]
    given.write_text("\n".join([*(json.dumps(row) for row in rows), "not json", "[1]"]), "utf-8")
    count, problems = import_file(runtime, given)
    assert (count, _count(runtime)) == (2, 2)
    assert [problem.split(":")[0] for problem in problems] == ["line 4", "line 5"]


def test_a_file_that_cannot_be_read_is_told(runtime: Runtime, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="UTF-8"):
        import_file(runtime, tmp_path / "missing.csv")
