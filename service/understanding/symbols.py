"""Says which words of a language's terms stand where in a text, each word by the number (symbol) of the lexicon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from service.understanding.lexicon import Lexicon
from service.understanding.spelling import Spelling, spelling_of
from service.understanding.words import Words

Places = set[int]
Ends = Mapping[int, tuple[int, ...]]

_NONE: Final[frozenset[int]] = frozenset()
_NOTHING: Final[Ends] = {}


class Symbols:
    """The symbols of every word of a text, of the word alone and of several words read as one.

    Places are counted between words: place 0 is before the first word, place n behind the n-th.
    """

    def __init__(self, words: Words, lexicon: Lexicon, language: str) -> None:
        spelling = spelling_of(words.levelled.source, language)
        alone = _plain(words, lexicon) if spelling is None else _spelt(words, lexicon, spelling)
        # The empty set at the end is what stands behind the last word and, counted from the end, before the first.
        self._alone = [*alone, _NONE]
        self._longer: tuple[dict[int, Ends], dict[int, Ends]] = ({}, {})
        self.begin = self._alone.copy()
        for start, form, end in words.other_forms():
            for symbol in lexicon.find(form):
                self.add(symbol, start, end)

    def add(self, symbol: int, start: int, end: int) -> None:
        """Lets the words between two places count as this symbol, too."""
        self.begin[start] = self.begin[start] | {symbol}
        if end == start + 1:
            self._alone[start] = self._alone[start] | {symbol}
            return
        for places, one, other in ((self._longer[0], start, end), (self._longer[1], end, start)):
            known = places.get(one, _NOTHING)
            places[one] = {**known, symbol: (*known.get(symbol, ()), other)}

    def alone(self, place: int, forward: bool) -> frozenset[int]:
        """The symbols of the one word after a place, or before it."""
        return self._alone[place if forward else place - 1]

    def longer(self, place: int, forward: bool) -> Ends:
        """The symbols of several words after a place, or before it, each with the places that it leads to."""
        return self._longer[0 if forward else 1].get(place, _NOTHING)

    def follow(self, symbol: int, places: Places, forward: bool) -> Places:
        """The places to which a symbol leads from any of these."""
        alone = self._alone
        if forward:
            reached = {place + 1 for place in places if symbol in alone[place]}
        else:
            reached = {place - 1 for place in places if symbol in alone[place - 1]}
        if longer := self._longer[0 if forward else 1]:
            reached.update(end for place in places for end in longer.get(place, _NOTHING).get(symbol, ()))
        return reached


def _plain(words: Words, lexicon: Lexicon) -> Iterator[frozenset[int]]:
    """The symbols of each word; one that stands in the text again and again is looked up once."""
    known = {word: lexicon.find(word) for word in set(words.words)}
    return map(known.__getitem__, words.words)


def _spelt(words: Words, lexicon: Lexicon, spelling: Spelling) -> Iterator[frozenset[int]]:
    """The symbols of each word that agree with it in their accents."""
    source = words.levelled.source
    for index, word in enumerate(words.words):
        symbols = lexicon.find(word)
        if symbols:
            start, end = words.source_span(index, index + 1)
            symbols = lexicon.agreeing(symbols, source[start:end], spelling)
        yield symbols
