"""A transformer that the tests train themselves, in a second. Without the extra ``camel`` there is nothing to test here."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifiers.transformer.extra import has_torch

collect_ignore_glob = [] if has_torch() else ["test_*.py"]


@pytest.fixture(scope="session")
def texts() -> list[str]:
    from tests.classifiers.conftest import rows

    return [str(row["text"]) for row in rows()]


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> Path:
    """A base with random weights."""
    from tests.fakes.checkpoint import make_checkpoint

    return make_checkpoint(tmp_path_factory.mktemp("base") / "base", texts)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, checkpoint: Path) -> Path:
    """A fine-tuned transformer, as ``rasd train --base`` writes it."""
    from classifiers.transformer.fine_tune import fine_tune
    from classifiers.transformer.lessons import heads_for
    from tests.classifiers.conftest import PROFILE
    from tests.classifiers.transformer.lessons import FAST, own_lessons

    tuned = fine_tune(checkpoint, "tiny", own_lessons(), heads_for([PROFILE]), FAST, lambda _: None)
    path = tmp_path_factory.mktemp("tuned") / "tiny"
    tuned.save(path, tuned.description)
    return path
