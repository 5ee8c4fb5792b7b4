"""Gives a text its pauses back where it has none: what is dictated, or typed in haste, comes without commas and stops.

The reach of "no", "last year" and "my mother" ends where a clause ends. Where a text runs on for long, its words and
ideas tell where most people would have paused; which of them do is learned from example messages (`workers.pausing`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.understanding.compiled import BUILT, known_concepts
from service.understanding.terms.matches import Span
from service.understanding.text.pauses import TRAITS, Spaces
from service.understanding.text.words import Words
from translations import mapped_files

LONG: Final = 14
"""More words than these without a pause are a text that runs on."""
_PAUSE: Final = ", "

Table = NDArray[np.float32]
"""The weight of each trait of a space between two words: positive speaks for a pause."""


def with_pauses(words: Words, language: str, table: Table | None = None) -> Words:
    """A text with commas where it runs on and its words tell of pauses; the table is that of set-up, or another."""
    table = known() if table is None else table
    if table is None:
        return words
    stretches = tuple(_running_on(words))
    if not stretches:
        return words
    spaces = Spaces(words, known_concepts().of(words, language))
    gaps = list(words.gaps)
    for first, end in stretches:
        for place in spaces.likely(first, end, table):
            if may_pause(words, place):
                gaps[place] = _PAUSE
    return replace(words, gaps=gaps)


def may_pause(words: Words, place: int) -> bool:
    """Whether a pause before a word could be one of speech: not within a word, nor between the parts of a number."""
    parts_of_a_number = words.words[place - 1][0].isdigit() and words.words[place][0].isdigit()
    return not words.gaps[place].strip() and not parts_of_a_number


def _running_on(words: Words) -> Iterator[Span]:
    """The long stretches of a text without a pause; two signs of Chinese are as long as a word."""
    if len(words) <= LONG:
        return
    for first, end in pairwise((*sorted(words.behind_pauses), len(words))):
        if end - first > LONG and end - first - sum(words.small[first:end]) / 2 > LONG:
            yield first, end


@cache
def known() -> Table | None:
    """The table that set-up has learned, mapped into memory; None if there is none that this program can read."""
    try:
        content = mapped_files.read(path_of_table())
    except (OSError, ValueError):
        return None
    return np.frombuffer(content, dtype=np.float32) if len(content) == 4 * TRAITS else None


def save(table: Table) -> None:
    """Keeps a table for this and other processes."""
    BUILT.mkdir(parents=True, exist_ok=True)
    mapped_files.write(path_of_table(), table.astype(np.float32).tobytes())
    known.cache_clear()


def path_of_table() -> Path:
    return BUILT / "pauses.table"
