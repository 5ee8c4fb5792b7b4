"""How people speak on the telephone: how they call out figures, and how they take back what they have just said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from service.understanding import knowledge_files
from service.understanding.text.words import split

_LONGEST: Final = 6
"""The most words of a phrase; in Chinese, signs."""
_BEFORE: Final = 2
"""So many words may stand before what takes back: "ten days, no, nine"."""


@dataclass(frozen=True, slots=True)
class Speech:
    """The words of one language, levelled; see `spoken.toml`."""

    zero: frozenset[str]
    zeros: frozenset[str]
    repeats: dict[str, int]
    plus: frozenset[str]
    corrections: frozenset[str]
    countries: tuple[str, ...]

    def is_taken_back(self, words: Sequence[str], end: int, following: Iterable[int], *, at_once: bool = False) -> bool:
        """Whether what ends before a word is taken back, and put right by what begins at one of those that follow.

        With `at_once`, nothing else stands between them.
        """
        starts = set(following)
        return any(
            phrase_end in starts
            for place in range(end, min(end + (1 if at_once else _BEFORE), len(words)))
            for phrase_end in self._ends(words, place)
        )

    def _ends(self, words: Sequence[str], start: int) -> Iterator[int]:
        """Where phrases that take back end, if they begin at a word."""
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
            if " ".join(words[start:end]) in self.corrections:
                yield end


@cache
def speech(language: str) -> Speech:
    row = knowledge_files.table("spoken.toml").get(language, {})
    repeats = {phrase: times for key, times in (("twice", 2), ("thrice", 3)) for phrase in _levelled(row.get(key, ()))}
    return Speech(
        _levelled(row.get("zero", ())),
        _levelled(row.get("zeros", ())),
        repeats,
        _levelled(row.get("plus", ())),
        _levelled(row.get("corrections", ())),
        tuple(row.get("countries", ())),
    )


def _levelled(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(split(phrase).words) for phrase in phrases)
