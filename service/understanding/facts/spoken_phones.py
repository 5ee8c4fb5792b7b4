"""Reads telephone numbers that somebody calls out: "oh seven seven double oh", "zéro six trente-neuf", 幺三九."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from service.understanding.knowledge import joining_words
from service.understanding.numerals import HAN_DIGITS, Spelt, put_together, single_numbers, together
from service.understanding.page import Leaf
from service.understanding.spoken import Speech, speech
from service.understanding.terms.matches import Span

FEWEST: Final = 7
MOST: Final = 15
"""The figures of a telephone number."""
_LONGEST_PHRASE: Final = 2
_HAN: Final = HAN_DIGITS | {"幺": 1}
"""On the telephone 一 is called 幺."""
_HUNDRED: Final = 100
_SCORES: Final = (60, 80)
"""In French, the numbers up to nineteen may stand behind these: soixante-douze, quatre-vingt-quinze."""


class Spoken(NamedTuple):
    """Figures that are called out one behind the other, with a plus if one is said; from which word to which."""

    figures: str
    span: Span


def spoken_numbers(leaf: Leaf) -> Iterator[Spoken]:
    """The runs of figures and number words that could be telephone numbers, in their order."""
    said = _said(leaf)
    if not said:
        return
    words = leaf.scan.words.words
    spoken, both = speech(leaf.language), joining_words(leaf.language).both
    place = 0
    while place < len(words):
        figures, end = _figures(words, place, said, spoken, both)
        if FEWEST <= len(figures.lstrip("+")) <= MOST:
            yield Spoken(figures, (place, end))
        place = max(end, place + 1)


def _said(leaf: Leaf) -> Spelt:
    """The number words of a text, and signs of Chinese; figures are not among them, for they are read as they stand."""
    spoken = speech(leaf.language)
    found = {start: one for start, one in single_numbers(leaf.scan).items() if one[1].is_integer()}
    for place, word in enumerate(leaf.scan.words.words):
        if word in _HAN:
            found[place] = place + 1, _HAN[word]
        elif word in spoken.zero or word in spoken.zeros:
            found[place] = place + 1, 0
    return found


def _figures(words: list[str], start: int, said: Spelt, spoken: Speech, both: frozenset[str]) -> tuple[str, int]:
    """The figures that are called out from a word on, and where they end."""
    place, figures = start, ""
    while place < len(words):
        if not figures and words[place] in spoken.plus:
            figures, place = "+", place + 1
            continue
        times, at = _repeat(words, place, spoken)
        if at in said:
            end, whole = put_together(said, at, words, both, _sum)
            value = int(whole)
            zeros = end < len(words) and words[end] in spoken.zeros and 1 < value < 10
            if zeros:  # два нуля
                figures, place = figures + "0" * value, end + 1
            else:
                figures, place = figures + str(value) * times, end
        elif words[at : at + 1] and words[at].isdigit() and figures:
            figures, place = figures + words[at] * times, at + 1
        else:
            break
    return figures, place


def _repeat(words: list[str], place: int, spoken: Speech) -> tuple[int, int]:
    """How many times the figure is meant that follows, and where it stands: "double seven"."""
    for length in range(_LONGEST_PHRASE, 0, -1):
        times = spoken.repeats.get(" ".join(words[place : place + length]))
        if times:
            return times, place + length
    return 1, place


def _sum(first: float, second: float, is_joined: bool) -> float | None:
    """Of numbers that are called out: "six thirty" is six and then thirty, unless an "and" joins them."""
    if second == 0 or (first < 10 and second < _HUNDRED and not is_joined):
        return None
    if first in _SCORES and 10 < second < 20:
        return first + second
    return together(first, second)
