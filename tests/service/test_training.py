"""``rasd train``: answers become a change of the model; it is taken only if nothing falls, and what it replaces is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from classifiers.compact import CompactModel, load_shipped
from classifiers.corrections import Correction, train_on_corrections
from classifiers.result import TrainingResult
from domain.errors import ConfigurationError
from domain.mention import Channel, Mention
from domain.people import Actor, Role
from domain.source import Discovery, SourceState
from domain.tags import Axis, Importance, Kind, Remit, Sentiment, Tags
from registry import inbox, tagging, teaching
from service import training
from service.cli import app
from service.floors import FLOORS, HELD_OUT, site_floors
from service.home import make_home
from service.profiles import load_profile
from service.quality import held_out
from service.settings import read_settings
from service.wiring import open_database, utc_now

RANA = Actor("rana", "رنا", frozenset({Role.REVIEWER}))
PLACES = ("بريدة", "أبها", "حائل", "تبوك", "نجران", "جازان", "الباحة", "عرعر", "سكاكا", "ينبع")
SAID = Tags(
    Remit.OURS, Kind.NEUTRAL, Sentiment.NEUTRAL, "other/other", Importance.LOW, "ar",
    confidence={Axis.KIND: 0.4, Axis.REMIT: 0.6}, model="compact@test",
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home in which reviewers answered for ten posts."""
    folder = make_home(tmp_path / "home", "mcit").parent
    database = open_database(folder, read_settings(folder))
    now = utc_now()
    posts = tuple(
        Mention(f"x:{number}", Channel.SOCIAL, "x", "x", f"https://x.com/a/status/{number}", "",
                f"يا وزارة الاتصالات فانوس الشبكة الأزرق في {place} يحتاج إلى نظر", now, author_handle="a")
        for number, place in enumerate(PLACES)
    )  # fmt: skip
    with database.transaction() as session:
        stored = inbox.store_discovery(
            session,
            Discovery("x", SourceState(), posts),
            dict.fromkeys([each.key for each in posts], ("الوزارة",)),
            now,
            b"k" * 32,
        )
        tagging.store_tags(session, [(each, SAID) for each in stored.new], 0.5, now)
        for each in stored.new[:8]:
            teaching.answer(session, each, actor=RANA, now=now, remit=Remit.OURS, kind=Kind.REPORT, chosen=True)
        for each in stored.new[8:]:
            teaching.confirm(session, each, actor=RANA, now=now)
    database.close()
    return folder


def _log(home: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (home / training.LOG).read_text("utf-8").splitlines()]


