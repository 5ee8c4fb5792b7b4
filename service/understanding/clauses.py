"""Cuts sentences into clauses: the reach of "no", "last year", "for years" and their like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from service.understanding.terms.matches import Match
from service.understanding.text.words import Words

_PAUSE: Final = re.compile(r"[,:()\[\]\"“”«»/]|\s'+\s")
_TIGHT: Final = "/:"
"""Between two words without a space, these part nothing: 120/80, and/or, 10:30."""
_LEADING_WORDS: Final = 1
"""A phrase between commas that is all cue but for this many words goes with its neighbour: "In 2019, she had …"."""


def clause_of_each_word(
    words: Words, breaks: Iterable[Match], attached: Sequence[Match], denials: Iterable[Match] = ()
) -> list[int]:
    """The number of the clause of each word.

    `breaks` are the words that begin a clause ("but"); `attached` are cues of time, which alone make no clause; behind
    those of `denials` a colon parts nothing ("the leaflet says: chest pain").
    """
    turns = {match.start for match in breaks}
    going_on = {match.end for match in denials if match.end < len(words) and ":" in words.gaps[match.end]}
    starts = _starts(words) - going_on | turns
    dependent = _dependent(words, starts, turns, attached)
    clauses: list[int] = []
    number = 0
    for index in range(len(words)):
        if index in starts and index and not dependent.get(index, False):
            number += 1
        clauses.append(number)
    return clauses


def _starts(words: Words) -> set[int]:
    starts = {index for index in range(len(words)) if words.sentence_start[index] == index}
    starts |= {index for index in range(1, len(words)) if _is_pause(words.gaps[index])}
    pictures = {place for picture in words.pictures for place in (picture, picture + 1)}  # what stands as a full stop
    return starts | {place for place in pictures if place < len(words)}


def _is_pause(gap: str) -> bool:
    return gap not in _TIGHT and _PAUSE.search(gap) is not None


def _dependent(words: Words, starts: set[int], turns: set[int], attached: Sequence[Match]) -> dict[int, bool]:
    """Which clauses go on with the one before, because one of the two is a bare cue of time.

    Behind a turn nothing goes on with what opened the sentence: "She was operated in 2019 but her mouth is crooked".
    """
    covered = {index for match in attached for span in match.spans for index in range(*span)}
    if not covered:
        return {}
    order = sorted(starts)
    ends = [*order[1:], len(words)]
    bare = {start: _is_bare(range(start, end), covered) for start, end in zip(order, ends, strict=True)}
    dependent = {}
    for before, start in pairwise(order):
        same_sentence = words.sentence_start[before] == words.sentence_start[start]
        opening = words.sentence_start[before] == before and bare[before] and start not in turns
        dependent[start] = same_sentence and (bare[start] or opening)
    return dependent


def _is_bare(clause: range, covered: set[int]) -> bool:
    others = sum(index not in covered for index in clause)
    return others < len(clause) and others <= _LEADING_WORDS
