"""From a checkpoint to a home whose classifier uses it, and back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from classifiers.cascade import Cascade
from classifiers.compact import load_shipped
from classifiers.shelf.manifest import written_manifest
from classifiers.tagger import Tagger, TagInput
from classifiers.transformer.description import HEADS_FILE, read_description
from domain.errors import InputError, ModelError
from domain.mention import Channel
from registry import problems
from service import fine_tuning, models, quality
from service.cli import app
from service.profiles import load_profile
from service.settings import ClassifierTable, read_settings
from service.wiring import Runtime, make_runtime
from tests.fakes.model_server import ModelServer

ALWAYS = ClassifierTable(kind_below=1, remit_below=1, sentiment_below=1, topic_below=1)
QUICK = fine_tuning.Steps(epochs=8, rate=3e-3, longest=32, threads=1)


def _quiet(_: str) -> None:
    """Progress that nobody reads."""


def _problems(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as session:
        return [each.reason for each in problems.open_problems(session).items]


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory, base: Path, corpus: Path) -> Iterator[Path]:
    """What ``rasd train --base`` writes; there are no texts to judge it by here."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fine_tuning, "held_out", lambda _: [])
        folder = tmp_path_factory.mktemp("tuned") / "mine"
        fine_tuning.fine_tune(base, folder, corpus, None, QUICK, _quiet)
        yield folder


@pytest.fixture
def shelved(home: Path, tuned: Path) -> Path:
    """A home that has it on its shelf."""
    shutil.copytree(tuned, home / "models" / "mine")
    return home


def test_training_tells_what_came_of_it(tuned: Path) -> None:
    described = read_description(tuned)
    assert described.name == "mine"
    assert described.card["lessons"] + described.card["held_out"] == 30
    assert {head.key for head in described.heads} >= {"kind", "sentiment", "remit:mof", "topic:mof", "topic:mcit"}


def test_a_chosen_transformer_is_asked_and_can_be_put_away(shelved: Path) -> None:
    profile = load_profile("mof")
    assert isinstance(models.make_classifier(shelved, ALWAYS, profile), Tagger)
    assert "mine" in models.use(shelved, "mine")
    cascade = models.make_classifier(shelved, ALWAYS, profile)
    assert isinstance(cascade, Cascade)
    said = cascade.tag(TagInput(1, "", "وين استرداد المدفوعات من شهرين يا @MofCare", Channel.SOCIAL))
    assert said.model.startswith("mine@")
    assert "alone" in models.use_back(shelved)
    assert isinstance(models.make_classifier(shelved, ALWAYS, profile), Tagger)


def test_a_transformer_that_cannot_be_loaded_stops_nothing_and_is_shown(shelved: Path) -> None:
    models.use(shelved, "mine")
    (shelved / "models" / "mine" / HEADS_FILE).write_bytes(b"nothing of the kind")
    runtime = make_runtime(shelved, read_settings(shelved))
    assert isinstance(runtime.tagger, Tagger)
    assert any("mine is not used" in reason for reason in _problems(runtime))
    runtime.database.close()
    models.use(shelved, "compact")
    runtime = make_runtime(shelved, read_settings(shelved))
    assert _problems(runtime) == []
    runtime.database.close()


def test_what_is_not_there_or_did_worse_is_not_chosen(shelved: Path) -> None:
    with pytest.raises(ModelError, match="no model nothing"):
        models.use(shelved, "nothing")
    path = shelved / "models" / "mine" / "rasd.json"
    path.write_text(
        json.dumps({**json.loads(path.read_text("utf-8")), "fell": ["kind_accuracy: 0.8 alone, 0.7 with it"]}), "utf-8"
    )
    with pytest.raises(ModelError, match="did worse") as worse:
        models.use(shelved, "mine")
    assert "--even-if-worse" in worse.value.remedy
    assert "mine" in models.use(shelved, "mine", even_if_worse=True)


def test_a_kept_version_of_the_compact_model_can_be_chosen(home: Path) -> None:
    load_shipped().save(home / "models" / "1+2.abc")
    models.use(home, "1+2.abc")
    assert models.compact_of(home).identity == load_shipped().identity
    shutil.rmtree(home / "models" / "1+2.abc")
    with pytest.raises(ModelError, match="cannot be read"):
        models.compact_of(home)
    models.use(home, "shipped")
    assert models.compact_of(home).identity == load_shipped().identity


def test_a_folder_of_ones_own_may_be_used(home: Path, tuned: Path) -> None:
    models.use(home, str(tuned))
    assert isinstance(models.make_classifier(home, ALWAYS, load_profile("mof")), Cascade)


def test_it_is_judged_on_texts_that_nobody_learnt(
    tmp_path: Path, base: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = quality.held_out("mof")[:40]
    monkeypatch.setattr(fine_tuning, "held_out", lambda code: few if code == "mof" else [])
    report = fine_tuning.fine_tune(base, tmp_path / "judged", corpus, None, QUICK, _quiet)
    described = read_description(tmp_path / "judged")
    assert set(described.card["figures"]) >= {"kind_accuracy", "flagging_recall"}
    assert ("it does worse" in report) == bool(described.fell)


def test_wrong_places_are_refused(tmp_path: Path, base: Path, corpus: Path) -> None:
    with pytest.raises(InputError, match="no folder"):
        fine_tuning.fine_tune(tmp_path / "none", tmp_path / "out", corpus, None, QUICK, _quiet)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("x", "utf-8")
    with pytest.raises(InputError, match="something else"):
        fine_tuning.fine_tune(base, tmp_path / "full", corpus, None, QUICK, _quiet)
    with pytest.raises(InputError, match="no corpus"):
        fine_tuning.fine_tune(base, tmp_path / "out", tmp_path / "nowhere", None, QUICK, _quiet)


def test_the_commands_from_pull_to_use(home: Path, tuned: Path) -> None:
    run, at = CliRunner(), ["--home", str(home)]
    with ModelServer({path.name: path.read_bytes() for path in tuned.iterdir()}) as server:
        manifest = home / "manifest.json"
        manifest.write_bytes(written_manifest(tuned))
        done = run.invoke(app, ["models", "pull", "team/mine", "--from", server.address, "--manifest", str(manifest), *at])
        assert done.exit_code == 0, done.output
    assert run.invoke(app, ["models", "use", "team/mine", *at]).exit_code == 0
    listed = json.loads(run.invoke(app, ["models", "list", "--json", *at]).stdout)
    assert {row["name"]: (row["sort"], row["state"], row["used"]) for row in listed}["team--mine"] == (
        "transformer",
        "ready",
        True,
    )
    assert run.invoke(app, ["models", "quantise", "team/mine", *at]).exit_code == 0
    assert (home / "models" / "team--mine" / "model.int8.onnx").is_file()
    assert "alone" in run.invoke(app, ["models", "use", "--back", *at]).stdout
    refused = run.invoke(app, ["models", "use", "x", "--back", *at])
    assert isinstance(refused.exception, InputError)
