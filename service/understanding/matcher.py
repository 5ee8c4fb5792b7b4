"""Compiles the terms of a language: by kind and anchor, the terms to look at where a word stands."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import Final

from service.understanding.elements import Choice, Element, Gap, Number, Part, Word
from service.understanding.lexicon import NUMBER, Lexicon
from service.understanding.patterns import (
    Entry,
    Pattern,
    Step,
    Symbol,
    compile_choice,
    compile_symbol,
    compile_term,
    symbols_of,
)

_NUMBER: Final = compile_symbol(NUMBER)
_NUMBERS_STAND_EVERYWHERE: Final = 10_000
"""And so they make poor anchors."""


class Matcher:
    """All terms of one language, compiled."""

    def __init__(self, language: str, entries: Iterable[Entry]) -> None:
        self.language = language
        self.lexicon = Lexicon(language)
        self._symbols: dict[Word, Symbol] = {}
        compiled = [(entry, [self._steps(part) for part in entry.term.parts]) for entry in entries]
        symbols = [frozenset().union(*map(symbols_of, parts)) for _, parts in compiled]
        usage = Counter(chain.from_iterable(symbols))
        usage[NUMBER] = _NUMBERS_STAND_EVERYWHERE
        self._index: dict[str, dict[int, list[Pattern]]] = defaultdict(lambda: defaultdict(list))
        for (entry, parts), used in zip(compiled, symbols, strict=True):
            pattern = compile_term(entry, parts, used, usage)
            for symbol in pattern.parts[0].symbols:
                self._index[entry.kind][symbol].append(pattern)

    def patterns(self, kind: str) -> dict[int, list[Pattern]]:
        return self._index.get(kind, {})

    def _steps(self, part: Part) -> tuple[Step, ...]:
        return tuple(self._step(element) for element in part)

    def _step(self, element: Element) -> Step:
        match element:
            case Word():
                return self._symbol(element)
            case Number():
                return _NUMBER
            case Gap():
                return element
            case Choice(options, optional):
                return compile_choice([self._steps(option) for option in options], optional)

    def _symbol(self, word: Word) -> Symbol:
        symbol = self._symbols.get(word)
        if symbol is None:
            symbol = self._symbols[word] = compile_symbol(self.lexicon.add(word))
        return symbol
