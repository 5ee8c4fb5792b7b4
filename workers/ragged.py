"""Rows of different lengths, as sparse matrices are made of."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray


def end_to_end(rows: Sequence[Sequence[int]]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The numbers of all rows behind each other, and where each row ends; the first end is 0, before them all."""
    ends = np.cumsum([0, *map(len, rows)])
    return np.fromiter(chain.from_iterable(rows), dtype=np.int32, count=int(ends[-1])), ends
