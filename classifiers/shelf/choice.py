"""Which models a home uses: ``models/choice.json``, written by ``rasd models use``, with the choices before it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from domain.errors import ModelError

FILE: Final = "choice.json"
SHIPPED: Final = "shipped"
"""The compact model that ships."""
OWN: Final = "own"
"""The home's own compact model (``rasd train``), where there is one, else the one that ships."""
_KEPT: Final = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """``compact`` is ``own``, ``shipped`` or the name of a kept version; ``transformer`` a name on the shelf, the path of a
    folder, or empty for none."""

    compact: str = OWN
    transformer: str = ""


def read_choice(shelf: Path) -> Choice:
    """What was chosen last; the default where nothing was. Raises ``ModelError`` for a file that cannot be read."""
    return _read(shelf)[0]


def choose(shelf: Path, choice: Choice) -> None:
    """Keeps a choice, and the one before it."""
    now, before = _read(shelf)
    if choice != now:
        _write(shelf, choice, [*before, now][-_KEPT:])


def step_back(shelf: Path) -> Choice:
    """Takes the last choice back and gives the one that holds again. Raises ``ModelError`` where there is none."""
    _, before = _read(shelf)
    if not before:
        raise ModelError("there is no earlier choice of a model", "choose one: rasd models list, then rasd models use NAME")
    _write(shelf, before[-1], before[:-1])
    return before[-1]


def _read(shelf: Path) -> tuple[Choice, list[Choice]]:
    path = shelf / FILE
    try:
        told = json.loads(path.read_text("utf-8"))
        return _choice(told), [_choice(each) for each in told.get("before", [])]
    except FileNotFoundError:
        return Choice(), []
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path} cannot be read ({error!r})", "remove it: the default models are used then") from error


def _choice(told: Mapping[str, Any]) -> Choice:
    return Choice(str(told["compact"]), str(told["transformer"]))


def _write(shelf: Path, choice: Choice, before: list[Choice]) -> None:
    """Written beside and moved into place: a crash leaves the old choice or the new."""
    shelf.mkdir(parents=True, exist_ok=True)
    rows = [{"compact": each.compact, "transformer": each.transformer} for each in (choice, *before)]
    fresh = shelf / f"{FILE}.new"
    fresh.write_text(json.dumps({**rows[0], "before": rows[1:]}, ensure_ascii=False, indent=1) + "\n", "utf-8")
    fresh.replace(shelf / FILE)
