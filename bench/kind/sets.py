"""Texts of several sets, learnt from together: each n-gram counts for all sets, and once more for its own set.

So what is true everywhere is learnt from all, and what is the manner of one set stays with it (Daume 2007, "Frustratingly easy
domain adaptation"). The columns for one set double the work and help that set alone: the shipped model has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from classifiers.examples import INTENT, Example
from classifiers.fitting import Labels, Weights
from classifiers.signals import CHATTER
from classifiers.train_general import KINDS, kind_labels

CARE, MOODS, POSTS, CORPUS = range(4)
"""The care posts to be judged, posts of the sentiment sets, the corpus's own care posts, the rest of the corpus."""
FURTHER_KINDS: Final = Path(__file__).parent / "further_kinds.tsv"
"""Kinds of further posts of the sentiment sets, and 204 of the first 6,600 read anew, as in ``READ_KINDS``. They help on the care
posts; a model trained with them does worse on the texts that Rasd meets (bench/RESULTS.md)."""
IN_HEAD: Final = (1.0, 0.3, 0.3, 0.3)
IN_MIXER: Final = (1.0, 0.1, 0.1, 0.3)
"""What a text of each set counts."""
_OWN_COLUMNS: Final = 0.7
_CHATTER: Final = 800
"""So much talk of no service of the sentiment sets is enough."""


def sets_of(examples: Sequence[Example]) -> Labels:
    """The set of each text."""
    return np.array([_set_of(each) for each in examples], np.int64)


def _set_of(example: Example) -> int:
    if example.record is not None:
        return POSTS if example.weight < 1 else CORPUS
    return CARE if example.source == INTENT else MOODS


def weights_of(sets: Labels, shares: Sequence[float]) -> Weights:
    """What each text counts, by its set."""
    return np.asarray(shares, np.float64)[sets]


def enough(examples: Sequence[Example]) -> Labels:
    """The places of the texts to learn from: all but most of the sentiment sets' talk of no service."""
    chatter = np.flatnonzero((sets_of(examples) == MOODS) & (kind_labels(examples) == KINDS.index(CHATTER)))
    dropped = np.random.default_rng(1).permutation(chatter)[_CHATTER:]
    return np.setdiff1d(np.arange(len(examples)), dropped)


def with_own_columns(rows: Any, sets: Labels) -> Any:
    """The sparse rows with columns for each set beside those for all, and a constant for each set."""
    from scipy import sparse

    parts = [rows]
    for each in range(CORPUS + 1):
        inside = (sets == each).astype(np.float32)
        own = (sparse.diags(inside * _OWN_COLUMNS) @ rows).tocsr()
        parts += [own, sparse.csr_matrix(inside[:, None])]
    wide = sparse.hstack(parts).tocsr().astype(np.float32)
    wide.eliminate_zeros()
    return wide[:, np.unique(wide.indices)]
