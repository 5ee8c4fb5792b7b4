"""Plain bars for figures, as numbers that a template draws: nothing is loaded, and every plot has its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

#: In the units of the drawing, which grows with the page.
WIDTH: Final = 720
HEIGHT: Final = 160
_GAP_SHARE: Final = 0.2
_LEAST: Final = 1.5  # a bar that stands for something can be seen


@dataclass(frozen=True, slots=True)
class Column:
    """An upright bar of a series in time."""

    label: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A lying bar with its share of the longest, in hundredths."""

    label: str
    count: int
    length: float


def columns(series: Sequence[tuple[str, int]]) -> list[Column]:
    """One bar for each of the values, from left to right, the highest as high as the plot."""
    most, step = max((count for _, count in series), default=0), WIDTH / max(1, len(series))
    return [
        Column(label, count, index * step, HEIGHT - height, step * (1 - _GAP_SHARE), height)
        for index, (label, count) in enumerate(series)
        for height in (_length(count, most, HEIGHT),)
    ]


def bars(counts: Mapping[str, int]) -> list[Bar]:
    """One bar for each of the values, in their order."""
    most = max(counts.values(), default=0)
    return [Bar(label, count, _length(count, most, 100)) for label, count in counts.items()]


def _length(count: int, most: int, whole: float) -> float:
    return round(max(_LEAST, count / most * whole), 2) if count else 0.0
