"""Which of the places where terms stand an idiom takes back."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from service.understanding.terms.search import Match

__all__ = [
    "Match",
    "Span",
    "is_any_within",
    "own_words",
    "own_words_of",
    "spent_words",
    "takes_back",
    "without_idioms",
    "words_of",
]

Span = tuple[int, int]
"""The words from one place to another."""


def words_of(matches: Iterable[Match]) -> set[int]:
    """The words of all of these, each from its first to its last."""
    return {word for match in matches for word in match.words()}


def own_words(match: Match) -> Iterator[int]:
    """The words of a match in their order, without what stands between its places."""
    for span in match.spans:
        yield from range(*span)


def is_any_within(places: Sequence[int], first: int, end: int) -> bool:
    """Whether one of some words, which are in order, stands from one place on and before another."""
    at = bisect_left(places, first)
    return at < len(places) and places[at] < end


def own_words_of(matches: Iterable[Match]) -> set[int]:
    """The words of all of these, without what stands between their places."""
    return {word for match in matches for word in own_words(match)}


def spent_words(findings: Iterable[Match], among: set[int]) -> set[int]:
    """Those of some words that findings are made of, without what merely stands in their gaps."""
    return {
        index
        for match in findings
        for span in match.spans
        for index in among.intersection(range(*span))
        if not match.pattern.gapped or match.has_own_word((index, index + 1))
    }


def without_idioms(matches: Sequence[Match], idioms: Sequence[Match]) -> list[Match]:
    """The matches that no idiom of their section takes back, without the idioms."""
    return [match for match in matches if not _taken_back(match, idioms)] if idioms else list(matches)


def _taken_back(match: Match, idioms: Iterable[Match]) -> bool:
    return match.is_idiom or any(takes_back(idiom, match) for idiom in idioms)


def takes_back(idiom: Match, match: Match) -> bool:
    """Whether an idiom takes back a match: it is of the same section, and holds words of it."""
    return idiom.section == match.section and _covers(idiom, match)


def _covers(idiom: Match, match: Match) -> bool:
    """Whether an idiom holds words of a match; words that only stand in the match's gap are none of its own."""
    first, end = idiom.start, idiom.end
    for start, stop in match.spans:
        if first <= start < end or first < stop <= end:
            return True
        if not match.pattern.gapped and start < end and first < stop:
            return True
    return False
