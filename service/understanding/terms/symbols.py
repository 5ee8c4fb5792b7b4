"""Says which words of a language's terms stand where in a text, each word by the number (symbol) of the lexicon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from service.understanding.terms.lexicon import Lexicon
from service.understanding.text.spelling import Spelling, spelling_of
from service.understanding.text.words import Words

Places = set[int]
Ends = Mapping[int, tuple[int, ...]]

_NONE: Final[frozenset[int]] = frozenset()
NOTHING: Final[Ends] = {}


class Symbols:
    """The symbols of every word of a text, of the word alone and of several words read as one.

    Places are counted between words: place 0 is before the first word, place n behind the n-th. `begin[place]` are
    the symbols that begin there; `alone[place]` are those of the one word behind it, so that `alone[place - 1]` are
    those of the word before it; `places[symbol]` is where a symbol begins. Of several words, `ahead[place]` has the
    symbols that begin at a place, each with the places where it ends, and `back[place]` those that end there, with
    where they begin.
    """

    def __init__(self, words: Words, lexicon: Lexicon, language: str) -> None:
        spelling = spelling_of(words.levelled.source, language)
        self.places: dict[int, list[int]] = {}
        if spelling is None:
            known = lexicon.find_all(words.places)
            self.begin = [known.get(word, _NONE) for word in words.words]
            for word, symbols in known.items():
                for symbol in symbols:
                    self.places.setdefault(symbol, []).extend(words.places[word])
        else:
            self.begin = list(_spelt(words, lexicon, spelling))
            for place, symbols in enumerate(self.begin):
                for symbol in symbols:
                    self.places.setdefault(symbol, []).append(place)
        self.begin.append(_NONE)
        # The empty set at the end is what stands behind the last word and, counted from the end, before the first.
        self.alone = self.begin.copy()
        self.back: dict[int, Ends] = {}
        self.ahead: dict[int, Ends] = {}
        for start, form, end in words.forms:
            for symbol in lexicon.find(form):
                self.add(symbol, start, end)

    def add(self, symbol: int, start: int, end: int) -> None:
        """Lets the words between two places count as this symbol, too."""
        self.places.setdefault(symbol, []).append(start)
        self.begin[start] = self.begin[start] | {symbol}
        if end == start + 1:
            self.alone[start] = self.alone[start] | {symbol}
            return
        for places, one, other in ((self.ahead, start, end), (self.back, end, start)):
            known = places.get(one, NOTHING)
            places[one] = {**known, symbol: (*known.get(symbol, ()), other)}

    def follow(self, symbol: int, places: Places, forward: bool) -> Places:
        """The places to which a symbol leads from any of these."""
        alone = self.alone
        if forward:
            reached = {place + 1 for place in places if symbol in alone[place]}
        else:
            reached = {place - 1 for place in places if symbol in alone[place - 1]}
        if longer := self.ahead if forward else self.back:
            reached.update(end for place in places for end in longer.get(place, NOTHING).get(symbol, ()))
        return reached


def _spelt(words: Words, lexicon: Lexicon, spelling: Spelling) -> Iterator[frozenset[int]]:
    """The symbols of each word that agree with it in their accents; what is written again is looked at once."""
    source, known = words.levelled.source, dict[tuple[str, str], frozenset[int]]()
    for index, word in enumerate(words.words):
        symbols = lexicon.find(word)
        if symbols:
            start, end = words.source_span(index, index + 1)
            written = source[start:end]
            agreeing = known.get((word, written))
            if agreeing is None:
                agreeing = known[word, written] = lexicon.agreeing(symbols, written, spelling)
            symbols = agreeing
        yield symbols
