"""A second model of the kind: ridge regression with a squared kernel on the n-grams, which weighs pairs of them.

Too dear to ship (it keeps every training text); it shows what the average of two unlike models gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from classifiers.compact import Floats
from classifiers.fitting import Labels, Rows, Weights

_RIDGE: Final = 0.3
_CONSTANT: Final = 0.15


@dataclass(frozen=True, slots=True)
class KernelMargins:
    """Margins of the learnt rows, each from the regression without it (in closed form), and of the held ones."""

    learnt: Floats
    held: Floats


def kernel_of(rows: Any) -> Floats:
    """How alike every two rows are: their scalar product (1 at most), and its square with a constant."""
    alike = (rows @ rows.T).toarray().astype(np.float32) / rows.multiply(rows).sum(axis=1).mean()
    return np.asarray((alike + _CONSTANT) ** 2 + alike, np.float32)


def kernel_margins(kernel: Floats, labels: Labels, classes: int, weights: Weights, learnt: Rows, held: Rows) -> KernelMargins:
    """Regresses -1 and 1 per class on the ``learnt`` rows; ``labels`` and ``weights`` are theirs."""
    from scipy.linalg import cho_factor, cho_solve
    from scipy.linalg.lapack import spotri

    wanted = np.where(labels[:, None] == np.arange(classes), 1.0, -1.0).astype(np.float32)
    system = kernel[np.ix_(learnt, learnt)]
    system[np.diag_indices_from(system)] += (_RIDGE / weights).astype(np.float32)
    factor, lower = cho_factor(system, lower=True, overwrite_a=True, check_finite=False)
    dual = cho_solve((factor, lower), wanted, check_finite=False)
    inverse, _ = spotri(factor, lower=1, overwrite_c=1)
    return KernelMargins(wanted - dual / np.diag(inverse)[:, None], kernel[np.ix_(held, learnt)] @ dual)
