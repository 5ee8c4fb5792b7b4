"""Cuts a text into the pieces that the statistical model weighs: words, their letters, and pairs of words."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Set
from functools import lru_cache
from typing import Final

from service.understanding.words import Words, is_han

BUCKETS: Final = 1 << 18
"""Pieces are numbered by a hash; two that share a number are one to the model."""
_LETTERS: Final = (3, 4, 5)
_SIGNS: Final = (1, 2, 3, 4)
"""How many letters of an alphabet, or signs of Chinese, make a piece."""
_NUMBER: Final = "#"
_REMEMBERED_LETTERS: Final = 24
_LONGEST_RUN: Final = 400

Places = dict[int, int]
"""Each piece by its number, with the word where it first stands."""


def pieces(words: Words, masked: Set[int] = frozenset()) -> Places:
    """The pieces of a text, without the words that are masked."""
    found: Places = {}
    for place, piece in _pieces(words, masked):
        found.setdefault(piece, place)
    return found


def _pieces(words: Words, masked: Set[int]) -> Iterator[tuple[int, int]]:
    before, run = "", 0
    for index, word in enumerate(words.words):
        if index in masked:
            before, run = "", 0
            continue
        if is_han(word):
            before, run = "", run + 1
            yield from _signs(words, index, run)
            continue
        run = 0
        known = _NUMBER if word[0].isdigit() else word
        for piece in _of_word(known) if len(known) <= _REMEMBERED_LETTERS else _letters(known[:_LONGEST_RUN]):
            yield index, piece
        if before:
            yield index, _number(f"{before} {known}")
        before = known


def _signs(words: Words, index: int, run: int) -> Iterator[tuple[int, int]]:
    """The pieces that end with a Chinese sign."""
    for length in _SIGNS:
        if length <= run:
            yield index, _number("h" + "".join(words.words[index + 1 - length : index + 1]))


@lru_cache(maxsize=15_000)
def _of_word(word: str) -> tuple[int, ...]:
    return _letters(word)


def _letters(word: str) -> tuple[int, ...]:
    """A word as a whole, and each few letters of it; its beginning and end are letters, too."""
    bounded = f"<{word}>"
    parts = [bounded[at : at + length] for length in _LETTERS for at in range(len(bounded) - length + 1)]
    return tuple(dict.fromkeys(map(_number, (f"w{word}", *parts))))


def _number(piece: str) -> int:
    return zlib.crc32(piece.encode()) & (BUCKETS - 1)
