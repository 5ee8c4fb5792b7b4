"""Learns the weights of traits: how much each speaks for one of two answers (a logistic regression)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from service.understanding.learned.surroundings import Table
from workers.ragged import end_to_end

PARTS: Final = 5
_ROUNDS: Final = 2000

Floats = NDArray[np.float64]


def matrix(traits: Sequence[tuple[int, ...]], known: int) -> Any:
    """A sparse matrix with a row for each place, one wherever it has a trait, of so many that are known."""
    from scipy.sparse import csr_matrix

    columns, ends = end_to_end(traits)
    return csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(traits), known))


def fit(rows: Any, right: NDArray[np.bool_], strictness: float, weights: Floats | None = None) -> Table:
    """The weight of each trait; `strictness` is how closely they follow the lessons (LogisticRegression's C)."""
    from sklearn.linear_model import LogisticRegression

    machine = LogisticRegression(C=strictness, max_iter=_ROUNDS, fit_intercept=False).fit(rows, right, weights)
    return np.asarray(machine.coef_[0], dtype=np.float32)


def parts(lessons: int) -> NDArray[np.int64]:
    """In which of `PARTS` parts each lesson is; each part is held out once."""
    return np.random.default_rng(0).integers(0, PARTS, lessons)
