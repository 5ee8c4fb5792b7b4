"""Compiles the terms of a language: by kind and anchor, the terms to look at where a word stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from service.understanding.terms import parsing
from service.understanding.terms.elements import Choice, Element, Gap, Number, Part, Word
from service.understanding.terms.lexicon import NUMBER, Lexicon
from service.understanding.terms.patterns import Branch, BySymbol, Compiler, Entry, Pattern, Step, Symbol

_NUMBER: Final = Compiler().symbol(NUMBER)
_NUMBERS_STAND_EVERYWHERE: Final = 10_000
"""And so they make poor anchors."""


def _without_words(entry: Entry) -> Entry:
    """What is left to know of a term once its words are symbols; most terms of a section are the same then."""
    return replace(entry, term=replace(entry.term, text="", parts=()))


class Matcher:
    """All terms of one language, compiled."""

    def __init__(self, language: str, entries: Iterable[Entry]) -> None:
        self.language = language
        self.lexicon = Lexicon(language)
        self._compiler = Compiler()
        self._symbols: dict[Word, Symbol] = {}
        self._branches: dict[Choice, Branch] = {}
        compiled = [(entry, [self._steps(part) for part in entry.term.parts]) for entry in entries]
        usage: Counter[int] = Counter()
        for _, parts in compiled:
            usage.update(frozenset().union(*map(self._compiler.symbols_of, parts)))
        usage[NUMBER] = _NUMBERS_STAND_EVERYWHERE
        index: dict[str, dict[int, list[Pattern]]] = {}
        known: dict[Entry, Entry] = {}
        in_order = []
        for entry, parts in compiled:
            bare = _without_words(entry)
            pattern = self._compiler.term(known.setdefault(bare, bare), parts, usage)
            in_order.append(pattern)
            for symbol in pattern.parts[0].symbols:
                index.setdefault(entry.kind, {}).setdefault(symbol, []).append(pattern)
        same: dict[tuple[Pattern, ...], tuple[Pattern, ...]] = {}  # all words of one anchor lead to the same terms
        self._index = {
            kind: BySymbol({symbol: same.setdefault(at := tuple(patterns), at) for symbol, patterns in found.items()})
            for kind, found in index.items()
        }
        self._in_order = tuple(in_order)
        del self._compiler, self._symbols, self._branches  # what only compiling needs
        parsing.forget()

    def number(self, pattern: Pattern) -> int:
        """Which of the terms, in the order in which they were given, this is."""
        return next(number for number, one in enumerate(self._in_order) if one is pattern)

    def patterns(self, kind: str) -> Mapping[int, Sequence[Pattern]]:
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
            case Choice():
                return self._branch(element)

    def _branch(self, choice: Choice) -> Branch:
        branch = self._branches.get(choice)
        if branch is None:
            branch = self._compiler.choice([self._steps(option) for option in choice.options], choice.optional)
            self._branches[choice] = branch
        return branch

    def _symbol(self, word: Word) -> Symbol:
        symbol = self._symbols.get(word)
        if symbol is None:
            symbol = self._symbols[word] = self._compiler.symbol(self.lexicon.add(word))
        return symbol
