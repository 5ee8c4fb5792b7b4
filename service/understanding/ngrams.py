"""Cuts a text into the pieces that the statistical model weighs.

Those are its words, their letters and pairs of neighbouring words, which are a language's own; and the ideas that the
words stand for, with pairs of ideas near each other, which are the same in all languages.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Sequence, Set
from functools import lru_cache
from typing import Final

from service.understanding.concepts import Stands
from service.understanding.text.words import Words

WORDS: Final = 1 << 18
IDEAS: Final = 1 << 17
BUCKETS: Final = WORDS + IDEAS
"""Pieces are numbered by a hash, those of words first; two that share a number are one to the model."""
_NEAR: Final = 5
"""So many ideas further on, two still make a pair."""
_PRIME: Final = 2_654_435_761
_LETTERS: Final = (3, 4, 5)
_SIGNS: Final = 4
"""How many letters of an alphabet make a piece, and up to how many signs of Chinese."""
_FIRST_SIGN: Final = "\u2e80"
_NUMBER: Final = "#"
_LONGEST: Final = 40
"""What has more letters is no word: a key that got stuck."""

Places = dict[int, int]
"""Each piece by its number, with the word where it first stands."""


def pieces(words: Words, masked: Set[int] = frozenset()) -> Places:
    """The pieces of a text, without the words that are masked."""
    found: Places = {}
    seen: set[str] = set()
    before, run = "", ""
    for index, word in enumerate(words.words):
        if index in masked or len(word) > _LONGEST:
            before, run = "", ""
            continue
        if len(word) == 1 and word >= _FIRST_SIGN:
            before, run = "", run[1 - _SIGNS :] + word
            if run not in seen:
                seen.add(run)
                for length in range(1, len(run) + 1):
                    found.setdefault(_of_signs(run[-length:]), index)
            continue
        known = _NUMBER if word[0].isdigit() else word
        if known not in seen:  # what has stood before has all its pieces
            seen.add(known)
            for piece in _of_word(known):
                found.setdefault(piece, index)
        if before:
            found.setdefault(_number(f"{before} {known}"), index)
        before, run = known, ""
    return found


def pieces_of_ideas(ideas: Sequence[Stands]) -> Places:
    """The pieces of the ideas of a text: each, and each two that are near each other, in either order."""
    found: Places = {}
    keep = found.setdefault
    for at, (idea, place) in enumerate(ideas):
        keep(WORDS + idea, place)
        for other, behind in ideas[at + 1 : at + 1 + _NEAR]:
            if other > idea:
                keep(WORDS + (((idea << 10) + other) * _PRIME >> 8) % IDEAS, behind)
            elif other < idea:
                keep(WORDS + (((other << 10) + idea) * _PRIME >> 8) % IDEAS, behind)
    return found


def piece_of_sign(sign: str) -> int:
    """The piece of a sign by a name of our own: something that the knowledge tells of the text as a whole."""
    return _number(f"s{sign}")


@lru_cache(maxsize=5_000)
def _of_signs(signs: str) -> int:
    return _number("h" + signs)


@lru_cache(maxsize=5_000)
def _of_word(word: str) -> Sequence[int]:
    """A word as a whole, and each few letters of it; its beginning and end are letters, too."""
    bounded = f"<{word}>"
    parts = [bounded[at : at + length] for length in _LETTERS for at in range(len(bounded) - length + 1)]
    return array("l", dict.fromkeys(map(_number, (f"w{word}", *parts))))


def _number(piece: str) -> int:
    return zlib.crc32(piece.encode()) & (WORDS - 1)
