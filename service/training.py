"""``rasd train``: from the reviewers' corrections, or from scratch (DESIGN 4)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from service.profiles import SHIPPED, load_profile
from service.quality import held_out
from service.wiring import open_database, open_home, profile_of

Progress = Callable[[str], None]


def from_scratch(data: Path, output: Path, progress: Progress) -> str:
    """Rebuild the compact model from ``data`` and the project's own corpus into ``output``; returns the report."""
    from classifiers.train import CORPUS, train_from_scratch

    profiles = [load_profile(code) for code in SHIPPED]
    result = train_from_scratch(data, CORPUS if CORPUS.is_dir() else None, progress, profiles)
    result.model.save(output)
    return str(result.report)


def from_corrections(home: Path | None, progress: Progress) -> str:
    """Fit a change on top of the home's model; it replaces the old one only if no floor falls. Returns what happened."""
    from classifiers.compact import CompactModel, load_shipped
    from classifiers.train import train_on_corrections
    from registry import tagging

    folder, settings = open_home(home)
    own = folder / "model"
    base = CompactModel.load(own) if own.is_dir() else load_shipped()
    with open_database(folder, settings).reading() as session:
        rows = tagging.corrections(session)
    if not rows:
        return "no corrections yet: reviewers make them in the console"
    profile = profile_of(settings)
    taught = [(row.title, row.text, row.axis, row.value) for row in rows]
    result = train_on_corrections(base, taught, profile, progress, records=held_out(profile.code))
    if result.kept_old:
        return f"the old model stays: {result.report}"
    _replace(own, result.model.save)
    return f"{len(rows)} corrections learnt, the model is {result.model.version}: {result.report}"


def _replace(folder: Path, save: Callable[[Path], None]) -> None:
    """Write beside, then swap: a crash leaves the old model or the new, never half of one."""
    fresh, old = folder.with_suffix(".new"), folder.with_suffix(".old")
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    save(fresh)
    if folder.is_dir():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
