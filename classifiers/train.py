"""Training the compact model: from the sets (``train_from_scratch``) or on top of the shipped one (``corrections``).

Each head is a linear support-vector machine over hashed n-grams. Its margins on texts that it has not seen train the mixer,
which so learns how far to trust them: that is the calibration. All is deterministic.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from classifiers.compact import CompactModel
from classifiers.corrections import Correction, train_on_corrections
from classifiers.examples import SETS, load_corpus, load_shared
from classifiers.fitting import measure_rarity
from classifiers.reading import read
from classifiers.result import TrainingResult
from classifiers.signs import generic_lexicon
from classifiers.train_general import SEED, train_general
from classifiers.train_profiles import train_profiles
from domain.profile import Profile

Progress = Callable[[str], None]
NAME: Final = "compact"
_CORPUS: Final = {"name": "Rasd's own corpus", "licence": "Apache-2.0", "axes": "all"}

__all__ = ["CORPUS", "Correction", "TrainingResult", "train_from_scratch", "train_on_corrections"]

CORPUS: Final = Path(__file__).parent / "corpus"
"""The project's own corpus: it stands in the repository, and is not in the wheel."""


def train_from_scratch(
    data_dir: Path, corpus: Path | None, progress: Progress, profiles: Sequence[Profile] = (), version: str = "4"
) -> TrainingResult:
    """Trains every head from the sets in ``data_dir`` (``sentiment/``, ``intent/``) and the project's own ``corpus``.

    ``profiles`` get heads of their own for remit and topic. Raises ``InputError`` for a missing set or a wrong record.
    """
    progress("reading the sets")
    own = load_corpus(corpus)
    examples = [*load_shared(data_dir), *own]
    progress(f"counting n-grams in {len(examples)} texts")
    lexicon = generic_lexicon()
    rarity = measure_rarity([read(each.title, each.text, each.channel, lexicon).words for each in examples])
    empty = CompactModel(NAME, version, rarity.words, rarity.characters, {}, {})
    general = train_general(empty, examples, progress)
    model, profile_report = train_profiles(general.model, examples, general.chatter, profiles, progress)
    report = {**general.report, **profile_report}
    card = {
        "sets": [dict(each) for each in SETS] + ([_CORPUS] if own else []),
        "texts": dict(Counter(example.source for example in examples)),
        "seed": SEED,
        "scores": report,
    }
    return TrainingResult(replace(model, card=card), report)
