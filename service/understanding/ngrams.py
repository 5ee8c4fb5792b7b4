"""Cuts a text into the pieces that the statistical model weighs: words, their letters, and pairs of words."""

from __future__ import annotations

import zlib
from collections.abc import Set
from functools import lru_cache
from typing import Final

from service.understanding.words import Words

BUCKETS: Final = 1 << 18
"""Pieces are numbered by a hash; two that share a number are one to the model."""
_LETTERS: Final = (3, 4, 5)
_SIGNS: Final = 4
"""How many letters of an alphabet make a piece, and up to how many signs of Chinese."""
_FIRST_SIGN: Final = "\u2e80"
_NUMBER: Final = "#"
_LONGEST: Final = 40
"""More letters of a word tell nothing more."""

Places = dict[int, int]
"""Each piece by its number, with the word where it first stands."""


def pieces(words: Words, masked: Set[int] = frozenset()) -> Places:
    """The pieces of a text, without the words that are masked."""
    found: Places = {}
    before, run = "", ""
    for index, word in enumerate(words.words):
        if index in masked:
            before, run = "", ""
            continue
        if len(word) == 1 and word >= _FIRST_SIGN:
            before, run = "", run[1 - _SIGNS :] + word
            for length in range(1, len(run) + 1):
                found.setdefault(_of_signs(run[-length:]), index)
            continue
        known = _NUMBER if word[0].isdigit() else word[:_LONGEST]
        for piece in _of_word(known):
            found.setdefault(piece, index)
        if before:
            found.setdefault(_number(f"{before} {known}"), index)
        before, run = known, ""
    return found


@lru_cache(maxsize=15_000)
def _of_signs(signs: str) -> int:
    return _number("h" + signs)


@lru_cache(maxsize=15_000)
def _of_word(word: str) -> tuple[int, ...]:
    """A word as a whole, and each few letters of it; its beginning and end are letters, too."""
    bounded = f"<{word}>"
    parts = [bounded[at : at + length] for length in _LETTERS for at in range(len(bounded) - length + 1)]
    return tuple(dict.fromkeys(map(_number, (f"w{word}", *parts))))


def _number(piece: str) -> int:
    return zlib.crc32(piece.encode()) & (BUCKETS - 1)
