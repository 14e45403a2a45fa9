"""camel-tools: what is missing is told without importing it, and what is there is used. Its data is the tests' own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from classifiers.camel import Dialects, Morphology, camel_stock, with_dialects
from classifiers.records import parse_record
from classifiers.shelf.stock import Condition
from domain.errors import ModelError
from tests.classifiers.conftest import record


def _catalogue(folder: Path, **parts: dict[str, str]) -> None:
    components = {
        part: {"default": next(iter(sets)), "datasets": {name: {"path": path} for name, path in sets.items()}}
        for part, sets in parts.items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "catalogue.json").write_text(json.dumps({"version": "1.6.0", "packages": {}, "components": components}), "utf-8")


def test_what_is_not_there_is_told_with_its_remedy(tmp_path: Path) -> None:
    assert [each.condition for each in camel_stock(tmp_path)] == [Condition.MISSING] * 2
    assert all("camel_data" in each.note for each in camel_stock(tmp_path))
    with pytest.raises(ModelError, match="missing") as missing:
        Morphology.load(tmp_path)
    assert "camel_data" in missing.value.remedy
    with pytest.raises(ModelError, match="missing"):
        Dialects.load(tmp_path)


def test_a_catalogue_alone_is_no_data(tmp_path: Path) -> None:
    _catalogue(tmp_path, DialectID={"model26": "dialectid/model26", "model6": "dialectid/model6"})
    assert camel_stock(tmp_path)[0].condition is Condition.MISSING
    (tmp_path / "data" / "dialectid" / "model6").mkdir(parents=True)
    (tmp_path / "data" / "dialectid" / "model6" / "did.dill").write_bytes(b"x")
    found = camel_stock(tmp_path)[0]
    assert (found.condition, found.version) == (Condition.READY, "model6")


def test_a_broken_catalogue_is_told(tmp_path: Path) -> None:
    (tmp_path / "catalogue.json").write_text('{"components": 3}', "utf-8")
    assert {each.condition for each in camel_stock(tmp_path)} == {Condition.DAMAGED}


def test_looking_imports_nothing_of_it(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom classifiers.camel import camel_stock\n"
        f"camel_stock(Path({str(tmp_path)!r}))\n"
        "print([name for name in sys.modules if name.startswith(('camel_tools', 'torch'))])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


MORPHOLOGY = """###DEFINES###
DEFINE pos pos:noun
DEFINE diac diac:*open*
DEFINE lex lex:*open*
###DEFAULTS###
DEFAULT pos:noun diac:* lex:*
###ORDER###
ORDER pos diac lex
###TOKENIZATIONS###
TOKENIZATION diac
###STEMBACKOFF###
###PREFIXES###
\tPref-0\tdiac:
ال\tPref-Al\tdiac:ال
###SUFFIXES###
\tSuff-0\tdiac:
###STEMS###
فواتير\tN\tdiac:فَواتِير lex:فاتُورَة_1 pos:noun
###TABLE AB###
Pref-0 N
Pref-Al N
###TABLE BC###
N Suff-0
###TABLE AC###
Pref-0 Suff-0
Pref-Al Suff-0
"""


def test_the_real_analyser_gives_lemmas_from_its_data(tmp_path: Path) -> None:
    """In a process of its own: camel-tools learns only once where its data is, and makes a folder in the user's home."""
    data = tmp_path / "camel"
    _catalogue(data, MorphologyDB={"tiny": "morphology_db/tiny"})
    (data / "data" / "morphology_db" / "tiny").mkdir(parents=True)
    (data / "data" / "morphology_db" / "tiny" / "morphology.db").write_text(MORPHOLOGY, "utf-8")
    code = (
        "import json\nfrom pathlib import Path\nfrom classifiers.camel import Morphology\n"
        f"found = Morphology.load(Path({str(data)!r}))\n"
        "print(json.dumps([found.lemmas('الفواتير'), found.lemmas('كلمة')]))"
    )
    environment = {**os.environ, "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert json.loads(done.stdout) == [["فاتورة"], []]


class _Model:
    """Answers as the identifier of camel-tools does."""

    def __init__(self, tops: Sequence[str]) -> None:
        self._tops = tops

    def predict(self, sentences: Sequence[str]) -> list[object]:
        return [type("Said", (), {"top": top}) for top, _ in zip(self._tops, sentences, strict=True)]


def test_dialects_have_the_rule_books_names() -> None:
    named = Dialects(_Model(["MSA", "RIY", "JED", "DOH", "CAI", "XXX"])).dialects(["نص"] * 6)
    assert named == ["msa", "najdi", "hijazi", "gulf", "egypt", "xxx"]


def test_only_blanks_are_filled_in() -> None:
    labelled = [
        parse_record({**record(1, "أعمدة الإنارة مطفية", "complaint"), "dialect": "eastern"}, "row"),
        parse_record(record(2, "وين رسوم الإنارة", "complaint"), "row"),
    ]
    assert [each.dialect for each in with_dialects(labelled, Dialects(_Model(["JED"])))] == ["eastern", "hijazi"]
