"""``rasd train``: from the reviewers' corrections, or from scratch (DESIGN 4)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from service.floors import site_floors
from service.profiles import SHIPPED, load_profile
from service.wiring import open_database, open_home, profile_of, utc_now

Progress = Callable[[str], None]
LOG: Final = "training.jsonl"
"""In the home: a line for each training, whether the new model was taken or not, with its report."""


def from_scratch(data: Path, output: Path, progress: Progress) -> str:
    """Rebuild the compact model from ``data`` and the project's own corpus into ``output``; returns the report."""
    from classifiers.train import CORPUS, train_from_scratch

    profiles = [load_profile(code) for code in SHIPPED]
    result = train_from_scratch(data, CORPUS if CORPUS.is_dir() else None, progress, profiles)
    result.model.save(output)
    return str(result.report)


def from_corrections(home: Path | None, progress: Progress) -> str:
    """Fit a change on top of the home's model; it replaces the old one only if no floor falls. Returns what happened.

    The model that was replaced is kept as ``models/VERSION``; every attempt is a line of ``training.jsonl``. Raises
    ``ConfigurationError``, ``InputError`` and ``ModelError``.
    """
    from classifiers.train import Correction, train_on_corrections
    from registry import tagging
    from service.models import compact_of

    folder, settings = open_home(home)
    own = folder / "model"
    base = compact_of(folder)
    with open_database(folder, settings).reading() as session:
        rows = tagging.corrections(session)
    if not rows:
        return "no corrections yet: reviewers make them, and confirm what is right, in the console"
    profile = profile_of(settings)
    taught = [Correction(row.title, row.text, row.axis, row.value, row.channel) for row in rows]
    progress("measuring the model that ships on the held-out texts: the floors")
    site = site_floors(folder, profile, {f"{row.title}\n{row.text}" for row in rows})
    result = train_on_corrections(base, taught, profile, progress, records=site.records, floors=site.floors)
    told = {
        "at": utc_now().isoformat(timespec="seconds"),
        "base": base.version,
        "version": result.model.version,
        "kept_old": result.kept_old,
        "answers": len(rows),
        "corrected": sum(row.was != row.value for row in rows),
        "held_out_texts": len(site.records),
        "floors": dict(site.floors),
        "report": dict(result.report),
    }
    _log(folder / LOG, told)
    if result.kept_old:
        return _as_text(told, f"the old model stays ({base.version})")
    if result.model.version == base.version:
        return _as_text(told, f"nobody answered anything since the model {base.version} learnt")
    _replace(own, folder / "models", result.model.save, told)
    return _as_text(told, f"the model is now {result.model.version}; restart the service, and new items are tagged with it")


def _as_text(told: Mapping[str, Any], what: str) -> str:
    """What happened, for a person: the outcome, each axis before and after on held-out answers, and what fell."""
    lines = [what, f"{told['answers']} answers, {told['corrected']} of them corrections"]
    for axis, scores in told["report"].items():
        if isinstance(scores, Mapping):
            right = f"{scores['held_out_right_before']:.0%} -> {scores['held_out_right_after']:.0%}"
            loss = f"{scores['held_out_loss_before']} -> {scores['held_out_loss_after']}"
            lines.append(f"  {axis}: {scores['corrections']} answers, {scores['held_out']} held out: right {right}, loss {loss}")
    lines.append(f"  {told['held_out_texts']} labelled texts that nobody trained on: {len(told['floors'])} floors")
    lines += [f"  fell, and was left as it was: {fell}" for fell in told["report"].get("fell", [])]
    return "\n".join(lines)


def _log(path: Path, told: Mapping[str, Any]) -> None:
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(told, ensure_ascii=False) + "\n")


def _replace(folder: Path, shelf: Path, save: Callable[[Path], None], report: Mapping[str, Any]) -> None:
    """Write beside, then swap: a crash leaves the old model or the new, never half of one. The old one goes to the shelf."""
    fresh = folder.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    save(fresh)
    (fresh / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if folder.is_dir():
        kept = shelf / str(json.loads((folder / "model.json").read_text("utf-8"))["version"])
        shelf.mkdir(exist_ok=True)
        shutil.rmtree(kept, ignore_errors=True)
        folder.rename(kept)
    fresh.rename(folder)
