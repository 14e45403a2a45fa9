"""What a training gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from classifiers.compact import CompactModel


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """A model and how it scores on what it was not trained on.

    With ``kept_old``, ``model`` is the old one, since the new one fell below it; ``report`` says where.
    """

    model: CompactModel
    report: Mapping[str, Any] = field(default_factory=dict)
    kept_old: bool = False