@pytest.fixture
def taught(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Replaces the fitting: it gives this version, or keeps the old model for this reason."""

    def give(version: str = "", fell: str = "") -> None:
        scores = {"corrections": 8, "held_out": 8, "held_out_right_before": 0.2, "held_out_right_after": 0.9}
        scores |= {"held_out_loss_before": 2.0, "held_out_loss_after": 0.3}

        def fit(base: CompactModel, rows: object, *_: object, **given: object) -> TrainingResult:
            assert given["records"]
            assert given["floors"]
            report = {"corrections": 8, "kind": scores, "fell": [fell] if fell else []}
            return TrainingResult(base if fell else replace(base, version=version), report, kept_old=bool(fell))

        monkeypatch.setattr("classifiers.train.train_on_corrections", fit)

    return give


def test_answers_change_the_model_and_the_report_is_kept_with_it(home: Path) -> None:
    told = training.from_corrections(home, lambda _: None)
    (logged,) = _log(home)
    assert (logged["answers"], logged["corrected"], logged["kept_old"]) == (24, 8, False), told
    model = CompactModel.load(home / "model")
    assert model.version == logged["version"] != load_shipped().version
    assert json.loads((home / "model" / "report.json").read_text("utf-8")) == logged
    assert {"kind", "remit"} <= set(logged["report"]["learnt"])  # type: ignore[index]
    assert "restart" in told
    assert "kind: " in told


def test_the_replaced_model_stands_on_the_shelf(home: Path, taught: Callable[..., None]) -> None:
    for version in ("9+1.aa", "9+2.bb", "9+3.cc"):
        taught(version)
        assert version in training.from_corrections(home, lambda _: None)
    assert CompactModel.load(home / "model").version == "9+3.cc"
    assert sorted(path.name for path in (home / "models").iterdir()) == ["9+1.aa", "9+2.bb"]
    assert CompactModel.load(home / "models" / "9+1.aa").version == "9+1.aa"
    assert json.loads((home / "models" / "9+2.bb" / "report.json").read_text("utf-8"))["base"] == "9+1.aa"


def test_a_fall_keeps_the_old_model_and_says_why(home: Path, taught: Callable[..., None]) -> None:
    taught(fell="kind_macro_f1: 0.700 is below its floor 0.75")
    result = CliRunner().invoke(app, ["train", "--home", str(home)])
    assert result.exit_code == 0, result.output
    assert "the old model stays" in result.stdout
    assert "below its floor 0.75" in result.stdout
    assert not (home / "model").exists()
    (logged,) = _log(home)
    assert logged["kept_old"] is True


def test_training_again_with_nothing_new_replaces_nothing(home: Path, taught: Callable[..., None]) -> None:
    taught("9+1.aa")
    training.from_corrections(home, lambda _: None)
    assert "nobody answered anything" in training.from_corrections(home, lambda _: None)
    assert not (home / "models").exists()


def test_without_answers_there_is_nothing_to_learn(tmp_path: Path) -> None:
    folder = make_home(tmp_path / "empty", "mcit").parent
    open_database(folder, read_settings(folder)).close()
    assert "no corrections yet" in training.from_corrections(folder, lambda _: None)
    assert not (folder / training.LOG).exists()


def test_the_floors_are_the_shipped_models_own_figures(tmp_path: Path) -> None:
    profile = load_profile("mcit")
    site = site_floors(tmp_path, profile)
    assert len(site.records) == len(held_out("mcit"))
    result = train_on_corrections(load_shipped(), [], profile, lambda _: None, records=site.records, floors=site.floors)
    assert result.report["fell"] == []
    higher = {name: value + 0.02 for name, value in site.floors.items()}
    rows = [Correction("", "نص قصير بلا شأن", Axis.KIND, "neutral")]
    fell = train_on_corrections(load_shipped(), rows, profile, lambda _: None, records=site.records, floors=higher)
    assert any("floor" in each for each in fell.report["fell"])


def test_a_home_adds_texts_and_raises_floors(tmp_path: Path) -> None:
    profile = load_profile("mcit")
    plain = site_floors(tmp_path, profile)
    record = {"id": "own", "profile": "mcit", "channel": "social", "text": "الشبكة مقطوعة عن قريتنا منذ شهر", "remit": "ours",
              "kind": "complaint", "sentiment": "negative", "topic": "networks/outage"}  # fmt: skip
    (tmp_path / HELD_OUT).write_text(json.dumps(record, ensure_ascii=False), "utf-8")
    (tmp_path / FLOORS).write_text('{"kind_macro_f1": 0.99, "remit_accuracy": 0.1}', "utf-8")
    site = site_floors(tmp_path, profile)
    assert [each.id for each in site.records][-1] == "own"
    assert site.floors["kind_macro_f1"] == 0.99
    assert site.floors["remit_accuracy"] > 0.5
    learnt = site_floors(tmp_path, profile, {"\n" + str(record["text"])})
    assert len(learnt.records) == len(plain.records)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ("[1]", "no JSON object"),
        ("{", "cannot be read"),
        ('{"speed": 1}', "no figure"),
        ('{"kind_accuracy": 75}', "between 0 and 1"),
    ],
)
def test_a_wrong_file_of_floors_is_told(tmp_path: Path, told: str, says: str) -> None:
    (tmp_path / FLOORS).write_text(told, "utf-8")
    with pytest.raises(ConfigurationError, match=says):
        site_floors(tmp_path, load_profile("mcit"))
