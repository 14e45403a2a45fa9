"""What a site's classifier may not fall below, whatever its reviewers taught it (DESIGN 4).

The floors of the repository's tests do not travel with the wheel, and a site has one profile of its own. So a site's floors are
the figures of the model that *ships* on the site's held-out texts: each training is compared with the same fixed point, and many
small falls never add up to a large one. A home may add texts of its own (``held_out.jsonl``, records of the rule book that nobody
trains on) and raise a floor (``floors.json``, figure -> least value).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from domain.arabic import normalise
from domain.errors import ConfigurationError
from domain.privacy import mask, mask_handles
from domain.profile import Profile
from service.quality import held_out

if TYPE_CHECKING:
    from classifiers.records import Record

HELD_OUT: Final = "held_out.jsonl"
FLOORS: Final = "floors.json"
_SLACK: Final = 0.01
"""A floor stands this far below the shipped model's figure: one text of a hundred."""


@dataclass(frozen=True, slots=True)
class SiteFloors:
    """The texts that a new model is judged on, and the least that each figure of ``classifiers.evaluate`` must reach."""

    records: Sequence[Record]
    floors: Mapping[str, float]


def site_floors(home: Path, profile: Profile, taught: Collection[str] = ()) -> SiteFloors:
    """The floors of a home. Texts that reviewers answered for judge nobody, since they are learnt (``taught``: title, line break,
    text, with personal data and handles masked as training rows have them).

    Raises ``ConfigurationError`` and ``InputError`` for a file of the home that cannot be used.
    """
    from classifiers.compact import load_shipped
    from classifiers.evaluate import evaluate
    from classifiers.records import read_records
    from classifiers.tagger import Tagger

    known = {normalise(text) for text in taught}
    own = home / HELD_OUT
    records = [*held_out(profile.code), *(read_records(own) if own.is_file() else [])]
    records = [record for record in records if normalise(_masked(f"{record.title}\n{record.text}")) not in known]
    if not records:
        return SiteFloors((), {})
    shipped = Tagger(profile, load_shipped())
    figures = evaluate(records, lambda _: shipped, rounds=0).figures
    raised = _raised(home / FLOORS, figures)
    return SiteFloors(records, {name: max(value - _SLACK, raised.get(name, 0.0)) for name, value in figures.items()})


def _masked(text: str) -> str:
    return mask_handles(mask(text), frozenset())


def _raised(path: Path, figures: Mapping[str, float]) -> dict[str, float]:
    if not path.is_file():
        return {}
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path} cannot be read ({error})", 'write {"kind_macro_f1": 0.75}, say') from error
    if not isinstance(told, dict):
        raise ConfigurationError(f"{path} is no JSON object", 'write {"kind_macro_f1": 0.75}, say')
    for name, value in told.items():
        if name not in figures:
            raise ConfigurationError(f"{path}: «{name}» is no figure", f"use one of: {', '.join(figures)}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise ConfigurationError(f"{path}: {name} is {value!r}", "a floor is a number between 0 and 1")
    return {name: float(value) for name, value in told.items()}
