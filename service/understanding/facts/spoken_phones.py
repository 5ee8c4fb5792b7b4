"""Reads telephone numbers that somebody calls out: "oh seven seven double oh", "zéro six trente-neuf", 幺三九."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from service.understanding.knowledge import joining_words
from service.understanding.numerals import HAN_DIGITS
from service.understanding.page import Leaf
from service.understanding.spoken import Speech, speech
from service.understanding.terms.matches import Span

FEWEST: Final = 7
MOST: Final = 15
"""The figures of a telephone number."""
_LONGEST_PHRASE: Final = 2
_ONE_OF_A_CALL: Final = "幺"
_HAN: Final = {**HAN_DIGITS, _ONE_OF_A_CALL: 1, "洞": 0, "零": 0}
_HUNDRED: Final = 100
_SCORES: Final = (60, 80)
"""In French, the numbers up to nineteen may stand behind these: soixante-douze, quatre-vingt-quinze."""


class Spoken(NamedTuple):
    """Figures that are called out one behind the other, with a plus if one is said; from which word to which."""

    figures: str
    span: Span


class _Said(NamedTuple):
    """What begins at a word and is part of a number: the word behind it, and its value."""

    end: int
    value: int


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


def _said(leaf: Leaf) -> Mapping[int, _Said]:
    """The number words and figures of a text; none if no number is written out, for figures are read as they stand."""
    words, spoken = leaf.scan.words.words, speech(leaf.language)
    found: dict[int, _Said] = {}
    for match in leaf.scan.find("numbers"):
        value = float(match.pattern.entry.value or 0)
        if value.is_integer() and (match.start not in found or found[match.start].end < match.end):
            found[match.start] = _Said(match.end, int(value))
    for place, word in enumerate(words):
        if word in _HAN:
            found[place] = _Said(place + 1, _HAN[word])
        elif word in spoken.zero or word in spoken.zeros:
            found[place] = _Said(place + 1, 0)
    return found


def _figures(
    words: list[str], start: int, said: Mapping[int, _Said], spoken: Speech, both: frozenset[str]
) -> tuple[str, int]:
    """The figures that are called out from a word on, and where they end."""
    place, figures = start, ""
    while place < len(words):
        if not figures and words[place] in spoken.plus:
            figures, place = "+", place + 1
            continue
        times, at = _repeat(words, place, spoken)
        if at in said:
            value, end = _together(words, at, said, both)
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


def _together(words: list[str], place: int, said: Mapping[int, _Said], both: frozenset[str]) -> tuple[int, int]:
    """The number that words name together: "sixty two", "nine hundred and ten", "two and sixty"."""
    end, value = said[place]
    while True:
        joined = end < len(words) and words[end] in both
        following = said.get(end + 1 if joined else end)
        whole = _sum(value, following.value, joined) if following else None
        if following is None or whole is None:
            return value, end
        end, value = following.end, whole


def _sum(first: int, second: int, joined: bool) -> int | None:
    if second == _HUNDRED and 1 < first < 10:
        return first * second
    if first >= _HUNDRED and first % _HUNDRED == 0 and first < 10 * _HUNDRED and 0 < second < _HUNDRED:
        return first + second
    if 20 <= first < _HUNDRED and first % 10 == 0 and (0 < second < 10 or (first in _SCORES and 10 < second < 20)):
        return first + second
    if joined and 0 < first < 10 and 20 <= second < _HUNDRED and second % 10 == 0:
        return first + second
    return None
