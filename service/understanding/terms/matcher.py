"""The terms of one language, compiled: what a text is searched with."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, Self

from typing_extensions import Buffer

from service.understanding.terms import parsing
from service.understanding.terms.elements import Choice, Element, Gap, Number, Part, Term, Word
from service.understanding.terms.layout import Layout
from service.understanding.terms.lexicon import NUMBER, Lexicon
from service.understanding.terms.patterns import Branch, Compiled, Compiler, Entry, Step, Symbol
from service.understanding.terms.search import Pattern, Tables

_NUMBER: Final = Symbol(NUMBER)
_NUMBERS_STAND_EVERYWHERE: Final = 10_000
"""And so they make poor anchors."""


class Matcher:
    """All terms of one language, compiled; `spelt` has the words that their accents tell from others, by symbol."""

    def __init__(self, language: str, entries: Iterable[Entry]) -> None:
        self._keep(language, *_laid_out(language, entries))

    @classmethod
    def read(cls, head: str, numbers: Buffer) -> Self:
        """What `written` gave; raises ValueError, LookupError or TypeError for anything else."""
        known = json.loads(head)
        if known["byteorder"] != sys.byteorder:
            raise ValueError("numbers of another machine")
        known["entries"] = [_entry(*row) for row in known["entries"]]
        known["spelt"] = {symbol: Word(text, fit, spelt) for symbol, text, fit, spelt in known["spelt"]}
        matcher = cls.__new__(cls)
        matcher._keep(known["language"], known, numbers)
        return matcher

    def written(self) -> tuple[str, Buffer]:
        """All of it, as text and as numbers, of four bytes each."""
        head = {
            **self._head,
            "language": self.language,
            "byteorder": sys.byteorder,
            "entries": [
                (entry.kind, entry.section, entry.term.idiom, entry.term.weak, entry.value)
                for entry in self._head["entries"]
            ],
            "spelt": [(symbol, word.text, word.fit, word.spelt) for symbol, word in self.spelt.items()],
        }
        return json.dumps(head, ensure_ascii=False), self._numbers

    def pattern(self, number: int) -> Pattern:
        """The terms in the order in which they were given."""
        return self.tables.pattern(number)

    def __len__(self) -> int:
        return len(self.tables)

    def _keep(self, language: str, head: Mapping[str, Any], numbers: Buffer) -> None:
        self.language = language
        self.spelt: Mapping[int, Word] = head["spelt"]
        self.tables = Tables(numbers, head)
        self._head = head
        self._numbers = numbers


def _entry(kind: str, section: str, idiom: bool, weak: bool, value: str | None) -> Entry:
    return Entry(kind, section, Term("", (), idiom=idiom, weak=weak), value)


def _without_words(entry: Entry) -> Entry:
    """What is left to know of a term once its words are symbols; most terms of a section are the same then."""
    return replace(entry, term=replace(entry.term, text="", parts=()))


def _laid_out(language: str, entries: Iterable[Entry]) -> tuple[Mapping[str, Any], Buffer]:
    builder = _Builder(language)
    compiled = [(_without_words(entry), [builder.steps(part) for part in entry.term.parts]) for entry in entries]
    parsing.forget()
    return builder.laid_out(compiled)


class _Builder:
    """Turns the words and choices of terms into symbols and branches; what they share is compiled once."""

    def __init__(self, language: str) -> None:
        self._lexicon = Lexicon(language)
        self._compiler = Compiler()
        self._symbols: dict[Word, Symbol] = {}
        self._branches: dict[Choice, Branch] = {}

    def laid_out(self, entries: list[tuple[Entry, list[tuple[Step, ...]]]]) -> tuple[Mapping[str, Any], Buffer]:
        usage: Counter[int] = Counter()
        for _, parts in entries:
            usage.update(frozenset().union(*map(self._compiler.symbols_of, parts)))
        usage[NUMBER] = _NUMBERS_STAND_EVERYWHERE
        terms: list[Compiled] = [self._compiler.term(entry, parts, usage) for entry, parts in entries]
        layout = Layout(self._lexicon, terms)
        return layout.head, layout.numbers

    def steps(self, part: Part) -> tuple[Step, ...]:
        return tuple(map(self._step, part))

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
            branch = self._compiler.choice([self.steps(option) for option in choice.options], choice.optional)
            self._branches[choice] = branch
        return branch

    def _symbol(self, word: Word) -> Symbol:
        symbol = self._symbols.get(word)
        if symbol is None:
            symbol = self._symbols[word] = Symbol(self._lexicon.add(word))
        return symbol
