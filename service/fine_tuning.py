"""``rasd train --base``: a checkpoint becomes a transformer of the home's own, judged before it may be used (docs/models.md)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from domain.errors import ConfigurationError, InputError
from domain.profile import Profile
from service.models import limits_of
from service.profiles import SHIPPED, load_profile
from service.quality import held_out
from service.settings import ClassifierTable
from service.wiring import open_database, open_home, profile_of

if TYPE_CHECKING:
    from classifiers.compact import CompactModel
    from classifiers.records import Record
    from classifiers.train import Correction
    from classifiers.transformer.description import Description
    from classifiers.transformer.fine_tune import Plan, Tuned

Progress = Callable[[str], None]
_FLOORS: Final = Path(__file__).parent.parent / "tests" / "quality" / "floors.json"
"""In a checkout alone; an installed Rasd judges by the compact model's own figures."""


@dataclass(frozen=True, slots=True)
class _Given:
    """What a home adds: its profile, its reviewers' corrections, its compact model and its limits."""

    profile: Profile | None
    corrections: tuple[Correction, ...]
    compact: CompactModel
    table: ClassifierTable


@dataclass(frozen=True, slots=True)
class Steps:
    """How it is trained: rounds, the encoder's learning rate, word pieces of a text, threads."""

    epochs: int = 3
    rate: float = 3e-5
    longest: int = 192
    threads: int = 2


def fine_tune(base: Path, output: Path, corpus: Path | None, home: Path | None, steps: Steps, progress: Progress) -> str:
    """Fine-tune the checkpoint in ``base`` on the corpus and the home's corrections, judge it, and write it to ``output``.

    Where it does worse than the compact model alone, it is written all the same and says so: ``rasd models use`` refuses it then.
    Raises ``InputError`` and ``ModelError``.
    """
    from classifiers.transformer.extra import demand_torch

    demand_torch()
    if not base.is_dir():
        raise InputError(f"{base} is no folder", "name a checkpoint's folder; «rasd models pull» brings one")
    if output.exists() and not (output / "rasd.json").is_file() and any(output.iterdir()):
        raise InputError(f"{output} holds something else", "name a new folder with -o")
    from classifiers.transformer.fine_tune import Plan
    from classifiers.transformer.fine_tune import fine_tune as tune
    from classifiers.transformer.lessons import heads_for, lessons_of

    plan = Plan(epochs=steps.epochs, rate=steps.rate, longest=steps.longest, threads=steps.threads)
    given = _given(home)
    profiles = _profiles(given)
    lessons = lessons_of(_corpus(corpus, profiles), given.corrections, given.profile, profiles)
    progress(f"{len(lessons)} labelled texts, {len(given.corrections)} corrections among them; base {base.name}")
    tuned = tune(base, output.name, lessons, heads_for(profiles), plan, progress)
    progress("judging it on texts that nobody was trained on")
    described, figures = _judged(tuned, given, profiles, plan)
    written = _written(tuned, described, output)
    return _told(written, output, figures)


def _given(home: Path | None) -> _Given:
    """The home's part; a checkout without a home trains on the corpus alone."""
    from classifiers.compact import load_shipped
    from classifiers.train import Correction
    from registry import tagging
    from service.models import compact_of

    try:
        folder, settings = open_home(home)
    except ConfigurationError:
        if home is not None:
            raise
        return _Given(None, (), load_shipped(), ClassifierTable())
    with open_database(folder, settings).reading() as session:
        rows = tagging.corrections(session)
    taught = tuple(Correction(row.title, row.text, row.axis, row.value, row.channel) for row in rows)
    return _Given(profile_of(settings), taught, compact_of(folder), settings.classifier)


def _profiles(given: _Given) -> list[Profile]:
    """Those that ship, and the home's own where it is another."""
    shipped = [load_profile(code) for code in SHIPPED]
    if given.profile is None:
        return shipped
    return [given.profile, *(profile for profile in shipped if profile.code != given.profile.code)]


def _corpus(corpus: Path | None, profiles: list[Profile]) -> list[Record]:
    from classifiers.records import read_records
    from classifiers.train import CORPUS

    folder = corpus or CORPUS
    files = sorted(folder.glob("*.jsonl")) if folder.is_dir() else [folder] if folder.is_file() else []
    if not files:
        raise InputError(f"there is no corpus in {folder}", "name a folder of labelled JSON lines with --corpus DIR")
    known = {profile.code for profile in profiles}
    return [record for path in files for record in read_records(path) if record.profile in known]


def _judged(
    tuned: Tuned, given: _Given, profiles: list[Profile], plan: Plan
) -> tuple[Description, dict[str, tuple[float, float]]]:
    from classifiers.transformer.weighing import judged, weighed

    unseen = [record for profile in profiles for record in held_out(profile.code)]
    model = tuned.model(plan.threads)
    heads = weighed(model, given.compact, unseen, profiles)
    model = replace(model, description=replace(model.description, heads=heads))
    floors = json.loads(_FLOORS.read_text("utf-8")) if _FLOORS.is_file() else {}
    heads, fell, figures = judged(model, given.compact, unseen, profiles, limits_of(given.table), floors)
    card: dict[str, Any] = {
        **model.description.card,
        "corrections": len(given.corrections),
        "beside": given.compact.identity,
        "figures": {name: {"alone": before, "cascade": after} for name, (before, after) in figures.items()},
    }
    return replace(model.description, heads=heads, fell=fell, card=card), figures


def _written(tuned: Tuned, described: Description, output: Path) -> Description:
    """Written beside, then swapped in: a crash leaves the old folder or the new, never half of one."""
    fresh, old = output.with_name(f".new-{output.name}"), output.with_name(f".old-{output.name}")
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    written = tuned.save(fresh, described)
    if output.is_dir():
        output.rename(old)
    fresh.rename(output)
    shutil.rmtree(old, ignore_errors=True)
    return written


def _told(written: Description, output: Path, figures: dict[str, tuple[float, float]]) -> str:
    lines = [f"{written.identity} is in {output}"]
    for key, scores in written.card["scores"].items():
        shown = ", ".join(f"{name} {value}" for name, value in scores.items())
        lines.append(f"  {key}: {shown} on {written.card['held_out']} held-out texts")
    lines += [f"  {name}: {before:.3f} alone, {after:.3f} with it" for name, (before, after) in figures.items()]
    lines += [f"  share of {head.key} in the mixture: {head.weight}" for head in written.heads]
    if written.fell:
        return "\n".join([*lines, f"it does worse: {'; '.join(written.fell)}"])
    return "\n".join([*lines, f"use it: rasd models use {output}"])
