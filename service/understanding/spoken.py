"""How people speak on the telephone: how they call out figures, and how they take back what they have just said."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from service.understanding import knowledge_files
from service.understanding.text.words import levelled_phrases

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

    def correction(self, words: Sequence[str], end: int, following: Container[int]) -> int | None:
        """Where a phrase begins that takes back what ends before a word, for what begins at one of those that follow.

        None if nothing takes it back.
        """
        places = range(end, min(end + _BEFORE, len(words)))
        return next((place for place in places if any(at in following for at in self._ends(words, place))), None)

    def _ends(self, words: Sequence[str], start: int) -> Iterator[int]:
        """Where phrases that take back end, if they begin at a word."""
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
            if " ".join(words[start:end]) in self.corrections:
                yield end


@cache
def speech(language: str) -> Speech:
    row = knowledge_files.table("spoken.toml").get(language, {})
    repeats = {
        phrase: times for key, times in (("twice", 2), ("thrice", 3)) for phrase in levelled_phrases(row.get(key, ()))
    }
    return Speech(
        levelled_phrases(row.get("zero", ())),
        levelled_phrases(row.get("zeros", ())),
        repeats,
        levelled_phrases(row.get("plus", ())),
        levelled_phrases(row.get("corrections", ())),
        tuple(row.get("countries", ())),
    )
