"""The wheel carries what the service needs and nothing else, and runs from an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NEEDED = (
    "profiles/mcit.toml",
    "registry/migrations/env.py",
    "notify/templates/digest.html",
    "console/templates/base.html",
    "classifiers/models/compact/weights.npz",
    "classifiers/lexicons/cues.toml",
    "service/demo/texts/mof/articles.jsonl",
    "service/starter/outlets.toml",
    "service/demo/templates/najd.html",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree and unpacked into an empty folder."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True, capture_output=True
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    return folder / "site"


def test_it_carries_what_is_needed(site: Path) -> None:
    assert [name for name in NEEDED if not (site / name).exists()] == []
    assert list((site / "registry" / "migrations" / "versions").glob("*.py"))


def test_it_carries_neither_tests_nor_benches_nor_training_texts(site: Path) -> None:
    names = {path.relative_to(site).as_posix() for path in site.rglob("*")}
    unwanted = [name for name in names if name.startswith(("tests/", "bench/", "docs/", "classifiers/corpus"))]
    assert unwanted == []


def test_it_runs_from_an_empty_folder(site: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(site)}

    def python(*arguments: str, given: str = "") -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, env=environment, input=given, capture_output=True, text=True, check=True
        )
        return done.stdout

    assert python("-c", "import service; print(service.__file__)").startswith(str(site))
    assert "made" in python("-m", "service.cli", "init", str(tmp_path / "home"), "--profile", "momrah")
    assert "nothing wrong" in python("-m", "service.cli", "doctor", "--home", str(tmp_path / "home"))
    tagged = python(
        "-m", "service.cli", "classify", "--profile", "momrah", given='{"id": "1", "text": "حفرة في شارعنا من شهر"}\n'
    )
    assert '"kind"' in tagged
